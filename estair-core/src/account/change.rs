//! Changing an account's name, its address and whether it works (A1, A2).

use crate::account::limit::lock_set;
use crate::account::rollout::{require_untouched, rollout_of};
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::email;
use crate::fact::{Fact, FactKind};
use crate::id::AccountId;
use crate::notice::Notice;
use crate::permission::{Permission, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, AccountChange, AccountField, AccountStatus, Link, Rollout, Switched};
use crate::text;

/// What shall change of an account, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPatch {
    /// The new name.
    pub name: Option<String>,
    /// The new address; `Some(None)` takes it away.
    pub email: Option<Option<String>>,
    /// Whether it shall work.
    pub status: Option<AccountStatus>,
    /// Which system it shall work with (L6).
    pub rollout: Option<Rollout>,
    /// Why; needed to suspend it.
    pub reason: Option<String>,
    /// The version that it is meant for.
    pub version: Option<u64>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl AccountPatch {
    pub(crate) fn lock_set(id: AccountId) -> LockSet {
        lock_set(id)
    }
}

/// Values that can be.
struct Wanted {
    name: Option<String>,
    email: Option<Option<String>>,
    reason: Option<String>,
}

/// Decides a change of name, address, status, or of several at once. What stays as it is changes and keeps nothing.
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, [`Refusal::Forbidden`], or [`Refusal::StaleVersion`].
pub(crate) fn decide(
    context: &Context<'_>,
    snapshot: &Snapshot,
    id: AccountId,
    patch: &AccountPatch,
) -> Result<Decision, Refusal> {
    require_sight(context.actor, id, "account")?;
    let was = snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    let wanted = read(patch)?;
    if wanted.name.is_some() || wanted.email.is_some() {
        require(context.actor, Permission::RenameAccount)?;
    }
    if patch.status.is_some() {
        require(context.actor, Permission::SuspendAccount)?;
    }
    if patch.rollout.is_some() {
        require(context.actor, Permission::SetRollout)?;
    }
    if let Some(given) = patch.version.filter(|given| *given != was.version) {
        return Err(Refusal::StaleVersion { given, current: was.version });
    }
    if let Some(to) = patch.rollout {
        require_untouched(context, id, was, to)?;
    }
    let rollout_was = rollout_of(context.policy, id, was);
    let switched = patch.rollout.filter(|to| *to != rollout_was);
    let account = Account {
        name: wanted.name.unwrap_or_else(|| was.name.clone()),
        email: wanted.email.unwrap_or_else(|| was.email.clone()),
        status: patch.status.unwrap_or(was.status),
        rollout: switched.map(|to| Switched { to, version: was.version }).or(was.rollout),
        updated_at: context.now,
        ..was.clone()
    };
    let link = Link::Id(id);
    let mut changes = Changes::default();
    for (field, old, new) in differences(was, &account, rollout_was) {
        let (by, reason) = (context.actor.user(), wanted.reason.clone());
        let change = AccountChange { at: context.now, by, field, old, new, reason };
        changes.facts.push(told(context, link, &change, &account));
        changes.account_changes.push((link, change));
    }
    if changes.facts.is_empty() {
        return Ok(Decision { changes, answer: PendingAnswer::Account(link, Box::new(was.clone())) });
    }
    changes.accounts.put(was.uuid, Some(id), was.version, account.clone());
    Ok(Decision { changes, answer: PendingAnswer::Account(link, Box::new(account)) })
}

fn read(patch: &AccountPatch) -> Result<Wanted, Refusal> {
    let mut faults = patch.faults.clone();
    let mut note = |result: Result<String, FieldError>| result.map_err(|fault| faults.push(fault)).ok();
    let name = patch.name.as_deref().and_then(|name| note(text::bounded("name", name, text::MAX_LINE)));
    let email = match &patch.email {
        Some(Some(email)) => note(email::checked("email", email)).map(Some),
        Some(None) => Some(None),
        None => None,
    };
    let reason = text::optional("reason", patch.reason.as_deref(), text::MAX_TEXT);
    let reason = reason.map_err(|fault| faults.push(fault)).unwrap_or_default();
    if patch.status == Some(AccountStatus::Suspended)
        && reason.is_none()
        && !faults.iter().any(|fault| fault.field == "reason")
    {
        faults.push(FieldError::new("reason", "is needed"));
    }
    if patch.name.is_none()
        && patch.email.is_none()
        && patch.status.is_none()
        && patch.rollout.is_none()
        && faults.is_empty()
    {
        faults.push(FieldError::new("status", "name, email, status or rollout is needed"));
    }
    if faults.is_empty() { Ok(Wanted { name, email, reason }) } else { Err(Refusal::Invalid(faults)) }
}

/// What becomes another, with what it was.
fn differences(
    was: &Account,
    now: &Account,
    rollout_was: Rollout,
) -> Vec<(AccountField, Option<String>, Option<String>)> {
    let rollout = |rollout: Rollout| Some(rollout.name().to_owned());
    let status = |account: &Account| Some(account.status.name().to_owned());
    let fields = [
        (AccountField::Name, Some(was.name.clone()), Some(now.name.clone())),
        (AccountField::Email, was.email.clone(), now.email.clone()),
        (AccountField::Status, status(was), status(now)),
        (AccountField::Rollout, rollout(rollout_was), rollout(now.rollout.map_or(rollout_was, |switched| switched.to))),
    ];
    fields.into_iter().filter(|(_, old, new)| old != new).collect()
}

fn told(context: &Context<'_>, link: Link<AccountId>, change: &AccountChange, account: &Account) -> Fact {
    let fact = Fact::new(FactKind::AccountChanged, context.actor, context.now, link)
        .with("field", change.field.name())
        .with("old", change.old.clone())
        .with("new", change.new.clone())
        .with("reason", change.reason.clone());
    if change.field != AccountField::Status {
        return fact;
    }
    let notice = match account.status {
        AccountStatus::Active => Notice::AccountActive,
        AccountStatus::Suspended => Notice::AccountSuspended,
    };
    fact.with("status", account.status.name()).telling([notice])
}
