//! Reading facts: timelines, and what the event stream follows.

use async_trait::async_trait;

use crate::fact::Fact;
use crate::id::{FactId, RequestId, SupportId};
use crate::row::Row;
use crate::store::StoreError;

/// Which facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactFilter {
    /// Of a financial request's timeline, oldest first.
    Request(RequestId),
    /// Of a support request's timeline, oldest first.
    Support(SupportId),
    /// Committed after these ids, oldest first. Ids are given before the commit, so a reader that follows the end looks
    /// again at the last ones it has seen.
    After(FactId),
}

/// Reads facts.
#[async_trait]
pub trait FactReader: Send + Sync {
    /// Facts, as the filter says, at most `limit`.
    async fn facts(&self, filter: FactFilter, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError>;

    /// The number of the newest fact; nothing on an empty book.
    async fn last_fact(&self) -> Result<Option<FactId>, StoreError>;
}
