//! Idempotency keys (W3): the same key and the same body give the first answer again.
//!
//! A key belongs to one call of its actor, whatever that call is: a movement alone and a batch share no key.
//!
//! The core keeps keys and answers in the transaction of their effect, scoped to the actor. Here the key is read, the body
//! fingerprinted, and a second call refused while the first is still running in this process; between processes the
//! database's unique key decides.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Method};
use estair_core::actor::Actor;
use estair_core::decision::IdempotencyKey;
use estair_core::hash::Hash;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text;

/// The header that carries the key.
pub const HEADER: &str = "idempotency-key";
/// The header that says that an answer was given before.
pub const REPLAYED: &str = "idempotent-replayed";

/// The key of a call, with the fingerprint of its method, its path below the mount point and its body by value.
///
/// # Errors
/// A fault of the header.
pub fn key_of(
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    canonical_body: &str,
) -> Result<Option<IdempotencyKey>, FieldError> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(FieldError::new("Idempotency-Key", "is there more than once"));
    }
    let key = text::idempotency_key(value.to_str().unwrap_or_default())?;
    let fingerprint = Hash::of(format!("{method} {path}\n{canonical_body}"));
    Ok(Some(IdempotencyKey::new(key, fingerprint)))
}

/// The calls with a key that run in this process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct RunningCalls(Arc<Mutex<HashSet<(String, String)>>>);

/// A call that runs; dropped, its key is free again.
#[derive(Debug)]
pub struct RunningCall {
    calls: RunningCalls,
    call: (String, String),
}

impl RunningCalls {
    /// Notes that a call with this key runs.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyInProgress`] while another one does.
    pub fn enter(&self, actor: &Actor, key: &IdempotencyKey) -> Result<RunningCall, Refusal> {
        let call = (actor.scope(), key.key.clone());
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(call.clone()) {
            return Ok(RunningCall { calls: self.clone(), call });
        }
        Err(Refusal::IdempotencyInProgress)
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.calls.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.call);
    }
}
