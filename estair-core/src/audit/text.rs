//! The one way in which evidence becomes the text that is sealed: an object of JSON with sorted keys and no blanks, in which
//! what is not there is left out.

use std::fmt::{Display, Write as _};

use serde_json::Value;

use crate::clock::{Timestamp, rfc3339};

/// An object in the making. Its keys come in order; a tree of values would cost more than all the rest of a posting.
pub(crate) struct ObjectText {
    text: String,
    last: &'static str,
}

impl ObjectText {
    /// An object in a text that has room for so many bytes, behind what stands before it.
    pub(crate) fn after(before: impl Display, room: usize) -> Self {
        let mut text = String::with_capacity(room);
        // A string takes everything, here and below.
        let _ = write!(text, "{before}\n{{");
        Self { text, last: "" }
    }

    fn key(&mut self, key: &'static str) {
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
        let plain = value.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f);
        let _ = if plain { write!(self.text, "\"{value}\"") } else { write!(self.text, "{}", Value::from(value)) };
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
        self.text.push('}');
        self.text
    }
}
