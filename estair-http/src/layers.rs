//! The layers around every router: a request id, a span of the log and metrics for each request; a bound on its time; an
//! answer even when a handler panics; answers that no cache keeps, smaller where their reader accepts it.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use estair_core::clock::{Clock, IdSource, Ids};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::arriving;
use crate::compression::compressed;
use crate::metrics;
use crate::problem::{INTERNAL, Problem, ProblemCode, TIMED_OUT};

/// Longest time to an answer, unless the host says otherwise.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The layers around a router.
#[derive(Clone)]
pub(crate) struct Layers {
    /// Dates the requests.
    pub(crate) clock: Arc<dyn Clock>,
    /// Makes their ids.
    pub(crate) ids: Arc<dyn IdSource>,
    /// Longest time to an answer; a stream may go on after it.
    pub(crate) timeout: Duration,
}

impl Layers {
    /// The router within them: routes and fallbacks alike.
    pub(crate) fn surround<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        self.observe(self.bound(router))
    }

    /// The inner ones: an answer in time, and even after a panic.
    pub(crate) fn bound<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        router.layer(from_fn_with_state(self.timeout, within_time)).layer(CatchPanicLayer::custom(panicked))
    }

    /// The outer ones: compression, headers, request id, span and metrics.
    pub(crate) fn observe<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        compressed(router).layer(from_fn(for_the_caller_alone)).layer(from_fn_with_state(self.clone(), observe))
    }
}

async fn within_time(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    let (request, arrived) = arriving::bounded(request);
    let late = async {
        arrived.await;
        tokio::time::sleep(timeout).await;
    };
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = late => Problem::http(&TIMED_OUT, "what was begun is finished all the same: ask before you try again")
            .retry_after(1)
            .into_response(),
    }
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::http(&INTERNAL, "it has been logged").into_response()
}

/// Answers are for who asked, now: no cache keeps them, no browser guesses their type.
async fn for_the_caller_alone(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Gives each request its id, its span in the log, and its place in the metrics.
async fn observe(State(layers): State<Layers>, request: Request, next: Next) -> Response {
    let id = layers.request_id(request.headers());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "unknown".to_owned());
    let method = known_method(request.method());
    let span = tracing::info_span!("request", request_id = ?id, method, route = %route);
    let began = layers.clock.now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = layers.clock.now().signed_duration_since(began).to_std().unwrap_or_default();
    let code = response.extensions().get::<ProblemCode>().map(|code| code.0);
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, code, took_ms = took.as_millis(), "answered"));
    metrics::answered(method, &route, status, code, took);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The methods there are, and one word for all that callers make up: names from outside would be as many metrics.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

fn known_method(method: &Method) -> &'static str {
    METHODS.into_iter().find(|known| method == *known).unwrap_or("other")
}

impl Layers {
    /// The caller's id, if it is short and plain; otherwise a new one.
    fn request_id(&self, headers: &HeaderMap) -> HeaderValue {
        let plain = |value: &&HeaderValue| {
            let bytes = value.as_bytes();
            let fits = (1..=128).contains(&bytes.len());
            fits && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(b))
        };
        let given = headers.get(REQUEST_ID).filter(plain).cloned();
        given.unwrap_or_else(|| {
            let uuid = Ids::new(self.clock.now(), self.ids.seed()).draw();
            HeaderValue::from_str(&uuid.to_string()).unwrap_or(HeaderValue::from_static("unknown"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_callers_make_up_are_one() {
        assert_eq!(known_method(&Method::PATCH), "PATCH");
        for made_up in ["get", "X1", "X2", "TRACE"] {
            assert_eq!(known_method(&Method::from_bytes(made_up.as_bytes()).unwrap()), "other");
        }
    }
}
