//! One durable queue, used for the outbox, the deliveries and Messager's messages: claim, lease, settle, release, rescue.

use crate::clock::Timestamp;
use crate::json::Json;
use crate::messager::Operator;
use crate::queue::{Attempt, AttemptOutcome, Claim, Depth, JobStatus, Lease, Leased, Next, Settlement, WentOn};
use std::collections::{BTreeMap, BTreeSet};

/// A job to be queued.
pub(super) struct NewJob<T> {
    pub(super) job: T,
    /// No second job is queued under the same one, ever.
    pub(super) unique: Option<String>,
    /// Jobs that share it are done one after the other.
    pub(super) order_key: Option<String>,
    pub(super) not_before: Timestamp,
    /// Not due until it is let go.
    pub(super) held: bool,
    /// Of low priority: not due in quiet hours.
    pub(super) low: bool,
    /// Recorded, and not done, for this reason.
    pub(super) skip: Option<String>,
    pub(super) at: Timestamp,
}

impl<T> NewJob<T> {
    pub(super) fn new(job: T, at: Timestamp) -> Self {
        Self { job, unique: None, order_key: None, not_before: at, held: false, low: false, skip: None, at }
    }
}

/// A job and where it is.
pub(super) struct Job<T> {
    pub(super) job: T,
    pub(super) order_key: Option<String>,
    pub(super) status: JobStatus,
    pub(super) held: bool,
    low: bool,
    /// Attempts of the present cycle.
    pub(super) attempts: u32,
    pub(super) next_attempt_at: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) completed_at: Option<Timestamp>,
    pub(super) result: Option<Json>,
    pub(super) error: Option<String>,
    pub(super) log: Vec<Attempt>,
    lease: Option<(uuid::Uuid, Timestamp)>,
    /// Who replayed it, until the first attempt of the replay says so.
    replay: Option<Operator>,
}

impl<T> Job<T> {
    fn is_open(&self) -> bool {
        matches!(self.status, JobStatus::Pending | JobStatus::Processing)
    }

    /// Is its time there? An instant that no honest clock can have written has come (G11).
    fn is_due(&self, claim: &Claim) -> bool {
        let come = |at: Timestamp, latest: Timestamp| at <= claim.now || at > latest;
        match self.status {
            JobStatus::Pending => {
                let waits = self.held || (self.low && claim.quiet);
                !waits && come(self.next_attempt_at, claim.latest)
            }
            JobStatus::Processing => self.lease.is_some_and(|(_, until)| come(until, claim.latest_until)),
            _ => false,
        }
    }

    fn carries(&self, lease: &Lease) -> bool {
        self.status == JobStatus::Processing && self.lease.is_some_and(|(token, _)| token == lease.token)
    }
}

/// Jobs by number.
pub(super) struct JobTable<T> {
    jobs: BTreeMap<u64, Job<T>>,
    /// Jobs that wait or are leased.
    open: BTreeSet<u64>,
    unique: BTreeMap<String, u64>,
}

impl<T> Default for JobTable<T> {
    fn default() -> Self {
        Self { jobs: BTreeMap::new(), open: BTreeSet::new(), unique: BTreeMap::new() }
    }
}

impl<T: Clone> JobTable<T> {
    /// Queues a job: its number and true, or the number of the one that is there under the same unique name and false.
    pub(super) fn insert(&mut self, new: NewJob<T>) -> (u64, bool) {
        let NewJob { job, unique, order_key, not_before, held, low, skip, at } = new;
        if let Some(id) = unique.as_ref().and_then(|name| self.unique.get(name)) {
            return (*id, false);
        }
        let id = self.jobs.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        self.unique.extend(unique.map(|name| (name, id)));
        let status = if skip.is_some() { JobStatus::Skipped } else { JobStatus::Pending };
        let completed_at = skip.as_ref().map(|_| at);
        let job = Job {
            job,
            order_key,
            status,
            held,
            low,
            attempts: 0,
            next_attempt_at: not_before,
            created_at: at,
            completed_at,
            result: None,
            error: skip,
            log: Vec::new(),
            lease: None,
            replay: None,
        };
        self.put(id, job);
        (id, true)
    }

    fn put(&mut self, id: u64, job: Job<T>) {
        if job.is_open() {
            self.open.insert(id);
        } else {
            self.open.remove(&id);
        }
        self.jobs.insert(id, job);
    }

    /// Leases what is due.
    pub(super) fn claim(&mut self, claim: &Claim) -> Vec<Leased<T>> {
        self.due(claim).into_iter().filter_map(|id| self.lease(id, claim)).collect()
    }

