//! The driver of SQLite: amounts as whole hundredths, instants as texts of fixed width that sort.

use chrono::{NaiveDate, NaiveDateTime};
use estair_core::clock::Timestamp;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow};
use sqlx::{Arguments, Row, Sqlite};

use super::{Driver, Folding, Trouble, no_columns};
use crate::value::Value;

/// Sorts as text, keeps microseconds.
const INSTANT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// As the statements of this crate say it.
const BOUND_LIMIT: &str = "LIMIT ?";

impl Driver for Sqlite {
    const FOLDING: Folding = Folding::Script;
    const CLOSES_IN_SILENCE: bool = false;
    const MAX_VALUES: usize = 32_000;

    fn bind(values: &mut SqliteArguments, value: Value) -> Result<(), BoxDynError> {
        match value {
            Value::Int(value) => values.add(value),
            Value::Number(value) => values.add(value.map(i64::try_from).transpose()?),
            Value::Text(value) => values.add(value),
            Value::Hundredths(value) => values.add(value),
            Value::Instant(value) => values.add(value.map(|at| at.format(INSTANT).to_string())),
            Value::Day(value) => values.add(value.map(|day| day.to_string())),
            Value::Column(_) => Err(no_columns()),
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

    /// SQLite plans by the number behind LIMIT: it would parse and plan such a statement anew each time that a number is bound
    /// there, kept prepared or not. Of a sum it takes none.
    fn render(sql: String) -> String {
        if sql.contains(BOUND_LIMIT) { sql.replace(BOUND_LIMIT, "LIMIT ? + 0") } else { sql }
    }

    fn affected(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    fn last_number(result: &SqliteQueryResult) -> u64 {
        u64::try_from(result.last_insert_rowid()).unwrap_or(0)
    }

    fn is_conflict(error: &dyn DatabaseError) -> bool {
        error.message() == "malformed JSON"
    }

    fn trouble(error: &dyn DatabaseError) -> Trouble {
        // The low byte is the primary code: 5 busy, 6 locked; 8 read-only, 10 input/output, 13 full, 14 cannot open.
        match error.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff) {
            Some(5 | 6) => Trouble::Contention,
            Some(8) => Trouble::ReadOnly,
            Some(13) => Trouble::Full,
            Some(10 | 14) => Trouble::Unavailable,
            _ => Trouble::Other,
        }
    }
}
