//! Financial requests: the list, and the page of one with everything that happened to it.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::Timestamp;
use estair_core::command::Command;
use estair_core::fact::Fact;
use estair_core::id::{AccountId, FactId, MovementId, RequestId, Row};
use estair_core::messager::MessageRecord;
use estair_core::movement::Movement;
use estair_core::notify::{DeliveryFilter, DeliveryRecord};
use estair_core::permission::{Permission, require};
use estair_core::queue::Attempt;
use estair_core::read::{FactFilter, MAX_PAGE, Page, RequestFilter};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::request::update::Patch;
use estair_core::request::{Action, Request, allowed_actions};

use super::Console;
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::figures::{Outlook, accounts_of, name_of};
use super::frame::{Frame, Section, grouped};
use super::guard::render;
use super::session::Visitor;

/// A line of the list.
struct Line {
    request: Row<RequestId, Request>,
    account: String,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct ListPage {
    p: Frame,
    f: Fields,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
    may_create: bool,
}

fn read_filter(f: &Fields, faults: &mut Vec<FieldError>) -> RequestFilter {
    RequestFilter {
        status: f.read("status", faults, Status::from_name).into_iter().collect(),
        category: f.read("category", faults, Category::from_name),
        account: f.id("account_id", faults),
        assigned_to: f.read("assigned_to", faults, Desk::from_name),
        created_from: f.since("from", faults),
        created_to: f.until("to", faults),
        q: f.text("q"),
    }
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadRequests)?;
    let mut faults = Vec::new();
    let filter = read_filter(&f, &mut faults);
    let page = f.page(&mut faults);
    accept(faults)?;
    let reader = console.host.reader.as_ref();
    let slice = reader.requests(&filter, page).await?;
    let accounts = accounts_of(reader, slice.items.iter().map(|request| request.account)).await?;
    let rows = slice.items.into_iter().map(|request| Line { account: name_of(&accounts, request.account), request });
    let at = |before: &str| console.url(&f.address_with("/requests", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Requests).watching(&console, "request", "").await?;
    let may_create = super::creation::categories(&visitor.actor).next().is_some();
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, may_create, f }))
}

/// An entry of a timeline.
pub(super) struct Moment {
    /// When.
    pub(super) at: Timestamp,
    /// The stable name of what happened.
    pub(super) kind: &'static str,
    /// Who did it.
    pub(super) by: String,
    /// From where to where, in words.
    pub(super) step: Option<(String, String)>,
    /// The figures and reasons that go with it.
    pub(super) details: Vec<(String, String)>,
    /// The message that it is about.
    pub(super) message: Option<String>,
    /// Who is told, by the stable names of the notices.
    pub(super) told: Vec<&'static str>,
}

/// The facts of a timeline, in words. `groups` are the names that `from` and `to` may have.
pub(super) fn moments(p: &Frame, facts: &[Row<FactId, Fact>], groups: &[&str]) -> Vec<Moment> {
    facts.iter().map(|fact| moment(p, fact, groups)).collect()
}

fn moment(p: &Frame, fact: &Fact, groups: &[&str]) -> Moment {
    let text = |key: &str| fact.data.get(key).and_then(serde_json::Value::as_str);
    let step = text("from").zip(text("to")).map(|(from, to)| (p.any_name(groups, from), p.any_name(groups, to)));
    let details = ["limit", "active_credit", "reason", "error"].iter().filter_map(|key| {
        let value = text(key)?;
        let value = match *key {
            "limit" | "active_credit" => grouped(p.lang, value),
            "reason" => p.any_name(&["refusal"], value),
            _ => value.to_owned(),
        };
        Some((p.name("field", key), value))
    });
    Moment {
        at: fact.at,
        kind: fact.kind.name(),
        by: p.by(&fact.role, &fact.user),
        step,
        details: details.collect(),
        message: text("message_uuid").map(str::to_owned),
        told: fact.notices.iter().map(|notice| notice.name()).collect(),
    }
}

