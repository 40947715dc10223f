//! Critical alerts: which go out by themselves and which are told together (N11).

use crate::messager::MessagerStore;
use crate::notice::Notice;
use crate::notification::outage;
use crate::notification::outage::Grouping;
use crate::queue::Worker;
use crate::store::StoreError;

/// Alerts that are decided on at a time.
const ALERTS: u32 = 200;

/// Decides which of Messager's alerts go out by themselves and which are told together, channel by channel. Gives how many
/// alerts and messages that were.
///
/// # Errors
/// The store's trouble; nothing is lost, the alerts stay held.
pub async fn settle_alerts(
    store: &dyn MessagerStore,
    grouping: &Grouping,
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let mut settled = 0;
    for (_, channel) in Notice::MovementFailed.routes() {
        let decided = outage::decide(store.alerts(channel, ALERTS).await?, grouping, worker.clock.now());
        if !decided.is_nothing() && store.settle_alerts(&decided).await? {
            settled += decided.released.len() + decided.grouped.len() + decided.messages.len();
        }
    }
    Ok(settled)
}
