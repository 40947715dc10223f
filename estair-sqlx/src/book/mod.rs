//! The book on a database: [`BookStore`] is the core's `Store`, `Reader`, `AuditReader`, the queue of its outbox and of its
//! notifications, `PendingFacts` and `Subscriptions`.
//!
//! `load` locks and reads what commands need, `save` writes what was decided; each of the other files reads one noun.

mod account_statement;
mod accounts;
mod audit;
mod by_number;
mod facts;
mod held;
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
use estair_core::notification::Notification;
use estair_core::row::{Numbers, OutboxEntry};
use estair_core::store::{Readiness, Store, StoreError, StoreErrorKind, Transaction, Unfinished, Unit};
use futures_util::future::BoxFuture;
use held::Held;
use sqlx::Pool;

use crate::connection::{Connection, TRIES};
use crate::dialect::Dialect;
use crate::driver::{Driver, Folding};
use crate::host_pool;
use crate::migrate::{Component, Migration, migrations};
use crate::notifications::{notifications, queue_of};
use crate::options::Options;
use crate::pool::{Connections, PoolState, Pooled};
use crate::queue::{Horizons, JobTable, Settlements, jobs};
use crate::retry::backoff;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Notifications, Outbox, Table};
use writing::Writing;

/// The book on a database. Cheap to clone.
pub struct BookStore<D: Dialect> {
    pub(crate) db: Connections<D>,
    horizons: Horizons,
    /// What became of entries of the outbox, and of notifications, at the same time.
    handed_over: Settlements<OutboxEntry>,
    settlements: Settlements<Notification>,
    writing: Writing,
}

impl<D: Dialect> Clone for BookStore<D> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            horizons: self.horizons.clone(),
            handed_over: self.handed_over.clone(),
            settlements: self.settlements.clone(),
            writing: self.writing.clone(),
        }
    }
}

impl<D: Dialect> BookStore<D> {
    fn over(db: Connections<D>) -> Self {
        let (handed_over, settlements) = (Settlements::default(), Settlements::default());
        Self { db, horizons: Horizons::default(), handed_over, settlements, writing: Writing::default() }
    }

    /// Connects. The tables must be there before anything else works: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the database cannot be reached, is another one than the dialect's, or its server is refused as unsafe.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        Ok(Self::over(Connections::open(url, options).await?))
    }

    /// Over the host's own pool, whose sessions must be READ COMMITTED, strict, in UTC, on SQLite with WAL and foreign keys:
    /// [`prepare`](crate::prepare) makes them so. Of the options, those that concern connecting do not count.
    ///
    /// # Errors
    /// When the database cannot be reached, is another one than the dialect's, its server is refused as unsafe, or the session
    /// that is looked at is not such a one: the error says why.
    pub async fn of_pool(pool: Pool<D::Driver>, options: &Options) -> Result<Self, StoreError> {
        Ok(Self::over(host_pool::connections(pool, options).await?))
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
    pub(crate) async fn all<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, read).await
    }

    /// As [`all`](Self::all), of one row at most.
    pub(crate) async fn one<T>(
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
    held: Held,
    /// Something was loaded: what comes later rests on it.
    has_loaded: bool,
    db: Connections<D>,
    writing: Writing,
}

#[async_trait]
impl<D: Dialect> Unit for OwnTransaction<D> {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        let mut tries = 1;
        loop {
            let is_first = !std::mem::replace(&mut self.has_loaded, true);
            let mut session = Session::pooled(&mut self.transaction, self.db.counter());
            match load::load(&mut session, &mut self.held, locks).await {
                // The connection has been lost since it was used last: nothing was done on it, another one will do.
                Err(error) if is_first && error.kind() == StoreErrorKind::Unavailable && tries < TRIES => {
                    tries += 1;
                    self.transaction = self.db.begin().await?;
                    self.has_loaded = false;
                }
                loaded => return loaded,
            }
        }
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        let mut session = Session::pooled(&mut self.transaction, self.db.counter());
        self.writing.note(save::save(&mut session, &mut self.held, changes).await)
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        let mut session = Session::pooled(&mut self.transaction, self.db.counter());
        self.writing.note(save::remember(&mut session, answers).await)
    }
}

#[async_trait]
impl<D: Dialect> Transaction for OwnTransaction<D> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.count();
        self.writing.note(self.transaction.commit().await)
    }

    async fn finish(mut self: Box<Self>, changes: &Changes) -> Result<Numbers, Unfinished> {
        if D::Driver::FOLDING != Folding::Script {
            let numbers = self.save(changes).await?;
            return self.commit().await.map(|()| numbers.clone()).map_err(|error| Unfinished { error, numbers });
        }
        let Self { transaction, held, db, writing, .. } = self.as_mut();
        let mut session = Session::pooled(transaction, db.counter());
        let (numbers, writes) = save::all(&mut session, held, changes).await?;
        match writing.note(session.execute_all_and_commit(writes).await) {
            Ok(()) => Ok(numbers),
            Err(error) => Err(Unfinished { error, numbers }),
        }
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.count();
        self.transaction.rollback().await
    }
}

impl<D: Dialect> OwnTransaction<D> {
    /// Counts its end, if there is anything to be ended.
    fn count(&self) {
        if self.transaction.has_begun() {
            self.db.counter().add();
        }
    }
}

#[async_trait]
impl<D: Dialect> Store for BookStore<D> {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        if attempt > 0 {
            tokio::time::sleep(backoff(attempt)).await;
        }
        let transaction = self.db.begin().await?;
        let (db, writing) = (self.db.clone(), self.writing.clone());
        Ok(Box::new(OwnTransaction { transaction, held: Held::default(), has_loaded: false, db, writing }))
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
    is_told: false,
};

jobs!(BookStore, OutboxEntry, OUTBOX, handed_over);

/// What people are told.
static NOTIFICATIONS: JobTable =
    queue_of::<Notifications>("estair_notification_attempts", "estair_notifications_order");

notifications!(BookStore, Notifications, NOTIFICATIONS);
