//! Forms that do something once: their key, the categories that a visitor may create, the accounts that are proposed.

use estair_core::account::Account;
use estair_core::actor::Actor;
use estair_core::book::{Error, View};
use estair_core::category::Category;
use estair_core::decision::IdempotencyKey;
use estair_core::hash::Hash;
use estair_core::id::AccountId;
use estair_core::permission::{Permission, granted};
use estair_core::refusal::Refusal;
use estair_core::row::Row;
use estair_core::store::{AccountFilter, MAX_PAGE, Page};
use estair_core::text::idempotency_key;

use crate::console::form::{Form, address};
use crate::console::visitor::Visitor;

/// The key that a form carries, with the fingerprint of where it goes and what it says: pressed twice, it is done once (W3).
pub(crate) fn key_of(visitor: &Visitor, f: &Form) -> Result<Option<IdempotencyKey>, Refusal> {
    let Some(key) = f.get("key") else { return Ok(None) };
    let key = idempotency_key(key).map_err(|fault| Refusal::Invalid(vec![fault]))?;
    let said = f.pairs().iter().filter(|(name, _)| name != "csrf").map(|(k, v)| (k.as_str(), v.as_str()));
    let said = address("", &said.collect::<Vec<_>>());
    Ok(Some(IdempotencyKey::new(key, Hash::of(format!("POST {}\n{said}", visitor.path)))))
}

/// What this actor may create.
pub(crate) fn categories(actor: &Actor) -> impl Iterator<Item = Category> + use<> {
    let role = actor.role();
    Category::ALL.iter().copied().filter(move |one| granted(role, Permission::CreateRequest(*one)).is_some())
}

/// The accounts that a form proposes, the newest; any other can be typed by its number.
pub(crate) async fn proposed(view: &View) -> Result<Vec<Row<AccountId, Account>>, Error> {
    let page = Page { limit: MAX_PAGE, before: None };
    Ok(view.accounts(AccountFilter::default(), page).await?.items)
}
