//! Tables filled with a hundred thousand rows by the database itself, so that its plans are those of a grown book.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use sqlx::{AssertSqlSafe, ColumnIndex, Connection, Database, Decode, Executor, Row, Type};

use crate::database::{Driver, Kind};
use crate::patience::{in_time, within};

/// How long one statement may take: it may fill or look through a whole table.
const STATEMENT: Duration = Duration::from_secs(600);

/// Rows of a filled table.
pub const ROWS: u64 = 100_000;

/// Runs statements on a connection of their own, none of which gives rows.
pub async fn execute(kind: Kind, url: &str, statements: &[String]) {
    async fn on<C: Connection>(url: &str, statements: &[String])
    where
        for<'c> &'c mut C: Executor<'c>,
    {
        let mut connection = in_time("a connection", C::connect(url)).await.unwrap();
        for statement in statements {
            let done = within(STATEMENT, statement, connection.execute(AssertSqlSafe(statement.clone()))).await;
            assert!(done.is_ok(), "{statement}: {:?}", done.err());
        }
        in_time("the end of a connection", connection.close()).await.unwrap();
    }
    match kind.driver() {
        Driver::Sqlite => on::<sqlx::SqliteConnection>(url, statements).await,
        Driver::MySql => on::<sqlx::MySqlConnection>(url, statements).await,
        Driver::Postgres => on::<sqlx::PgConnection>(url, statements).await,
    }
}

/// The one number that a statement gives.
pub async fn number_in(kind: Kind, url: &str, statement: &str) -> i64 {
    async fn on<C: Connection>(url: &str, statement: &str) -> i64
    where
        for<'c> &'c mut C: Executor<'c, Database = C::Database>,
        usize: ColumnIndex<<C::Database as Database>::Row>,
        i64: for<'r> Decode<'r, C::Database> + Type<C::Database>,
    {
        let mut connection = in_time("a connection", C::connect(url)).await.unwrap();
        let row =
            within(STATEMENT, statement, connection.fetch_one(AssertSqlSafe(statement.to_owned()))).await.unwrap();
        in_time("the end of a connection", connection.close()).await.unwrap();
        row.get(0)
    }
    match kind.driver() {
        Driver::Sqlite => on::<sqlx::SqliteConnection>(url, statement).await,
        Driver::MySql => on::<sqlx::MySqlConnection>(url, statement).await,
        Driver::Postgres => on::<sqlx::PgConnection>(url, statement).await,
    }
}

/// A column and what it holds in row `n`, as SQL.
pub type Column<'a> = (&'a str, String);

/// A way to write SQL that every kind of database understands.
#[derive(Clone, Copy, Debug)]
pub struct Filler(pub Kind);

impl Filler {
    /// A table `numbers` with a row for each `n` below [`ROWS`].
    #[must_use]
    pub fn numbers(self) -> Vec<String> {
        let digits: Vec<_> = (0..10).map(|digit| format!("SELECT {digit} AS n")).collect();
        let sum = "a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n";
        vec![
            "CREATE TABLE numbers (n int NOT NULL PRIMARY KEY)".to_owned(),
            format!(
                "INSERT INTO numbers (n) WITH digits AS ({}) \
                 SELECT {sum} FROM digits a, digits b, digits c, digits d, digits e",
                digits.join(" UNION ALL ")
            ),
        ]
    }

    /// A text that ends in the number of the row, with twelve digits.
    #[must_use]
    pub fn text(self, prefix: &str) -> String {
        match self.0.driver() {
            Driver::Sqlite => format!("'{prefix}' || printf('%012d', n)"),
            Driver::MySql => format!("CONCAT('{prefix}', LPAD(n, 12, '0'))"),
            Driver::Postgres => format!("'{prefix}' || LPAD(n::text, 12, '0')"),
        }
    }

    /// A uuid of the row.
    #[must_use]
    pub fn uuid(self) -> String {
        self.text("00000000-0000-4000-8000-")
    }

    /// An instant of a day, at noon.
    #[must_use]
    pub fn noon(self, day: &str) -> String {
        match self.0.driver() {
            Driver::Sqlite => format!("'{day}T12:00:00.000000Z'"),
            Driver::MySql => format!("'{day} 12:00:00'"),
            Driver::Postgres => format!("'{day}T12:00:00Z'"),
        }
    }

    /// Inserts a row for each number under a condition.
    #[must_use]
    pub fn insert(self, table: &str, columns: &[Column<'_>], condition: &str) -> String {
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
        let (names, values) = (names.join(", "), values.join(", "));
        format!("INSERT INTO {table} ({names}) SELECT {values} FROM numbers WHERE {condition}")
    }

    /// Brings the figures up to date by which a server chooses its plans, as it does by itself after a while. SQLite keeps
    /// none unless it is told to, and no host tells it. PostgreSQL notes too which pages all may see, without which it does
    /// not read an index alone.
    #[must_use]
    pub fn analyze(self, tables: &[&str]) -> Vec<String> {
        let statement = match self.0.driver() {
            Driver::Sqlite => return Vec::new(),
            Driver::MySql => "ANALYZE TABLE",
            Driver::Postgres => "VACUUM ANALYZE",
        };
        tables.iter().map(|table| format!("{statement} {table}")).collect()
    }
}

/// A whole text as SQL.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{text}'")
}
