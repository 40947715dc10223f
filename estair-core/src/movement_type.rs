//! The types of movements, their signs and what they move, as data (M3, F1).

use crate::named::named;
use std::fmt;

use crate::money::Money;
use crate::refusal::{FieldError, Refusal};

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

/// A line of the table of movement types (M3).
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

/// The movement types: sign, source, what they move (M3, F1).
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

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Positive => "+",
            Self::Negative => "−",
            Self::Either => "+ or −",
        })
    }
}
