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
