//! The words of the pages: one table a language, complete in both.

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

    const fn table(self) -> &'static [Line] {
        match self {
            Self::Fr => fr::WORDS,
            Self::En => en::WORDS,
        }
    }

    /// The words of a key. The tables are sorted by key: a test holds them so.
    pub(super) fn find(self, key: &str) -> Option<&'static str> {
        let table = self.table();
        let place = table.binary_search_by_key(&key, |(key, _)| key).ok()?;
        table.get(place).map(|(_, words)| *words)
    }
}

#[cfg(test)]
mod tests;
