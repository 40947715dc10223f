//! What became of messages, in the order in which this process saw it.
//!
//! Messager keeps where its messages are, not when each step was seen: this is kept here, for readers that come back. A
//! journal belongs to one process and begins anew with it; whoever comes back to another one is told so and loads its lists
//! again, so that nothing is lost.

use std::collections::{HashMap, VecDeque};

use chrono::Duration;
use estair_core::clock::Timestamp;
use estair_core::messager::{MessageFilter, MessageRecord, MessagerStore};
use estair_core::queue::JobStatus;
use estair_core::store::{MAX_EVENTS, MAX_PAGE, Page, StoreError};
use uuid::Uuid;

use super::key::Entry;

/// How long changes are kept, as the book's events are.
pub(super) const KEPT: Duration = Duration::hours(24);

/// A message that is new, or has moved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) id: u64,
    pub(super) uuid: Uuid,
    pub(super) kind: String,
    pub(super) status: JobStatus,
    pub(super) retry_count: u32,
}

impl From<&MessageRecord> for Change {
    fn from(record: &MessageRecord) -> Self {
        Self {
            id: record.id,
            uuid: record.message.uuid,
            kind: record.message.kind.clone(),
            status: record.status,
            retry_count: record.retry_count,
        }
    }
}

/// The changes that are kept, numbered one after the other.
#[derive(Debug)]
pub(super) struct Journal {
    id: u64,
    /// The number of the newest.
    last: u64,
    kept: VecDeque<(Timestamp, Change)>,
}

impl Journal {
    /// An empty one, known by this seed.
    pub(super) fn new(seed: u128) -> Self {
        Self {
            id: u64::try_from(seed & u128::from(u64::MAX)).unwrap_or_default().max(1),
            last: 0,
            kept: VecDeque::new(),
        }
    }

    /// Where it ends.
    pub(super) const fn end(&self) -> Entry {
        Entry { journal: self.id, number: self.last }
    }

    /// Adds a change; gives its place.
    pub(super) fn push(&mut self, change: Change, now: Timestamp) -> Entry {
        self.last = self.last.saturating_add(1);
        self.kept.push_back((now, change));
        let old = |(at, _): &(Timestamp, Change)| now.signed_duration_since(*at) > KEPT;
        while self.kept.len() as u64 > MAX_EVENTS || self.kept.front().is_some_and(old) {
            self.kept.pop_front();
        }
        self.end()
    }

    /// The changes after a place, each with its own; none when the place is of another journal, or some of them are not kept
    /// any more.
    pub(super) fn after(&self, place: Entry) -> Option<Vec<(Entry, Change)>> {
        let first = self.last.saturating_sub(self.kept.len() as u64);
        if place.journal != self.id || place.number < first || place.number > self.last {
            return None;
        }
        let skip = usize::try_from(place.number.saturating_sub(first)).ok()?;
        let numbers = first.saturating_add(1)..;
        let kept = numbers.zip(&self.kept).skip(skip);
        Some(kept.map(|(number, (_, change))| (Entry { journal: self.id, number }, change.clone())).collect())
    }
}

/// What of a message is worth an event when it changes.
type Stage = (JobStatus, u32);

/// The messages as they were when they were last looked at.
#[derive(Debug, Default)]
pub(super) struct Messages(HashMap<Uuid, Stage>);

impl Messages {
    /// The newest messages and those that are under way, as far as they are not as they were.
    pub(super) async fn changed(&mut self, messager: &dyn MessagerStore) -> Result<Vec<Change>, StoreError> {
        let page = Page { limit: MAX_PAGE, before: None };
        let mut found: HashMap<Uuid, Change> = HashMap::new();
        for status in [None, Some(JobStatus::Pending), Some(JobStatus::Processing)] {
            let filter = MessageFilter { status, ..MessageFilter::default() };
            let slice = messager.messages(&filter, page).await?;
            found.extend(slice.items.iter().map(|record| (record.message.uuid, Change::from(record))));
        }
        // What was under way and is on no list any more has ended.
        let ended = self.0.iter().filter(|(uuid, stage)| is_open(stage) && !found.contains_key(*uuid));
        let ended: Vec<_> = ended.map(|(uuid, stage)| (*uuid, *stage)).collect();
        let (now, later) = ended.split_at(ended.len().min(MAX_PAGE as usize));
        for (uuid, _) in now {
            if let Some((record, _)) = messager.message(*uuid).await? {
                found.insert(*uuid, Change::from(&record));
            }
        }
        let stages: HashMap<_, _> =
            found.iter().map(|(uuid, change)| (*uuid, (change.status, change.retry_count))).collect();
        let known = std::mem::replace(&mut self.0, stages);
        // What there was no time for is looked at another time.
        self.0.extend(later.iter().copied());
        let is_news = |change: &Change| known.get(&change.uuid) != Some(&(change.status, change.retry_count));
        let mut changed: Vec<_> = found.into_values().filter(is_news).collect();
        changed.sort_by_key(|change| change.id);
        Ok(changed)
    }
}

fn is_open((status, _): &Stage) -> bool {
    matches!(status, JobStatus::Pending | JobStatus::Processing)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn change(id: u64) -> Change {
        Change { id, uuid: Uuid::nil(), kind: "load_request".into(), status: JobStatus::Pending, retry_count: 0 }
    }

    fn ids(found: Option<Vec<(Entry, Change)>>) -> Option<Vec<u64>> {
        found.map(|found| found.into_iter().map(|(_, change)| change.id).collect())
    }

    #[test]
    fn a_reader_goes_on_where_it_was() {
        let (mut journal, now) = (Journal::new(7), DateTime::UNIX_EPOCH);
        let start = journal.end();
        assert_eq!(ids(journal.after(start)), Some(vec![]));
        let first = journal.push(change(1), now);
        journal.push(change(2), now);
        assert_eq!(ids(journal.after(start)), Some(vec![1, 2]));
        assert_eq!(ids(journal.after(first)), Some(vec![2]));
        assert_eq!(ids(journal.after(Entry { journal: 8, ..first })), None, "of another process");
        assert_eq!(ids(journal.after(Entry { number: 3, ..first })), None, "not yet");
    }

    #[test]
    fn what_is_old_or_too_much_is_not_kept() {
        let (mut journal, now) = (Journal::new(7), DateTime::UNIX_EPOCH);
        let start = journal.end();
        let first = journal.push(change(1), now);
        journal.push(change(2), now + KEPT + Duration::seconds(1));
        assert_eq!(ids(journal.after(start)), None);
        assert_eq!(ids(journal.after(first)), Some(vec![2]));
        for id in 0..MAX_EVENTS {
            journal.push(change(id), now + KEPT);
        }
        assert_eq!(ids(journal.after(first)), None);
        assert_eq!(journal.after(journal.end()), Some(vec![]));
    }
}
