//! Statements: their text and values, rows to insert, lists, filters; and a session that runs and counts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use estair_core::audit::Hash;
use estair_core::clock::{BusinessDay, Timestamp, to_micros};
use estair_core::id::Numbers;
use estair_core::money::{Amount, Money};
use estair_core::read::Page;
use estair_core::store::{StoreError, StoreErrorKind};
use uuid::Uuid;

use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::fault::fault;
use crate::lease::Lease;

/// A value on its way into a column; the type is known even where there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// A number of a row: refused beyond 2^63 − 1, which no column of the three databases holds.
    Number(Option<u64>),
    /// A text.
    Text(Option<String>),
    /// An amount, in hundredths.
    Hundredths(Option<i64>),
    /// An instant.
    Instant(Option<Timestamp>),
    /// A calendar day.
    Day(Option<NaiveDate>),
}

impl Value {
    /// A row's number to look for: one that no column can hold is one that no row has.
    pub(crate) fn key(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(-1)))
    }

    /// JSON as text.
    pub(crate) fn json(value: Option<&serde_json::Value>) -> Self {
        Self::Text(value.map(ToString::to_string))
    }
}

macro_rules! values {
    ($($from:ty => $variant:ident: $convert:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some(($convert)(value)))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )*};
}

values! {
    u64 => Number: |number| number,
    u32 => Int: i64::from,
    i64 => Int: |number| number,
    bool => Int: i64::from,
    &str => Text: str::to_owned,
    &String => Text: String::clone,
    String => Text: |text| text,
    Uuid => Text: |uuid: Uuid| uuid.to_string(),
    Hash => Text: |hash: Hash| hash.to_string(),
    Amount => Hundredths: Amount::hundredths,
    Money => Hundredths: |money: Money| money.amount().hundredths(),
    Timestamp => Instant: to_micros,
    BusinessDay => Day: BusinessDay::date,
}

/// The values of one row, each as its column wants it.
macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$($crate::statement::Value::from($value)),*] };
}
pub(crate) use row;

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
    /// Its text differs from call to call: not worth keeping prepared.
    varies: bool,
}

impl Sql {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Gives the next `?` its value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds text.
    pub(crate) fn and(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds another statement's text and values.
    pub(crate) fn append(mut self, other: Self) -> Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self.varies |= other.varies;
        self
    }

    /// Adds text with one value, when there is one.
    pub(crate) fn and_if<T: Into<Value>>(self, text: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.and(text).bind(value),
            None => self,
        }
    }

    /// Adds `column IN (…)` for names of which any will do; nothing when there are none.
    pub(crate) fn any_of(self, column: &str, names: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<_> = names.into_iter().map(Value::from).collect();
        if names.is_empty() { self } else { self.and(&format!(" AND {column} IN ")).list(names) }
    }

    /// Adds `(?, ?, …)`; of nothing at all, a list that holds nothing.
    pub(crate) fn list(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        let before = self.values.len();
        self.values.extend(values);
        let count = self.values.len() - before;
        self.varies |= count > 4;
        if count == 0 {
            return self.and("(NULL)");
        }
        self.text.push_str("(?");
        (1..count).for_each(|_| self.text.push_str(", ?"));
        self.and(")")
    }

    /// Adds a search for a text inside columns, whatever its case; `%` and `_` stand for themselves.
    pub(crate) fn search(mut self, columns: &[&str], text: Option<&str>) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return self };
        let mut pattern = String::from("%");
        for c in text.to_lowercase().chars() {
            if matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(c);
        }
        pattern.push('%');
        let parts: Vec<_> = columns.iter().map(|column| format!("LOWER({column}) LIKE ? ESCAPE '!'")).collect();
        self.text.push_str(&format!(" AND ({})", parts.join(" OR ")));
        columns.iter().fold(self, |sql, _| sql.bind(pattern.as_str()))
    }

    /// The page's rows and one more, newest first, cut by a key.
    pub(crate) fn page(self, key: &str, page: Page) -> Self {
        self.and_if(&format!(" AND {key} < ?"), page.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX)))
            .and(&format!(" ORDER BY {key} DESC LIMIT ?"))
            .bind(page.limit.saturating_add(1))
    }

    /// `INSERT INTO table (columns) VALUES (…), (…)`.
    pub(crate) fn insert(table: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let mut sql = Self::new(format!("INSERT INTO {table} ({}) VALUES ", columns.join(", ")));
        let places = format!("({})", vec!["?"; columns.len()].join(", "));
        let mut count = 0;
        for row in rows {
            sql.text.push_str(if count == 0 { "" } else { ", " });
            sql.text.push_str(&places);
            sql.values.extend(row);
            count += 1;
        }
        sql.varies = count > 2;
        sql
    }

    /// `UPDATE table SET …` of rows that are found as they were read. A column that becomes the same in all of them is set
    /// to it, as those of a row that is alone; any other by the row's number.
    fn update(table: &str, columns: &[&str], rows: Vec<Change>) -> Self {
        let mut sql = Self::new(format!("UPDATE {table} SET "));
        sql.varies = rows.len() > 2;
        let (keys, values): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| ((row.id, row.was), row.values)).unzip();
        let mut values: Vec<_> = values.into_iter().map(Vec::into_iter).collect();
        for (place, column) in columns.iter().enumerate() {
            let of_rows: Vec<_> = values.iter_mut().filter_map(Iterator::next).collect();
            sql = sql.and(if place == 0 { "" } else { ", " }).and(column).and(" = ").by_number(&keys, of_rows);
        }
        for (place, (id, was)) in keys.into_iter().enumerate() {
            sql = sql.and(if place == 0 { " WHERE (id = ?" } else { " OR (id = ?" }).bind(Value::key(id));
            sql = sql.and_if(" AND version = ?", was.map(Value::key)).and(")");
        }
        sql
    }

    /// Adds the value that each of these rows is to have: `?`, or `CASE id WHEN ? THEN ? … END`.
    fn by_number(self, keys: &[(u64, Option<u64>)], values: Vec<Value>) -> Self {
        let first = values.first().cloned();
        if let Some(same) = first.filter(|first| values.iter().all(|value| value == first)) {
            return self.and("?").bind(same);
        }
        let pairs = keys.iter().zip(values);
        let sql = pairs.fold(self.and("CASE id"), |sql, ((id, _), value)| {
            sql.and(" WHEN ? THEN ?").bind(Value::key(*id)).bind(value)
        });
        sql.and(" END")
    }
}

