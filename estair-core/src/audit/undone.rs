//! The sealed row of an import that was undone (L5): the one trace of rows of the audit trail that went.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::{AuditKeys, Sealing};
use crate::clock::Timestamp;
use crate::hash::{Hash, canonical};
use crate::id::AccountId;

/// The ends of an account's chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The account's number.
    pub account: AccountId,
    /// Its uuid.
    pub uuid: Uuid,
    /// How many links its chain had.
    pub links: u64,
    /// The seal of the last one.
    pub link: Hash,
    /// How many facts there were.
    pub facts: u64,
    /// The seal of the last one.
    pub fact: Hash,
}

/// What went with a run of an import that was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneImport {
    /// The run's number.
    pub run: u64,
    /// When it began.
    pub began: Timestamp,
    /// When it was undone.
    pub undone: Timestamp,
    /// Where the chains of its accounts ended then.
    pub heads: Vec<Head>,
    /// How many rows went, by table.
    pub rows: BTreeMap<String, u64>,
    /// Is its seal made with the host's key?
    pub keyed: bool,
}

impl UndoneImport {
    fn text(&self) -> String {
        canonical(&serde_json::to_value(self).unwrap_or_default())
    }

    /// Its seal.
    #[must_use]
    pub fn seal(&self, keys: Option<&AuditKeys>) -> Hash {
        Sealing::with(keys.filter(|_| self.keyed)).seal(self.text().as_bytes())
    }

    /// Is this its seal? None where it cannot be said: it needs the key, and there is none.
    #[must_use]
    pub fn is_sealed_by(&self, seal: Hash, keys: Option<&AuditKeys>) -> Option<bool> {
        if self.keyed && keys.is_none() {
            return None;
        }
        Some(Sealing::with(keys.filter(|_| self.keyed)).believe(self.text().as_bytes(), seal))
    }

    /// Did an account with these ends of chains go with it? Its chains had grown since, or ended there.
    #[must_use]
    pub fn took(&self, head: &Head) -> bool {
        let goes_on = |then: (u64, Hash), now: (u64, Hash)| then.0 < now.0 || then == now;
        self.heads.iter().any(|gone| {
            (gone.account, gone.uuid) == (head.account, head.uuid)
                && goes_on((head.links, head.link), (gone.links, gone.link))
                && goes_on((head.facts, head.fact), (gone.facts, gone.fact))
        })
    }
}
