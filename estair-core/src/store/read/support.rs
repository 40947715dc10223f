//! Reading support requests.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::id::{AccountId, CommentId, SupportId};
use crate::row::{Assignee, Comment, Row, Support, SupportStatus};
use crate::store::{Page, Slice, StoreError};

/// Which support requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportFilter {
    /// In one of these statuses; in any when empty.
    pub status: Vec<SupportStatus>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Held by.
    pub assigned_to: Option<Assignee>,
    /// Whose name or subject holds this text.
    pub q: Option<String>,
}

/// Comments by their support request.
pub type Comments = BTreeMap<SupportId, Vec<Row<CommentId, Comment>>>;

/// Reads support requests.
#[async_trait]
pub trait SupportReader: Send + Sync {
    /// Support requests, newest first.
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError>;

    /// One support request.
    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError>;

    /// The comments of these support requests, oldest first, at most 1,000 of each; one without comments is left out.
    async fn comments(&self, ids: &[SupportId]) -> Result<Comments, StoreError>;
}
