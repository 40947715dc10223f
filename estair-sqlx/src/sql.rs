//! A statement in the making: its text, and the value of each `?` in it.

use estair_core::store::Page;
use estair_core::text::folded;

use crate::table::Table;
use crate::value::Value;

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
}

/// What a column of folded texts is compared with; none where there is nothing to look for.
fn pattern_of(text: Option<&str>) -> Option<String> {
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
