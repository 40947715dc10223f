//! Doing a leased job: the attempt and its settlement.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::{Clock, IdSource, Ids, Timestamp};
use crate::queue::{Claim, Leased, Queue, Report, Schedule, Settlement, TOLERANCE};
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

    /// Saves what follows an attempt that began at this instant. False when the lease was lost meanwhile.
    ///
    /// # Errors
    /// The queue's trouble.
    async fn settle(&self, leased: &Leased<T>, settlement: &Settlement, _began: Timestamp) -> Result<bool, StoreError> {
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
    let began = worker.clock.now();
    let report = if job.schedule().is_exhausted(leased.attempts) {
        Report::permanent("earlier attempts never reported an outcome")
    } else {
        job.attempt(leased).await
    };
    let settlement = job.follow(leased, report, worker);
    job.settle(leased, &settlement, began).await
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
