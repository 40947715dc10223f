//! Movements of the book: their types and signs as data, and the row itself (section 2, W).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::clock::{BusinessDay, Timestamp};
use crate::id::{AccountId, RequestId, UserId};
use crate::money::Money;
use crate::refusal::{FieldError, Refusal};

/// A closed set of names that the database and the API use.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every one, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name, as stored and sent.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one with a stable name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What a movement is.
    MovementType {
        /// A daily credit.
        Credit = "credit",
        /// Money taken from the account: unloads, fees, ticket sales.
        Debit = "debit",
        /// Money loaded or received.
        Payment = "payment",
        /// Money given back.
        Refund = "refund",
        /// Between accounts.
        Transfer = "transfer",
        /// A correction by hand.
        Adjustment = "adjustment",
        /// The trace of a credit that was cancelled.
        CreditCancellation = "credit_cancellation",
    }
}

named! {
    /// Where a movement comes from.
    Source {
        /// A financial request.
        Helpdesk = "helpdesk",
        /// BMP.
        Bmp = "bmp",
        /// Wave.
        Wave = "wave",
        /// Orange Money.
        Orange = "orange",
        /// SPC.
        Spc = "spc",
        /// Ticket sales.
        Bsp = "bsp",
        /// Payments announced by e-mail.
        EmailBanking = "email_banking",
        /// By hand.
        Manual = "manual",
    }
}

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

/// Which sign a type's amounts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// More than nothing.
    Positive,
    /// Less than nothing.
    Negative,
    /// Either, but not nothing.
    Either,
}

/// A line of the table of movement types (section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeRule {
    /// The type.
    pub kind: MovementType,
    /// The sign of its amounts (M3).
    pub sign: Sign,
    /// Does it move credit, and not the balance (F1)?
    pub credit_family: bool,
}

const fn rule(kind: MovementType, sign: Sign, credit_family: bool) -> TypeRule {
    TypeRule { kind, sign, credit_family }
}

/// The table of section 2.
pub const TYPES: [TypeRule; 7] = [
    rule(MovementType::Credit, Sign::Positive, true),
    rule(MovementType::Debit, Sign::Negative, false),
    rule(MovementType::Payment, Sign::Positive, false),
    rule(MovementType::Refund, Sign::Positive, false),
    rule(MovementType::Transfer, Sign::Either, false),
    rule(MovementType::Adjustment, Sign::Either, false),
    rule(MovementType::CreditCancellation, Sign::Negative, true),
];

impl MovementType {
    /// The type's line in the table.
    #[must_use]
    pub const fn rule(self) -> TypeRule {
        let [credit, debit, payment, refund, transfer, adjustment, cancellation] = TYPES;
        match self {
            Self::Credit => credit,
            Self::Debit => debit,
            Self::Payment => payment,
            Self::Refund => refund,
            Self::Transfer => transfer,
            Self::Adjustment => adjustment,
            Self::CreditCancellation => cancellation,
        }
    }

    /// Checks the sign of an amount (M3).
    ///
    /// # Errors
    /// [`Refusal::InvalidAmount`] that says which sign the type has.
    pub fn check_sign(self, amount: Money) -> Result<(), Refusal> {
        let (fits, wanted) = match self.rule().sign {
            Sign::Positive => (amount.is_positive(), "must be positive"),
            Sign::Negative => (amount.is_negative(), "must be negative"),
            Sign::Either => (!amount.is_zero(), "must not be zero"),
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::InvalidAmount(FieldError::new("amount", format_args!("{wanted} for a {self}"))))
    }

    /// A request's unsigned amount with this type's sign.
    #[must_use]
    pub fn signed(self, amount: Money) -> Money {
        if self.rule().sign == Sign::Negative { amount.magnitude().negated() } else { amount }
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
    /// Technical failures before (W2).
    pub retry_count: u32,
    /// Failures after which an alert goes out.
    pub max_retries: u32,
    /// Its account.
    pub account: AccountId,
    /// The request it came from.
    pub request: Option<RequestId>,
    /// `total_operation`: signed and not zero (M3).
    pub amount: Money,
    /// What the account looked like around it; none on a movement that is not written.
    pub posted: Option<Posted>,
    /// The source's own reference (W6).
    pub reference: Option<String>,
    /// The whole original request.
    pub payload: Option<Value>,
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
    /// Who changed the row in an older system; no rule sets it.
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

/// The columns that come from the former `creditlimit` table, and free texts; all may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The operation's own date.
    pub created: Option<Timestamp>,
    /// Sub-agent.
    pub subagent: Option<String>,
    /// Action.
    pub action: Option<String>,
    /// State in the source's system.
    pub state: Option<String>,
    /// Terminal.
    pub terminal: Option<String>,
    /// Booking reference.
    pub recordlocator: Option<String>,
    /// Office.
    pub office_sb: Option<String>,
    /// Office.
    pub office_cn: Option<String>,
    /// Document number.
    pub document: Option<String>,
    /// First passenger.
    pub first_passenger: Option<String>,
    /// First segment.
    pub first_segment: Option<String>,
    /// Consolidator.
    pub consolidator: Option<String>,
    /// Document id.
    pub document_id: Option<u64>,
    /// Supply id.
    pub approvisionnement_id: Option<u64>,
    /// The source's number.
    pub external_id: Option<u64>,
    /// What the source says of it.
    pub source_description: Option<String>,
    /// What it is for.
    pub description: Option<String>,
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

impl Movement {
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
    pub fn result(&self) -> Option<Value> {
        let success = self.status == MovementStatus::Success;
        success.then(|| serde_json::json!({ "success": true, "mouvement_uuid": self.uuid }))
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Positive => "+",
            Self::Negative => "−",
            Self::Either => "+ or −",
        })
    }
}
