//! Loops that do one bounded round after the other.

use std::sync::Arc;
use std::time::Duration;

use estair_core::Book;
use estair_core::background::{ROUND, expire_due};
use estair_core::store::{Reader, StoreError};
use futures::future::BoxFuture;
use tokio::time::sleep;

use super::setting::{Backoff, POLL, Setting};

/// One round; gives how much it found to do.
pub(super) type Round = Arc<dyn Fn(Setting) -> BoxFuture<'static, Result<usize, StoreError>> + Send + Sync>;

/// A round that is done again at once while it finds something, and otherwise when the bell rings or [`POLL`] has passed.
pub(super) async fn repeat(setting: Setting, name: &'static str, round: Round) {
    let mut bell = setting.wake.bell();
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        bell.mark_unchanged();
        match round(setting.clone()).await {
            Ok(done) => {
                backoff.reset();
                setting.pulses.round(name, setting.now());
                if done > 0 {
                    setting.wake.ring();
                    continue;
                }
                tokio::select! {
                    () = setting.stop.cancelled() => {}
                    _ = bell.changed() => {}
                    () = sleep(POLL) => {}
                }
            }
            Err(error) => {
                setting.pulses.trouble(name, setting.now(), &error);
                setting.pause(backoff.next()).await;
            }
        }
    }
}

const EXPIRY: &str = "expiry";

/// Lets due credits expire, so often (X1).
pub(super) async fn expiry(setting: Setting, book: Book, reader: Arc<dyn Reader>, every: Duration) {
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        let wait = match expire_due(&book, reader.as_ref()).await {
            Ok(seen) => {
                setting.pulses.round(EXPIRY, setting.now());
                backoff.reset();
                // A full round may have left some behind.
                if seen < ROUND as usize { every } else { POLL.min(every) }
            }
            Err(error) => {
                setting.pulses.trouble(EXPIRY, setting.now(), &error);
                backoff.next().min(every)
            }
        };
        pause_alive(&setting, EXPIRY, wait).await;
    }
}

/// A long wait, during which the loop is alive.
async fn pause_alive(setting: &Setting, name: &'static str, wait: Duration) {
    const BEAT: Duration = Duration::from_secs(20);
    let mut left = wait;
    while !left.is_zero() && !setting.stop.is_cancelled() {
        let beat = left.min(BEAT);
        setting.pause(beat).await;
        left = left.saturating_sub(beat);
        setting.pulses.beat(name, setting.now());
    }
}
