//! The domains that may hand Messager messages, each known by its token (G7).

use std::fmt;

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// A domain and the hash of its token.
#[derive(Clone)]
pub struct Domain {
    name: String,
    token_hash: [u8; 32],
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Domain({})", self.name)
    }
}

impl Domain {
    /// A domain whose callers show this token.
    #[must_use]
    pub fn new(name: impl Into<String>, token: &str) -> Self {
        Self { name: name.into(), token_hash: Sha256::digest(token).into() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The domain whose token the headers show. All are compared, each in constant time.
#[must_use]
pub fn of_headers<'d>(domains: &'d [Domain], headers: &HeaderMap) -> Option<&'d Domain> {
    let token = headers.get("authorization")?.to_str().ok()?;
    let (scheme, token) = token.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let given = Sha256::digest(token.trim());
    let mut found = None;
    for domain in domains {
        let same: Choice = domain.token_hash.as_slice().ct_eq(given.as_slice());
        if same.into() {
            found = Some(domain);
        }
    }
    found
}
