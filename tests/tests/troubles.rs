//! Bad state around the book: a database that is down, stalls, is full or read-only, or lets nobody in; tables of another
//! version; servers that may lose what they acknowledge; callers who give up. Nothing is lost, what is wrong is said, and
//! what mends by itself works again by itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use estair_core::account::AccountDraft;
use estair_core::book::{Book, Error, Submission};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::AccountId;
use estair_core::movement::MovementType;
use estair_core::policy::Policy;
use estair_core::store::{AuditReader, Page, Reader, Readiness, StatementFilter, Store, StoreError, StoreErrorKind};
use estair_core::testing::world::{ADMIN, SERVICE, posting, units};
use estair_core::verify::verify;
use std::future::poll_fn;
use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;
use std::time::Duration;

use estair_sqlx::dialect::{self, ConnectionOf, Dialect};
use estair_sqlx::{BookHandles, BookStore, Options, UnsafeServer, migrate_book, open_book, prepare, prepare_session};
use estair_tests::database::{Databases, Kind, options, with_database};
use estair_tests::filling::execute;
use estair_tests::gate::Gate;
use estair_tests::{databases, on_each};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Database, Executor, IntoArguments, Pool, Row};
use tokio::time::timeout;

/// Much longer than any wait that is asked for: the machine is small.
const LONG: Duration = Duration::from_secs(60);

fn impatient() -> Options {
    let seconds = Duration::from_secs(2);
    options().connect_timeout(seconds).acquire_timeout(seconds).lock_wait(seconds)
}

fn book_on(store: Arc<dyn Store>) -> Book {
    Book::new(store, Arc::new(System), Arc::new(System), Policy::default())
}

async fn account(book: &Book) -> AccountId {
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    let reply = book.run(Submission::new(ADMIN, Command::CreateAccount(draft))).await.unwrap();
    let Answer::Account(row) = reply.answer else { panic!("no account") };
    row.id
}

async fn post(book: &Book, account: AccountId, reference: &str) -> Result<(), StoreError> {
    let draft = posting(account, MovementType::Payment, units(100), reference);
    match book.run(Submission::new(SERVICE, Command::Post(vec![draft]))).await {
        Ok(_) => Ok(()),
        Err(Error::Store(error)) => Err(error),
        Err(Error::Refused(refusal)) => panic!("refused: {refusal}"),
    }
}

/// The movements that are there, each once, on a book that verifies clean.
async fn movements(reader: &dyn Reader, audit: &dyn AuditReader, id: AccountId) -> Vec<String> {
    let report = verify(audit, None).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    let page = Page { limit: 1_000, before: None };
    let statement = reader.statement(id, &StatementFilter::default(), page).await.unwrap().unwrap();
    statement.page.items.into_iter().rev().filter_map(|row| row.data.reference).collect()
}

fn is_unavailable<T>(what: &str, outcome: Result<T, StoreError>) -> StoreError {
    let error = outcome.err().unwrap_or_else(|| panic!("{what} worked"));
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{what}: {error}");
    error
}

// ---- down ----------------------------------------------------------------------------------------------------------

/// A database that refuses, then one that takes connections and says nothing: "unavailable" in time, and back by itself.
async fn a_database_that_is_down_comes_back(kind: Kind) {
    let databases = databases!(kind);
    let (url, mut gate) = Gate::of_url(&databases.migrated().await).await;
    let BookHandles { store, reader, audit, .. } = open_book(&url, &impatient()).await.unwrap();
    let book = book_on(store);
    let id = account(&book).await;
    post(&book, id, "before").await.unwrap();

    for (number, stalls) in [(1, false), (2, true)] {
        if stalls {
            gate.stall();
        } else {
            gate.close().await;
        }
        let posted = timeout(LONG, post(&book, id, &format!("down-{number}"))).await;
        is_unavailable("a posting", posted.expect("within the time"));
        is_unavailable("a read", timeout(LONG, reader.account(id)).await.expect("within the time"));
        is_unavailable("ready", timeout(LONG, reader.ready()).await.expect("within the time"));
        let opened = timeout(LONG, open_book(&url, &impatient())).await.expect("within the time");
        let opened = is_unavailable("opening", opened).to_string();
        assert!(opened.contains(if stalls { "no database answered in 2s" } else { "refused" }), "{kind:?}: {opened}");
        gate.open().await;
        timeout(LONG, back(&book, id, &format!("back-{number}"))).await.expect("it never came back");
    }
    assert_eq!(movements(reader.as_ref(), audit.as_ref(), id).await, ["before", "back-1", "back-2"]);
}

