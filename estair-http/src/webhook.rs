//! The webhook that Messager delivers to, `POST /api/webhook/helpdesk/movement`, and what a Messager apart asks for its alerts,
//! `POST /api/webhook/helpdesk/failure`.
//!
//! A delivery is believed when one of the domain's secrets signed it, freshly (G7). The envelope is strict; the payload is
//! read by the core and kept whole with the movement. What was begun is finished even when the caller hangs up. A business
//! outcome is 200; what is malformed or disagrees with its request is 422, 409 or 413 and stays so; trouble of the storage
//! is 503 and may be tried again (G2).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use estair_core::Book;
use estair_core::actor::{Actor, Origin};
use estair_core::clock::{Clock, IdSource, rfc3339};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::request::{IncomingMessage, Payload, is_message_type};
use estair_core::row::MovementStatus;
use estair_core::store::Reader;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::arriving;
use crate::body::{Fields, MAX_BODY, require_json};
use crate::layers::{Layers, TIMEOUT};
use crate::limits::Limits;
use crate::problem::{Problem, method_not_allowed};
use crate::runner;
use crate::shapes::ProblemShape;
use crate::signature::{SIGNATURE, Secrets};

/// What the webhook needs. Cheap to clone.
#[derive(Clone)]
pub struct Webhook {
    book: Book,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    limits: Limits,
    reader: Option<Arc<dyn Reader>>,
}

impl Webhook {
    /// The webhook of a book, with the secrets that sign for its domain.
    #[must_use]
    pub fn new(book: Book, secrets: Secrets, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { book, secrets: Arc::new(secrets), clock, ids, limits: Limits::default(), reader: None }
    }

    /// Counts refused signatures together with what else an address has tried.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Tells a Messager elsewhere what the book knows of a failure, for its alerts (N5).
    #[must_use]
    pub fn telling_failures(self, reader: Arc<dyn Reader>) -> Self {
        Self { reader: Some(reader), ..self }
    }

    /// A signed delivery is never too many; bad signatures are, at one address.
    fn believe(&self, parts: &Parts, body: &[u8]) -> Result<(), Problem> {
        let now = self.clock.now();
        let Err(error) = self.secrets.verify(&parts.headers, body, now) else { return Ok(()) };
        if parts.headers.contains_key(SIGNATURE) {
            self.limits.refused(&parts.extensions, now)?;
        }
        tracing::warn!(error = %error, "a delivery was not believed");
        Err(Refusal::Unauthenticated.into())
    }
}

/// The webhook's route.
pub fn router<S: Clone + Send + Sync + 'static>(webhook: Webhook) -> Router<S> {
    let (router, _) = routes().split_for_parts();
    let (clock, ids) = (Arc::clone(&webhook.clock), Arc::clone(&webhook.ids));
    Layers { clock, ids, timeout: TIMEOUT }
        .surround(router.method_not_allowed_fallback(method_not_allowed).with_state(webhook))
}

/// The webhook's route with its part of the OpenAPI document.
pub(crate) fn routes() -> OpenApiRouter<Webhook> {
    OpenApiRouter::new().routes(routes!(deliver)).routes(routes!(failure))
}

/// A message to be carried into the book.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field, for the exact amounts")]
struct Envelope {
    /// The message.
    message_uuid: Uuid,
    /// `credit_request`, `load_request`, `unload_request` or `cancel_credit_request`.
    r#type: String,
    /// The request as Messager was given it.
    payload: Map<String, Value>,
}

/// What became of a message: the movement, or a business outcome.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents an answer that the core writes, whichever way a message came")]
struct Outcome {
    success: bool,
    mouvement_id: Option<u64>,
    mouvement_uuid: Option<Uuid>,
    /// `waiting`, `expired`, `cancelled`, `superseded` or `not_ready`.
    outcome: Option<&'static str>,
    /// The rule that refused, with its figures.
    error: Option<Value>,
}

/// Carries a message into the book. The same message again gets the same answer.
#[utoipa::path(
    post,
    path = "/api/webhook/helpdesk/movement",
    operation_id = "deliverMessage",
    tag = "webhook",
    security(("signature" = [])),
    request_body = Envelope,
    params(
        ("webhook-id" = String, Header, description = "the message's id, the same on every retry"),
        ("webhook-timestamp" = i64, Header, description = "unix seconds of this attempt"),
        ("webhook-signature" = String, Header, description = "v1, and the base64 of HMAC-SHA256; several with blanks between"),
    ),
    responses(
        (status = 200, body = Outcome, description = "the movement, or a business outcome"),
        (status = 400, body = ProblemShape, content_type = "application/problem+json", description = "unreadable JSON"),
        (status = 401, body = ProblemShape, content_type = "application/problem+json", description = "the signature is missing, wrong or stale"),
        (status = 404, body = ProblemShape, content_type = "application/problem+json", description = "no such request"),
        (status = 408, body = ProblemShape, content_type = "application/problem+json", description = "the body did not come whole"),
        (status = 409, body = ProblemShape, content_type = "application/problem+json", description = "the message disagrees with its request"),
        (status = 413, body = ProblemShape, content_type = "application/problem+json", description = "over 64 KiB"),
        (status = 415, body = ProblemShape, content_type = "application/problem+json", description = "encoded, or no JSON"),
        (status = 422, body = ProblemShape, content_type = "application/problem+json", description = "malformed"),
        (status = 429, body = ProblemShape, content_type = "application/problem+json", description = "too many bad signatures from one address"),
        (status = 503, body = ProblemShape, content_type = "application/problem+json", description = "the storage cannot answer now"),
    ),
)]
async fn deliver(State(webhook): State<Webhook>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    require_json(&parts.headers)?;
    let body = arriving::whole(&parts.headers, body, MAX_BODY).await?;
    webhook.believe(&parts, &body)?;
    // From where the person came who passed the request is kept with it; the machine that delivers is nobody (W5).
    let who = (Actor::System, Origin::default());
    let delivered = runner::run(&webhook.book, who, read(&body)?, None).await?.answer;
    Ok(([(header::CONTENT_TYPE, "application/json")], delivered.to_json().to_string()).into_response())
}

