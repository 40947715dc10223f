//! Looks for what happened in the databases while somebody listens, and says it to everyone.
//!
//! Events of the book and of Messager have numbers that become visible in order ([`FactReader`], [`MessagerView`]): who has
//! read one has read all before it. Messager may be elsewhere, and away: nothing of the book waits for it.
//!
//! [`FactReader`]: estair_core::store::FactReader

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::Duration as Span;
use estair_core::clock::{Clock, Timestamp};
use estair_core::messager::{MessageEvent, MessagerView};
use estair_core::store::{Event, EventRange, Reader, StoreError, StoreErrorKind};
use tokio::sync::{Mutex as AsyncMutex, broadcast};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::key::{EventKey, Place};

/// Events read at once.
pub(super) const READ_AT_ONCE: u32 = 500;
/// Happenings that a slow stream may be behind before it reads them again.
const BACKLOG: usize = 4_096;
/// How long events are kept for readers that come back.
const KEPT: Span = Span::hours(24);
/// How long who begins to listen waits for a Messager that does not answer.
const MESSAGER_ANSWERS_WITHIN: Duration = Duration::from_secs(1);
/// Looks without an event of Messager after which it is asked whether its numbers were set back: its database may have been.
const CHECK_AFTER: u32 = 20;
/// Rounds in which what is committed is numbered for who begins to listen; more is left to the loop.
const ROUNDS: u32 = 20;

/// Something that happened.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "each is shared by all streams, behind one pointer")]
pub(super) enum Happening {
    /// A fact has its number.
    Fact(Event),
    /// A message is new, or has moved on.
    Message(MessageEvent),
}

/// Hears what happens.
pub(super) type Subscription = broadcast::Receiver<Arc<Happening>>;

/// Says what happens to everyone who listens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hub {
    sources: Sources,
    key: EventKey,
    interval: Duration,
    shutdown: CancellationToken,
    /// There while the hub is looking.
    looking: Arc<AsyncMutex<Option<Arc<Looking>>>>,
}

/// Where it is read: everything, for streams that then show each actor its own.
#[derive(Clone)]
pub(crate) struct Sources {
    /// The book; none for Messager's own stream.
    pub(crate) reader: Option<Arc<dyn Reader>>,
    /// Messager, where it can be read.
    pub(crate) messager: Option<Arc<dyn MessagerView>>,
    /// The clock.
    pub(crate) clock: Arc<dyn Clock>,
}

/// A hub that looks.
pub(super) struct Looking {
    sender: broadcast::Sender<Arc<Happening>>,
    state: Mutex<State>,
    /// Set when nobody listens any more.
    over: CancellationToken,
}

/// How far it has looked. Whatever is said is said while this is held, so that who begins to listen knows from where on.
struct State {
    number: u64,
    /// Of Messager; none until it has answered.
    messages: Option<u64>,
    /// How often Messager's numbers were found set back.
    set_back: u32,
}

impl Looking {
    /// The number of Messager's last event, as far as it was heard of.
    pub(super) fn last_of_messages(&self) -> Option<u64> {
        self.state().messages
    }

    /// How often Messager's numbers were found set back.
    pub(super) fn set_back(&self) -> u32 {
        self.state().set_back
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to hear, from this place on.
    fn subscribe(&self) -> (Subscription, Place) {
        let state = self.state();
        (self.sender.subscribe(), Place { number: state.number, part: 0, messages: state.messages })
    }

    fn say(&self, happening: Happening) {
        // Nobody listening any more is no error.
        let _ = self.sender.send(Arc::new(happening));
    }
}

impl Hub {
    pub(crate) fn new(sources: Sources, key: EventKey, interval: Duration, shutdown: CancellationToken) -> Self {
        Self { sources, key, interval, shutdown, looking: Arc::default() }
    }

    /// What seals the ids of its events.
    pub(super) const fn key(&self) -> &EventKey {
        &self.key
    }

    /// Can messages be heard of?
    pub(super) const fn has_messages(&self) -> bool {
        self.sources.messager.is_some()
    }

    /// Begins to listen: everything committed from now on is heard, after the place that is given.
    ///
    /// # Errors
    /// When a database cannot say where it stands.
    pub(super) async fn join(&self) -> Result<(Arc<Looking>, Subscription, Place), StoreError> {
        // What is committed already is no news, whoever numbers it.
        self.number_events().await;
        let range = self.range().await?;
        let mut slot = self.looking.lock().await;
        let looking = match slot.as_ref() {
            Some(looking) => Arc::clone(looking),
            None => {
                let looking = self.begin(range.last).await;
                tokio::spawn(self.clone().look(Arc::clone(&looking)));
                if let Some(messager) = &self.sources.messager {
                    tokio::spawn(self.clone().look_at_messages(Arc::clone(messager), Arc::clone(&looking)));
                }
                Arc::clone(slot.insert(looking))
            }
        };
        let (subscription, place) = looking.subscribe();
        Ok((looking, subscription, Place { number: place.number.max(range.last), ..place }))
    }

