//! The two databases, as the options name them: SQLite files of the data directory unless they say otherwise.

use estair_core::Handles;
use estair_core::book::Groups;
use estair_core::clock::{Clock, IdSource};
use estair_core::messager::MessagerStore;
use estair_core::notification::{Notifications, PendingFacts, Subscriptions};
use estair_core::queue::Queue;
use estair_core::row::OutboxEntry;
use estair_core::store::{AuditReader, Reader, Store, StoreError};
use estair_core::verify::needs_a_key;
use std::sync::Arc;

use estair_sqlx::import::Imports;
use estair_sqlx::{
    BookHandles, Options as Connect, Pooled, UserDirectory, adopt_book, adopt_messager, migrate_book, migrate_messager,
    open_book, open_messager, release_book, release_messager,
};

use crate::error::StartError;
use crate::options::Options;
use crate::people::People;
use crate::secrets::DataDir;

/// The book's file.
pub const BOOK: &str = "estair.db";

/// Messager's file.
const MESSAGER: &str = "messager.db";

/// Both databases, open and at this version.
#[derive(Clone)]
pub struct Stores {
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
    /// Its users.
    pub users: Arc<dyn UserDirectory>,
    /// Runs of an import.
    pub imports: Arc<dyn Imports>,
    /// Its connections.
    pub pool: Arc<dyn Pooled>,
    /// Messager's database.
    pub messager: Arc<dyn MessagerStore>,
}

/// Groups that a server writes side by side.
const LANES: usize = 4;

impl Stores {
    /// Brings both databases to this version and opens them.
    ///
    /// # Errors
    /// When one cannot be reached, or is of another version.
    pub async fn open(options: &Options, data: &DataDir) -> Result<Self, StartError> {
        let (book, messages) = (Database::of_book(options, data)?, Database::of_messager(options, data)?);
        migrate_book(&book.url, &book.connect).await.map_err(|error| book.named(error))?;
        migrate_messager(&messages.url, &messages.connect).await.map_err(|error| messages.named(error))?;
        let handles = open_book(&book.url, &book.connect).await?;
        let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, users, imports, pool } =
            handles;
        let messager = open_messager(&messages.url, &messages.connect).await?;
        Ok(Self { store, reader, audit, outbox, pending, notifications, subscriptions, users, imports, pool, messager })
    }

    /// Opens them for what reads a book: one that is not there is not made.
    ///
    /// # Errors
    /// When there is no book, and as [`open`](Self::open).
    pub async fn of_a_book(options: &Options) -> Result<Self, StartError> {
        if options.database_url.is_none() && !options.data_dir.join(BOOK).exists() {
            return Err(StartError::new(format_args!("there is no book in {}", options.data_dir.display())));
        }
        let (data, _) = DataDir::open(&options.data_dir)?;
        Self::open(options, &data).await
    }

    /// Opens them for what writes to the book: one that is sealed takes nothing without its key (W4).
    ///
    /// # Errors
    /// A sealed book without its key, and as [`open`](Self::open).
    pub async fn to_write(options: &Options, data: &DataDir) -> Result<Self, StartError> {
        let stores = Self::open(options, data).await?;
        match stores.lack_their_key(options).await? {
            true => Err(StartError::usage(
                "the book is sealed with a key, and ESTAIR_AUDIT_KEY is not set: what was written without it would never be \
                 believed; set the key that the book was sealed with",
            )),
            false => Ok(stores),
        }
    }

    /// Is the book sealed with a key, while the options have none?
    ///
    /// # Errors
    /// The book's trouble.
    pub async fn lack_their_key(&self, options: &Options) -> Result<bool, StartError> {
        Ok(options.policy.audit_keys.is_none() && needs_a_key(self.audit.as_ref()).await?)
    }

    /// The book's store, as the core's traits.
    #[must_use]
    pub fn handles(&self) -> Handles {
        let Self { store, reader, audit, outbox, pending, notifications, subscriptions, .. } = self.clone();
        Handles { store, reader, audit, outbox, pending, notifications, subscriptions }
    }

    /// How callers share transactions (`ESTAIR_GROUP_COMMIT`): a file has one writer at a time, a server many.
    #[must_use]
    pub fn groups(&self, options: &Options) -> Option<Groups> {
        let is_file = options.database_url.as_deref().is_none_or(|url| url.starts_with("sqlite:"));
        let lanes = if is_file { 1 } else { LANES };
        options.group_commit.then(|| Groups::new(|work| drop(tokio::spawn(work))).lanes(lanes))
    }

    /// The users, with what makes their tokens.
    #[must_use]
    pub fn people(&self, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> People {
        People::new(Arc::clone(&self.users), clock, ids)
    }
}

/// Makes both databases, where others of their names are in the way: those are renamed (L1).
///
/// # Errors
/// When one cannot be reached, or something cannot be renamed.
pub async fn adopt(options: &Options, data: &DataDir) -> Result<(), StartError> {
    let (book, messages) = (Database::of_book(options, data)?, Database::of_messager(options, data)?);
    adopt_book(&book.url, &book.connect).await.map_err(|error| book.named(error))?;
    adopt_messager(&messages.url, &messages.connect).await.map_err(|error| messages.named(error))
}

/// Takes the tables of an empty book away and gives what was in their way its names back; false when nothing was.
///
/// # Errors
/// When one cannot be reached, or holds something.
pub async fn release(options: &Options, data: &DataDir) -> Result<bool, StartError> {
    let (book, messages) = (Database::of_book(options, data)?, Database::of_messager(options, data)?);
    let of_book = release_book(&book.url, &book.connect).await.map_err(|error| book.named(error))?;
    let of_messager = release_messager(&messages.url, &messages.connect).await;
    Ok(of_messager.map_err(|error| messages.named(error))? || of_book)
}

/// Where a database is, and how it is connected to.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) connect: Connect,
    setting: &'static str,
}

impl Database {
    /// The book's.
    pub(crate) fn of_book(options: &Options, data: &DataDir) -> Result<Self, StartError> {
        let url = url(options.database_url.as_deref(), data, BOOK)?;
        Ok(Self { url, connect: within(options.database_schema.as_deref()), setting: "ESTAIR_DATABASE_URL" })
    }

    /// Messager's own.
    pub(crate) fn of_messager(options: &Options, data: &DataDir) -> Result<Self, StartError> {
        let url = url(options.messager_database_url.as_deref(), data, MESSAGER)?;
        let connect = within(options.messager_database_schema.as_deref());
        Ok(Self { url, connect, setting: "MESSAGER_DATABASE_URL" })
    }

    /// Its trouble, with the option that says where it is.
    pub(crate) fn named(&self, error: StoreError) -> StartError {
        StartError::new(format_args!("{}: {error}", self.setting))
    }
}

fn within(schema: Option<&str>) -> Connect {
    Connect::default().schema(schema.map(str::to_owned))
}

fn url(given: Option<&str>, data: &DataDir, file: &str) -> Result<String, StartError> {
    match given {
        Some(url) => Ok(url.to_owned()),
        None => Ok(format!("sqlite://{}", data.touch(file)?.display())),
    }
}