async fn back(book: &Book, id: AccountId, reference: &str) {
    while let Err(error) = post(book, id, reference).await {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    }
}

#[tokio::test]
async fn a_mariadb_that_is_down_comes_back() {
    a_database_that_is_down_comes_back(Kind::MariaDb).await;
}

#[tokio::test]
async fn a_mysql_that_is_down_comes_back() {
    a_database_that_is_down_comes_back(Kind::MySql).await;
}

#[tokio::test]
async fn a_postgres_that_is_down_comes_back() {
    a_database_that_is_down_comes_back(Kind::Postgres).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_unavailable_until_it_can() {
    let databases = databases!(Kind::Sqlite);
    let url = databases.create().await;
    let path = url.strip_prefix("sqlite://").unwrap();
    let directory = format!("{path}.d");
    let url = format!("sqlite://{directory}/book.db");
    is_unavailable("opening", timeout(LONG, open_book(&url, &impatient())).await.expect("within the time"));
    std::fs::create_dir(directory).unwrap();
    migrate_book(&url, &options()).await.unwrap();
    open_book(&url, &options()).await.unwrap().reader.ready().await.unwrap();
}

// ---- nobody is let in ----------------------------------------------------------------------------------------------

/// Nothing listens, nobody has this name and password, there is no such database: the cause is said at once, however patient
/// the pool would be, and no password is repeated.
async fn what_keeps_a_database_from_opening_is_said(kind: Kind) {
    const SECRET: &str = "a-password-to-be-kept";
    let databases = databases!(kind);
    let url = databases.create().await;
    let patient = options().acquire_timeout(Duration::from_secs(3_600));
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, name) = rest.split_once('/').unwrap();
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);

    let nobody = format!("estair_nobody:{SECRET}");
    let cases = [
        (format!("{scheme}://{nobody}@127.0.0.1:1/{name}"), "refused", StoreErrorKind::Unavailable),
        (format!("{scheme}://{nobody}@{address}/{name}"), "estair_nobody", StoreErrorKind::Other),
        (with_database(&url, "estair_nowhere"), "estair_nowhere", StoreErrorKind::Other),
    ];
    for (url, cause, expected) in cases {
        let opened = timeout(LONG, open_book(&url, &patient)).await.expect("within the time");
        let error = opened.err().unwrap_or_else(|| panic!("{kind:?}: it opened without {cause}"));
        assert!(error.to_string().contains(cause), "{kind:?}: {error}");
        assert_eq!(error.kind(), expected, "{kind:?}: {error}");
        let said = format!("{error} {error:?} {}", error.trace());
        assert!(!said.contains(SECRET), "{kind:?}: the password is said");
    }
}

#[tokio::test]
async fn what_keeps_a_mariadb_from_opening_is_said() {
    what_keeps_a_database_from_opening_is_said(Kind::MariaDb).await;
}

#[tokio::test]
async fn what_keeps_a_mysql_from_opening_is_said() {
    what_keeps_a_database_from_opening_is_said(Kind::MySql).await;
}

#[tokio::test]
async fn what_keeps_a_postgres_from_opening_is_said() {
    what_keeps_a_database_from_opening_is_said(Kind::Postgres).await;
}

// ---- read-only, full -----------------------------------------------------------------------------------------------

/// Postings on a store that takes no writes are refused with a reason, and nothing of them is there.
async fn takes_no_writes(kind: Kind, url: &str, open: impl AsyncFnOnce(&str) -> Opened) {
    let BookHandles { store, reader, audit, .. } = open_book(url, &options()).await.unwrap();
    let writable = book_on(store);
    let id = account(&writable).await;
    post(&writable, id, "before").await.unwrap();

    let (store, reading, auditing) = open(url).await;
    let error = is_unavailable("a posting", post(&book_on(store), id, "read-only").await);
    assert!(error.to_string().contains("read-only"), "{kind:?}: {error}");
    assert_eq!(movements(reading.as_ref(), auditing.as_ref(), id).await, ["before"], "it can be read all the same");

    post(&writable, id, "after").await.unwrap();
    assert_eq!(movements(reader.as_ref(), audit.as_ref(), id).await, ["before", "after"]);
}

