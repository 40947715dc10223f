//! The text that a link's hash covers (W4).

use serde_json::Value;
use std::fmt;
use std::fmt::Write as _;
use uuid::Uuid;

use crate::clock::{Timestamp, rfc3339};
use crate::hash::Hash;
use crate::money::Money;
use crate::movement_type::MovementType;
use crate::row::State;

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
