//! Doing a leased job: the attempt and its settlement.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::{Clock, IdSource, Ids, Timestamp};
use crate::queue::{AttemptOutcome, Claim, Leased, Next, Queue, Report, Schedule, Settlement, TOLERANCE, WentOn};
use crate::store::StoreError;

/// A worker's clock and ids.
#[derive(Clone, Copy)]
pub struct Worker<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The source of lease tokens and jitter.
    pub ids: &'a dyn IdSource,
}

impl Worker<'_> {
    /// A fresh claim under a schedule.
    #[must_use]
    pub fn claim(&self, schedule: &Schedule, limit: u32) -> Claim {
        let now = self.clock.now();
        let after = |wait: Duration| {
            chrono::Duration::from_std(wait).ok().and_then(|wait| now.checked_add_signed(wait)).unwrap_or(now)
        };
        Claim {
            limit,
            now,
            until: after(schedule.lease),
            latest_until: after(schedule.lease.saturating_add(TOLERANCE)),
            latest: after(schedule.longest_delay().saturating_add(TOLERANCE)),
            quiet: false,
            token: Ids::new(now, self.ids.seed()).draw(),
        }
    }

    /// Any number, for jitter.
    #[must_use]
    pub fn jitter(&self) -> u32 {
        (self.ids.seed() & 0xFFFF_FFFF) as u32
    }
}

/// One kind of job, as a worker does it: from which queue, under which schedule, and how.
#[async_trait]
pub trait Work<T: Send + Sync>: Send + Sync {
    /// Where the jobs wait.
    fn queue(&self) -> &dyn Queue<T>;

    /// When a job is tried again.
    fn schedule(&self) -> &Schedule;

    /// A fresh claim of such jobs.
    fn claim(&self, limit: u32, worker: &Worker<'_>) -> Claim {
        worker.claim(self.schedule(), limit)
    }

    /// Does the job once and reports.
    async fn attempt(&self, leased: &Leased<T>) -> Report;

    /// What follows the report: the schedule's answer, unless the kind of job knows better.
    fn follow(&self, leased: &Leased<T>, report: Report, worker: &Worker<'_>) -> Settlement {
        self.schedule().settle(leased.attempts, report, worker.clock.now(), worker.jitter())
    }

    /// How many jobs of one order key are leased together when those before them are done ([`work_on`]). None: each is claimed by
    /// itself.
    fn stride(&self) -> u32 {
        0
    }

    /// Does jobs of one order key in their order, and reports of each, up to the first that is to be tried again: what comes
    /// after it waits (G9).
    async fn attempt_all(&self, run: &[Leased<T>]) -> Vec<Report> {
        let mut reports = Vec::with_capacity(run.len());
        for leased in run {
            let report = self.attempt(leased).await;
            let is_last = matches!(report.outcome, AttemptOutcome::Retry | AttemptOutcome::Unknown);
            reports.push(report);
            if is_last {
                break;
            }
        }
        reports
    }

    /// Hears what follows an attempt that began at this instant, before it is saved.
    fn hear(&self, _leased: &Leased<T>, _settlement: &Settlement, _began: Timestamp) {}

    /// Saves that a job has failed for good. False when the lease was lost meanwhile.
    ///
    /// # Errors
    /// The queue's trouble.
    async fn bury(&self, leased: &Leased<T>, settlement: &Settlement, _began: Timestamp) -> Result<bool, StoreError> {
        self.queue().settle(&leased.lease, settlement).await
    }
}

/// Does one leased job: the attempt, unless earlier ones that never reported have used up its schedule, and its
/// settlement. False when the lease was lost meanwhile.
///
/// # Errors
/// The queue's trouble; the lease runs out then and the job is done again.
pub async fn work<T: Send + Sync>(
    job: &dyn Work<T>,
    leased: &Leased<T>,
    worker: &Worker<'_>,
) -> Result<bool, StoreError> {
    let ended = attempt_run(job, std::slice::from_ref(leased), worker).await;
    let WentOn { settled, .. } = settle_run(job, &ended, 0, worker).await?;
    Ok(!settled.contains(&false))
}

/// Jobs of one order key that a worker does before it looks for those of others (G13).
const MOST_OF_ONE_KEY: usize = 64;

