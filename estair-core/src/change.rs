//! What a command needs to see, what it is shown, and what was decided: the values between store and rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash as StdHash;

use uuid::Uuid;

use crate::account::{Account, Closing, LimitChange};
use crate::audit::{Hash, Log};
use crate::clock::Timestamp;
use crate::command::Answer;
use crate::fact::Fact;
use crate::id::{AccountId, Link, MovementId, RequestId, Row, SupportId};
use crate::movement::Movement;
use crate::request::Request;
use crate::support::{Comment, Support};

/// What to lock and read for a set of commands. A store locks in this order: accounts by id, requests by id (parents
/// among them), support requests by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Accounts.
    pub accounts: BTreeSet<AccountId>,
    /// Financial requests; each brings its account.
    pub requests: BTreeMap<RequestId, RequestNeed>,
    /// Movements, by name.
    pub movements: BTreeSet<String>,
    /// Support requests.
    pub supports: BTreeSet<SupportId>,
    /// Answers given before, by scope and idempotency key.
    pub answers: BTreeSet<(String, String)>,
    /// Was the transaction with this mark committed? Asked after a commit whose answer was lost.
    pub mark: Option<Uuid>,
}

/// How much of a financial request a command needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestNeed {
    /// Its account, when the caller knows it: saves the store a look before it locks.
    pub account: Option<AccountId>,
    /// Its parent too.
    pub parent: bool,
    /// Its movement too, and its parent's, and the live cancellation of itself or its parent.
    pub credit: bool,
}

impl RequestNeed {
    /// Both needs together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            account: self.account.or(other.account),
            parent: self.parent || other.parent,
            credit: self.credit || other.credit,
        }
    }
}

impl Needs {
    /// Adds another command's needs.
    pub fn merge(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        for (id, need) in other.requests {
            let entry = self.requests.entry(id).or_default();
            *entry = entry.and(need);
        }
        self.movements.extend(other.movements);
        self.supports.extend(other.supports);
        self.answers.extend(other.answers);
        self.mark = self.mark.or(other.mark);
    }
}

/// What was locked and read. Commands of one transaction are decided against it one after the other, each seeing what
/// the ones before it changed.
#[derive(Clone, Debug, Default)]
pub struct Held {
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
    /// Answers given before: the body's fingerprint and the answer.
    pub answers: BTreeMap<(String, String), (Hash, Answer)>,
    /// The mark that was asked for was found.
    pub marked: bool,
}

/// A movement that is held: in the database already, or inserted by this very transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// Its number, or its uuid while it has none.
    pub id: Link<MovementId>,
    /// The row.
    pub row: T,
}

/// A row to be inserted, or updated when it has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write<I, T> {
    /// The number of the row to be updated; none for a new row.
    pub id: Option<I>,
    /// The version the row has in the database: the update must find it, exactly once.
    pub was_version: u64,
    /// The whole row as it will be.
    pub row: T,
}

/// Rows to be written, each at most once: a later decision about a row replaces the earlier one.
#[derive(Clone, Debug)]
pub struct Writes<K, I, T> {
    rows: Vec<Write<I, T>>,
    places: HashMap<K, usize>,
}

impl<K, I, T> Default for Writes<K, I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: HashMap::new() }
    }
}

impl<K: Eq + StdHash, I: Copy, T> Writes<K, I, T> {
    /// Notes a row; the first note of a row decides whether it is new and which version it had.
    pub fn put(&mut self, key: K, id: Option<I>, was_version: u64, row: T) {
        if let Some(write) = self.places.get(&key).and_then(|place| self.rows.get_mut(*place)) {
            write.row = row;
            return;
        }
        self.places.insert(key, self.rows.len());
        self.rows.push(Write { id, was_version, row });
    }

    /// The new rows, in the order in which they were decided.
    pub fn inserts(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().filter(|write| write.id.is_none()).map(|write| &write.row)
    }

    /// The rows that exist, with their number and the version they have.
    pub fn updates(&self) -> impl Iterator<Item = (I, u64, &T)> {
        self.rows.iter().filter_map(|write| Some((write.id?, write.was_version, &write.row)))
    }

    /// Is there nothing to write?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn absorb(&mut self, other: Self, key: impl Fn(&T) -> K) {
        for write in other.rows {
            self.put(key(&write.row), write.id, write.was_version, write.row);
        }
    }
}

/// A message to be posted to Messager: rendered from its request when it is sent (G3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutbox {
    /// The account, for the order of messages (G9).
    pub account: AccountId,
    /// The request; made by this transaction perhaps.
    pub request: Link<RequestId>,
    /// The request's uuid.
    pub request_uuid: Uuid,
    /// The execution number: with the uuid, the idempotency key toward Messager.
    pub execution: u32,
    /// When it was passed.
    pub at: Timestamp,
}

/// Everything that was decided: the store writes all of it, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Accounts, new or changed.
    pub accounts: Writes<Uuid, AccountId, Account>,
    /// Changes of limits, with their account (C6).
    pub limits: Vec<(Link<AccountId>, LimitChange)>,
    /// Days that closed (F7).
    pub closings: Vec<Closing>,
    /// Financial requests, new or changed.
    pub requests: Writes<Uuid, RequestId, Request>,
    /// Movements, new or changed.
    pub movements: Writes<Uuid, MovementId, Movement>,
    /// Audit rows.
    pub logs: Vec<Log>,
    /// Support requests, new or changed.
    pub supports: Writes<Uuid, SupportId, Support>,
    /// Comments, with their support request.
    pub comments: Vec<(SupportId, Comment)>,
    /// What happened, notices included.
    pub facts: Vec<Fact>,
    /// Messages for Messager.
    pub outbox: Vec<NewOutbox>,
}

impl Changes {
    /// Was nothing decided?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // Whatever changes is a fact too.
        self.facts.is_empty() && self.logs.is_empty()
    }

    /// Adds what a later command of the same transaction decided.
    pub fn absorb(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        self.accounts.absorb(later.accounts, |row| row.uuid);
        self.limits.extend(later.limits);
        self.closings.extend(later.closings);
        self.requests.absorb(later.requests, |row| row.uuid);
        self.movements.absorb(later.movements, |row| row.uuid);
        self.logs.extend(later.logs);
        self.supports.absorb(later.supports, |row| row.uuid);
        self.comments.extend(later.comments);
        self.facts.extend(later.facts);
        self.outbox.extend(later.outbox);
    }

    /// Gives the audit rows their duration (W5).
    pub fn took(&mut self, milliseconds: u64) {
        for log in &mut self.logs {
            log.duration_ms = Some(milliseconds);
        }
    }
}

impl Held {
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
        for request in changes.requests.inserts() {
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
    }

    /// The movement of a request, by its derived name.
    #[must_use]
    pub fn movement_of(&self, request: &Request) -> Option<&Known<Movement>> {
        self.movements.get(&request.movement_name())
    }
}

/// An answer to be kept under an idempotency key, in the transaction of its effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// The actor's scope.
    pub scope: String,
    /// The key.
    pub key: String,
    /// The fingerprint of the body.
    pub fingerprint: Hash,
    /// The answer.
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
}

/// A row with its number, from the parts.
#[must_use]
pub fn row<I, T>(id: I, data: T) -> Row<I, T> {
    Row { id, data }
}
