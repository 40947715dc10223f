//! Messager's own API: taking messages from their domains, showing them to staff, replaying, pausing.
//!
//! Messages come with their domain's token (G7); everything else asks the host who it is, and the core's matrix what it
//! may. Nothing is decided here: the store compares and sets, the core says who may.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use estair_core::actor::Actor;
use estair_core::clock::{Clock, IdSource};
use estair_core::dispatch::{Worker, accept};
use estair_core::messager::{MessageFilter, MessagerStore, Operator, Replay, Submission};
use estair_core::permission::{Permission, require};
use estair_core::queue::{JobStatus, Schedule};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::document;
use super::domain::{Domain, of_headers};
use super::shape::{Count, Figures, MessageInFull, Messages, Paused, Replayed, Taken};
use crate::around::{Around, TIMEOUT};
use crate::body::{Body, Fields};
use crate::host::Authenticate;
use crate::idempotency;
use crate::loops::Wake;
use crate::problem::{Problem, UNKNOWN_PATH};
use crate::query::{Params, cursor_after};

/// What Messager's API needs. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// Its database.
    pub store: Arc<dyn MessagerStore>,
    /// The schedule of its deliveries.
    pub schedule: Schedule,
    /// Who may hand it messages.
    pub domains: Arc<[Domain]>,
    /// Who asks for everything else.
    pub authenticate: Arc<dyn Authenticate>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
    /// Rings when there may be something to deliver.
    pub wake: Wake,
}

/// Messager's API: its paths begin with `/api`; a host mounts it under its own prefix.
pub fn router(service: Service) -> Router {
    let (router, mut document) = routes().split_for_parts();
    document::complete(&mut document);
    let text: Arc<str> = document.to_json().unwrap_or_default().into();
    let (clock, ids) = (Arc::clone(&service.clock), Arc::clone(&service.ids));
    let router = router
        .route("/api/openapi.json", axum::routing::get(move || document::serve(Arc::clone(&text))))
        .fallback(|| async { Problem::http(&UNKNOWN_PATH, "Messager serves nothing here") })
        .with_state(service);
    Around { clock, ids, timeout: TIMEOUT }.surround(router)
}

/// Messager's OpenAPI document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes().split_for_parts();
    document::complete(&mut document);
    document
}

fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(document::base())
        .routes(routes!(take, list))
        .routes(routes!(replay_many))
        .routes(routes!(one))
        .routes(routes!(replay))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(stats))
}

/// The member of staff, or whoever asks.
struct Asking(Actor);

impl FromRequestParts<Service> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        Ok(Self(service.authenticate.actor(parts).await?.ok_or(Refusal::Unauthenticated)?))
    }
}

impl Asking {
    fn operator(&self, service: &Service, reason: String) -> Operator {
        Operator { by: self.0.scope(), reason, at: service.clock.now() }
    }
}

