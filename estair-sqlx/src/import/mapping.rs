//! What the tables of a former system are called, and what their rows mean.

use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{DayOffset, Timestamp};
use estair_core::movement::{MovementType, Source};
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::support::{Assignee, SupportStatus};
use estair_core::text::folded;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::mend::{instant, unmangled};
use super::rules::{Dirt, Rule};

/// The mapping of a source: the default one, with what an installation says otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The offset of dates that say none: `+00:00`.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// What stands before the name of each table: `former_` where they were adopted (L1).
    #[serde(default)]
    pub prefix: String,
    /// What is done with rows that are not as they should be, by what is wrong with them.
    #[serde(default)]
    pub rules: BTreeMap<Dirt, Rule>,
    /// What stands for what is wrong, where a rule says `map`.
    #[serde(default)]
    pub instead: Instead,
    /// Accounts.
    pub accounts: AccountTable,
    /// People.
    #[serde(default)]
    pub people: Option<PeopleTable>,
    /// Browsers that may be pushed to.
    #[serde(default)]
    pub devices: Option<DeviceTable>,
    /// Tables of requests and tickets, apart or mixed.
    #[serde(default)]
    pub threads: Vec<ThreadTable>,
    /// Tables of what was said on requests and tickets.
    #[serde(default)]
    pub comments: Vec<CommentTable>,
    /// Tables of money, of which none says what another says already. A table may stand here more than once: each of its rows is
    /// read by the first one that wants it.
    #[serde(default)]
    pub movements: Vec<MovementTable>,
    /// No history: one adjustment an account, of the balance that the accounts' table keeps.
    #[serde(default)]
    pub opening_balances: bool,
    /// As of when those come: a day or an instant; now where none is said.
    #[serde(default)]
    pub opening_as_of: Option<String>,
    /// Tables that are counted in the report and do not come.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// What stands for what is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// For a date that is none.
    pub date: Option<String>,
    /// For an account that is not there: the number of one that is.
    pub account: Option<String>,
    /// For a state that is unknown.
    pub state: Option<String>,
}

/// Columns of a table by field; what is left out is as the field is called.
pub(super) type ColumnNames = BTreeMap<String, String>;

/// Values of a column that count, whatever case and accents.
pub(super) type Only = BTreeMap<String, Vec<String>>;

/// Where rows are read: a table, or a query whose rows are called so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'m> {
    pub(super) table: &'m str,
    pub(super) query: Option<&'m str>,
    pub(super) columns: &'m ColumnNames,
}

macro_rules! places {
    ($($table:ty),*) => {$(
        impl $table {
            pub(super) fn place(&self) -> Place<'_> {
                Place { table: &self.table, query: self.query.as_deref(), columns: &self.columns }
            }
        }
    )*};
}

places!(AccountTable, PeopleTable, DeviceTable, ThreadTable, CommentTable, MovementTable);

/// The table of accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// The column of each field: `id`, `name`, `email`, `limit`, `currency`, `balance`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// The table of people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// May it be missing?
    #[serde(default)]
    pub optional: bool,
    /// The column of each field: `id`, `name`, `email`, `role`, `account_id`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What its roles are here, where they are called otherwise.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// What a client is: `agency` or `agent`.
    #[serde(default = "agency")]
    pub kind: String,
}

/// The table of devices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// May it be missing?
    #[serde(default)]
    pub optional: bool,
    /// The column of each field: `id`, `user_id`, `endpoint`, `p256dh`, `auth`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

/// A table of requests and tickets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreadTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// May it be missing?
    #[serde(default)]
    pub optional: bool,
    /// The column of each field: `id`, `name`, `subject`, `description`, `category`, `status`, `assigned_to`, `account_id`, `amount`,
    /// `currency`, `etatsdevente_id`, `expiry_date`, `parent_id`, `created_by`, `created_at`, `updated_at`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What each of its categories is here: `support`, or a category of requests.
    pub categories: BTreeMap<String, String>,
    /// What its states are for a ticket, where they are called otherwise.
    #[serde(default)]
    pub ticket_states: BTreeMap<String, String>,
    /// What its states are for a request, where they are called otherwise.
    #[serde(default)]
    pub request_states: BTreeMap<String, String>,
    /// Who holds a ticket, where that is called otherwise: `operation`, `agency`, `agent`.
    #[serde(default)]
    pub ticket_holders: BTreeMap<String, String>,
    /// Which desk holds a request, where that is called otherwise: `operation`, `finance`, `admin`.
    #[serde(default)]
    pub request_holders: BTreeMap<String, String>,
}

