//! What each driver does in its own way: how it runs a statement, how a [`Value`] becomes an argument and a column a value
//! again, what its errors mean.
//!
//! A [`Driver`] is a database of sqlx. What SQL a server speaks, and what a session asks of it, is its
//! [`Dialect`](crate::dialect::Dialect): several may share a driver. The statements of this crate are the same text
//! everywhere, with `?` for values.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::future::Future;

use chrono::NaiveDate;
use estair_core::clock::Timestamp;
use futures_util::TryStreamExt;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::{Database, Either, Executor, IntoArguments, SqlStr};

use crate::value::Value;

/// A database can run statements. Holds by itself; it names a bound that Rust does not infer.
pub trait Runs: Database {
    /// Closes every statement that is kept prepared.
    fn forget(connection: &mut Self::Connection) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs a statement that has no values, asks something of the session, begins or ends a transaction, and is not
    /// prepared.
    fn control(connection: &mut Self::Connection, sql: SqlStr) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs one statement, or several parted by `;` where the driver can; gives what each of them did.
    fn call(
        connection: &mut Self::Connection,
        sql: String,
        values: Self::Arguments,
        keep: bool,
    ) -> impl Future<Output = sqlx::Result<Vec<Done<Self>>>> + Send;
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

    async fn control(connection: &mut DB::Connection, sql: SqlStr) -> sqlx::Result<()> {
        connection.execute(sql).await.map(|_| ())
    }

    async fn call(
        connection: &mut DB::Connection,
        sql: String,
        values: DB::Arguments,
        keep: bool,
    ) -> sqlx::Result<Vec<Done<DB>>> {
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values).persistent(keep);
        let mut steps = connection.fetch_many(query);
        let (mut done, mut rows) = (Vec::new(), Vec::new());
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Left(result) => done.push(Done { rows: std::mem::take(&mut rows), result }),
                Either::Right(row) => rows.push(row),
            }
        }
        Ok(done)
    }
}

/// What a statement did.
pub struct Done<DB: Database> {
    /// The rows that it gave.
    pub rows: Vec<DB::Row>,
    /// Its result.
    pub result: DB::QueryResult,
}

/// How several statements become one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// One after the other, parted by `;`, each with its values, the beginning and the end of a transaction among them.
    Script,
    /// Writes as parts of one statement (`WITH …`), which all see what was there before it.
    With,
    /// Each is a call of its own; but two rows of different tables change in one statement.
    Joined,
}

/// What kind of trouble a database reports, as far as it changes what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Run the whole operation again.
    Contention,
    /// Out of reach, starting, shutting down.
    Unavailable,
    /// Out of connections.
    Crowded,
    /// Takes no writes.
    ReadOnly,
    /// Has no room left.
    Full,
    /// Anything else.
    Other,
}

/// A driver that can carry the book.
pub trait Driver: Runs {
    /// How several statements become one call.
    const FOLDING: Folding;
    /// Is closing a prepared statement a message without an answer? What is sent after it waits then for the server's
    /// delayed acknowledgement, 40 ms, as the driver leaves Nagle's algorithm on.
    const CLOSES_IN_SILENCE: bool;
    /// Values that one statement may carry.
    const MAX_VALUES: usize;
    /// Is a column of many rows one value? Then the text of a statement is the same for any number of rows.
    const TAKES_COLUMNS: bool = false;

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

    /// The number that the database gave to the one row an INSERT wrote; unused where every dialect gives rows back.
    fn last_number(result: &Self::QueryResult) -> u64;

    /// Was it a row that was not found as it was read? Of calls that hold the commit too, and so look for themselves.
    fn is_conflict(_: &dyn DatabaseError) -> bool {
        false
    }

    /// What kind of trouble an error is.
    fn trouble(error: &dyn DatabaseError) -> Trouble;

    /// The text as this driver wants its places for values.
    #[must_use]
    fn render(sql: String) -> String {
        sql
    }
}

/// What a driver says that takes no column as one value.
#[cfg(any(feature = "mysql", feature = "sqlite"))]
fn no_columns() -> BoxDynError {
    "a column of values is no value here".into()
}

/// The hundredths of a decimal that a column gave.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn hundredths_of(decimal: rust_decimal::Decimal) -> sqlx::Result<i64> {
    let amount = estair_core::money::Amount::try_from(decimal).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(amount.hundredths())
}
