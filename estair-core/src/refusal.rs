//! Refusals: every "no" of a rule, as a value with a stable code, the rule it comes from and its figures (P3).

use crate::actor::Role;
use crate::clock::{Timestamp, rfc3339};
use crate::money::{Amount, Money, MoneyError};
use std::fmt;

use serde_json::{Map, Value, json};

/// What a field of the input has wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as the caller named it.
    pub field: String,
    /// What is wrong, with the bound that was missed.
    pub message: String,
}

impl FieldError {
    /// A field and what is wrong with it.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl fmt::Display) -> Self {
        Self { field: field.into(), message: message.to_string() }
    }
}

/// The families of refusals, in the order in which they are given when several apply (P5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nobody signed in.
    Unauthenticated,
    /// Unknown, or somebody else's: the two look the same (P2).
    NotFound,
    /// A value that cannot be.
    Invalid,
    /// The role may not do this.
    Forbidden,
    /// The state of what exists stands against it.
    Conflict,
}

/// A line of the catalogue of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable code, in snake case.
    pub code: &'static str,
    /// The rule it comes from.
    pub rule: &'static str,
    /// Its family.
    pub class: Class,
    /// What it says, in a few words.
    pub title: &'static str,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $rule:literal, $class:ident, $title:literal;)*) => {
        $(const $name: Entry = Entry { code: $code, rule: $rule, class: Class::$class, title: $title };)*
        /// Every refusal there is, as data: documentation and the OpenAPI document read it.
        pub const CATALOGUE: &[Entry] = &[$($name),*];
    };
}

catalogue! {
    UNAUTHENTICATED = "unauthenticated", "P5", Unauthenticated, "nobody is signed in";
    NOT_FOUND = "not_found", "P2", NotFound, "unknown, or not yours";
    INVALID_VALUE = "invalid_value", "P5", Invalid, "a value cannot be accepted";
    INVALID_AMOUNT = "invalid_amount", "M1", Invalid, "the amount cannot be accepted";
    CURRENCY_MISMATCH = "currency_mismatch", "M2", Invalid, "the currency is not the account's";
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range", "M4", Invalid, "a sum would leave decimal(15,2)";
    INVALID_EXPIRY = "invalid_expiry", "R4", Invalid, "the expiry date is not the day's cut-off";
    CREDIT_CUTOFF_PASSED = "credit_cutoff_passed", "R4", Invalid, "no credit is granted any more today";
    INVALID_PARENT = "invalid_parent", "R5", Invalid, "the parent is no credit request of this account";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", "W3", Invalid, "the key was used for another body";
    MALFORMED_PAYLOAD = "malformed_payload", "G2", Invalid, "the message's payload cannot be read";
    UNKNOWN_DOMAIN = "unknown_domain", "G7", Invalid, "Messager does not know this domain";
    FORBIDDEN = "forbidden", "P1", Forbidden, "the role may not do this";
    IMMUTABLE = "immutable", "R6", Conflict, "nothing of it changes any more";
    STALE_VERSION = "stale_version", "P5", Conflict, "it has changed since it was read";
    TRANSITION_NOT_ALLOWED = "transition_not_allowed", "T1", Conflict, "there is no such transition";
    TRANSITION_FORBIDDEN = "transition_forbidden", "T1", Forbidden, "the transition is another role's";
    ACCOUNT_LEGACY = "account_legacy", "L6", Conflict, "the account works with the former system";
    ACCOUNT_SHADOW = "account_shadow", "L6", Conflict, "the account works with the former system, beside this one";
    ACCOUNT_HAS_MOVEMENTS = "account_has_movements", "L6", Conflict, "movements were written on the account";
    LAST_ADMIN = "last_admin", "A4", Conflict, "nobody would be left who manages people";
    ACCOUNT_SUSPENDED = "account_suspended", "A2", Conflict, "the account is suspended";
    ASSIGNMENT_NOT_ALLOWED = "assignment_not_allowed", "R2", Conflict, "it cannot be assigned that way now";
    NOT_A_DRAFT = "not_a_draft", "R8", Conflict, "it is no draft: its content does not change any more";
    CREDIT_LIMIT_EXCEEDED = "credit_limit_exceeded", "C1", Conflict, "the credit limit is not sufficient";
    CREDIT_EXPIRED = "credit_expired", "X2", Conflict, "the credit request has expired";
    CREDIT_NOT_GRANTED = "credit_not_granted", "R5", Conflict, "the parent's credit was not granted";
    CREDIT_ALREADY_CANCELLED = "credit_already_cancelled", "R5", Conflict, "the credit is cancelled already";
    CANCELLATION_IN_PROGRESS = "cancellation_in_progress", "R5", Conflict, "a cancellation is under way already";
    REFERENCE_REUSED = "reference_reused", "W6", Conflict, "the reference has other content";
    ATOMIC_GROUP_REFUSED = "atomic_group_refused", "W6", Conflict, "another entry of the atomic group was refused";
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress", "W3", Conflict, "the first request with this key still runs";
    PAYLOAD_MISMATCH = "payload_mismatch", "G2", Conflict, "the message disagrees with its request";
    NOTIFICATION_NOT_ENDED = "notification_not_ended", "N3", Conflict, "only what failed or was skipped is sent again";
    MESSAGE_NOT_FAILED = "message_not_failed", "G4", Conflict, "only a failed message can be replayed";
}

