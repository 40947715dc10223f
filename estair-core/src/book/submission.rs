//! A command with who gives it, and what it came to.

use crate::actor::{Actor, Origin};
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
    /// A command of an actor, from nowhere in particular.
    #[must_use]
    pub fn new(actor: Actor, command: Command) -> Self {
        Self { actor, origin: Origin::default(), command, key: None }
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

/// What joining a host's transaction decided. The facts are the host's to publish, once it has committed.
#[derive(Debug)]
pub struct Joined {
    /// One reply for each submission, in order.
    pub replies: Vec<Result<Reply, Refusal>>,
    /// What happened, if the host commits: see [`Book::publish`](crate::Book::publish).
    pub facts: Vec<Fact>,
}
