//! PostgreSQL 13 or later.

use std::str::FromStr;

use chrono::NaiveDate;
use estair_core::clock::Timestamp;
use rust_decimal::Decimal;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgQueryResult, PgRow};
use sqlx::{Arguments, Executor, Postgres, Row};

use super::{Dialect, Trouble, hundredths_of};
use crate::connect::Options;
use crate::statement::Value;

impl Dialect for Postgres {
    const BEGIN: &'static str = "BEGIN";
    const LOCK: &'static str = "FOR UPDATE";
    const RETURNING: bool = true;
    const FOLDS: bool = false;
    const CLOSES_IN_SILENCE: bool = false;
    const MAX_VALUES: usize = 60_000;
    const ONE_WRITER: bool = false;
    const BOOK: &'static [&'static str] = &[
        include_str!("../../migrations/postgres/0001_book.sql"),
        include_str!("../../migrations/postgres/0002_lists.sql"),
        include_str!("../../migrations/postgres/0003_deliveries.sql"),
        include_str!("../../migrations/postgres/0004_depth.sql"),
    ];
    const MESSAGER: &'static [&'static str] = &[
        include_str!("../../migrations-messager/postgres/0001_messager.sql"),
        include_str!("../../migrations-messager/postgres/0002_outages.sql"),
        include_str!("../../migrations-messager/postgres/0003_lists.sql"),
    ];
    const LOCK_MIGRATIONS: Option<&'static str> =
        Some("SELECT 1 FROM (SELECT pg_advisory_lock(hashtext('estair_migrations:' || current_schema()))) AS lock");

    fn options(url: &str, options: &Options) -> sqlx::Result<PgConnectOptions> {
        let lock_wait = format!("{}ms", options.lock_wait.as_millis().max(1));
        Ok(PgConnectOptions::from_str(url)?.options([
            ("default_transaction_isolation", "read committed"),
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
            ("lock_timeout", lock_wait.as_str()),
            ("client_min_messages", "warning"),
        ]))
    }

    fn session(_: &Options) -> Vec<String> {
        Vec::new() // sent with the connection itself
    }

    async fn unsafe_settings(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
        let sql = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') \
                   AND setting = 'off' ORDER BY name";
        let rows = connection.fetch_all(sql).await?;
        let name = |row: &PgRow| row.try_get_unchecked::<String, _>(0);
        let names = rows.iter().map(name).collect::<sqlx::Result<Vec<_>>>()?;
        Ok(names.iter().map(|name| format!("{name} is off: a crash loses acknowledged movements")).collect())
    }

    fn bind(values: &mut PgArguments, value: Value) -> Result<(), BoxDynError> {
        match value {
            Value::Int(value) => values.add(value),
            Value::Number(value) => values.add(value.map(i64::try_from).transpose()?),
            Value::Text(value) => values.add(value),
            Value::Hundredths(value) => values.add(value.map(|hundredths| Decimal::new(hundredths, 2))),
            Value::Instant(value) => values.add(value),
            Value::Day(value) => values.add(value),
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
            // Shutting down or starting, out of memory or connections.
            "57P01" | "57P02" | "57P03" | "53000" | "53200" | "53300" => Trouble::Unavailable,
            _ => Trouble::Other,
        }
    }

    /// `?` becomes `$1`, `$2`…; no statement of this crate has a question mark elsewhere.
    fn render(sql: String) -> String {
        let mut parts = sql.split('?');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (number, part) in (1..).zip(parts) {
            text.push('$');
            text.push_str(&format!("{number}"));
            text.push_str(part);
        }
        text
    }
}
