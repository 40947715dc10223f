//! A command with who gives it, and what it came to.

use crate::actor::{Actor, Origin};
use crate::ask::Ask;
use crate::command::Command;
use crate::decision::{Answer, IdempotencyKey};
use crate::fact::Fact;
use crate::refusal::Refusal;

/// A command, and who gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    /// What.
    pub command: Command,
    /// The caller's key, if it gave one (W3).
    pub key: Option<IdempotencyKey>,
}

impl Submission {
    /// What an actor asks, from nowhere in particular, under no key: a draft, or a [`Command`] itself.
    #[must_use]
    pub fn new(actor: Actor, ask: impl Ask) -> Self {
        Self { actor, origin: Origin::default(), command: ask.into_command(), key: None }
    }

    /// With where it is asked from.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// With the caller's key, if it gave one (W3).
    #[must_use]
    pub fn with_key(self, key: Option<IdempotencyKey>) -> Self {
        Self { key, ..self }
    }
}

/// What a command came to: its answer, and whether it was given before under the same key.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// It was given before: nothing was done now.
    pub replayed: bool,
}

/// Hears of facts after they were committed (W8). For what must survive a crash, read the facts instead.
pub trait Subscriber: Send + Sync {
    /// Something happened. Called after the commit, in the order of the facts; must not block.
    fn on_fact(&self, fact: &Fact);
}

/// What joining a host's transaction decided: nothing of it can be used before its refusals are taken.
///
/// A refused command has written nothing; the host's own rows, and those of the other commands, stand in the transaction all
/// the same. So [`accepted`](Self::accepted) comes first, and with its error the host rolls back. Who wants to commit what
/// is left says so: [`despite_refusals`](Self::despite_refusals).
#[derive(Debug)]
#[must_use = "a command may be refused: take `accepted()?` before the transaction is committed"]
pub struct Joined {
    replies: Vec<Result<Reply, Refusal>>,
    facts: Vec<Fact>,
}

impl Joined {
    pub(super) fn new(replies: Vec<Result<Reply, Refusal>>, facts: Vec<Fact>) -> Self {
        Self { replies, facts }
    }

    /// What each command came to, for who only tells of it.
    #[cfg(feature = "tracing")]
    pub(super) fn outcomes(&self) -> impl Iterator<Item = &Result<Reply, Refusal>> {
        self.replies.iter()
    }

    /// What was decided, when no command was refused.
    ///
    /// # Errors
    /// The first refusal: the host must not commit.
    pub fn accepted(self) -> Result<Accepted, Refusal> {
        let replies = self.replies.into_iter().collect::<Result<_, _>>()?;
        Ok(Accepted { replies, facts: self.facts })
    }

    /// Each reply, refusals among them, for a host that commits all the same: what was refused is not in the book, everything
    /// else is.
    pub fn despite_refusals(self) -> DespiteRefusals {
        DespiteRefusals { replies: self.replies, facts: self.facts }
    }
}

/// What commands that joined a host's transaction came to, none of them refused.
#[derive(Debug)]
#[must_use = "its facts are published once the host has committed"]
pub struct Accepted {
    /// One reply for each submission, in order.
    pub replies: Vec<Reply>,
    /// What happened, if the host commits: see [`Book::publish`](crate::Book::publish).
    pub facts: Vec<Fact>,
}

/// What commands that joined a host's transaction came to, refused or not.
#[derive(Debug)]
#[must_use = "a refused command wrote nothing"]
pub struct DespiteRefusals {
    /// One reply for each submission, in order.
    pub replies: Vec<Result<Reply, Refusal>>,
    /// What happened, if the host commits: see [`Book::publish`](crate::Book::publish).
    pub facts: Vec<Fact>,
}
