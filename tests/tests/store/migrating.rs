//! Migrations that race, are given up or are killed.

use std::str::FromStr;
use std::time::Duration;

use estair_core::policy::Policy;
use estair_core::testing::world::World;
use estair_core::verify::verify;
use estair_sqlx::dialect::{self, Dialect};
use estair_sqlx::{migrate_book, open_book};
use estair_tests::database::{Databases, Driver, Kind, options};
use estair_tests::filling::execute;
use estair_tests::patience::in_time;
use estair_tests::{databases, on_each};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Database, Executor, Row};
use tokio::process::Child;
use tokio::time::timeout;

use crate::stores;

async fn migrations_that_start_together_run_once(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { migrate_book(&url, &options()).await })
        })
        .collect();
    let mut processes = [process(&url), process(&url)];
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    for process in &mut processes {
        assert!(ended(process).await, "{kind:?}");
    }
    is_migrated(&databases, &url, &undisturbed(&databases).await).await;
}

/// A process of its own that migrates.
fn process(url: &str) -> Child {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_migrate_book"));
    command.arg(url).kill_on_drop(true).spawn().unwrap()
}

/// Waits for the end of a process; was it a success?
async fn ended(process: &mut Child) -> bool {
    in_time("the end of a process", process.wait()).await.unwrap().success()
}

/// A file that somebody else begins to write before it has its journal: SQLite refuses whoever would give it one at once,
/// without the wait it was told.
#[tokio::test]
async fn a_new_file_that_others_open_at_once_is_waited_for_on_sqlite() {
    let databases = databases!(Kind::Sqlite);
    let url = databases.create().await;
    let bare = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true);
    let mut other = SqliteConnection::connect_with(&bare).await.unwrap();
    other.execute("CREATE TABLE theirs (id INTEGER)").await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let options = options();
    let mut opened = Box::pin(open_book(&url, &options));
    assert!(timeout(Duration::from_millis(100), &mut opened).await.is_err(), "whoever opens it waits");
    other.execute("ROLLBACK").await.unwrap();
    assert!(in_time("the file", opened).await.is_ok());
}

/// Killed at an await, again and again, a little later each time.
async fn a_migration_that_is_given_up_is_completed(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    for milliseconds in [1, 5, 10, 20, 40, 80, 160] {
        let _ = timeout(Duration::from_millis(milliseconds), migrate_book(&url, &options())).await;
    }
    migrate_book(&url, &options()).await.expect("the lock of a migration that was given up is gone");
    is_migrated(&databases, &url, &undisturbed(&databases).await).await;
}

/// Processes killed (SIGKILL) from their beginning to about their end, twenty times: the next one completes what they left.
/// Each database sees four of them: where every statement commits by itself, later ones would find all of it done.
async fn a_process_that_is_killed_while_it_migrates_is_followed_by_another(kind: Kind) {
    const DATABASES: u32 = 5;
    const KILLS: u32 = 4;
    let databases = databases!(kind);
    let url = databases.create().await;
    let begun = tokio::time::Instant::now();
    assert!(ended(&mut process(&url)).await);
    let whole = begun.elapsed();
    let expected = catalogue(kind, &url).await;

    let mut killed = 0;
    for database in 0..DATABASES {
        let url = databases.create().await;
        for kill in 1..=KILLS {
            let mut process = process(&url);
            tokio::time::sleep(whole * (database * KILLS + kill) / (DATABASES * KILLS)).await;
            process.kill().await.unwrap();
            killed += u32::from(!ended(&mut process).await);
        }
        assert!(ended(&mut process(&url)).await, "{kind:?}: the next one completes it");
        is_migrated(&databases, &url, &expected).await;
    }
    println!("{kind:?}: {killed} killed of {}", DATABASES * KILLS);
    assert!(killed > 0, "{kind:?}: each was done before it was killed");
}

