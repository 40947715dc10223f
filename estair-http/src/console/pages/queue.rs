//! The first page: what waits for the role that is signed in.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::actor::Role;
use estair_core::book::View;
use estair_core::category::{Desk, Status};
use estair_core::id::{RequestId, SupportId};
use estair_core::messager::Stats;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{RequestFilter, SupportFilter, SupportSort};
use estair_core::support::{Side, Support};

use crate::console::failure::Failure;
use crate::console::frame::{Frame, Section};
use crate::console::pieces::account_names::{accounts_of, name_of};
use crate::console::pieces::creation::categories;
use crate::console::pieces::outlook::Outlook;
use crate::console::pieces::part::newest_of;
use crate::console::pieces::unseen::{Unseen, unseen_requests, unseen_tickets};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// Rows of a queue on the first page; the list behind it shows the rest.
const ROWS: u32 = 25;

/// A queue: which desk's requests, in which statuses.
struct Waiting {
    key: &'static str,
    desk: Desk,
    status: &'static [Status],
}

/// Whose queues a role sees first.
const fn queues_of(role: Role) -> &'static [Waiting] {
    const FINANCE: Waiting = Waiting { key: "finance", desk: Desk::Finance, status: &[Status::Open, Status::Waiting] };
    const OPERATION: Waiting =
        Waiting { key: "operation", desk: Desk::Operation, status: &[Status::Open, Status::Waiting] };
    const ADMIN: Waiting = Waiting { key: "admin", desk: Desk::Admin, status: &[Status::Open, Status::Waiting] };
    match role {
        Role::Finance => &[FINANCE],
        Role::Operation => &[OPERATION],
        Role::Admin | Role::Auditor => &[ADMIN, FINANCE, OPERATION],
        _ => &[],
    }
}

/// Whose desks a role works on.
pub(in crate::console) fn desks_of(role: Role) -> Vec<Desk> {
    queues_of(role).iter().map(|waiting| waiting.desk).collect()
}

impl Waiting {
    fn filter(&self) -> RequestFilter {
        let status = self.status.to_vec();
        RequestFilter { status, assigned_to: Some(self.desk), ..RequestFilter::default() }
    }
}

/// How many financial requests wait for a role, as far as `most`.
pub(super) async fn count_waiting(view: &View, most: u32) -> Result<usize, Failure> {
    let mut count = 0_usize;
    for waiting in queues_of(view.actor().role()) {
        count = count.saturating_add(view.requests(waiting.filter(), newest_of(most)).await?.items.len());
    }
    Ok(count)
}

/// How many tickets wait for the visitor, as far as `most`: for an answer of theirs, or of their client's side.
pub(super) async fn count_tickets(view: &View, most: u32) -> Result<usize, Failure> {
    let awaiting = match view.actor().role() {
        Role::Operation | Role::Admin => Side::Staff,
        Role::Client => Side::Client,
        _ => return Ok(0),
    };
    let filter = SupportFilter { awaiting: Some(awaiting), sort: SupportSort::Queue, ..SupportFilter::default() };
    Ok(view.supports(filter, newest_of(most)).await?.items.len())
}

/// A queue as it is shown.
struct Shown {
    key: &'static str,
    /// Finance's: its decisions can be taken in a table.
    decides: bool,
    rows: Vec<Decidable>,
    all: String,
    more: bool,
}

/// A request that waits, with what passing it would do.
struct Decidable {
    request: Row<RequestId, Request>,
    account: String,
    outlook: Option<Outlook>,
    unseen: bool,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    p: Frame,
    queues: Vec<Shown>,
    tickets: Vec<Row<SupportId, Support>>,
    unseen: Unseen,
    may_create: bool,
    messages: Option<Stats>,
    /// Messager runs elsewhere, and does not answer.
    is_messager_away: bool,
}

/// The page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let mut queues = Vec::new();
    for waiting in queues_of(visitor.actor.role()) {
        queues.push(read(&console, &visitor, &view, waiting).await?);
    }
    let tickets = match visitor.actor.role() {
        Role::Operation | Role::Admin | Role::Auditor => tickets(&view).await?,
        _ => Vec::new(),
    };
    let unseen = unseen_tickets(&console, &visitor, &tickets).await?;
    let elsewhere = console.access.is_messager_elsewhere();
    let (messages, is_messager_away) = match console.access.messager(visitor.actor) {
        Some(messager) => match messager.stats().await.map_err(|error| Failure::of_messager(error, elsewhere)) {
            Ok(stats) => (Some(stats), false),
            Err(Failure::MessagerAway) => (None, true),
            Err(failure) => return Err(failure),
        },
        None => (None, false),
    };
    let p = Frame::of(&console, &visitor, Section::Queue).watching(&console, &view, "request", "").await?;
    let may_create = categories(&visitor.actor).next().is_some();
    Ok(render(StatusCode::OK, &QueuePage { p, queues, tickets, unseen, may_create, messages, is_messager_away }))
}

async fn read(console: &Console, visitor: &Visitor, view: &View, waiting: &Waiting) -> Result<Shown, Failure> {
    let Waiting { key, desk, .. } = waiting;
    let slice = view.requests(waiting.filter(), newest_of(ROWS)).await?;
    let accounts = accounts_of(view, slice.items.iter().map(|request| request.account)).await?;
    let (policy, now) = (console.access.book().policy(), console.access.now());
    let more = slice.next.is_some();
    let unseen = unseen_requests(console, visitor, &slice.items).await?;
    let rows = slice.items.into_iter().map(|request| {
        let account = accounts.get(&request.account);
        let outlook = account.and_then(|account| Outlook::of(&request, account, policy, now));
        let unseen = unseen.contains(&request.id.0);
        Decidable { account: name_of(&accounts, request.account), outlook, unseen, request }
    });
    let all = console.url(&format!("/requests?assigned_to={desk}"));
    let decides = *desk == Desk::Finance && matches!(view.actor().role(), Role::Finance | Role::Admin);
    Ok(Shown { key, decides, rows: rows.collect(), all, more })
}

async fn tickets(view: &View) -> Result<Vec<Row<SupportId, Support>>, Failure> {
    let filter = SupportFilter { awaiting: Some(Side::Staff), sort: SupportSort::Queue, ..SupportFilter::default() };
    Ok(view.supports(filter, newest_of(ROWS)).await?.items)
}
