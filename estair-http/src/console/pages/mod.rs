//! The pages, each with its handlers, and the list of their routes.

mod accounts;
mod assets;
mod audit;
mod decisions;
mod drafts;
mod limits;
mod live;
mod messages;
mod new_request;
mod notifications;
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

use axum::Router;
use axum::routing::{get, post};

use crate::console::state::Console;

/// The routes of a Messager that runs apart.
pub(super) fn routes_of_messager() -> Router<Console> {
    Router::new().route("/", get(messages::list)).merge(of_messages()).merge(of_notifications()).merge(of_everybody())
}

/// Every route of the console.
pub(super) fn routes() -> Router<Console> {
    Router::new().merge(work()).merge(watch()).merge(directory()).merge(of_everybody())
}

/// What every console has.
fn of_everybody() -> Router<Console> {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/ask", post(sign_in_link::ask))
        .route("/sign-in/link", get(sign_in_link::page).post(sign_in_link::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/assets/{name}", get(assets::serve))
        .route("/live", get(live::stream))
        .route("/live/news", get(live::news))
}

/// The pages of the daily work.
fn work() -> Router<Console> {
    Router::new()
        .route("/", get(queue::page))
        .route("/decisions", get(decisions::page).post(decisions::decide))
        .route("/requests", get(requests::list))
        .route("/requests/new", get(new_request::form).post(new_request::submit))
        .route("/requests/{id}", get(requests::page).post(requests::change))
        .route("/requests/{id}/draft", post(drafts::edit))
        .route("/requests/{id}/comments", post(drafts::comment))
        .route("/support", get(support::list))
        .route("/support/new", get(support::form).post(support::create))
        .route("/support/{id}", get(support::page).post(support::change))
        .route("/support/{id}/comments", post(support::comment))
        .route("/accounts", get(accounts::list))
        .route("/accounts/new", get(accounts::form).post(accounts::create))
        .route("/accounts/{id}", get(accounts::page).post(limits::update))
        .route("/accounts/{id}/limit", post(limits::change))
        .route("/accounts/{id}/statement.csv", get(statement::csv))
        .route("/accounts/{id}/releve.csv", get(statement::sheet))
        .route("/accounts/{id}/releve.xlsx", get(statement::workbook))
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

/// Notifications, or Messager's alerts.
fn of_notifications() -> Router<Console> {
    Router::new()
        .route("/notifications", get(notifications::list))
        .route("/notifications/{id}", get(notifications::page).post(notifications::resend))
}
