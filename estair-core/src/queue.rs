//! Durable queues: one way to claim, lease, settle, retry, bury and rescue, used three times: ESTAIR's outbox to
//! Messager, Messager's deliveries to the webhook, notifications to their channels.
//!
//! The rules are pure: [`Schedule::settle`] says what follows an attempt. A store only compares and sets: every claim
//! takes a fresh lease token, every settlement names it, so that a worker that comes back late changes nothing (G6).
//! The attempt is written with the claim, before the call to the outside: a crash shows as an attempt whose outcome is
//! unknown (G5).

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::movement::named;
use crate::store::StoreError;

named! {
    /// Where a job is.
    JobStatus {
        /// Waits for its time, or its turn.
        Pending = "pending",
        /// Leased to a worker.
        Processing = "processing",
        /// Done.
        Completed = "completed",
        /// Given up, until somebody replays it.
        Failed = "failed",
        /// Not done, on purpose: the channel is off, the recipient does not want it.
        Skipped = "skipped",
    }
}

named! {
    /// What an attempt came to.
    AttemptOutcome {
        /// Done; a business outcome is done too (G2).
        Done = "done",
        /// Failed, to be tried again.
        Retry = "retry",
        /// Failed for good.
        Permanent = "permanent",
        /// Not done, on purpose.
        Skipped = "skipped",
        /// The worker never said: it died, or lost its lease.
        Unknown = "unknown",
    }
}

/// When to try again, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The delay before each retry (G1).
    pub delays: Vec<Duration>,
    /// After the last delay: bury, or go on with that delay for ever.
    pub for_ever: bool,
    /// Jitter on top of a delay, in percent of it.
    pub jitter_percent: u32,
    /// How long a lease lasts: longer than any call.
    pub lease: Duration,
}

impl Schedule {
    /// Messager's (G1): retries after 1, 5 and 15 minutes.
    #[must_use]
    pub fn messager() -> Self {
        Self::bounded([60, 300, 900])
    }

    /// The outbox's: never gives up, a minute between attempts at most (G3).
    #[must_use]
    pub fn outbox() -> Self {
        Self { for_ever: true, ..Self::bounded([1, 2, 5, 15, 30, 60]) }
    }

    /// Notifications': about a day, ten minutes between attempts at most: what waits behind the first one of a channel that
    /// is down leaves soon after it is back.
    #[must_use]
    pub fn notifications() -> Self {
        Self::bounded([30, 120].into_iter().chain([600; 144]))
    }

    fn bounded(seconds: impl IntoIterator<Item = u64>) -> Self {
        let delays = seconds.into_iter().map(Duration::from_secs).collect();
        Self { delays, for_ever: false, jitter_percent: 10, lease: Duration::from_secs(60) }
    }

    /// Retries after the first attempt; none when there is no bound.
    #[must_use]
    pub fn max_retries(&self) -> Option<u32> {
        (!self.for_ever).then(|| u32::try_from(self.delays.len()).unwrap_or(u32::MAX))
    }

    /// Has a job with so many attempts, the present one included, used up its schedule? A rescue counts as an attempt,
    /// or a poison message would loop.
    #[must_use]
    pub fn is_exhausted(&self, attempts: u32) -> bool {
        self.max_retries().is_some_and(|retries| attempts > retries.saturating_add(1))
    }

    /// When to try again after so many attempts; none when it is time to give up.
    fn retry_at(&self, attempts: u32, now: Timestamp, wanted: Option<Duration>, jitter: u32) -> Option<Timestamp> {
        let place = attempts.saturating_sub(1) as usize;
        let delay = match self.delays.get(place) {
            Some(delay) => *delay,
            None if self.for_ever => *self.delays.last()?,
            None => return None,
        };
        let percent = u64::from(jitter % self.jitter_percent.saturating_add(1));
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let delay = Duration::from_millis(millis.saturating_add(millis.saturating_mul(percent) / 100));
        let delay = wanted.map_or(delay, |wanted| wanted.min(MAX_RETRY_AFTER).max(delay));
        now.checked_add_signed(chrono::Duration::from_std(delay).ok()?)
    }

    /// What follows an attempt: `attempts` counts those of this cycle, this one included; `jitter` is any number.
    #[must_use]
    pub fn settle(&self, attempts: u32, report: Report, now: Timestamp, jitter: u32) -> Settlement {
        let next = match &report.outcome {
            AttemptOutcome::Done => Next::Completed,
            AttemptOutcome::Skipped => Next::Skipped,
            AttemptOutcome::Permanent => Next::Failed,
            AttemptOutcome::Retry | AttemptOutcome::Unknown => {
                match self.retry_at(attempts, now, report.retry_after, jitter) {
                    Some(at) => Next::Retry { at },
                    None => Next::Failed,
                }
            }
        };
        Settlement { at: now, next, report, alerts: Vec::new() }
    }
}