/// A book that was opened: what writes it, what reads it, what verifying reads of it.
type Opened = (Arc<dyn Store>, Arc<dyn Reader>, Arc<dyn AuditReader>);

/// A book over a pool whose sessions run this first.
async fn after<D: Dialect>(url: &str, statement: &'static str) -> Opened
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
{
    let pool = PoolOptions::<D::Driver>::new().max_connections(2).after_connect(move |connection, _| {
        Box::pin(async move {
            prepare_session::<D>(connection, &options()).await?;
            connection.execute(statement).await.map(|_| ())
        })
    });
    let store = Arc::new(BookStore::<D>::of_pool(pool.connect(url).await.unwrap(), &options()).await.unwrap());
    (store.clone(), store.clone(), store)
}

#[tokio::test]
async fn a_read_only_file_says_so_and_loses_nothing() {
    let databases = databases!(Kind::Sqlite);
    let url = databases.migrated().await;
    takes_no_writes(Kind::Sqlite, &url, async |url: &str| {
        let opened = open_book(&format!("{url}?mode=ro"), &options()).await.unwrap();
        (opened.store, opened.reader, opened.audit)
    })
    .await;
}

#[tokio::test]
async fn a_read_only_mariadb_says_so_and_loses_nothing() {
    let databases = databases!(Kind::MariaDb);
    let url = databases.migrated().await;
    takes_no_writes(Kind::MariaDb, &url, async |url: &str| {
        after::<dialect::MariaDb>(url, "SET SESSION TRANSACTION READ ONLY").await
    })
    .await;
}

#[tokio::test]
async fn a_read_only_mysql_says_so_and_loses_nothing() {
    let databases = databases!(Kind::MySql);
    let url = databases.migrated().await;
    takes_no_writes(Kind::MySql, &url, async |url: &str| {
        after::<dialect::MySql>(url, "SET SESSION TRANSACTION READ ONLY").await
    })
    .await;
}

#[tokio::test]
async fn a_read_only_postgres_says_so_and_loses_nothing() {
    let databases = databases!(Kind::Postgres);
    let url = databases.migrated().await;
    takes_no_writes(Kind::Postgres, &url, async |url: &str| {
        after::<dialect::Postgres>(url, "SET default_transaction_read_only = on").await
    })
    .await;
}

/// The file may not grow any more: what was acknowledged is there, what was not is not, and there is room again later.
#[tokio::test]
async fn a_full_disk_says_so_and_loses_nothing() {
    let databases = databases!(Kind::Sqlite);
    let url = databases.migrated().await;
    let BookHandles { store, reader, audit, .. } = open_book(&url, &options()).await.unwrap();
    let roomy = book_on(store);
    let id = account(&roomy).await;

    let mut plain = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let pages: i64 = plain.fetch_one("PRAGMA page_count").await.unwrap().get(0);
    let connect = SqliteConnectOptions::from_str(&url).unwrap().foreign_keys(true);
    // How many pages a connection that is made from now on has room for.
    let room = Arc::new(AtomicI64::new(pages + 6));
    let has_room = Arc::clone(&room);
    let pool = PoolOptions::<sqlx::Sqlite>::new().max_connections(1).after_connect(move |connection, _| {
        let limit = format!("PRAGMA max_page_count = {}", has_room.load(Ordering::SeqCst));
        Box::pin(async move { connection.execute(sqlx::AssertSqlSafe(limit)).await.map(|_| ()) })
    });
    let full =
        BookStore::<dialect::Sqlite>::of_pool(pool.connect_with(connect).await.unwrap(), &options()).await.unwrap();
    let tight = book_on(Arc::new(full.clone()));
    full.ready().await.unwrap();

    let mut acknowledged = Vec::new();
    let error = loop {
        let reference = format!("T{}", acknowledged.len());
        match post(&tight, id, &reference).await {
            Ok(()) => acknowledged.push(reference),
            Err(error) => break is_unavailable::<()>("a posting", Err(error)),
        }
        assert!(acknowledged.len() < 900, "it was never full");
    };
    assert!(error.to_string().contains("full"), "{error}");
    assert!(!acknowledged.is_empty(), "it was full from the beginning");
    is_unavailable("another posting", post(&tight, id, "again").await);
    assert_eq!(movements(reader.as_ref(), audit.as_ref(), id).await, acknowledged);
    // Who asks whether it is ready is told, and told again.
    for _ in 0..2 {
        let said = is_unavailable("ready", full.ready().await).to_string();
        assert!(said.contains("full"), "{said}");
    }
    room.store(pages + 10_000, Ordering::SeqCst);
    full.ready().await.unwrap();
    post(&tight, id, "roomy").await.unwrap();
    acknowledged.push("roomy".to_owned());

    post(&roomy, id, "room").await.unwrap();
    acknowledged.push("room".to_owned());
    assert_eq!(movements(reader.as_ref(), audit.as_ref(), id).await, acknowledged);
}

// ---- tables of another version -------------------------------------------------------------------------------------

async fn tables_of_another_version_are_refused(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    let reader = open_book(&url, &options()).await.unwrap().reader;
    let not_ready = async || reader.ready().await.expect_err("it is not ready").to_string();
    assert!(not_ready().await.contains("migrate_"), "{kind:?}, no tables: {}", not_ready().await);

    migrate_book(&url, &options()).await.unwrap();
    reader.ready().await.unwrap();
    execute(kind, &url, &["DELETE FROM estair_migrations".to_owned()]).await;
    assert!(not_ready().await.contains("migrate_"), "{kind:?}, behind: {}", not_ready().await);

    migrate_book(&url, &options()).await.unwrap();
    let later = "INSERT INTO estair_migrations (version, fingerprint) VALUES (99, 'later')".to_owned();
    execute(kind, &url, &[later]).await;
    let ahead = not_ready().await;
    assert!(ahead.contains("later version") && !ahead.contains("migrate`"), "{kind:?}, ahead: {ahead}");
}

// ---- servers that may lose what they acknowledge -------------------------------------------------------------------

/// Sets a server so that a crash may lose commits, for a moment. It changes nothing for a test that runs meanwhile, and
/// no server of a test outlives it.
async fn unsafe_settings_are_named_and_refused(kind: Kind, setting: &str, make: &[&str], mend: &[&str]) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let strict = options().unsafe_server(UnsafeServer::Refuse);
    let statements = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    open_book(&url, &strict).await.unwrap_or_else(|error| panic!("{kind:?} as it is started: {error}"));

    execute(kind, &url, &statements(make)).await;
    let mut refused = open_book(&url, &strict).await.err();
    for _ in 0..50 {
        if refused.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await; // PostgreSQL reads its settings again by and by
        refused = open_book(&url, &strict).await.err();
    }
    let warned = open_book(&url, &options()).await;
    execute(kind, &url, &statements(mend)).await;

    let refused = refused.expect("an unsafe server was not refused").to_string();
    assert!(refused.contains(setting), "{kind:?}: {refused}");
    assert!(warned.is_ok(), "{kind:?}: by default it is only warned of");
}

