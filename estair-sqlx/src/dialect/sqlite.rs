//! SQLite: a file, strict tables, one writer at a time.

use std::str::FromStr;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

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
    const RETURNING: bool = true;
    const ONE_WRITER: bool = true;
    const BOOK: &'static [&'static str] = &[include_str!("../../migrations/sqlite/0001_book.sql")];
    const MESSAGER: &'static [&'static str] = &[include_str!("../../migrations-messager/sqlite/0001_messager.sql")];
    const LOCK_MIGRATIONS: Option<&'static str> = None;
    const TABLES: &'static str = "SELECT name FROM sqlite_master WHERE type = 'table'";

    fn connect(url: &str, options: &Options) -> sqlx::Result<SqliteConnectOptions> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            let reason = "an sqlite database in memory is not durable: name a file, sqlite://path";
            return Err(sqlx::Error::Configuration(reason.into()));
        }
        Ok(SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.lock_wait))
    }

    fn session(_: &Options) -> Vec<String> {
        Vec::new() // all of it is set on connect
    }

    async fn unsafe_settings(_: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
        Ok(Vec::new()) // all of them are set on connect
    }
}
