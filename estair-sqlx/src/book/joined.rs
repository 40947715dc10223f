//! The book's part of a host's transaction.

use async_trait::async_trait;
use estair_core::decision::{Changes, LockSet, Remembered, Snapshot};
use estair_core::row::Numbers;
use estair_core::store::{StoreError, Unit};
use sqlx::Transaction;

use super::held::Held;
use super::{BookStore, load, save};
use crate::dialect::{ConnectionOf, Dialect};
use crate::host_pool::may_join;
use crate::session::{Counter, Session};

/// The book's part of a transaction of the host's.
pub struct JoinedUnit<'c, D: Dialect> {
    connection: &'c mut ConnectionOf<D>,
    held: Held,
    counter: &'c Counter,
    schema: Option<&'c str>,
}

impl<D: Dialect> BookStore<D> {
    /// A unit on a transaction that the host has begun: what the book writes there is committed, or vanishes, with what the
    /// host writes. Hand it to [`Book::join`](estair_core::Book::join), which gives its answers after `accepted()?`.
    ///
    /// The transaction must be READ COMMITTED; on SQLite it should have begun with `BEGIN IMMEDIATE`
    /// (`pool.begin_with("BEGIN IMMEDIATE")`), or it may be refused as contention when it begins to write. Before anything is
    /// read the server is asked whether the transaction is still open, and what the session is set to (in two statements or
    /// three): a connection that is in no transaction is refused, as is a session that the book cannot rely on
    /// ([`prepare`](crate::prepare) makes those of a pool fit).
    ///
    /// The host locks what is its own after the book's part, or before it always: one order everywhere. After an error it
    /// must roll back.
    pub fn join<'c>(&'c self, transaction: &'c mut Transaction<'_, D::Driver>) -> JoinedUnit<'c, D> {
        JoinedUnit {
            connection: &mut *transaction,
            held: Held::default(),
            counter: self.db.counter(),
            schema: self.db.schema(),
        }
    }
}

#[async_trait]
impl<D: Dialect> Unit for JoinedUnit<'_, D> {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        may_join::<D>(self.connection, self.schema).await?;
        load::load(&mut Session::<D>::new(self.connection, self.counter), &mut self.held, locks).await
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        save::save(&mut Session::<D>::new(self.connection, self.counter), &mut self.held, changes).await
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        save::remember(&mut Session::<D>::new(self.connection, self.counter), answers).await
    }
}
