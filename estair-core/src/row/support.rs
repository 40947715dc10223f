//! A support request, one line of `helpdesk`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::{AccountId, UserId};
use crate::named::named;

named! {
    /// Where a support request is.
    SupportStatus {
        /// Created.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// It waits for the client.
        Waiting = "waiting",
        /// Solved. Final.
        Closed = "closed",
        /// Given up. Final.
        Cancelled = "cancelled",
    }
}

named! {
    /// Who holds a support request.
    Assignee {
        /// Operation.
        Operation = "operation",
        /// The client, an agency.
        Agency = "agency",
        /// The client, an agent.
        Agent = "agent",
    }
}

impl SupportStatus {
    /// Does nothing change any more (S2)?
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// A support request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Its uuid.
    pub uuid: Uuid,
    /// The reference that people read.
    pub name: String,
    /// The account it is about.
    pub account: AccountId,
    /// In one line.
    pub subject: String,
    /// In full.
    pub description: String,
    /// Where it is.
    pub status: SupportStatus,
    /// Who holds it.
    pub assigned_to: Assignee,
    /// A sale it is about.
    pub etatsdevente_id: Option<u64>,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How often it changed: 1 when new.
    pub version: u64,
}
