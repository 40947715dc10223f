//! Messager's messages: taken in, and delivered to the webhook (G6).

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::{Ids, Timestamp};
use crate::messager::{
    Message, MessagerStore, NewMessage, OutgoingMessage, Receipt, Transport, critical_alerts, judge,
};
use crate::queue::{Leased, Queue, Report, Schedule, Settlement, Work, Worker};
use crate::store::StoreError;

/// Delivers Messager's messages to the webhook.
#[derive(Clone)]
pub struct DeliverMessages {
    /// Messager's database.
    pub store: Arc<dyn MessagerStore>,
    /// The way to the webhook.
    pub transport: Arc<dyn Transport>,
    /// When a delivery is tried again (G1).
    pub schedule: Schedule,
}

#[async_trait]
impl Work<Message> for DeliverMessages {
    fn queue(&self) -> &dyn Queue<Message> {
        self.store.as_ref()
    }

    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    async fn attempt(&self, leased: &Leased<Message>) -> Report {
        judge(self.transport.call(&leased.job).await)
    }

    /// The next message of an account is leased as the one before it ends.
    fn stride(&self) -> u32 {
        1
    }

    /// A delivery that has failed for good leaves its critical alerts in the same transaction (G1).
    async fn bury(
        &self,
        leased: &Leased<Message>,
        settlement: &Settlement,
        began: Timestamp,
    ) -> Result<bool, StoreError> {
        let alerts = critical_alerts(leased, &self.schedule, settlement, began);
        self.store.bury(&leased.lease, settlement, &alerts).await
    }
}

/// Takes a message for Messager, in the same process: what its API does.
///
/// # Errors
/// The store's trouble.
pub async fn accept(
    store: &dyn MessagerStore,
    message: OutgoingMessage,
    schedule: &Schedule,
    worker: &Worker<'_>,
) -> Result<(Receipt, bool), StoreError> {
    let now = worker.clock.now();
    let uuid = Ids::new(now, worker.ids.seed()).draw();
    store.accept(&NewMessage::new(message, uuid, schedule, now)).await
}
