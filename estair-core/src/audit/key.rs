//! The key with which a host seals its audit trail (W4).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::clock::ParseError;
use crate::hash::Hash;

/// Shortest key, in characters.
const MIN_LENGTH: usize = 32;

/// The keys of a host: the first one seals, each of them is believed. Who can write the tables but has none of them cannot
/// make a chain that passes.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditKeys(Arc<[String]>);

impl AuditKeys {
    /// What the first key makes of a text.
    #[must_use]
    pub fn seal(&self, text: &[u8]) -> Hash {
        self.0.first().map_or_else(|| Hash::of(text), |key| mac(key, text))
    }

    /// Is this what one of the keys makes of the text?
    #[must_use]
    pub fn believe(&self, text: &[u8], seal: Hash) -> bool {
        self.0.iter().any(|key| mac(key, text) == seal)
    }
}

fn mac(key: &str, text: &[u8]) -> Hash {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return Hash::of(text) };
    mac.update(text);
    Hash::from_bytes(mac.finalize().into_bytes().into())
}

impl FromStr for AuditKeys {
    type Err = ParseError;

    /// Reads keys that are separated by spaces, each of at least 32 characters.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let keys: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        if keys.is_empty() || keys.iter().any(|key| key.chars().count() < MIN_LENGTH) {
            // What was given is a secret.
            let expected = "one key or several, each of at least 32 characters without a space";
            return Err(ParseError { given: "…".to_owned(), expected });
        }
        Ok(Self(keys.into()))
    }
}

impl fmt::Debug for AuditKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKeys({} hidden)", self.0.len())
    }
}

/// How the links of a chain are sealed, and told from others.
#[derive(Clone, Copy, Debug)]
pub enum Sealing<'a> {
    /// By a hash, which everybody can make.
    Plain,
    /// By a key of the host's.
    Keyed(&'a AuditKeys),
}

impl<'a> Sealing<'a> {
    /// With keys, if there are any.
    #[must_use]
    pub const fn with(keys: Option<&'a AuditKeys>) -> Self {
        match keys {
            Some(keys) => Self::Keyed(keys),
            None => Self::Plain,
        }
    }

    /// The seal of a text.
    #[must_use]
    pub fn seal(self, text: &[u8]) -> Hash {
        match self {
            Self::Plain => Hash::of(text),
            Self::Keyed(keys) => keys.seal(text),
        }
    }

    /// Is this the seal of the text?
    #[must_use]
    pub fn believe(self, text: &[u8], seal: Hash) -> bool {
        match self {
            Self::Plain => Hash::of(text) == seal,
            Self::Keyed(keys) => keys.believe(text, seal),
        }
    }
}
