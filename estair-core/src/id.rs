//! Ids of rows: numbers that the database gives, each of its own type so that they cannot be mixed up.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }
    )*};
}

ids! {
    /// An agency's account.
    AccountId,
    /// A financial request.
    RequestId,
    /// A movement of the book.
    MovementId,
    /// A support request.
    SupportId,
    /// A comment on a support request.
    CommentId,
    /// A person who signs in to the host.
    UserId,
    /// A fact of the timeline.
    FactId,
}

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