/// Longest wait that the other side may ask for.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What an attempt reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it came to.
    pub outcome: AttemptOutcome,
    /// The HTTP status, or the code of the other protocol.
    pub http_status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// The answer, kept whole (G5).
    pub result: Option<Value>,
    /// The other side's wish.
    pub retry_after: Option<Duration>,
}

impl Report {
    /// Done, with this answer.
    #[must_use]
    pub fn done(result: Option<Value>) -> Self {
        Self { outcome: AttemptOutcome::Done, http_status: None, error: None, result, retry_after: None }
    }

    /// Not done, for this reason.
    #[must_use]
    pub fn failed(outcome: AttemptOutcome, error: impl Into<String>) -> Self {
        Self { outcome, error: Some(error.into()), ..Self::done(None) }
    }

    /// With the other side's status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { http_status: Some(status), ..self }
    }
}

/// Where a job goes after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Done.
    Completed,
    /// Not done, on purpose.
    Skipped,
    /// Again at this instant.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// Given up.
    Failed,
}

impl Next {
    /// The status it leaves the job in.
    #[must_use]
    pub const fn status(&self) -> JobStatus {
        match self {
            Self::Completed => JobStatus::Completed,
            Self::Skipped => JobStatus::Skipped,
            Self::Retry { .. } => JobStatus::Pending,
            Self::Failed => JobStatus::Failed,
        }
    }
}

/// How a lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// When.
    pub at: Timestamp,
    /// Where the job goes.
    pub next: Next,
    /// What the attempt reported.
    pub report: Report,
    /// Alerts to be written with the failure, in the same transaction (G1); they are held until it is decided whether they go
    /// out by themselves ([`crate::outage`]).
    pub alerts: Vec<crate::notify::NewDelivery>,
}

/// A wish for jobs.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Jobs at most.
    pub limit: u32,
    /// The present instant.
    pub now: Timestamp,
    /// Until when the lease holds.
    pub until: Timestamp,
    /// The lease's token, fresh for each claim.
    pub token: Uuid,
}

/// A job that a worker holds until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased<T> {
    /// The lease.
    pub lease: Lease,
    /// Attempts of the present cycle, this one included.
    pub attempts: u32,
    /// When the job was made.
    pub created_at: Timestamp,
    /// What is to be done.
    pub job: T,
}

/// The right to settle a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub id: u64,
    /// The token that the job carries while the lease holds.
    pub token: Uuid,
}

/// How full a queue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    /// Jobs that wait.
    pub pending: u64,
    /// Jobs that are leased.
    pub processing: u64,
    /// Jobs that are done.
    pub completed: u64,
    /// Jobs that were given up.
    pub failed: u64,
    /// Jobs that were not done on purpose.
    pub skipped: u64,
    /// The age of the oldest job that waits, in seconds.
    pub oldest_pending_age_seconds: Option<u64>,
}

/// An attempt, as it is kept (G5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number over all cycles, from 1.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took; none while it runs or when nobody knows.
    pub duration_ms: Option<u64>,
    /// The other side's status.
    pub http_status: Option<u16>,
    /// What it came to; none while it runs.
    pub outcome: Option<AttemptOutcome>,
    /// What went wrong.
    pub error: Option<String>,
    /// Who replayed it, on the first attempt of a replay (G4).
    pub replayed_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A durable queue of one kind of job.
#[async_trait]
pub trait Queue<T>: Send + Sync {
    /// Leases due jobs, oldest first, and writes the attempt of each. Due is what is pending and whose time has come, or
    /// whose lease has run out (its open attempt is closed as unknown). Of jobs that share an order key only the oldest
    /// unfinished one is due (G9). No two claims lease the same job at the same time (G6).
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<T>>, StoreError>;

    /// Ends a lease, closes its attempt and writes the alerts, all or nothing. False, and nothing written, when the job
    /// does not carry the token any more.
    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError>;

    /// Gives back leases whose calls were never made: the jobs are pending again, the attempts as if never begun.
    async fn release(&self, leases: &[Lease], now: Timestamp) -> Result<(), StoreError>;

    /// How full the queue is.
    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError>;
}
