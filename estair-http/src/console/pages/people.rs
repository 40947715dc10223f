//! People (A4): the list, and a new one. For admin alone, and only of a host whose people are managed here.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::actor::{ClientKind, Role};
use estair_core::email;
use estair_core::id::AccountId;
use estair_core::membership::Membership;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text::{MAX_LINE, bounded};

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::pieces::account_names::{accounts_of, name_of};
use crate::console::pieces::creation::key_of;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::people::{NewPerson, PeopleView, Person, PersonFilter, needs_email, role_of};

/// The people as the visitor may manage them.
pub(super) fn managed(console: &Console, visitor: &Visitor) -> Result<PeopleView, Failure> {
    let people = console.access.people(visitor.actor).ok_or(Failure::NotFound)?;
    people.require()?;
    Ok(people)
}

/// A line of the list.
struct Line {
    person: Person,
    account: Option<(AccountId, String)>,
}

#[derive(Template)]
#[template(path = "people.html")]
struct ListPage {
    p: Frame,
    f: Form,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let people = managed(&console, &visitor)?;
    let mut faults = Vec::new();
    let filter = PersonFilter {
        role: f.read("role", &mut faults, role_of),
        account: f.id("account_id", &mut faults),
        disabled: f.read("disabled", &mut faults, |text| text.parse().ok()),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let slice = people.list(&filter, page).await?;
    let view = console.view(&visitor);
    let accounts = accounts_of(&view, slice.items.iter().filter_map(|person| person.membership.account())).await?;
    let rows = slice.items.into_iter().map(|person| {
        let account = person.membership.account().map(|id| (id, name_of(&accounts, id)));
        Line { person, account }
    });
    let at = |before: &str| console.url(&f.address_with("/people", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::People);
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, f }))
}

#[derive(Template)]
#[template(path = "person_new.html")]
struct NewPage {
    p: Frame,
    f: Form,
}

/// The form of somebody new.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show_form(&console, &visitor, f, None)
}

fn show_form(console: &Console, visitor: &Visitor, f: Form, failure: Option<Failure>) -> Result<Response, Failure> {
    managed(console, visitor)?;
    let p = Frame::of(console, visitor, Section::People).after(failure.as_ref());
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NewPage { p, f }))
}

/// Creates somebody.
pub(super) async fn create(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    match create_once(&console, &visitor, &f).await {
        Ok(person) => Ok(console.redirect(&format!("/people/{}?done=created", person.id))),
        Err(failure) => show_form(&console, &visitor, f, Some(failure)),
    }
}

async fn create_once(console: &Console, visitor: &Visitor, f: &Form) -> Result<Person, Failure> {
    let people = managed(console, visitor)?;
    let (name, email, membership) = said(console, visitor, f).await?;
    let person = NewPerson { name, email, membership, disabled: false };
    Ok(people.create(person, key_of(visitor, f)?, ()).await?.made)
}

/// What a form says of somebody, whole.
pub(super) async fn said(
    console: &Console,
    visitor: &Visitor,
    f: &Form,
) -> Result<(String, Option<String>, Membership), Failure> {
    let mut faults = Vec::new();
    let name = bounded("name", f.get("name").unwrap_or_default(), MAX_LINE).map_err(|fault| faults.push(fault)).ok();
    let email = f.get("email").map(|text| email::checked("email", text)).transpose();
    let email = email.map_err(|fault| faults.push(fault)).ok().flatten();
    let role = f.read("role", &mut faults, role_of);
    let account = f.id("account_id", &mut faults);
    let kind = f.read("kind", &mut faults, ClientKind::from_name);
    let membership = role.map(|role| Membership::new(role, account, kind)).transpose();
    let membership = membership.map_err(|fault| faults.push(fault)).ok().flatten();
    let lacks = |name: &str| f.get(name).is_none();
    faults.extend(lacks("role").then(|| FieldError::new("role", "is needed")));
    faults.extend((lacks("email") && role.is_some_and(needs_email)).then(|| FieldError::new("email", "is needed")));
    let (Some(name), Some(membership), true) = (name, membership, faults.is_empty()) else {
        return Err(Refusal::Invalid(faults).into());
    };
    if let Some(id) = membership.account() {
        console.view(visitor).account(id).await?;
    }
    Ok((name, email, membership))
}

impl Frame {
    /// The roles that somebody may have.
    pub(super) fn roles(&self) -> Vec<&'static str> {
        Role::ALL.into_iter().map(Role::name).filter(|name| role_of(name).is_some()).collect()
    }

    /// The kinds of clients.
    pub(super) fn client_kinds(&self) -> Vec<&'static str> {
        ClientKind::ALL.iter().map(|kind| kind.name()).collect()
    }
}
