//! Messager's own API: taking messages from their domains, showing them to staff, replaying, pausing.
//!
//! Messages come with their domain's token (G7); everything else asks the host who it is, and the core's matrix what it
//! may. Nothing is decided here: the store compares and sets, the core says who may. What people ask is served beside a
//! Messager elsewhere too, through it ([`for_people`], G10).

mod alerts;
mod deliveries;
mod follow;
mod messages;
mod take;

#[cfg(feature = "client")]
pub(super) use alerts::LIST as ALERTS;
#[cfg(feature = "client")]
pub(super) use messages::LIST as MESSAGES;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document;
use super::host::{Access, Beside, MessagerHost};
use crate::compression::contract;
use crate::door::admit;
use crate::host::Host;
use crate::layers::{Layers, TIMEOUT};
use crate::no_query::{NoQuery, refuse_query};
use crate::problem::{Problem, UNKNOWN_PATH, method_not_allowed};

/// Messager's API: its paths begin with `/api`; a host mounts it under its own prefix.
pub fn router<S: Clone + Send + Sync + 'static>(host: MessagerHost) -> Router<S> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: TIMEOUT };
    let (handed_over, _) = by_domains().split_for_parts();
    serve(Access::new(host), handed_over, openapi(), &layers)
}

/// The same for people alone, beside an ESTAIR whose Messager runs elsewhere: it is asked in the name of whoever asks here
/// (G10). Messages are handed to that Messager itself. None for a host without a Messager.
pub fn for_people<S: Clone + Send + Sync + 'static>(host: &Host, beside: Beside) -> Option<Router<S>> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: TIMEOUT };
    // No token is a domain's here.
    let (handed_over, _) = by_domains().split_for_parts();
    Some(serve(Access::beside(host, beside)?, handed_over, of_people(), &layers))
}

fn serve<S: Clone + Send + Sync + 'static>(
    access: Access,
    handed_over: Router<Access>,
    document: utoipa::openapi::OpenApi,
    layers: &Layers,
) -> Router<S> {
    let (asked, of_people) = by_people().split_for_parts();
    let router = asked
        .route_layer(from_fn_with_state(NoQuery::of(&of_people), refuse_query))
        .route_layer(from_fn_with_state(access.door(), admit))
        .merge(handed_over);
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let router = router
        .route("/api/openapi.json", get(move || contract(document)))
        // A route and no fallback: the host keeps the fallback of everything else.
        .route("/api", any(unknown_path))
        .route("/api/", any(unknown_path))
        .route("/api/{*unknown}", any(unknown_path))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(access);
    layers.clone().surround(router)
}

async fn unknown_path() -> Problem {
    Problem::http(&UNKNOWN_PATH, "Messager serves nothing here")
}

/// Messager's OpenAPI document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    completed(OpenApiRouter::with_openapi(document::base()).merge(by_domains()).merge(by_people()))
}

fn of_people() -> utoipa::openapi::OpenApi {
    completed(OpenApiRouter::with_openapi(document::base()).merge(by_people()))
}

fn completed(routes: OpenApiRouter<Access>) -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes.split_for_parts();
    document::complete(&mut document);
    document
}

/// What a domain's token opens.
fn by_domains() -> OpenApiRouter<Access> {
    OpenApiRouter::new().routes(routes!(take::take))
}

/// What the host's own people may ask.
fn by_people() -> OpenApiRouter<Access> {
    OpenApiRouter::new()
        .routes(routes!(messages::list))
        .routes(routes!(messages::replay_many))
        .routes(routes!(messages::one))
        .routes(routes!(messages::replay))
        .routes(routes!(deliveries::pause))
        .routes(routes!(deliveries::resume))
        .routes(routes!(deliveries::state))
        .routes(routes!(deliveries::stats))
        .routes(routes!(deliveries::delivered))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::one))
        .routes(routes!(alerts::resend))
        .routes(routes!(follow::events))
        .routes(routes!(follow::changes))
}
