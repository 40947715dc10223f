//! Signatures of webhooks, after Standard Webhooks: who sent a body, that it is whole, and that it is fresh (G7).
//!
//! Signed is `{id}.{timestamp}.{raw body}` with HMAC-SHA256. During a rotation several secrets hold at once: a delivery
//! is signed with all of them and accepted with any. Signatures are compared in constant time, over the bytes as they
//! came. No secret is ever shown, by `Debug` neither.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use estair_core::clock::{IdSource, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// The header with the message's id: the same on every retry and replay.
pub const ID: &str = "webhook-id";
/// The header with the instant of the attempt, in unix seconds.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures.
pub const SIGNATURE: &str = "webhook-signature";

/// How far the instant of an attempt may lie from the receiver's clock, in seconds.
pub const TOLERANCE_SECONDS: u64 = 300;

/// Signatures of one header that are looked at.
const MAX_SIGNATURES: usize = 16;

/// How a secret begins, and how long it is without its prefix, in bytes.
const PREFIX: &str = "whsec_";
const MIN_SECRET: usize = 24;
const MAX_SECRET: usize = 64;

/// The secrets of an endpoint: one, or several during a rotation, the newest first.
#[derive(Clone)]
pub struct Secrets(Vec<Vec<u8>>);

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// No secret at all.
    #[error("a secret is needed: whsec_ and the base64 of {MIN_SECRET} to {MAX_SECRET} bytes")]
    Missing,
    /// Not `whsec_` and base64.
    #[error("a secret is whsec_ and base64")]
    Malformed,
    /// Too short to be safe, or longer than the standard has it.
    #[error("a secret has {MIN_SECRET} to {MAX_SECRET} bytes, this one has {0}")]
    Length(usize),
}

/// Why a delivery is not believed. To the caller they all look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A header is not there, or unreadable.
    #[error("{0} is missing or unreadable")]
    Header(&'static str),
    /// Too old, or from the future.
    #[error("the timestamp is more than {TOLERANCE_SECONDS} s away")]
    Stale,
    /// Signed by somebody else, or changed on the way.
    #[error("no signature matches")]
    Mismatch,
}

impl FromStr for Secrets {
    type Err = SecretError;

    /// Reads `whsec_…`, several separated by spaces.
    fn from_str(text: &str) -> Result<Self, SecretError> {
        let keys = text.split_ascii_whitespace().map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SecretError::Missing) } else { Ok(Self(keys)) }
    }
}

fn key(text: &str) -> Result<Vec<u8>, SecretError> {
    let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Malformed)?;
    let key = STANDARD.decode(encoded).map_err(|_| SecretError::Malformed)?;
    if (MIN_SECRET..=MAX_SECRET).contains(&key.len()) { Ok(key) } else { Err(SecretError::Length(key.len())) }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} of them)", self.0.len())
    }
}

/// A new secret of 32 random bytes, as text.
#[must_use]
pub fn generate(ids: &dyn IdSource) -> String {
    let bytes = [ids.seed().to_be_bytes(), ids.seed().to_be_bytes()].concat();
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

impl Secrets {
    /// The value of [`SIGNATURE`] for a body sent at this instant: a signature by each secret.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let signatures = self.0.iter().map(|key| format!("v1,{}", STANDARD.encode(mac(key, id, at.timestamp(), body))));
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// Checks that a body comes from who holds one of the secrets, and that it is fresh. Gives the message's id.
    ///
    /// # Errors
    /// [`SignatureError`], for the log alone.
    pub fn verify<'h>(&self, headers: &'h HeaderMap, body: &[u8], now: Timestamp) -> Result<&'h str, SignatureError> {
        let id = header(headers, ID)?;
        // A dot in the id would let the parts of what is signed be cut differently.
        if id.is_empty() || id.contains('.') {
            return Err(SignatureError::Header(ID));
        }
        let timestamp: i64 = header(headers, TIMESTAMP)?.parse().map_err(|_| SignatureError::Header(TIMESTAMP))?;
        if now.timestamp().abs_diff(timestamp) > TOLERANCE_SECONDS {
            return Err(SignatureError::Stale);
        }
        let given: Vec<_> = header(headers, SIGNATURE)?
            .split(' ')
            .take(MAX_SIGNATURES)
            .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
            .collect();
        let mut matches = Choice::from(0);
        for key in &self.0 {
            let expected = mac(key, id, timestamp, body);
            for signature in &given {
                matches |= expected.as_slice().ct_eq(signature);
            }
        }
        if matches.into() { Ok(id) } else { Err(SignatureError::Mismatch) }
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, SignatureError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| SignatureError::Header(name)),
        _ => Err(SignatureError::Header(name)),
    }
}

fn mac(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length; an empty result would match no signature of 32 bytes.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    let mac = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
    mac.finalize().into_bytes().to_vec()
}