/// A row that is there and changes.
pub(crate) struct Change {
    /// Its number.
    pub(crate) id: u64,
    /// The version it was read at, in a table whose rows have one.
    pub(crate) was: Option<u64>,
    /// All its columns, as they will be.
    pub(crate) values: Vec<Value>,
}

/// A write and how many rows it must find.
pub(crate) struct Write {
    pub(crate) sql: Sql,
    pub(crate) rows: u64,
    pub(crate) what: &'static str,
}

/// Counts the statements that were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter(Arc<AtomicU64>);

impl Counter {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A connection on which statements are run and counted.
pub(crate) struct Session<'c, D: Dialect> {
    on: On<'c, D>,
    counter: &'c Counter,
}

/// Whose connection it is.
enum On<'c, D: Dialect> {
    Lease(&'c mut Lease<D>),
    /// The host's, or one that goes back to no pool.
    Other(&'c mut D::Connection),
}

impl<D: Dialect> On<'_, D> {
    fn connection(&mut self) -> &mut D::Connection {
        match self {
            Self::Lease(lease) => lease,
            Self::Other(connection) => connection,
        }
    }

    /// Is the statement that begins now to be kept prepared?
    fn begins(&mut self, varies: bool) -> bool {
        match self {
            Self::Lease(lease) => lease.sent(varies) || !varies,
            Self::Other(_) => !varies,
        }
    }

    fn ended<T>(&mut self, outcome: sqlx::Result<T>) -> Result<T, StoreError> {
        let outcome = outcome.map_err(fault::<D>);
        if let Self::Lease(lease) = self {
            lease.heard(&outcome);
        }
        outcome
    }
}

impl<'c, D: Dialect> Session<'c, D> {
    pub(crate) fn new(connection: &'c mut D::Connection, counter: &'c Counter) -> Self {
        Self { on: On::Other(connection), counter }
    }

    pub(crate) fn leased(lease: &'c mut Lease<D>, counter: &'c Counter) -> Self {
        Self { on: On::Lease(lease), counter }
    }

