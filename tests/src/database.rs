//! Fresh databases for tests: one SQLite file, or one database on a server whose URL the environment gives; gone at the
//! end of the test.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use estair_core::testing::{Harness, Stores};
use estair_sqlx::{BookHandles, Options, migrate_book, migrate_messager, open_book, open_messager};
use sqlx::{Connection, Executor};

/// The kinds of databases that hold the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// MariaDB.
    MariaDb,
    /// MySQL, Oracle's.
    MySql,
    /// PostgreSQL.
    Postgres,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::MariaDb, Self::MySql, Self::Postgres];

    const fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::MariaDb => Some("ESTAIR_TEST_MARIADB_URL"),
            Self::MySql => Some("ESTAIR_TEST_MYSQL_URL"),
            Self::Postgres => Some("ESTAIR_TEST_POSTGRES_URL"),
        }
    }
}

/// Databases of a kind; all that were made are dropped with it.
pub struct Databases {
    kind: Kind,
    server: Option<String>,
    directory: PathBuf,
    made: Mutex<Vec<String>>,
}

impl Databases {
    /// None when there is no such server here, which is said; under CI, or where all are required, that fails the test.
    #[must_use]
    pub fn of(kind: Kind) -> Option<Self> {
        let server = match kind.variable() {
            None => None,
            Some(variable) => match std::env::var(variable) {
                Ok(url) if !url.is_empty() => Some(url),
                _ => {
                    let required = |name| std::env::var(name).is_ok_and(|value| value == "true" || value == "1");
                    let all = required("CI") || required("ESTAIR_TEST_REQUIRE_ALL");
                    assert!(!all, "{kind:?} is required here: {variable} is not set (tests/servers.sh sets it)");
                    eprintln!("not tested: {kind:?}, {variable} is not set");
                    return None;
                }
            },
        };
        let directory = std::env::temp_dir().join(unique("estair-test"));
        Some(Self { kind, server, directory, made: Mutex::new(Vec::new()) })
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The URL of a new, empty database.
    pub async fn create(&self) -> String {
        let name = unique("estair_test");
        let Some(server) = &self.server else {
            std::fs::create_dir_all(&self.directory).unwrap();
            return format!("sqlite://{}/{name}.db", self.directory.display());
        };
        admin(self.kind, server, &format!("CREATE DATABASE {name}")).await.unwrap();
        self.made.lock().unwrap().push(name.clone());
        with_database(server, &name)
    }

    /// The URL of a new database with the book's tables.
    pub async fn migrated(&self) -> String {
        let url = self.create().await;
        migrate_book(&url, &options()).await.unwrap();
        url
    }

    /// A new book.
    pub async fn book(&self) -> BookHandles {
        open_book(&self.migrated().await, &options()).await.unwrap()
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        let (kind, server, directory) = (self.kind, self.server.take(), self.directory.clone());
        let made = std::mem::take(self.made.get_mut().unwrap());
        let clean = move || {
            let _ = std::fs::remove_dir_all(directory);
            let Some(server) = server else { return };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            for name in made {
                let force = if kind == Kind::Postgres { " WITH (FORCE)" } else { "" };
                let _ = runtime.block_on(admin(kind, &server, &format!("DROP DATABASE {name}{force}")));
            }
        };
        // A test's own runtime may be the one that is running here.
        let _ = std::thread::spawn(clean).join();
    }
}

#[async_trait]
impl Harness for Databases {
    async fn open(&self) -> Stores {
        let book = self.book().await;
        let url = self.create().await;
        migrate_messager(&url, &options()).await.unwrap();
        let messager = open_messager(&url, &options()).await.unwrap();
        let BookHandles { store, reader, outbox, outgoing, subscriptions, users: _, pool: _ } = book;
        Stores { store, reader, outbox, outgoing, subscriptions, messager }
    }
}

/// Few connections, as many tests run at once; long waits, as they share a small machine.
#[must_use]
pub fn options() -> Options {
    Options {
        max_connections: 8,
        connect_timeout: Duration::from_secs(60),
        acquire_timeout: Duration::from_secs(120),
        lock_wait: Duration::from_secs(20),
        ..Options::default()
    }
}

fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let nanos = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() & 0xFFFF_FFFF);
    format!("{prefix}_{}_{number}_{nanos}", std::process::id())
}

/// A server's URL with another database in it.
#[must_use]
pub fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(address, query)| (address, Some(query)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address.get(authority..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| authority + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", address.get(..end).unwrap_or(address))
}

async fn admin(kind: Kind, server: &str, sql: &str) -> sqlx::Result<()> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    if kind == Kind::Postgres {
        let mut connection = sqlx::PgConnection::connect(server).await?;
        connection.execute(sql).await?;
        return connection.close().await;
    }
    let mut connection = sqlx::MySqlConnection::connect(server).await?;
    connection.execute(sql).await?;
    connection.close().await
}

/// Leaves the test when there is no server of a kind (see [`Databases::of`]).
#[macro_export]
macro_rules! databases {
    ($kind:expr) => {
        match $crate::database::Databases::of($kind) {
            Some(databases) => databases,
            None => return,
        }
    };
}
