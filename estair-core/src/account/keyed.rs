//! Sealing an account's chains with the host's key from now on (W4).

use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::AccountId;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Account, Keyed, Link};

/// Decides from where on an account's chains need the key: from where they are now. An account that says so already under
/// one of the host's keys is left as it is; where the host has no key, nothing is done.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub(crate) fn decide(context: &Context<'_>, snapshot: &Snapshot, id: AccountId) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let account = snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    let nothing = || Decision { changes: Changes::default(), answer: PendingAnswer::Nothing };
    let Some(keys) = context.policy.audit_keys.as_ref().filter(|_| account.keyed.is_none()) else {
        return Ok(nothing());
    };
    let keyed = Keyed::from_now_on(account, keys);
    let fact = Fact::new(FactKind::ChainKeyed, context.actor, context.now, Link::Id(id))
        .with("links", keyed.version)
        .with("facts", keyed.facts);
    let changed = Account { keyed: Some(keyed), updated_at: context.now, ..account.clone() };
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.accounts.put(account.uuid, Some(id), account.version, changed);
    Ok(Decision { changes, ..nothing() })
}
