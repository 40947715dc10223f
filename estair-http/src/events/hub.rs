//! Looks for news in the database while somebody listens, and tells everyone.
//!
//! Ids of facts are given before their commit, so a fact may appear behind one that was seen already. The hub therefore
//! reads on from the first id that is still missing, and gives a missing id up only after a while.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use estair_core::clock::Timestamp;
use estair_core::fact::Fact;
use estair_core::id::{FactId, Row};
use estair_core::messager::{MessageFilter, MessageRecord, MessagerStore};
use estair_core::queue::JobStatus;
use estair_core::read::{FactFilter, MAX_PAGE, Page, Reader};
use estair_core::store::StoreError;
use tokio::sync::{Mutex, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::host::Host;

/// Facts read at once.
pub(super) const READ_AT_ONCE: u32 = 500;
/// News that a slow stream may be behind.
const BACKLOG: usize = 4_096;
/// After this long, a missing id belongs to a transaction that was rolled back.
const GIVE_UP_AFTER: chrono::Duration = chrono::Duration::seconds(30);
/// Ids before the newest one among which a hub that begins still waits for missing ones.
const LOOK_BACK: u64 = 32;

/// Something new.
#[derive(Clone, Debug)]
pub(crate) enum News {
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

/// Hears of news.
pub(super) type Subscription = broadcast::Receiver<Arc<News>>;

/// Tells everyone who listens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hub {
    host: Host,
    interval: Duration,
    shutdown: CancellationToken,
    /// There while the hub is looking.
    looking: Arc<Mutex<Option<broadcast::Sender<Arc<News>>>>>,
}

impl Hub {
    pub(crate) fn new(host: Host, interval: Duration, shutdown: CancellationToken) -> Self {
        Self { host, interval, shutdown, looking: Arc::default() }
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
        let watch = Watch::begin(&self.host).await?;
        let (sender, subscription) = broadcast::channel(BACKLOG);
        *looking = Some(sender.clone());
        tokio::spawn(self.clone().look(watch, sender));
        Ok(subscription)
    }

    /// Where the facts are read.
    pub(super) fn reader(&self) -> &dyn Reader {
        self.host.reader.as_ref()
    }

    /// Waits until the host shuts down.
    pub(super) async fn ends(&self) {
        self.shutdown.cancelled().await;
    }

    /// Looks again and again, until nobody listens or the host shuts down.
    async fn look(self, mut watch: Watch, sender: broadcast::Sender<Arc<News>>) {
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
            if let Err(error) = watch.look(&self.host, &sender).await {
                tracing::warn!(error = ?error.trace(), "no look for news");
            }
        }
    }
}

/// Where the hub stands.
struct Watch {
    /// Every fact up to this one is told, or was given up.
    floor: u64,
    /// Facts above it that are told, with when they were seen.
    told: BTreeMap<u64, Timestamp>,
    /// Messages that are known, with how they were.
    messages: HashMap<Uuid, Stage>,
}

/// What of a message is worth an event when it changes.
type Stage = (JobStatus, u32);

impl Watch {
    async fn begin(host: &Host) -> Result<Self, StoreError> {
        let last = host.reader.last_fact().await?.map_or(0, |id| id.0);
        let floor = last.saturating_sub(LOOK_BACK);
        let mut watch = Self { floor, told: BTreeMap::new(), messages: HashMap::new() };
        // What is there already is no news; an id that is missing before it may belong to a commit under way.
        watch.new_facts(host).await?;
        if let Some(messager) = &host.messager {
            watch.changed_messages(messager.as_ref()).await?;
        }
        Ok(watch)
    }

    async fn look(&mut self, host: &Host, sender: &broadcast::Sender<Arc<News>>) -> Result<(), StoreError> {
        for fact in self.new_facts(host).await? {
            // Nobody listening any more is no error: the next round ends.
            let _ = sender.send(Arc::new(News::Fact(fact)));
        }
        if let Some(messager) = &host.messager {
            let after = self.told.last_key_value().map_or(self.floor, |(id, _)| *id);
            for record in self.changed_messages(messager.as_ref()).await? {
                let _ = sender.send(Arc::new(News::Message { after, record: Box::new(record) }));
            }
        }
        Ok(())
    }

    async fn new_facts(&mut self, host: &Host) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        let now = host.clock.now();
        let mut fresh = Vec::new();
        let mut after = self.floor;
        loop {
            let facts = host.reader.facts(FactFilter::After(FactId(after)), READ_AT_ONCE).await?;
            let full = facts.len() >= READ_AT_ONCE as usize;
            for fact in facts {
                after = fact.id.0;
                if let std::collections::btree_map::Entry::Vacant(place) = self.told.entry(after) {
                    place.insert(now);
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
        while let Some(first) = self.told.first_entry() {
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