/// The message whose failure is asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field")]
struct Failed {
    message_uuid: Uuid,
}

/// What the book knows of a movement that failed.
#[derive(Debug, Serialize, ToSchema)]
struct FailureTold {
    requete_id: Option<u64>,
    requete_name: Option<String>,
    /// `load`, `unload`, `daily_credit` or `cancel_credit`.
    category: Option<&'static str>,
    account_name: Option<String>,
    amount: Option<String>,
    currency: Option<String>,
    /// What kind of trouble it was; null where the movement was written after all.
    error_type: Option<String>,
    error_message: Option<String>,
    error_trace: Option<String>,
    /// When it was kept.
    #[schema(format = DateTime)]
    failed_at: Option<String>,
}

/// Tells what the book knows of a message's failure: what the critical alert of a Messager apart holds of it.
#[utoipa::path(
    post,
    path = "/api/webhook/helpdesk/failure",
    operation_id = "explainFailure",
    tag = "webhook",
    security(("signature" = [])),
    request_body = Failed,
    params(
        ("webhook-id" = String, Header, description = "the message's id"),
        ("webhook-timestamp" = i64, Header, description = "unix seconds of this call"),
        ("webhook-signature" = String, Header, description = "v1, and the base64 of HMAC-SHA256; several with blanks between"),
    ),
    responses(
        (status = 200, body = FailureTold, description = "the request and the error"),
        (status = 401, body = ProblemShape, content_type = "application/problem+json", description = "the signature is missing, wrong or stale"),
        (status = 404, body = ProblemShape, content_type = "application/problem+json", description = "the message left nothing in the book"),
        (status = 422, body = ProblemShape, content_type = "application/problem+json", description = "malformed"),
    ),
)]
async fn failure(State(webhook): State<Webhook>, request: Request) -> Result<Json<FailureTold>, Problem> {
    let (parts, body) = request.into_parts();
    require_json(&parts.headers)?;
    let body = arriving::whole(&parts.headers, body, MAX_BODY).await?;
    webhook.believe(&parts, &body)?;
    let mut fields = Fields::read(&body)?;
    let message = fields.take_string("message_uuid").and_then(|text| text.parse().ok());
    let mut needed = Needed { faults: fields.finish() };
    let message: Option<Uuid> = needed.some("message_uuid", message);
    let Some(message) = message.filter(|_| needed.faults.is_empty()) else {
        return Err(Refusal::Invalid(needed.faults).into());
    };
    Ok(Json(webhook.tell(message).await?))
}

impl Webhook {
    async fn tell(&self, message: Uuid) -> Result<FailureTold, Problem> {
        const UNKNOWN: Refusal = Refusal::NotFound { what: "message" };
        let Some(reader) = &self.reader else { return Err(UNKNOWN.into()) };
        let Some(movement) = reader.movement_of_message(message).await? else { return Err(UNKNOWN.into()) };
        let request = match movement.request {
            Some(id) => reader.request(id).await?.map(|(request, _)| request),
            None => None,
        };
        let account = reader.account(movement.account).await?;
        let failed = movement.failure.as_ref().filter(|_| movement.status == MovementStatus::Failed);
        let amount = request.as_ref().map_or(movement.amount.magnitude(), |request| request.amount);
        Ok(FailureTold {
            requete_id: request.as_ref().map(|request| request.id.0),
            requete_name: request.as_ref().map(|request| request.name.clone()),
            category: request.as_ref().map(|request| request.category.name()),
            account_name: account.map(|account| account.name.clone()),
            amount: Some(amount.to_string()),
            currency: Some(amount.currency().to_string()),
            error_type: failed.map(|failure| failure.error_type.clone()),
            error_message: failed.map(|failure| failure.message.clone()),
            error_trace: failed.and_then(|failure| failure.trace.clone()),
            failed_at: failed.map(|_| rfc3339(movement.updated_at)),
        })
    }
}

/// Reads a delivery: the envelope to the last field, of the payload what the core needs.
fn read(body: &[u8]) -> Result<IncomingMessage, Problem> {
    let mut envelope = Fields::read(body)?;
    let message_uuid = envelope.take_string("message_uuid");
    let kind = envelope.take_string("type");
    let raw = envelope.take_object("payload");
    let mut needed = Needed { faults: envelope.finish() };
    let message_uuid = needed.some("message_uuid", message_uuid.and_then(|text| text.parse().ok()));
    let kind = needed.some("type", kind.filter(|kind| is_message_type(kind)));
    let raw = needed.some("payload", raw);
    let payload = raw.as_ref().and_then(|raw| match Payload::from_json(raw) {
        Ok(payload) => Some(payload),
        Err(faults) => {
            needed.faults.extend(faults);
            None
        }
    });
    match (message_uuid, kind, raw, payload) {
        (Some(message_uuid), Some(kind), Some(raw), Some(payload)) if needed.faults.is_empty() => {
            Ok(IncomingMessage { message_uuid, kind, payload, raw })
        }
        _ => Err(Refusal::MalformedPayload(needed.faults).into()),
    }
}

/// Notes what is needed and was not there, or not readable.
struct Needed {
    faults: Vec<FieldError>,
}

impl Needed {
    fn some<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        let known = self.faults.iter().any(|fault| fault.field == field);
        if value.is_none() && !known {
            self.faults.push(FieldError::new(field, "is missing or unreadable"));
        }
        value
    }
}
