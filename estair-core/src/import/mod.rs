//! What comes in from a former system (L2, L3): rows of its tables, which become rows of the book by the book's own rules, as of
//! their own instants. Nobody is told of them, and no limit and no cut-off is checked.

mod account;
mod comment;
mod movement;
mod request;
mod ticket;

pub use account::ImportedAccount;
pub use comment::ImportedComment;
pub use movement::ImportedMovement;
pub use request::ImportedRequest;
pub use ticket::ImportedTicket;

use crate::clock::Timestamp;
use crate::decision::{Context, Decision, LockSet, Snapshot};
use crate::fact::Fact;
use crate::id::AccountId;
use crate::refusal::Refusal;

/// A row that comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// An account.
    Account(ImportedAccount),
    /// A support request, with its comments.
    Ticket(Box<ImportedTicket>),
    /// A financial request, with its comments.
    Request(Box<ImportedRequest>),
    /// A movement.
    Movement(Box<ImportedMovement>),
}

/// What tells a fact of something that came in from those of what happened here: no event is made of it. Its table and number there.
pub const IMPORTED: &str = "imported";

/// The run in which it came, so that this one can be undone (L5).
pub const RUN: &str = "import_run";

/// Where a row comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Table and number: `factures-17`.
    pub reference: String,
    /// The run that brings it.
    pub run: u64,
}

impl Origin {
    /// A fact that says so.
    fn mark(&self, fact: Fact) -> Fact {
        fact.with(IMPORTED, self.reference.clone()).with(RUN, self.run)
    }
}

impl Imported {
    /// As of when it comes.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Account(account) => account.at,
            Self::Ticket(ticket) => ticket.at,
            Self::Request(request) => request.at,
            Self::Movement(movement) => movement.at,
        }
    }

    /// The account to which it belongs; none for an account.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account(_) => None,
            Self::Ticket(ticket) => Some(ticket.account),
            Self::Request(request) => Some(request.account),
            Self::Movement(movement) => Some(movement.account),
        }
    }

    pub(crate) fn lock_set(&self) -> LockSet {
        match self {
            Self::Account(_) => LockSet::default(),
            Self::Ticket(ticket) => ticket.lock_set(),
            Self::Request(request) => request.lock_set(),
            Self::Movement(movement) => movement.lock_set(),
        }
    }

    /// Decides it as of its own instant: days close in their order, and what came first stands first.
    pub(crate) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        let Context { actor, origin, policy, .. } = *context;
        let mut then = Context { actor, origin, now: self.at(), policy, ids: &mut *context.ids };
        match self {
            Self::Account(account) => account.decide(&mut then),
            Self::Ticket(ticket) => ticket.decide(&mut then, snapshot),
            Self::Request(request) => request.decide(&mut then, snapshot),
            Self::Movement(movement) => movement.decide(&mut then, snapshot),
        }
    }
}
