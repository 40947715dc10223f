//! Reading accounts.

use async_trait::async_trait;
use uuid::Uuid;

use crate::clock::{BusinessDay, Timestamp};
use crate::id::AccountId;
use crate::money::Money;
use crate::row::{Account, AccountChange, AccountStatus, Closing, LimitChange, Rollout, Row};
use crate::store::{Page, Slice, StoreError};
use crate::text::holds;

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Only this one.
    pub account: Option<AccountId>,
    /// Whose name holds this text.
    pub q: Option<String>,
    /// Which has this reference (A7).
    pub reference: Option<String>,
    /// Which has this uuid.
    pub uuid: Option<Uuid>,
    /// In this status (A2).
    pub status: Option<AccountStatus>,
    /// Of which this was said alone, or nothing (L6): a [`View`](crate::book::View) keeps those that stand there.
    pub rollout: Option<Rollout>,
}

impl AccountFilter {
    /// Does the account with this number fit?
    pub(crate) fn fits(&self, id: AccountId, row: &Account) -> bool {
        let Self { account, q, reference, uuid, status, rollout } = self;
        let named = row.reference.as_ref().map(|reference| reference.name.as_str());
        account.is_none_or(|only| only == id)
            && holds(q.as_deref(), &[&row.name])
            && reference.as_deref().is_none_or(|wanted| named == Some(wanted))
            && uuid.is_none_or(|uuid| uuid == row.uuid)
            && status.is_none_or(|status| status == row.status)
            && rollout.is_none_or(|to| row.rollout.is_none_or(|switched| switched.to == to))
    }
}

/// Reads accounts.
#[async_trait]
pub trait AccountReader: Send + Sync {
    /// Accounts, newest first.
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError>;

    /// One account.
    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError>;

    /// Those of these accounts that are there.
    async fn accounts_of(&self, ids: &[AccountId]) -> Result<Vec<Row<AccountId, Account>>, StoreError>;

    /// The last closing at or before a day (F7).
    async fn closing(&self, id: AccountId, day: BusinessDay) -> Result<Option<Closing>, StoreError>;

    /// The closings of a span of days, oldest first.
    async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, StoreError>;

    /// The changes of a limit, newest first.
    async fn limit_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, LimitChange>>, StoreError>;

    /// The changes of an account's name, address and status, newest first (A1, A2).
    async fn account_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, AccountChange>>, StoreError>;

    /// The limit as it was at an instant, however many changes came after it (C6): what the last change before it left, or
    /// what the first change after it found. None for an account whose limit has never changed.
    async fn limit_at(&self, id: AccountId, at: Timestamp) -> Result<Option<Money>, StoreError>;
}
