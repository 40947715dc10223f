//! The rows of the book. The same shape twice: what is committed, and what a transaction has written on top of it.

use crate::account::{Account, AccountChange, Closing, LimitChange};
use crate::audit::Log;
use crate::clock::{BusinessDay, Timestamp};
use crate::decision::{Answer, Committed};
use crate::fact::Fact;
use crate::hash::Hash;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::movement::Movement;
use crate::request::{GrantedCredit, Request};
use crate::row::{Link, OutboxEntry, ShadowDecision};
use crate::support::{Comment, Support};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Tables {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) limits: BTreeMap<u64, (AccountId, LimitChange)>,
    pub(super) account_changes: BTreeMap<u64, (AccountId, AccountChange)>,
    pub(super) closings: BTreeMap<(AccountId, BusinessDay), Closing>,
    pub(super) requests: BTreeMap<RequestId, Request>,
    /// The cancellations of a credit request, by parent.
    pub(super) children: BTreeMap<RequestId, BTreeSet<RequestId>>,
    pub(super) movements: BTreeMap<MovementId, Movement>,
    pub(super) names: BTreeMap<String, MovementId>,
    pub(super) logs: BTreeMap<u64, Log>,
    pub(super) supports: BTreeMap<SupportId, Support>,
    pub(super) comments: BTreeMap<CommentId, Comment>,
    pub(super) facts: BTreeMap<FactId, Fact>,
    /// Facts whose notices were not fanned out.
    pub(super) pending: BTreeSet<FactId>,
    /// What both systems decided (L6).
    pub(super) shadows: BTreeMap<u64, ShadowDecision>,
    pub(super) outbox: Vec<NewEntry>,
    /// Every name that must not be given twice, by what it names.
    pub(super) unique: BTreeSet<(&'static str, String)>,
    /// Facts by their place in their account's chain.
    pub(super) places: BTreeMap<(AccountId, u64), FactId>,
    pub(super) answers: BTreeMap<(String, String), (Hash, Answer)>,
}

/// An outbox entry that a transaction wrote; it becomes a job when it is committed.
pub(super) struct NewEntry {
    pub(super) account: AccountId,
    pub(super) entry: OutboxEntry,
    pub(super) at: Timestamp,
}

impl Tables {
    /// Makes what a transaction wrote part of what is committed.
    pub(super) fn absorb(&mut self, written: Self) {
        self.accounts.extend(written.accounts);
        self.limits.extend(written.limits);
        self.account_changes.extend(written.account_changes);
        self.closings.extend(written.closings);
        self.requests.extend(written.requests);
        self.children.extend(written.children);
        self.movements.extend(written.movements);
        self.names.extend(written.names);
        self.logs.extend(written.logs);
        self.supports.extend(written.supports);
        self.comments.extend(written.comments);
        self.facts.extend(written.facts);
        self.pending.extend(written.pending);
        self.shadows.extend(written.shadows);
        self.unique.extend(written.unique);
        self.places.extend(written.places);
        self.answers.extend(written.answers);
    }
}

/// What a transaction sees: its own rows, and the committed ones under them.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) committed: &'a Tables,
    pub(super) written: &'a Tables,
}

impl<'a> View<'a> {
    pub(super) fn account(self, id: AccountId) -> Option<&'a Account> {
        self.written.accounts.get(&id).or_else(|| self.committed.accounts.get(&id))
    }

    /// The account that has this reference (A7).
    pub(super) fn referred(self, reference: &str) -> Option<AccountId> {
        let is_of = |account: &Account| account.reference.as_ref().is_some_and(|known| known.name == reference);
        let mut accounts = self.written.accounts.iter().chain(&self.committed.accounts);
        accounts.find(|(_, account)| is_of(account)).map(|(id, _)| *id)
    }

    pub(super) fn request(self, id: RequestId) -> Option<&'a Request> {
        self.written.requests.get(&id).or_else(|| self.committed.requests.get(&id))
    }

    pub(super) fn movement(self, id: MovementId) -> Option<&'a Movement> {
        self.written.movements.get(&id).or_else(|| self.committed.movements.get(&id))
    }

    pub(super) fn named(self, name: &str) -> Option<(MovementId, &'a Movement)> {
        let id = *self.written.names.get(name).or_else(|| self.committed.names.get(name))?;
        Some((id, self.movement(id)?))
    }

    pub(super) fn support(self, id: SupportId) -> Option<&'a Support> {
        self.written.supports.get(&id).or_else(|| self.committed.supports.get(&id))
    }

    pub(super) fn answer(self, key: &(String, String)) -> Option<&'a (Hash, Answer)> {
        self.written.answers.get(key).or_else(|| self.committed.answers.get(key))
    }

    pub(super) fn children(self, parent: RequestId) -> Option<&'a BTreeSet<RequestId>> {
        self.written.children.get(&parent).or_else(|| self.committed.children.get(&parent))
    }

    /// Is a cancellation of this credit request neither closed nor cancelled (R5)?
    pub(super) fn is_being_cancelled(self, parent: RequestId) -> bool {
        let live = |id: &RequestId| self.request(*id).is_some_and(|request| !request.status.is_final());
        self.children(parent).is_some_and(|children| children.iter().any(live))
    }

    /// What has become of the credit that a request granted.
    pub(super) fn granted(self, id: RequestId, request: &Request) -> GrantedCredit {
        let active = self.named(&request.movement_name()).is_some_and(|(_, movement)| movement.is_active_credit());
        GrantedCredit { active, being_cancelled: self.is_being_cancelled(id) }
    }

    pub(super) fn fact(self, id: FactId) -> Option<&'a Fact> {
        self.written.facts.get(&id).or_else(|| self.committed.facts.get(&id))
    }

    /// Is the fact there by which a transaction is known again?
    pub(super) fn is_committed(self, by: &Committed) -> bool {
        match by.account {
            Link::New(uuid) => self.committed.accounts.values().any(|account| account.uuid == uuid),
            Link::Id(id) => {
                let place = (id, by.sequence);
                let fact = self.written.places.get(&place).or_else(|| self.committed.places.get(&place));
                let seal = fact.and_then(|id| self.fact(*id)).and_then(|fact| fact.seal);
                seal.is_some_and(|seal| seal.hash == by.hash)
            }
        }
    }
}
