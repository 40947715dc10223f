//! The pages, each with its handlers, and the list of their routes.

mod accounts;
mod agency;
mod assets;
mod audit;
mod decisions;
mod drafts;
mod limits;
mod live;
mod messages;
mod new_request;
mod notifications;
#[cfg(feature = "payments")]
mod payments;
mod people;
mod person;
mod queue;
mod report;
mod requests;
mod search;
mod sign_in;
mod sign_in_link;
mod statement;
mod support;
mod trail;

pub(super) use queue::desks_of;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, any, get, post};

use crate::console::failure::Failure;
use crate::console::guard::staff_alone;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// The routes of a Messager that runs apart.
pub(super) fn routes_of_messager() -> Router<Console> {
    let alerts = Router::new().route("/notifications", get(notifications::list)).merge(of_notifications());
    Router::new().route("/", get(messages::list)).merge(of_messages()).merge(alerts).merge(of_everybody())
}

/// Every route of the console.
pub(super) fn routes() -> Router<Console> {
    let of_staff = Router::new().merge(work()).merge(watch()).merge(directory());
    Router::new().merge(of_staff.route_layer(from_fn(staff_alone))).merge(of_both()).merge(of_everybody())
}

/// A path under which staff and clients find a page each; none where it is for one of them.
fn each(staff: MethodRouter<Console>, client: MethodRouter<Console>) -> MethodRouter<Console> {
    let [staff, client] = [staff, client].map(|pages| pages.fallback(async || Failure::Method));
    any(async move |State(console): State<Console>, request: Request| {
        let is_client = request.extensions().get::<Visitor>().is_some_and(Visitor::is_client);
        if is_client { client.call(request, console).await } else { staff.call(request, console).await }
    })
}

/// What both have: each their own pages, or the same files, which are read as the visitor sees them.
fn of_both() -> Router<Console> {
    use agency::{credit, home, notifications as choices, requests as own_requests, statement as own_account, tickets};
    use new_request as asked;
    Router::new()
        .route("/", each(get(queue::page), get(home::page)))
        .route("/requests", each(get(requests::list), get(own_requests::list)))
        .route("/requests/new", each(get(asked::form).post(asked::submit), get(credit::form).post(credit::submit)))
        .route("/requests/{id}", each(get(requests::page).post(requests::change), get(own_requests::page)))
        .route("/requests/{id}/comments", post(drafts::comment))
        .route("/support", each(get(support::list), get(tickets::list)))
        .route("/support/new", each(get(support::form).post(support::create), get(tickets::form).post(tickets::create)))
        .route("/support/{id}", each(get(support::page), get(tickets::page)).post(support::change))
        .route("/support/{id}/comments", post(support::comment))
        .route("/accounts/{id}", each(get(accounts::page).post(limits::update), get(own_account::page)))
        .route("/accounts/{id}/releve.csv", get(statement::sheet))
        .route("/accounts/{id}/releve.xlsx", get(statement::workbook))
        .route("/notifications", each(get(notifications::list), get(choices::page).post(choices::choose)))
        .route("/notifications/devices", each(MethodRouter::new(), post(choices::device)))
}

/// What every console has.
fn of_everybody() -> Router<Console> {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/ask", post(sign_in_link::ask))
        .route("/sign-in/link", get(sign_in_link::page).post(sign_in_link::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/assets/{name}", get(assets::serve))
        .route("/assets/app.webmanifest", get(assets::manifest))
        .route("/live", get(live::stream))
        .route("/live/news", get(live::news))
        .route("/live/counts", get(live::counts))
}

/// The pages of the daily work.
fn work() -> Router<Console> {
    Router::new()
        .route("/decisions", get(decisions::page).post(decisions::decide))
        .route("/requests/{id}/draft", post(drafts::edit))
        .route("/accounts", get(accounts::list))
        .route("/accounts/new", get(accounts::form).post(accounts::create))
        .route("/accounts/{id}/limit", post(limits::change))
        .route("/accounts/{id}/statement.csv", get(statement::csv))
        .merge(files())
}

/// Files of payments.
fn files() -> Router<Console> {
    let files = Router::new();
    #[cfg(feature = "payments")]
    let files = files.route("/payments", get(payments::page).post(payments::submit));
    files
}

/// The pages of who manages people.
fn directory() -> Router<Console> {
    Router::new()
        .route("/people", get(people::list))
        .route("/people/new", get(people::form).post(people::create))
        .route("/people/{id}", get(person::page).post(person::change))
        .route("/people/{id}/tokens", post(person::tokens))
}

/// The pages of operators and auditors.
fn watch() -> Router<Console> {
    Router::new()
        .merge(of_messages())
        .route("/search", get(search::page))
        .route("/movements", get(audit::find))
        .route("/movements/{id}", get(audit::movement))
        .route("/audit", get(audit::page).post(audit::check))
        .route("/audit/trail", get(trail::list))
        .route("/report", get(report::page))
        .merge(of_notifications())
        .route("/notifications/templates", get(notifications::templates).post(notifications::test))
}

/// Messager's messages.
fn of_messages() -> Router<Console> {
    Router::new()
        .route("/messages", get(messages::list))
        .route("/messages/stats", get(messages::stats))
        .route("/messages/replay", post(messages::replay_all))
        .route("/messages/pause", post(messages::pause))
        .route("/messages/{uuid}", get(messages::page).post(messages::replay))
}

/// One of the notifications, or of Messager's alerts.
fn of_notifications() -> Router<Console> {
    Router::new().route("/notifications/{id}", get(notifications::page).post(notifications::resend))
}
