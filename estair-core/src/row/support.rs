//! A support request, one line of `helpdesk`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Role;
use crate::clock::Timestamp;
use crate::id::{AccountId, SupportId, UserId};
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
    /// The final one that it continues (S4).
    pub follows: Option<SupportId>,
    /// Who spoke last, and when (S5).
    pub last_comment: Option<LastComment>,
}

named! {
    /// The two sides of a conversation.
    Side {
        /// The account's own people.
        Client = "client",
        /// Whoever answers them.
        Staff = "staff",
    }
}

impl Side {
    /// The side on which somebody of this role speaks.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Client => Self::Client,
            _ => Self::Staff,
        }
    }
}

/// The last comment of a support request (S5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastComment {
    /// When.
    pub at: Timestamp,
    /// Who spoke.
    pub by: Side,
}

named! {
    /// Whose turn it is to speak. The order of the names is that of operation's queue (S5), in every database.
    Turn {
        /// The client has answered, and staff has not since.
        Answered = "answered",
        /// Nobody has answered yet: staff has to.
        Created = "created",
        /// It is with the client.
        Given = "given",
        /// Nobody speaks any more.
        Over = "over",
    }
}

impl Turn {
    /// The turns in which this side has to speak.
    #[must_use]
    pub const fn awaiting(side: Side) -> &'static [Self] {
        match side {
            Side::Client => &[Self::Given],
            Side::Staff => &[Self::Answered, Self::Created],
        }
    }
}

impl Support {
    /// Whose turn it is: with the client while it holds it, or was answered last (S5).
    #[must_use]
    pub fn turn(&self) -> Turn {
        match self.last_comment.map(|last| last.by) {
            _ if self.status.is_final() => Turn::Over,
            _ if self.assigned_to != Assignee::Operation => Turn::Given,
            Some(Side::Client) => Turn::Answered,
            Some(Side::Staff) => Turn::Given,
            None => Turn::Created,
        }
    }
}
