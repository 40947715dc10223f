//! The choices that a host makes once: cut-off, comparison of the limit, what expiry does.

use crate::audit::AuditKeys;
use crate::clock::{CutOff, DayOffset, ParseError};
use crate::money::Money;
use crate::movement_type::MovementType;
use crate::options;
use crate::row::RolloutPlan;
use std::str::FromStr;

/// How a credit is compared with the limit (C1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitComparison {
    /// `active_credit + amount < limit`.
    #[default]
    Strict,
    /// `active_credit + amount ≤ limit`.
    Inclusive,
}

impl LimitComparison {
    /// Does the amount pass (C1)? What cannot be added up does not.
    #[must_use]
    pub fn allows(self, limit: Money, active_credit: Money, amount: Money) -> bool {
        let Ok(used) = active_credit.checked_add(amount) else { return false };
        match self {
            Self::Strict => used < limit,
            Self::Inclusive => used <= limit,
        }
    }

    /// The greatest amount that passes now, never below nothing (C9): the headroom, less the currency's smallest amount
    /// where the limit itself must not be reached.
    #[must_use]
    pub fn available(self, limit: Money, active_credit: Money) -> Money {
        let currency = limit.currency();
        let least = match self {
            Self::Strict => Money::smallest(currency),
            Self::Inclusive => Money::zero(currency),
        };
        let headroom = limit.checked_sub(active_credit).and_then(|headroom| headroom.checked_sub(least));
        headroom.ok().filter(|most| most.is_positive()).unwrap_or(Money::zero(currency))
    }
}

impl FromStr for LimitComparison {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "strict" => Ok(Self::Strict),
            "inclusive" => Ok(Self::Inclusive),
            _ => Err(ParseError { given: text.to_owned(), expected: "strict or inclusive" }),
        }
    }
}

options! {
    /// The policy of a book.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Policy {
        /// The cut-off of credits (R4): `"24:00".parse()?` grants them at any hour.
        pub cutoff: CutOff,
        /// The offset of the business day (F6).
        pub day_offset: DayOffset,
        /// The comparison with the limit (C1).
        pub limit: LimitComparison,
        /// Are credits checked as soon as they are asked (C8)?
        pub auto_validation: bool,
        /// Does the system cancel granted credits that have expired (X3)? Otherwise they are kept.
        pub cancel_expired: bool,
        /// Movements from elsewhere of which the client is told (N2): payments and refunds by default.
        pub told_types: Vec<MovementType>,
        /// With what the audit trail is sealed; a hash that everybody can make where the host has no key (W4).
        pub audit_keys: Option<AuditKeys>,
        /// Percentages of the limit whose crossing is told; none by default (N1).
        pub thresholds: Vec<u8>,
        /// Where accounts stand between the former system and this one until they are set one by one (L6).
        pub rollout: RolloutPlan,
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            cutoff: CutOff::default(),
            day_offset: DayOffset::default(),
            limit: LimitComparison::default(),
            auto_validation: true,
            cancel_expired: false,
            told_types: vec![MovementType::Payment, MovementType::Refund],
            audit_keys: None,
            thresholds: Vec::new(),
            rollout: RolloutPlan::default(),
        }
    }
}
