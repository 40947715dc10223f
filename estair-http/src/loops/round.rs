//! Loops that do one bounded round after the other.

use std::sync::Arc;
use std::time::Duration;

use estair_core::Book;
use estair_core::background::{KeyedChains, ROUND, ReportDay, expire_due, key_chains, send_lost_again};
use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::messager::{MessagerStore, MessagerView};
use estair_core::store::{Reader, StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use tokio::time::sleep;

use super::setting::{Backoff, POLL, Pace, Setting};
use super::wake::Topic;

/// What a loop of rounds has to do with.
#[derive(Clone, Copy)]
pub(super) struct Topics {
    /// What wakes it.
    pub(super) hears: &'static [Topic],
    /// What a round that found something has made work for.
    pub(super) rings: Topic,
}

/// One round; gives how much it found to do.
pub(super) type Round = Arc<dyn Fn(Setting) -> BoxFuture<'static, Result<usize, StoreError>> + Send + Sync>;

/// A round that is done again at once while it finds something, and otherwise when the bell rings or [`POLL`] has passed.
pub(super) async fn repeat(setting: Setting, name: &'static str, topics: Topics, round: Round) {
    let mut bell = setting.wake.bell(topics.hears);
    let (mut backoff, mut pace) = (Backoff::default(), Pace::default());
    while !setting.stop.is_cancelled() {
        pace.next(&setting).await;
        bell.mark_heard();
        match round(setting.clone()).await {
            Ok(done) => {
                backoff.reset();
                setting.pulses.round(name, setting.now());
                if done > 0 {
                    setting.wake.ring_for(topics.rings);
                    pace.found();
                    continue;
                }
                tokio::select! {
                    () = setting.stop.cancelled() => {}
                    () = bell.rung() => {}
                    () = sleep(POLL) => {}
                }
            }
            Err(error) => {
                setting.pulses.trouble(name, setting.now(), &error);
                setting.pause(backoff.after(&error)).await;
            }
        }
    }
}

const EVENTS: &str = "events";

/// Facts that are numbered at once.
const NUMBERED_AT_ONCE: u32 = 500;

/// Numbers the book's facts.
pub(super) async fn events(setting: Setting, reader: Arc<dyn Reader>) {
    number(setting, EVENTS, &[Topic::Book], |_| reader.number_events(NUMBERED_AT_ONCE)).await;
}

const MESSAGE_EVENTS: &str = "message_events";

/// Numbers what becomes of messages.
pub(super) async fn message_events(setting: Setting, store: Arc<dyn MessagerStore>) {
    number(setting, MESSAGE_EVENTS, &[Topic::Messages, Topic::Book], |now| store.number_events(now, NUMBERED_AT_ONCE))
        .await;
}

/// Numbers what is committed as soon as the bell rings. It rings for nobody: what is numbered makes no work.
async fn number<F>(setting: Setting, name: &'static str, topics: &'static [Topic], number: impl Fn(Timestamp) -> F)
where
    F: Future<Output = Result<u64, StoreError>>,
{
    let mut bell = setting.wake.bell(topics);
    let (mut backoff, mut pace) = (Backoff::default(), Pace::default());
    while !setting.stop.is_cancelled() {
        pace.next(&setting).await;
        bell.mark_heard();
        match number(setting.now()).await {
            Ok(numbered) => {
                backoff.reset();
                setting.pulses.round(name, setting.now());
                if numbered > 0 {
                    pace.found();
                    continue;
                }
                tokio::select! {
                    () = setting.stop.cancelled() => {}
                    () = bell.rung() => {}
                    () = sleep(POLL) => {}
                }
            }
            Err(error) => {
                setting.pulses.trouble(name, setting.now(), &error);
                setting.pause(backoff.after(&error)).await;
            }
        }
    }
}

const CHAINS: &str = "chains";

/// How often it is looked for accounts whose chains are not sealed yet.
const CHAINS_EVERY: Duration = Duration::from_secs(3_600);

/// Seals chains with the book's key where they are not (W4).
pub(super) async fn chains(setting: Setting, book: Book, reader: Arc<dyn Reader>) {
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        let wait = match key_chains(&book, reader.as_ref()).await {
            Ok(KeyedChains { sealed, left }) => {
                if sealed > 0 {
                    tracing::info!(sealed, "chains are sealed with the audit key from now on");
                }
                if let Some(first) = left.first() {
                    tracing::error!(
                        accounts = left.len(),
                        %first,
                        "chains are not sealed though others are: they are left as they are, look why before you seal them"
                    );
                }
                setting.pulses.round(CHAINS, setting.now());
                backoff.reset();
                CHAINS_EVERY
            }
            Err(error) => {
                let error = match error {
                    Error::Store(error) => error,
                    Error::Refused(refusal) => StoreError::new(StoreErrorKind::Other, refusal),
                };
                setting.pulses.trouble(CHAINS, setting.now(), &error);
                backoff.after(&error)
            }
        };
        pause_alive(&setting, CHAINS, wait).await;
    }
}

const LOST: &str = "lost_messages";

/// Sends again what is lost (G14). A Messager elsewhere that is away is asked another time.
pub(super) async fn lost(
    setting: Setting,
    book: Book,
    reader: Arc<dyn Reader>,
    messager: Arc<dyn MessagerView>,
    every: Duration,
) {
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        let wait = match send_lost_again(&book, reader.as_ref(), messager.as_ref(), every).await {
            Ok(sent) => {
                if sent > 0 {
                    tracing::warn!(sent, "messages were lost and are sent again");
                    setting.wake.ring();
                }
                setting.pulses.round(LOST, setting.now());
                backoff.reset();
                every
            }
            Err(error) if messager.is_elsewhere() && error.kind() == StoreErrorKind::Unavailable => {
                tracing::debug!(error = ?error.trace(), "what is lost cannot be looked for");
                setting.pulses.round(LOST, setting.now());
                every
            }
            Err(error) => {
                setting.pulses.trouble(LOST, setting.now(), &error);
                backoff.after(&error)
            }
        };
        pause_alive(&setting, LOST, wait).await;
    }
}

const REPORT: &str = "daily_report";

/// Queues the report of each day that is over (L8).
pub(super) async fn report(setting: Setting, job: ReportDay, every: Duration) {
    let (mut backoff, mut done) = (Backoff::default(), None);
    while !setting.stop.is_cancelled() {
        let wait = match job.run(done).await {
            Ok(now_done) => {
                setting.pulses.round(REPORT, setting.now());
                backoff.reset();
                if now_done != done {
                    setting.wake.ring();
                }
                done = now_done;
                every
            }
            Err(error) => {
                setting.pulses.trouble(REPORT, setting.now(), &error);
                backoff.after(&error)
            }
        };
        pause_alive(&setting, REPORT, wait).await;
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
                backoff.after(&error).min(every)
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
