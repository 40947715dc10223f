//! What every answer of the console passes: failures become pages, and all carry the headers.

use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::http::header::{self, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::failure::Failure;
use super::frame::{Frame, Section};
use super::guard::page_of;
use super::state::Console;
use super::visitor::Visitor;
use super::wording::Lang;
use crate::problem::ProblemCode;

/// Nothing inline, nothing from outside, no frame around the page, forms to here alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// The middleware around everything that answers: handlers, the guard, what bounds them.
pub(super) async fn finish(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (lang, path) = (Lang::of(request.headers()), page_of(request.method(), request.uri()).to_owned());
    let mut response = next.run(request).await;
    let failure = response.extensions_mut().remove::<Failure>().or_else(|| Failure::of_layers(&response));
    if let Some(failure) = failure {
        let visitor = response.extensions_mut().remove::<Visitor>();
        let frame = Frame::new(&console, visitor.as_ref(), lang, &path, Section::None);
        response = in_place_of(&response, failure.page(frame));
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page that says what another answer did: when to try again, and the code that is counted.
fn in_place_of(response: &Response, mut page: Response) -> Response {
    if let Some(seconds) = response.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
    }
    if let Some(code) = response.extensions().get::<ProblemCode>() {
        page.extensions_mut().insert(*code);
    }
    page
}
