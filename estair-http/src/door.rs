//! The door before routes that ask for an actor: who is let in, how often, and with how much open at once.
//!
//! Guarantees: nobody without good credentials comes through; who has shown bad ones too often at one address hears 429 in the
//! place of 401; a stream or a download has its place until it is over.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use estair_core::clock::Clock;
use estair_core::refusal::Refusal;

use crate::caller::Caller;
use crate::host::Authenticate;
use crate::limits::{Limits, Place};
use crate::problem::Problem;

/// What tells who is let in.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) authenticate: Arc<dyn Authenticate>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
}

/// Lets in who is signed in and does not ask too often; the first refusal of P5 comes from here.
pub(crate) async fn admit(State(door): State<Door>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = match door.authenticate.actor(&parts).await? {
        Some(actor) => Caller::from_actor(actor, &parts),
        None => {
            if shows_credentials(&parts.headers) {
                door.limits.refused(&parts.extensions, door.clock.now())?;
            }
            return Err(Refusal::Unauthenticated.into());
        }
    };
    let scope = caller.actor.scope();
    door.limits.asks(&scope, door.clock.now())?;
    parts.extensions.insert(caller);
    let request = Request::from_parts(parts, body);
    let place = place(&door.limits, &scope, &request)?;
    let response = next.run(request).await;
    Ok(match place {
        Some(place) => place.until_sent(response),
        None => response,
    })
}

/// Who shows nothing has not tried anything.
pub(crate) fn shows_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(header::COOKIE)
}

/// The place that a stream or a download needs.
fn place(limits: &Limits, scope: &str, request: &Request) -> Result<Option<Place>, Problem> {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let wants = |kind: &str| {
        let mut accepted = request.headers().get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        accepted.any(|accepted| accepted.contains(kind))
    };
    if !matches!(*request.method(), Method::GET) {
        Ok(None)
    } else if path.ends_with("/api/events") {
        limits.stream(scope).map(Some)
    } else if is_file(path) || (path.ends_with("/mouvements") && wants("text/csv")) {
        limits.download(scope).map(Some)
    } else {
        Ok(None)
    }
}

fn is_file(path: &str) -> bool {
    path.ends_with(".csv") || path.ends_with(".xlsx")
}
