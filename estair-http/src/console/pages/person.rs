//! One person (A4): what is known, what may change, and the tokens, each shown once when it is given.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::Response;
use estair_core::account::Account;
use estair_core::id::{AccountId, UserId};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::row::Row;
use estair_core::text::{MAX_LINE, optional};

use super::people::{managed, said};
use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::account_names::account;
use crate::console::pieces::creation::key_of;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::people::{GivenToken, Person, PersonPatch, PersonToken};

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    p: Frame,
    /// What was typed, after a refusal; else what is.
    f: Form,
    person: Person,
    account: Option<Row<AccountId, Account>>,
    tokens: Vec<PersonToken>,
    /// A token that was given just now, for this once.
    given: Option<GivenToken>,
}

impl PersonPage {
    /// The value of a field: as it was typed, or as it is.
    fn value(&self, name: &str) -> String {
        if self.f.is("do", "change") {
            return self.f.shown(name);
        }
        let (who, text) = (self.person.membership, |value: &dyn ToString| value.to_string());
        match name {
            "name" => self.person.name.clone(),
            "email" => self.person.email.clone().unwrap_or_default(),
            "role" => text(&who.role()),
            "account_id" => who.account().as_ref().map_or_else(String::new, |id| text(id)),
            "kind" => who.kind().as_ref().map_or_else(String::new, |kind| text(kind)),
            _ => String::new(),
        }
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    fn state(&self) -> &'static str {
        if self.person.disabled { "disabled" } else { "active" }
    }
}

/// The page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<UserId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None, None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    id: UserId,
    f: Form,
    failure: Option<Failure>,
    given: Option<GivenToken>,
) -> Result<Response, Failure> {
    let people = managed(console, visitor)?;
    let person = people.one(id).await?;
    let account = match person.membership.account() {
        Some(id) => account(&console.view(visitor), id).await?,
        None => None,
    };
    let tokens = people.tokens(id).await?;
    let p = Frame::of(console, visitor, Section::People).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &PersonPage { p, f, person, account, tokens, given }))
}

/// Changes somebody, shuts them out or lets them in again, as the button says.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<UserId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    match change_once(&console, &visitor, id, &f).await {
        Ok(done) => Ok(console.redirect(&format!("/people/{id}?done={done}"))),
        Err(failure) => show(&console, &visitor, id, f, Some(failure), None).await,
    }
}

async fn change_once(console: &Console, visitor: &Visitor, id: UserId, f: &Form) -> Result<&'static str, Failure> {
    let people = managed(console, visitor)?;
    let disabled = |disabled| PersonPatch { disabled: Some(disabled), ..PersonPatch::default() };
    let (patch, done) = match f.get("do") {
        Some("disable") => (disabled(true), "disabled"),
        Some("enable") => (disabled(false), "enabled"),
        Some("change") => {
            let (name, email, membership) = said(console, visitor, f).await?;
            let (name, email, membership) = (Some(name), Some(email), Some(membership));
            (PersonPatch { name, email, membership, disabled: None }, "changed")
        }
        _ => return Err(Failure::Unreadable),
    };
    people.change(id, patch).await?;
    Ok(done)
}

/// Gives a token, or withdraws one, as the button says. A token that was given is in the answer itself, and nowhere else: no
/// address holds it.
pub(super) async fn tokens(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<UserId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let done = match f.get("do") {
        Some("give") => give(&console, &visitor, id, &f).await.map(Some),
        Some("withdraw") => withdraw(&console, &visitor, id, &f).await.map(|()| None),
        _ => Err(Failure::Unreadable),
    };
    match done {
        Ok(None) => Ok(console.redirect(&format!("/people/{id}?done=withdrawn"))),
        Ok(given) => {
            let mut response = show(&console, &visitor, id, f, None, given).await?;
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        }
        Err(failure) => show(&console, &visitor, id, f, Some(failure), None).await,
    }
}

async fn give(console: &Console, visitor: &Visitor, id: UserId, f: &Form) -> Result<GivenToken, Failure> {
    let people = managed(console, visitor)?;
    people.seen(id).await?;
    let name = optional("token_name", f.get("token_name"), MAX_LINE).map_err(|fault| Refusal::Invalid(vec![fault]))?;
    Ok(people.give_token(id, name, key_of(visitor, f)?, ()).await?.made)
}

async fn withdraw(console: &Console, visitor: &Visitor, id: UserId, f: &Form) -> Result<(), Failure> {
    let people = managed(console, visitor)?;
    let mut faults = Vec::new();
    let token = f.id::<u64>("token", &mut faults);
    let Some(token) = token.filter(|_| faults.is_empty()) else {
        return Err(Refusal::Invalid(vec![FieldError::new("token", "is needed")]).into());
    };
    let own = people.tokens(id).await?.iter().any(|one| one.id == token);
    // Pressed twice, it is withdrawn once, and that is no failure.
    if console.is_first(visitor, f) && own {
        people.withdraw_token(token).await?;
    }
    Ok(())
}
