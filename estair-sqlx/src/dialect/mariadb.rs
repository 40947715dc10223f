//! MariaDB 10.6 or later: MySQL's driver, tables and sessions, and an INSERT that gives back the rows it wrote.

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{Executor, Row};

use super::{Dialect, MySql};
use crate::options::Options;

/// MariaDB.
#[derive(Clone, Copy, Debug)]
pub struct MariaDb;

impl Dialect for MariaDb {
    type Driver = sqlx::MySql;

    const NAME: &'static str = "MariaDB";
    const SCHEMES: &'static [&'static str] = &["mariadb", "mysql"];
    const BEGIN: &'static str = MySql::BEGIN;
    const LOCK: &'static str = MySql::LOCK;
    const LOCK_FIRST: Option<&'static str> = MySql::LOCK_FIRST;
    const RETURNING: bool = true;
    const ALWAYS_INSIDE: Option<&'static str> = MySql::ALWAYS_INSIDE;
    const ONE_WRITER: bool = MySql::ONE_WRITER;
    const BOOK: &'static [&'static str] = MySql::BOOK;
    const MESSAGER: &'static [&'static str] = MySql::MESSAGER;
    const LOCK_MIGRATIONS: Option<&'static str> = MySql::LOCK_MIGRATIONS;
    const TABLES: &'static str = MySql::TABLES;
    const COLUMNS: &'static str = MySql::COLUMNS;
    const OBJECTS: &'static str = MySql::OBJECTS;
    const BODIES: Option<&'static str> = MySql::BODIES;
    const VIEWS: Option<&'static str> = MySql::VIEWS;
    const RENAMES_VIEWS: bool = MySql::RENAMES_VIEWS;

    fn rename_tables(tables: &[(String, String)]) -> Vec<String> {
        MySql::rename_tables(tables)
    }

    fn rename_index(from: &str, to: &str, made_by: Option<&str>) -> Vec<String> {
        MySql::rename_index(from, to, made_by)
    }

    fn drop_tables(tables: &[&str]) -> Vec<String> {
        MySql::drop_tables(tables)
    }

    fn connect(url: &str, options: &Options) -> sqlx::Result<MySqlConnectOptions> {
        MySql::connect(url, options)
    }

    fn session(options: &Options) -> Vec<String> {
        MySql::session(options)
    }

    fn prepare(options: &Options) -> Vec<String> {
        MySql::prepare(options)
    }

    async fn unfit(connection: &mut MySqlConnection) -> sqlx::Result<Vec<String>> {
        super::mysql::unfit(connection, "@@SESSION.tx_isolation").await
    }

    async fn schema(connection: &mut MySqlConnection) -> sqlx::Result<Option<String>> {
        MySql::schema(connection).await
    }

    async fn in_transaction(connection: &mut MySqlConnection) -> sqlx::Result<bool> {
        Ok(connection.fetch_one("SELECT @@in_transaction").await?.try_get_unchecked::<i64, _>(0)? == 1)
    }

    async fn is_served(connection: &mut MySqlConnection) -> sqlx::Result<bool> {
        let version: String = connection.fetch_one("SELECT VERSION()").await?.try_get_unchecked(0)?;
        Ok(version.contains("MariaDB"))
    }

    async fn unsafe_settings(connection: &mut MySqlConnection) -> sqlx::Result<Vec<String>> {
        MySql::unsafe_settings(connection).await
    }
}
