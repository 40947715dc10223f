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
    const LOCK_FIRST: Option<&'static str> = Some("FOR UPDATE OF a");
    const RETURNING: bool = true;
    const ONE_WRITER: bool = false;
    const BOOK: &'static [&'static str] = &[include_str!("../../migrations/postgres/0001_book.sql")];
    const MESSAGER: &'static [&'static str] = &[include_str!("../../migrations-messager/postgres/0001_messager.sql")];
    const LOCK_MIGRATIONS: Option<&'static str> =
        Some("SELECT 1 FROM (SELECT pg_advisory_lock(hashtext('estair_migrations:' || current_schema()))) AS lock");
    const TABLES: &'static str = "SELECT CAST(c.relname AS text) FROM pg_catalog.pg_class c \
                                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                                  WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    const COLUMNS: &'static str = "SELECT CAST(c.relname AS text), CAST(a.attname AS text) FROM pg_catalog.pg_class c \
                                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                                   JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid \
                                   WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
                                   AND a.attnum > 0 AND NOT a.attisdropped";
    const CREATE_SCHEMA: Option<&'static str> = Some("CREATE SCHEMA IF NOT EXISTS ");
    const OBJECTS: &'static str = "SELECT CAST(relname AS text), CASE WHEN relkind IN ('r', 'p', 'f') THEN 'table' \
                                   WHEN relkind IN ('v', 'm') THEN 'view' WHEN relkind IN ('i', 'I', 'S') THEN 'index' \
                                   ELSE 'other' END, CAST(NULL AS text) FROM pg_catalog.pg_class \
                                   WHERE relnamespace = CAST(current_schema() AS regnamespace)";
    // Views and triggers hold on to tables, not to names; the texts of functions do not.
    const BODIES: Option<&'static str> = Some(
        "SELECT 'the function ' || p.proname, p.prosrc FROM pg_catalog.pg_proc AS p \
              JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
              WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    );
    const VIEWS: Option<&'static str> = None;
    const RENAMES_VIEWS: bool = true;

    fn rename_tables(tables: &[(String, String)]) -> Vec<String> {
        tables.iter().map(|(from, to)| format!("ALTER TABLE \"{from}\" RENAME TO \"{to}\"")).collect()
    }

    // ALTER TABLE renames whatever takes a place among the tables; a constraint goes with its index.
    fn rename_index(from: &str, to: &str, _: Option<&str>) -> Vec<String> {
        vec![format!("ALTER TABLE \"{from}\" RENAME TO \"{to}\"")]
    }

    fn drop_tables(tables: &[&str]) -> Vec<String> {
        vec![format!("DROP TABLE {}", tables.join(", "))]
    }

    fn after_numbers(table: &str) -> Option<String> {
        let last = format!("(SELECT MAX(id) FROM {table})");
        Some(format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST({last}, 1))"))
    }

    fn connect(url: &str, options: &Options) -> sqlx::Result<PgConnectOptions> {
        let lock_wait = format!("{}ms", options.lock_wait.as_millis().max(1));
        let connect = PgConnectOptions::from_str(url)?.options([
            ("default_transaction_isolation", "read committed"),
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
            ("lock_timeout", lock_wait.as_str()),
            ("client_min_messages", "warning"),
        ]);
        Ok(match options.checked_schema()? {
            Some(schema) => connect.options([("search_path", schema)]),
            None => connect,
        })
    }

    fn session(_: &Options) -> Vec<String> {
        Vec::new() // sent with the connection itself
    }

    fn prepare(options: &Options) -> Vec<String> {
        vec![format!(
            "SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on; SET timezone = 'UTC'; \
             SET lock_timeout = '{}ms'; SET client_min_messages = warning",
            options.lock_wait.as_millis().max(1)
        )]
    }

    async fn unfit(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
        let sql = "SELECT current_setting('transaction_isolation'), current_setting('synchronous_commit'), \
                   CAST(CAST(EXTRACT(TIMEZONE FROM now()) AS int) AS text)";
        let row = connection.fetch_one(sql).await?;
        let text = |column: usize| row.try_get_unchecked::<String, _>(column);
        let (isolation, commit, offset) = (text(0)?, text(1)?, text(2)?);
        let mut unfit = Vec::new();
        if isolation != "read committed" {
            unfit.push(format!("the isolation is {isolation}, not read committed"));
        }
        if commit == "off" {
            unfit.push("synchronous_commit is off".to_owned());
        }
        if offset != "0" {
            unfit.push("the time zone is not UTC".to_owned());
        }
        Ok(unfit)
    }

    async fn schema(connection: &mut PgConnection) -> sqlx::Result<Option<String>> {
        connection.fetch_one("SELECT CAST(current_schema() AS text)").await?.try_get_unchecked(0)
    }

    async fn in_transaction(connection: &mut PgConnection) -> sqlx::Result<bool> {
        match connection.execute("SAVEPOINT estair_joins").await {
            Ok(_) => connection.execute("RELEASE SAVEPOINT estair_joins").await.map(|_| true),
            // No active transaction.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25P01") => Ok(false),
            Err(error) => Err(error),
        }
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
