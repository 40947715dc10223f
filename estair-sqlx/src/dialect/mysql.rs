//! MySQL 8 or later.

use std::collections::BTreeMap;
use std::str::FromStr;

use sqlx::error::DatabaseError;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow};
use sqlx::{Executor, Row};

use super::Dialect;
use crate::options::Options;

/// Statements that a connection keeps prepared: closing one makes the next wait.
const STATEMENTS: usize = 400;

/// MySQL, Oracle's.
#[derive(Clone, Copy, Debug)]
pub struct MySql;

impl Dialect for MySql {
    type Driver = sqlx::MySql;

    const NAME: &'static str = "MySQL";
    const SCHEMES: &'static [&'static str] = &["mysql"];
    const BEGIN: &'static str = "START TRANSACTION";
    const LOCK: &'static str = "FOR UPDATE";
    const LOCK_FIRST: Option<&'static str> = Some("FOR UPDATE");
    const RETURNING: bool = false;
    // Elsewhere a read would keep the lock on its tables' definitions.
    const ALWAYS_INSIDE: Option<&'static str> = Some("SET SESSION autocommit = 0");
    const ONE_WRITER: bool = false;
    const BOOK: &'static [&'static str] = &[include_str!("../../migrations/mysql/0001_book.sql")];
    const MESSAGER: &'static [&'static str] = &[include_str!("../../migrations-messager/mysql/0001_messager.sql")];
    // A statement that changes a table commits by itself here: the lock is of the session, not of a transaction.
    const LOCK_MIGRATIONS: Option<&'static str> =
        Some("SELECT GET_LOCK(CONCAT('estair_migrations:', LEFT(SHA2(DATABASE(), 256), 40)), 60)");
    const TABLES: &'static str = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    const COLUMNS: &'static str =
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()";
    // The names of foreign keys and checks are the whole database's.
    const OBJECTS: &'static str = "SELECT CAST(table_name AS CHAR), CAST(CASE table_type WHEN 'BASE TABLE' THEN 'table' WHEN 'VIEW' THEN 'view' \
         ELSE 'other' END AS CHAR), CAST(NULL AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() \
         UNION ALL SELECT CAST(constraint_name AS CHAR), CAST('constraint' AS CHAR), CAST(NULL AS CHAR) \
         FROM information_schema.table_constraints \
         WHERE constraint_schema = DATABASE() AND constraint_type IN ('FOREIGN KEY', 'CHECK')";
    const BODIES: Option<&'static str> = Some(
        "SELECT CAST(CONCAT('the trigger ', trigger_name) AS CHAR), CAST(action_statement AS CHAR) \
              FROM information_schema.triggers WHERE trigger_schema = DATABASE() \
              UNION ALL SELECT CAST(CONCAT('the routine ', routine_name) AS CHAR), CAST(routine_definition AS CHAR) \
              FROM information_schema.routines WHERE routine_schema = DATABASE() \
              UNION ALL SELECT CAST(CONCAT('the event ', event_name) AS CHAR), CAST(event_definition AS CHAR) \
              FROM information_schema.events WHERE event_schema = DATABASE()",
    );
    // Views hold on to names.
    const VIEWS: Option<&'static str> = Some(
        "SELECT DATABASE(), CONCAT('`', table_schema, '`.`', table_name, '`'), view_definition, check_option, \
              definer, security_type FROM information_schema.views \
              WHERE table_schema NOT IN ('sys', 'mysql', 'information_schema', 'performance_schema')",
    );
    const RENAMES_VIEWS: bool = true;

    fn rename_tables(tables: &[(String, String)]) -> Vec<String> {
        let pairs: Vec<_> = tables.iter().map(|(from, to)| format!("`{from}` TO `{to}`")).collect();
        if pairs.is_empty() { Vec::new() } else { vec![format!("RENAME TABLE {}", pairs.join(", "))] }
    }

    // The names of indexes are their table's own.
    fn rename_index(_: &str, _: &str, _: Option<&str>) -> Vec<String> {
        Vec::new()
    }

    fn drop_tables(tables: &[&str]) -> Vec<String> {
        let drop = (!tables.is_empty()).then(|| format!("DROP TABLE {}", tables.join(", ")));
        // The session is one of its own, and ends with the migration.
        std::iter::once("SET SESSION foreign_key_checks = 0".to_owned()).chain(drop).collect()
    }

    fn connect(url: &str, options: &Options) -> sqlx::Result<MySqlConnectOptions> {
        // The driver asks for the zone +00:00 and for utf8mb4 by itself: without the first, timestamps would shift.
        let connect = MySqlConnectOptions::from_str(url)?
            .timezone(Some("+00:00".to_owned()))
            .charset("utf8mb4")
            .statement_cache_capacity(STATEMENTS);
        Ok(match options.checked_schema()? {
            Some(database) => connect.database(database),
            None => connect,
        })
    }

    fn session(options: &Options) -> Vec<String> {
        let seconds = options.lock_wait.as_secs().max(1);
        vec![
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
            // Without strictness, what does not fit is cut in silence.
            format!(
                "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
                 NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = {seconds}, autocommit = 1"
            ),
            // MySQL would cut two indexes with each other, and sort, where one of them has the rows in order (`verify`).
            "SET SESSION optimizer_switch = 'index_merge_intersection=off'".to_owned(),
        ]
    }

    fn prepare(options: &Options) -> Vec<String> {
        let zone = "SET SESSION time_zone = '+00:00'".to_owned();
        Self::session(options).into_iter().chain([zone]).collect()
    }

    async fn unfit(connection: &mut MySqlConnection) -> sqlx::Result<Vec<String>> {
        unfit(connection, "@@SESSION.transaction_isolation").await
    }

    async fn schema(connection: &mut MySqlConnection) -> sqlx::Result<Option<String>> {
        connection.fetch_one("SELECT DATABASE()").await?.try_get_unchecked(0)
    }

    async fn in_transaction(connection: &mut MySqlConnection) -> sqlx::Result<bool> {
        // Outside a transaction a savepoint is gone with its own statement.
        connection.execute("SAVEPOINT estair_joins").await?;
        match connection.execute("RELEASE SAVEPOINT estair_joins").await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error)) if number_of(error.as_ref()) == Some(1305) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn unsafe_settings(connection: &mut MySqlConnection) -> sqlx::Result<Vec<String>> {
        let sql = "SHOW GLOBAL VARIABLES WHERE Variable_name IN \
                   ('innodb_flush_log_at_trx_commit', 'innodb_doublewrite', 'sync_binlog', 'log_bin')";
        let rows = connection.fetch_all(sql).await?;
        let value = |row: &MySqlRow| Ok((row.try_get_unchecked(0)?, row.try_get_unchecked(1)?));
        Ok(unsafe_among(&rows.iter().map(value).collect::<sqlx::Result<_>>()?))
    }
}

