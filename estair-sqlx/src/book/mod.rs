//! The book on a database: [`BookStore`] is the core's `Store`, `Reader`, `Queue`, `Outgoing` and `Subscriptions`.

mod load;
mod movements;
mod reads;
pub(crate) mod rows;
mod save;
mod statement;
mod verify;

use std::time::Duration;

use async_trait::async_trait;
use estair_core::change::{Changes, Held, Needs, Remembered};
use estair_core::dispatch::OutboxEntry;
use estair_core::id::{Numbers, RequestId};
use estair_core::store::{Store, StoreError, Transaction, Unit};
use futures::future::BoxFuture;
use sqlx::{Executor, Pool};
use uuid::Uuid;

use crate::columns::Columns;
use crate::connect::{Connections, Options, PoolState, Pooled};
use crate::dialect::Dialect;
use crate::lease::Lease;
use crate::migrate::Component;
use crate::queue::{Job, JobTable, jobs};
use crate::statement::{Counter, Session};

/// The book on a database. Cheap to clone.
pub struct BookStore<D: Dialect> {
    pub(crate) db: Connections<D>,
}

impl<D: Dialect> Clone for BookStore<D> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone() }
    }
}

impl<D: Dialect> BookStore<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    /// Connects. The tables must be there before anything else works: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the database cannot be reached, or its server is refused as unsafe.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        Ok(Self { db: Connections::open(url, options).await? })
    }
}

impl<D: Dialect> BookStore<D> {
    /// Over the host's own pool. Its sessions must be READ COMMITTED, strict, and in UTC.
    #[must_use]
    pub fn of_pool(pool: Pool<D>) -> Self {
        Self { db: Connections::of_pool(pool) }
    }

    /// Brings the tables up to date. Safe when several processes do it, or one was killed doing it.
    ///
    /// # Errors
    /// The database's trouble.
    pub fn migrate(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.migrate(Component::Book)
    }

    /// A unit on a connection on which the host has begun a transaction: what the book writes there is committed, or
    /// vanishes, with what the host writes. Hand it to [`Book::join`](estair_core::Book::join).
    ///
    /// The transaction must be READ COMMITTED; on SQLite it must have begun with `BEGIN IMMEDIATE`. The host locks what
    /// is its own after the book's part, or before it always: one order everywhere. After an error it must roll back.
    pub fn join<'c>(&'c self, connection: &'c mut D::Connection) -> JoinedUnit<'c, D> {
        JoinedUnit { connection, counter: self.db.counter() }
    }

    /// Statements sent so far, for tests and for the curious.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.db.counter().count()
    }

    /// Waits until no connection is in use and closes them all.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.db.close())
    }
}

impl<D: Dialect> Pooled for BookStore<D> {
    fn pool(&self) -> PoolState {
        self.db.state()
    }
}

/// A transaction of the store's own.
struct OwnTransaction<D: Dialect> {
    transaction: Lease<D>,
    counter: Counter,
}

/// A transaction of the host's.
pub struct JoinedUnit<'c, D: Dialect> {
    connection: &'c mut D::Connection,
    counter: &'c Counter,
}

#[async_trait]
impl<D: Dialect> Unit for OwnTransaction<D> {
    async fn load(&mut self, needs: &Needs) -> Result<Held, StoreError> {
        load::load(&mut Session::leased(&mut self.transaction, &self.counter), needs).await
    }

    async fn save(&mut self, changes: &Changes, mark: Uuid) -> Result<Numbers, StoreError> {
        save::save(&mut Session::leased(&mut self.transaction, &self.counter), changes, mark).await
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        save::remember(&mut Session::leased(&mut self.transaction, &self.counter), answers).await
    }
}

#[async_trait]
impl<D: Dialect> Unit for JoinedUnit<'_, D> {
    async fn load(&mut self, needs: &Needs) -> Result<Held, StoreError> {
        load::load(&mut Session::<D>::new(self.connection, self.counter), needs).await
    }

    async fn save(&mut self, changes: &Changes, mark: Uuid) -> Result<Numbers, StoreError> {
        save::save(&mut Session::<D>::new(self.connection, self.counter), changes, mark).await
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        save::remember(&mut Session::<D>::new(self.connection, self.counter), answers).await
    }
}

#[async_trait]
impl<D: Dialect> Transaction for OwnTransaction<D> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.counter.add();
        self.transaction.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.counter.add();
        self.transaction.rollback().await
    }
}

#[async_trait]
impl<D: Dialect> Store for BookStore<D> {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        if attempt > 0 {
            tokio::time::sleep(backoff(attempt)).await;
        }
        let transaction = self.db.begin().await?;
        Ok(Box::new(OwnTransaction { transaction, counter: self.db.counter().clone() }))
    }
}

/// A little longer before each retry, and never the same for two who met: 5 to 10 ms, doubling up to half a second.
pub(crate) fn backoff(attempt: u32) -> Duration {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let most = 10_u64.saturating_mul(1 << attempt.saturating_sub(1).min(6)).min(500);
    // A hasher's random keys are all the randomness that jitter needs.
    let jitter = RandomState::new().build_hasher().finish() % (most / 2).max(1);
    Duration::from_millis(most / 2 + jitter)
}

/// ESTAIR's outbox to Messager (G3).
static OUTBOX: JobTable = JobTable {
    table: "outbox",
    attempts: "outbox_attempts",
    columns: "request_id, execution",
    order_key: Some("account_id"),
    gate: "",
};

impl Job for OutboxEntry {
    const TABLE: &'static JobTable = &OUTBOX;

    fn read<D: Dialect>(c: &mut Columns<'_, D>) -> Result<Self, StoreError> {
        Ok(Self { request: RequestId(c.number()?), execution: c.small()? })
    }
}

jobs!(BookStore, OutboxEntry);