/// A business "no". The code and the figures are stable; the text is for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is signed in (P5).
    Unauthenticated,
    /// Unknown, or somebody else's (P2).
    NotFound {
        /// What was looked for: `request`, `account`…
        what: &'static str,
    },
    /// One or several values cannot be accepted.
    Invalid(Vec<FieldError>),
    /// The amount is no amount, not positive, of the wrong sign, or too fine for its currency (M1 to M3).
    InvalidAmount(FieldError),
    /// The currency is not the account's (M2).
    CurrencyMismatch {
        /// The account's currency.
        expected: String,
        /// The currency given.
        given: String,
    },
    /// A sum would leave `decimal(15,2)` (M4).
    AmountOutOfRange {
        /// The sum that has no room: `balance`, `exposition`…
        figure: &'static str,
    },
    /// The expiry date sent is not the day's cut-off (R4).
    InvalidExpiry {
        /// The only date that is accepted.
        expected: Timestamp,
    },
    /// The day's cut-off has passed (R4).
    CreditCutoffPassed {
        /// The cut-off.
        cutoff: Timestamp,
    },
    /// The parent is not a credit request of this account (R5).
    InvalidParent,
    /// The key has been used for another body.
    IdempotencyKeyReused,
    /// The first call with this key is still running.
    IdempotencyInProgress,
    /// The payload of a message cannot be read (G2).
    MalformedPayload(Vec<FieldError>),
    /// Messager has no such domain (G7).
    UnknownDomain,
    /// The role may not do this (P1).
    Forbidden {
        /// The actor's role.
        role: Role,
        /// What it wanted to do.
        action: &'static str,
    },
    /// Nothing of it changes any more (R6, S2).
    Immutable {
        /// Its final status.
        status: &'static str,
    },
    /// It has changed since the caller read it.
    StaleVersion {
        /// The version the caller has.
        given: u64,
        /// The present version.
        current: u64,
    },
    /// The table has no such transition (T1).
    TransitionNotAllowed {
        /// The present status.
        from: &'static str,
        /// The status wanted.
        to: &'static str,
        /// The statuses the table has from here.
        allowed: Vec<&'static str>,
    },
    /// The transition exists but is not this role's (T1), or not now (R2).
    TransitionForbidden {
        /// The present status.
        from: &'static str,
        /// The status wanted.
        to: &'static str,
        /// The actor's role.
        role: Role,
        /// The roles that may.
        by: Vec<Role>,
    },
    /// The account does not work with this system yet: nothing is created, passed or posted on it (L6).
    AccountNotLive {
        /// Does it work beside this system, in shadow?
        shadow: bool,
    },
    /// Something was written on the account since it was set live: it is not taken back (L6).
    AccountHasMovements,
    /// Nobody would be left who manages people: no admin who is let in and has a token (A4).
    LastAdmin,
    /// The account is suspended: no request is created on it, and none is passed (A2).
    AccountSuspended,
    /// Nobody assigns it now, or it is assigned to that desk already (R2).
    AssignmentNotAllowed {
        /// The present status.
        status: &'static str,
        /// The desk that holds it.
        assigned_to: &'static str,
    },
    /// It is no draft, or one that has expired: what is asked in it changes no more (R8).
    NotADraft {
        /// The present status.
        status: &'static str,
    },
    /// `active_credit + amount` does not stay under the limit (C1, C5).
    CreditLimitExceeded {
        /// The account's limit.
        limit: Money,
        /// Its active credit.
        active_credit: Money,
        /// The amount asked.
        amount: Money,
    },
    /// The credit request has expired (X2).
    CreditExpired {
        /// When it did.
        expiry_date: Timestamp,
    },
    /// The parent is not closed: no credit was granted (R5).
    CreditNotGranted {
        /// The parent's status.
        status: &'static str,
    },
    /// The parent's credit is cancelled already (R5).
    CreditAlreadyCancelled,
    /// One live cancellation per parent (R5).
    CancellationInProgress,
    /// The source's reference was used for other content (W6).
    ReferenceReused {
        /// The reference.
        reference: String,
    },
    /// An entry of an atomic group was refused, and so the whole group (W6).
    AtomicGroupRefused {
        /// Which entry, counted from 0.
        place: usize,
        /// Why that one was.
        cause: Box<Refusal>,
    },
    /// The message disagrees with its request (G2).
    PayloadMismatch {
        /// The field that disagrees.
        field: &'static str,
    },
    /// Only a notification that failed or was skipped is sent again (N3).
    NotificationNotEnded {
        /// The notification's status.
        status: &'static str,
    },
    /// Only a failed message is replayed (G4).
    MessageNotFailed {
        /// The message's status.
        status: &'static str,
    },
}

