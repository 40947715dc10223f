//! Messager's own API: taking messages from their domains, showing them to staff, replaying, pausing.
//!
//! Messages come with their domain's token (G7); everything else asks the host who it is, and the core's matrix what it
//! may. Nothing is decided here: the store compares and sets, the core says who may.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use estair_core::messager::{MessageFilter, Operator, OutgoingMessage};
use estair_core::queue::JobStatus;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::document;
use super::domain::of_headers;
use super::host::{Access, MessagerHost};
use super::shape::{Count, MessageInFull, Messages, Paused, Replayed, StatsShape, Taken};
use super::view::MessagerView;
use crate::body::{Body, Fields};
use crate::caller::{Caller, by_credentials};
use crate::door::{admit, shows_credentials};
use crate::events::{Listener, answer, follow, last_event};
use crate::idempotency;
use crate::layers::{Layers, TIMEOUT};
use crate::problem::{Problem, UNKNOWN_PATH};
use crate::query::{Params, cursor_after};

/// Messager's API: its paths begin with `/api`; a host mounts it under its own prefix.
pub fn router<S: Clone + Send + Sync + 'static>(host: MessagerHost) -> Router<S> {
    let access = Access::new(host.clone());
    let (handed_over, _) = by_domains().split_for_parts();
    let (asked, _) = by_people().split_for_parts();
    let router = asked.route_layer(from_fn_with_state(access.door(), admit)).merge(handed_over);
    let mut document = routes().into_openapi();
    document::complete(&mut document);
    let text: Arc<str> = document.to_json().unwrap_or_default().into();
    let (clock, ids) = (Arc::clone(&host.clock), Arc::clone(&host.ids));
    let router = router
        .route("/api/openapi.json", get(move || document::serve(Arc::clone(&text))))
        .fallback(|| async { Problem::http(&UNKNOWN_PATH, "Messager serves nothing here") })
        .with_state(access);
    Layers { clock, ids, timeout: TIMEOUT }.surround(router)
}

/// Messager's OpenAPI document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes().split_for_parts();
    document::complete(&mut document);
    document
}

fn routes() -> OpenApiRouter<Access> {
    OpenApiRouter::with_openapi(document::base()).merge(by_domains()).merge(by_people())
}

/// What a domain's token opens.
fn by_domains() -> OpenApiRouter<Access> {
    OpenApiRouter::new().routes(routes!(take))
}

/// What the host's own people may ask.
fn by_people() -> OpenApiRouter<Access> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(replay_many))
        .routes(routes!(one))
        .routes(routes!(replay))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(events))
        .routes(routes!(stats))
}

/// A message to be carried.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field")]
struct NewMessage {
    /// Whose message it is.
    domain: String,
    /// Its type.
    r#type: String,
    /// What it carries.
    payload: Map<String, Value>,
    /// The same key again is the same message.
    idempotency_key: Option<String>,
}

