//! A hand in the tables: columns and rows, read and changed past the book.

use std::collections::{BTreeMap, BTreeSet};

use estair_tests::database::{Driver, Kind};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

/// Somebody who may do everything in the database.
pub(crate) enum Hand {
    Sqlite(sqlx::SqliteConnection),
    MySql(sqlx::MySqlConnection),
    Postgres(sqlx::PgConnection),
}

impl Hand {
    /// One whom no foreign key stops, nor on SQLite the check of a column.
    pub(crate) async fn new(kind: Kind, url: &str) -> Self {
        let mut hand = match kind.driver() {
            Driver::Sqlite => Self::Sqlite(sqlx::SqliteConnection::connect(url).await.unwrap()),
            Driver::MySql => Self::MySql(sqlx::MySqlConnection::connect(url).await.unwrap()),
            Driver::Postgres => Self::Postgres(sqlx::PgConnection::connect(url).await.unwrap()),
        };
        let free = match kind.driver() {
            Driver::Sqlite => "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
            Driver::MySql => "SET SESSION foreign_key_checks = 0",
            Driver::Postgres => "SET session_replication_role = replica",
        };
        hand.execute(free).await.unwrap();
        hand
    }

    pub(crate) async fn execute(&mut self, sql: &str) -> sqlx::Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Self::MySql(connection) => connection.execute(sql).await.map(drop),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
        }
    }

    /// Rows of texts.
    pub(crate) async fn rows(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        let sql = AssertSqlSafe(sql.to_owned());
        macro_rules! texts {
            ($connection:expr) => {{
                let rows = $connection.fetch_all(sql).await.unwrap();
                let cell = |row: &_, place| sqlx::Row::try_get_unchecked::<Option<String>, _>(row, place).unwrap();
                rows.iter().map(|row| (0..row.len()).map(|place| cell(row, place)).collect()).collect()
            }};
        }
        match self {
            Self::Sqlite(connection) => texts!(connection),
            Self::MySql(connection) => texts!(connection),
            Self::Postgres(connection) => texts!(connection),
        }
    }

    pub(crate) const fn text_type(&self) -> &'static str {
        match self {
            Self::MySql(_) => "CHAR",
            Self::Sqlite(_) | Self::Postgres(_) => "TEXT",
        }
    }

    /// The columns of each table, from the database's own catalogue.
    pub(crate) async fn catalogue(&mut self) -> BTreeMap<String, Vec<String>> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid"
            }
            Self::MySql(_) => {
                "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR) FROM information_schema.columns \
                 WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
            }
            Self::Postgres(_) => {
                "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM information_schema.columns \
                 WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.rows(sql).await {
            let [table, column] = row.try_into().unwrap();
            tables.entry(table.unwrap()).or_default().push(column.unwrap());
        }
        tables
    }

    /// Keeps a table as it is.
    pub(crate) async fn keep(&mut self, table: &str) {
        self.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
    }

    /// Makes a table what it was.
    pub(crate) async fn put_back(&mut self, table: &str) {
        self.execute(&format!("DELETE FROM {table}")).await.unwrap();
        self.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await.unwrap();
    }
}

/// Names that columns of closed sets may hold.
const NAMES: [&str; 37] = [
    "open",
    "to_treat",
    "processing",
    "closed",
    "cancelled",
    "waiting",
    "in_progress",
    "pending",
    "success",
    "failed",
    "load",
    "unload",
    "daily_credit",
    "cancel_credit",
    "operation",
    "finance",
    "admin",
    "agency",
    "agent",
    "credit",
    "debit",
    "payment",
    "refund",
    "transfer",
    "helpdesk",
    "wave",
    "manual",
    "bsp",
    "client",
    "staff",
    "active",
    "suspended",
    "service",
    "system",
    "XOF",
    "EUR",
    "support",
];

/// A digit becomes another one.
fn turned(text: &str, place: usize) -> Option<String> {
    let digit = text.as_bytes().get(place).filter(|byte| byte.is_ascii_digit())?;
    let other = char::from(b'0' + (digit - b'0' + 1) % 10);
    Some(format!("{}{other}{}", &text[..place], &text[place + 1..]))
}

/// What somebody may write in place of a value, the most plausible first. None is an empty column.
pub(crate) fn others(column: &str, value: Option<&str>, seen: &BTreeSet<String>) -> Vec<Option<String>> {
    let mut others: Vec<Option<String>> = Vec::new();
    let mut add = |text: Option<String>| others.extend(text.map(Some));
    let is_instant = |text: &str| text.len() >= 19 && text.as_bytes()[4] == b'-' && text.as_bytes()[13] == b':';
    match value {
        Some(text) if is_instant(text) => add(turned(text, 15)),
        Some(text) if text.len() == 10 && text.as_bytes()[4] == b'-' => {
            add(turned(text, 9));
            add(turned(text, 3));
        }
        Some(text) if text.len() == 36 && text.matches('-').count() == 4 => {
            add(Some("0199ffff-ffff-7fff-8fff-ffffffffffff".to_owned()));
        }
        Some(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            add(Some("ab".repeat(32)));
        }
        Some(text) if text.starts_with(['{', '[']) => {
            let last = text.rfind(|c: char| c.is_ascii_digit());
            add(last.and_then(|place| turned(text, place)));
            add((text == "{}").then(|| r#"{"forged":1}"#.to_owned()));
            add((text == "[]").then(|| r#"["request_created"]"#.to_owned()));
            add(text.strip_suffix('}').map(|rest| format!(r#"{rest},"forged":1}}"#)));
        }
        Some(text) if text.parse::<f64>().is_ok() => {
            let is_flag = ["is_deleted", "passed_by_hand"].contains(&column);
            add(is_flag.then(|| if text == "0" { "1" } else { "0" }.to_owned()));
            for more in [100, 1, 1_000] {
                let number = text.parse::<f64>().unwrap() + f64::from(more);
                add(Some(if text.contains('.') { format!("{number:.2}") } else { format!("{number:.0}") }));
            }
        }
        Some(_) if column.starts_with("currency") => add(Some("EUR".to_owned())),
        Some(text) if NAMES.contains(&text) => {
            seen.iter().chain(&NAMES.map(str::to_owned)).for_each(|name| add(Some(name.clone())));
        }
        Some(text) => {
            seen.iter().filter(|other| other.as_str() != text).take(2).for_each(|other| add(Some(other.clone())));
            add(Some(format!("{text}x")));
        }
        None => {
            seen.iter().take(2).for_each(|other| add(Some(other.clone())));
            let texts: &[&str] = match column {
                _ if column.ends_with("_at") || column.ends_with("_date") => {
                    &["2025-10-21 08:00:00", "2025-10-21T08:00:00.000000Z"]
                }
                _ if column.ends_with("hash") || column.ends_with("seal") => &[],
                _ if column.ends_with("uuid") => &["0199ffff-ffff-7fff-8fff-ffffffffffff"],
                _ => &["7", "100", "2025-10-20", r#"{"forged":1}"#],
            };
            texts.iter().for_each(|text| add(Some((*text).to_owned())));
            add(Some("cd".repeat(32)));
        }
    }
    others.retain(|other| other.as_deref() != value);
    others
}
