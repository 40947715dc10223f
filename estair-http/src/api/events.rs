//! The event stream of the API.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use super::state::Api;
use crate::caller::{Caller, by_credentials};
use crate::events::{Listener, answer, follow, last_event};
use crate::problem::Problem;

/// Follows what changes.
///
/// Events are `request`, `support`, `account`, `movement` and, for staff, `message`; `data` is a JSON object with the id
/// and the new status. A client hears of its own account, the service role of accounts and movements. With
/// `Last-Event-ID` the stream goes on after that event and loses none; where it cannot, it begins with one event `reset`:
/// load the lists again. The last 24 hours are kept, at most 10,000 events.
#[utoipa::path(
    get, path = "/api/events", operation_id = "followEvents", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "go on after this event")),
    responses((
        status = 200, description = "Server-sent events, until one side hangs up", body = String,
        content_type = "text/event-stream",
        example = "id: 7mQ…\nevent: request\ndata: {\"id\":7,\"status\":\"to_treat\"}\n\n",
    )),
)]
pub(super) async fn stream(State(api): State<Api>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let (listener, last) = (Listener::to_book(api.view(&caller)), last_event(&parts.headers));
    let welcome = by_credentials(Arc::clone(api.access.authenticate()), parts, caller.actor);
    Ok(answer(follow(&api.hub, listener, last.as_deref(), welcome).await?))
}
