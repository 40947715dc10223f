//! Looks for what happened in the databases while somebody listens, and says it to everyone.
//!
//! The book's events have numbers that become visible in order ([`FactReader`]): who has read one has read all before it.
//!
//! [`FactReader`]: estair_core::store::FactReader

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use estair_core::clock::{Clock, IdSource};
use estair_core::messager::MessagerStore;
use estair_core::store::{Event, EventRange, Reader, StoreError};
use tokio::sync::{Mutex as AsyncMutex, broadcast};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::journal::{Change, Journal, KEPT, Messages};
use super::key::{Entry, EventKey, Place};

/// Events read at once.
pub(super) const READ_AT_ONCE: u32 = 500;
/// Happenings that a slow stream may be behind before it reads them again.
const BACKLOG: usize = 4_096;
/// How long the journal of messages is kept up when nobody listens any more: most come back.
const LINGER: Duration = Duration::from_secs(600);
/// Rounds in which what is committed is numbered for who begins to listen; more is left to the loop.
const ROUNDS: u32 = 20;

/// Something that happened.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "each is shared by all streams, behind one pointer")]
pub(super) enum Happening {
    /// A fact has its number.
    Fact(Event),
    /// A message is new, or has moved on.
    Message(Entry, Change),
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
    pub(crate) messager: Option<Arc<dyn MessagerStore>>,
    /// The clock.
    pub(crate) clock: Arc<dyn Clock>,
    /// The source of ids.
    pub(crate) ids: Arc<dyn IdSource>,
}

/// A hub that looks.
pub(super) struct Looking {
    sender: broadcast::Sender<Arc<Happening>>,
    state: Mutex<State>,
}

/// How far it has looked. Whatever is said is said while this is held, so that who begins to listen knows from where on.
struct State {
    number: u64,
    journal: Option<Journal>,
    /// When somebody last began to listen.
    joined: Instant,
}

impl Looking {
    /// The changes of messages after a place, if all of them are kept.
    pub(super) fn messages_after(&self, place: Entry) -> Option<Vec<(Entry, Change)>> {
        self.state().journal.as_ref()?.after(place)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to hear, from this place on.
    fn subscribe(&self) -> (Subscription, Place) {
        let mut state = self.state();
        state.joined = Instant::now();
        let messages = state.journal.as_ref().map(Journal::end);
        (self.sender.subscribe(), Place { number: state.number, part: 0, messages })
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
                let (looking, messages) = self.begin(range.last).await?;
                tokio::spawn(self.clone().look(Arc::clone(&looking), messages));
                Arc::clone(slot.insert(looking))
            }
        };
        let (subscription, place) = looking.subscribe();
        Ok((looking, subscription, Place { number: place.number.max(range.last), ..place }))
    }

    async fn begin(&self, number: u64) -> Result<(Arc<Looking>, Messages), StoreError> {
        let mut messages = Messages::default();
        let journal = match &self.sources.messager {
            Some(messager) => {
                // What is there already is no news.
                messages.changed(messager.as_ref()).await?;
                Some(Journal::new(self.sources.ids.seed()))
            }
            None => None,
        };
        let (sender, _) = broadcast::channel(BACKLOG);
        Ok((
            Arc::new(Looking { sender, state: Mutex::new(State { number, journal, joined: Instant::now() }) }),
            messages,
        ))
    }

    /// The book's events that can be read again.
    pub(super) async fn range(&self) -> Result<EventRange, StoreError> {
        let Some(reader) = &self.sources.reader else { return Ok(EventRange::default()) };
        let now = self.sources.clock.now();
        reader.event_range(now.checked_sub_signed(KEPT).unwrap_or(now)).await
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

    /// Waits until the host shuts down.
    pub(super) async fn ends(&self) {
        self.shutdown.cancelled().await;
    }

    /// Looks again and again, until nobody has listened for a while or the host shuts down.
    async fn look(self, looking: Arc<Looking>, mut messages: Messages) {
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
            if looking.sender.receiver_count() > 0 {
                heard = Instant::now();
            } else {
                let mut slot = self.looking.lock().await;
                // Whoever begins to listen holds the slot.
                let quiet = heard.max(looking.state().joined).elapsed();
                if looking.sender.receiver_count() == 0 && (quiet >= LINGER || !self.has_messages()) {
                    *slot = None;
                    return;
                }
            }
            // What could not be read now is read at the next look.
            for looked in [self.look_at_book(&looking).await, self.look_at_messages(&looking, &mut messages).await] {
                if let Err(error) = looked {
                    tracing::warn!(error = ?error.trace(), "what happened cannot be read");
                }
            }
        }
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

    async fn look_at_messages(&self, looking: &Looking, messages: &mut Messages) -> Result<(), StoreError> {
        let Some(messager) = &self.sources.messager else { return Ok(()) };
        let (changed, now) = (messages.changed(messager.as_ref()).await?, self.sources.clock.now());
        let mut state = looking.state();
        if let Some(journal) = &mut state.journal {
            for change in changed {
                let entry = journal.push(change.clone(), now);
                looking.say(Happening::Message(entry, change));
            }
        }
        Ok(())
    }
}
