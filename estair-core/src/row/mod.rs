//! What the tables of the book hold, as values, each with what it can say of itself: no decision, no storage.
//!
//! Rows lie below everything that decides, saves or reads them; each noun shows its own again ([`account`](crate::account),
//! [`request`](crate::request), [`movement`](crate::movement), [`support`](crate::support)). Rows of one transaction refer
//! to each other by uuid ([`Link`]) until the database has given them their numbers ([`Numbers`]).

mod account;
mod comment;
mod details;
mod movement;
mod outbox;
mod request;
mod rollout;
mod shadow;
mod support;

pub use account::{
    Account, AccountChange, AccountField, AccountStatus, Closing, Effect, FIGURES, Indicators, Keyed, LimitChange,
    Reference, Standing, State, Trail, past_state,
};
pub use comment::{Comment, Thread};
pub use details::{DetailColumn, DetailField, Details};
pub use movement::{
    Failure, Movement, MovementStatus, Posted, name_for_reference, name_for_request, reference_of_expiry,
};
pub use outbox::OutboxEntry;
pub use request::{GrantedCredit, Pass, Request, name_of};
pub use rollout::{Rollout, RolloutPlan, Switched};
pub use shadow::{ShadowDecision, ShadowOutcome};
pub use support::{Assignee, LastComment, Side, Support, SupportStatus, Turn};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;
use uuid::Uuid;

/// A row that has its number, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row<I, T> {
    /// The number that the database gave.
    pub id: I,
    /// The row's content.
    #[serde(flatten)]
    pub data: T,
}

impl<I, T> Deref for Row<I, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.data
    }
}

/// A reference to a row that may have been made by the same transaction, whose number is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Link<I> {
    /// A row that exists.
    Id(I),
    /// A row that this transaction inserts, by its uuid.
    New(Uuid),
}

impl<I: Copy + From<u64>> Link<I> {
    /// The number, when the row existed before.
    #[must_use]
    pub fn known(self) -> Option<I> {
        match self {
            Self::Id(id) => Some(id),
            Self::New(_) => None,
        }
    }

    /// The number, once the transaction's rows have theirs.
    #[must_use]
    pub fn resolve(self, numbers: &Numbers) -> Option<I> {
        match self {
            Self::Id(id) => Some(id),
            Self::New(uuid) => numbers.get(uuid).map(I::from),
        }
    }
}

/// The numbers that a store gave to the rows a transaction inserted, by uuid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(BTreeMap<Uuid, u64>);

impl Numbers {
    /// Notes that the row `uuid` has become number `number`.
    pub fn insert(&mut self, uuid: Uuid, number: u64) {
        self.0.insert(uuid, number);
    }

    /// The number of a row, if this transaction inserted it.
    #[must_use]
    pub fn get(&self, uuid: Uuid) -> Option<u64> {
        self.0.get(&uuid).copied()
    }
}
