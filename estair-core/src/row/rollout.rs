//! Where an account stands between the former system and this one (L6).

use serde::{Deserialize, Serialize};
use std::str::FromStr;

use crate::clock::ParseError;
use crate::hash::Hash;
use crate::id::AccountId;
use crate::named::named;

named! {
    /// Which system an account works with (L6).
    Rollout {
        /// The former one alone.
        Legacy = "legacy",
        /// The former one; what it decides is decided here too, and both are compared.
        Shadow = "shadow",
        /// This one.
        Live = "live",
    }
}

/// What was said of one account alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switched {
    /// Where it stands.
    pub to: Rollout,
    /// The account's version when that was said: while it is still the same, nothing was written since.
    pub version: u64,
}

/// Where accounts stand of which nothing was said: shares by a hash of their number, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutPlan {
    /// Each with its share in percent, one after the other.
    shares: Vec<(Rollout, u8)>,
    rest: Rollout,
}

impl Default for RolloutPlan {
    fn default() -> Self {
        Self::all(Rollout::Live)
    }
}

impl RolloutPlan {
    /// All accounts stand there.
    #[must_use]
    pub const fn all(rest: Rollout) -> Self {
        Self { shares: Vec::new(), rest }
    }

    /// Where an account stands. Shares are counted from the same end, so that a greater one takes nobody back.
    #[must_use]
    pub fn of(&self, id: AccountId) -> Rollout {
        let place = place_of(id);
        let mut end = 0_u64;
        for (rollout, percent) in &self.shares {
            end = end.saturating_add(u64::from(*percent));
            if place < end {
                return *rollout;
            }
        }
        self.rest
    }
}

/// The place of an account among a hundred, the same for good.
fn place_of(id: AccountId) -> u64 {
    let hash = Hash::of(format!("rollout of account {id}")).to_string();
    hash.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default() % 100
}

impl FromStr for RolloutPlan {
    type Err = ParseError;

    /// `live`, `shadow`, `legacy`, or shares and the rest: `live:25%,shadow`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError {
            given: text.to_owned(),
            expected: "legacy, shadow, live, or shares and the rest, such as live:25%,shadow",
        };
        let named = |name: &str| Rollout::from_name(name.trim()).ok_or_else(wrong);
        let (shares, rest) = text.rsplit_once(',').map_or((None, text), |(shares, rest)| (Some(shares), rest));
        let mut plan = Self::all(named(rest)?);
        let mut sum = 0_u32;
        for share in shares.iter().flat_map(|shares| shares.split(',')) {
            let (name, percent) = share.split_once(':').ok_or_else(wrong)?;
            let percent = percent.trim().strip_suffix('%').and_then(|digits| digits.parse::<u8>().ok());
            let percent = percent.ok_or_else(wrong)?;
            sum = sum.saturating_add(u32::from(percent));
            plan.shares.push((named(name)?, percent));
        }
        if sum > 100 { Err(wrong()) } else { Ok(plan) }
    }
}
