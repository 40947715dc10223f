//! Financial requests: the list, and the page of one with everything that happened to it.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::account::Account;
use estair_core::action::Action;
use estair_core::book::View;
use estair_core::category::{Category, Desk, Status};
use estair_core::id::{AccountId, CommentId, MovementId, RequestId};
use estair_core::messager::MessageRecord;
use estair_core::money::Money;
use estair_core::movement::Movement;
use estair_core::notification::{NotificationRecord, Shown};
use estair_core::permission::Permission;
use estair_core::queue::Attempt;
use estair_core::refusal::FieldError;
use estair_core::request::{Request, RequestPatch};
use estair_core::row::{Comment, Row};
use estair_core::store::{RequestFilter, RequestOrder};

use super::decisions::reason_of;
use crate::console::failure::Failure;
use crate::console::form::{Form, ROWS, accept};
use crate::console::frame::{Frame, Section};
use crate::console::path::Id;
use crate::console::pieces::account_names::{account, accounts_of, name_of};
use crate::console::pieces::buttons::{Button, buttons};
use crate::console::pieces::creation::{categories, key_of};
use crate::console::pieces::outlook::Outlook;
use crate::console::pieces::part::{Part, newest_of};
use crate::console::pieces::raise::raise_to;
use crate::console::pieces::timeline::{Moment, moments, people_in, people_of};
use crate::console::pieces::unseen::{note_seen, unseen_requests};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// A line of the list.
struct Line {
    request: Row<RequestId, Request>,
    account: String,
    unseen: bool,
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
        draft: f.get("draft").map(|draft| draft == "yes"),
        order: f.read("sort", faults, order_of).unwrap_or_default(),
        ..RequestFilter::default()
    }
}

/// The order that a list is asked for.
fn order_of(name: &str) -> Option<RequestOrder> {
    Some(match name {
        "newest" => RequestOrder::Newest,
        "oldest" => RequestOrder::Oldest,
        "expiry" => RequestOrder::Expiry,
        "amount" => RequestOrder::Amount(None),
        _ => return None,
    })
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
    let unseen = unseen_requests(&console, &visitor, &slice.items).await?;
    let rows = slice.items.into_iter().map(|request| Line {
        account: name_of(&accounts, request.account),
        unseen: unseen.contains(&request.id.0),
        request,
    });
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
    may_edit: bool,
    may_comment: bool,
    /// The limit that lets it pass, where the visitor may set it (C10).
    raise: Option<Money>,
    comments: Vec<Row<CommentId, Comment>>,
    older_comments: Option<String>,
    newest_comments: Option<String>,
    f: Form,
    timeline: Vec<Moment>,
    older: Option<String>,
    newest: Option<String>,
    message: Option<(MessageRecord, Vec<Attempt>)>,
    is_messager_away: bool,
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
pub(super) async fn show(
    console: &Console,
    visitor: &Visitor,
    id: RequestId,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let view = console.view(visitor);
    let (request, credit) = view.request(id).await?;
    note_seen(console, visitor, Shown::Request, id.0, request.version).await;
    let account = account(&view, request.account).await?;
    let outlook = account
        .as_ref()
        .and_then(|account| Outlook::of(&request, account, console.access.book().policy(), console.access.now()));
    let p = Frame::of(console, visitor, Section::Requests).after(failure.as_ref());
    let p = p.watching(console, &view, "request", &id.to_string()).await?;
    let (part, thread) = (Part::of(&f, "facts")?, Part::of(&f, "comments")?);
    let comments = view.request_comments(id, thread.page).await?;
    let facts = view.request_timeline(id, part.page).await?;
    let p = p.naming(console, people_in(&facts.items).chain(request.created_by)).await;
    let actions = view.request_actions(&request, credit).await?;
    let all = buttons(&p, &actions, "request");
    let (mut moves, assigns): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|button| button.value.starts_with("transition:"));
    let raise = raise_of(console, &view, &request, account.as_ref()).filter(|_| moves.iter().any(passes));
    if outlook.as_ref().is_some_and(|outlook| ["exceeds", "expired"].contains(&outlook.verdict)) {
        // No button that is known to fail.
        moves.retain(|button| !passes(button));
    }
    let movement = match request.movement.and_then(|link| link.known()) {
        Some(id) => Some(view.movement(id).await?),
        None => None,
    };
    let mut is_messager_away = false;
    let message = match (console.access.messager(visitor.actor), request.message_uuid) {
        (Some(messager), Some(uuid)) => {
            let elsewhere = console.access.is_messager_elsewhere();
            match messager.message_of(&request, uuid).await.map_err(|error| Failure::of_messager(error, elsewhere)) {
                Ok(found) => found,
                Err(Failure::MessagerAway) => {
                    is_messager_away = true;
                    None
                }
                Err(failure) => return Err(failure),
            }
        }
        _ => None,
    };
    let p = p.naming(console, message.iter().flat_map(|(_, attempts)| people_of(attempts))).await;
    let notifications = console.access.notifications(visitor.actor).of_request(&request, newest_of(ROWS)).await?.items;
    let timeline = moments(&p, &facts.items, &["status", "desk"]);
    let path = format!("/requests/{id}");
    let (newest, older) = part.links(console, &f, &path, facts.next);
    let (newest_comments, older_comments) = thread.links(console, &f, &path, comments.next);
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
        may_edit: actions.contains(&Action::Edit),
        may_comment: actions.contains(&Action::Comment),
        raise,
        // As they were said.
        comments: comments.items.into_iter().rev().collect(),
        older_comments,
        newest_comments,
        timeline,
        older,
        newest,
        message,
        is_messager_away,
        movement,
        notifications,
        reason: f.shown("reason"),
        f,
    };
    Ok(render(status, &page))
}

/// Is it the button that approves?
fn passes(button: &Button) -> bool {
    button.value == format!("transition:{}", Status::ToTreat)
}

/// The limit that lets a credit pass, for who may set it.
fn raise_of(
    console: &Console,
    view: &View,
    request: &Request,
    account: Option<&Row<AccountId, Account>>,
) -> Option<Money> {
    let policy = console.access.book().policy();
    let raises =
        request.definition().limited && view.may(Permission::SetLimit) && !request.has_expired(console.access.now());
    account.filter(|_| raises).and_then(|account| raise_to(account, policy, request.amount))
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
        Some(("raise", limit)) => {
            patch.status = Some(Status::ToTreat);
            patch.limit = limit.parse().map_err(|error| faults.push(FieldError::new("limit", error))).ok();
            if patch.reason.is_none() {
                let (request, _) = console.view(&visitor).request(id).await?;
                patch.reason = Some(reason_of(&visitor, &request));
            }
        }
        _ => {}
    }
    patch.faults = faults;
    match console.run(&visitor, (id, patch), key_of(&visitor, &f)?).await {
        Ok(_) => Ok(console.redirect(&format!("/requests/{id}?done=changed"))),
        Err(failure) => show(&console, &visitor, id, f, Some(failure)).await,
    }
}
