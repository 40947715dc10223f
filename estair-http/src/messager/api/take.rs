//! Taking messages from their domains (G3, G7).

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use estair_core::messager::OutgoingMessage;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::messages::MAX_TYPE;
use crate::body::{Body, Fields};
use crate::door::shows_credentials;
use crate::idempotency;
use crate::messager::domain::of_headers;
use crate::messager::host::Access;
use crate::messager::shape::Taken;
use crate::problem::Problem;

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
    operation_id = "submitMessage",
    tag = "messages",
    security(("domain_token" = [])),
    request_body = NewMessage,
    responses((status = 201, body = Taken, description = "taken"), (status = 200, body = Taken, description = "taken before")),
)]
pub(super) async fn take(State(access): State<Access>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let Some(taking) = access.taking() else { return Err(Refusal::Unauthenticated.into()) };
    let domains = taking.domains.all();
    let Some(domain) = of_headers(&domains, &headers) else {
        if shows_credentials(&headers) {
            access.refused(&parts)?;
        }
        return Err(Refusal::Unauthenticated.into());
    };
    access.hands_over(domain)?;
    let body: Body = Body::from_request(Request::from_parts(parts, body), &()).await?;
    let (message, by_header) = read_message(body.fields()?, &headers)?;
    if !domains.iter().any(|known| known.name() == message.domain) {
        return Err(Refusal::UnknownDomain.into());
    }
    if domain.name() != message.domain {
        return Err(Refusal::Unauthenticated.into());
    }
    let (receipt, new) = taking.accept(&access, message.clone()).await?;
    if !new && by_header && !taking.is_same(&receipt, &message).await? {
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