/// Takes a message of a domain. The same key again gives the same ids, with 200.
#[utoipa::path(
    post,
    path = "/api/messages",
    tag = "messages",
    security(("domain_token" = [])),
    request_body = NewMessage,
    responses((status = 201, body = Taken, description = "taken"), (status = 200, body = Taken, description = "taken before")),
)]
async fn take(State(access): State<Access>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let Some(domain) = of_headers(access.domains(), &headers) else {
        if shows_credentials(&headers) {
            access.refused(&parts)?;
        }
        return Err(Refusal::Unauthenticated.into());
    };
    access.hands_over(domain)?;
    let body: Body = Body::from_request(Request::from_parts(parts, body), &()).await?;
    let (message, by_header) = read_message(body.fields()?, &headers)?;
    if !access.domains().iter().any(|known| known.name() == message.domain) {
        return Err(Refusal::UnknownDomain.into());
    }
    if domain.name() != message.domain {
        return Err(Refusal::Unauthenticated.into());
    }
    let (receipt, new) = access.accept(message.clone()).await?;
    if !new && by_header && !access.is_same(&receipt, &message).await? {
        return Err(Refusal::IdempotencyKeyReused.into());
    }
    access.ring();
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Json(Taken::from(receipt))).into_response();
    if !new {
        response.headers_mut().insert(idempotency::REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Longest type of a message, in characters.
const MAX_TYPE: usize = 100;

/// The message of a body; the second value says that its key came in the header.
fn read_message(mut fields: Fields, headers: &HeaderMap) -> Result<(OutgoingMessage, bool), Problem> {
    let domain = fields.take_text("domain", text::MAX_LINE);
    let kind = fields.take_text("type", MAX_TYPE);
    let payload = fields.take_object("payload");
    let given = fields.take_string("idempotency_key");
    let in_body =
        given.map(|key| text::idempotency_key(&key).map_err(|error| fields.fault("idempotency_key", error.message)));
    let in_header = headers.get(idempotency::HEADER).and_then(|value| value.to_str().ok());
    let in_header = in_header.map(text::idempotency_key).transpose();
    let in_header = in_header.unwrap_or_else(|error| {
        fields.faults([error]);
        None
    });
    let in_body = in_body.and_then(Result::ok);
    if in_body.is_some() && in_header.is_some() && in_body != in_header {
        fields.fault("idempotency_key", "is another one than the header's");
    }
    let mut faults = fields.finish();
    for (name, missing) in [("domain", domain.is_none()), ("type", kind.is_none()), ("payload", payload.is_none())] {
        if missing && !faults.iter().any(|fault| fault.field == name) {
            faults.push(FieldError::new(name, "is needed"));
        }
    }
    let by_header = in_header.is_some();
    match (domain, kind, payload) {
        (Some(domain), Some(kind), Some(payload)) if faults.is_empty() => {
            Ok((OutgoingMessage { domain, kind, payload, idempotency_key: in_body.or(in_header) }, by_header))
        }
        _ => Err(Refusal::Invalid(faults).into()),
    }
}

/// Messages, newest first.
#[utoipa::path(
    get,
    path = "/api/messages",
    tag = "messages",
    params(
        ("status" = Option<String>, Query, description = "pending, processing, completed or failed"),
        ("type" = Option<String>, Query, description = "the message's type"),
        ("domain" = Option<String>, Query, description = "the message's domain"),
        ("from" = Option<String>, Query, description = "created at or after: an instant or a day"),
        ("to" = Option<String>, Query, description = "created before: an instant, or to the end of a day"),
        ("q" = Option<String>, Query, description = "whose payload or uuid holds this text"),
        ("limit" = Option<u32>, Query, description = "at most 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "the next_cursor of the page before"),
    ),
    responses((status = 200, body = Messages, description = "a page")),
)]
async fn list(State(access): State<Access>, caller: Caller, uri: Uri) -> Result<Json<Messages>, Problem> {
    let messager = access.view(caller.actor);
    messager.require_reader()?;
    let mut params = Params::of(&uri);
    let filter = MessageFilter {
        status: params.one_of("status", status, &STATUSES),
        kind: params.text("type", MAX_TYPE),
        domain: params.text("domain", text::MAX_LINE),
        from: params.from_instant("from"),
        to: params.to_instant("to"),
        q: params.question(),
    };
    let page = params.page("messages");
    params.finish()?;
    let slice = messager.messages(&filter, page).await?;
    let next = cursor_after("messages", &slice);
    Ok(Json(Messages::of(&slice, next)))
}

/// The statuses that a message has.
const STATUSES: [&str; 4] = ["pending", "processing", "completed", "failed"];

fn status(name: &str) -> Option<JobStatus> {
    JobStatus::from_name(name).filter(|_| STATUSES.contains(&name))
}

/// One message, with what it carries, what came back and every attempt.
#[utoipa::path(
    get,
    path = "/api/messages/{uuid}",
    tag = "messages",
    params(("uuid" = Uuid, Path, description = "the message")),
    responses((status = 200, body = MessageInFull, description = "the message")),
)]
async fn one(
    State(access): State<Access>,
    caller: Caller,
    uuid: Result<Path<String>, PathRejection>,
) -> Result<Json<MessageInFull>, Problem> {
    let messager = access.view(caller.actor);
    messager.require_reader()?;
    let (record, attempts) = messager.message(message_id(uuid)?).await?;
    Ok(Json(MessageInFull::of(record, &attempts)))
}

/// What is no uuid, or no text at all, is not found, like a uuid of nothing.
fn message_id(path: Result<Path<String>, PathRejection>) -> Result<Uuid, Refusal> {
    path.ok().and_then(|Path(text)| text.parse().ok()).ok_or(Refusal::NotFound { what: "message" })
}

/// Why something is done.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field")]
struct Reason {
    reason: Option<String>,
}

