//! A financial request: one line of `requetes_financieres`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Origin;
use crate::category::{Category, Definition, Desk, Status};
use crate::clock::Timestamp;
use crate::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use crate::money::Money;
use crate::row;
use crate::row::Link;

/// A financial request: one line of `requetes_financieres`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its uuid, from which its name derives (R7).
    pub uuid: Uuid,
    /// The reference that people read.
    pub name: String,
    /// The account it is about.
    pub account: AccountId,
    /// What is asked.
    pub category: Category,
    /// How much; positive (M3).
    pub amount: Money,
    /// Why.
    pub description: Option<String>,
    /// Where it is.
    pub status: Status,
    /// Which desk holds it.
    pub assigned_to: Desk,
    /// Operation created it to keep, and nobody has passed it to finance: it is staff's alone, after it has expired too (R8).
    pub draft: bool,
    /// When it dies, if it can (R4).
    pub expiry_date: Option<Timestamp>,
    /// The credit request it reverses (R5).
    pub parent: Option<RequestId>,
    /// The sale that caused a fee (R3).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it.
    pub helpdesk_id: Option<SupportId>,
    /// The movement it became.
    pub movement: Option<Link<MovementId>>,
    /// The message that carried it.
    pub message_uuid: Option<Uuid>,
    /// Who created it; none for the system.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How often it changed: 1 when new.
    pub version: u64,
    /// How often it was passed to Messager; 0 before the first time (G3).
    pub execution: u32,
    /// Who passed it last.
    pub passed: Option<Pass>,
    /// Why the last check of this execution sent it back, as its message was told
    /// ([`Explanation::to_text`](crate::refusal::Explanation::to_text)): the same message gets the same answer (W3).
    pub sent_back: Option<String>,
}

/// Who let a request pass to Messager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The user to whom the movement is ascribed: who passed it, or the author where the check did (W5).
    pub by: Option<UserId>,
    /// By hand, and not by the automatic check (N2).
    pub by_hand: bool,
    /// From where that person passed it: kept until the movement is written (W5).
    pub origin: Origin,
}

/// The human reference of a request: `REQ-20251021-3F9A2C7D4E10` (R7).
#[must_use]
pub fn name_of(uuid: Uuid, at: Timestamp) -> String {
    // The last 48 bits of a v7 uuid are random; its first are the time.
    let tail = uuid.as_u128() & 0xFFFF_FFFF_FFFF;
    format!("REQ-{}-{tail:012X}", at.format("%Y%m%d"))
}

impl Request {
    /// The request's category, defined.
    #[must_use]
    pub const fn definition(&self) -> &'static Definition {
        self.category.definition()
    }

    /// The name of the movement it becomes (R7, W3).
    #[must_use]
    pub fn movement_name(&self) -> String {
        row::name_for_request(self.uuid)
    }

    /// Has it expired at `now` without being granted (X2)?
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expiry_date.is_some_and(|expiry| now >= expiry) && self.status != Status::Closed
    }

    /// May it still be edited: a draft that has not expired (R8)?
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.draft && self.status == Status::Open
    }

    /// Is it a cancellation that waits for its first release (R2)?
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.definition().reverses_parent && self.status == Status::Waiting && self.execution == 0
    }

    /// The next version of the row, changed at `now`.
    #[must_use]
    pub(crate) fn revised(&self, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self.clone() }
    }

    /// Passed: the next execution, ascribed to `pass` (G3).
    #[must_use]
    pub(crate) fn passed(self, status: Status, pass: Pass) -> Self {
        Self { status, execution: self.execution.saturating_add(1), passed: Some(pass), sent_back: None, ..self }
    }
}

/// What has become of the credit that a request granted: needed to know whether it can be cancelled (R5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GrantedCredit {
    /// The credit is written and not cancelled.
    pub active: bool,
    /// A cancellation is under way.
    pub being_cancelled: bool,
}
