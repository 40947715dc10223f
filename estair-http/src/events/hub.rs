//! Looks for what happened in the database while somebody listens, and says it to everyone.
//!
//! Ids of facts are given before their commit, so a fact may appear behind one that was seen already. The hub therefore
//! reads on from the first id that is still missing, and gives a missing id up only after a while.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use estair_core::clock::{Clock, Timestamp};
use estair_core::fact::Fact;
use estair_core::id::FactId;
use estair_core::messager::{MessageFilter, MessageRecord, MessagerStore};
use estair_core::queue::JobStatus;
use estair_core::row::Row;
use estair_core::store::{FactFilter, MAX_PAGE, Page, Reader, StoreError};
use tokio::sync::{Mutex, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::host::Host;

/// Facts read at once.
pub(super) const READ_AT_ONCE: u32 = 500;
/// Happenings that a slow stream may be behind.
const BACKLOG: usize = 4_096;
/// After this long, a missing id belongs to a transaction that was rolled back.
const GIVE_UP_AFTER: chrono::Duration = chrono::Duration::seconds(30);
/// Ids before the newest one among which a hub that begins still waits for missing ones.
const LOOK_BACK: u64 = 32;

/// Something that happened.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// A fact was committed.
    Fact(Row<FactId, Fact>),
    /// A message is new, or has moved on.
    Message {
        /// The newest fact then: the id of the event.
        after: u64,
        /// The message.
        record: Box<MessageRecord>,
    },
}

/// Hears what happens.
pub(super) type Subscription = broadcast::Receiver<Arc<Happening>>;

/// Says what happens to everyone who listens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hub {
    sources: Sources,
    interval: Duration,
    shutdown: CancellationToken,
    /// There while the hub is looking.
    looking: Arc<Mutex<Option<broadcast::Sender<Arc<Happening>>>>>,
}

/// Where it is read: everything, for streams that then show each actor its own.
#[derive(Clone)]
struct Sources {
    reader: Arc<dyn Reader>,
    messager: Option<Arc<dyn MessagerStore>>,
    clock: Arc<dyn Clock>,
}

impl Hub {
    pub(crate) fn new(host: &Host, interval: Duration, shutdown: CancellationToken) -> Self {
        let Host { reader, messager, clock, .. } = host;
        let sources = Sources { reader: Arc::clone(reader), messager: messager.clone(), clock: Arc::clone(clock) };
        Self { sources, interval, shutdown, looking: Arc::default() }
    }

    /// Begins to listen: everything committed from now on is heard.
    ///
    /// # Errors
    /// When the database cannot say where it stands.
    pub(super) async fn join(&self) -> Result<Subscription, StoreError> {
        let mut looking = self.looking.lock().await;
        if let Some(sender) = looking.as_ref() {
            return Ok(sender.subscribe());
        }
        let place = Place::begin(&self.sources).await?;
        let (sender, subscription) = broadcast::channel(BACKLOG);
        *looking = Some(sender.clone());
        tokio::spawn(self.clone().look(place, sender));
        Ok(subscription)
    }

    /// Waits until the host shuts down.
    pub(super) async fn ends(&self) {
        self.shutdown.cancelled().await;
    }

    /// Looks again and again, until nobody listens or the host shuts down.
    async fn look(self, mut place: Place, sender: broadcast::Sender<Arc<Happening>>) {
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
            {
                let mut looking = self.looking.lock().await;
                if sender.receiver_count() == 0 {
                    *looking = None;
                    return;
                }
            }
            // What could not be read now is read at the next look.
            if let Err(error) = place.look(&self.sources, &sender).await {
                tracing::warn!(error = ?error.trace(), "what happened cannot be read");
            }
        }
    }
}

/// Where the hub stands.
struct Place {
    /// Every fact up to this one was seen, or given up.
    floor: u64,
    /// Facts above it that were seen, with when.
    seen: BTreeMap<u64, Timestamp>,
    /// Messages that are known, with how they were.
    messages: HashMap<Uuid, Stage>,
}

