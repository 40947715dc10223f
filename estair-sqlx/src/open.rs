//! Opening by URL, for hosts that choose their database when they start.

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
#[cfg(feature = "import")]
use estair_core::audit::AuditKeys;
#[cfg(feature = "import")]
use estair_core::clock::Timestamp;
use estair_core::messager::MessagerStore;
use estair_core::notification::{Notifications, PendingFacts, Subscriptions};
#[cfg(feature = "import")]
use estair_core::policy::Policy;
use estair_core::queue::Queue;
use estair_core::row::OutboxEntry;
use estair_core::store::{AuditReader, Reader, Store, StoreError, StoreErrorKind};
use sqlx::Connection as _;

use crate::book::BookStore;
use crate::dialect::{self, ConnectionOf, Dialect};
use crate::fault::fault;
#[cfg(feature = "import")]
use crate::import::{Imports, NotUndone, Target, Undone};
use crate::messager::{MessagerDb, MessagerDirectory};
use crate::migrate::{Component, look};
use crate::options::Options;
use crate::pool::{Pooled, is_served};
use crate::users::{UserDirectory, Users};

/// Every dialect. Where several have the scheme of a URL, the server is asked in this order, and the last one takes what no
/// other does.
const DIALECTS: &[&dyn Opens] = &[
    #[cfg(feature = "sqlite")]
    &By::<dialect::Sqlite>::NEW,
    #[cfg(feature = "mysql")]
    &By::<dialect::MariaDb>::NEW,
    #[cfg(feature = "mysql")]
    &By::<dialect::MySql>::NEW,
    #[cfg(feature = "postgres")]
    &By::<dialect::Postgres>::NEW,
];

/// A book on whichever database its URL names, as the core's traits.
#[derive(Clone)]
pub struct BookHandles {
    /// What changes the book.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// What verifying reads of it.
    pub audit: Arc<dyn AuditReader>,
    /// Its outbox to Messager.
    pub outbox: Arc<dyn Queue<OutboxEntry>>,
    /// Its facts whose notices are pending.
    pub pending: Arc<dyn PendingFacts>,
    /// Its notifications.
    pub notifications: Arc<dyn Notifications>,
    /// Devices and choices of people.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Users, for a host that has no directory.
    pub users: Arc<dyn UserDirectory>,
    /// Runs of an import, and what they look up.
    #[cfg(feature = "import")]
    pub imports: Arc<dyn Imports>,
    /// Its connections.
    pub pool: Arc<dyn Pooled>,
}

impl BookHandles {
    /// A book whose dialect is known, as the core's traits: over a pool of the host's, say
    /// ([`BookStore::of_pool`]).
    #[must_use]
    pub fn of<D: Dialect>(store: BookStore<D>) -> Self {
        let users = Arc::new(Users::of(&store));
        let store = Arc::new(store);
        Self {
            store: store.clone(),
            reader: store.clone(),
            audit: store.clone(),
            outbox: store.clone(),
            pending: store.clone(),
            notifications: store.clone(),
            subscriptions: store.clone(),
            users,
            #[cfg(feature = "import")]
            imports: store.clone(),
            pool: store,
        }
    }
}

#[cfg(feature = "import")]
impl BookHandles {
    /// The book as what an import brings rows into, its own people among them.
    #[must_use]
    pub fn import_target(&self, policy: Policy) -> Target {
        Target {
            store: self.store.clone(),
            reader: self.reader.clone(),
            imports: self.imports.clone(),
            people: Some((self.users.clone(), self.subscriptions.clone())),
            policy,
        }
    }
}

/// Messager's database, whichever its URL names, as the core's traits.
#[derive(Clone)]
pub struct MessagerHandles {
    /// Its messages and alerts.
    pub store: Arc<dyn MessagerStore>,
    /// The people, consoles and domains of a Messager that runs apart.
    pub directory: Arc<dyn MessagerDirectory>,
    /// Its connections.
    pub pool: Arc<dyn Pooled>,
}