/// A button: what it posts, and its words.
pub(super) struct Button {
    /// `transition:…` or `assign:…`.
    pub(super) value: String,
    /// What it says.
    pub(super) words: String,
    /// Is it the one that passes the request on?
    pub(super) main: bool,
}

/// The buttons of the allowed actions that are a single press (P4).
pub(super) fn buttons(p: &Frame, actions: &[Action], group: &str) -> Vec<Button> {
    let pressed = actions.iter().filter_map(|action| Some((action.name(), action.to()?)));
    pressed
        .map(|(name, to)| Button {
            value: format!("{name}:{to}"),
            words: p.any_name(&[&format!("do.{group}.{name}")], to),
            main: matches!(to, "to_treat" | "processing" | "closed" | "in_progress") && name == "transition",
        })
        .collect()
}

#[derive(Template)]
#[template(path = "request.html")]
struct RequestPage {
    p: Frame,
    request: Row<RequestId, Request>,
    account: Option<Row<AccountId, Account>>,
    outlook: Option<Outlook>,
    moves: Vec<Button>,
    assigns: Vec<Button>,
    may_cancel: bool,
    timeline: Vec<Moment>,
    message: Option<(MessageRecord, Vec<Attempt>)>,
    movement: Option<Row<MovementId, Movement>>,
    deliveries: Vec<DeliveryRecord>,
    reason: String,
}

/// The page of one request.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = id_in_path(&id)?;
    show(&console, &visitor, id, None, String::new()).await
}

/// The page, with what was refused and the reason that was typed.
async fn show(
    console: &Console,
    visitor: &Visitor,
    id: RequestId,
    failure: Option<Failure>,
    reason: String,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadRequests)?;
    let reader = console.host.reader.as_ref();
    let (request, credit) = reader.request(id).await?.ok_or(Refusal::NotFound { what: "request" })?;
    let account = reader.account(request.account).await?;
    let outlook = account
        .as_ref()
        .and_then(|account| Outlook::of(&request, account, console.host.book.policy(), console.host.clock.now()));
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let p = p.watching(console, "request", &id.to_string()).await?;
    let facts = reader.facts(FactFilter::Request(id), MAX_PAGE).await?;
    let actions = allowed_actions(&visitor.actor, &request, credit);
    let all = buttons(&p, &actions, "request");
    let (moves, assigns) = all.into_iter().partition(|button| button.value.starts_with("transition:"));
    let movement = match request.movement.and_then(|link| link.known()) {
        Some(id) => reader.movement(id).await?,
        None => None,
    };
    let message = match (&console.host.messager, request.message_uuid) {
        (Some(messager), Some(uuid)) => messager.message(uuid).await?,
        _ => None,
    };
    let of_request = DeliveryFilter { request: Some(id), ..DeliveryFilter::default() };
    let deliveries = console.host.outgoing.deliveries(&of_request, Page::default()).await?.items;
    let timeline = moments(&p, &facts, &["status", "desk"]);
    let may_cancel = actions.contains(&Action::CancelCredit);
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    let page = RequestPage {
        p,
        request,
        account,
        outlook,
        moves,
        assigns,
        may_cancel,
        timeline,
        message,
        movement,
        deliveries,
        reason,
    };
    Ok(render(status, &page))
}

/// Takes a transition or changes hands, as the button says. A refusal is shown over the page.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    let id: RequestId = id_in_path(&id)?;
    let mut faults = Vec::new();
    let version = f.id("version", &mut faults);
    let mut patch = Patch { version, reason: f.text("reason"), ..Patch::default() };
    match f.get("do").and_then(|action| action.split_once(':')) {
        Some(("transition", to)) => patch.status = Status::from_name(to),
        Some(("assign", to)) => patch.assigned_to = Desk::from_name(to),
        _ => {}
    }
    patch.faults = faults;
    match console.run(&visitor, Command::UpdateRequest(id, patch), None).await {
        Ok(_) => Ok(console.redirect(&format!("/requests/{id}?done=changed"))),
        Err(failure) => show(&console, &visitor, id, Some(failure), f.shown("reason")).await,
    }
}
