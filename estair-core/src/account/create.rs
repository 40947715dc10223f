//! Creating an account.

use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::email;
use crate::fact::{Fact, FactKind};
use crate::hash::{Hash, canonical};
use crate::money::{Amount, Currency, Money};
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, AccountStatus, Indicators, Keyed, Link, Reference, Trail};
use crate::text;

use serde_json::json;

/// An account to be created, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountDraft {
    /// The agency's name.
    pub name: Option<String>,
    /// Where its mail goes.
    pub email: Option<String>,
    /// Its currency; XOF when it is left out (M2).
    pub currency: Option<Currency>,
    /// Its limit; nothing when it is left out.
    pub limit: Option<Amount>,
    /// The host's own name for it, unique among all (A7).
    pub reference: Option<String>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl AccountDraft {
    pub(crate) fn lock_set(&self) -> LockSet {
        let reference = self.reference.as_deref().map(|name| name.trim().to_owned());
        LockSet { references: reference.into_iter().collect(), ..LockSet::default() }
    }
}

/// Decides a new account. One with this reference and content that is there already is the answer (A7).
///
/// # Errors
/// A value that cannot be, [`Refusal::Forbidden`], or [`Refusal::ReferenceReused`].
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    draft: &AccountDraft,
) -> Result<Decision, Refusal> {
    allowed(context, snapshot, draft, |context| require(context.actor, Permission::CreateAccount))
}

/// Decides a new account for who has the right to make it by another rule.
pub(crate) fn new(context: &mut Context<'_>, snapshot: &Snapshot, draft: &AccountDraft) -> Result<Decision, Refusal> {
    allowed(context, snapshot, draft, |_| Ok(()))
}

fn allowed(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    draft: &AccountDraft,
    require_right: impl FnOnce(&Context<'_>) -> Result<(), Refusal>,
) -> Result<Decision, Refusal> {
    let mut faults = draft.faults.clone();
    let mut read = |result: Result<String, FieldError>| result.map_err(|fault| faults.push(fault)).ok();
    let name = read(text::bounded("name", draft.name.as_deref().unwrap_or_default(), text::MAX_LINE));
    let email = draft.email.as_deref().and_then(|email| read(email::checked("email", email)));
    let reference = draft.reference.as_deref();
    let reference = reference.and_then(|name| read(text::bounded("reference", name, text::MAX_LINE)));
    let (Some(name), true) = (name, faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    let limit = limit_in(draft.currency.unwrap_or_default(), draft.limit.unwrap_or_default())?;
    require_right(context)?;
    let reference = reference.map(|reference| {
        let said = json!({ "name": name, "email": email, "limit": limit.to_string(), "currency": limit.currency() });
        Reference { name: reference, content: Hash::of(canonical(&said)) }
    });
    if let Some(known) = reference.as_ref().and_then(|reference| known(snapshot, reference)) {
        return known;
    }
    let uuid = context.ids.draw();
    let account = Account {
        uuid,
        name,
        email,
        rollout: None,
        reference,
        status: AccountStatus::Active,
        limit,
        day: context.policy.day_offset.day_of(context.now),
        version: 0,
        indicators: Indicators::zero(limit.currency()),
        last_hash: Hash::GENESIS,
        trail: Trail::EMPTY,
        keyed: context.policy.audit_keys.as_ref().map(|keys| Keyed::from_the_start(uuid, keys)),
        created_at: context.now,
        updated_at: context.now,
    };
    let link = Link::New(account.uuid);
    let fact = Fact::new(FactKind::AccountCreated, context.actor, context.now, link)
        .with("name", account.name.clone())
        .with("email", account.email.clone())
        .with("limit", limit.to_string())
        .with("reference", account.reference.as_ref().map(|reference| reference.name.clone()));
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.accounts.put(account.uuid, None, 0, account.clone());
    Ok(Decision { changes, answer: PendingAnswer::Account(link, Box::new(account)) })
}

/// What creating it again answers: the account itself, or that its content was another (A7).
fn known(snapshot: &Snapshot, reference: &Reference) -> Option<Result<Decision, Refusal>> {
    let is_of = |account: &Account| account.reference.as_ref().is_some_and(|known| known.name == reference.name);
    let (id, account) = snapshot.accounts.iter().find(|(_, account)| is_of(account))?;
    if account.reference.as_ref() != Some(reference) {
        return Some(Err(Refusal::ReferenceReused { reference: reference.name.clone() }));
    }
    let answer = PendingAnswer::KnownAccount(*id, Box::new(account.clone()));
    Some(Ok(Decision { changes: Changes::default(), answer }))
}

/// A limit is not negative, and of the account's currency.
pub(super) fn limit_in(currency: Currency, limit: Amount) -> Result<Money, Refusal> {
    let limit = limit.in_currency(currency).map_err(|error| Refusal::amount("limit", error))?;
    if limit.is_negative() {
        return Err(Refusal::InvalidAmount(FieldError::new("limit", "must not be negative")));
    }
    Ok(limit)
}