/// Opens a book. The tables are left as they are: see [`migrate_book`] and
/// [`Readiness`](estair_core::store::Readiness).
///
/// # Errors
/// When the URL is of no known database, it cannot be reached, or its server is refused as unsafe.
pub async fn open_book(url: &str, options: &Options) -> Result<BookHandles, StoreError> {
    dialect_of(url, options).await?.open_book(url, options).await
}

/// Brings the tables of a book up to date.
///
/// # Errors
/// As [`open_book`], and the database's trouble; tables that a former build has made; others of these names, which are not
/// ours (L1).
pub async fn migrate_book(url: &str, options: &Options) -> Result<(), StoreError> {
    dialect_of(url, options).await?.migrate_book(url, options).await
}

/// Brings the tables of a book up to date where others of their names are in the way: [`BookStore::adopt`].
///
/// # Errors
/// As [`migrate_book`]; and what cannot be renamed.
pub async fn adopt_book(url: &str, options: &Options) -> Result<(), StoreError> {
    dialect_of(url, options).await?.adopt_book(url, options).await
}

/// Takes the tables of an empty book away and renames back what was in their way: [`BookStore::release`].
///
/// # Errors
/// As [`open_book`], the database's trouble; and a book that is not empty.
pub async fn release_book(url: &str, options: &Options) -> Result<bool, StoreError> {
    dialect_of(url, options).await?.release_book(url, options).await
}

/// Takes away what a run of an import brought in: [`Imports::undo`].
///
/// # Errors
/// As [`open_book`], the database's trouble; no such run; and accounts on which something else was done since.
#[cfg(feature = "import")]
pub async fn undo_import(
    url: &str,
    options: &Options,
    run: Option<u64>,
    keys: Option<&AuditKeys>,
    at: Timestamp,
) -> Result<Undone, NotUndone> {
    open_book(url, options).await?.imports.undo(run, keys, at).await
}

/// Opens Messager's database. The tables are left as they are: see [`migrate_messager`].
///
/// # Errors
/// As [`open_book`].
pub async fn open_messager(url: &str, options: &Options) -> Result<Arc<dyn MessagerStore>, StoreError> {
    Ok(open_messager_apart(url, options).await?.store)
}

/// Opens Messager's database for a Messager that runs apart: with its people, consoles and domains.
///
/// # Errors
/// As [`open_book`].
pub async fn open_messager_apart(url: &str, options: &Options) -> Result<MessagerHandles, StoreError> {
    dialect_of(url, options).await?.open_messager(url, options).await
}

/// Brings the tables of Messager's database up to date.
///
/// # Errors
/// As [`migrate_book`].
pub async fn migrate_messager(url: &str, options: &Options) -> Result<(), StoreError> {
    dialect_of(url, options).await?.migrate_messager(url, options).await
}

/// As [`adopt_book`], of Messager's database.
///
/// # Errors
/// As [`adopt_book`].
pub async fn adopt_messager(url: &str, options: &Options) -> Result<(), StoreError> {
    dialect_of(url, options).await?.adopt_messager(url, options).await
}

/// As [`release_book`], of Messager's database.
///
/// # Errors
/// As [`release_book`].
pub async fn release_messager(url: &str, options: &Options) -> Result<bool, StoreError> {
    dialect_of(url, options).await?.release_messager(url, options).await
}

/// The dialect of a URL: by its scheme, and where several share one, by what the server says.
async fn dialect_of(url: &str, options: &Options) -> Result<&'static dyn Opens, StoreError> {
    let mut dialects = by_scheme(url);
    let Some(last) = dialects.pop() else {
        // The URL may hold a password: it is not repeated.
        let schemes =
            "sqlite://path, mysql://…, mariadb://… or postgres://…, as far as this program was built with them";
        return Err(StoreError::new(StoreErrorKind::Other, format_args!("a database URL must be {schemes}")));
    };
    for dialect in dialects {
        if dialect.is_served(url, options).await? {
            return Ok(dialect);
        }
    }
    Ok(last)
}

fn by_scheme(url: &str) -> Vec<&'static dyn Opens> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    DIALECTS.iter().copied().filter(|dialect| dialect.schemes().contains(&scheme)).collect()
}