    async fn begin(&self, number: u64) -> Arc<Looking> {
        self.number_messages().await;
        let messages = self.range_of_messages().await.ok().flatten().map(|range| range.last);
        let (sender, _) = broadcast::channel(BACKLOG);
        let state = Mutex::new(State { number, messages, set_back: 0 });
        Arc::new(Looking { sender, state, over: CancellationToken::new() })
    }

    /// The book's events that can be read again.
    pub(super) async fn range(&self) -> Result<EventRange, StoreError> {
        let Some(reader) = &self.sources.reader else { return Ok(EventRange::default()) };
        reader.event_range(self.kept_since()).await
    }

    /// Messager's events that can be read again; none where there is no Messager.
    pub(super) async fn range_of_messages(&self) -> Result<Option<EventRange>, StoreError> {
        let Some(messager) = &self.sources.messager else { return Ok(None) };
        soon(messager.event_range(self.kept_since())).await.map(Some)
    }

    /// Messager's events after a number.
    pub(super) async fn messages_after(&self, number: u64) -> Result<Vec<MessageEvent>, StoreError> {
        match &self.sources.messager {
            Some(messager) => soon(messager.events(number, READ_AT_ONCE)).await,
            None => Ok(Vec::new()),
        }
    }

    fn kept_since(&self) -> Timestamp {
        let now = self.sources.clock.now();
        now.checked_sub_signed(KEPT).unwrap_or(now)
    }

    /// Gives what is committed its numbers, as the loop does that may run elsewhere.
    async fn number_events(&self) {
        let Some(reader) = &self.sources.reader else { return };
        for _ in 0..ROUNDS {
            match reader.number_events(READ_AT_ONCE).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = ?error.trace(), "events cannot be numbered");
                    return;
                }
            }
        }
    }

    /// The same for what became of messages: what there is already is no news.
    async fn number_messages(&self) {
        let Some(messager) = &self.sources.messager else { return };
        for _ in 0..ROUNDS {
            match soon(messager.number_events(self.sources.clock.now(), READ_AT_ONCE)).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// Waits until the host shuts down.
    pub(super) async fn ends(&self) {
        self.shutdown.cancelled().await;
    }

    /// Looks again and again, until nobody listens or the host shuts down.
    async fn look(self, looking: Arc<Looking>) {
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => break,
                () = tokio::time::sleep(self.interval) => {}
            }
            if looking.sender.receiver_count() == 0 {
                let mut slot = self.looking.lock().await;
                // Whoever begins to listen holds the slot.
                if looking.sender.receiver_count() == 0 {
                    *slot = None;
                    break;
                }
            }
            // What could not be read now is read at the next look.
            if let Err(error) = self.look_at_book(&looking).await {
                tracing::warn!(error = ?error.trace(), "what happened cannot be read");
            }
        }
        looking.over.cancel();
    }

    async fn look_at_book(&self, looking: &Looking) -> Result<(), StoreError> {
        let Some(reader) = &self.sources.reader else { return Ok(()) };
        loop {
            let after = looking.state().number;
            let events = reader.events(after, READ_AT_ONCE).await?;
            let full = events.len() >= READ_AT_ONCE as usize;
            let mut state = looking.state();
            for event in events {
                state.number = event.number;
                looking.say(Happening::Fact(event));
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// By itself: a Messager that does not answer holds up no event of the book.
    async fn look_at_messages(self, messager: Arc<dyn MessagerView>, looking: Arc<Looking>) {
        let (mut quiet, mut is_away) = (0, false);
        loop {
            tokio::select! {
                () = looking.over.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
            match self.look_at_messager(messager.as_ref(), &looking, &mut quiet).await {
                Ok(()) => is_away = false,
                Err(error) if is_away => {
                    tracing::debug!(error = ?error.trace(), "what became of messages cannot be read")
                }
                Err(error) => {
                    tracing::warn!(error = ?error.trace(), "what became of messages cannot be read");
                    is_away = true;
                }
            }
        }
    }

    async fn look_at_messager(
        &self,
        messager: &dyn MessagerView,
        looking: &Looking,
        quiet: &mut u32,
    ) -> Result<(), StoreError> {
        let known = looking.last_of_messages();
        if known.is_none() || *quiet >= CHECK_AFTER {
            *quiet = 0;
            let last = messager.event_range(self.kept_since()).await?.last;
            let mut state = looking.state();
            // Numbers that were set back begin anew: readers whose number was not given yet load their lists again.
            if state.messages.is_some_and(|known| known > last) {
                state.set_back = state.set_back.saturating_add(1);
                state.messages = Some(last);
            }
            state.messages = state.messages.or(Some(last));
            return Ok(());
        }
        let events = messager.events(known.unwrap_or_default(), READ_AT_ONCE).await?;
        *quiet = if events.is_empty() { quiet.saturating_add(1) } else { 0 };
        let mut state = looking.state();
        for event in events {
            state.messages = Some(event.number);
            looking.say(Happening::Message(event));
        }
        Ok(())
    }
}

/// What Messager says, if it says it soon.
async fn soon<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let silent = |_| StoreError::new(StoreErrorKind::Unavailable, "Messager does not answer");
    timeout(MESSAGER_ANSWERS_WITHIN, asked).await.map_err(silent)?
}
