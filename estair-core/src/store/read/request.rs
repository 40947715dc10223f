//! Reading financial requests.

use async_trait::async_trait;

use crate::category::{Category, Desk, Status};
use crate::clock::Timestamp;
use crate::id::{AccountId, RequestId};
use crate::row::{GrantedCredit, Request, Row};
use crate::store::{Page, Slice, StoreError};

/// Which financial requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// In one of these statuses; in any when empty.
    pub status: Vec<Status>,
    /// Of this category.
    pub category: Option<Category>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Held by this desk.
    pub assigned_to: Option<Desk>,
    /// Created at or after.
    pub created_from: Option<Timestamp>,
    /// Created before.
    pub created_to: Option<Timestamp>,
    /// Whose name or description holds this text.
    pub q: Option<String>,
}

/// Reads financial requests.
#[async_trait]
pub trait RequestReader: Send + Sync {
    /// Financial requests, newest first: by number, and by creation (then number) where the filter names a time, so that
    /// a list begins where its time ends. `page.before` is the number of a row of the list.
    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError>;

    /// One financial request, with what has become of the credit it granted.
    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError>;

    /// Credit requests whose expiry has passed and that are not final (X1), oldest first; with `granted`, also closed
    /// ones whose credit is active and not being cancelled (X3).
    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError>;
}
