//! SQLite: strict tables, amounts as whole hundredths, instants as texts of fixed width that sort.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime};
use estair_core::clock::Timestamp;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteQueryResult, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments, Row, Sqlite};

use super::{Dialect, Trouble};
use crate::connect::Options;
use crate::statement::Value;

/// Sorts as text, keeps microseconds.
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

impl Dialect for Sqlite {
    // One writer at a time: the transaction is the lock. A deferred one that begins to write later is refused at once
    // when somebody else has written, whatever the timeout says.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const LOCK: &'static str = "";
    const RETURNING: bool = true;
    const FOLDS: bool = true;
    const CLOSES_IN_SILENCE: bool = false;
    const MAX_VALUES: usize = 32_000;
    const ONE_WRITER: bool = true;
    const BOOK: &'static [&'static str] = &[
        include_str!("../../migrations/sqlite/0001_book.sql"),
        include_str!("../../migrations/sqlite/0002_lists.sql"),
        include_str!("../../migrations/sqlite/0003_deliveries.sql"),
        include_str!("../../migrations/sqlite/0004_depth.sql"),
    ];
    const MESSAGER: &'static [&'static str] = &[
        include_str!("../../migrations-messager/sqlite/0001_messager.sql"),
        include_str!("../../migrations-messager/sqlite/0002_outages.sql"),
        include_str!("../../migrations-messager/sqlite/0003_lists.sql"),
    ];
    const LOCK_MIGRATIONS: Option<&'static str> = None;

    fn options(url: &str, options: &Options) -> sqlx::Result<SqliteConnectOptions> {
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
        Vec::new()
    }

    async fn unsafe_settings(_: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
        Ok(Vec::new()) // all of them are set on connect
    }

    fn bind(values: &mut SqliteArguments, value: Value) -> Result<(), BoxDynError> {
        match value {
            Value::Int(value) => values.add(value),
            Value::Number(value) => values.add(value.map(i64::try_from).transpose()?),
            Value::Text(value) => values.add(value),
            Value::Hundredths(value) => values.add(value),
            Value::Instant(value) => values.add(value.map(|at| at.format(INSTANT).to_string())),
            Value::Day(value) => values.add(value.map(|day| day.to_string())),
        }
    }

    fn int(row: &SqliteRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked(column)
    }

    fn text(row: &SqliteRow, column: usize) -> sqlx::Result<Option<String>> {
        row.try_get_unchecked(column)
    }

    fn hundredths(row: &SqliteRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked(column)
    }

    fn instant(row: &SqliteRow, column: usize) -> sqlx::Result<Option<Timestamp>> {
        let text = Self::text(row, column)?;
        let read = |text: String| {
            let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.fZ");
            naive.map(|naive| naive.and_utc()).map_err(|error| sqlx::Error::Decode(error.into()))
        };
        text.map(read).transpose()
    }

    fn day(row: &SqliteRow, column: usize) -> sqlx::Result<Option<NaiveDate>> {
        let read = |text: String| text.parse().map_err(|error: chrono::ParseError| sqlx::Error::Decode(error.into()));
        Self::text(row, column)?.map(read).transpose()
    }

    fn affected(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    fn last_number(result: &SqliteQueryResult) -> u64 {
        u64::try_from(result.last_insert_rowid()).unwrap_or(0)
    }

    fn trouble(error: &dyn DatabaseError) -> Trouble {
        // The low byte is the primary code: 5 busy, 6 locked; 8 read-only, 10 input/output, 13 full, 14 cannot open.
        match error.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff) {
            Some(5 | 6) => Trouble::Contention,
            Some(8) => Trouble::ReadOnly,
            Some(13) => Trouble::Full,
            Some(10 | 14) => Trouble::Unavailable,
            // It has no code of its own.
            Some(1) if error.message().starts_with("duplicate column name") => Trouble::Exists,
            _ => Trouble::Other,
        }
    }
}
