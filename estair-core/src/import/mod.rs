//! What comes in from a former system (L2, L3): rows of its tables, which become rows of the book by the book's own rules, as of
//! their own instants. Nobody is told of them, and no limit and no cut-off is checked.

mod account;
mod movement;

pub use account::ImportedAccount;
pub use movement::ImportedMovement;

use crate::decision::{Context, Decision, LockSet, Snapshot};
use crate::refusal::Refusal;

/// A row that comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// An account.
    Account(ImportedAccount),
    /// A movement that is not of the credit family.
    Movement(Box<ImportedMovement>),
}

/// What tells a fact of something that came in from those of what happened here: no event is made of it.
pub const IMPORTED: &str = "imported";

impl Imported {
    pub(crate) fn lock_set(&self) -> LockSet {
        match self {
            Self::Account(_) => LockSet::default(),
            Self::Movement(movement) => movement.lock_set(),
        }
    }

    /// Decides it as of its own instant: days close in their order, and what came first stands first.
    pub(crate) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        let now = match self {
            Self::Account(account) => account.at,
            Self::Movement(movement) => movement.at,
        };
        let Context { actor, origin, policy, .. } = *context;
        let mut then = Context { actor, origin, now, policy, ids: &mut *context.ids };
        match self {
            Self::Account(account) => account.decide(&mut then),
            Self::Movement(movement) => movement.decide(&mut then, snapshot),
        }
    }
}
