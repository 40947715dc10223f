//! The API of ESTAIR as a router: its routes and documents, and who is let in.

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::routing::any;

use crate::api::{Api, Options, people_routes, routes};
use crate::document;
use crate::door::{Door, admit};
use crate::host::Host;
use crate::layers::Layers;
use crate::no_query::{NoQuery, refuse_query};
use crate::problem::{Problem, UNKNOWN_PATH, method_not_allowed};

/// The API of ESTAIR: every route under `/api` but the webhook. Its state is its own, so that it nests in any router.
pub fn api<S: Clone + Send + Sync + 'static>(host: Host, options: Options) -> Router<S> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: options.timeout };
    let door = Door {
        authenticate: Arc::clone(&host.authenticate),
        clock: Arc::clone(&host.clock),
        limits: options.limits.clone(),
    };
    let origins = options.origins.clone();
    let has_people = host.people.is_some();
    let routes = if has_people { routes().merge(people_routes()) } else { routes() };
    let (routes, document) = routes.split_for_parts();
    let router = routes
        .route_layer(from_fn_with_state(NoQuery::of(&document), refuse_query))
        .route_layer(from_fn_with_state(door, admit))
        .merge(document::router(has_people))
        .method_not_allowed_fallback(method_not_allowed)
        // A route and no fallback: the host keeps the fallback of everything else.
        .route("/api", any(unknown_path))
        .route("/api/", any(unknown_path))
        .route("/api/{*unknown}", any(unknown_path))
        .with_state(Api::new(host, options));
    // Within what observes, so that a preflight has its id and its place in the metrics; around all that answers.
    layers.observe(origins.surround(layers.bound(router)))
}

async fn unknown_path(uri: Uri) -> Problem {
    tracing::debug!(path = ?uri.path(), "unknown path");
    Problem::http(&UNKNOWN_PATH, "see /api/openapi.json")
}
