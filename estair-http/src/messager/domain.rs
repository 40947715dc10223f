//! The domains that may hand Messager messages, each known by its token (G7).

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use estair_core::hash::Hash;
use subtle::{Choice, ConstantTimeEq};

/// A domain and the hash of its token. During a rotation a domain is there twice, with either token.
#[derive(Clone)]
pub struct Domain {
    name: String,
    token_hash: String,
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
        Self::with_hash(name, Hash::of(token))
    }

    /// A domain whose callers show the token with this SHA-256.
    #[must_use]
    pub fn with_hash(name: impl Into<String>, token: Hash) -> Self {
        Self { name: name.into(), token_hash: token.to_string() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The domains of a Messager; a host may change them while it runs. Cheap to clone: clones share them.
#[derive(Clone, Debug, Default)]
pub struct Domains(Arc<RwLock<Arc<[Domain]>>>);

impl Domains {
    /// These are the domains from now on.
    pub fn set(&self, domains: impl Into<Arc<[Domain]>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = domains.into();
    }

    /// All of them, as they are now.
    #[must_use]
    pub fn all(&self) -> Arc<[Domain]> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Into<Arc<[Domain]>>> From<T> for Domains {
    fn from(domains: T) -> Self {
        Self(Arc::new(RwLock::new(domains.into())))
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
    let given = Hash::of(token.trim()).to_string();
    let mut found = None;
    for domain in domains {
        let same: Choice = domain.token_hash.as_bytes().ct_eq(given.as_bytes());
        if same.into() {
            found = Some(domain);
        }
    }
    found
}
