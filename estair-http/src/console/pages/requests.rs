//! Financial requests: the list, and the page of one with everything that happened to it.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::action::Action;
use estair_core::category::{Category, Desk, Status};
use estair_core::id::{AccountId, MovementId, RequestId};
use estair_core::messager::MessageRecord;
use estair_core::movement::Movement;
use estair_core::notification::NotificationRecord;
use estair_core::queue::Attempt;
use estair_core::refusal::FieldError;
use estair_core::request::{Request, RequestPatch};
use estair_core::row::Row;
use estair_core::store::RequestFilter;

use crate::console::failure::Failure;
use crate::console::form::{Form, ROWS, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::account_names::{account, accounts_of, name_of};
use crate::console::pieces::buttons::{Button, buttons};
use crate::console::pieces::creation::{categories, key_of};
use crate::console::pieces::outlook::Outlook;
use crate::console::pieces::part::{Part, newest_of};
use crate::console::pieces::timeline::{Moment, moments, people_in, people_of};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// A line of the list.
struct Line {
    request: Row<RequestId, Request>,
    account: String,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct ListPage {
    p: Frame,
    f: Form,
    rows: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
    may_create: bool,
}

fn read_filter(f: &Form, faults: &mut Vec<FieldError>) -> RequestFilter {
    RequestFilter {
        status: f.read("status", faults, Status::from_name).into_iter().collect(),
        category: f.read("category", faults, Category::from_name),
        account: f.id("account_id", faults),
        assigned_to: f.read("assigned_to", faults, Desk::from_name),
        created_from: f.since("from", faults),
        created_to: f.until("to", faults),
        q: f.line("q", faults),
    }
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let filter = read_filter(&f, &mut faults);
    let page = f.page(&mut faults);
    accept(faults)?;
    let view = console.view(&visitor);
    let slice = view.requests(filter, page).await?;
    let accounts = accounts_of(&view, slice.items.iter().map(|request| request.account)).await?;
    let rows = slice.items.into_iter().map(|request| Line { account: name_of(&accounts, request.account), request });
    let at = |before: &str| console.url(&f.address_with("/requests", "before", before));
    let (next, first) = (slice.next.map(|key| at(&key.to_string())), page.before.map(|_| at("")));
    let p = Frame::of(&console, &visitor, Section::Requests).watching(&console, &view, "request", "").await?;
    let may_create = categories(&visitor.actor).next().is_some();
    Ok(render(StatusCode::OK, &ListPage { p, rows: rows.collect(), next, first, may_create, f }))
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
    older: Option<String>,
    newest: Option<String>,
    message: Option<(MessageRecord, Vec<Attempt>)>,
    movement: Option<Row<MovementId, Movement>>,
    notifications: Vec<NotificationRecord>,
    reason: String,
}

/// The page of one request.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<RequestId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

/// The page, with what was refused and what was typed.
async fn show(
    console: &Console,
    visitor: &Visitor,
    id: RequestId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let (request, credit) = view.request(id).await?;
    let account = account(&view, request.account).await?;
    let outlook = account
        .as_ref()
        .and_then(|account| Outlook::of(&request, account, console.access.book().policy(), console.access.now()));
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let p = p.watching(console, &view, "request", &id.to_string()).await?;
    let part = Part::of(&f, "facts")?;
    let facts = view.request_timeline(id, part.page).await?;
    let p = p.naming(console, people_in(&facts.items).chain(request.created_by)).await;
    let actions = view.request_actions(&request, credit).await?;
    let all = buttons(&p, &actions, "request");
    let (moves, assigns) = all.into_iter().partition(|button| button.value.starts_with("transition:"));
    let movement = match request.movement.and_then(|link| link.known()) {
        Some(id) => Some(view.movement(id).await?),
        None => None,
    };
    let message = match (console.access.messager(visitor.actor), request.message_uuid) {
        (Some(messager), Some(uuid)) => messager.message_of(&request, uuid).await?,
        _ => None,
    };
    let p = p.naming(console, message.iter().flat_map(|(_, attempts)| people_of(attempts))).await;
    let notifications = console.access.notifications(visitor.actor).of_request(&request, newest_of(ROWS)).await?.items;
    let timeline = moments(&p, &facts.items, &["status", "desk"]);
    let (newest, older) = part.links(console, &f, &format!("/requests/{id}"), facts.next);
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
        older,
        newest,
        message,
        movement,
        notifications,
        reason: f.shown("reason"),
    };
    Ok(render(status, &page))
}

/// Takes a transition or changes hands, as the button says. A refusal is shown over the page.
pub(super) async fn change(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<RequestId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let version = f.id("version", &mut faults);
    let mut patch = RequestPatch { version, reason: f.text("reason"), ..RequestPatch::default() };
    match f.get("do").and_then(|action| action.split_once(':')) {
        Some(("transition", to)) => patch.status = Status::from_name(to),
        Some(("assign", to)) => patch.assigned_to = Desk::from_name(to),
        _ => {}
    }
    patch.faults = faults;
    match console.run(&visitor, (id, patch), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/requests/{id}?done=changed"))),
        Err(failure) => show(&console, &visitor, id, f, Some(failure)).await,
    }
}
