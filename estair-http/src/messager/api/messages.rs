//! Messages: listed, shown, replayed (G4, G5, G8).

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use estair_core::messager::{MessageFilter, Operator};
use estair_core::queue::JobStatus;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::messager::host::Access;
use crate::messager::shape::{Count, MessageInFull, Messages, Replayed};
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::total::total;

/// Longest type of a message, in characters.
pub(super) const MAX_TYPE: usize = 100;

/// The name under which the list's cursors are made.
pub(crate) const LIST: &str = "messages";

/// Messages, newest first.
#[utoipa::path(
    get,
    path = "/api/messages",
    operation_id = "listMessages",
    tag = "messages",
    params(
        ("status" = Option<String>, Query, description = "pending, processing, completed or failed"),
        ("type" = Option<String>, Query, description = "the message's type"),
        ("domain" = Option<String>, Query, description = "the message's domain"),
        ("from" = Option<String>, Query, description = "created at or after: an instant or a day"),
        ("to" = Option<String>, Query, description = "created before: an instant, or to the end of a day"),
        ("q" = Option<String>, Query, description = "whose payload or uuid holds this text"),
        ("whole" = Option<bool>, Query, description = "with payload and result"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "at most 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "the next_cursor of the page before"),
    ),
    responses((status = 200, body = Messages, description = "a page")),
)]
pub(super) async fn list(State(access): State<Access>, caller: Caller, uri: Uri) -> Result<Json<Messages>, Problem> {
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
    let whole = params.one_of("whole", bool_of, &["true", "false"]).unwrap_or(false);
    let (page, counts) = (params.page(LIST), params.count());
    params.finish()?;
    let slice = messager.messages(&filter, page).await?;
    let total = total!(counts, page => messager.messages(&filter, page).await?);
    let next = cursor_after(LIST, &slice);
    Ok(Json(Messages::of(slice, next, whole).with_total(total)))
}

fn bool_of(name: &str) -> Option<bool> {
    name.parse().ok()
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
    operation_id = "getMessage",
    tag = "messages",
    params(("uuid" = Uuid, Path, description = "the message")),
    responses((status = 200, body = MessageInFull, description = "the message")),
)]
pub(super) async fn one(
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
pub(super) struct Reason {
    reason: Option<String>,
}

/// Replays a failed message: a new cycle with the whole schedule (G4).
#[utoipa::path(
    post,
    path = "/api/messages/{uuid}/replay",
    operation_id = "replayMessage",
    tag = "messages",
    params(("uuid" = Uuid, Path, description = "the message")),
    request_body(content = Option<Reason>, description = "may be left out"),
    responses((status = 202, body = Replayed, description = "a new cycle begins")),
)]
pub(super) async fn replay(
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
    domain: Option<String>,
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
    operation_id = "replayMessages",
    tag = "messages",
    request_body = ReplayMany,
    responses((status = 200, body = Count, description = "how many")),
)]
pub(super) async fn replay_many(
    State(access): State<Access>,
    caller: Caller,
    body: Body,
) -> Result<Json<Count>, Problem> {
    let messager = access.view(caller.actor);
    let mut fields = body.fields()?;
    let filter = MessageFilter {
        status: fields.take_enum("status", |name| status(name).filter(|s| *s == JobStatus::Failed), ["failed"]),
        kind: fields.take_text("type", MAX_TYPE),
        domain: fields.take_text("domain", text::MAX_LINE),
        from: fields.take_since("from"),
        to: fields.take_until("to"),
        q: fields.take_text("q", text::MAX_LINE),
    };
    let dry_run = fields.take_bool("dry_run").unwrap_or(false);
    let operator = read_operator(fields, |reason| messager.operator_with_reason(reason))?;
    let count = match dry_run {
        true => messager.count_failed(&filter, &operator).await?,
        false => messager.replay_all(&filter, &operator).await?,
    };
    access.ring();
    Ok(Json(Count { count }))
}

/// Who does it, with the reason that is left of a body.
pub(super) fn read_operator(
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
