//! The book as one actor may see it: the only way in which a host's handlers read.
//!
//! Guarantees: what a permission does not grant is refused (P1); a list is narrowed to what the actor sees, and a foreign
//! row is not found, like one that does not exist (P2); a missing or foreign row is told before a missing permission (P5).
//! A handler holds a view and no reader, so it cannot forget to ask.

mod accounts;
mod movements;
mod requests;
mod search;
mod supports;
mod watch;

use std::sync::Arc;

use crate::actor::{Actor, Role};
use crate::book::Error;
use crate::fact::Fact;
use crate::id::AccountId;
use crate::import::IMPORTED;
use crate::permission::{Permission, granted, require, require_sight, sees};
use crate::refusal::Refusal;
use crate::row::{Account, Rollout, RolloutPlan, Row};
use crate::store::{Page, Reader};

pub use accounts::AccountOn;
pub use search::Found;
pub use watch::{DailyReport, News};

/// Reads of the book on behalf of an actor.
#[derive(Clone)]
pub struct View {
    reader: Arc<dyn Reader>,
    actor: Actor,
    plan: RolloutPlan,
}

impl View {
    /// What this actor sees of the book behind this reader.
    #[must_use]
    pub fn new(reader: Arc<dyn Reader>, actor: Actor) -> Self {
        Self { reader, actor, plan: RolloutPlan::default() }
    }

    /// Where accounts stand of which nothing was said (L6).
    #[must_use]
    pub fn with_rollout(self, plan: &RolloutPlan) -> Self {
        Self { plan: plan.clone(), ..self }
    }

    /// Which system an account works with (L6).
    #[must_use]
    pub fn rollout_of(&self, account: &Row<AccountId, Account>) -> Rollout {
        account.rollout.map_or_else(|| self.plan.of(account.id), |switched| switched.to)
    }

    /// Who looks.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// May the actor do this at all?
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        granted(self.actor.role(), permission).is_some()
    }

    /// Refuses what the actor may not do.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] (P1).
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        require(&self.actor, permission)
    }

    /// Is this fact among what the actor may see?
    #[must_use]
    pub fn shows(&self, fact: &Fact) -> bool {
        let seen = fact.account.known().is_some_and(|account| sees(&self.actor, account));
        // What came in from a former system did not happen now.
        let hidden = fact.data.get(IMPORTED).is_some() || (fact.is_internal() && self.actor.role() == Role::Client);
        seen && !hidden && self.may(Permission::to_read(fact.kind))
    }

    /// Narrows a filter to what the actor sees. False when that leaves nothing.
    fn narrow(&self, account: &mut Option<AccountId>) -> bool {
        let visible = account.is_none_or(|account| sees(&self.actor, account));
        *account = account.or(self.actor.account());
        visible
    }

    /// The row that the page before ended with, for an actor who does not see all: where a list begins tells something of
    /// the row it is said by, so that row has to be the actor's own.
    fn last_of(&self, page: Page) -> Option<u64> {
        self.actor.account().and(page.before)
    }

    /// A row that is there and the actor's to see, and what the actor needs to read it.
    fn seen<T>(
        &self,
        row: Option<T>,
        account: impl FnOnce(&T) -> AccountId,
        what: &'static str,
        permission: Permission,
    ) -> Result<T, Refusal> {
        let row = row.ok_or(Refusal::NotFound { what })?;
        require_sight(&self.actor, account(&row), what)?;
        self.require(permission)?;
        Ok(row)
    }
}

/// A place in a list that is said by a row: one that the actor does not see is none, like one that does not exist.
fn known_place<T>(last: Result<T, Error>) -> Result<(), Error> {
    match last {
        Err(Error::Refused(Refusal::NotFound { .. })) => Err(Refusal::invalid("cursor", "is none of this list").into()),
        other => other.map(drop),
    }
}
