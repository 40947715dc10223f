//! Messager in the same process: what its API does, without the way over HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use estair_core::background::LocalMessager;
use estair_core::clock::{Clock, IdSource};
use estair_core::messager::{Messager, MessagerStore, OutgoingMessage, Receipt};
use estair_core::queue::{Report, Schedule};

use crate::loops::{Topic, Wake};

/// A Messager whose database this process holds.
#[derive(Clone)]
pub struct Embedded {
    /// Its database.
    pub store: Arc<dyn MessagerStore>,
    /// The schedule of its deliveries.
    pub schedule: Schedule,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
    /// Rings when a message was taken, so that it is delivered at once.
    pub wake: Wake,
}

#[async_trait]
impl Messager for Embedded {
    async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report> {
        let Self { store, schedule, clock, ids, wake } = self.clone();
        let receipt = LocalMessager { store, schedule, clock, ids }.submit(message).await?;
        wake.ring_for(Topic::Messages);
        Ok(receipt)
    }
}
