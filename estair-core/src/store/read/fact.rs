//! Reading facts: timelines, and the events that readers follow.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{FactId, RequestId, SupportId};
use crate::row::Row;
use crate::store::{Page, Slice, StoreError};

/// Whose timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    /// A financial request's.
    Request(RequestId),
    /// A support request's.
    Support(SupportId),
}

/// A fact with its number among the events: given after its commit, one after the other, so that a reader who has seen a
/// number has seen every event before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number.
    pub number: u64,
    /// The fact.
    pub fact: Row<FactId, Fact>,
}

/// The events that can be read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventRange {
    /// The last number that is not kept any more: who has seen it, or a later one, has missed nothing.
    pub before_first: u64,
    /// The number of the newest event.
    pub last: u64,
}

/// Events that are kept at most.
pub const MAX_EVENTS: u64 = 10_000;

/// Reads facts.
#[async_trait]
pub trait FactReader: Send + Sync {
    /// The facts of a timeline, newest first.
    async fn timeline(&self, of: Timeline, page: Page) -> Result<Slice<Row<FactId, Fact>>, StoreError>;

    /// The events after this number, oldest first, at most `limit`.
    async fn events(&self, after: u64, limit: u32) -> Result<Vec<Event>, StoreError>;

    /// Which events are kept: those since an instant, the last [`MAX_EVENTS`] at most.
    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError>;

    /// Gives numbers to facts that are committed and have none, at most `limit`; says how many. Of two that do it at the
    /// same time, each fact gets one number, and no number becomes visible before those below it.
    async fn number_events(&self, limit: u32) -> Result<u64, StoreError>;
}
