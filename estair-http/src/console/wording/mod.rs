//! The words of the console: of each language a table of names and one of pages, complete in both.

mod en;
mod fr;

use axum::http::HeaderMap;

use super::cookie::cookie;

/// A line of a table: a key and its words.
type Line = (&'static str, &'static str);

/// The languages of the console; French unless somebody chose otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// The cookie that keeps the choice.
    pub(super) const COOKIE: &'static str = "estair-lang";

    /// The language of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        cookie(headers, Self::COOKIE).and_then(Self::from_name).unwrap_or_default()
    }

    /// The language of a code.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Fr, Self::En].into_iter().find(|lang| lang.name() == name)
    }

    /// Its code.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The other one.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    const fn tables(self) -> [&'static [Line]; 2] {
        match self {
            Self::Fr => fr::TABLES,
            Self::En => en::TABLES,
        }
    }

    /// The words of a key. The tables are sorted by key, and no key is in both: a test holds them so.
    pub(super) fn find(self, key: &str) -> Option<&'static str> {
        self.tables().into_iter().find_map(|table| {
            let place = table.binary_search_by_key(&key, |(key, _)| key).ok()?;
            table.get(place).map(|(_, words)| *words)
        })
    }
}

#[cfg(test)]
mod tests;
