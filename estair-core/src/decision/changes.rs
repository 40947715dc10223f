//! Everything that was decided, as rows to be written: the store writes all of it, or nothing (W1).

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash as StdHash;

use serde::Serialize;
use uuid::Uuid;

use crate::audit::Log;
use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::row::{
    Account, AccountChange, Closing, Comment, LimitChange, Link, Movement, Request, ShadowDecision, Support,
};

/// A row to be inserted, or updated when it has a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Write<I, T> {
    /// The number of the row to be updated; none for a new row.
    pub id: Option<I>,
    /// The version the row has in the database: the update must find it, exactly once.
    pub was_version: u64,
    /// The whole row as it will be.
    pub row: T,
}

/// Rows to be written, each at most once: a later decision about a row replaces the earlier one. Serialized, they are a list.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent, bound(serialize = "I: Serialize, T: Serialize"))]
pub struct Writes<K, I, T> {
    rows: Vec<Write<I, T>>,
    #[serde(skip)]
    keys: Vec<K>,
    /// Where each row is, once there are more than a look at each of them finds at once.
    #[serde(skip)]
    places: HashMap<K, usize>,
}

/// Rows among which one is found by looking at each.
const FEW: usize = 8;

impl<K, I, T> Default for Writes<K, I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), keys: Vec::new(), places: HashMap::new() }
    }
}

impl<K: Eq + StdHash + Copy, I: Copy, T> Writes<K, I, T> {
    /// Notes a row; the first note of a row decides whether it is new and which version it had.
    pub fn put(&mut self, key: K, id: Option<I>, was_version: u64, row: T) {
        if let Some(held) = self.get_mut(&key) {
            *held = row;
            return;
        }
        self.keys.push(key);
        self.rows.push(Write { id, was_version, row });
        let count = self.rows.len();
        if count > FEW {
            // All of them, the first time.
            let from = if self.places.is_empty() { 0 } else { count.saturating_sub(1) };
            self.places.extend(self.keys.iter().copied().enumerate().skip(from).map(|(place, key)| (key, place)));
        }
    }

    fn place(&self, key: &K) -> Option<usize> {
        if self.places.is_empty() {
            return self.keys.iter().position(|held| held == key);
        }
        self.places.get(key).copied()
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut T> {
        let place = self.place(key)?;
        self.rows.get_mut(place).map(|write| &mut write.row)
    }

    /// The new rows, in the order in which they were decided.
    pub fn inserts(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().filter(|write| write.id.is_none()).map(|write| &write.row)
    }

    /// The rows that exist, with their number and the version they have.
    pub fn updates(&self) -> impl Iterator<Item = (I, u64, &T)> {
        self.rows.iter().filter_map(|write| Some((write.id?, write.was_version, &write.row)))
    }

    /// A row that is to be written, as it will be.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&T> {
        self.rows.get(self.place(key)?).map(|write| &write.row)
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewOutboxEntry {
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
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changes {
    /// Accounts, new or changed.
    pub accounts: Writes<Uuid, AccountId, Account>,
    /// Changes of limits, with their account (C6).
    pub limits: Vec<(Link<AccountId>, LimitChange)>,
    /// Changes of accounts, with their account (A1, A2).
    pub account_changes: Vec<(Link<AccountId>, AccountChange)>,
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
    /// Comments.
    pub comments: Vec<Comment>,
    /// What happened, notices included.
    pub facts: Vec<Fact>,
    /// What both systems decided (L6).
    pub shadows: Vec<ShadowDecision>,
    /// The numbers that new rows keep from a former system, by uuid (L3); the store gives the others theirs.
    pub numbers: BTreeMap<Uuid, u64>,
    /// Messages for Messager.
    pub outbox: Vec<NewOutboxEntry>,
}

impl Changes {
    /// Was nothing decided?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // Whatever changes is a fact too, but for what the former system decided: nothing of it is in the book.
        self.facts.is_empty() && self.logs.is_empty() && self.shadows.is_empty()
    }

    /// Adds what a later command of the same transaction decided.
    pub fn absorb(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        self.accounts.absorb(later.accounts, |row| row.uuid);
        self.limits.extend(later.limits);
        self.account_changes.extend(later.account_changes);
        self.closings.extend(later.closings);
        self.requests.absorb(later.requests, |row| row.uuid);
        self.movements.absorb(later.movements, |row| row.uuid);
        self.logs.extend(later.logs);
        self.supports.absorb(later.supports, |row| row.uuid);
        self.comments.extend(later.comments);
        self.facts.extend(later.facts);
        self.shadows.extend(later.shadows);
        self.numbers.extend(later.numbers);
        self.outbox.extend(later.outbox);
    }

    /// Gives the audit rows their duration (W5): from when each was asked for until it is saved, now.
    pub fn took(&mut self, now: Timestamp) {
        for log in &mut self.logs {
            let took = now.signed_duration_since(log.created_at).num_milliseconds();
            log.duration_ms = Some(u64::try_from(took).unwrap_or(0));
        }
    }
}
