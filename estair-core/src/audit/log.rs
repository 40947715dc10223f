//! A row of `mouvement_logs`, and the link of a chain that it may be.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::id::{AccountId, MovementId, UserId};
use crate::named::named;
use crate::row::{Link, State};

named! {
    /// What a log row tells of its attempt.
    LogStatus {
        /// Not begun.
        Pending = "pending",
        /// Begun.
        Processing = "processing",
        /// The movement was written.
        Success = "success",
        /// It was not (W2).
        Failed = "failed",
    }
}

/// A row of `mouvement_logs`. Only added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Its movement.
    pub movement: Link<MovementId>,
    /// Its account.
    pub account: AccountId,
    /// Which attempt, from 1.
    pub attempt_number: u32,
    /// Written or failed.
    pub outcome: Outcome,
    /// How long it took until it was saved, by the injected clock.
    pub duration_ms: Option<u64>,
    /// Who triggered it; none for a trusted service (W5).
    pub triggered_by: Option<UserId>,
    /// From where.
    pub ip_address: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::large_enum_variant, reason = "failures are rare: boxing every link would cost more")]
pub enum Outcome {
    /// Written: a link of the account's chain.
    Success(ChainLink),
    /// Not written: the error.
    Failed {
        /// What went wrong.
        error: String,
    },
}

/// One link of an account's chain of states and hashes (W4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainLink {
    /// The account's version after it: 1 for the first.
    pub version: u64,
    /// The account before, as stored: not rolled to a new day yet.
    pub before: State,
    /// The account after.
    pub after: State,
    /// The previous link's hash.
    pub previous_hash: Hash,
    /// This link's own.
    pub hash: Hash,
}

/// Each indicator that moved, with its old and new value (W5).
#[must_use]
pub fn changes(before: &State, after: &State) -> Value {
    let moved = before.figures().into_iter().zip(after.figures()).filter(|((_, old), (_, new))| old != new);
    let object: Map<String, Value> = moved
        .map(|((name, old), (_, new))| (name.to_owned(), json!({ "old": old.to_string(), "new": new.to_string() })))
        .collect();
    Value::Object(object)
}

impl Log {
    /// The row's status.
    #[must_use]
    pub const fn status(&self) -> LogStatus {
        match self.outcome {
            Outcome::Success(_) => LogStatus::Success,
            Outcome::Failed { .. } => LogStatus::Failed,
        }
    }

    /// The chain link of a successful row.
    #[must_use]
    pub const fn link(&self) -> Option<&ChainLink> {
        match &self.outcome {
            Outcome::Success(link) => Some(link),
            Outcome::Failed { .. } => None,
        }
    }
}
