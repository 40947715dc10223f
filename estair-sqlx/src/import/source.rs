//! A former system's tables, read and never written: a database, or a directory of CSV files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use estair_core::store::{StoreError, StoreErrorKind};
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use super::mapping::Place;

#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
macro_rules! pairs {
    ($connection:expr, $sql:expr) => {{
        let rows = $connection.fetch_all($sql).await.map_err(failed)?;
        let pair = |row| -> sqlx::Result<(String, String)> { two(row) };
        fn two<R: sqlx::Row>(row: &R) -> sqlx::Result<(String, String)>
        where
            usize: sqlx::ColumnIndex<R>,
            for<'r> String: sqlx::Decode<'r, R::Database>,
        {
            Ok((row.try_get_unchecked(0)?, row.try_get_unchecked(1)?))
        }
        rows.iter().map(pair).collect::<sqlx::Result<Vec<_>>>().map_err(failed)?
    }};
}

#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
macro_rules! texts {
    ($connection:expr, $sql:expr, $columns:expr, $read:ty) => {{
        let rows = $connection.fetch_all(AssertSqlSafe($sql)).await.map_err(failed)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let cells = (0..$columns).map(|place| row.try_get_unchecked::<Option<$read>, _>(place));
            let cells = cells.map(|cell| Ok(cell?.map(|cell| text_of(cell.into()))));
            all.push(cells.collect::<sqlx::Result<Vec<_>>>().map_err(failed)?);
        }
        all
    }};
}

/// The names of a query's columns, without running it.
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
macro_rules! described {
    ($connection:expr, $sql:expr) => {{
        use sqlx::{Column as _, SqlSafeStr as _, Statement as _};
        let statement = $connection.prepare(AssertSqlSafe($sql).into_sql_str()).await.map_err(failed)?;
        statement.columns().iter().map(|column| column.name().to_lowercase()).collect()
    }};
}

/// A row: its columns as texts; what is NULL is not there.
pub(super) type OldRow = BTreeMap<String, String>;

/// Where old rows are read from.
pub struct Source {
    from: From,
    name: String,
}

/// What holds them.
enum From {
    /// A SQLite file.
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqliteConnection),
    /// MySQL or MariaDB.
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlConnection),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
    /// A directory with a file `table.csv` for each table.
    Csv(PathBuf),
}

/// Which rows of a table.
#[derive(Clone, Copy)]
pub(super) enum Which<'w> {
    /// All.
    All,
    /// Those in which a column has one of these values.
    Among(&'w str, &'w [String]),
    /// Those in which a column has none.
    Without(&'w str),
}

fn wrong(why: impl std::fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Other, format_args!("the source of the import: {why}"))
}

#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
fn failed(error: sqlx::Error) -> StoreError {
    let why = match &error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        error => error.to_string(),
    };
    wrong(why).caused_by(error)
}

/// A URL without who reads it and with which password.
fn without_password(place: &str) -> String {
    match place.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            let path = path.split_once('?').map_or(path, |(path, _)| path);
            format!("{scheme}://{host}/{path}")
        }
        None => place.to_owned(),
    }
}

/// Bytes as a text: UTF-8, or Latin-1 where they are none.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

