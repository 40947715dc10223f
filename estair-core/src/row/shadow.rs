//! What both systems decided of the same request (L6).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::category::Category;
use crate::clock::{BusinessDay, Timestamp};
use crate::id::{AccountId, UserId};
use crate::json::Json;
use crate::money::Money;
use crate::named::named;

named! {
    /// What became, or would have become, of a request, as a preview says it.
    ShadowOutcome {
        /// It passes.
        ToTreat = "to_treat",
        /// It waits.
        Waiting = "waiting",
        /// It stays open.
        Open = "open",
        /// It is refused.
        Refused = "refused",
    }
}

/// A request that the former system decided, decided here too; nothing of it is in the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowDecision {
    /// Its own name among all rows.
    pub uuid: Uuid,
    /// Whose.
    pub account: AccountId,
    /// The instant as of which it was decided.
    pub at: Timestamp,
    /// The business day of that instant.
    pub day: BusinessDay,
    /// What was asked for, where it could be read.
    pub category: Option<Category>,
    /// How much, where it could be read.
    pub amount: Option<Money>,
    /// The request, as it came.
    pub draft: Json,
    /// What our rules say.
    pub ours: ShadowOutcome,
    /// The code of our refusal, where there is one.
    pub code: Option<String>,
    /// The limit on which that rests.
    pub limit: Money,
    /// The active credit on which it rests.
    pub active_credit: Money,
    /// What the former system said.
    pub legacy: ShadowOutcome,
    /// The limit of the former system, where it was given.
    pub legacy_limit: Option<Money>,
    /// Its active credit, where it was given.
    pub legacy_active_credit: Option<Money>,
    /// Its balance, where it was given.
    pub legacy_balance: Option<Money>,
    /// Do both say the same?
    pub agree: bool,
    /// Who told.
    pub by: Option<UserId>,
    /// When it was kept.
    pub created_at: Timestamp,
}

impl ShadowDecision {
    /// The credit that the former system granted with it: it counts as active for the rest of the day.
    #[must_use]
    pub fn granted(&self) -> Option<Money> {
        let credit = self.category.is_some_and(|category| category.definition().limited);
        let granted = credit && self.legacy == ShadowOutcome::ToTreat;
        self.amount.filter(|amount| granted && amount.is_positive())
    }
}
