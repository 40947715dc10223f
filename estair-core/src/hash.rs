//! SHA-256, and the one way in which a JSON value becomes the text that is hashed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first link of a chain names as its previous one.
    pub const GENESIS: Self = Self([0; 32]);

    /// Over some text.
    #[must_use]
    pub fn of(text: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// From its 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0_u8; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0_u8; 64];
        for (to, digit) in digits.iter_mut().zip(self.0.iter().flat_map(|byte| [byte >> 4, byte & 0xF])) {
            *to = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        }
        f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}

/// JSON with sorted keys and no blanks, whatever order a host's features give to maps.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => canonical_map(map),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

/// As [`canonical`], of an object.
pub(crate) fn canonical_map(map: &Map<String, Value>) -> String {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    let part = |(key, value): &(&String, &Value)| format!("{}:{}", Value::from(key.as_str()), canonical(value));
    format!("{{{}}}", entries.iter().map(part).collect::<Vec<_>>().join(","))
}
