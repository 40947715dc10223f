//! The driver of PostgreSQL, whose places for values are numbered.

use std::fmt::Write as _;

use chrono::NaiveDate;
use estair_core::clock::Timestamp;
use rust_decimal::Decimal;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::postgres::{PgArguments, PgQueryResult, PgRow};
use sqlx::{Arguments, Postgres, Row};

use super::{Driver, Folding, Trouble, hundredths_of};
use crate::value::Value;

impl Driver for Postgres {
    const FOLDING: Folding = Folding::With;
    const CLOSES_IN_SILENCE: bool = false;
    const MAX_VALUES: usize = 60_000;
    const TAKES_COLUMNS: bool = true;

    fn bind(values: &mut PgArguments, value: Value) -> Result<(), BoxDynError> {
        match value {
            Value::Int(value) => values.add(value),
            Value::Number(value) => values.add(value.map(i64::try_from).transpose()?),
            Value::Text(value) => values.add(value),
            Value::Hundredths(value) => values.add(value.map(|hundredths| Decimal::new(hundredths, 2))),
            Value::Instant(value) => values.add(value),
            Value::Day(value) => values.add(value),
            Value::Column(column) => bind_column(values, column),
        }
    }

    fn int(row: &PgRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked(column)
    }

    fn text(row: &PgRow, column: usize) -> sqlx::Result<Option<String>> {
        row.try_get_unchecked(column)
    }

    fn hundredths(row: &PgRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked::<Option<Decimal>, _>(column)?.map(hundredths_of).transpose()
    }

    fn instant(row: &PgRow, column: usize) -> sqlx::Result<Option<Timestamp>> {
        row.try_get_unchecked(column)
    }

    fn day(row: &PgRow, column: usize) -> sqlx::Result<Option<NaiveDate>> {
        row.try_get_unchecked(column)
    }

    fn affected(result: &PgQueryResult) -> u64 {
        result.rows_affected()
    }

    fn last_number(_: &PgQueryResult) -> u64 {
        0
    }

    fn trouble(error: &dyn DatabaseError) -> Trouble {
        let code = error.code().unwrap_or_default();
        match code.as_ref() {
            // Serialisation failure, deadlock, lock not available.
            "40001" | "40P01" | "55P03" => Trouble::Contention,
            "25006" => Trouble::ReadOnly,
            "53100" => Trouble::Full,
            "53300" => Trouble::Crowded,
            // Shutting down or starting, out of memory.
            "57P01" | "57P02" | "57P03" | "53000" | "53200" => Trouble::Unavailable,
            _ => Trouble::Other,
        }
    }

    /// `?` becomes `$1`, `$2`…; no statement of this crate has a question mark elsewhere.
    fn render(sql: String) -> String {
        let mut parts = sql.split('?');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (number, part) in (1..).zip(parts) {
            // A string takes everything.
            let _ = write!(text, "${number}");
            text.push_str(part);
        }
        text
    }
}

/// Binds the values of a column as one array.
fn bind_column(values: &mut PgArguments, column: Vec<Value>) -> Result<(), BoxDynError> {
    macro_rules! array {
        ($kind:ident, $convert:expr) => {{
            let of_kind = |value| match value {
                Value::$kind(value) => value.map($convert).transpose(),
                _ => Err("a column has values of one kind".into()),
            };
            values.add(column.into_iter().map(of_kind).collect::<Result<Vec<Option<_>>, BoxDynError>>()?)
        }};
    }
    match column.first() {
        Some(Value::Int(_)) => array!(Int, Ok::<i64, BoxDynError>),
        Some(Value::Number(_)) => array!(Number, |number| Ok(i64::try_from(number)?)),
        Some(Value::Text(_)) => array!(Text, Ok::<String, BoxDynError>),
        Some(Value::Hundredths(_)) => array!(Hundredths, |hundredths| Ok(Decimal::new(hundredths, 2))),
        Some(Value::Instant(_)) => array!(Instant, Ok::<Timestamp, BoxDynError>),
        Some(Value::Day(_)) => array!(Day, Ok::<NaiveDate, BoxDynError>),
        Some(Value::Column(_)) | None => Err("a column has values, and no columns".into()),
    }
}
