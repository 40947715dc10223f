//! PostgreSQL 13 or later.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{Executor, Row};

use super::Dialect;
use crate::options::Options;

/// PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct Postgres;

impl Dialect for Postgres {
    type Driver = sqlx::Postgres;

    const NAME: &'static str = "PostgreSQL";
    const SCHEMES: &'static [&'static str] = &["postgres", "postgresql"];
    const BEGIN: &'static str = "BEGIN";
    const LOCK: &'static str = "FOR UPDATE";
    const RETURNING: bool = true;
    const ONE_WRITER: bool = false;
    const BOOK: &'static [&'static str] = &[include_str!("../../migrations/postgres/0001_book.sql")];
    const MESSAGER: &'static [&'static str] = &[include_str!("../../migrations-messager/postgres/0001_messager.sql")];
    const LOCK_MIGRATIONS: Option<&'static str> =
        Some("SELECT 1 FROM (SELECT pg_advisory_lock(hashtext('estair_migrations:' || current_schema()))) AS lock");
    const TABLES: &'static str =
        "SELECT CAST(tablename AS text) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()";

    fn connect(url: &str, options: &Options) -> sqlx::Result<PgConnectOptions> {
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
}