    /// The oldest unfinished job of each order key of which none is leased, if its time has come (G9); those whose turn came
    /// first (G13).
    fn due(&self, claim: &Claim) -> Vec<u64> {
        let open = || self.open.iter().filter_map(|id| self.jobs.get(id).map(|job| (id, job)));
        let leased = open().filter(|(_, job)| job.status == JobStatus::Processing && !job.is_due(claim));
        let mut keys: BTreeSet<_> = leased.filter_map(|(_, job)| job.order_key.as_ref()).collect();
        let mut due: Vec<_> = Vec::new();
        for (id, job) in open() {
            let first = job.order_key.as_ref().is_none_or(|key| keys.insert(key));
            if first && job.is_due(claim) {
                due.push((job.next_attempt_at, *id));
            }
        }
        due.sort_unstable();
        due.into_iter().take(claim.limit as usize).map(|(_, id)| id).collect()
    }

    /// The next job of an order key takes its turn from now on: whose backlog is long does not go before others (G13).
    fn take_turn(&mut self, key: Option<String>, at: Timestamp) {
        let Some(key) = key else { return };
        let next =
            self.open.iter().find(|id| self.jobs.get(id).is_some_and(|job| job.order_key.as_ref() == Some(&key)));
        let next = next.copied().and_then(|id| self.jobs.get_mut(&id));
        if let Some(job) = next.filter(|job| job.status == JobStatus::Pending) {
            job.next_attempt_at = job.next_attempt_at.max(at);
        }
    }

    /// Leases one job and writes its attempt; a lease that ran out closes its own as unknown.
    fn lease(&mut self, id: u64, claim: &Claim) -> Option<Leased<T>> {
        let job = self.jobs.get_mut(&id)?;
        if let Some(lost) = job.log.last_mut().filter(|attempt| attempt.outcome.is_none()) {
            lost.outcome = Some(AttemptOutcome::Unknown);
        }
        let replay = job.replay.take();
        job.log.push(Attempt {
            number: u32::try_from(job.log.len()).unwrap_or(u32::MAX).saturating_add(1),
            started_at: claim.now,
            duration_ms: None,
            http_status: None,
            outcome: None,
            error: None,
            replayed_by: replay.as_ref().map(|operator| operator.by.clone()),
            reason: replay.map(|operator| operator.reason),
        });
        job.status = JobStatus::Processing;
        job.attempts = job.attempts.saturating_add(1);
        job.lease = Some((claim.token, claim.until));
        let lease = Lease { id, token: claim.token };
        Some(Leased { lease, attempts: job.attempts, created_at: job.created_at, job: job.job.clone() })
    }

    /// Ends a lease; false when the job does not carry its token any more (G6).
    pub(super) fn settle(&mut self, lease: &Lease, settlement: &Settlement) -> bool {
        let Some(job) = self.jobs.get_mut(&lease.id).filter(|job| job.carries(lease)) else { return false };
        let Settlement { at, next, report } = settlement;
        if let Some(attempt) = job.log.last_mut() {
            let took = at.signed_duration_since(attempt.started_at).num_milliseconds();
            attempt.duration_ms = Some(u64::try_from(took).unwrap_or(0));
            attempt.http_status = report.http_status;
            attempt.outcome = Some(report.outcome);
            attempt.error.clone_from(&report.error);
        }
        job.lease = None;
        job.status = next.status();
        job.result = report.result.clone().or(job.result.take());
        job.error.clone_from(&report.error);
        match next {
            Next::Retry { at } => job.next_attempt_at = *at,
            Next::Completed | Next::Skipped | Next::Failed => {
                job.completed_at = Some(*at);
                self.open.remove(&lease.id);
                let key = job.order_key.clone();
                self.take_turn(key, *at);
            }
        }
        true
    }

    /// Ends leases of one order key, and leases what comes next of it.
    pub(super) fn settle_and_go_on(&mut self, ended: &[(Lease, Settlement)], claim: &Claim) -> WentOn<T> {
        let settled = ended.iter().map(|(lease, settlement)| self.settle(lease, settlement)).collect();
        let last = ended.last().and_then(|(lease, _)| self.jobs.get(&lease.id));
        let key = last.and_then(|job| job.order_key.clone());
        let next = self.next_of(key.as_ref(), claim);
        WentOn { settled, next: next.into_iter().filter_map(|id| self.lease(id, claim)).collect() }
    }

