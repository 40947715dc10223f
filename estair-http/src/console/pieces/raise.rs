//! The limit that lets a credit pass: the smallest round one (C10).

use estair_core::account::Account;
use estair_core::money::{Amount, Money};
use estair_core::policy::Policy;

/// The smallest limit of two leading digits that lets this amount pass; none where the present one does, or none would.
pub(crate) fn raise_to(account: &Account, policy: &Policy, amount: Money) -> Option<Money> {
    let active = account.indicators.active_credit;
    if policy.limit.allows(account.limit, active, amount) {
        return None;
    }
    let used = active.checked_add(amount).ok()?;
    let smallest = Money::smallest(used.currency());
    let reached = policy.limit.allows(used, active, amount);
    let needed = if reached { used } else { used.checked_add(smallest).ok()? };
    let exact = needed.hundredths();
    let digits = exact.checked_ilog10()?.saturating_add(1);
    let unit = 10_i64.checked_pow(digits.saturating_sub(2))?.max(smallest.hundredths());
    let steps = exact.checked_add(unit)?.checked_sub(1)?.checked_div(unit)?;
    let round = Amount::from_hundredths(steps.checked_mul(unit)?).ok()?.in_currency(used.currency()).ok()?;
    (round > account.limit).then_some(round)
}
