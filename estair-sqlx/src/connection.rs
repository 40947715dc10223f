//! A connection on loan from its pool, and the transaction on it.
//!
//! Guarantee: only a connection that has answered and is inside no transaction is used again. One whose statement was given
//! up half way, or came to an unforeseen end, is closed: the MySQL driver would wait for ever for the rest of an answer (seen
//! when a PREPARE is given up), and SQLite ends a transaction by itself when its disk is full, which its driver does not
//! notice. One that has answered, and whose transaction nobody ended (a row was not found at its version, say), is good: its
//! transaction is rolled back before it goes back to its pool.

use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::pool::PoolConnection;
use sqlx::{Pool, SqlSafeStr};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::dialect::{ConnectionOf, Dialect};
use crate::driver::{Driver, Runs};
use crate::fault::{commit_fault, fault};
use crate::reach::{OnLoan, Reach};

/// How long the rollback of a transaction that was given up may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections that are tried one after the other, where each has been lost since it was used last.
pub(crate) const TRIES: u32 = 4;

const ROLLBACK: &str = "ROLLBACK";

/// When a transaction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    /// By a statement of its own.
    First,
    /// In one call with its first statement.
    WithTheFirst,
    /// By itself: the session is always inside one.
    ByItself,
}

/// A connection on loan.
pub(crate) struct Connection<D: Dialect> {
    /// None when it was given back.
    connection: Option<PoolConnection<D::Driver>>,
    on_loan: Option<OnLoan>,
    /// A statement has not answered, or not as it may.
    unanswered: bool,
    in_transaction: bool,
    /// What begins the transaction, together with its first statement.
    opening: Option<&'static str>,
    /// Statements that will hardly come again are kept prepared until the transaction ends.
    crowded: bool,
}

impl<D: Dialect> Connection<D> {
    pub(crate) async fn of(pool: &Pool<D::Driver>, reach: &Reach) -> Result<Self, StoreError> {
        let (connection, on_loan) = reach.acquire::<D>(pool).await?;
        let (connection, on_loan) = (Some(connection), Some(on_loan));
        Ok(Self { connection, on_loan, unanswered: false, in_transaction: false, opening: None, crowded: false })
    }

    /// With a transaction that will write.
    pub(crate) async fn begun(pool: &Pool<D::Driver>, reach: &Reach, begins: Begins) -> Result<Self, StoreError> {
        let mut tries = 0;
        loop {
            let mut connection = Self::of(pool, reach).await?;
            match begins {
                Begins::ByItself => connection.in_transaction = true,
                Begins::WithTheFirst => connection.opening = Some(D::BEGIN),
                Begins::First => {
                    tries += 1;
                    match connection.control(D::BEGIN, fault::<D::Driver>).await {
                        Err(error) if error.kind() == StoreErrorKind::Unavailable && tries < TRIES => continue,
                        begun => begun?,
                    }
                    connection.in_transaction = true;
                }
            }
            return Ok(connection);
        }
    }

    /// Has anything been sent of the transaction?
    pub(crate) fn has_begun(&self) -> bool {
        self.in_transaction
    }

    /// What begins the transaction, when its first statement is on its way.
    pub(crate) fn opening(&mut self) -> Option<&'static str> {
        let opening = self.opening.take();
        self.in_transaction |= opening.is_some();
        opening
    }

    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.has_begun() {
            self.control("COMMIT", commit_fault::<D::Driver>).await?;
            self.ended().await;
        }
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), StoreError> {
        if self.has_begun() {
            self.control(ROLLBACK, fault::<D::Driver>).await?;
            self.ended().await;
        }
        Ok(())
    }

    /// The transaction has come to its end. The statements of a batch are closed when nobody waits for the connection any more. A failure concerns the
    /// connection alone.
    pub(crate) async fn ended(&mut self) {
        self.in_transaction = false;
        if self.crowded
            && let Some(connection) = &mut self.connection
        {
            self.unanswered = true;
            self.unanswered = D::Driver::forget(connection).await.is_err();
        }
    }

    async fn control(&mut self, sql: &'static str, fault: fn(sqlx::Error) -> StoreError) -> Result<(), StoreError> {
        self.unanswered = true;
        D::Driver::control(self.driver()?, sql.into_sql_str()).await.map_err(fault)?;
        self.unanswered = false;
        Ok(())
    }

    /// What its driver runs statements on.
    pub(crate) fn driver(&mut self) -> Result<&mut ConnectionOf<D>, StoreError> {
        let given_back = || StoreError::new(StoreErrorKind::Other, "the connection was given back");
        self.connection.as_deref_mut().ok_or_else(given_back)
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
        if let (Ok(_), Some(on_loan)) = (outcome, &self.on_loan) {
            on_loan.heard();
        }
        self.unanswered = match outcome {
            Ok(_) => false,
            Err(error) => {
                let kinds = [StoreErrorKind::Contention, StoreErrorKind::Duplicate, StoreErrorKind::VersionConflict];
                !kinds.contains(&error.kind())
            }
        };
    }
}

impl<D: Dialect> Drop for Connection<D> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let on_loan = self.on_loan.take();
        match Handle::try_current() {
            _ if !self.unanswered && !self.in_transaction => {}
            Ok(runtime) if !self.unanswered => {
                runtime.spawn(async move {
                    let rollback = D::Driver::control(&mut connection, ROLLBACK.into_sql_str());
                    if !matches!(timeout(PATIENCE, rollback).await, Ok(Ok(()))) {
                        connection.close_on_drop();
                    }
                    drop((connection, on_loan));
                });
            }
            _ => connection.close_on_drop(),
        }
    }
}