/// Does a leased job, and then those of its order key that come after it: what ends the lease of one begins that of the next,
/// which saves a claim. Goes on for as long as all are done at once and `more` says so, and no longer than others may wait (G13).
/// Gives how many leases were lost meanwhile.
///
/// # Errors
/// The queue's trouble; the leases run out then and the jobs are done again.
pub async fn work_on<T: Send + Sync>(
    job: &dyn Work<T>,
    first: Leased<T>,
    worker: &Worker<'_>,
    more: &(dyn Fn() -> bool + Sync),
) -> Result<usize, StoreError> {
    let (mut run, mut done, mut lost) = (vec![first], 0_usize, 0_usize);
    while !run.is_empty() {
        let ended = attempt_run(job, &run, worker).await;
        done = done.saturating_add(ended.len());
        let waiting: Vec<_> = run.iter().skip(ended.len()).map(|leased| leased.lease).collect();
        let are_over = waiting.is_empty() && ended.iter().all(|ended| ended.settlement.next.is_over());
        let stride = if are_over && done < MOST_OF_ONE_KEY && more() { job.stride() } else { 0 };
        if !waiting.is_empty() {
            // Nobody was called for them: they are as if never leased.
            job.queue().release(&waiting, worker.clock.now()).await?;
        }
        let WentOn { settled, next } = settle_run(job, &ended, stride, worker).await?;
        lost = lost.saturating_add(settled.iter().filter(|settled| !**settled).count());
        run = next;
    }
    Ok(lost)
}

/// A job that was attempted, and what follows.
struct Ended<'a, T> {
    leased: &'a Leased<T>,
    settlement: Settlement,
    began: Timestamp,
}

/// Attempts jobs of one order key, as many as may be. One whose earlier attempts have used up its schedule is not attempted.
async fn attempt_run<'a, T: Send + Sync>(
    job: &dyn Work<T>,
    run: &'a [Leased<T>],
    worker: &Worker<'_>,
) -> Vec<Ended<'a, T>> {
    let began = worker.clock.now();
    let is_exhausted = |leased: &Leased<T>| job.schedule().is_exhausted(leased.attempts);
    let reports = match run.split(is_exhausted).next() {
        None | Some([]) => vec![Report::permanent("earlier attempts never reported an outcome")],
        Some(run) => job.attempt_all(run).await,
    };
    let follow = |(leased, report)| {
        let settlement = job.follow(leased, report, worker);
        job.hear(leased, &settlement, began);
        Ended { leased, settlement, began }
    };
    run.iter().zip(reports).map(follow).collect()
}

/// Ends these leases, and leases so many jobs that come next.
async fn settle_run<T: Send + Sync>(
    job: &dyn Work<T>,
    ended: &[Ended<'_, T>],
    stride: u32,
    worker: &Worker<'_>,
) -> Result<WentOn<T>, StoreError> {
    let (failed, others): (Vec<_>, Vec<_>) = ended.iter().partition(|ended| ended.settlement.next == Next::Failed);
    let mut settled = Vec::with_capacity(ended.len());
    for Ended { leased, settlement, began } in failed {
        settled.push(job.bury(leased, settlement, *began).await?);
    }
    if others.is_empty() {
        return Ok(WentOn { settled, next: Vec::new() });
    }
    let others: Vec<_> = others.into_iter().map(|ended| (ended.leased.lease, ended.settlement.clone())).collect();
    let WentOn { settled: more, next } = job.queue().settle_and_go_on(&others, &job.claim(stride, worker)).await?;
    settled.extend(more);
    Ok(WentOn { settled, next })
}

/// Leases at most so many due jobs and does them one after the other; gives how many there were. Their leases begin together:
/// for jobs that take long, lease few.
///
/// # Errors
/// The queue's trouble; what was leased and not done is done again when its lease has run out.
pub async fn round<T: Send + Sync>(job: &dyn Work<T>, limit: u32, worker: &Worker<'_>) -> Result<usize, StoreError> {
    let leased = job.queue().claim(&job.claim(limit, worker)).await?;
    for one in &leased {
        work(job, one, worker).await?;
    }
    Ok(leased.len())
}
