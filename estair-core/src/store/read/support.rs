//! Reading support requests.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;

use crate::id::{AccountId, CommentId, SupportId};
use crate::row::{Assignee, Comment, Row, Side, Support, SupportStatus, Turn};
use crate::store::{Page, Slice, StoreError};
use crate::text::holds;

/// Which support requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportFilter {
    /// In one of these statuses; in any when empty.
    pub status: Vec<SupportStatus>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Held by.
    pub assigned_to: Option<Assignee>,
    /// Which has this uuid.
    pub uuid: Option<Uuid>,
    /// About this sale.
    pub etatsdevente_id: Option<u64>,
    /// Which waits for this side to speak (S5).
    pub awaiting: Option<Side>,
    /// Whose name, subject or description, or whose account's name, holds this text.
    pub q: Option<String>,
    /// In which order.
    pub sort: SupportSort,
}

impl SupportFilter {
    /// Does a support request fit? Its account's name is searched too.
    pub(crate) fn fits(&self, support: &Support, account_name: &str) -> bool {
        let Self { status, account, assigned_to, uuid, etatsdevente_id, awaiting, q, sort: _ } = self;
        (status.is_empty() || status.contains(&support.status))
            && account.is_none_or(|account| account == support.account)
            && assigned_to.is_none_or(|assignee| assignee == support.assigned_to)
            && uuid.is_none_or(|uuid| uuid == support.uuid)
            && etatsdevente_id.is_none_or(|sale| support.etatsdevente_id == Some(sale))
            && awaiting.is_none_or(|side| Turn::awaiting(side).contains(&support.turn()))
            && holds(q.as_deref(), &[&support.name, &support.subject, &support.description, account_name])
    }
}

/// The order of a list of support requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SupportSort {
    /// Newest first.
    #[default]
    Newest,
    /// As operation works them off (S5): what the client answered, what nobody has answered yet, what is with the client, what
    /// is final; of each the oldest first.
    Queue,
}

/// Those that continue a support request, oldest first, by it (S4).
pub type Followers = BTreeMap<SupportId, Vec<SupportId>>;

/// Comments by their support request, each with where the older ones begin.
pub type Comments = BTreeMap<SupportId, Slice<Row<CommentId, Comment>>>;

/// Reads support requests.
#[async_trait]
pub trait SupportReader: Send + Sync {
    /// Support requests, in the order that the filter says. `page.before` is the number of a row of the list.
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError>;

    /// One support request.
    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError>;

    /// Those that continue these support requests (S4); one that nothing continues is left out.
    async fn followers(&self, ids: &[SupportId]) -> Result<Followers, StoreError>;

    /// The comments of a support request, newest first.
    async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, StoreError>;

    /// The newest comments of each of these support requests, at most `limit` of each, newest first; one without comments is
    /// left out.
    async fn newest_comments(&self, ids: &[SupportId], limit: u32) -> Result<Comments, StoreError>;
}
