//! What a verification found.

use std::fmt;

use serde::Serialize;

use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::store::{StoreError, StoreErrorKind};

/// Findings that a report keeps; more are only counted.
const MAX_FINDINGS: usize = 10_000;

/// Something that is not as it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// On which account.
    pub account: Option<AccountId>,
    /// With which movement.
    pub movement: Option<MovementId>,
    /// With which financial request.
    pub request: Option<RequestId>,
    /// With which support request.
    pub support: Option<SupportId>,
    /// What is off, with both values.
    pub problem: String,
}

impl Finding {
    pub(super) fn on_account(account: AccountId, problem: impl fmt::Display) -> Self {
        Self { account: Some(account), problem: problem.to_string(), ..Self::default() }
    }

    pub(super) fn on_movement(movement: MovementId, problem: impl fmt::Display) -> Self {
        Self { movement: Some(movement), problem: problem.to_string(), ..Self::default() }
    }

    pub(super) fn on_request(request: RequestId, problem: impl fmt::Display) -> Self {
        Self { request: Some(request), problem: problem.to_string(), ..Self::default() }
    }

    pub(super) fn on_support(support: SupportId, problem: impl fmt::Display) -> Self {
        Self { support: Some(support), problem: problem.to_string(), ..Self::default() }
    }

    pub(super) fn of_account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    pub(super) fn with_movement(self, movement: Option<MovementId>) -> Self {
        Self { movement, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = [
            self.account.map(|id| format!("account {id}")),
            self.movement.map(|id| format!("movement {id}")),
            self.request.map(|id| format!("request {id}")),
            self.support.map(|id| format!("support request {id}")),
        ];
        let ids: Vec<_> = ids.into_iter().flatten().collect();
        if ids.is_empty() { f.write_str(&self.problem) } else { write!(f, "{}: {}", ids.join(", "), self.problem) }
    }
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Accounts that were computed again.
    pub accounts: u64,
    /// Links of chains whose movement was summed and whose seal was computed again.
    pub links: u64,
    /// Facts whose seal was computed again.
    pub facts: u64,
    /// What is off, at most 10,000.
    pub findings: Vec<Finding>,
    /// How many findings there were in all.
    pub found: u64,
    /// What is no fault and has to be known: what went with an import that was undone (L5).
    pub told: Vec<String>,
}

impl Report {
    /// What a read gave; none where a row cannot be read: that is a finding, and other tables are looked at all the same.
    pub(super) fn note<T>(&mut self, read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match read {
            Err(error) if error.kind() == StoreErrorKind::Corrupt => {
                self.find(Finding { problem: error.to_string(), ..Finding::default() });
                Ok(None)
            }
            read => read.map(Some),
        }
    }

    /// Is all as it must be?
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.found == 0
    }

    pub(super) fn tell(&mut self, what: String) {
        self.told.push(what);
    }

    pub(super) fn find(&mut self, finding: Finding) {
        self.found = self.found.saturating_add(1);
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }
}
