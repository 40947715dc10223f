//! A statement in the making: its text, and the value of each `?` in it.

use estair_core::store::Page;
use estair_core::text::folded;

use crate::driver::Driver;
use crate::table::Table;
use crate::value::Value;

/// The longest list of which a statement is kept prepared.
const MOST_KEPT: usize = 256;

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
    /// Its text differs from call to call: not worth keeping prepared.
    pub(crate) varies: bool,
}

impl Sql {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// `SELECT … FROM table WHERE ` of rows that [`row`](crate::table::row) reads.
    pub(crate) fn select<T: Table>() -> Self {
        Self::new(T::select()).and(" WHERE ")
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

    /// Statements one after the other.
    pub(crate) fn script(statements: Vec<Self>) -> Self {
        let mut script = Self::default();
        for (place, statement) in statements.into_iter().enumerate() {
            script = script.and(if place == 0 { "" } else { "; " }).append(statement);
        }
        script
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

    /// Adds `(?, ?, …)`; of nothing at all, a list that holds nothing. A long one is filled up with its last value to the next
    /// power of two, so that there are few texts of statements.
    pub(crate) fn list(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        let before = self.values.len();
        self.values.extend(values);
        let count = self.values.len() - before;
        let full = if (5..MOST_KEPT).contains(&count) { count.next_power_of_two() } else { count };
        if let Some(last) = self.values.last().filter(|_| full > count).cloned() {
            self.values.resize(before + full, last);
        }
        let count = full;
        self.varies |= count > MOST_KEPT;
        if count == 0 {
            return self.and("(NULL)");
        }
        self.text.push_str("(?");
        (1..count).for_each(|_| self.text.push_str(", ?"));
        self.and(")")
    }

    /// Adds a search for a text in the column of folded texts (A5); `%` and `_` stand for themselves.
    pub(crate) fn holding(self, text: Option<&str>) -> Self {
        let Some(pattern) = pattern_of(text) else { return self };
        self.and(" AND folded LIKE ? ESCAPE '!'").bind(pattern)
    }

    /// As [`holding`](Self::holding), or in the name of the row's account.
    pub(crate) fn holding_or_account(self, text: Option<&str>) -> Self {
        let Some(pattern) = pattern_of(text) else { return self };
        self.and(" AND (folded LIKE ? ESCAPE '!' OR account_id IN (SELECT id FROM estair_accounts WHERE folded LIKE ? ESCAPE '!'))")
            .bind(pattern.as_str())
            .bind(pattern)
    }

    /// The page's rows and one more, newest first, cut by a key.
    pub(crate) fn page(self, key: &str, page: Page) -> Self {
        self.and_if(&format!(" AND {key} < ?"), page.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX)))
            .and(&format!(" ORDER BY {key} DESC LIMIT ?"))
            .bind(page.limit.saturating_add(1))
    }

    /// `INSERT INTO table (columns) VALUES (…), (…)`. A column in which none of the rows has anything is left out: nothing is
    /// what it holds by itself. Where the driver takes a column as one value, the text is the same for any number of rows.
    pub(crate) fn insert<D: Driver>(table: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let rows: Vec<Vec<Value>> = rows.into_iter().collect();
        let filled = |place: usize| rows.iter().any(|row| row.get(place).is_some_and(|value| !value.is_nothing()));
        let wanted: Vec<bool> = (0..columns.len()).map(filled).collect();
        let names = columns.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(name, _)| *name);
        let names: Vec<_> = names.collect();
        let mut sql = Self::new(format!("INSERT INTO {table} ({}) ", names.join(", ")));
        let rows = rows.into_iter().map(|row| {
            let of_row = row.into_iter().zip(&wanted).filter(|(_, wanted)| **wanted);
            of_row.map(|(value, _)| value).collect::<Vec<_>>()
        });
        let rows: Vec<_> = rows.collect();
        if in_columns::<D>(rows.iter().map(Vec::as_slice)) {
            return sql.and("SELECT * FROM ").unnested(names.len(), rows);
        }
        sql.text.push_str("VALUES ");
        let places = format!("({})", vec!["?"; names.len()].join(", "));
        for (number, row) in rows.into_iter().enumerate() {
            sql.text.push_str(if number == 0 { "" } else { ", " });
            sql.text.push_str(&places);
            sql.values.extend(row);
        }
        sql
    }

    /// Adds `UNNEST(?, …)`: rows, of which each of so many columns is one value.
    pub(crate) fn unnested(mut self, count: usize, rows: Vec<Vec<Value>>) -> Self {
        let mut columns = vec![Vec::with_capacity(rows.len()); count];
        for row in rows {
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        self.values.extend(columns.into_iter().map(Value::Column));
        self.and(&format!("UNNEST({})", vec!["?"; count].join(", ")))
    }

    /// Writes as parts of one statement, which gives the rows that each of them found; before them the number of a row that is
    /// inserted first, where there is one, to which the others may refer.
    pub(crate) fn with(numbered: Option<Self>, writes: impl IntoIterator<Item = Self>) -> Self {
        let mut shown = Vec::new();
        let mut sql = Self::new("WITH ");
        if let Some(numbered) = numbered {
            sql = sql.and("numbered AS (").append(numbered).and(" RETURNING id)");
            shown.push("(SELECT id FROM numbered)".to_owned());
        }
        for (place, part) in writes.into_iter().enumerate() {
            sql = sql.and(&format!("{}w{place} AS (", if shown.is_empty() { "" } else { ", " }));
            sql = sql.append(part.with_new_number()).and(" RETURNING 1)");
            shown.push(format!("(SELECT count(*) FROM w{place})"));
        }
        sql.and(" SELECT ").and(&shown.join(", "))
    }

    /// Puts the number of the new row in its places.
    fn with_new_number(self) -> Self {
        if !self.values.contains(&Value::OF_THE_NEW_ROW) {
            return self;
        }
        let mut parts = self.text.split('?');
        let mut sql = Self { varies: self.varies, ..Self::new(parts.next().unwrap_or_default()) };
        for (value, part) in self.values.into_iter().zip(parts) {
            sql = match value {
                Value::OF_THE_NEW_ROW => sql.and("(SELECT id FROM numbered)"),
                value => sql.and("?").bind(value),
            };
            sql.text.push_str(part);
        }
        sql
    }
}

/// Do these rows go column by column? Not where one refers to a row that has no number yet, nor a single one.
pub(crate) fn in_columns<'v, D: Driver>(rows: impl ExactSizeIterator<Item = &'v [Value]>) -> bool {
    D::TAKES_COLUMNS && rows.len() > 1 && !rows.into_iter().any(|row| row.contains(&Value::OF_THE_NEW_ROW))
}

/// What a column of folded texts is compared with; none where there is nothing to look for.
pub(crate) fn pattern_of(text: Option<&str>) -> Option<String> {
    let text = text.map(folded).filter(|text| !text.is_empty())?;
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

/// Names of the core as they stand in a text: `('closed', 'cancelled')`. They are constants of the program, never a
/// caller's; a plan may depend on them.
pub(crate) fn one_of(names: impl IntoIterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("'{name}'")).collect();
    format!("({})", names.join(", "))
}