/// Replays a failed message: a new cycle with the whole schedule (G4).
#[utoipa::path(
    post,
    path = "/api/messages/{uuid}/replay",
    tag = "messages",
    params(("uuid" = Uuid, Path, description = "the message")),
    request_body(content = Option<Reason>, description = "may be left out"),
    responses((status = 202, body = Replayed, description = "a new cycle begins")),
)]
async fn replay(
    State(access): State<Access>,
    caller: Caller,
    uuid: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<(StatusCode, Json<Replayed>), Problem> {
    let messager = access.view(caller.actor);
    let operator = read_operator(body.fields_if_any()?, |reason| messager.operator(reason))?;
    let uuid = message_id(uuid)?;
    messager.replay(uuid, operator).await?;
    access.ring();
    Ok((StatusCode::ACCEPTED, Json(Replayed { message_uuid: uuid, status: JobStatus::Pending.name() })))
}

/// Which failed messages to replay, and why.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field")]
struct ReplayMany {
    /// Only `failed` ones are replayed.
    status: Option<String>,
    r#type: Option<String>,
    /// Created at or after: an instant or a day.
    from: Option<String>,
    /// Created before: an instant, or to the end of a day.
    to: Option<String>,
    /// Whose payload or uuid holds this text.
    q: Option<String>,
    reason: String,
    /// Count only.
    dry_run: Option<bool>,
}

/// Replays all failed messages that the filter finds, or counts them.
#[utoipa::path(
    post,
    path = "/api/messages/replay",
    tag = "messages",
    request_body = ReplayMany,
    responses((status = 200, body = Count, description = "how many")),
)]
async fn replay_many(State(access): State<Access>, caller: Caller, body: Body) -> Result<Json<Count>, Problem> {
    let messager = access.view(caller.actor);
    let mut fields = body.fields()?;
    let filter = MessageFilter {
        status: fields.take_enum("status", |name| status(name).filter(|s| *s == JobStatus::Failed), ["failed"]),
        kind: fields.take_text("type", MAX_TYPE),
        domain: None,
        from: fields.take_since("from"),
        to: fields.take_until("to"),
        q: fields.take_text("q", text::MAX_LINE),
    };
    let dry_run = fields.take_bool("dry_run").unwrap_or(false);
    let operator = read_operator(fields, |reason| messager.operator_with_reason(reason))?;
    let count = match dry_run {
        true => messager.count_failed(&filter).await?,
        false => messager.replay_all(&filter, &operator).await?,
    };
    access.ring();
    Ok(Json(Count { count }))
}

/// Pauses all deliveries; none uses up an attempt meanwhile.
#[utoipa::path(
    post,
    path = "/api/deliveries/pause",
    tag = "deliveries",
    request_body = Reason,
    responses((status = 200, body = Paused, description = "paused")),
)]
async fn pause(State(access): State<Access>, caller: Caller, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&access, &access.view(caller.actor), body, true).await
}

/// Resumes deliveries.
#[utoipa::path(
    post,
    path = "/api/deliveries/resume",
    tag = "deliveries",
    request_body = Reason,
    responses((status = 200, body = Paused, description = "resumed")),
)]
async fn resume(State(access): State<Access>, caller: Caller, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&access, &access.view(caller.actor), body, false).await
}

async fn set_paused(
    access: &Access,
    messager: &MessagerView,
    body: Body,
    paused: bool,
) -> Result<Json<Paused>, Problem> {
    let operator = read_operator(body.fields()?, |reason| messager.operator_with_reason(reason))?;
    messager.set_paused(paused, &operator).await?;
    access.ring();
    Ok(Json(messager.pause().await?.into()))
}

/// Who does it, with the reason that is left of a body.
fn read_operator(
    mut fields: Fields,
    operator: impl FnOnce(Option<&str>) -> Result<Operator, FieldError>,
) -> Result<Operator, Problem> {
    let reason = fields.take_string("reason");
    let operator = operator(reason.as_deref());
    let mut faults = fields.finish();
    match operator {
        Ok(operator) if faults.is_empty() => return Ok(operator),
        Err(fault) if !faults.iter().any(|known| known.field == fault.field) => faults.push(fault),
        _ => {}
    }
    Err(Refusal::Invalid(faults).into())
}

/// Follows what becomes of messages.
///
/// Events are `message`; `data` is a JSON object with the message's uuid and its new status. With `Last-Event-ID` the stream
/// goes on after that event and loses none; where it cannot, it begins with one event `reset`: load the lists again.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "messages",
    params(("Last-Event-ID" = Option<String>, Header, description = "go on after this event")),
    responses((
        status = 200, description = "Server-sent events, until one side hangs up", body = String,
        content_type = "text/event-stream",
    )),
)]
async fn events(State(access): State<Access>, caller: Caller, request: Request) -> Result<Response, Problem> {
    access.view(caller.actor).require_reader()?;
    let (parts, _) = request.into_parts();
    let (listener, last) = (Listener::to_messager(&caller.actor), last_event(&parts.headers));
    let welcome = by_credentials(access.authenticate(), parts, caller.actor);
    Ok(answer(follow(&access.hub, listener, last.as_deref(), welcome).await?))
}

/// The figures of the dashboard.
#[utoipa::path(
    get,
    path = "/api/stats",
    tag = "messages",
    responses((status = 200, body = StatsShape, description = "the figures")),
)]
async fn stats(State(access): State<Access>, caller: Caller) -> Result<Json<StatsShape>, Problem> {
    Ok(Json(access.view(caller.actor).stats().await?.into()))
}
