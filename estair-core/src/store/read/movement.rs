//! Reading movements, their audit rows, and statements of accounts.

use async_trait::async_trait;
use uuid::Uuid;

use crate::audit::{Log, LogStatus};
use crate::clock::{BusinessDay, Timestamp};
use crate::id::{AccountId, MovementId, SupportId, UserId};
use crate::money::{Amount, Money};
use crate::movement_type::MovementType;
use crate::refusal::FieldError;
use crate::row::{Movement, MovementStatus, Row};
use crate::source::Source;
use crate::store::{Page, Slice, StoreError};
use crate::text::holds;

/// Which movements, of all accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovementFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// In this status.
    pub status: Option<MovementStatus>,
    /// Of this type.
    pub kind: Option<MovementType>,
    /// From this source.
    pub source: Option<Source>,
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made before.
    pub to: Option<Timestamp>,
    /// That this sale caused.
    pub etatsdevente_id: Option<u64>,
    /// Behind which this support request is.
    pub helpdesk_id: Option<SupportId>,
    /// Of this whole amount, whatever its sign.
    pub amount: Option<Amount>,
    /// Whose name, reference or uuid holds this text, whatever its case and accents (A5).
    pub q: Option<String>,
}

impl MovementFilter {
    /// Does a movement fit?
    pub(crate) fn fits(&self, movement: &Movement) -> bool {
        let Self { account, status, kind, source, from, to, etatsdevente_id, helpdesk_id, amount, q } = self;
        account.is_none_or(|account| account == movement.account)
            && status.is_none_or(|status| status == movement.status)
            && kind.is_none_or(|kind| kind == movement.kind)
            && source.is_none_or(|source| source == movement.source)
            && from.is_none_or(|from| movement.created_at >= from)
            && to.is_none_or(|to| movement.created_at < to)
            && etatsdevente_id.is_none_or(|sale| movement.etatsdevente_id == Some(sale))
            && helpdesk_id.is_none_or(|ticket| movement.helpdesk_id == Some(ticket))
            && amount.is_none_or(|amount| amount.hundredths().abs() == movement.amount.hundredths().abs())
            && holds(q.as_deref(), &[&movement.searched()])
    }
}

/// Which rows of the audit trail, of all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Ascribed to this person.
    pub triggered_by: Option<UserId>,
    /// Of an attempt that came to this.
    pub status: Option<LogStatus>,
    /// Written at or after.
    pub from: Option<Timestamp>,
    /// Written before.
    pub to: Option<Timestamp>,
}

impl LogFilter {
    /// Does a row of the audit trail fit?
    pub(crate) fn fits(&self, log: &Log) -> bool {
        let Self { account, triggered_by, status, from, to } = self;
        account.is_none_or(|account| account == log.account)
            && triggered_by.is_none_or(|user| log.triggered_by == Some(user))
            && status.is_none_or(|status| status == log.status())
            && from.is_none_or(|from| log.created_at >= from)
            && to.is_none_or(|to| log.created_at < to)
    }
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
    /// Of this sale operation (R10).
    pub etatsdevente_id: Option<u64>,
    /// Rows come without their payload, for a reader that shows none of it: one may have half a megabyte.
    pub without_payloads: bool,
}

impl StatementFilter {
    /// Does a movement fit? One that is not written never does.
    pub(crate) fn fits(&self, movement: &Movement) -> bool {
        let Self { from, to, kind, source, etatsdevente_id, without_payloads: _ } = self;
        let Some(posted) = movement.posted else { return false };
        from.is_none_or(|from| posted.day >= from)
            && to.is_none_or(|to| posted.day <= to)
            && kind.is_none_or(|kind| movement.kind == kind)
            && source.is_none_or(|source| movement.source == source)
            && etatsdevente_id.is_none_or(|sale| movement.etatsdevente_id == Some(sale))
    }

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

/// Reads movements.
#[async_trait]
pub trait MovementReader: Send + Sync {
    /// A page of a statement; what it costs depends on the page, not on the history behind it nor on the filter.
    /// `page.before` is a sequence, its limit may go up to 1,000. None for an unknown account. The filter has no
    /// [`faults`](StatementFilter::faults).
    async fn statement(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        page: Page,
    ) -> Result<Option<Statement>, StoreError>;

    /// The lines of a statement after this sequence, oldest first: for what is written out whole.
    async fn statement_lines(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError>;

    /// Movements of all accounts, newest first: by number, and by creation (then number) where the filter names a time.
    /// `page.before` is the number of a row of the list.
    async fn movements(
        &self,
        filter: &MovementFilter,
        page: Page,
    ) -> Result<Slice<Row<MovementId, Movement>>, StoreError>;

    /// Rows of the audit trail of all accounts, in the same order.
    async fn all_logs(&self, filter: &LogFilter, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError>;

    /// One movement.
    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError>;

    /// The movement that a message carried, written or failed.
    async fn movement_of_message(&self, message: Uuid) -> Result<Option<Row<MovementId, Movement>>, StoreError>;

    /// The audit rows of a movement, newest first.
    async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError>;
}
