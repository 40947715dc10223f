//! The event stream of the API.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::refusal::Refusal;

use super::state::Api;
use crate::body::MAX_ID;
use crate::caller::Caller;
use crate::events::{StillWelcome, follow};
use crate::problem::Problem;

/// Follows what changes.
///
/// Events are `request`, `support`, `account`, `movement` and, for staff, `message`; `data` is a JSON object with the id
/// and the new status. A client hears of its own account, the service role of accounts and movements. An event may come
/// twice around a reconnection, never not at all.
#[utoipa::path(
    get, path = "/api/events", operation_id = "followEvents", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "go on after this event")),
    responses((
        status = 200, description = "Server-sent events, until one side hangs up", body = String,
        content_type = "text/event-stream",
        example = "id: 42\nevent: request\ndata: {\"id\":7,\"status\":\"to_treat\"}\n\n",
    )),
)]
pub(super) async fn stream(State(api): State<Api>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let last = last_event(&parts.headers)?;
    let events = follow(&api.hub, api.view(&caller), last, by_credentials(&api, caller.actor, parts)).await?;
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The event after which a browser that comes back goes on.
fn last_event(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok());
    let number = number.filter(|number| *number <= MAX_ID);
    number.map(Some).ok_or_else(|| Refusal::invalid("Last-Event-ID", "must be the id of an event"))
}

/// A token that was withdrawn ends its streams.
fn by_credentials(api: &Api, actor: Actor, parts: Parts) -> StillWelcome {
    let (authenticate, parts) = (Arc::clone(api.access.authenticate()), Arc::new(parts));
    Box::new(move || {
        let (authenticate, parts) = (Arc::clone(&authenticate), Arc::clone(&parts));
        Box::pin(async move { authenticate.actor(&parts).await.map_or(true, |now| now == Some(actor)) })
    })
}
