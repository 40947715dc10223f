//! A loop over a queue: it leases jobs as there is room, does them side by side, counts each attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use estair_core::background::ROUND;
use estair_core::clock::Timestamp;
use estair_core::queue::{Claim, Leased, Queue, Report, Schedule, Settlement, Work, Worker, work_on};
use estair_core::store::StoreError;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::setting::{Backoff, POLL, Setting};
use super::wake::{Topic, Wake};
use crate::metrics;

/// Jobs of one queue that run at the same time.
pub const PARALLEL: usize = 8;

/// Of the queues whose jobs end in the book: what ends together shares a commit.
pub const PARALLEL_OF_BOOK: usize = 128;

/// How often a queue is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// A kind of job, and the loop that does it.
pub(super) struct Lane<T> {
    name: &'static str,
    job: Measured<T>,
    parallel: usize,
    hears: &'static [Topic],
    setting: Setting,
    /// Jobs that run.
    running: AtomicUsize,
}

pub(super) async fn run<T: Send + Sync + 'static>(lane: Arc<Lane<T>>) {
    tokio::join!(lane.setting.stop.run_until_cancelled(lane.measure()), lane.work());
}

impl<T: Send + Sync + 'static> Lane<T> {
    pub(super) fn new(
        name: &'static str,
        job: Arc<dyn Work<T>>,
        parallel: usize,
        hears: &'static [Topic],
        setting: Setting,
    ) -> Self {
        let wake = setting.wake.clone();
        Self { name, job: Measured { name, job, wake }, parallel, hears, setting, running: AtomicUsize::new(0) }
    }

    async fn work(self: &Arc<Self>) {
        let Setting { wake, stop, pulses, .. } = &self.setting;
        let mut bell = wake.bell(self.hears);
        let mut jobs = JoinSet::new();
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            bell.mark_heard();
            match self.begin(&mut jobs).await {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    pulses.trouble(self.name, self.setting.now(), &error);
                    self.setting.pause(backoff.after(&error)).await;
                    continue;
                }
            }
            let full = jobs.len() >= self.parallel;
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = jobs.join_next() => while jobs.try_join_next().is_some() {},
                () = bell.rung(), if !full => {}
                () = sleep(POLL), if !full => {}
            }
        }
        while jobs.join_next().await.is_some() {}
    }

    /// Leases as many jobs as there is room for, and begins them.
    async fn begin(self: &Arc<Self>, jobs: &mut JoinSet<()>) -> Result<(), StoreError> {
        let Setting { stop, pulses, .. } = &self.setting;
        let free = self.parallel.saturating_sub(jobs.len());
        if free > 0 {
            let limit = u32::try_from(free).unwrap_or(ROUND);
            let claim = self.job.claim(limit, &self.setting.worker());
            let leased = self.job.queue().claim(&claim).await?;
            if stop.is_cancelled() {
                let leases: Vec<_> = leased.iter().map(|leased| leased.lease).collect();
                return self.job.queue().release(&leases, self.setting.now()).await;
            }
            for leased in leased {
                let lane = Arc::clone(self);
                self.running.fetch_add(1, Ordering::Relaxed);
                jobs.spawn(async move {
                    let _running = Running(&lane.running);
                    lane.attempt(leased).await;
                });
            }
        }
        pulses.round(self.name, self.setting.now());
        Ok(())
    }

    /// Does a job, and those of its order key that come next for as long as there is room for others too (G13).
    async fn attempt(&self, leased: Leased<T>) {
        let (setting, job) = (&self.setting, leased.lease.id);
        let more = || !setting.stop.is_cancelled() && self.running.load(Ordering::Relaxed) < self.parallel;
        match work_on(&self.job, leased, &setting.worker(), &more).await {
            Ok(0) => {}
            Ok(lost) => tracing::warn!(work = self.name, job, lost, "leases were lost before the outcome was kept"),
            // The lease runs out, the attempt is closed as unknown, and the job is done again.
            Err(error) => setting.pulses.trouble(self.name, setting.now(), &error),
        }
    }

    async fn measure(&self) {
        loop {
            if let Ok(depth) = self.job.queue().depth(self.setting.now()).await {
                self.setting.pulses.depth(self.name, depth);
            }
            sleep(MEASURE_EVERY).await;
        }
    }
}

/// One of the jobs that run, until it is dropped.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A job whose attempts are counted and logged; one that failed for good wakes who tells of it.
struct Measured<T> {
    name: &'static str,
    job: Arc<dyn Work<T>>,
    wake: Wake,
}

#[async_trait]
impl<T: Send + Sync> Work<T> for Measured<T> {
    fn queue(&self) -> &dyn Queue<T> {
        self.job.queue()
    }

    fn schedule(&self) -> &Schedule {
        self.job.schedule()
    }

    fn claim(&self, limit: u32, worker: &Worker<'_>) -> Claim {
        self.job.claim(limit, worker)
    }

    async fn attempt(&self, leased: &Leased<T>) -> Report {
        self.job.attempt(leased).await
    }

    fn follow(&self, leased: &Leased<T>, report: Report, worker: &Worker<'_>) -> Settlement {
        self.job.follow(leased, report, worker)
    }

    fn stride(&self) -> u32 {
        self.job.stride()
    }

    async fn attempt_all(&self, run: &[Leased<T>]) -> Vec<Report> {
        self.job.attempt_all(run).await
    }

    fn hear(&self, leased: &Leased<T>, settlement: &Settlement, began: Timestamp) {
        metrics::attempt(self.name, settlement, leased.created_at, began);
        if let Some(error) = &settlement.report.error {
            let outcome = settlement.report.outcome.name();
            let next = settlement.next.status().name();
            let job = leased.lease.id;
            tracing::info!(work = self.name, job, attempt = leased.attempts, outcome, next, error, "attempt");
        }
    }

    async fn bury(&self, leased: &Leased<T>, settlement: &Settlement, began: Timestamp) -> Result<bool, StoreError> {
        let buried = self.job.bury(leased, settlement, began).await?;
        self.wake.ring_for(Topic::Alerts);
        Ok(buried)
    }
}
