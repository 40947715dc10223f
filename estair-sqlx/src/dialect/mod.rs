//! What the three databases do each in its own way; everything else is written once.
//!
//! A [`Dialect`] binds a [`Value`], reads a column back, says which of its errors are contention, and how it begins a
//! transaction. The statements themselves are the same text everywhere, with `?` for values.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::future::Future;

use chrono::NaiveDate;
use estair_core::clock::Timestamp;
use futures::TryStreamExt;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::{Database, Executor, IntoArguments};

use crate::connect::Options;
use crate::statement::Value;

/// A database can run statements. Holds by itself; it names a bound that Rust does not infer.
pub trait Runs: Database {
    /// Closes every statement that is kept prepared.
    fn forget(connection: &mut Self::Connection) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs a statement that has no values, begins or ends a transaction, and is not prepared.
    fn control(connection: &mut Self::Connection, sql: &'static str) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs one statement, or several parted by `;` where the driver can; gives the rows each of them wrote.
    fn write(
        connection: &mut Self::Connection,
        sql: String,
        values: Self::Arguments,
        keep: bool,
    ) -> impl Future<Output = sqlx::Result<Vec<Self::QueryResult>>> + Send;

    /// Runs a statement that gives rows.
    fn read(
        connection: &mut Self::Connection,
        sql: String,
        values: Self::Arguments,
        keep: bool,
    ) -> impl Future<Output = sqlx::Result<Vec<Self::Row>>> + Send;
}

impl<DB: Database> Runs for DB
where
    DB::Arguments: IntoArguments<DB>,
    DB: sqlx::database::HasStatementCache,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async fn forget(connection: &mut DB::Connection) -> sqlx::Result<()> {
        sqlx::Connection::clear_cached_statements(connection).await
    }

    async fn control(connection: &mut DB::Connection, sql: &'static str) -> sqlx::Result<()> {
        connection.execute(sql).await.map(|_| ())
    }

    async fn write(
        connection: &mut DB::Connection,
        sql: String,
        values: DB::Arguments,
        keep: bool,
    ) -> sqlx::Result<Vec<DB::QueryResult>> {
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values).persistent(keep);
        connection.execute_many(query).try_collect().await
    }

    async fn read(
        connection: &mut DB::Connection,
        sql: String,
        values: DB::Arguments,
        keep: bool,
    ) -> sqlx::Result<Vec<DB::Row>> {
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values).persistent(keep);
        connection.fetch_all(query).await
    }
}

/// What kind of trouble a database reports, as far as it changes what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Run the whole operation again.
    Contention,
    /// Out of reach, out of connections, shutting down.
    Unavailable,
    /// Takes no writes.
    ReadOnly,
    /// Has no room left.
    Full,
    /// What shall be made is there already, where it cannot be asked for by `IF NOT EXISTS`.
    Exists,
    /// Anything else.
    Other,
}

/// A database that can hold the book.
pub trait Dialect: Runs {
    /// How a transaction that will write begins.
    const BEGIN: &'static str;
    /// What locks the rows of a SELECT; empty where the transaction itself is the lock.
    const LOCK: &'static str;
    /// Does an INSERT give back the rows it wrote?
    const RETURNING: bool;
    /// Does the driver run several statements in one call, each with its values?
    const FOLDS: bool;
    /// Is closing a prepared statement a message without an answer? What is sent after it waits then for the server's
    /// delayed acknowledgement, 40 ms, as the driver leaves Nagle's algorithm on.
    const CLOSES_IN_SILENCE: bool;
    /// Values that one statement may carry.
    const MAX_VALUES: usize;
    /// One writer at a time: writers queue for one connection instead of polling for the lock.
    const ONE_WRITER: bool;
    /// The migrations of the book.
    const BOOK: &'static [&'static str];
    /// The migrations of Messager's database.
    const MESSAGER: &'static [&'static str];
    /// Takes the lock under which migrations run, where a transaction is not enough.
    const LOCK_MIGRATIONS: Option<&'static str>;

    /// Reads a URL, and asks for what the store relies on in every session.
    ///
    /// # Errors
    /// When the URL is none of this database's.
    fn options(url: &str, options: &Options) -> sqlx::Result<<Self::Connection as sqlx::Connection>::Options>;

    /// What to run on every new connection.
    fn session(options: &Options) -> Vec<String>;

    /// A query that gives one text for each unsafe setting of the server.
    fn unsafe_settings(connection: &mut Self::Connection) -> impl Future<Output = sqlx::Result<Vec<String>>> + Send;

    /// Adds a value to a statement's.
    ///
    /// # Errors
    /// When the value does not fit.
    fn bind(values: &mut Self::Arguments, value: Value) -> Result<(), BoxDynError>;
    /// Reads a whole number.
    ///
    /// # Errors
    /// When the column holds something else.
    fn int(row: &Self::Row, column: usize) -> sqlx::Result<Option<i64>>;
    /// Reads a text.
    ///
    /// # Errors
    /// When the column holds something else.
    fn text(row: &Self::Row, column: usize) -> sqlx::Result<Option<String>>;
    /// Reads an amount, in hundredths.
    ///
    /// # Errors
    /// When the column holds something else.
    fn hundredths(row: &Self::Row, column: usize) -> sqlx::Result<Option<i64>>;
    /// Reads an instant.
    ///
    /// # Errors
    /// When the column holds something else.
    fn instant(row: &Self::Row, column: usize) -> sqlx::Result<Option<Timestamp>>;
    /// Reads a day.
    ///
    /// # Errors
    /// When the column holds something else.
    fn day(row: &Self::Row, column: usize) -> sqlx::Result<Option<NaiveDate>>;

    /// Rows that a statement wrote, or found in order to write them.
    fn affected(result: &Self::QueryResult) -> u64;
    /// The number that the database gave to the one row an INSERT wrote; unused where INSERT gives rows back.
    fn last_number(result: &Self::QueryResult) -> u64;
    /// What kind of trouble an error is.
    fn trouble(error: &dyn DatabaseError) -> Trouble;

    /// The text as this database wants its places for values.
    #[must_use]
    fn render(sql: String) -> String {
        sql
    }
}

/// The hundredths of a decimal that a column gave.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn hundredths_of(decimal: rust_decimal::Decimal) -> sqlx::Result<i64> {
    let mut scaled = decimal;
    scaled.rescale(2);
    let exact = scaled == decimal;
    let whole = i64::try_from(scaled.mantissa()).ok().filter(|_| exact);
    whole.ok_or_else(|| sqlx::Error::Decode("an amount has more digits than decimal(15,2)".into()))
}