impl Source {
    /// Opens a source: a directory of CSV files, or a database by its URL, with a password from elsewhere if it has none.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(place: &str, password: Option<&str>) -> Result<Self, StoreError> {
        let scheme = place.split_once("://").map_or("", |(scheme, _)| scheme);
        let name = without_password(place);
        let from = Self::from_of(place, scheme, password).await.map_err(|error| error.about(&name))?;
        Ok(Self { from, name })
    }

    /// What is read, without a password.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn from_of(place: &str, scheme: &str, password: Option<&str>) -> Result<From, StoreError> {
        match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let options: sqlx::sqlite::SqliteConnectOptions = place.parse().map_err(failed)?;
                let options = options.read_only(true).create_if_missing(false);
                Ok(From::Sqlite(sqlx::SqliteConnection::connect_with(&options).await.map_err(failed)?))
            }
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => {
                let url = place.replacen("mariadb://", "mysql://", 1);
                let mut options: sqlx::mysql::MySqlConnectOptions = url.parse().map_err(failed)?;
                if let Some(password) = password {
                    options = options.password(password);
                }
                let mut connection = sqlx::MySqlConnection::connect_with(&options).await.map_err(failed)?;
                connection.execute("SET SESSION TRANSACTION READ ONLY").await.map_err(failed)?;
                Ok(From::MySql(connection))
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => {
                let mut options: sqlx::postgres::PgConnectOptions = place.parse().map_err(failed)?;
                if let Some(password) = password {
                    options = options.password(password);
                }
                let options = options.options([("default_transaction_read_only", "on")]);
                Ok(From::Postgres(sqlx::PgConnection::connect_with(&options).await.map_err(failed)?))
            }
            _ if Path::new(place).is_dir() => Ok(From::Csv(place.into())),
            _ => Err(wrong(
                "there is no such directory; it is one of CSV files, or sqlite://, mysql://, mariadb:// or postgres://",
            )),
        }
    }

    /// The columns of a table or a query, in small letters; none where there is no such table.
    pub(super) async fn columns(
        &mut self,
        prefix: &str,
        place: Place<'_>,
    ) -> Result<Option<BTreeSet<String>>, StoreError> {
        if let Some(query) = place.query {
            return self.columns_of_query(query).await.map(Some);
        }
        let table = format!("{prefix}{}", place.table);
        let found: Vec<(String, String)> = match &mut self.from {
            #[cfg(feature = "sqlite")]
            From::Sqlite(connection) => {
                pairs!(connection, <crate::dialect::Sqlite as crate::dialect::Dialect>::COLUMNS)
            }
            #[cfg(feature = "mysql")]
            From::MySql(connection) => pairs!(connection, <crate::dialect::MySql as crate::dialect::Dialect>::COLUMNS),
            #[cfg(feature = "postgres")]
            From::Postgres(connection) => {
                pairs!(connection, <crate::dialect::Postgres as crate::dialect::Dialect>::COLUMNS)
            }
            From::Csv(directory) => {
                let path = directory.join(format!("{table}.csv"));
                if !path.exists() {
                    return Ok(None);
                }
                let mut reader = reader_of(&path)?;
                let header = reader.byte_headers().map_err(wrong)?;
                header.iter().map(|name| (table.clone(), text_of(name.to_vec()))).collect()
            }
        };
        let of_table: BTreeSet<_> = found
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(&table))
            .map(|(_, column)| column.to_lowercase())
            .collect();
        Ok((!of_table.is_empty()).then_some(of_table))
    }

    async fn columns_of_query(&mut self, query: &str) -> Result<BTreeSet<String>, StoreError> {
        Ok(match &mut self.from {
            #[cfg(feature = "sqlite")]
            From::Sqlite(connection) => described!(connection, query.to_owned()),
            #[cfg(feature = "mysql")]
            From::MySql(connection) => described!(connection, query.to_owned()),
            #[cfg(feature = "postgres")]
            From::Postgres(connection) => described!(connection, query.to_owned()),
            From::Csv(_) => return Err(wrong("a directory of CSV files answers no query")),
        })
    }

    /// Rows of a table, in the order of a column. `exactly` compares a column as text, whatever its type: slower, and sure.
    pub(super) async fn rows(
        &mut self,
        prefix: &str,
        place: Place<'_>,
        columns: &[String],
        which: Which<'_>,
        exactly: bool,
    ) -> Result<Vec<OldRow>, StoreError> {
        let order = place.column("id");
        if let From::Csv(directory) = &self.from {
            return csv_rows(&file_of(directory, prefix, place), which, &order);
        }
        let shown: Vec<_> = columns.iter().map(|column| self.as_text(column)).collect();
        let mut sql = format!("SELECT {} FROM {}", shown.join(", "), self.rows_from(prefix, place));
        match which {
            Which::All => {}
            Which::Without(column) => sql.push_str(&format!(" WHERE {} IS NULL", self.quoted(column))),
            Which::Among(column, values) => {
                // Values that were read from this source before.
                let values: Vec<_> = values.iter().map(|value| self.literal(value)).collect();
                let column = if exactly { self.cast(column) } else { self.quoted(column) };
                sql.push_str(&format!(" WHERE {column} IN ({})", values.join(", ")));
            }
        }
        if columns.contains(&order) {
            sql.push_str(&format!(" ORDER BY {}", self.quoted(&order)));
        }
        let rows = self.texts(sql, columns.len()).await?;
        let named = |row: Vec<Option<String>>| {
            columns.iter().cloned().zip(row).filter_map(|(name, value)| Some((name, value?))).collect()
        };
        Ok(rows.into_iter().map(named).collect())
    }

    /// How many rows have each value of a column.
    pub(super) async fn counts(
        &mut self,
        prefix: &str,
        place: Place<'_>,
        column: &str,
    ) -> Result<BTreeMap<Option<String>, u64>, StoreError> {
        let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
        if let From::Csv(directory) = &self.from {
            for_each_row(&file_of(directory, prefix, place), |row| {
                *counts.entry(row.get(column).cloned()).or_default() += 1;
            })?;
            return Ok(counts);
        }
        let value = self.cast(column);
        let count = if self.is_mysql() { "CAST(COUNT(*) AS CHAR)" } else { "CAST(COUNT(*) AS text)" };
        let count = if self.is_sqlite() { "CAST(CAST(COUNT(*) AS text) AS BLOB)" } else { count };
        let shown = self.as_text(column);
        let sql = format!("SELECT {shown}, {count} FROM {} GROUP BY {value}", self.rows_from(prefix, place));
        for row in self.texts(sql, 2).await? {
            let mut row = row.into_iter();
            let (value, count) = (row.next().flatten(), row.next().flatten());
            *counts.entry(value).or_default() += count.and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(counts)
    }

    /// How many rows there are.
    pub(super) async fn count(&mut self, prefix: &str, place: Place<'_>) -> Result<u64, StoreError> {
        if let From::Csv(directory) = &self.from {
            let mut count = 0_u64;
            for_each_row(&file_of(directory, prefix, place), |_| count = count.saturating_add(1))?;
            return Ok(count);
        }
        let count = if self.is_mysql() { "CAST(COUNT(*) AS CHAR)" } else { "CAST(COUNT(*) AS text)" };
        let count = if self.is_sqlite() { "CAST(CAST(COUNT(*) AS text) AS BLOB)" } else { count };
        let rows = self.texts(format!("SELECT {count} FROM {}", self.rows_from(prefix, place)), 1).await?;
        let count = rows.into_iter().flatten().flatten().next();
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or_default())
    }

    async fn texts(&mut self, sql: String, columns: usize) -> Result<Vec<Vec<Option<String>>>, StoreError> {
        Ok(match &mut self.from {
            #[cfg(feature = "sqlite")]
            From::Sqlite(connection) => texts!(connection, sql, columns, Vec<u8>),
            #[cfg(feature = "mysql")]
            From::MySql(connection) => texts!(connection, sql, columns, String),
            #[cfg(feature = "postgres")]
            From::Postgres(connection) => texts!(connection, sql, columns, String),
            From::Csv(_) => Vec::new(),
        })
    }

    fn rows_from(&self, prefix: &str, place: Place<'_>) -> String {
        if let Some(query) = place.query {
            return format!("({}) AS former_rows", query.trim().trim_end_matches(';'));
        }
        let table = format!("{prefix}{}", place.table);
        let parts: Vec<_> = table.split('.').map(|part| self.quoted(part)).collect();
        parts.join(".")
    }

    fn quoted(&self, name: &str) -> String {
        let quote = if self.is_mysql() { '`' } else { '"' };
        format!("{quote}{}{quote}", name.replace(quote, ""))
    }

    fn literal(&self, value: &str) -> String {
        let value = value.replace('\'', "''");
        let value = if self.is_mysql() { value.replace('\\', "\\\\") } else { value };
        format!("'{value}'")
    }

    fn cast(&self, column: &str) -> String {
        let text = if self.is_mysql() { "CHAR" } else { "text" };
        format!("CAST({} AS {text})", self.quoted(column))
    }

    /// A column as it is read: SQLite keeps bytes that are no text in a text, too.
    fn as_text(&self, column: &str) -> String {
        let cast = self.cast(column);
        if self.is_sqlite() { format!("CAST({cast} AS BLOB)") } else { cast }
    }

    const fn is_mysql(&self) -> bool {
        match &self.from {
            #[cfg(feature = "mysql")]
            From::MySql(_) => true,
            _ => false,
        }
    }

    const fn is_sqlite(&self) -> bool {
        match &self.from {
            #[cfg(feature = "sqlite")]
            From::Sqlite(_) => true,
            _ => false,
        }
    }
}

