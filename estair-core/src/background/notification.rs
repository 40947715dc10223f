//! Notifications: fanned out from facts, and sent (N3).

use std::sync::Arc;

use async_trait::async_trait;

use crate::background::ROUND;
use crate::notification::{
    Directory, NOT_CONFIGURED, Notification, Notifications, Notifier, PendingFacts, QuietHours, fan_out,
};
use crate::queue::{Claim, Leased, Queue, Report, Schedule, Work, Worker};
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
    /// When what is of low priority waits.
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

    fn claim(&self, limit: u32, worker: &Worker<'_>) -> Claim {
        let claim = worker.claim(&self.schedule, limit);
        Claim { quiet: self.quiet.is_some_and(|quiet| quiet.holds_at(claim.now)), ..claim }
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
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let facts = pending.pending_facts(ROUND).await?;
    for fact in &facts {
        let fanned_out = fan_out(fact, directory, notifier, worker.clock.now()).await?;
        pending.save_fan_out(fact.fact.id, &fanned_out).await?;
    }
    Ok(facts.len())
}
