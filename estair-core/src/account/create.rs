//! Creating an account.

use crate::decision::{Changes, Context, Decision, PendingAnswer};
use crate::email;
use crate::fact::{Fact, FactKind};
use crate::hash::Hash;
use crate::money::{Amount, Currency, Money};
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, Indicators, Keyed, Link, Trail};
use crate::text;

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
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// Decides a new account.
///
/// # Errors
/// A value that cannot be, or [`Refusal::Forbidden`].
pub(crate) fn decide(context: &mut Context<'_>, draft: &AccountDraft) -> Result<Decision, Refusal> {
    let mut faults = draft.faults.clone();
    let mut read = |result: Result<String, FieldError>| result.map_err(|fault| faults.push(fault)).ok();
    let name = read(text::bounded("name", draft.name.as_deref().unwrap_or_default(), text::MAX_LINE));
    let email = draft.email.as_deref().and_then(|email| read(email::checked("email", email)));
    let (Some(name), true) = (name, faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    let limit = limit_in(draft.currency.unwrap_or_default(), draft.limit.unwrap_or_default())?;
    require(context.actor, Permission::CreateAccount)?;
    let uuid = context.ids.draw();
    let account = Account {
        uuid,
        name,
        email,
        rollout: None,
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
        .with("limit", limit.to_string());
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.accounts.put(account.uuid, None, 0, account.clone());
    Ok(Decision { changes, answer: PendingAnswer::Account(link, Box::new(account)) })
}

/// A limit is not negative, and of the account's currency.
pub(super) fn limit_in(currency: Currency, limit: Amount) -> Result<Money, Refusal> {
    let limit = limit.in_currency(currency).map_err(|error| Refusal::amount("limit", error))?;
    if limit.is_negative() {
        return Err(Refusal::InvalidAmount(FieldError::new("limit", "must not be negative")));
    }
    Ok(limit)
}
