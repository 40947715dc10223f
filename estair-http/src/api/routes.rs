//! The API's list of routes.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::state::Api;
use super::{
    account_history, accounts, comments, events, me, movement_list, movements, notifications, people, posting,
    preferences, push, releve, report, requests, search, shadow, statement, support, timeline,
};

/// The routes with their documentation: one list for both, so that they cannot drift apart.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(requests::create::create, requests::list))
        .routes(routes!(requests::create::preview))
        .routes(routes!(requests::lot::decide))
        .routes(routes!(requests::one, requests::update::update))
        .routes(routes!(requests::comments::comment, requests::comments::comments))
        .routes(routes!(timeline::of_request))
        .routes(routes!(support::create, support::list))
        .routes(routes!(support::one, support::update))
        .routes(routes!(comments::comment, comments::comments))
        .routes(routes!(accounts::create, accounts::list))
        .routes(routes!(accounts::one, accounts::update))
        .routes(routes!(account_history::limit, account_history::set_limit))
        .routes(routes!(account_history::history))
        .routes(routes!(statement::of_account))
        .routes(routes!(releve::workbook))
        .routes(routes!(releve::sheet))
        .routes(routes!(posting::post, movement_list::movements))
        .routes(routes!(search::search))
        .routes(routes!(report::daily))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::resend))
        .routes(routes!(movement_list::audit))
        .routes(routes!(movements::one))
        .routes(routes!(movements::logs))
        .routes(routes!(shadow::tell, shadow::report))
        .routes(routes!(events::stream))
        .routes(routes!(push::public_key))
        .routes(routes!(push::subscribe, push::unsubscribe))
        .routes(routes!(preferences::show, preferences::change))
        .routes(routes!(me::show));
    #[cfg(feature = "payments")]
    let routes = routes.routes(routes!(super::payments::post));
    routes
}

/// The routes of a host whose people are managed here (A4).
pub(crate) fn people_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::one, people::update))
        .routes(routes!(people::give))
        .routes(routes!(people::withdraw))
}