fn file_of(directory: &Path, prefix: &str, place: Place<'_>) -> PathBuf {
    directory.join(format!("{prefix}{}.csv", place.table))
}

fn reader_of(path: &Path) -> Result<csv::Reader<std::fs::File>, StoreError> {
    csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| wrong(format_args!("{error}")))
}

fn for_each_row(path: &Path, mut each: impl FnMut(OldRow)) -> Result<(), StoreError> {
    let mut reader = reader_of(path)?;
    let header = reader.byte_headers().map_err(wrong)?;
    let header: Vec<_> = header.iter().map(|name| text_of(name.to_vec()).to_lowercase()).collect();
    for record in reader.byte_records() {
        let record = record.map_err(wrong)?;
        let cells = header.iter().cloned().zip(record.iter().map(|cell| text_of(cell.to_vec())));
        each(cells.filter(|(_, cell)| !cell.is_empty()).collect());
    }
    Ok(())
}

fn csv_rows(path: &Path, which: Which<'_>, order: &str) -> Result<Vec<OldRow>, StoreError> {
    let mut rows = Vec::new();
    let wanted = |row: &OldRow| match which {
        Which::All => true,
        Which::Among(column, values) => row.get(column).is_some_and(|value| values.contains(value)),
        Which::Without(column) => !row.contains_key(column),
    };
    for_each_row(path, |row| {
        if wanted(&row) {
            rows.push(row);
        }
    })?;
    let key = |row: &OldRow| {
        let value = row.get(order).cloned().unwrap_or_default();
        (value.parse::<u64>().unwrap_or(u64::MAX), value)
    };
    rows.sort_by_cached_key(key);
    Ok(rows)
}
