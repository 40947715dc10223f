//! What becomes of messages, as a stream and by number.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use estair_core::refusal::{FieldError, Refusal};

use crate::caller::{Caller, by_credentials};
use crate::events::{Listener, answer, follow, last_event};
use crate::messager::host::Access;
use crate::messager::shape::Changes;
use crate::problem::Problem;
use crate::query::Params;

/// Changes that one call gives at most.
pub(crate) const MAX_CHANGES: u32 = 500;

/// Follows what becomes of messages.
///
/// Events are `message`; `data` is a JSON object with the message's uuid and its new status. With `Last-Event-ID` the stream
/// goes on after that event and loses none; where it cannot, it begins with one event `reset`: load the lists again.
#[utoipa::path(
    get,
    path = "/api/events",
    operation_id = "followMessageEvents",
    tag = "messages",
    params(("Last-Event-ID" = Option<String>, Header, description = "go on after this event")),
    responses((
        status = 200, description = "Server-sent events, until one side hangs up", body = String,
        content_type = "text/event-stream",
    )),
)]
pub(super) async fn events(
    State(access): State<Access>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    access.view(caller.actor).require_reader()?;
    let (parts, _) = request.into_parts();
    let (listener, last) = (Listener::to_messager(&caller.actor), last_event(&parts.headers));
    let welcome = by_credentials(access.authenticate(), parts, caller.actor);
    Ok(answer(follow(&access.hub, listener, last.as_deref(), welcome).await?))
}

/// The numbered changes of messages after one of them, oldest first: what a console elsewhere reads again and again.
///
/// A number is given after the change is committed, one after the other: who has seen one has seen all before it. The last 24
/// hours are kept, at most 10,000; `before_first` is the last number that is not kept any more, `last` the newest.
#[utoipa::path(
    get,
    path = "/api/changes",
    operation_id = "listChanges",
    tag = "messages",
    params(
        ("after" = Option<u64>, Query, description = "the last number that was seen; 0 when left out"),
        ("limit" = Option<u32>, Query, description = "1 to 500, 500 when left out"),
    ),
    responses((status = 200, body = Changes, description = "the changes")),
)]
pub(super) async fn changes(State(access): State<Access>, caller: Caller, uri: Uri) -> Result<Json<Changes>, Problem> {
    let messager = access.view(caller.actor);
    messager.require_reader()?;
    let mut params = Params::of(&uri);
    let after = params.id::<u64>("after").unwrap_or(0);
    let limit = params.id::<u64>("limit").unwrap_or(MAX_CHANGES.into());
    params.finish()?;
    let limit = u32::try_from(limit).ok().filter(|limit| (1..=MAX_CHANGES).contains(limit));
    let fault = || Refusal::Invalid(vec![FieldError::new("limit", format_args!("must be 1 to {MAX_CHANGES}"))]);
    let (events, range) = messager.changes(after, limit.ok_or_else(fault)?).await?;
    Ok(Json(Changes::of(&events, range)))
}
