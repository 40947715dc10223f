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

/// Comments by their support request, each with where the older ones begin.
pub type Comments = BTreeMap<SupportId, Slice<Row<CommentId, Comment>>>;

/// Reads support requests.
#[async_trait]
pub trait SupportReader: Send + Sync {
    /// Support requests, newest first.
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError>;

    /// One support request.
    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError>;

    /// The comments of a support request, newest first.
    async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, StoreError>;

    /// The newest comments of each of these support requests, at most `limit` of each, newest first; one without comments is
    /// left out.
    async fn newest_comments(&self, ids: &[SupportId], limit: u32) -> Result<Comments, StoreError>;
}
