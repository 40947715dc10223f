//! What is done with rows that are not as they should be: a rule for each kind of dirt, and its default.

use estair_core::store::{StoreError, StoreErrorKind};
use serde::Deserialize;

use super::mapping::Instead;

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It comes, with something in the place of what is wrong; the report says so.
    Map,
    /// It does not come; the report says why.
    Quarantine,
    /// The import stops there. What came before it stays, and comes no second time.
    Refuse,
}

/// What can be wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dirt {
    /// An amount that is text, has too many decimals, or is nothing.
    Amount,
    /// A sign that its type has not. Mapped: a movement comes as an adjustment, a request without the sign.
    Sign,
    /// A currency that is not the account's. Mapped: the amount is one of the account's.
    Currency,
    /// No date, `0000-00-00`, one to come. Mapped: `instead.date`.
    Date,
    /// An account that is not there. Mapped: `instead.account`.
    Account,
    /// A state that is unknown. Mapped: `instead.state`.
    State,
    /// A category or a role that is unknown.
    Category,
    /// A number that is none, is taken, or stands twice.
    Number,
    /// A name that is empty, too long, taken, or stands twice. Mapped: a request or a ticket gets one of ours.
    Name,
    /// An address that no mail reaches. Mapped: it comes without one.
    Email,
    /// A person who did not come. Mapped: it comes without an author.
    Author,
    /// A text that is too long, or missing where there must be one. Mapped: cut, or the name in its place.
    Text,
    /// A credit request that a cancellation names and that is not there, or of another account or amount, or is being cancelled.
    Parent,
    /// A device whose endpoint or keys are none, or which is another person's.
    Device,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) dirt: Dirt,
    pub(super) why: String,
}

impl Trouble {
    pub(super) fn new(dirt: Dirt, why: impl std::fmt::Display) -> Self {
        Self { dirt, why: why.to_string() }
    }

    /// What stops an import.
    pub(super) fn refused(&self, table: &str, id: &str) -> StoreError {
        let Self { dirt, why } = self;
        let problem = format_args!("{table} {id}: {why}; the mapping refuses it (rules.{})", dirt.name());
        StoreError::new(StoreErrorKind::Other, problem)
    }
}

impl Dirt {
    /// What is done where the mapping says nothing.
    pub(super) const fn by_default(self) -> Rule {
        match self {
            Self::Name | Self::Email | Self::Author | Self::Text => Rule::Map,
            _ => Rule::Quarantine,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Sign => "sign",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::Account => "account",
            Self::State => "state",
            Self::Category => "category",
            Self::Number => "number",
            Self::Name => "name",
            Self::Email => "email",
            Self::Author => "author",
            Self::Text => "text",
            Self::Parent => "parent",
            Self::Device => "device",
        }
    }

    /// A rule that can be kept?
    pub(super) fn check(self, rule: Rule, instead: &Instead) -> Result<(), String> {
        if rule != Rule::Map {
            return Ok(());
        }
        let needed = match self {
            Self::Date => instead.date.as_ref(),
            Self::Account => instead.account.as_ref(),
            Self::State => instead.state.as_ref(),
            Self::Amount | Self::Category | Self::Number | Self::Parent | Self::Device => None,
            Self::Sign | Self::Currency | Self::Name | Self::Email | Self::Author | Self::Text => return Ok(()),
        };
        match needed {
            Some(_) => Ok(()),
            None => Err(format!("rules.{}: nothing stands in its place; quarantine or refuse it", self.name())),
        }
    }
}
