//! What the daily report reads (L8): figures over all accounts, each counted by the store.

use async_trait::async_trait;

use crate::category::Status;
use crate::clock::{BusinessDay, Timestamp};
use crate::money::{Currency, Money};
use crate::named::named;
use crate::source::Source;
use crate::store::StoreError;

named! {
    /// How long ago something was created.
    Age {
        /// Less than a day.
        Day = "0-1d",
        /// A day or more, less than a week.
        Week = "1-7d",
        /// A week or more.
        Older = "7d+",
    }
}

/// Requests that are not final, by status and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestCount {
    /// Where they are.
    pub status: Status,
    /// How old they are.
    pub age: Age,
    /// How many.
    pub count: u64,
}

/// What came in and went out by a source on a day, credits apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyMoved {
    /// By which way.
    pub source: Source,
    /// What raised balances.
    pub money_in: Money,
    /// What lowered them, unsigned.
    pub money_out: Money,
}

/// Granted credits that are past their expiry and not cancelled (X5), in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiredCredits {
    /// Their currency.
    pub currency: Currency,
    /// How many.
    pub count: u64,
    /// What they come to.
    pub amount: Money,
}

/// A verification of the whole book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastVerification {
    /// When it ended.
    pub at: Timestamp,
    /// How many findings there were.
    pub findings: u64,
}

/// Reads what the daily report tells.
#[async_trait]
pub trait ReportReader: Send + Sync {
    /// The requests that are not final, by status and by their age at an instant; what there is none of is left out.
    async fn request_counts(&self, now: Timestamp) -> Result<Vec<RequestCount>, StoreError>;

    /// The money of a business day by source and currency, in the order of their names.
    async fn money_moved(&self, day: BusinessDay) -> Result<Vec<MoneyMoved>, StoreError>;

    /// Granted credits past their expiry at an instant, by currency.
    async fn expired_credits(&self, now: Timestamp) -> Result<Vec<ExpiredCredits>, StoreError>;

    /// The last verification of the whole book; none before the first.
    async fn last_verification(&self) -> Result<Option<LastVerification>, StoreError>;
}