const FLUSH: [&str; 2] =
    ["SET GLOBAL innodb_flush_log_at_trx_commit = 2", "SET GLOBAL innodb_flush_log_at_trx_commit = 1"];

#[tokio::test]
async fn a_mariadb_that_does_not_flush_is_refused() {
    let setting = "innodb_flush_log_at_trx_commit";
    unsafe_settings_are_named_and_refused(Kind::MariaDb, setting, &FLUSH[..1], &FLUSH[1..]).await;
}

#[tokio::test]
async fn a_mysql_that_does_not_flush_is_refused() {
    let setting = "innodb_flush_log_at_trx_commit";
    unsafe_settings_are_named_and_refused(Kind::MySql, setting, &FLUSH[..1], &FLUSH[1..]).await;
}

// One after the other, on one server: each begins when it keeps everything.
#[tokio::test]
async fn a_postgres_that_may_lose_or_tear_pages_is_refused() {
    a_postgres_that_need_not_wait_for_its_disk_is_asked_to().await;
    for (setting, off, reset) in [
        ("fsync", "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM RESET fsync"),
        ("full_page_writes", "ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM RESET full_page_writes"),
    ] {
        let reload = "SELECT pg_reload_conf()";
        unsafe_settings_are_named_and_refused(Kind::Postgres, setting, &[off, reload], &[reset, reload]).await;
    }
}

