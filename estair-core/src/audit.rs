//! The audit trail: one chained log row for each successful movement, one unchained row for each failure (W2, W4, W5).
//!
//! Guarantees: the hash of a row covers the previous row's hash and the canonical text of its own content, so that a
//! change, an insertion or a removal anywhere is found ([`verify`](crate::verify)).

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::account::State;
use crate::clock::{Timestamp, rfc3339};
use crate::id::{AccountId, Link, MovementId, UserId};
use crate::money::Money;
use crate::movement::{MovementType, named};

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What a link's hash covers, besides the previous hash.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// The movement's uuid.
    pub uuid: Uuid,
    /// The movement's name.
    pub name: &'a str,
    /// The movement's type.
    pub kind: MovementType,
    /// The movement's signed amount.
    pub amount: Money,
    /// The account before.
    pub before: &'a State,
    /// The account after.
    pub after: &'a State,
    /// When.
    pub at: Timestamp,
}

impl Sealed<'_> {
    /// The hash of the link that holds this content and follows `previous` (W4).
    #[must_use]
    pub fn hash_after(&self, previous: Hash) -> Hash {
        // Written first and hashed whole: a digest that is fed piece by piece costs more than the text.
        let mut text = String::with_capacity(1024);
        // A string takes everything.
        let _ = write!(text, "{previous}\n{self}");
        Hash::of(text)
    }
}

/// JSON with sorted keys and no blanks, exact amounts with two decimals, no database-made number, no duration. Written
/// directly: as a tree of values it would cost more than all the rest of a posting.
impl fmt::Display for Sealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"{{"amount":"{}","at":"{}","currency":"{}","movement":"{}","name":{},"state_after":{},"state_before":{},"type":"{}"}}"#,
            self.amount.amount(),
            rfc3339(self.at),
            self.amount.currency(),
            self.uuid,
            Value::from(self.name),
            CanonicalState(self.after),
            CanonicalState(self.before),
            self.kind,
        )
    }
}

/// A state as [`canonical`] writes what [`State::to_json`] gives: the same text, without the tree.
struct CanonicalState<'a>(&'a State);

impl fmt::Display for CanonicalState<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(state) = self;
        let i = &state.indicators;
        write!(
            f,
            r#"{{"active_credit":"{}","balance":"{}","balance_previous_day":"{}","daily_credit":"{}","#,
            i.active_credit, i.balance, i.balance_previous_day, i.daily_credit
        )?;
        write!(
            f,
            r#""day":"{}","exposition":"{}","outstanding":"{}","version":{}}}"#,
            state.day,
            i.stored_exposition(),
            i.outstanding(),
            state.version
        )
    }
}

/// JSON with sorted keys and no blanks, whatever order a host's features give to maps.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let parts: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
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
