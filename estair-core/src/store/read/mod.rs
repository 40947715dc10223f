//! Reading the book, noun by noun. Reads take no locks and decide nothing: who may see what is asked by a
//! [`View`](crate::book::View), through which alone a host's handlers read.

mod account;
mod fact;
mod movement;
mod report;
mod request;
mod shadow;
mod support;

pub use account::{AccountFilter, AccountReader};
pub use fact::{Event, EventRange, FactReader, MAX_EVENTS, Timeline};
pub use movement::{LogFilter, MovementFilter, MovementReader, Statement, StatementFilter};
pub use report::{Age, ExpiredCredits, LastVerification, MoneyMoved, ReportReader, RequestCount};
pub use request::{CreditState, MAX_BEHIND, Question, RequestFilter, RequestOrder, RequestReader};
pub use shadow::{ShadowCounts, ShadowFilter, ShadowReader};
pub use support::{Comments, Followers, SupportFilter, SupportReader, SupportSort};

use async_trait::async_trait;

use crate::store::StoreError;

/// Everything that the book's pages and loops read. A store has it by reading each noun, and by saying whether it is ready.
pub trait Reader:
    Readiness + RequestReader + SupportReader + AccountReader + MovementReader + FactReader + ReportReader + ShadowReader
{
}

impl<T> Reader for T where
    T: Readiness
        + RequestReader
        + SupportReader
        + AccountReader
        + MovementReader
        + FactReader
        + ReportReader
        + ShadowReader
        + ?Sized
{
}

/// Can the store be worked with?
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Is the database there, with the tables this version needs?
    async fn ready(&self) -> Result<(), StoreError>;
}
