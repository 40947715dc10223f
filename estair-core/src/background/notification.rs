//! Notifications: fanned out from facts, and sent (N3).

use std::sync::Arc;

use async_trait::async_trait;

use crate::background::ROUND;
use crate::notification::{
    Directory, NOT_CONFIGURED, Notification, Notifications, Notifier, PendingFacts, QuietHours, fan_out,
};
use crate::queue::{Leased, Next, Queue, Report, Schedule, Settlement, Work, Worker};
use crate::store::StoreError;

/// Sends notifications by their channels (N3).
#[derive(Clone)]
pub struct SendNotifications {
    /// Where they wait.
    pub queue: Arc<dyn Notifications>,
    /// The channels.
    pub notifier: Arc<dyn Notifier>,
    /// When one is tried again.
    pub schedule: Schedule,
    /// When what is of low priority is not tried again.
    pub quiet: Option<QuietHours>,
}

#[async_trait]
impl Work<Notification> for SendNotifications {
    fn queue(&self) -> &dyn Queue<Notification> {
        self.queue.as_ref()
    }

    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    async fn attempt(&self, leased: &Leased<Notification>) -> Report {
        if !self.notifier.is_on(leased.job.channel) {
            return Report::skipped(NOT_CONFIGURED);
        }
        self.notifier.send(leased.lease.id, &leased.job).await
    }

    fn follow(&self, leased: &Leased<Notification>, report: Report, worker: &Worker<'_>) -> Settlement {
        let mut settlement = self.schedule.settle(leased.attempts, report, worker.clock.now(), worker.jitter());
        if let (Next::Retry { at }, Some(quiet)) = (&mut settlement.next, self.quiet) {
            *at = quiet.next_allowed(*at, leased.job.priority());
        }
        settlement
    }
}

/// Fans out the facts whose notices are pending. Gives how many there were.
///
/// # Errors
/// The store's or the directory's trouble; nothing is lost, the facts stay pending.
pub async fn fan_out_facts(
    pending: &dyn PendingFacts,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    quiet: Option<QuietHours>,
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let facts = pending.pending_facts(ROUND).await?;
    for fact in &facts {
        let fanned_out = fan_out(fact, directory, notifier, quiet, worker.clock.now()).await?;
        pending.save_fan_out(fact.id, &fanned_out).await?;
    }
    Ok(facts.len())
}