/// What can be opened by URL.
#[async_trait]
trait Opens: Sync {
    fn schemes(&self) -> &'static [&'static str];

    /// Is the server of this URL the dialect's?
    async fn is_served(&self, url: &str, options: &Options) -> Result<bool, StoreError>;

    async fn open_book(&self, url: &str, options: &Options) -> Result<BookHandles, StoreError>;

    async fn migrate_book(&self, url: &str, options: &Options) -> Result<(), StoreError>;

    async fn adopt_book(&self, url: &str, options: &Options) -> Result<(), StoreError>;

    async fn release_book(&self, url: &str, options: &Options) -> Result<bool, StoreError>;

    async fn open_messager(&self, url: &str, options: &Options) -> Result<MessagerHandles, StoreError>;

    async fn migrate_messager(&self, url: &str, options: &Options) -> Result<(), StoreError>;

    async fn adopt_messager(&self, url: &str, options: &Options) -> Result<(), StoreError>;

    async fn release_messager(&self, url: &str, options: &Options) -> Result<bool, StoreError>;
}

/// Opens by a dialect.
struct By<D>(PhantomData<fn() -> D>);

impl<D: Dialect> By<D> {
    const NEW: Self = Self(PhantomData);
}

#[async_trait]
impl<D: Dialect> Opens for By<D> {
    fn schemes(&self) -> &'static [&'static str] {
        D::SCHEMES
    }

    async fn is_served(&self, url: &str, options: &Options) -> Result<bool, StoreError> {
        is_served::<D>(url, options).await
    }

    async fn open_book(&self, url: &str, options: &Options) -> Result<BookHandles, StoreError> {
        Ok(BookHandles::of(BookStore::<D>::open(url, options).await?))
    }

    async fn migrate_book(&self, url: &str, options: &Options) -> Result<(), StoreError> {
        look_at::<D>(url, Component::Book).await?;
        let store = BookStore::<D>::open(url, options).await?;
        let migrated = store.migrate().await;
        store.close().await;
        migrated
    }

    async fn adopt_book(&self, url: &str, options: &Options) -> Result<(), StoreError> {
        let store = BookStore::<D>::open(url, options).await?;
        let adopted = store.adopt().await;
        store.close().await;
        adopted
    }

    async fn release_book(&self, url: &str, options: &Options) -> Result<bool, StoreError> {
        let store = BookStore::<D>::open(url, options).await?;
        let released = store.release().await;
        store.close().await;
        released
    }

    async fn open_messager(&self, url: &str, options: &Options) -> Result<MessagerHandles, StoreError> {
        let db = Arc::new(MessagerDb::<D>::open(url, options).await?);
        Ok(MessagerHandles { store: db.clone(), directory: db.clone(), pool: db })
    }

    async fn migrate_messager(&self, url: &str, options: &Options) -> Result<(), StoreError> {
        look_at::<D>(url, Component::Messager).await?;
        let store = MessagerDb::<D>::open(url, options).await?;
        let migrated = store.migrate().await;
        store.close().await;
        migrated
    }

    async fn adopt_messager(&self, url: &str, options: &Options) -> Result<(), StoreError> {
        let store = MessagerDb::<D>::open(url, options).await?;
        let adopted = store.adopt().await;
        store.close().await;
        adopted
    }

    async fn release_messager(&self, url: &str, options: &Options) -> Result<bool, StoreError> {
        let store = MessagerDb::<D>::open(url, options).await?;
        let released = store.release().await;
        store.close().await;
        released
    }
}

/// Refuses what belongs to somebody else before anything of it is changed, where opening it is a change.
async fn look_at<D: Dialect>(url: &str, component: Component) -> Result<(), StoreError> {
    let Some(connect) = D::unchanged(url).map_err(fault::<D::Driver>)? else { return Ok(()) };
    // What cannot be looked at is opened: then it says itself what is wrong.
    let Ok(mut connection) = ConnectionOf::<D>::connect_with(&connect).await else { return Ok(()) };
    let looked = look::<D>(&mut connection, component).await;
    connection.close().await.map_err(fault::<D::Driver>)?;
    match looked {
        // Whoever was killed while writing has left what only a writer takes back.
        Err(error) if error.kind() == StoreErrorKind::Unavailable => Ok(()),
        looked => looked,
    }
}