/// What of a message is worth an event when it changes.
type Stage = (JobStatus, u32);

impl Place {
    async fn begin(sources: &Sources) -> Result<Self, StoreError> {
        let last = sources.reader.last_fact().await?.map_or(0, |id| id.0);
        let floor = last.saturating_sub(LOOK_BACK);
        let mut place = Self { floor, seen: BTreeMap::new(), messages: HashMap::new() };
        // What is there already is no news; an id that is missing before it may belong to a commit under way.
        place.new_facts(sources).await?;
        if let Some(messager) = &sources.messager {
            place.changed_messages(messager.as_ref()).await?;
        }
        Ok(place)
    }

    async fn look(&mut self, sources: &Sources, sender: &broadcast::Sender<Arc<Happening>>) -> Result<(), StoreError> {
        for fact in self.new_facts(sources).await? {
            // Nobody listening any more is no error: the next round ends.
            let _ = sender.send(Arc::new(Happening::Fact(fact)));
        }
        if let Some(messager) = &sources.messager {
            let after = self.seen.last_key_value().map_or(self.floor, |(id, _)| *id);
            for record in self.changed_messages(messager.as_ref()).await? {
                let _ = sender.send(Arc::new(Happening::Message { after, record: Box::new(record) }));
            }
        }
        Ok(())
    }

    async fn new_facts(&mut self, sources: &Sources) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        let now = sources.clock.now();
        let mut fresh = Vec::new();
        let mut after = self.floor;
        loop {
            let facts = sources.reader.facts(FactFilter::After(FactId(after)), READ_AT_ONCE).await?;
            let full = facts.len() >= READ_AT_ONCE as usize;
            for fact in facts {
                after = fact.id.0;
                if let Entry::Vacant(entry) = self.seen.entry(after) {
                    entry.insert(now);
                    fresh.push(fact);
                }
            }
            if !full {
                break;
            }
        }
        self.raise_floor(now);
        Ok(fresh)
    }

    /// Ids without a gap need not be read again, nor those behind a gap that nobody fills any more.
    fn raise_floor(&mut self, now: Timestamp) {
        while let Some(first) = self.seen.first_entry() {
            let next = *first.key() == self.floor.saturating_add(1);
            let old = now.signed_duration_since(*first.get()) >= GIVE_UP_AFTER;
            if !next && !old {
                break;
            }
            self.floor = *first.key();
            first.remove();
        }
    }

    /// The newest messages and those that are under way, as far as they are not as they were.
    async fn changed_messages(&mut self, messager: &dyn MessagerStore) -> Result<Vec<MessageRecord>, StoreError> {
        let page = Page { limit: MAX_PAGE, before: None };
        let mut found: HashMap<Uuid, MessageRecord> = HashMap::new();
        for status in [None, Some(JobStatus::Pending), Some(JobStatus::Processing)] {
            let filter = MessageFilter { status, ..MessageFilter::default() };
            let slice = messager.messages(&filter, page).await?;
            found.extend(slice.items.into_iter().map(|record| (record.message.uuid, record)));
        }
        // What was under way and is on no list any more has ended.
        let ended = self.messages.iter().filter(|(uuid, stage)| is_open(stage) && !found.contains_key(*uuid));
        for uuid in ended.map(|(uuid, _)| *uuid).take(MAX_PAGE as usize).collect::<Vec<_>>() {
            if let Some((record, _)) = messager.message(uuid).await? {
                found.insert(uuid, record);
            }
        }
        let stages = found.iter().map(|(uuid, record)| (*uuid, (record.status, record.retry_count))).collect();
        let known = std::mem::replace(&mut self.messages, stages);
        let mut changed: Vec<_> = found
            .into_values()
            .filter(|record| known.get(&record.message.uuid) != Some(&(record.status, record.retry_count)))
            .collect();
        changed.sort_by_key(|record| record.id);
        Ok(changed)
    }
}

fn is_open((status, _): &Stage) -> bool {
    matches!(status, JobStatus::Pending | JobStatus::Processing)
}