    /// What comes next of an order key, up to the first whose time has not come; nothing while one of them is on its way.
    fn next_of(&self, key: Option<&String>, claim: &Claim) -> Vec<u64> {
        let open = self.open.iter().filter_map(|id| self.jobs.get(id).map(|job| (*id, job)));
        let of_key: Vec<_> = open.filter(|(_, job)| key.is_some() && job.order_key.as_ref() == key).collect();
        if of_key.iter().any(|(_, job)| job.status == JobStatus::Processing) {
            return Vec::new();
        }
        let due = of_key.into_iter().take_while(|(_, job)| job.is_due(claim));
        due.take(claim.limit as usize).map(|(id, _)| id).collect()
    }

    /// Jobs that are held, oldest first.
    pub(super) fn held(&self) -> impl Iterator<Item = (u64, &Job<T>)> {
        let open = self.open.iter().filter_map(|id| self.jobs.get(id).map(|job| (*id, job)));
        open.filter(|(_, job)| job.held)
    }

    /// Lets held jobs go; with a reason they end as skipped instead.
    pub(super) fn let_go(&mut self, ids: &[u64], skip: Option<(&str, Timestamp)>) {
        for id in ids {
            let Some(job) = self.jobs.get_mut(id).filter(|job| job.held) else { continue };
            job.held = false;
            if let Some((reason, at)) = skip {
                job.status = JobStatus::Skipped;
                job.completed_at = Some(at);
                job.error = Some(reason.to_owned());
                self.open.remove(id);
            }
        }
    }

    /// Gives leases back as if they had never been taken; one that is not held any more is left alone.
    pub(super) fn release(&mut self, leases: &[Lease]) {
        for lease in leases {
            let Some(job) = self.jobs.get_mut(&lease.id).filter(|job| job.carries(lease)) else { continue };
            job.lease = None;
            job.status = JobStatus::Pending;
            job.attempts = job.attempts.saturating_sub(1);
            let attempt = job.log.pop();
            job.replay = attempt.and_then(|attempt| {
                Some(Operator { by: attempt.replayed_by?, reason: attempt.reason?, at: attempt.started_at })
            });
        }
    }

    pub(super) fn depth(&self, now: Timestamp) -> Depth {
        let count = |status| self.jobs.values().filter(|job| job.status == status).count() as u64;
        let waiting =
            self.open.iter().filter_map(|id| self.jobs.get(id)).filter(|job| job.status == JobStatus::Pending);
        let oldest = waiting.map(|job| job.created_at).min();
        Depth {
            pending: count(JobStatus::Pending),
            processing: count(JobStatus::Processing),
            completed: count(JobStatus::Completed),
            failed: count(JobStatus::Failed),
            skipped: count(JobStatus::Skipped),
            oldest_pending_age_seconds: oldest
                .map(|at| u64::try_from(now.signed_duration_since(at).num_seconds()).unwrap_or(0)),
        }
    }

    /// Begins a new cycle of a failed job (G4): the status it has, if that is another one.
    pub(super) fn replay(&mut self, id: u64, operator: &Operator) -> Result<(), JobStatus> {
        self.begin_again(id, operator, &[JobStatus::Failed])
    }

    /// Begins a new cycle of a job in one of these statuses.
    pub(super) fn begin_again(&mut self, id: u64, operator: &Operator, from: &[JobStatus]) -> Result<(), JobStatus> {
        let Some(job) = self.jobs.get_mut(&id) else { return Ok(()) };
        if !from.contains(&job.status) {
            return Err(job.status);
        }
        job.status = JobStatus::Pending;
        job.attempts = 0;
        job.next_attempt_at = operator.at;
        job.completed_at = None;
        job.replay = Some(operator.clone());
        self.open.insert(id);
        Ok(())
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Job<T>> {
        self.jobs.get_mut(&id)
    }

    pub(super) fn get(&self, id: u64) -> Option<&Job<T>> {
        self.jobs.get(&id)
    }

    /// Jobs with their numbers, newest first, from below a number on.
    pub(super) fn newest(&self, before: Option<u64>) -> impl Iterator<Item = (u64, &Job<T>)> {
        self.jobs.range(..before.unwrap_or(u64::MAX)).rev().map(|(id, job)| (*id, job))
    }

    /// The oldest unfinished job with the same order key, if that is an earlier one (G9).
    pub(super) fn blocker(&self, id: u64) -> Option<&Job<T>> {
        let job = self.jobs.get(&id).filter(|job| job.is_open())?;
        let key = job.order_key.as_ref()?;
        let earlier = self.open.range(..id).filter_map(|earlier| self.jobs.get(earlier));
        earlier.into_iter().find(|other| other.order_key.as_ref() == Some(key))
    }
}
