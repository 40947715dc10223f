//! Where an account stands between the former system and this one, and what that allows (L6).

use crate::decision::Context;
use crate::id::AccountId;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::row::{Account, Rollout};

/// Where an account stands: as was said of it alone, else as the host's plan says.
#[must_use]
pub fn rollout_of(policy: &Policy, id: AccountId, account: &Account) -> Rollout {
    account.rollout.map_or_else(|| policy.rollout.of(id), |switched| switched.to)
}

/// Refuses what is only done on an account that works with this system.
///
/// # Errors
/// [`Refusal::AccountNotLive`].
pub(crate) fn require_live(context: &Context<'_>, id: AccountId, account: &Account) -> Result<(), Refusal> {
    match rollout_of(context.policy, id, account) {
        Rollout::Live => Ok(()),
        rollout => Err(Refusal::AccountNotLive { shadow: rollout == Rollout::Shadow }),
    }
}

/// Refuses to take an account back to the former system once something was written on it since it was set live.
///
/// # Errors
/// [`Refusal::AccountHasMovements`].
pub(crate) fn require_untouched(
    context: &Context<'_>,
    id: AccountId,
    account: &Account,
    to: Rollout,
) -> Result<(), Refusal> {
    let leaves = rollout_of(context.policy, id, account) == Rollout::Live && to != Rollout::Live;
    let since = account.rollout.map_or(0, |switched| switched.version);
    if leaves && account.version > since { Err(Refusal::AccountHasMovements) } else { Ok(()) }
}
