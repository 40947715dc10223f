//! SQLite: a file, strict tables, one writer at a time.

use std::str::FromStr;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use sqlx::{Executor, Row};

use super::Dialect;
use crate::options::Options;

/// SQLite.
#[derive(Clone, Copy, Debug)]
pub struct Sqlite;

impl Dialect for Sqlite {
    type Driver = sqlx::Sqlite;

    const NAME: &'static str = "SQLite";
    const SCHEMES: &'static [&'static str] = &["sqlite"];
    // One writer at a time: the transaction is the lock. A deferred one that begins to write later is refused at once
    // when somebody else has written, whatever the timeout says.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const LOCK: &'static str = "";
    const LOCK_FIRST: Option<&'static str> = None;
    const RETURNING: bool = true;
    const ONE_WRITER: bool = true;
    // Pages in memory: 2 MB, its own default, are fewer than a batch over many accounts touches. What is written often is
    // copied from the log into the file once for many commits, which costs a flush each time.
    const OF_THE_WRITER: &'static [&'static str] = &["PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 8000"];
    const BOOK: &'static [&'static str] = &[include_str!("../../migrations/sqlite/0001_book.sql")];
    const MESSAGER: &'static [&'static str] = &[include_str!("../../migrations-messager/sqlite/0001_messager.sql")];
    const LOCK_MIGRATIONS: Option<&'static str> = None;
    const TABLES: &'static str = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')";
    const COLUMNS: &'static str = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c \
                                   WHERE t.type IN ('table', 'view')";
    const OBJECTS: &'static str = "SELECT name, type, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'";
    // Triggers and views are rewritten when a table is renamed.
    const BODIES: Option<&'static str> = None;
    const VIEWS: Option<&'static str> = None;
    const RENAMES_VIEWS: bool = false;

    fn rename_tables(tables: &[(String, String)]) -> Vec<String> {
        tables.iter().map(|(from, to)| format!("ALTER TABLE \"{from}\" RENAME TO \"{to}\"")).collect()
    }

    // An index cannot be renamed: it is made anew, as it was made.
    fn rename_index(from: &str, to: &str, made_by: Option<&str>) -> Vec<String> {
        let Some((head, rest)) = made_by.and_then(|sql| sql.split_once(" ON ").or_else(|| sql.split_once(" on ")))
        else {
            return Vec::new();
        };
        let unique = if head.to_uppercase().starts_with("CREATE UNIQUE") { "UNIQUE " } else { "" };
        vec![format!("DROP INDEX \"{from}\""), format!("CREATE {unique}INDEX \"{to}\" ON {rest}")]
    }

    fn drop_tables(tables: &[&str]) -> Vec<String> {
        tables.iter().rev().map(|table| format!("DROP TABLE {table}")).collect()
    }

    fn unchanged(url: &str) -> sqlx::Result<Option<SqliteConnectOptions>> {
        let connect = SqliteConnectOptions::from_str(url)?;
        // An empty file holds nothing, and may not be there: opening it is making it.
        let is_empty = std::fs::metadata(connect.get_filename()).map_or(true, |file| file.len() == 0);
        Ok((!is_empty).then(|| connect.read_only(true).create_if_missing(false)))
    }

    fn connect(url: &str, options: &Options) -> sqlx::Result<SqliteConnectOptions> {
        if options.schema.is_some() {
            return Err(sqlx::Error::Configuration("an sqlite database has no schemas: name another file".into()));
        }
        if url.contains(":memory:") || url.contains("mode=memory") {
            let reason = "an sqlite database in memory is not durable: name a file, sqlite://path";
            return Err(sqlx::Error::Configuration(reason.into()));
        }
        Ok(SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // Rows come from a thread of the driver's own: who reads many waits for each of them else.
            .row_buffer_size(1_024)
            .busy_timeout(options.lock_wait))
    }

    fn session(_: &Options) -> Vec<String> {
        Vec::new() // all of it is set on connect
    }

    fn prepare(options: &Options) -> Vec<String> {
        vec![
            format!("PRAGMA busy_timeout = {}", options.lock_wait.as_millis().max(1)),
            "PRAGMA journal_mode = WAL".to_owned(),
            "PRAGMA synchronous = FULL".to_owned(),
            "PRAGMA foreign_keys = ON".to_owned(),
        ]
    }

    async fn unfit(connection: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
        let mut unfit = Vec::new();
        let journal: String = connection.fetch_one("PRAGMA journal_mode").await?.try_get_unchecked(0)?;
        if journal != "wal" {
            unfit.push(format!("journal_mode is {journal}, not wal"));
        }
        for (pragma, least, wanted) in [
            ("PRAGMA foreign_keys", 1, "foreign_keys is off"),
            ("PRAGMA synchronous", 2, "synchronous is less than FULL"),
            ("PRAGMA busy_timeout", 1, "busy_timeout is 0"),
        ] {
            let value: i64 = connection.fetch_one(pragma).await?.try_get_unchecked(0)?;
            if value < least {
                unfit.push(wanted.to_owned());
            }
        }
        Ok(unfit)
    }

    async fn schema(_: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
        Ok(None)
    }

    async fn in_transaction(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        // Refused inside a transaction, which goes on; outside it begins one.
        match connection.execute("BEGIN").await {
            Ok(_) => connection.execute("ROLLBACK").await.map(|_| false),
            Err(sqlx::Error::Database(error)) if error.message().contains("within a transaction") => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn unsafe_settings(_: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
        Ok(Vec::new()) // all of them are set on connect
    }
}