fn number_of(error: &dyn DatabaseError) -> Option<u16> {
    error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

/// What a session is set to that the store cannot rely on. The two servers call its isolation by different names.
pub(super) async fn unfit(connection: &mut MySqlConnection, isolation: &str) -> sqlx::Result<Vec<String>> {
    let sql = format!(
        "SELECT {isolation}, @@SESSION.sql_mode, CAST(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW()) = 0 AS CHAR), \
         CAST(@@autocommit AS CHAR)"
    );
    let row = connection.fetch_one(sqlx::AssertSqlSafe(sql)).await?;
    let text = |column: usize| row.try_get_unchecked::<String, _>(column);
    let (isolation, mode, zone, autocommit) = (text(0)?, text(1)?, text(2)?, text(3)?);
    let mut unfit = Vec::new();
    if isolation != "READ-COMMITTED" {
        unfit.push(format!("the isolation is {isolation}, not READ-COMMITTED"));
    }
    if !mode.split(',').any(|mode| ["STRICT_ALL_TABLES", "STRICT_TRANS_TABLES"].contains(&mode)) {
        unfit.push("sql_mode is not strict".to_owned());
    }
    if zone != "1" {
        unfit.push("the time zone is not UTC".to_owned());
    }
    // As a text it is 1 on MySQL, ON on MariaDB.
    if !["1", "ON"].contains(&autocommit.as_str()) {
        unfit.push("autocommit is off".to_owned());
    }
    Ok(unfit)
}

/// A variable of the server, the values under which nothing acknowledged is lost, and what happens under any other.
const SAFE: [(&str, &[&str], &str); 3] = [
    // 3 is MariaDB's: as 1, with one flush more for a group of commits.
    ("innodb_flush_log_at_trx_commit", &["1", "3"], "a crash of the machine loses acknowledged movements"),
    ("innodb_doublewrite", &["ON", "1", "DETECT_AND_RECOVER", "FAST"], "a torn page is not repaired after a crash"),
    ("sync_binlog", &["1"], "a crash can lose or double what a replica has"),
];

/// What is unsafe among a server's variables. One that a server does not have cannot be set wrong.
fn unsafe_among(variables: &BTreeMap<String, String>) -> Vec<String> {
    let logs = variables.get("log_bin").is_some_and(|value| value == "ON");
    let unsafe_ones = SAFE.into_iter().filter(|(name, safe, _)| {
        let value = variables.get(*name).filter(|_| *name != "sync_binlog" || logs);
        value.is_some_and(|value| !safe.iter().any(|safe| safe.eq_ignore_ascii_case(value)))
    });
    unsafe_ones.map(|(name, safe, why)| format!("{name} is not {}: {why}", safe.first().unwrap_or(&""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let name = |text: String| text.split(' ').next().unwrap_or_default().to_owned();
        unsafe_among(&variables).into_iter().map(name).collect()
    }

    #[test]
    fn what_loses_commits_is_named() {
        assert_eq!(named(&[("innodb_flush_log_at_trx_commit", "2")]), ["innodb_flush_log_at_trx_commit"]);
        assert_eq!(named(&[("innodb_flush_log_at_trx_commit", "0")]), ["innodb_flush_log_at_trx_commit"]);
        assert_eq!(named(&[("innodb_doublewrite", "OFF")]), ["innodb_doublewrite"]);
        assert_eq!(named(&[("innodb_doublewrite", "DETECT_ONLY")]), ["innodb_doublewrite"]);
        assert_eq!(named(&[("log_bin", "ON"), ("sync_binlog", "0")]), ["sync_binlog"]);
        assert_eq!(named(&[("log_bin", "ON"), ("sync_binlog", "1000")]), ["sync_binlog"]);
    }

    #[test]
    fn what_keeps_them_is_not() {
        let safe = [("innodb_flush_log_at_trx_commit", "1"), ("innodb_doublewrite", "ON"), ("sync_binlog", "1")];
        assert!(named(&safe).is_empty());
        assert!(
            named(&[("log_bin", "OFF"), ("sync_binlog", "0")]).is_empty(),
            "no replica reads a log that is not written"
        );
        assert!(
            named(&[("innodb_doublewrite", "DETECT_AND_RECOVER"), ("innodb_flush_log_at_trx_commit", "3")]).is_empty()
        );
        assert!(named(&[]).is_empty());
    }
}
