//! What was locked and read, as the commands of one transaction see it one after the other (W7).

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Timestamp;
use crate::decision::{Answer, Changes};
use crate::hash::Hash;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::money::Money;
use crate::row::{Account, Link, Movement, Request, Support};
use uuid::Uuid;

/// What was locked and read. Commands of one transaction are decided against it one after the other, each seeing what
/// the ones before it changed.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Accounts.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Financial requests.
    pub requests: BTreeMap<RequestId, Request>,
    /// Movements, by name.
    pub movements: BTreeMap<String, Known<Movement>>,
    /// By parent: the cancellation that is neither closed nor cancelled (R5).
    pub live_cancellations: BTreeSet<RequestId>,
    /// Support requests.
    pub supports: BTreeMap<SupportId, Support>,
    /// What the former system granted, by account (L6).
    pub granted_elsewhere: BTreeMap<AccountId, BTreeMap<Uuid, GrantedElsewhere>>,
    /// Answers given before: the body's fingerprint and the answer.
    pub answers: BTreeMap<(String, String), (Hash, Answer)>,
    /// The fact that was asked for is there: its transaction was committed.
    pub is_committed: bool,
}

/// A movement that is held: in the database already, or inserted by this very transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// Its number, or its uuid while it has none.
    pub id: Link<MovementId>,
    /// The row.
    pub row: T,
}

/// A credit that the former system granted (L6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantedElsewhere {
    /// The instant as of which it was decided.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
}

impl Snapshot {
    /// The account, which every command that names one must find.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// Shows the next command what this one changed.
    pub fn apply(&mut self, changes: &Changes) {
        for (id, _, account) in changes.accounts.updates() {
            self.accounts.insert(id, account.clone());
        }
        for (id, _, request) in changes.requests.updates() {
            self.requests.insert(id, request.clone());
        }
        // A row that keeps a number is known by it at once (L3).
        let number = |uuid: &Uuid| changes.numbers.get(uuid).copied();
        for support in changes.supports.inserts() {
            self.supports.extend(number(&support.uuid).map(|id| (SupportId(id), support.clone())));
        }
        for request in changes.requests.inserts() {
            self.requests.extend(number(&request.uuid).map(|id| (RequestId(id), request.clone())));
            if let Some(parent) = request.parent.filter(|_| !request.status.is_final()) {
                self.live_cancellations.insert(parent);
            }
        }
        for (_, _, request) in changes.requests.updates() {
            if let Some(parent) = request.parent.filter(|_| request.status.is_final()) {
                self.live_cancellations.remove(&parent);
            }
        }
        for movement in changes.movements.inserts() {
            let known = Known { id: Link::New(movement.uuid), row: movement.clone() };
            self.movements.insert(movement.name.clone(), known);
        }
        for (id, _, movement) in changes.movements.updates() {
            self.movements.insert(movement.name.clone(), Known { id: Link::Id(id), row: movement.clone() });
        }
        for (id, _, support) in changes.supports.updates() {
            self.supports.insert(id, support.clone());
        }
        for shadow in &changes.shadows {
            let granted = shadow.granted().map(|amount| (shadow.uuid, GrantedElsewhere { at: shadow.at, amount }));
            self.granted_elsewhere.entry(shadow.account).or_default().extend(granted);
        }
    }

    /// The movement of a request, by its derived name.
    #[must_use]
    pub fn movement_of(&self, request: &Request) -> Option<&Known<Movement>> {
        self.movements.get(&request.movement_name())
    }
}
