//! The one way in which evidence becomes the text that is sealed: an object of JSON with sorted keys and no blanks, in which
//! what is not there is left out.

use std::fmt::{Display, Write as _};

use serde_json::Value;

use crate::clock::{Timestamp, rfc3339};
use crate::row::{DetailColumn, DetailField, Details};

/// An object in the making. Its keys come in order; a tree of values would cost more than all the rest of a posting.
pub(crate) struct ObjectText<'d> {
    text: String,
    last: &'static str,
    /// A movement's own columns, and those that were not reached yet.
    details: Option<(&'d Details, &'static [DetailColumn])>,
}

impl<'d> ObjectText<'d> {
    /// An object in a text that has room for so many bytes, behind what stands before it.
    pub(crate) fn after(before: impl Display, room: usize) -> Self {
        let mut text = String::with_capacity(room);
        // A string takes everything, here and below.
        let _ = write!(text, "{before}\n{{");
        Self { text, last: "", details: None }
    }

    /// The columns of a movement, each in its place among the keys that follow.
    pub(crate) fn among(self, details: &'d Details) -> Self {
        Self { details: Some((details, Details::COLUMNS)), ..self }
    }

    fn key(&mut self, key: &'static str) {
        self.details_before(Some(key));
        self.open(key);
    }

    /// Writes the columns whose names come before a key; all that are left, where there is none.
    fn details_before(&mut self, key: Option<&'static str>) {
        while let Some((details, [column, left @ ..])) = self.details
            && key.is_none_or(|key| column.name < key)
        {
            self.details = Some((details, left));
            match column.field {
                DetailField::Text { get, .. } => {
                    if let Some(text) = get(details) {
                        self.open(column.name);
                        self.quoted(text);
                    }
                }
                DetailField::Number { get, .. } => {
                    if let Some(number) = get(details) {
                        self.open(column.name);
                        let _ = write!(self.text, "{number}");
                    }
                }
                DetailField::Instant { get, .. } => {
                    if let Some(at) = get(details) {
                        self.open(column.name);
                        let _ = write!(self.text, "\"{}\"", rfc3339(*at));
                    }
                }
            }
        }
    }

    fn quoted(&mut self, value: &str) {
        let plain = value.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f);
        let _ = if plain { write!(self.text, "\"{value}\"") } else { write!(self.text, "{}", Value::from(value)) };
    }

    fn open(&mut self, key: &'static str) {
        debug_assert!(self.last < key, "{key} comes before {}", self.last);
        self.text.push_str(if self.last.is_empty() { "\"" } else { ",\"" });
        self.text.push_str(key);
        self.text.push_str("\":");
        self.last = key;
    }

    /// A text that somebody wrote.
    pub(crate) fn text(mut self, key: &'static str, value: Option<&str>) -> Self {
        let Some(value) = value else { return self };
        self.key(key);
        self.quoted(value);
        self
    }

    /// A text of our own, in which nothing is to be escaped: a name, a uuid, an amount, a hash.
    pub(crate) fn show(mut self, key: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        self.key(key);
        let _ = write!(self.text, "\"{value}\"");
        self
    }

    /// An instant.
    pub(crate) fn at(self, key: &'static str, at: Option<Timestamp>) -> Self {
        self.show(key, at.map(rfc3339))
    }

    /// A number.
    pub(crate) fn number(mut self, key: &'static str, value: Option<u64>) -> Self {
        let Some(value) = value else { return self };
        self.key(key);
        let _ = write!(self.text, "{value}");
        self
    }

    /// Something that is JSON already.
    pub(crate) fn json(mut self, key: &'static str, value: impl Display) -> Self {
        self.key(key);
        let _ = write!(self.text, "{value}");
        self
    }

    /// The whole text.
    pub(crate) fn end(mut self) -> String {
        self.details_before(None);
        self.text.push('}');
        self.text
    }
}
