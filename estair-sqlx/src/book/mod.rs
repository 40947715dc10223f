//! The book on a database: [`BookStore`] is the core's `Store`, `Reader`, `AuditReader`, the queue of its outbox and of its
//! notifications, `PendingFacts` and `Subscriptions`.
//!
//! `load` locks and reads what commands need, `save` writes what was decided; each of the other files reads one noun.

mod account_statement;
mod accounts;
mod audit;
mod by_number;
mod facts;
mod joined;
mod load;
mod movements;
mod names;
mod report;
mod request_list;
mod requests;
mod save;
mod shadows;
mod subscriptions;
mod supports;
mod writing;

pub use joined::JoinedUnit;

use async_trait::async_trait;
use estair_core::decision::{Changes, LockSet, Remembered, Snapshot};
use estair_core::row::{Numbers, OutboxEntry};
use estair_core::store::{Readiness, Store, StoreError, Transaction, Unit};
use futures::future::BoxFuture;
use sqlx::Pool;

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::host_pool;
use crate::migrate::{Component, Migration, migrations};
use crate::notifications::{notifications, queue_of};
use crate::options::Options;
use crate::pool::{Connections, PoolState, Pooled};
use crate::queue::{Horizons, JobTable, jobs};
use crate::retry::backoff;
use crate::session::{Counter, Session};
use crate::sql::Sql;
use crate::table::{Columns, Notifications, Outbox, Table};
use writing::Writing;

/// The book on a database. Cheap to clone.
pub struct BookStore<D: Dialect> {
    pub(crate) db: Connections<D>,
    horizons: Horizons,
    writing: Writing,
}

impl<D: Dialect> Clone for BookStore<D> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone(), horizons: self.horizons.clone(), writing: self.writing.clone() }
    }
}

impl<D: Dialect> BookStore<D> {
    /// Connects. The tables must be there before anything else works: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the database cannot be reached, is another one than the dialect's, or its server is refused as unsafe.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let db = Connections::open(url, options).await?;
        Ok(Self { db, horizons: Horizons::default(), writing: Writing::default() })
    }

    /// Over the host's own pool, whose sessions must be READ COMMITTED, strict, in UTC, on SQLite with WAL and foreign keys:
    /// [`prepare`](crate::prepare) makes them so. Of the options, those that concern connecting do not count.
    ///
    /// # Errors
    /// When the database cannot be reached, is another one than the dialect's, its server is refused as unsafe, or the session
    /// that is looked at is not such a one: the error says why.
    pub async fn of_pool(pool: Pool<D::Driver>, options: &Options) -> Result<Self, StoreError> {
        let db = host_pool::connections(pool, options).await?;
        Ok(Self { db, horizons: Horizons::default(), writing: Writing::default() })
    }

    /// Brings the tables up to date. Safe when several processes do it, or one was killed doing it.
    ///
    /// # Errors
    /// The database's trouble; tables that a former build has made; and others of these names, which are not ours (L1): then
    /// nothing is changed, and the error says which they are.
    pub fn migrate(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.migrate(Component::Book)
    }

    /// As [`migrate`](Self::migrate), and what is in the way is renamed to `former_…` (L1): tables, views and indexes, in one
    /// step, with the foreign keys and views that refer to them. Run again after it was killed, it finishes.
    ///
    /// # Errors
    /// The database's trouble; what cannot be renamed, as a trigger or a routine names it: then nothing is changed.
    pub fn adopt(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.adopt(Component::Book)
    }

    /// Takes these tables away while they are empty, and gives what [`adopt`](Self::adopt) renamed its names back. False when
    /// nothing was renamed.
    ///
    /// # Errors
    /// The database's trouble; and tables that hold something.
    pub fn release(&self) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.db.release(Component::Book)
    }

    /// The steps that [`migrate`](Self::migrate) takes, for a host that runs all its migrations by a migrator of its own.
    #[must_use]
    pub fn migrations() -> Vec<Migration> {
        migrations::<D>(Component::Book)
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

    /// Runs a query on a connection of its own.
    async fn all<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, read).await
    }

    /// As [`all`](Self::all), of one row at most.
    async fn one<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, read).await?.into_iter().next())
    }
}

impl<D: Dialect> Pooled for BookStore<D> {
    fn pool(&self) -> PoolState {
        self.db.state()
    }
}

#[async_trait]
impl<D: Dialect> Readiness for BookStore<D> {
    async fn ready(&self) -> Result<(), StoreError> {
        self.db.is_migrated(Component::Book).await?;
        self.takes_writes().await
    }
}

/// A transaction of the store's own.
struct OwnTransaction<D: Dialect> {
    transaction: Connection<D>,
    counter: Counter,
    writing: Writing,
}

#[async_trait]
impl<D: Dialect> Unit for OwnTransaction<D> {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        load::load(&mut Session::pooled(&mut self.transaction, &self.counter), locks).await
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.writing.note(save::save(&mut Session::pooled(&mut self.transaction, &self.counter), changes).await)
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        let mut session = Session::pooled(&mut self.transaction, &self.counter);
        self.writing.note(save::remember(&mut session, answers).await)
    }
}

#[async_trait]
impl<D: Dialect> Transaction for OwnTransaction<D> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.counter.add();
        self.writing.note(self.transaction.commit().await)
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
        let (counter, writing) = (self.db.counter().clone(), self.writing.clone());
        Ok(Box::new(OwnTransaction { transaction, counter, writing }))
    }
}

/// ESTAIR's outbox to Messager (G3): messages of one account leave one after the other.
static OUTBOX: JobTable = JobTable {
    name: Outbox::NAME,
    attempts: "estair_outbox_attempts",
    order_key: "account_id",
    order_index: "estair_outbox_account",
    gate: "",
    has_low: false,
    told: "",
};

jobs!(BookStore, OutboxEntry, OUTBOX);

/// What people are told.
static NOTIFICATIONS: JobTable =
    queue_of::<Notifications>("estair_notification_attempts", "estair_notifications_order");

notifications!(BookStore, Notifications, NOTIFICATIONS);
