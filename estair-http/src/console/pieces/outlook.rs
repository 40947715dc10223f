//! What passing a request would do to its account: the figures on which finance decides.
//!
//! Nothing is decided here: the comparison is the policy's (C1), the effect the category's definition.

use estair_core::account::Account;
use estair_core::category::Status;
use estair_core::clock::Timestamp;
use estair_core::money::Money;
use estair_core::policy::Policy;
use estair_core::request::Request;

/// What passing a request would do.
pub(crate) struct Outlook {
    /// The figure that moves: `active_credit` or `balance`.
    pub(crate) figure: &'static str,
    /// The figure now.
    pub(crate) before: Money,
    /// The request's amount, with its movement's sign.
    pub(crate) amount: Money,
    /// The figure then; none when it would leave the range (M4).
    pub(crate) after: Option<Money>,
    /// The limit it is compared with, for credits.
    pub(crate) limit: Option<Money>,
    /// `passes`, `exceeds`, `expired`, `adds`, `takes`, `overdraws`, `releases` or `out_of_range`.
    pub(crate) verdict: &'static str,
}

impl Outlook {
    /// Of a request that is not final.
    pub(crate) fn of(request: &Request, account: &Account, policy: &Policy, now: Timestamp) -> Option<Self> {
        if matches!(request.status, Status::Closed | Status::Cancelled) {
            return None;
        }
        let definition = request.definition();
        let amount = definition.movement.signed(request.amount);
        let on_credit = definition.movement.rule().credit_family;
        let indicators = account.indicators;
        let before = if on_credit { indicators.active_credit } else { indicators.balance };
        let after = before.checked_add(amount).ok();
        let limit = definition.limited.then_some(account.limit);
        let verdict = match after {
            None => "out_of_range",
            _ if definition.limited && request.has_expired(now) => "expired",
            _ if definition.limited && policy.limit.allows(account.limit, before, amount) => "passes",
            _ if definition.limited => "exceeds",
            _ if on_credit => "releases",
            Some(after) if after.is_negative() && amount.is_negative() => "overdraws",
            _ if amount.is_negative() => "takes",
            _ => "adds",
        };
        let figure = if on_credit { "active_credit" } else { "balance" };
        Some(Self { figure, before, amount, after, limit, verdict })
    }

    /// Does the verdict stand in the way, or ask for a second look?
    pub(crate) fn warns(&self) -> bool {
        matches!(self.verdict, "exceeds" | "expired" | "overdraws" | "out_of_range")
    }
}
