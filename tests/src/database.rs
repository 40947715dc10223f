//! Fresh databases for tests: one SQLite file, or one database on a server whose URL the environment gives; gone at the
//! end of the test.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use estair_core::testing::{Harness, Stores};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use estair_sqlx::{BookHandles, Options, migrate_book, migrate_messager, open_book, open_messager};
use sqlx::{Connection, Executor};

use crate::patience::in_time;

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

/// The libraries that reach them; what shares a driver mostly speaks alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// SQLite's.
    Sqlite,
    /// MySQL's.
    MySql,
    /// PostgreSQL's.
    Postgres,
}

impl Kind {
    /// What reaches it.
    #[must_use]
    pub const fn driver(self) -> Driver {
        match self {
            Self::Sqlite => Driver::Sqlite,
            Self::MariaDb | Self::MySql => Driver::MySql,
            Self::Postgres => Driver::Postgres,
        }
    }

    /// What its server is called in `tests/servers.sh`; none for a file.
    #[must_use]
    pub const fn server(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::MariaDb => Some("mariadb"),
            Self::MySql => Some("mysql"),
            Self::Postgres => Some("postgres"),
        }
    }
}

/// Runs a macro with what it is given and every kind of database, each as `name: Kind`; the kind's dialect has the same name.
#[macro_export]
macro_rules! each_kind {
    (($($run:tt)+) $given:tt) => {
        $($run)+! { $given sqlite: Sqlite, mariadb: MariaDb, mysql: MySql, postgres: Postgres }
    };
}