/// What a session can ask for itself is no reason to refuse: it asks.
async fn a_postgres_that_need_not_wait_for_its_disk_is_asked_to() {
    let databases = databases!(Kind::Postgres);
    let url = databases.migrated().await;
    let name = url.rsplit_once('/').unwrap().1.split('?').next().unwrap().to_owned();
    let hasty = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    execute(Kind::Postgres, &url, &[hasty]).await;
    let mut plain = sqlx::PgConnection::connect(&url).await.unwrap();
    let setting: String = plain.fetch_one("SHOW synchronous_commit").await.unwrap().get(0);
    assert_eq!(setting, "off", "a session that asks for nothing");
    let strict = options().unsafe_server(UnsafeServer::Refuse);
    open_book(&url, &strict).await.map(|_| ()).unwrap();
}

// ---- callers who give up -------------------------------------------------------------------------------------------

/// Three hundred begins and three hundred postings, given up after some steps or some time: no connection stays inside a
/// transaction, what was acknowledged is there once, and the book adds up.
async fn callers_who_give_up_leave_nothing_behind<D: Dialect>(kind: Kind)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
    <D::Driver as Database>::Arguments: IntoArguments<D::Driver>,
    for<'r> i64: sqlx::Decode<'r, D::Driver> + sqlx::Type<D::Driver>,
    usize: sqlx::ColumnIndex<<D::Driver as Database>::Row>,
{
    const CONNECTIONS: u32 = 4;
    let databases: Databases = databases!(kind);
    let url = databases.migrated().await;
    execute(kind, &url, &["CREATE TABLE probe (number int NOT NULL)".to_owned()]).await;
    let pool = PoolOptions::<D::Driver>::new().max_connections(CONNECTIONS);
    let pool = prepare::<D>(pool, &options()).connect(&url).await.unwrap();
    let store = BookStore::<D>::of_pool(pool.clone(), &options()).await.unwrap();
    let book = book_on(Arc::new(store.clone()));
    let id = account(&book).await;

    let mut acknowledged = Vec::new();
    for number in 0..300_u64 {
        give_up_after(number % 7, store.begin(0)).await;
        let _ = timeout(Duration::from_micros(number * 7), store.begin(0)).await;
        let reference = format!("P{number}");
        let patience = Duration::from_micros(number * 60);
        if let Ok(posted) = timeout(patience, post(&book, id, &reference)).await {
            posted.unwrap();
            acknowledged.push(reference);
        }
    }
    assert!(acknowledged.len() < 300, "nobody gave up");
    post(&book, id, "last").await.unwrap();
    no_connection_is_inside_a_transaction::<D>(&pool, &url, CONNECTIONS).await;

    let written = movements(&store, &store, id).await;
    let mut once = written.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), written.len(), "{kind:?}: a movement was doubled");
    for reference in acknowledged {
        assert!(written.contains(&reference), "{kind:?}: {reference} was acknowledged and is not there");
    }
}

/// Lets a future go so many steps, and drops it.
async fn give_up_after<T>(steps: u64, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    for _ in 0..steps {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await.is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// What is written on each of them, outside of any transaction, is visible to others at once.
async fn no_connection_is_inside_a_transaction<D: Dialect>(pool: &Pool<D::Driver>, url: &str, connections: u32)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
    <D::Driver as Database>::Arguments: IntoArguments<D::Driver>,
    for<'r> i64: sqlx::Decode<'r, D::Driver> + sqlx::Type<D::Driver>,
    usize: sqlx::ColumnIndex<<D::Driver as Database>::Row>,
{
    let mut held = Vec::new();
    for _ in 0..connections {
        held.push(pool.acquire().await.unwrap());
    }
    for connection in &mut held {
        connection.execute("INSERT INTO probe (number) VALUES (1)").await.unwrap();
    }
    let mut other = ConnectionOf::<D>::connect(url).await.unwrap();
    let row = other.fetch_one("SELECT COUNT(*) FROM probe").await.unwrap();
    assert_eq!(row.get::<i64, _>(0), i64::from(connections), "a connection is still inside a transaction");
}

on_each!(
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    callers_who_give_up_leave_nothing_behind<dialect>,
    tables_of_another_version_are_refused,
);
