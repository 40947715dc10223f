//! Reading the book: lists, one thing with what belongs to it, statements, and what `verify` needs.
//!
//! Reads take no locks. Lists are cut by keys, not by offsets, so that they are stable while rows are added.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use crate::account::{Account, Closing, LimitChange};
use crate::audit::{Log, LogStatus};
use crate::category::{Category, Desk, Status};
use crate::clock::{BusinessDay, Timestamp};
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, Row, SupportId};
use crate::money::Money;
use crate::movement::{Movement, MovementType, Source};
use crate::refusal::FieldError;
use crate::request::{GrantedCredit, Request};
use crate::store::StoreError;
use crate::support::{Assignee, Comment, Support, SupportStatus};

/// Most rows that one page holds.
pub const MAX_PAGE: u32 = 200;

/// A page of a list, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows at most, 1 to [`MAX_PAGE`].
    pub limit: u32,
    /// Only rows whose key (the id; a statement's sequence) is below this one.
    pub before: Option<u64>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 50, before: None }
    }
}

/// Rows of a page, and whether there are more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The `before` of the next page; none on the last.
    pub next: Option<u64>,
}

impl<T> Slice<T> {
    /// A slice from up to `limit + 1` rows: the surplus one says that there are more.
    pub fn of(mut rows: Vec<T>, limit: u32, key: impl Fn(&T) -> u64) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }
}

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

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Only this one.
    pub account: Option<AccountId>,
    /// Whose name holds this text.
    pub q: Option<String>,
}

/// Which movements of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatementFilter {
    /// From this business day.
    pub from: Option<BusinessDay>,
    /// To this business day, included.
    pub to: Option<BusinessDay>,
    /// Of this type.
    pub kind: Option<MovementType>,
    /// From this source.
    pub source: Option<Source>,
}

impl StatementFilter {
    /// What is wrong with it: days that end before they begin are no period, and no balance is before and after them.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => vec![
                FieldError::new("from", format_args!("must not be after {to}, the day it goes to")),
                FieldError::new("to", format_args!("must not be before {from}, the day it begins")),
            ],
            _ => Vec::new(),
        }
    }
}

/// A statement: the balances around the period, and a page of its movements, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The balance before the period.
    pub opening_balance: Money,
    /// The balance at its end.
    pub closing_balance: Money,
    /// Written movements; each carries its running balance ([`Movement::posted`]).
    pub page: Slice<Row<MovementId, Movement>>,
}

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

/// A link of an account's chain as `verify` reads it, with the movement it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedLog {
    /// The log row.
    pub row: Row<u64, Log>,
    /// The movement it names, if that exists.
    pub movement: Option<Row<MovementId, Movement>>,
    /// Its status, as it is written: the row itself tells it from being a link.
    pub status: LogStatus,
    /// Its changes, as they are written: the row itself tells them from its states.
    pub changes: Option<Value>,
}

/// What does not belong together: a closed request and its movement, or a movement and its log row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpaired {
    /// The request, or none for a movement without its request.
    pub request: Option<RequestId>,
    /// The movement.
    pub movement: Option<MovementId>,
    /// What is wrong.
    pub problem: String,
}

/// Reads of the book. Nothing is locked and nothing is decided here: who may see what is asked before.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Is the database there, with the tables this version needs?
    async fn ready(&self) -> Result<(), StoreError>;

    /// Financial requests, newest first: by number, and by creation (then number) where the filter names a time, so that
    /// a list begins where its time ends. `page.before` is the number of a row of the list.
    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError>;

    /// One financial request, with what has become of the credit it granted.
    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError>;

    /// Credit requests whose expiry has passed and that are not final (X1), oldest first; with `granted`, also closed
    /// ones whose credit is active and not being cancelled (X3).
    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError>;

    /// Support requests, newest first.
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError>;

    /// One support request.
    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError>;

    /// The comments of these support requests, oldest first, at most 1,000 of each; one without comments is left out.
    async fn comments(&self, ids: &[SupportId]) -> Result<Comments, StoreError>;

    /// Accounts, newest first.
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError>;

    /// One account.
    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError>;

    /// The last closing at or before a day (F7).
    async fn closing(&self, id: AccountId, day: BusinessDay) -> Result<Option<Closing>, StoreError>;

    /// The closings of a span of days, oldest first.
    async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, StoreError>;

    /// The changes of a limit, newest first, at most [`MAX_PAGE`].
    async fn limit_history(&self, id: AccountId) -> Result<Vec<LimitChange>, StoreError>;

    /// A page of a statement; what it costs depends on the page, not on the history behind it nor on the filter.
    /// `page.before` is a sequence, its limit may go up to 1,000. None for an unknown account. The filter has no
    /// [`faults`](StatementFilter::faults).
    async fn statement(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        page: Page,
    ) -> Result<Option<Statement>, StoreError>;

    /// One movement.
    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError>;

    /// The audit rows of a movement, oldest first.
    async fn logs(&self, id: MovementId) -> Result<Vec<Row<u64, Log>>, StoreError>;

    /// Facts, as the filter says, at most `limit`.
    async fn facts(&self, filter: FactFilter, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError>;

    /// The number of the newest fact; nothing on an empty book.
    async fn last_fact(&self) -> Result<Option<FactId>, StoreError>;

    /// For `verify`: an account's successful movements after this one, by id, those marked as deleted among them.
    async fn audit_movements(
        &self,
        id: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError>;

    /// For `verify`: the links of an account's chain after this version and row number, in that order.
    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError>;

    /// For `verify`: closed requests and movements of requests that do not belong together, and log rows that tell of a
    /// success without being a link of a chain, at most `limit`.
    async fn unpaired(&self, limit: u32) -> Result<Vec<Unpaired>, StoreError>;

    /// For `verify`: the requests between `to_treat` and their end after this one, by id, at most `limit`: whether there
    /// is an outbox entry for their execution, done or not, and the message they name, so that Messager can be asked.
    async fn under_way(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<UnderWay>, StoreError>;
}

/// A request between `to_treat` and its end, and what carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The request.
    pub request: RequestId,
    /// Its execution.
    pub execution: u32,
    /// Is there an outbox entry for that execution?
    pub in_outbox: bool,
    /// The message that carries it.
    pub message_uuid: Option<Uuid>,
}