/// Makes a test of each of these functions for every kind of database, in a module of the kind's name. Where one asks for the
/// dialect's type too, it is named with it: `case<dialect>`. Tests are `#[tokio::test]` unless another attribute stands first.
#[macro_export]
macro_rules! on_each {
    ([$test:tt $cases:tt] $($module:ident: $kind:ident),*) => {
        $(mod $module { $crate::on_each!(@kind $test $cases $kind); })*
    };
    (@kind $test:tt ($($case:ident $(<$dialect:ident>)?),+ $(,)?) $kind:ident) => {
        $($crate::on_each!(@case $test $kind $case $($dialect)?);)+
    };
    (@case $test:tt $kind:ident $case:ident) => {
        # $test
        async fn $case() { super::$case($crate::database::Kind::$kind).await; }
    };
    (@case $test:tt $kind:ident $case:ident dialect) => {
        # $test
        async fn $case() { super::$case::<super::dialect::$kind>($crate::database::Kind::$kind).await; }
    };
    (# $test:tt $($cases:tt)+) => {
        $crate::each_kind!(($crate::on_each) [$test ($($cases)+)]);
    };
    ($($cases:tt)+) => {
        $crate::on_each!(#[tokio::test] $($cases)+);
    };
}

/// Databases of a kind; all that were made are dropped with it.
pub struct Databases {
    kind: Kind,
    server: Option<String>,
    directory: PathBuf,
    made: Mutex<Vec<String>>,
    /// Stores that were opened: each by its address, with the URLs of its book and its Messager.
    opened: Mutex<Vec<(usize, String, String)>>,
}

impl Databases {
    /// None when there is no such server here, which is said; under CI, or where all are required, that fails the test.
    #[must_use]
    pub fn of(kind: Kind) -> Option<Self> {
        let server = match kind.server().map(|name| format!("ESTAIR_TEST_{}_URL", name.to_uppercase())) {
            None => None,
            Some(variable) => match std::env::var(&variable) {
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
        Some(Self { kind, server, directory, made: Mutex::new(Vec::new()), opened: Mutex::default() })
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
        in_time("a new database", admin(self.kind, server, &format!("CREATE DATABASE {name}"))).await.unwrap();
        self.made.lock().unwrap().push(name.clone());
        with_database(server, &name)
    }

    /// The URL of a new database with the book's tables.
    pub async fn migrated(&self) -> String {
        let url = self.create().await;
        in_time("the tables of a book", migrate_book(&url, &options())).await.unwrap();
        url
    }

    /// A migrated database as the program's own account has it, which has the rights of `deploy/grants` and no other.
    pub async fn granted(&self, url: &str) -> String {
        let (Some(server), Some(grants)) = (&self.server, grants(self.kind)) else { return url.to_owned() };
        let user = match self.kind.driver() {
            Driver::Postgres => "CREATE ROLE estair LOGIN PASSWORD 'estair'",
            _ => "CREATE USER IF NOT EXISTS 'estair'@'%' IDENTIFIED BY 'estair'",
        };
        // Another test may have made it, or make it at this moment.
        let _ = admin(self.kind, server, user).await;
        in_time("the rights of an account", admin_all(self.kind, url, statements(grants))).await.unwrap();
        let (scheme, rest) = url.split_once("://").unwrap();
        let host = rest.split_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://estair:estair@{host}")
    }

    /// A new book.
    pub async fn book(&self) -> BookHandles {
        open_book(&self.migrated().await, &options()).await.unwrap()
    }
}

impl Drop for Databases {
    /// Drops what was made, within a bound: a database that somebody still uses is left to the server, which is private and
    /// gone with the run. A connection that a test gave up may hold a lock until the test's own runtime closes it, and that
    /// runtime may be the one that is running here: whoever uses the database is sent away first.
    fn drop(&mut self) {
        let (kind, server, directory) = (self.kind, self.server.take(), self.directory.clone());
        let made = std::mem::take(self.made.get_mut().unwrap());
        let clean = move || {
            let _ = std::fs::remove_dir_all(directory);
            let Some(server) = server else { return };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let all = async {
                for name in &made {
                    if let Err(error) = remove(kind, &server, name).await {
                        eprintln!("the database {name} is left behind: {error}");
                    }
                }
            };
            if runtime.block_on(async { tokio::time::timeout(CLEANING, all).await }).is_err() {
                eprintln!("databases are left behind: {made:?}");
            }
            runtime.shutdown_background();
        };
        // A test's own runtime may be the one that is running here.
        let _ = std::thread::spawn(clean).join();
    }
}

/// How long cleaning up after a test may take.
const CLEANING: Duration = Duration::from_secs(30);

/// Sends away whoever uses a database, and drops it.
async fn remove(kind: Kind, server: &str, name: &str) -> sqlx::Result<()> {
    if kind.driver() == Driver::Postgres {
        return admin(kind, server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
    let mut connection = sqlx::MySqlConnection::connect(server).await?;
    // Waiting for a lock on a table is 24 hours by default.
    connection.execute("SET SESSION lock_wait_timeout = 5").await?;
    let users =
        sqlx::query_scalar::<_, u64>("SELECT CAST(id AS UNSIGNED) FROM information_schema.processlist WHERE db = ?");
    for id in users.bind(name).fetch_all(&mut connection).await? {
        // It may be gone by now.
        let _ = connection.execute(sqlx::AssertSqlSafe(format!("KILL {id}"))).await;
    }
    connection.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE {name}"))).await?;
    connection.close().await
}

#[async_trait]
impl Harness for Databases {
    async fn open(&self) -> Stores {
        let (book, messager) = (self.migrated().await, self.create().await);
        in_time("the tables of a Messager", migrate_messager(&messager, &options())).await.unwrap();
        let book = self.granted(&book).await;
        let stores = stores_at(&book, &messager).await;
        self.opened.lock().unwrap().push((address_of(&stores), book, messager));
        stores
    }

    async fn reopen(&self, stores: &Stores) -> Stores {
        let (_, book, messager) = {
            let opened = self.opened.lock().unwrap();
            opened.iter().find(|(address, ..)| *address == address_of(stores)).expect("stores of this harness").clone()
        };
        stores_at(&book, &messager).await
    }
}

/// What the program's own account is granted of a book's tables; a file has no accounts.
#[must_use]
pub const fn grants(kind: Kind) -> Option<&'static str> {
    match kind.driver() {
        Driver::Sqlite => None,
        Driver::MySql => Some(include_str!("../../deploy/grants/mysql.sql")),
        Driver::Postgres => Some(include_str!("../../deploy/grants/postgres.sql")),
    }
}

/// The statements of a script without its comments.
fn statements(script: &str) -> Vec<String> {
    let lines = script.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    lines.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

async fn stores_at(book: &str, messager: &str) -> Stores {
    let messager = open_messager(messager, &options()).await.unwrap();
    let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, users: _, pool: _, .. } =
        open_book(book, &options()).await.unwrap();
    Stores { store, reader, audit, outbox, pending, notifications, subscriptions, messager }
}

fn address_of(stores: &Stores) -> usize {
    std::sync::Arc::as_ptr(&stores.store).cast::<()>().addr()
}

/// Few connections, as many tests run at once; long waits, as they share a small machine.
#[must_use]
pub fn options() -> Options {
    Options::default()
        .max_connections(8)
        .connect_timeout(Duration::from_secs(60))
        .acquire_timeout(Duration::from_secs(120))
        .lock_wait(Duration::from_secs(20))
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
    admin_all(kind, server, vec![sql.to_owned()]).await
}

/// Statements on one connection.
async fn admin_all(kind: Kind, url: &str, statements: Vec<String>) -> sqlx::Result<()> {
    if kind.driver() == Driver::Postgres {
        let mut connection = sqlx::PgConnection::connect(url).await?;
        for sql in statements {
            connection.execute(sqlx::AssertSqlSafe(sql)).await?;
        }
        return connection.close().await;
    }
    let mut connection = sqlx::MySqlConnection::connect(url).await?;
    for sql in statements {
        connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    }
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