/// Killed after each of its statements, on a server where each commits by itself.
async fn a_migration_is_completed_from_any_statement(kind: Kind) {
    let databases = databases!(kind);
    let expected = undisturbed(&databases).await;
    let notes = "CREATE TABLE estair_migrations (version int NOT NULL PRIMARY KEY, fingerprint varchar(64) NOT NULL)";
    let [step] = <dialect::MySql as Dialect>::BOOK else { panic!("the steps before one have to be done and noted") };
    let statements: Vec<_> = step.split(";\n").map(str::trim).filter(|one| !one.is_empty()).collect();
    assert!(statements.len() > 15, "the statements were not found");
    for done in [0, 1, 2, statements.len() / 2, statements.len().saturating_sub(1), statements.len()] {
        let url = databases.create().await;
        let done = statements.iter().take(done).map(|one| (*one).to_owned());
        execute(kind, &url, &std::iter::once(notes.to_owned()).chain(done).collect::<Vec<_>>()).await;
        migrate_book(&url, &options()).await.unwrap();
        is_migrated(&databases, &url, &expected).await;
    }
}

/// The tables of a migration that nobody disturbed.
async fn undisturbed(databases: &Databases) -> Vec<String> {
    catalogue(databases.kind(), &databases.migrated().await).await
}

/// The tables are these, and the book takes them.
async fn is_migrated(databases: &Databases, url: &str, expected: &[String]) {
    let kind = databases.kind();
    assert_eq!(catalogue(kind, url).await, expected, "{kind:?}");
    let handles = open_book(url, &options()).await.unwrap();
    handles.reader.ready().await.unwrap();
    let world = World::over(stores(databases, handles).await, Policy::default());
    let account = world.account(1_000).await;
    world.granted(account, 10).await;
    assert!(verify(world.stores.audit.as_ref(), None).await.unwrap().is_clean());
}

const SQLITE_CATALOGUE: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";

const POSTGRES_CATALOGUE: &str = "\
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line \
    FROM information_schema.columns WHERE table_schema = current_schema() \
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() \
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY line";

const MYSQL_CATALOGUE: &str = "\
    SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_default, extra) AS line \
    FROM information_schema.columns WHERE table_schema = DATABASE() \
    UNION ALL SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, non_unique) \
    FROM information_schema.statistics WHERE table_schema = DATABASE() \
    UNION ALL SELECT CONCAT_WS(' ', table_name, constraint_name, constraint_type) \
    FROM information_schema.table_constraints WHERE table_schema = DATABASE() ORDER BY line";

/// Columns, indexes and constraints, a line each.
async fn catalogue(kind: Kind, url: &str) -> Vec<String> {
    fn texts<R: Row>(rows: Vec<R>) -> Vec<String>
    where
        for<'r> String: sqlx::Decode<'r, R::Database>,
        usize: sqlx::ColumnIndex<R>,
    {
        rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
    }
    async fn on<C: Connection>(url: &str, sql: &'static str) -> Vec<<C::Database as Database>::Row>
    where
        for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    {
        C::connect(url).await.unwrap().fetch_all(sql).await.unwrap()
    }
    let told = async {
        match kind.driver() {
            Driver::Sqlite => texts(on::<sqlx::SqliteConnection>(url, SQLITE_CATALOGUE).await),
            Driver::Postgres => texts(on::<sqlx::PgConnection>(url, POSTGRES_CATALOGUE).await),
            Driver::MySql => texts(on::<sqlx::MySqlConnection>(url, MYSQL_CATALOGUE).await),
        }
    };
    let lines = in_time("the catalogue", told).await;
    assert!(lines.len() > 15, "{kind:?}: the catalogue is empty");
    lines
}

#[tokio::test]
async fn mariadb_completes_a_migration_from_any_statement() {
    a_migration_is_completed_from_any_statement(Kind::MariaDb).await;
}

#[tokio::test]
async fn mysql_completes_a_migration_from_any_statement() {
    a_migration_is_completed_from_any_statement(Kind::MySql).await;
}

on_each!(
    migrations_that_start_together_run_once,
    a_migration_that_is_given_up_is_completed,
    a_process_that_is_killed_while_it_migrates_is_followed_by_another,
);
