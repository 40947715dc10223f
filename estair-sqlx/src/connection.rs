//! A connection on loan from its pool, and the transaction on it.
//!
//! Guarantee: only a connection that has answered and is inside no transaction goes back to its pool. One whose statement
//! was given up half way, or came to an unforeseen end, is closed, and so is one whose transaction nobody ended: the MySQL
//! driver would wait for ever for the rest of an answer (seen when a PREPARE is given up), and SQLite ends a transaction by
//! itself when its disk is full, which its driver does not notice.

use std::ops::{Deref, DerefMut};

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::pool::PoolConnection;
use sqlx::{Pool, SqlSafeStr};

use crate::dialect::{ConnectionOf, Dialect};
use crate::driver::{Driver, Runs};
use crate::fault::{commit_fault, fault};

/// A connection on loan.
pub(crate) struct Connection<D: Dialect> {
    connection: PoolConnection<D::Driver>,
    /// A statement has not answered, or not as it may.
    unanswered: bool,
    in_transaction: bool,
    /// Statements that will hardly come again are kept prepared until the transaction ends.
    crowded: bool,
}

impl<D: Dialect> Connection<D> {
    pub(crate) async fn of(pool: &Pool<D::Driver>) -> Result<Self, StoreError> {
        let connection = pool.acquire().await.map_err(fault::<D::Driver>)?;
        Ok(Self { connection, unanswered: false, in_transaction: false, crowded: false })
    }

    /// With a transaction that will write.
    pub(crate) async fn begun(pool: &Pool<D::Driver>) -> Result<Self, StoreError> {
        let mut connection = Self::of(pool).await?;
        connection.control(D::BEGIN).await.map_err(fault::<D::Driver>)?;
        connection.in_transaction = true;
        Ok(connection)
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.control("COMMIT").await.map_err(commit_fault::<D::Driver>)?;
        self.ended().await;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK").await.map_err(fault::<D::Driver>)?;
        self.ended().await;
        Ok(())
    }

    /// The statements of a batch are closed when nobody waits for the connection any more. A failure concerns the
    /// connection alone.
    async fn ended(&mut self) {
        self.in_transaction = false;
        if self.crowded {
            self.unanswered = D::Driver::forget(&mut self.connection).await.is_err();
        }
    }

    async fn control(&mut self, sql: &'static str) -> sqlx::Result<()> {
        self.unanswered = true;
        D::Driver::control(&mut self.connection, sql.into_sql_str()).await?;
        self.unanswered = false;
        Ok(())
    }

    /// A statement is on its way. Is it to be kept prepared, though its text varies?
    pub(crate) fn sent(&mut self, varies: bool) -> bool {
        self.unanswered = true;
        let keep = varies && self.in_transaction && D::Driver::CLOSES_IN_SILENCE;
        self.crowded |= keep;
        keep
    }

    /// It came to this. A database that says no to contention or to a duplicate is as it was before.
    pub(crate) fn heard<T>(&mut self, outcome: &Result<T, StoreError>) {
        self.unanswered = match outcome {
            Ok(_) => false,
            Err(error) => !matches!(error.kind(), StoreErrorKind::Contention | StoreErrorKind::Duplicate),
        };
    }
}

impl<D: Dialect> Drop for Connection<D> {
    fn drop(&mut self) {
        if self.unanswered || self.in_transaction {
            self.connection.close_on_drop();
        }
    }
}

impl<D: Dialect> Deref for Connection<D> {
    type Target = ConnectionOf<D>;

    fn deref(&self) -> &ConnectionOf<D> {
        &self.connection
    }
}

impl<D: Dialect> DerefMut for Connection<D> {
    fn deref_mut(&mut self) -> &mut ConnectionOf<D> {
        &mut self.connection
    }
}
