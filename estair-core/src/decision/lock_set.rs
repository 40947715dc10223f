//! What a command must lock and read before it can be decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::id::{AccountId, RequestId, SupportId};
use crate::row::Link;

/// What to lock and read for a set of commands. A store locks in this order: accounts by id, requests by id (parents
/// among them), support requests by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockSet {
    /// Accounts.
    pub accounts: BTreeSet<AccountId>,
    /// Accounts, by their host's reference (A7).
    pub references: BTreeSet<String>,
    /// Financial requests; each brings its account.
    pub requests: BTreeMap<RequestId, RequestLock>,
    /// Movements, by name.
    pub movements: BTreeSet<String>,
    /// Support requests.
    pub supports: BTreeSet<SupportId>,
    /// Accounts of which it is needed what the former system granted on them last (L6): as of an instant, or of the present.
    pub granted_elsewhere: BTreeSet<(AccountId, Option<Timestamp>)>,
    /// Answers given before, by scope and idempotency key.
    pub answers: BTreeSet<(String, String)>,
    /// Was the transaction that wrote this fact committed? Asked after a commit whose answer was lost.
    pub committed: Option<Committed>,
}

/// A fact by which a transaction is known again: its account, its place in the account's chain and its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The account; made by that transaction perhaps.
    pub account: Link<AccountId>,
    /// The fact's place.
    pub sequence: u64,
    /// The fact's seal.
    pub hash: Hash,
}

/// Credits that the former system granted on an account which a store shows at most, the newest ones: more than a day has.
pub const MAX_GRANTED_ELSEWHERE: u32 = 1_000;

/// How much of a financial request a command locks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestLock {
    /// Its account, when the caller knows it: saves the store a look before it locks.
    pub account: Option<AccountId>,
    /// Its parent too.
    pub parent: bool,
    /// Its movement too, and its parent's, and the live cancellation of itself or its parent.
    pub credit: bool,
}

impl RequestLock {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            account: self.account.or(other.account),
            parent: self.parent || other.parent,
            credit: self.credit || other.credit,
        }
    }
}

impl LockSet {
    /// Adds another command's locks.
    pub fn merge(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.references.extend(other.references);
        for (id, need) in other.requests {
            let entry = self.requests.entry(id).or_default();
            *entry = entry.and(need);
        }
        self.movements.extend(other.movements);
        self.supports.extend(other.supports);
        self.granted_elsewhere.extend(other.granted_elsewhere);
        self.answers.extend(other.answers);
        self.committed = self.committed.or(other.committed);
    }
}
