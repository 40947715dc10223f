//! A movement of the book: one line of `mouvements`, and the name by which it is known again (R7, W3).

use crate::named::named;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{BusinessDay, Timestamp};
use crate::id::{AccountId, RequestId, SupportId, UserId};
use crate::json::Json;
use crate::money::Money;
use crate::movement_type::MovementType;
use crate::row::Details;
use crate::source::Source;

named! {
    /// Where a movement is; only `success` counts in a sum.
    MovementStatus {
        /// Not begun.
        Pending = "pending",
        /// Begun.
        Processing = "processing",
        /// Written.
        Success = "success",
        /// Not written, for a technical reason (W2).
        Failed = "failed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

/// A movement: one line of the table `mouvements`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Its uuid, unique (W3).
    pub uuid: Uuid,
    /// Its name, unique, derived from its request or its source's reference (R7, W3).
    pub name: String,
    /// The message that carried it.
    pub message_uuid: Option<Uuid>,
    /// What it is.
    pub kind: MovementType,
    /// Where it comes from.
    pub source: Source,
    /// Where it is.
    pub status: MovementStatus,
    /// Attempts made to write it (W2).
    pub attempts: u32,
    /// Retries made of those allowed: the attempts after the first one. What was replayed by hand beyond them is an attempt alone.
    pub retry_count: u32,
    /// Retries allowed, after which an alert goes out.
    pub max_retries: u32,
    /// Its account.
    pub account: AccountId,
    /// The request it came from.
    pub request: Option<RequestId>,
    /// The sale that caused it, where that was a fee (R10).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it (R10).
    pub helpdesk_id: Option<SupportId>,
    /// `total_operation`: signed and not zero (M3).
    pub amount: Money,
    /// What the account looked like around it; none on a movement that is not written.
    pub posted: Option<Posted>,
    /// The source's own reference (W6).
    pub reference: Option<String>,
    /// The whole original request, as it came (G12).
    pub payload: Option<Json>,
    /// Why it failed (W2).
    pub failure: Option<Failure>,
    /// The columns inherited from the former table.
    pub details: Details,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was written.
    pub completed_at: Option<Timestamp>,
    /// When the credit was cancelled (F3).
    pub cancelled_at: Option<Timestamp>,
    /// The person whose decision wrote the row or last changed it; none for the system or a trusted service.
    pub modified_by: Option<UserId>,
    /// Marked as deleted by an older system: it counts in no sum. No rule sets it.
    pub is_deleted: bool,
}

/// What posting gave a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The business day it belongs to, decided once (F6).
    pub day: BusinessDay,
    /// Its place among the account's movements: the account's version after it.
    pub sequence: u64,
    /// `credit_before`: the account's exposition before.
    pub exposition_before: Money,
    /// `credit_after`: the account's exposition after.
    pub exposition_after: Money,
    /// The account's balance after.
    pub balance_after: Money,
}

/// Why a movement could not be written (W2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of error, stable.
    pub error_type: String,
    /// What it said.
    pub message: String,
    /// Its chain of causes; never shown over HTTP.
    pub trace: Option<String>,
}

/// The name of the movement that a request becomes (R7).
#[must_use]
pub fn name_for_request(request: Uuid) -> String {
    format!("MVT-{request}")
}

/// The name of a movement from elsewhere (R7).
#[must_use]
pub fn name_for_reference(source: Source, reference: &str) -> String {
    format!("MVT-{source}-{reference}")
}

/// What the reference of a movement ends in that takes back a credit of a former system at its expiry (L3): the rest is the
/// reference of that credit.
const EXPIRY: &str = "/expiry";

/// The reference of the movement that takes back a credit of a former system, by the credit's own (L3).
#[must_use]
pub fn reference_of_expiry(credit: &str) -> String {
    format!("{credit}{EXPIRY}")
}

impl Movement {
    /// What is searched of it (A5): name, reference and uuid.
    #[must_use]
    pub fn searched(&self) -> String {
        format!("{}\n{}\n{}", self.name, self.reference.as_deref().unwrap_or_default(), self.uuid)
    }

    /// The retries that so many attempts are, of those allowed.
    pub(crate) fn retries_of(attempts: u32, allowed: u32) -> u32 {
        attempts.saturating_sub(1).min(allowed)
    }

    /// The name of the credit that it takes back, where no request says it: of a former system's alone (L3).
    #[must_use]
    pub fn credit_taken_back(&self) -> Option<String> {
        let by_itself = self.kind == MovementType::CreditCancellation && self.request.is_none();
        let credit = self.reference.as_deref().filter(|_| by_itself)?.strip_suffix(EXPIRY)?;
        Some(name_for_reference(self.source, credit))
    }

    /// Does it count in sums and statements: written, and not marked as deleted?
    #[must_use]
    pub fn counts(&self) -> bool {
        self.status == MovementStatus::Success && !self.is_deleted
    }

    /// Is it a credit that still counts (F5)?
    #[must_use]
    pub fn is_active_credit(&self) -> bool {
        self.kind == MovementType::Credit && self.counts() && self.cancelled_at.is_none()
    }

    /// The whole answer that was given for it: the column `result`. The row's own number is added by who reads it.
    #[must_use]
    pub fn result(&self) -> Option<Json> {
        let success = self.status == MovementStatus::Success;
        success.then(|| Json::from(serde_json::json!({ "success": true, "mouvement_uuid": self.uuid })))
    }
}
