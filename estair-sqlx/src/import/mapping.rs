//! What the tables of a former system are called, and what their rows mean.

use estair_core::clock::DayOffset;
use estair_core::movement::{MovementType, Source};
use estair_core::store::{StoreError, StoreErrorKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The mapping of a source: the default one, with what an installation says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The offset of dates that say none: `+00:00`.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Accounts.
    pub accounts: AccountTable,
    /// Tables of money, of which none says what another says already.
    #[serde(default)]
    pub movements: Vec<MovementTable>,
    /// No history: one adjustment an account, of the balance that the accounts' table keeps.
    #[serde(default)]
    pub opening_balances: bool,
    /// Tables that are counted in the report and do not come.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// The table of accounts. Column names; what is left out is as the field is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountTable {
    /// The table.
    pub table: String,
    /// The column of each field: `id`, `name`, `email`, `limit`, `currency`, `balance`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// A table of money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovementTable {
    /// The table.
    pub table: String,
    /// The column of each field: `id`, `account_id`, `amount`, `date`, `description`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What its rows are: `payment`, `debit`, `refund`, `transfer` or `adjustment`.
    pub r#type: String,
    /// Where the money came from.
    #[serde(default = "manual")]
    pub source: String,
    /// Only rows in which these columns have one of these values, whatever case and accents.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Do amounts stand without the sign of their type? Then they get it, and one that has a sign is in the wrong.
    #[serde(default = "yes")]
    pub unsigned: bool,
}

fn utc() -> String {
    "+00:00".to_owned()
}

fn manual() -> String {
    "manual".to_owned()
}

const fn yes() -> bool {
    true
}

/// The default: the former tables as they are known.
const DEFAULT: &str = include_str!("default.toml");

impl Default for Mapping {
    fn default() -> Self {
        // The text is of this crate, and a test reads it.
        toml::from_str(DEFAULT).unwrap_or_else(|_| Self {
            time_zone: utc(),
            accounts: AccountTable { table: "accounts".to_owned(), columns: BTreeMap::new() },
            movements: Vec::new(),
            opening_balances: false,
            left_out: Vec::new(),
        })
    }
}

impl Mapping {
    /// The text of the default mapping, to be changed.
    #[must_use]
    pub const fn default_text() -> &'static str {
        DEFAULT
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn read(text: &str) -> Result<Self, StoreError> {
        let wrong = |why: &dyn std::fmt::Display| {
            StoreError::new(StoreErrorKind::Other, format_args!("the mapping cannot be read: {why}"))
        };
        let mapping: Self = toml::from_str(text).map_err(|error| wrong(&error))?;
        mapping.offset().map_err(|why| wrong(&why))?;
        let tables = mapping.movements.iter().map(|table| &table.table).chain([&mapping.accounts.table]);
        for name in tables.chain(&mapping.left_out) {
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
                return Err(wrong(&format_args!("{name:?} is no name of a table")));
            }
        }
        for table in &mapping.movements {
            table.kind().map_err(|why| wrong(&why))?;
            table.source().map_err(|why| wrong(&why))?;
        }
        Ok(mapping)
    }

    pub(super) fn offset(&self) -> Result<DayOffset, String> {
        self.time_zone.parse().map_err(|_| format!("time_zone: {:?} is no offset such as +00:00", self.time_zone))
    }
}

pub(super) fn column<'m>(columns: &'m BTreeMap<String, String>, field: &'m str) -> &'m str {
    columns.get(field).map_or(field, String::as_str)
}

impl MovementTable {
    pub(super) fn kind(&self) -> Result<MovementType, String> {
        let kind = MovementType::from_name(&self.r#type).filter(|kind| !kind.rule().credit_family);
        kind.ok_or_else(|| format!("type of {}: {:?} is no movement that comes in this way", self.table, self.r#type))
    }

    pub(super) fn source(&self) -> Result<Source, String> {
        let source = Source::from_name(&self.source).filter(|source| *source != Source::Helpdesk);
        source.ok_or_else(|| format!("source of {}: {:?} is none", self.table, self.source))
    }
}