/// A table of what was said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// The table of requests and tickets on which it was said.
    pub of: String,
    /// The column of each field: `id`, `thread_id`, `author_id`, `role`, `body`, `internal`, `date`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What its roles are here, where they are called otherwise.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
}

/// A table of money.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovementTable {
    /// The table.
    pub table: String,
    /// A query in its place.
    #[serde(default)]
    pub query: Option<String>,
    /// The column of each field: `id`, `account_id`, `amount`, `date`, `currency`, `description`, and the inherited ones
    /// (`subagent`, `action`, `state`, …).
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What its rows are: `payment`, `debit`, `refund`, `transfer`, `adjustment` or `credit`.
    pub r#type: String,
    /// A column that says it row by row.
    #[serde(default)]
    pub(super) type_by: Option<String>,
    /// What the values of that column are; `type` what is not among them.
    #[serde(default)]
    pub(super) types: BTreeMap<String, String>,
    /// Where the money came from.
    #[serde(default = "manual")]
    pub source: String,
    /// Only rows in which these columns have one of these values, whatever case and accents.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Credits that are still owed: those in which these columns have one of these values, all where it is empty. The others
    /// are cancelled at their expiry, once that is past.
    #[serde(default)]
    pub owed: Option<BTreeMap<String, Vec<String>>>,
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

fn agency() -> String {
    "agency".to_owned()
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
            prefix: String::new(),
            rules: BTreeMap::new(),
            instead: Instead::default(),
            accounts: AccountTable { table: "accounts".to_owned(), query: None, columns: BTreeMap::new() },
            people: None,
            devices: None,
            threads: Vec::new(),
            comments: Vec::new(),
            movements: Vec::new(),
            opening_balances: false,
            opening_as_of: None,
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
        mapping.check().map_err(|why| wrong(&why))?;
        Ok(mapping)
    }

    fn check(&self) -> Result<(), String> {
        self.offset()?;
        self.opening()?;
        let places = self.places();
        let names = places.iter().map(|place| place.table).chain(self.left_out.iter().map(String::as_str));
        for name in names.chain((!self.prefix.is_empty()).then_some(self.prefix.as_str())) {
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
                return Err(format!("{name:?} is no name of a table"));
            }
        }
        for (dirt, rule) in &self.rules {
            dirt.check(*rule, &self.instead)?;
        }
        self.instead.date.as_deref().map(|date| instant(date, self.offset()?)).transpose()?;
        self.movements.iter().try_for_each(MovementTable::check)?;
        self.threads.iter().try_for_each(ThreadTable::check)
    }

    /// Everything that is read, tables of money once for each time that they stand there.
    pub(super) fn places(&self) -> Vec<Place<'_>> {
        let mut places = vec![self.accounts.place()];
        places.extend(self.people.as_ref().map(PeopleTable::place));
        places.extend(self.devices.as_ref().map(DeviceTable::place));
        places.extend(self.threads.iter().map(ThreadTable::place));
        places.extend(self.comments.iter().map(CommentTable::place));
        places.extend(self.movements.iter().map(MovementTable::place));
        places
    }

    /// The tables of money, each once with everything that wants its rows.
    pub(super) fn money(&self) -> Vec<Vec<&MovementTable>> {
        let mut tables: Vec<Vec<&MovementTable>> = Vec::new();
        for table in &self.movements {
            match tables.iter_mut().find(|same| {
                same.first().is_some_and(|first| (&first.table, &first.query) == (&table.table, &table.query))
            }) {
                Some(same) => same.push(table),
                None => tables.push(vec![table]),
            }
        }
        tables
    }

    pub(super) fn offset(&self) -> Result<DayOffset, String> {
        self.time_zone.parse().map_err(|_| format!("time_zone: {:?} is no offset such as +00:00", self.time_zone))
    }

    /// As of when opening balances come, where it is said.
    pub(super) fn opening(&self) -> Result<Option<Timestamp>, String> {
        let as_of = self.opening_as_of.as_deref().map(|text| instant(text, self.offset()?)).transpose();
        as_of.map_err(|why| format!("opening_as_of: {why}"))
    }

    /// What is done with a row in which this is wrong.
    pub(super) fn rule(&self, dirt: Dirt) -> Rule {
        self.rules.get(&dirt).copied().unwrap_or_else(|| dirt.by_default())
    }
}