impl Refusal {
    /// One field with one problem.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl fmt::Display) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// An amount that cannot be accepted, from what the money type said of it.
    #[must_use]
    pub fn amount(field: impl Into<String>, error: MoneyError) -> Self {
        Self::InvalidAmount(FieldError::new(field, error))
    }

    /// Takes what can be an amount: a text, an [`Amount`].
    pub(crate) fn or_amount<T>(field: &str, value: T) -> Result<Amount, Self>
    where
        T: TryInto<Amount>,
        MoneyError: From<T::Error>,
    {
        value.try_into().map_err(|error| Self::amount(field, error.into()))
    }

    /// The refusal's line in the catalogue.
    #[must_use]
    pub const fn entry(&self) -> &'static Entry {
        match self {
            Self::Unauthenticated => &UNAUTHENTICATED,
            Self::NotFound { .. } => &NOT_FOUND,
            Self::Invalid(_) => &INVALID_VALUE,
            Self::InvalidAmount(_) => &INVALID_AMOUNT,
            Self::CurrencyMismatch { .. } => &CURRENCY_MISMATCH,
            Self::AmountOutOfRange { .. } => &AMOUNT_OUT_OF_RANGE,
            Self::InvalidExpiry { .. } => &INVALID_EXPIRY,
            Self::CreditCutoffPassed { .. } => &CREDIT_CUTOFF_PASSED,
            Self::InvalidParent => &INVALID_PARENT,
            Self::IdempotencyKeyReused => &IDEMPOTENCY_KEY_REUSED,
            Self::IdempotencyInProgress => &IDEMPOTENCY_IN_PROGRESS,
            Self::MalformedPayload(_) => &MALFORMED_PAYLOAD,
            Self::UnknownDomain => &UNKNOWN_DOMAIN,
            Self::Forbidden { .. } => &FORBIDDEN,
            Self::Immutable { .. } => &IMMUTABLE,
            Self::StaleVersion { .. } => &STALE_VERSION,
            Self::TransitionNotAllowed { .. } => &TRANSITION_NOT_ALLOWED,
            Self::TransitionForbidden { .. } => &TRANSITION_FORBIDDEN,
            Self::AccountNotLive { shadow: true } => &ACCOUNT_SHADOW,
            Self::AccountNotLive { .. } => &ACCOUNT_LEGACY,
            Self::AccountHasMovements => &ACCOUNT_HAS_MOVEMENTS,
            Self::LastAdmin => &LAST_ADMIN,
            Self::AccountSuspended => &ACCOUNT_SUSPENDED,
            Self::AssignmentNotAllowed { .. } => &ASSIGNMENT_NOT_ALLOWED,
            Self::NotADraft { .. } => &NOT_A_DRAFT,
            Self::CreditLimitExceeded { .. } => &CREDIT_LIMIT_EXCEEDED,
            Self::CreditExpired { .. } => &CREDIT_EXPIRED,
            Self::CreditNotGranted { .. } => &CREDIT_NOT_GRANTED,
            Self::CreditAlreadyCancelled => &CREDIT_ALREADY_CANCELLED,
            Self::CancellationInProgress => &CANCELLATION_IN_PROGRESS,
            Self::ReferenceReused { .. } => &REFERENCE_REUSED,
            Self::AtomicGroupRefused { .. } => &ATOMIC_GROUP_REFUSED,
            Self::PayloadMismatch { .. } => &PAYLOAD_MISMATCH,
            Self::NotificationNotEnded { .. } => &NOTIFICATION_NOT_ENDED,
            Self::MessageNotFailed { .. } => &MESSAGE_NOT_FAILED,
        }
    }

    /// The stable code (P3).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.entry().code
    }

    /// The family.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.entry().class
    }

    /// What is needed to understand the refusal without reading its text: code, rule and figures.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let entry = self.entry();
        Explanation { code: entry.code, rule: entry.rule, message: self.to_string(), figures: self.figures() }
    }

    /// The figures of the refusal, by the names that the HTTP contract gives them.
    #[must_use]
    pub fn figures(&self) -> Map<String, Value> {
        let figures = match self {
            Self::NotFound { what } => json!({ "what": what }),
            Self::Invalid(errors) | Self::MalformedPayload(errors) => json!({ "errors": field_list(errors) }),
            Self::InvalidAmount(error) => json!({ "errors": field_list(std::slice::from_ref(error)) }),
            Self::CurrencyMismatch { expected, given } => json!({ "expected": expected, "given": given }),
            Self::AmountOutOfRange { figure } => json!({ "figure": figure }),
            Self::InvalidExpiry { expected } => json!({ "expected": rfc3339(*expected) }),
            Self::CreditCutoffPassed { cutoff } => json!({ "cutoff": rfc3339(*cutoff) }),
            Self::Forbidden { role, action } => json!({ "role": role.name(), "action": action }),
            Self::Immutable { status }
            | Self::NotADraft { status }
            | Self::CreditNotGranted { status }
            | Self::NotificationNotEnded { status }
            | Self::MessageNotFailed { status } => json!({ "current": status }),
            Self::StaleVersion { given, current } => json!({ "given": given, "current": current }),
            Self::TransitionNotAllowed { from, to, allowed } => json!({ "from": from, "to": to, "allowed": allowed }),
            Self::TransitionForbidden { from, to, role, by } => {
                let by: Vec<_> = by.iter().map(|role| role.name()).collect();
                json!({ "from": from, "to": to, "role": role.name(), "by": by })
            }
            Self::AssignmentNotAllowed { status, assigned_to } => {
                json!({ "current": status, "assigned_to": assigned_to })
            }
            Self::CreditLimitExceeded { limit, active_credit, amount } => json!({
                "limit": limit.to_string(), "active_credit": active_credit.to_string(), "amount": amount.to_string(),
            }),
            Self::CreditExpired { expiry_date } => json!({ "expiry_date": rfc3339(*expiry_date) }),
            Self::ReferenceReused { reference } => json!({ "reference": reference }),
            Self::PayloadMismatch { field } => json!({ "field": field }),
            Self::AtomicGroupRefused { place, cause } => json!({ "place": place, "cause": cause.code() }),
            _ => Value::Null,
        };
        match figures {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

fn field_list(errors: &[FieldError]) -> Vec<Value> {
    errors.iter().map(|e| json!({ "field": e.field, "message": e.message })).collect()
}

/// A refusal, explained (P3).
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The stable code.
    pub code: &'static str,
    /// The rule of the domain it comes from.
    pub rule: &'static str,
    /// The text for people.
    pub message: String,
    /// The figures behind it.
    pub figures: Map<String, Value>,
}

impl Explanation {
    /// As a text that [`from_text`](Self::from_text) reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        json!({ "code": self.code, "message": self.message, "figures": self.figures }).to_string()
    }

    /// What was written by [`to_text`](Self::to_text); none where no refusal has this code any more.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let kept: Value = serde_json::from_str(text).ok()?;
        let entry = CATALOGUE.iter().find(|entry| kept.get("code").and_then(Value::as_str) == Some(entry.code))?;
        Some(Self {
            code: entry.code,
            rule: entry.rule,
            message: kept.get("message")?.as_str()?.to_owned(),
            figures: kept.get("figures")?.as_object()?.clone(),
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what } => write!(f, "no such {what}"),
            Self::Invalid(errors) | Self::MalformedPayload(errors) => {
                for (i, error) in errors.iter().enumerate() {
                    let comma = if i == 0 { "" } else { "; " };
                    write!(f, "{comma}{}: {}", error.field, error.message)?;
                }
                Ok(())
            }
            Self::InvalidAmount(error) => write!(f, "{}: {}", error.field, error.message),
            Self::CurrencyMismatch { expected, given } => write!(f, "the account is in {expected}, not in {given}"),
            Self::AmountOutOfRange { figure } => write!(f, "{figure} would leave decimal(15,2)"),
            Self::InvalidExpiry { expected } => write!(f, "expiry_date can only be {}", rfc3339(*expected)),
            Self::CreditCutoffPassed { cutoff } => write!(f, "the cut-off of {} has passed", rfc3339(*cutoff)),
            Self::Forbidden { role, action } => write!(f, "{role} may not {action}"),
            Self::Immutable { status } => write!(f, "it is {status}: nothing changes any more"),
            Self::StaleVersion { given, current } => write!(f, "version {given} is stale, it is at {current}"),
            Self::TransitionNotAllowed { from, to, allowed } if allowed.is_empty() => {
                write!(f, "from {from} to {to}: nothing is allowed from {from}")
            }
            Self::TransitionNotAllowed { from, to, allowed } => {
                write!(f, "from {from} to {to}: allowed are {}", allowed.join(", "))
            }
            Self::TransitionForbidden { from, to, role, .. } => {
                write!(f, "from {from} to {to} is not for {role} now")
            }
            Self::AssignmentNotAllowed { status, assigned_to } => {
                write!(f, "it is {status}, assigned to {assigned_to}, and cannot be assigned that way")
            }
            Self::CreditLimitExceeded { limit, active_credit, amount } => {
                write!(f, "active credit {active_credit} and {amount} do not stay under the limit {limit}")
            }
            Self::CreditExpired { expiry_date } => write!(f, "it expired at {}", rfc3339(*expiry_date)),
            Self::CreditNotGranted { status } => write!(f, "the parent is {status}, not closed"),
            Self::ReferenceReused { reference } => write!(f, "reference {reference:?} has other content"),
            Self::PayloadMismatch { field } => write!(f, "{field} is not the request's"),
            Self::NotificationNotEnded { status } => {
                write!(f, "it is {status}: only what failed or was skipped is sent again")
            }
            Self::MessageNotFailed { status } => write!(f, "the message is {status}, not failed"),
            _ => f.write_str(self.entry().title),
        }
    }
}

impl std::error::Error for Refusal {}
