//! Opening by URL, for hosts that choose their database when they start.

use std::sync::Arc;

use estair_core::dispatch::OutboxEntry;
use estair_core::messager::MessagerStore;
use estair_core::notify::{Outgoing, Subscriptions};
use estair_core::queue::Queue;
use estair_core::read::Reader;
use estair_core::store::{Store, StoreError, StoreErrorKind};

use crate::book::BookStore;
use crate::connect::{Options, Pooled};
use crate::messager::MessagerDb;
use crate::users::{UserDirectory, Users};

/// A book on whichever database its URL names, as the core's traits.
#[derive(Clone)]
pub struct BookHandles {
    /// What changes the book.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// Its outbox to Messager.
    pub outbox: Arc<dyn Queue<OutboxEntry>>,
    /// Its notifications.
    pub outgoing: Arc<dyn Outgoing>,
    /// Devices and choices of people.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Users, for a host that has no directory.
    pub users: Arc<dyn UserDirectory>,
    /// Its connections.
    pub pool: Arc<dyn Pooled>,
}

/// Runs the same code on the database that a URL names.
macro_rules! on_database {
    ($url:expr, $database:ident => $code:expr) => {
        match $url.split_once(':').map(|(scheme, _)| scheme) {
            #[cfg(feature = "sqlite")]
            Some("sqlite") => {
                type $database = sqlx::Sqlite;
                $code
            }
            #[cfg(feature = "mysql")]
            Some("mysql" | "mariadb") => {
                type $database = sqlx::MySql;
                $code
            }
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => {
                type $database = sqlx::Postgres;
                $code
            }
            _ => Err(unknown_scheme()),
        }
    };
}

fn unknown_scheme() -> StoreError {
    // The URL may hold a password: it is not repeated.
    let schemes = "sqlite://path, mysql://…, mariadb://… or postgres://…, as far as this program was built with them";
    StoreError::new(StoreErrorKind::Other, format_args!("a database URL must be {schemes}"))
}

/// Opens a book. The tables are left as they are: see [`migrate_book`] and [`Reader::ready`].
///
/// # Errors
/// When the URL is of no known database, it cannot be reached, or its server is refused as unsafe.
pub async fn open_book(url: &str, options: &Options) -> Result<BookHandles, StoreError> {
    on_database!(url, D => BookStore::<D>::open(url, options).await.map(|store| {
        let users = Arc::new(Users::of(&store));
        let store = Arc::new(store);
        BookHandles {
            store: store.clone(),
            reader: store.clone(),
            outbox: store.clone(),
            outgoing: store.clone(),
            subscriptions: store.clone(),
            users,
            pool: store,
        }
    }))
}

/// Brings the tables of a book up to date.
///
/// # Errors
/// As [`open_book`], and the database's trouble.
pub async fn migrate_book(url: &str, options: &Options) -> Result<(), StoreError> {
    on_database!(url, D => {
        let store = BookStore::<D>::open(url, options).await?;
        let migrated = store.migrate().await;
        store.close().await;
        migrated
    })
}

/// Opens Messager's database. The tables are left as they are: see [`migrate_messager`].
///
/// # Errors
/// As [`open_book`].
pub async fn open_messager(url: &str, options: &Options) -> Result<Arc<dyn MessagerStore>, StoreError> {
    on_database!(url, D => {
        let store = MessagerDb::<D>::open(url, options).await?;
        Ok(Arc::new(store) as Arc<dyn MessagerStore>)
    })
}

/// Brings the tables of Messager's database up to date.
///
/// # Errors
/// As [`open_messager`], and the database's trouble.
pub async fn migrate_messager(url: &str, options: &Options) -> Result<(), StoreError> {
    on_database!(url, D => {
        let store = MessagerDb::<D>::open(url, options).await?;
        let migrated = store.migrate().await;
        store.close().await;
        migrated
    })
}
