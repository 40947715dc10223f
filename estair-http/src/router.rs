//! The API of ESTAIR as a router: its routes and documents, and who is let in.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use estair_core::clock::Clock;

use crate::api::{Api, Options, routes};
use crate::caller::Caller;
use crate::document;
use crate::host::{Authenticate, Host};
use crate::layers::Layers;
use crate::problem::{METHOD_NOT_ALLOWED, Problem, RATE_LIMITED, UNKNOWN_PATH};
use crate::rate_limit::RateLimit;

/// The API of ESTAIR: every route under `/api` but the webhook. Its state is its own, so that it nests in any router.
pub fn api<S: Clone + Send + Sync + 'static>(host: Host, options: Options) -> Router<S> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: options.timeout };
    let door = Door {
        authenticate: Arc::clone(&host.authenticate),
        clock: Arc::clone(&host.clock),
        limit: Arc::new(RateLimit::new(options.rate_per_second)),
    };
    let (routes, _) = routes().split_for_parts();
    let router = routes
        .route_layer(from_fn_with_state(door, admit))
        .merge(document::router())
        .method_not_allowed_fallback(method_not_allowed)
        // A route and no fallback: the host keeps the fallback of everything else.
        .route("/api/{*unknown}", any(unknown_path))
        .with_state(Api::new(host, options));
    layers.surround(router)
}

/// What tells who is let in.
#[derive(Clone)]
struct Door {
    authenticate: Arc<dyn Authenticate>,
    clock: Arc<dyn Clock>,
    limit: Arc<RateLimit>,
}

/// Lets in who is signed in and does not ask too often; the first refusal of P5 comes from here.
async fn admit(State(door): State<Door>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::of(door.authenticate.as_ref(), &parts).await?;
    if let Err(seconds) = door.limit.take(&caller.actor.scope(), door.clock.now()) {
        let problem = Problem::http(&RATE_LIMITED, format!("try again in {seconds} s"));
        return Err(problem.retry_after(seconds));
    }
    parts.extensions.insert(caller);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

async fn unknown_path(uri: Uri) -> Problem {
    tracing::debug!(path = ?uri.path(), "unknown path");
    Problem::http(&UNKNOWN_PATH, "see /api/openapi.json")
}

async fn method_not_allowed(method: Method) -> Problem {
    Problem::http(&METHOD_NOT_ALLOWED, format!("{method} is not served at this path"))
}
