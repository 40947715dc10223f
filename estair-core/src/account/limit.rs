//! Setting an account's credit limit (C6).

use crate::account::create::limit_in;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::AccountId;
use crate::money::Amount;
use crate::permission::{Permission, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, LimitChange, Link};
use crate::text;

/// A new limit for an account, as far as it could be read (C6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitDraft {
    /// The new limit.
    pub limit: Option<Amount>,
    /// Why; needed.
    pub reason: Option<String>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

pub(crate) fn lock_set(id: AccountId) -> LockSet {
    LockSet { accounts: [id].into(), ..LockSet::default() }
}

/// Decides a new limit. What it is already changes and keeps nothing. One below the active credit is allowed: it only stops new
/// credits (C6).
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, or [`Refusal::Forbidden`].
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    id: AccountId,
    draft: &LimitDraft,
) -> Result<Decision, Refusal> {
    require_sight(context.actor, id, "account")?;
    let account = snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    if !draft.faults.is_empty() {
        return Err(Refusal::Invalid(draft.faults.clone()));
    }
    let (changed, changes) = set_limit(context, id, account, draft)?;
    require(context.actor, Permission::SetLimit)?;
    Ok(Decision { changes, answer: PendingAnswer::Account(Link::Id(id), Box::new(changed)) })
}

/// The account with its new limit, and what that changes, which is nothing where it is the limit already; whether the actor may is
/// asked elsewhere.
///
/// # Errors
/// A value that cannot be.
pub(crate) fn set_limit(
    context: &Context<'_>,
    id: AccountId,
    account: &Account,
    draft: &LimitDraft,
) -> Result<(Account, Changes), Refusal> {
    let missing = || Refusal::InvalidAmount(FieldError::new("limit", "is needed"));
    let limit = limit_in(account.currency(), draft.limit.ok_or_else(missing)?)?;
    let reason = text::bounded("reason", draft.reason.as_deref().unwrap_or_default(), text::MAX_TEXT)
        .map_err(|fault| Refusal::Invalid(vec![fault]))?;
    if limit == account.limit {
        return Ok((account.clone(), Changes::default()));
    }
    let change = LimitChange { at: context.now, by: context.actor.user(), old: account.limit, new: limit, reason };
    let fact = Fact::new(FactKind::LimitChanged, context.actor, context.now, Link::Id(id))
        .with("old", change.old.to_string())
        .with("new", change.new.to_string())
        .with("reason", change.reason.clone());
    let changed = Account { limit, updated_at: context.now, ..account.clone() };
    let mut changes = Changes { limits: vec![(Link::Id(id), change)], facts: vec![fact], ..Changes::default() };
    changes.accounts.put(account.uuid, Some(id), account.version, changed.clone());
    Ok((changed, changes))
}
