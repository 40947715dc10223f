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
use estair_core::store::{Page, RequestFilter, SupportFilter, SupportSort};
use estair_core::support::{Side, Support};

use crate::console::failure::Failure;
use crate::console::frame::{Frame, Section};
use crate::console::pieces::account_names::{accounts_of, name_of};
use crate::console::pieces::outlook::Outlook;
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
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    p: Frame,
    queues: Vec<Shown>,
    tickets: Vec<Row<SupportId, Support>>,
    messages: Option<Stats>,
}

/// The page.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let mut queues = Vec::new();
    for waiting in queues_of(visitor.actor.role()) {
        queues.push(read(&console, &view, waiting).await?);
    }
    let tickets = match visitor.actor.role() {
        Role::Operation | Role::Admin | Role::Auditor => tickets(&view).await?,
        _ => Vec::new(),
    };
    let messages = match console.access.messager(visitor.actor) {
        Some(messager) => Some(messager.stats().await?),
        None => None,
    };
    let p = Frame::of(&console, &visitor, Section::Queue).watching(&console, &view, "request", "").await?;
    Ok(render(StatusCode::OK, &QueuePage { p, queues, tickets, messages }))
}

async fn read(console: &Console, view: &View, waiting: &Waiting) -> Result<Shown, Failure> {
    let Waiting { key, desk, status } = waiting;
    let filter = RequestFilter { status: status.to_vec(), assigned_to: Some(*desk), ..RequestFilter::default() };
    let slice = view.requests(filter, Page { limit: ROWS, before: None }).await?;
    let accounts = accounts_of(view, slice.items.iter().map(|request| request.account)).await?;
    let (policy, now) = (console.access.book().policy(), console.access.now());
    let more = slice.next.is_some();
    let rows = slice.items.into_iter().map(|request| {
        let account = accounts.get(&request.account);
        let outlook = account.and_then(|account| Outlook::of(&request, account, policy, now));
        Decidable { account: name_of(&accounts, request.account), outlook, request }
    });
    let all = console.url(&format!("/requests?assigned_to={desk}"));
    let decides = *desk == Desk::Finance && matches!(view.actor().role(), Role::Finance | Role::Admin);
    Ok(Shown { key, decides, rows: rows.collect(), all, more })
}

async fn tickets(view: &View) -> Result<Vec<Row<SupportId, Support>>, Failure> {
    let filter = SupportFilter { awaiting: Some(Side::Staff), sort: SupportSort::Queue, ..SupportFilter::default() };
    Ok(view.supports(filter, Page { limit: ROWS, before: None }).await?.items)
}
