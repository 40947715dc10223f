//! Messager's own database: messages with their attempts, whole, and its alerts (G1 to G9).

mod alerts;
mod directory;
mod events;
mod messages;
mod store;

pub use directory::{DomainRecord, Holder, MessagerDirectory, MessagerToken, NewMessagerSession, NewMessagerToken};

use estair_core::messager::{Message, NewMessage, Receipt};
use estair_core::notification::Notification;
use estair_core::store::StoreError;
use futures_util::future::BoxFuture;
use sqlx::Pool;

use crate::dialect::Dialect;
use crate::host_pool;
use crate::migrate::{Component, Migration, migrations};
use crate::notifications::{notifications, queue_of};
use crate::options::Options;
use crate::pool::{Connections, PoolState, Pooled};
use crate::queue::{Horizons, JobTable, Settlements, jobs};
use crate::sign_in_tries::Tries;
use crate::table::{Alerts, Messages, Table};
use crate::together::Together;

/// Messager's database. Cheap to clone.
pub struct MessagerDb<D: Dialect> {
    db: Connections<D>,
    horizons: Horizons,
    /// What became of messages, and of alerts, at the same time.
    delivered: Settlements<Message>,
    settlements: Settlements<Notification>,
    /// Messages that come at the same time.
    taking_in: Together<NewMessage, Receipt>,
    tries: Tries,
}

impl<D: Dialect> Clone for MessagerDb<D> {
    fn clone(&self) -> Self {
        let Self { db, horizons, delivered, settlements, taking_in, tries } = self;
        let (horizons, delivered, settlements) = (horizons.clone(), delivered.clone(), settlements.clone());
        let (taking_in, tries) = (taking_in.clone(), tries.clone());
        Self { db: db.clone(), horizons, delivered, settlements, taking_in, tries }
    }
}

impl<D: Dialect> MessagerDb<D> {
    fn over(db: Connections<D>) -> Self {
        let (horizons, delivered, settlements) = (Horizons::default(), Settlements::default(), Settlements::default());
        let (taking_in, tries) = (Together::default(), Tries::new("messager_sign_in_tries"));
        Self { db, horizons, delivered, settlements, taking_in, tries }
    }
}

impl<D: Dialect> MessagerDb<D> {
    /// Connects. The tables must be there before anything else works: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the database cannot be reached, is another one than the dialect's, or its server is refused as unsafe.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        Ok(Self::over(Connections::open(url, options).await?))
    }

    /// Over the host's own pool, as [`BookStore::of_pool`](crate::BookStore::of_pool).
    ///
    /// # Errors
    /// As there.
    pub async fn of_pool(pool: Pool<D::Driver>, options: &Options) -> Result<Self, StoreError> {
        Ok(Self::over(host_pool::connections(pool, options).await?))
    }

    /// Brings the tables up to date. Safe when several processes do it, or one was killed doing it.
    ///
    /// # Errors
    /// The database's trouble; tables that a former build has made; and others of these names, which are not ours (L1): then
    /// nothing is changed, and the error says which they are.
    pub fn migrate(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.migrate(Component::Messager)
    }

    /// As [`migrate`](Self::migrate), and what is in the way is renamed to `former_…` (L1): tables, views and indexes, in one
    /// step, with the foreign keys and views that refer to them. Run again after it was killed, it finishes.
    ///
    /// # Errors
    /// The database's trouble; what cannot be renamed, as a trigger or a routine names it: then nothing is changed.
    pub fn adopt(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.adopt(Component::Messager)
    }

    /// Takes these tables away while they are empty, and gives what [`adopt`](Self::adopt) renamed its names back. False when
    /// nothing was renamed.
    ///
    /// # Errors
    /// The database's trouble; and tables that hold something.
    pub fn release(&self) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.db.release(Component::Messager)
    }

    /// The steps that [`migrate`](Self::migrate) takes, for a host that runs all its migrations by a migrator of its own.
    #[must_use]
    pub fn migrations() -> Vec<Migration> {
        migrations::<D>(Component::Messager)
    }

    /// Waits until no connection is in use and closes them all.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.db.close())
    }
}

impl<D: Dialect> Pooled for MessagerDb<D> {
    fn pool(&self) -> PoolState {
        self.db.state()
    }
}

/// Messages on their way to the webhook: those of one account leave one after the other (G9).
static MESSAGES: JobTable = JobTable {
    name: Messages::NAME,
    attempts: "messager_attempts",
    order_key: "order_key",
    order_index: "messager_messages_order",
    // Paused deliveries lease nothing and use up no attempts.
    gate: " AND NOT EXISTS (SELECT 1 FROM messager_domains d WHERE d.paused <> 0)",
    has_low: false,
    is_told: true,
};

jobs!(MessagerDb, Message, MESSAGES, delivered);

/// What operators are told.
static ALERTS: JobTable = queue_of::<Alerts>("messager_alert_attempts", "messager_alerts_order");

notifications!(MessagerDb, Alerts, ALERTS);
