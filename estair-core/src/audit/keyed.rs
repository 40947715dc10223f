//! From where on an account's chains need the host's key (W4).

use uuid::Uuid;

use crate::audit::AuditKeys;
use crate::audit::text::ObjectText;
use crate::hash::Hash;
use crate::row::{Account, Keyed, Trail};

impl Keyed {
    /// Of an account that is created with a key: all of its chains need it.
    #[must_use]
    pub fn from_the_start(account: Uuid, keys: &AuditKeys) -> Self {
        let (version, facts) = (0, 0);
        let seal = keys.seal(text(account, version, Hash::GENESIS, Trail::EMPTY).as_bytes());
        Self { version, facts, seal }
    }

    /// Of an account whose chains were made without a key so far: what comes from now on needs it.
    #[must_use]
    pub fn from_now_on(account: &Account, keys: &AuditKeys) -> Self {
        let (version, facts) = (account.version, account.trail.count);
        let seal = keys.seal(text(account.uuid, version, account.last_hash, account.trail).as_bytes());
        Self { version, facts, seal }
    }

    /// Did one of these keys say so, of chains that had these ends there?
    #[must_use]
    pub fn is_believed(&self, account: Uuid, last_hash: Hash, last_fact: Hash, keys: &AuditKeys) -> bool {
        let trail = Trail { count: self.facts, hash: last_fact };
        keys.believe(text(account, self.version, last_hash, trail).as_bytes(), self.seal)
    }
}

fn text(account: Uuid, version: u64, last_hash: Hash, trail: Trail) -> String {
    ObjectText::after("keyed", 256)
        .show("account", Some(account))
        .show("fact", Some(trail.hash))
        .number("facts", Some(trail.count))
        .show("link", Some(last_hash))
        .number("version", Some(version))
        .end()
}