impl Place<'_> {
    /// The column of a field, in small letters.
    pub(super) fn column(&self, field: &str) -> String {
        self.columns.get(field).map_or(field, String::as_str).to_lowercase()
    }
}

/// A value of the former system, as it is compared: mended, in small letters, without accents.
pub(super) fn plain(value: &str) -> String {
    let value = value.trim();
    // Most values are: the long way is for the others.
    if value.is_ascii() {
        return value.to_ascii_lowercase();
    }
    folded(&unmangled(value).unwrap_or_else(|| value.to_owned()))
}

/// What a value is called here: as the mapping says, or as it stands.
pub(super) fn called<'m>(names: &'m BTreeMap<String, String>, value: &'m str) -> std::borrow::Cow<'m, str> {
    let value = plain(value);
    match names.iter().find(|(name, _)| plain(name) == value) {
        Some((_, ours)) => ours.as_str().into(),
        None => value.into(),
    }
}

/// Do these columns have one of these values?
pub(super) fn has(only: &Only, value_of: impl Fn(&str) -> Option<String>) -> bool {
    only.iter().all(|(column, values)| {
        let value = plain(&value_of(&column.to_lowercase()).unwrap_or_default());
        values.iter().any(|wanted| plain(wanted) == value)
    })
}

impl MovementTable {
    fn check(&self) -> Result<(), String> {
        self.source()?;
        std::iter::once(&self.r#type).chain(self.types.values()).try_for_each(|name| self.kind_named(name).map(drop))
    }

    fn kind_named(&self, name: &str) -> Result<MovementType, String> {
        let kind = MovementType::from_name(name).filter(|kind| *kind != MovementType::CreditCancellation);
        kind.ok_or_else(|| format!("type of {}: {name:?} is no movement that comes in this way", self.table))
    }

    /// What a row is.
    pub(super) fn kind(&self, value_of: impl Fn(&str) -> Option<String>) -> Result<MovementType, String> {
        let value = self.type_by.as_ref().and_then(|column| value_of(&column.to_lowercase()));
        let named = value.and_then(|value| {
            let value = plain(&value);
            self.types.iter().find(|(name, _)| plain(name) == value).map(|(_, ours)| ours.clone())
        });
        self.kind_named(named.as_deref().unwrap_or(&self.r#type))
    }

    pub(super) fn source(&self) -> Result<Source, String> {
        let source = Source::from_name(&self.source).filter(|source| *source != Source::Helpdesk);
        source.ok_or_else(|| format!("source of {}: {:?} is none", self.table, self.source))
    }
}

/// What a row of a table of requests and tickets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThreadKind {
    Ticket,
    Request(Category),
}

/// The category of what is a ticket here.
const SUPPORT: &str = "support";

impl ThreadKind {
    fn named(name: &str) -> Option<Self> {
        if name == SUPPORT { Some(Self::Ticket) } else { Category::from_name(name).map(Self::Request) }
    }
}

impl ThreadTable {
    fn check(&self) -> Result<(), String> {
        let known = |what: &str, names: &BTreeMap<String, String>, is: fn(&str) -> bool| {
            let wrong = names.values().find(|name| !is(name));
            wrong.map_or(Ok(()), |name| Err(format!("{what} of {}: {name:?} is none of ours", self.table)))
        };
        known("categories", &self.categories, |name| ThreadKind::named(name).is_some())?;
        known("ticket_states", &self.ticket_states, |name| SupportStatus::from_name(name).is_some())?;
        known("request_states", &self.request_states, |name| Status::from_name(name).is_some())?;
        known("ticket_holders", &self.ticket_holders, |name| Assignee::from_name(name).is_some())?;
        known("request_holders", &self.request_holders, |name| Desk::from_name(name).is_some())
    }

    /// What a row of this category is; none where no category is so called.
    pub(super) fn kind(&self, category: &str) -> Option<ThreadKind> {
        ThreadKind::named(&called(&self.categories, category))
    }
}