    /// Runs a write; gives the rows it found.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, StoreError> {
        Ok(self.run(sql).await?.iter().map(D::affected).sum())
    }

    async fn run(&mut self, sql: Sql) -> Result<Vec<D::QueryResult>, StoreError> {
        let values = arguments::<D>(sql.values)?;
        self.counter.add();
        let keep = self.on.begins(sql.varies);
        let done = D::write(self.on.connection(), D::render(sql.text), values, keep).await;
        self.on.ended(done)
    }

    /// Runs writes, each of which must find just its rows; in one call where the driver can.
    pub(crate) async fn execute_all(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        if !D::FOLDS {
            for Write { sql, rows, what } in writes {
                check(self.execute(sql).await?, rows, what)?;
            }
            return Ok(());
        }
        let mut pending = writes.into_iter().peekable();
        while pending.peek().is_some() {
            let mut folded = Sql { varies: true, ..Sql::default() };
            let mut wanted = Vec::new();
            while let Some(next) = pending
                .next_if(|next| wanted.is_empty() || folded.values.len() + next.sql.values.len() <= D::MAX_VALUES)
            {
                folded.text.push_str(if wanted.is_empty() { "" } else { "; " });
                folded.text.push_str(&next.sql.text);
                folded.values.extend(next.sql.values);
                wanted.push((next.rows, next.what));
            }
            // A unit of the usual size comes again and again: keep it prepared.
            folded.varies = wanted.len() > 6;
            let results = self.run(folded).await?;
            if results.len() != wanted.len() {
                return Err(StoreError::corrupt("the database answered for another number of statements"));
            }
            for (result, (rows, what)) in results.iter().zip(wanted) {
                check(D::affected(result), rows, what)?;
            }
        }
        Ok(())
    }

    /// Runs a query; reads each row.
    pub(crate) async fn read<T>(
        &mut self,
        sql: Sql,
        mut read: impl FnMut(&mut Columns<'_, D>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let values = arguments::<D>(sql.values)?;
        self.counter.add();
        let keep = self.on.begins(sql.varies);
        let rows = D::read(self.on.connection(), D::render(sql.text), values, keep).await;
        let rows = self.on.ended(rows)?;
        rows.iter().map(|row| read(&mut Columns::new(row))).collect()
    }

    /// Runs a query that gives one row at most.
    pub(crate) async fn read_one<T>(
        &mut self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.read(sql, read).await?.into_iter().next())
    }

    /// Inserts rows that get numbers, and notes the numbers by uuid. The first column is `uuid`.
    pub(crate) async fn insert_numbered(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<(Uuid, Vec<Value>)>,
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter().peekable();
        let most = (D::MAX_VALUES / columns.len().max(1)).max(1);
        while rows.peek().is_some() {
            let (uuids, part): (Vec<_>, Vec<_>) = rows.by_ref().take(most).unzip();
            let sql = Sql::insert(table, columns, part);
            let pairs = |c: &mut Columns<'_, D>| Ok((c.number()?, c.uuid()?));
            let found = if D::RETURNING {
                self.read(sql.and(" RETURNING id, uuid"), pairs).await?
            } else if let [uuid] = uuids.as_slice() {
                let results = self.run(sql).await?;
                results.iter().map(|result| (D::last_number(result), *uuid)).collect()
            } else {
                self.execute(sql).await?;
                let sql = Sql::new(format!("SELECT id, uuid FROM {table} WHERE uuid IN "));
                self.read(sql.list(uuids.iter().map(|uuid| Value::from(*uuid))), pairs).await?
            };
            check(found.len() as u64, uuids.len() as u64, "new rows")?;
            found.into_iter().for_each(|(number, uuid)| numbers.insert(uuid, number));
        }
        Ok(())
    }
}

/// Writes that insert these rows, in as few statements as the database's bound on values allows.
pub(crate) fn inserts<D: Dialect>(
    table: &'static str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> impl Iterator<Item = Write> {
    let most = (D::MAX_VALUES / columns.len().max(1)).max(1);
    let mut writes = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part: Vec<_> = rows.by_ref().take(most).collect();
        let count = part.len() as u64;
        writes.push(Write { sql: Sql::insert(table, columns, part), rows: count, what: table });
    }
    writes.into_iter()
}

/// Rows that one statement changes at most: the value of each is searched among those of the others.
const MOST_CHANGES: usize = 64;

/// Writes that change these rows, each to be found once as it was read, in few statements.
pub(crate) fn updates<D: Dialect>(table: &'static str, columns: &[&str], rows: Vec<Change>) -> Vec<Write> {
    // A value takes two places, its row's number among them, and the condition two more.
    let most = (D::MAX_VALUES / (2 * columns.len() + 2)).clamp(1, MOST_CHANGES);
    let mut writes = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part: Vec<_> = rows.by_ref().take(most).collect();
        let count = part.len() as u64;
        writes.push(Write { sql: Sql::update(table, columns, part), rows: count, what: table });
    }
    writes
}

fn check(found: u64, wanted: u64, what: &str) -> Result<(), StoreError> {
    if found == wanted {
        return Ok(());
    }
    let message = format!("{found} of {wanted} rows of {what} were found as they were read");
    Err(StoreError::new(StoreErrorKind::VersionConflict, message))
}

fn arguments<D: Dialect>(values: Vec<Value>) -> Result<D::Arguments, StoreError> {
    let mut arguments = D::Arguments::default();
    for value in values {
        D::bind(&mut arguments, value).map_err(|error| {
            StoreError::new(StoreErrorKind::Other, "a value does not fit its column")
                .caused_by(sqlx::Error::Encode(error))
        })?;
    }
    Ok(arguments)
}
