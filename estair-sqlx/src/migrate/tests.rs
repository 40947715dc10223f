//! Migrations on a file.

use estair_core::store::Readiness as _;
use sqlx::{Connection as _, Executor as _};

use super::step::{fingerprint, names, statements, tables};
use crate::dialect::{Dialect as _, Sqlite};
use crate::options::Options;
use crate::{BookStore, MessagerDb};

#[test]
fn a_fingerprint_is_of_what_is_done() {
    let step = "-- why\nCREATE TABLE a (\n  b int\n);\n";
    assert_eq!(fingerprint(step), fingerprint("CREATE TABLE a ( b int );"));
    assert_ne!(fingerprint(step), fingerprint("CREATE TABLE a ( c int );"));
    assert_eq!(statements(step).count(), 1);
}

#[test]
fn l1_the_names_that_a_step_takes_are_read_from_it() {
    let step = "CREATE TABLE IF NOT EXISTS a (\n  b int,\n  c_d text,\n  CONSTRAINT a_b UNIQUE (b)\n);\n\
                CREATE INDEX IF NOT EXISTS a_c ON a (c_d);\n";
    assert_eq!(names(&[step]), ["a", "a_b", "a_c"]);
    assert_eq!(tables(&[step]), ["a"]);
    let book = tables(Sqlite::BOOK);
    let place = |name: &str| book.iter().position(|table| *table == name);
    assert!(place("estair_accounts") < place("mouvements"));
}

#[tokio::test]
async fn l1_a_file_of_somebody_else_stays_as_it_is_to_the_byte() {
    let file = File::new("bytes");
    file.execute("CREATE TABLE helpdesk (id int); INSERT INTO helpdesk VALUES (1)").await;
    let bytes = || std::fs::read(file.0.join("book.db")).unwrap();
    let before = bytes();
    let refused = crate::migrate_book(&file.url(), &Options::default()).await.unwrap_err().to_string();
    assert!(refused.contains("not ours: helpdesk."), "{refused}");
    assert_eq!(bytes(), before);
}

/// A database of its own, gone with its directory.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("estair-migrate-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    fn url(&self) -> String {
        format!("sqlite://{}/book.db?mode=rwc", self.0.display())
    }

    async fn execute(&self, sql: &'static str) {
        let mut connection = sqlx::SqliteConnection::connect(&self.url()).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn book(&self) -> BookStore<Sqlite> {
        BookStore::open(&self.url(), &Options::default()).await.unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn is_refused(book: &BookStore<Sqlite>) {
    for refused in [book.ready().await, book.migrate().await] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("made by a former build") && refused.contains("empty database"), "{refused}");
    }
}

#[tokio::test]
async fn both_components_live_in_one_database() {
    let file = File::new("both");
    let (book, messager) = (file.book().await, MessagerDb::<Sqlite>::open(&file.url(), &Options::default()).await);
    let messager = messager.unwrap();
    let not_yet = book.ready().await.unwrap_err().to_string();
    assert!(not_yet.contains("version 0, not 1: `BookStore::migrate`"), "{not_yet}");
    messager.migrate().await.unwrap();
    book.migrate().await.unwrap();
    book.migrate().await.unwrap();
    book.ready().await.unwrap();
    estair_core::messager::MessagerStore::ready(&messager).await.unwrap();
}

#[tokio::test]
async fn what_a_former_build_has_made_is_refused() {
    let changed = File::new("changed");
    let book = changed.book().await;
    book.migrate().await.unwrap();
    changed.execute("UPDATE estair_migrations SET fingerprint = 'of another text'").await;
    is_refused(&book).await;

    let numbered = File::new("numbered");
    numbered.execute("CREATE TABLE estair_migrations (component text NOT NULL, version int NOT NULL)").await;
    is_refused(&numbered.book().await).await;

    let unnoted = File::new("unnoted");
    unnoted.execute("CREATE TABLE accounts (id int); CREATE TABLE daily_closings (id int);").await;
    unnoted.execute("CREATE TABLE idempotency_keys (id int); CREATE TABLE outbox_attempts (id int)").await;
    is_refused(&unnoted.book().await).await;
}

#[tokio::test]
async fn the_tables_of_a_host_are_no_former_build() {
    let host = File::new("host");
    host.execute("CREATE TABLE accounts (id int); CREATE TABLE outbox (id int)").await;
    let book = host.book().await;
    book.migrate().await.unwrap();
    book.ready().await.unwrap();
}

// rule: L1
#[tokio::test]
async fn l1_tables_of_our_names_that_are_not_ours_are_left_as_they_are() {
    let host = File::new("foreign");
    host.execute("CREATE TABLE helpdesk (id int); CREATE VIEW mouvements AS SELECT 1 AS id").await;
    let book = host.book().await;
    for _ in 0..2 {
        let refused = book.migrate().await.unwrap_err().to_string();
        assert!(refused.contains("not ours: helpdesk, mouvements."), "{refused}");
    }
    assert!(book.ready().await.is_err());
    host.execute("DROP VIEW mouvements; DROP TABLE helpdesk").await;
    book.migrate().await.unwrap();
    book.ready().await.unwrap();
}

#[tokio::test]
async fn a_host_may_run_the_steps_itself() {
    let file = File::new("own");
    let mut connection = sqlx::SqliteConnection::connect(&file.url()).await.unwrap();
    for _ in 0..2 {
        for migration in BookStore::<Sqlite>::migrations() {
            assert_eq!((migration.version, migration.name.as_str()), (1, "estair_book_1"));
            connection.execute(sqlx::AssertSqlSafe(migration.sql)).await.unwrap();
        }
    }
    connection.close().await.unwrap();
    let book = file.book().await;
    book.ready().await.unwrap();
    book.migrate().await.unwrap();
    assert_eq!(MessagerDb::<Sqlite>::migrations().first().unwrap().name, "estair_messager_1");
}

#[tokio::test]
async fn a_column_that_is_gone_is_named() {
    let file = File::new("column");
    let book = file.book().await;
    book.migrate().await.unwrap();
    book.ready().await.unwrap();
    file.execute("ALTER TABLE estair_accounts RENAME COLUMN folded TO plain").await;
    let refused = book.ready().await.unwrap_err().to_string();
    assert!(refused.contains("have no column estair_accounts.folded"), "{refused}");
}
