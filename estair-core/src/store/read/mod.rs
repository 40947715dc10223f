//! Reading the book, noun by noun. Reads take no locks and decide nothing: who may see what is asked by a
//! [`View`](crate::book::View), through which alone a host's handlers read.

mod account;
mod fact;
mod movement;
mod request;
mod support;

pub use account::{AccountFilter, AccountReader};
pub use fact::{Event, EventRange, FactReader, MAX_EVENTS, Timeline};
pub use movement::{MovementReader, Statement, StatementFilter};
pub use request::{RequestFilter, RequestReader};
pub use support::{Comments, Followers, SupportFilter, SupportReader, SupportSort};

use async_trait::async_trait;

use crate::store::StoreError;

/// Everything that the book's pages and loops read. A store has it by reading each noun, and by saying whether it is ready.
pub trait Reader: Readiness + RequestReader + SupportReader + AccountReader + MovementReader + FactReader {}

impl<T: Readiness + RequestReader + SupportReader + AccountReader + MovementReader + FactReader + ?Sized> Reader for T {}

/// Can the store be worked with?
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Is the database there, with the tables this version needs?
    async fn ready(&self) -> Result<(), StoreError>;
}
