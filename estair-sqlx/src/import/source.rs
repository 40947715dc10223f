//! A former system's tables, read and never written: a database, or a directory of CSV files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use estair_core::store::{StoreError, StoreErrorKind};
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

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
    ($connection:expr, $sql:expr, $columns:expr) => {{
        let rows = $connection.fetch_all(AssertSqlSafe($sql)).await.map_err(failed)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let cells = (0..$columns).map(|place| row.try_get_unchecked::<Option<String>, _>(place));
            all.push(cells.collect::<sqlx::Result<Vec<_>>>().map_err(failed)?);
        }
        all
    }};
}

/// A row: its columns as texts; what is NULL is not there.
pub(super) type OldRow = BTreeMap<String, String>;

/// Where old rows are read from.
pub enum Source {
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

impl Source {
    /// Opens a source: a directory of CSV files, or a database by its URL, with a password from elsewhere if it has none.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(place: &str, password: Option<&str>) -> Result<Self, StoreError> {
        let scheme = place.split_once("://").map_or("", |(scheme, _)| scheme);
        match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let options: sqlx::sqlite::SqliteConnectOptions = place.parse().map_err(failed)?;
                let options = options.read_only(true).create_if_missing(false);
                Ok(Self::Sqlite(sqlx::SqliteConnection::connect_with(&options).await.map_err(failed)?))
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
                Ok(Self::MySql(connection))
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => {
                let mut options: sqlx::postgres::PgConnectOptions = place.parse().map_err(failed)?;
                if let Some(password) = password {
                    options = options.password(password);
                }
                let options = options.options([("default_transaction_read_only", "on")]);
                Ok(Self::Postgres(sqlx::PgConnection::connect_with(&options).await.map_err(failed)?))
            }
            _ if Path::new(place).is_dir() => Ok(Self::Csv(place.into())),
            _ => Err(wrong("is a directory of CSV files, or sqlite://, mysql://, mariadb:// or postgres://")),
        }
    }

    /// The columns of a table, in small letters; none where there is no such table.
    pub(super) async fn columns(&mut self, table: &str) -> Result<Option<BTreeSet<String>>, StoreError> {
        let found: Vec<(String, String)> = match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => {
                pairs!(connection, <crate::dialect::Sqlite as crate::dialect::Dialect>::COLUMNS)
            }
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => pairs!(connection, <crate::dialect::MySql as crate::dialect::Dialect>::COLUMNS),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => {
                pairs!(connection, <crate::dialect::Postgres as crate::dialect::Dialect>::COLUMNS)
            }
            Self::Csv(directory) => {
                let path = directory.join(format!("{table}.csv"));
                if !path.exists() {
                    return Ok(None);
                }
                let mut reader = reader_of(&path)?;
                let header = reader.headers().map_err(wrong)?;
                header.iter().map(|name| (table.to_owned(), name.to_owned())).collect()
            }
        };
        let of_table: BTreeSet<_> = found
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(table))
            .map(|(_, column)| column.to_lowercase())
            .collect();
        Ok((!of_table.is_empty()).then_some(of_table))
    }

    /// Rows of a table, all or those in which a column has one of these values, in the order of `order`.
    pub(super) async fn rows(
        &mut self,
        table: &str,
        columns: &[String],
        among: Option<(&str, &[String])>,
        order: &[&str],
    ) -> Result<Vec<OldRow>, StoreError> {
        if let Self::Csv(directory) = self {
            return csv_rows(&directory.join(format!("{table}.csv")), among, order);
        }
        let quote = if self.is_mysql() { '`' } else { '"' };
        let quoted = |name: &str| format!("{quote}{name}{quote}");
        let text = if self.is_mysql() { "CHAR" } else { "text" };
        let shown: Vec<_> = columns.iter().map(|column| format!("CAST({} AS {text})", quoted(column))).collect();
        let table: Vec<_> = table.split('.').map(quoted).collect();
        let mut sql = format!("SELECT {} FROM {}", shown.join(", "), table.join("."));
        if let Some((column, values)) = among {
            // Numbers of accounts, read from this source before.
            let values: Vec<_> = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
            sql.push_str(&format!(" WHERE CAST({} AS {text}) IN ({})", quoted(column), values.join(", ")));
        }
        if !order.is_empty() {
            let order: Vec<_> = order.iter().map(|column| quoted(column)).collect();
            sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
        }
        let rows: Vec<Vec<Option<String>>> = match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => texts!(connection, sql, columns.len()),
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => texts!(connection, sql, columns.len()),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => texts!(connection, sql, columns.len()),
            Self::Csv(_) => Vec::new(),
        };
        let named = |row: Vec<Option<String>>| {
            columns.iter().cloned().zip(row).filter_map(|(name, value)| Some((name, value?))).collect()
        };
        Ok(rows.into_iter().map(named).collect())
    }

    const fn is_mysql(&self) -> bool {
        match self {
            #[cfg(feature = "mysql")]
            Self::MySql(_) => true,
            _ => false,
        }
    }
}

fn reader_of(path: &Path) -> Result<csv::Reader<std::fs::File>, StoreError> {
    csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| wrong(format_args!("{error}")))
}

fn csv_rows(path: &Path, among: Option<(&str, &[String])>, order: &[&str]) -> Result<Vec<OldRow>, StoreError> {
    let mut reader = reader_of(path)?;
    let header: Vec<_> = reader.headers().map_err(wrong)?.iter().map(str::to_lowercase).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let cells = header.iter().cloned().zip(record.iter().map(str::to_owned));
        let row: OldRow = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        let wanted = among.is_none_or(|(column, values)| row.get(column).is_some_and(|value| values.contains(value)));
        if wanted {
            rows.push(row);
        }
    }
    let key = |row: &OldRow| {
        let value = |column: &&str| row.get(*column).cloned().unwrap_or_default();
        order.iter().map(|column| (value(column).parse::<u64>().unwrap_or(u64::MAX), value(column))).collect::<Vec<_>>()
    };
    rows.sort_by_cached_key(key);
    Ok(rows)
}
