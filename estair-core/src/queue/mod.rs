//! Durable queues: one way to claim, lease, settle, retry, bury and rescue, used three times: ESTAIR's outbox to
//! Messager, Messager's deliveries to the webhook, notifications to their channels.
//!
//! The rules are pure: [`Schedule::settle`] says what follows an attempt. A store only compares and sets: every claim
//! takes a fresh lease token, every settlement names it, so that a worker that comes back late changes nothing (G6).
//! The attempt is written with the claim, before the call to the outside: a crash shows as an attempt whose outcome is
//! unknown (G5).

mod schedule;
mod worker;

pub use schedule::Schedule;
pub use worker::{Work, Worker, round, work, work_on};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::json::Json;
use crate::named::named;
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
    pub result: Option<Json>,
    /// The other side's wish.
    pub retry_after: Option<Duration>,
}

impl Report {
    /// Done, with this answer.
    #[must_use]
    pub fn done(result: Option<Json>) -> Self {
        Self { outcome: AttemptOutcome::Done, http_status: None, error: None, result, retry_after: None }
    }

    /// Failed for this reason, to be tried again.
    #[must_use]
    pub fn retry(error: impl Into<String>) -> Self {
        Self::failed(AttemptOutcome::Retry, error)
    }

    /// Failed for good, for this reason.
    #[must_use]
    pub fn permanent(error: impl Into<String>) -> Self {
        Self::failed(AttemptOutcome::Permanent, error)
    }

    /// Not done on purpose, for this reason.
    #[must_use]
    pub fn skipped(error: impl Into<String>) -> Self {
        Self::failed(AttemptOutcome::Skipped, error)
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

    /// Is the job over, so that the next one of its order key has its turn (G9)?
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !matches!(self, Self::Retry { .. })
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
}

/// How far the clocks of honest workers may differ, and how long a claim may be on its way once it has read its own: what
/// lies no further beyond a bound was written by another worker, not by a clock that was wrong (G6, G11).
pub const TOLERANCE: Duration = Duration::from_secs(10);

/// A wish for jobs.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Jobs at most.
    pub limit: u32,
    /// The present instant.
    pub now: Timestamp,
    /// Until when the lease holds.
    pub until: Timestamp,
    /// The latest instant until which somebody's lease can hold. One that says it holds longer was written by a clock that was
    /// wrong: it is over (G11).
    pub latest_until: Timestamp,
    /// The latest instant at which a job can be due. One that says it is due later was written by a clock that was wrong: it
    /// is due (G11).
    pub latest: Timestamp,
    /// What is of low priority is not due now: it waits for the end of quiet hours.
    pub quiet: bool,
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

/// What became of jobs of one order key, and what comes after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WentOn<T> {
    /// For each lease: did it end? Not one that was lost meanwhile.
    pub settled: Vec<bool>,
    /// The next jobs of the same key, leased.
    pub next: Vec<Leased<T>>,
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
    /// Leases due jobs and writes the attempt of each. Due is what is pending and whose time has come, or whose lease has
    /// run out (its open attempt is closed as unknown). Of jobs that share an order key only the oldest unfinished one is
    /// due, and none while another of them is leased, as a replay may find one (G9). Those whose time came first go first; an
    /// order key whose job is done takes its next turn from then on, so that a backlog holds up nobody else (G13). No two
    /// claims lease the same job at the same time (G6).
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<T>>, StoreError>;

    /// Ends a lease and closes its attempt, all or nothing. False, and nothing written, when the job
    /// does not carry the token any more.
    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError>;

    /// Ends leases of jobs that share an order key, each as [`settle`](Self::settle) does, and leases what comes next of that
    /// key, all in one transaction: at most as many jobs as the claim says, in their order, up to the first whose time has
    /// not come. Unlike those of [`claim`](Self::claim), which are of a key each, whoever leases them does them one after the other
    /// (G9). A queue that cannot do so leases none, and they are claimed as always.
    async fn settle_and_go_on(&self, ended: &[(Lease, Settlement)], _claim: &Claim) -> Result<WentOn<T>, StoreError> {
        let mut settled = Vec::with_capacity(ended.len());
        for (lease, settlement) in ended {
            settled.push(self.settle(lease, settlement).await?);
        }
        Ok(WentOn { settled, next: Vec::new() })
    }

    /// Gives back leases whose calls were never made: the jobs are pending again, the attempts as if never begun.
    async fn release(&self, leases: &[Lease], now: Timestamp) -> Result<(), StoreError>;

    /// How full the queue is.
    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError>;
}
