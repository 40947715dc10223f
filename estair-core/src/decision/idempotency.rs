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
pub struct IdempotencyKey {
    /// The key, unique in its actor's scope.
    pub key: String,
    /// The fingerprint of what was asked.
    pub fingerprint: Hash,
}
