//! Answers that are kept under a caller's key, in the transaction of their effect.

use crate::clock::Timestamp;
use crate::decision::Answer;
use crate::hash::Hash;

/// An answer to be kept under an idempotency key, in the transaction of its effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// The actor's scope.
    pub scope: String,
    /// The key.
    pub key: String,
    /// The fingerprint of the body.
    pub fingerprint: Hash,
    /// The answer.
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
}

/// A caller's promise that the same key means the same call (W3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdempotencyKey {
    /// The key, unique in its actor's scope.
    pub key: String,
    /// The fingerprint of what was asked.
    pub fingerprint: Hash,
    /// The key of the whole call, where this is the key of one entry among several. It is taken with the first of its entries that
    /// has an effect, in that entry's transaction: no other call may have it then.
    pub call: Option<String>,
}

impl IdempotencyKey {
    /// The key of a call.
    #[must_use]
    pub fn new(key: impl Into<String>, fingerprint: Hash) -> Self {
        Self { key: key.into(), fingerprint, call: None }
    }

    /// The key of one entry of this call, by its place: each entry keeps its own answer, so that what was refused, or cut off by a
    /// crash, is decided again and what was written is not.
    #[must_use]
    pub fn of_entry(&self, place: usize) -> Self {
        let key = Hash::of(format!("{}\n{place}", self.key)).to_string();
        Self { key, fingerprint: self.fingerprint, call: Some(self.key.clone()) }
    }
}

/// A call that a host does once beside the book: its key, in the scope of who gives it (W3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// The actor's scope ([`Actor::scope`](crate::Actor::scope)).
    pub scope: String,
    /// The key.
    pub key: IdempotencyKey,
}

/// What was made, by this call or by an earlier one with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made<T> {
    /// As it was made.
    pub made: T,
    /// It was made by an earlier call: nothing was done now.
    pub replayed: bool,
}

impl<T> Made<T> {
    /// The same of something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Made<U> {
        Made { made: change(self.made), replayed: self.replayed }
    }
}
