//! The API's list of routes.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::state::Api;
use super::{
    account_history, accounts, comments, events, me, movements, people, posting, preferences, push, requests,
    statement, support, timeline,
};

/// The routes with their documentation: one list for both, so that they cannot drift apart.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(requests::create, requests::list))
        .routes(routes!(requests::preview))
        .routes(routes!(requests::one, requests::update))
        .routes(routes!(timeline::of_request))
        .routes(routes!(support::create, support::list))
        .routes(routes!(support::one, support::update))
        .routes(routes!(comments::comment, comments::comments))
        .routes(routes!(accounts::create, accounts::list))
        .routes(routes!(accounts::one, accounts::update))
        .routes(routes!(account_history::limit, account_history::set_limit))
        .routes(routes!(account_history::history))
        .routes(routes!(statement::of_account))
        .routes(routes!(posting::post))
        .routes(routes!(movements::one))
        .routes(routes!(movements::logs))
        .routes(routes!(events::stream))
        .routes(routes!(push::public_key))
        .routes(routes!(push::subscribe, push::unsubscribe))
        .routes(routes!(preferences::show, preferences::change))
        .routes(routes!(me::show))
}

/// The routes of a host whose people are managed here (A4).
pub(crate) fn people_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::one, people::update))
        .routes(routes!(people::give))
        .routes(routes!(people::withdraw))
}
