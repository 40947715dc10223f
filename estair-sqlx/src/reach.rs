//! Whether a database can be reached, asked while somebody waits for a connection.
//!
//! Guarantee: who waits for a connection that is not to be had learns within [`Options::reach_timeout`] that nobody listens,
//! or that no answer comes. A pool by itself tries to connect again and again and tells nothing before the whole wait for a
//! free connection is over. Nothing is remembered: as soon as the database is back, so are the calls.
//!
//! A pool whose connections are all in use is no such case: somebody gives one back. Nor is a database that is slow, but
//! answers somebody else meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use futures_util::future::{Either, select};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection as _, Pool, SqlSafeStr};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::dialect::{ConnectionOf, Dialect};
use crate::driver::{Driver, Runs, Trouble};
use crate::fault::fault;
use crate::options::Options;

/// How long a connection is waited for before the database is asked: most are there by then.
const GRACE: Duration = Duration::from_millis(50);

/// Asks whether the database of a pool can be reached. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Reach(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// How long an answer may take.
    patience: Duration,
    /// What is asked of each session.
    session: Arc<[String]>,
    /// Connections that this store has on loan.
    in_use: AtomicU32,
    /// Statements that the database answered.
    heard: AtomicU64,
    /// Answers that came so far.
    answers: AtomicU64,
    /// The last one of them. Who waits for the lock is told what the one before him learnt meanwhile.
    last: Mutex<Result<(), StoreError>>,
}

/// A connection is on loan.
#[derive(Debug)]
pub(crate) struct OnLoan(Reach);

impl OnLoan {
    /// The database has answered on it.
    pub(crate) fn heard(&self) {
        self.0.0.heard.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for OnLoan {
    fn drop(&mut self) {
        self.0.0.in_use.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Reach {
    pub(crate) fn new(options: &Options, session: Arc<[String]>) -> Self {
        Self(Arc::new(Shared {
            patience: options.reach_timeout.saturating_sub(GRACE),
            session,
            in_use: AtomicU32::new(0),
            heard: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            last: Mutex::new(Ok(())),
        }))
    }

    /// A connection of a pool, as soon as there is one; at once an error when there can be none.
    pub(crate) async fn acquire<D: Dialect>(
        &self,
        pool: &Pool<D::Driver>,
    ) -> Result<(PoolConnection<D::Driver>, OnLoan), StoreError> {
        let connection = self.acquired::<D>(pool).await?;
        self.0.in_use.fetch_add(1, Ordering::Relaxed);
        Ok((connection, OnLoan(self.clone())))
    }

    async fn acquired<D: Dialect>(&self, pool: &Pool<D::Driver>) -> Result<PoolConnection<D::Driver>, StoreError> {
        // A file is there or is not: nobody has to listen.
        if D::ONE_WRITER {
            return pool.acquire().await.map_err(fault::<D::Driver>);
        }
        let mut acquiring = Box::pin(pool.acquire());
        loop {
            if let Ok(acquired) = timeout(GRACE, &mut acquiring).await {
                return acquired.map_err(fault::<D::Driver>);
            }
            if self.0.in_use.load(Ordering::Relaxed) >= pool.options().get_max_connections() {
                continue;
            }
            match select(&mut acquiring, Box::pin(self.ask::<D>(pool))).await {
                Either::Left((acquired, _)) => return acquired.map_err(fault::<D::Driver>),
                Either::Right((answer, _)) => answer?,
            }
        }
    }

    /// Does the database take a connection? One asks for all who wait.
    async fn ask<D: Dialect>(&self, pool: &Pool<D::Driver>) -> Result<(), StoreError> {
        let before = self.0.answers.load(Ordering::Acquire);
        let mut last = self.0.last.lock().await;
        if self.0.answers.load(Ordering::Acquire) > before {
            return last.clone();
        }
        let patience = self.0.patience;
        let heard = self.0.heard.load(Ordering::Relaxed);
        let silent = |_| match self.0.heard.load(Ordering::Relaxed) {
            now if now != heard => Ok(()),
            _ => {
                Err(StoreError::new(StoreErrorKind::Unavailable, format_args!("no database answered in {patience:?}")))
            }
        };
        *last = timeout(patience, self.connect::<D>(pool)).await.unwrap_or_else(silent);
        self.0.answers.fetch_add(1, Ordering::Release);
        last.clone()
    }

    async fn connect<D: Dialect>(&self, pool: &Pool<D::Driver>) -> Result<(), StoreError> {
        let mut connection = match ConnectionOf::<D>::connect_with(&pool.connect_options()).await {
            Ok(connection) => connection,
            // It is there, and has no room: one that is in use may come back.
            Err(sqlx::Error::Database(error)) if D::Driver::trouble(error.as_ref()) == Trouble::Crowded => {
                return Ok(());
            }
            Err(error) => return Err(fault::<D::Driver>(error)),
        };
        begin_session::<D>(&mut connection, &self.0.session).await.map_err(fault::<D::Driver>)?;
        connection.close().await.map_err(fault::<D::Driver>)
    }
}

/// Asks of a session what the store relies on.
pub(crate) async fn begin_session<D: Dialect>(
    connection: &mut ConnectionOf<D>,
    statements: &[String],
) -> sqlx::Result<()> {
    for statement in statements {
        D::Driver::control(connection, AssertSqlSafe(statement.clone()).into_sql_str()).await?;
    }
    Ok(())
}
