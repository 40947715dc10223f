//! What decisions stand on: who asks and when ([`Context`]), what to lock ([`LockSet`]), what was locked and read
//! ([`Snapshot`]), what was decided ([`Changes`]) and what is answered ([`PendingAnswer`], [`Answer`]).
//!
//! No decision is here: those are with their nouns, above.

mod answer;
mod changes;
mod delivered;
mod idempotency;
mod lock_set;
mod seal;
mod snapshot;

pub use answer::{Answer, BusinessOutcome, IncomingAnswer, PendingAnswer, PostedAnswer};
pub use changes::{Changes, NewOutboxEntry, Write, Writes};
pub use delivered::Delivered;
pub use idempotency::{IdempotencyKey, Made, Once, Remembered};
pub use lock_set::{Committed, LockSet, MAX_GRANTED_ELSEWHERE, RequestLock};
pub use snapshot::{GrantedElsewhere, Known, Snapshot};

use crate::actor::{Actor, Origin};
use crate::clock::{Ids, Timestamp};
use crate::policy::Policy;

/// What a decision is made in: who asks, from where, when, under which policy, with which ids.
#[derive(Debug)]
pub struct Context<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// From where.
    pub origin: &'a Origin,
    /// The instant of the command, read once.
    pub now: Timestamp,
    /// The book's policy.
    pub policy: &'a Policy,
    /// The ids of the command.
    pub ids: &'a mut Ids,
}

/// A command that was decided.
#[derive(Debug)]
pub struct Decision {
    /// What changes.
    pub changes: Changes,
    /// What is answered, once the rows have their numbers.
    pub answer: PendingAnswer,
}