/// A message to be carried.
#[derive(ToSchema)]
#[allow(dead_code)] // read field by field; here for the document
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
async fn take(State(service): State<Service>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let domain = of_headers(&service.domains, &headers).ok_or(Refusal::Unauthenticated)?;
    let (submission, by_header) = read_submission(body.fields()?, &headers)?;
    if !service.domains.iter().any(|known| known.name() == submission.domain) {
        return Err(Refusal::UnknownDomain.into());
    }
    if domain.name() != submission.domain {
        return Err(Refusal::Unauthenticated.into());
    }
    let given = (submission.kind.clone(), submission.payload.clone());
    let (store, clock, ids) = (Arc::clone(&service.store), service.clock, service.ids);
    let schedule = service.schedule;
    // A caller that hangs up does not stop the message half way.
    let taking = tokio::spawn(async move {
        let worker = Worker { clock: clock.as_ref(), ids: ids.as_ref() };
        accept(store.as_ref(), submission, &schedule, &worker).await
    });
    let (receipt, new) = taking.await.map_err(|_| Problem::http(&crate::problem::INTERNAL, "it has been logged"))??;
    if !new && by_header {
        let known = service.store.message(receipt.message_uuid).await?;
        let same = known.is_some_and(|(known, _)| (known.message.kind, known.message.payload) == given);
        if !same {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
    }
    service.wake.ring();
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Json(Taken::from(receipt))).into_response();
    if !new {
        response.headers_mut().insert(idempotency::REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Longest type of a message, in characters.
const MAX_TYPE: usize = 100;

/// A submission; the second value says that its key came in the header.
fn read_submission(mut fields: Fields, headers: &HeaderMap) -> Result<(Submission, bool), Problem> {
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
            Ok((Submission { domain, kind, payload, idempotency_key: in_body.or(in_header) }, by_header))
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
async fn list(State(service): State<Service>, asking: Asking, uri: Uri) -> Result<Json<Messages>, Problem> {
    require(&asking.0, Permission::ReadMessages)?;
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
    let slice = service.store.messages(&filter, page).await?;
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
    State(service): State<Service>,
    asking: Asking,
    Path(uuid): Path<String>,
) -> Result<Json<MessageInFull>, Problem> {
    require(&asking.0, Permission::ReadMessages)?;
    let found = service.store.message(message_id(&uuid)?).await?;
    let (record, attempts) = found.ok_or(UNKNOWN_MESSAGE)?;
    Ok(Json(MessageInFull::of(record, &attempts)))
}

const UNKNOWN_MESSAGE: Refusal = Refusal::NotFound { what: "message" };

fn message_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| UNKNOWN_MESSAGE.into())
}

/// Why something is done.
#[derive(ToSchema)]
#[allow(dead_code)] // read field by field; here for the document
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
    State(service): State<Service>,
    asking: Asking,
    Path(uuid): Path<String>,
    body: axum::body::Bytes,
) -> Result<(StatusCode, Json<Replayed>), Problem> {
    let reason = if body.is_empty() { None } else { read_reason(Fields::read(&body)?, false)? };
    let uuid = message_id(&uuid)?;
    // Who may not read it does not learn whether it exists (P2).
    let seen = require(&asking.0, Permission::ReadMessages);
    if seen.is_ok() && service.store.message(uuid).await?.is_none() {
        return Err(UNKNOWN_MESSAGE.into());
    }
    require(&asking.0, Permission::ReplayMessages)?;
    let operator = asking.operator(&service, reason.unwrap_or_else(|| "replayed by hand".to_owned()));
    match service.store.replay(uuid, &operator).await? {
        Replay::Begun => {
            service.wake.ring();
            let status = JobStatus::Pending.name();
            Ok((StatusCode::ACCEPTED, Json(Replayed { message_uuid: uuid, status })))
        }
        Replay::NotFailed(status) => Err(Refusal::MessageNotFailed { status: status.name() }.into()),
        Replay::Unknown => Err(UNKNOWN_MESSAGE.into()),
    }
}

/// Which failed messages to replay, and why.
#[derive(ToSchema)]
#[allow(dead_code)] // read field by field; here for the document
struct ReplayMany {
    /// Only `failed` ones are replayed.
    status: Option<String>,
    r#type: Option<String>,
    /// Created at or after.
    from: Option<String>,
    /// Created before.
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
async fn replay_many(State(service): State<Service>, asking: Asking, body: Body) -> Result<Json<Count>, Problem> {
    let mut fields = body.fields()?;
    let filter = MessageFilter {
        status: fields.take_enum("status", |name| status(name).filter(|s| *s == JobStatus::Failed), ["failed"]),
        kind: fields.take_text("type", MAX_TYPE),
        domain: None,
        from: fields.take_timestamp("from"),
        to: fields.take_timestamp("to"),
        q: fields.take_text("q", text::MAX_LINE),
    };
    let dry_run = fields.take_bool("dry_run").unwrap_or(false);
    let reason = read_reason(fields, true)?.unwrap_or_default();
    require(&asking.0, Permission::ReplayMessages)?;
    let operator = asking.operator(&service, reason);
    let count = service.store.replay_all(&filter, (!dry_run).then_some(&operator)).await?;
    service.wake.ring();
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
async fn pause(State(service): State<Service>, asking: Asking, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&service, &asking, body, true).await
}

/// Resumes deliveries.
#[utoipa::path(
    post,
    path = "/api/deliveries/resume",
    tag = "deliveries",
    request_body = Reason,
    responses((status = 200, body = Paused, description = "resumed")),
)]
async fn resume(State(service): State<Service>, asking: Asking, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&service, &asking, body, false).await
}

async fn set_paused(service: &Service, asking: &Asking, body: Body, paused: bool) -> Result<Json<Paused>, Problem> {
    let reason = read_reason(body.fields()?, true)?.unwrap_or_default();
    require(&asking.0, Permission::PauseDeliveries)?;
    service.store.set_paused(paused, &asking.operator(service, reason)).await?;
    service.wake.ring();
    Ok(Json(service.store.pause().await?.into()))
}

fn read_reason(mut fields: Fields, needed: bool) -> Result<Option<String>, Problem> {
    let reason = fields.take_text("reason", text::MAX_LINE);
    let mut faults = fields.finish();
    if needed && reason.is_none() && !faults.iter().any(|fault| fault.field == "reason") {
        faults.push(FieldError::new("reason", "is needed"));
    }
    if faults.is_empty() { Ok(reason) } else { Err(Refusal::Invalid(faults).into()) }
}

/// The figures of the dashboard.
#[utoipa::path(
    get,
    path = "/api/stats",
    tag = "messages",
    responses((status = 200, body = Figures, description = "the figures")),
)]
async fn stats(State(service): State<Service>, asking: Asking) -> Result<Json<Figures>, Problem> {
    require(&asking.0, Permission::ReadMessages)?;
    Ok(Json(service.store.stats(service.clock.now()).await?.into()))
}
