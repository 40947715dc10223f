//! Movements of the book and their audit trail (W4, W5).

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use estair_core::actor::{Actor, Role};
use estair_core::audit::{Log, Outcome, changes};
use estair_core::clock::rfc3339;
use estair_core::id::MovementId;
use estair_core::json::Json as Text;
use estair_core::movement::Movement;
use estair_core::row::{MovementStatus, Row};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::answer::List;
use super::state::Api;
use crate::caller::{Caller, Id};
use crate::details;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::total::total;

/// The name under which the audit trail's cursors are made.
const LOGS: &str = "logs";

/// A movement as it is shown: its own columns, and those that it inherits.
#[derive(Debug, Serialize)]
pub(super) struct MovementShape {
    #[serde(flatten)]
    own: OwnColumns,
    #[serde(flatten)]
    inherited: details::Shown,
}

impl PartialSchema for MovementShape {
    fn schema() -> RefOr<Schema> {
        details::beside(OwnColumns::schema())
    }
}

impl ToSchema for MovementShape {
    fn name() -> Cow<'static, str> {
        "Movement".into()
    }
}

/// A movement: the columns of `mouvements`. Amounts are exact, with the currency's own number of decimals.
#[derive(Debug, Serialize, ToSchema)]
struct OwnColumns {
    id: u64,
    uuid: Uuid,
    #[schema(example = "MVT-wave-TX-1")]
    name: String,
    message_uuid: Option<Uuid>,
    /// `credit`, `debit`, `payment`, `refund`, `transfer`, `adjustment` or `credit_cancellation`.
    #[serde(rename = "type")]
    #[schema(example = "payment")]
    kind: &'static str,
    /// `helpdesk`, `bmp`, `wave`, `orange`, `spc`, `bsp`, `email_banking` or `manual`.
    #[schema(example = "wave")]
    source: &'static str,
    /// `pending`, `processing`, `success`, `failed` or `cancelled`.
    #[schema(example = "success")]
    status: &'static str,
    retry_count: u32,
    max_retries: u32,
    account_id: u64,
    requete_financiere_id: Option<u64>,
    /// Signed.
    #[schema(example = "25000")]
    total_operation: String,
    #[schema(example = "XOF")]
    currency_code: String,
    /// The account's exposition before.
    credit_before: Option<String>,
    /// The account's exposition after.
    credit_after: Option<String>,
    /// The day it belongs to.
    business_day: Option<String>,
    /// The source's own reference.
    reference: Option<String>,
    /// The sale operation that caused it.
    etatsdevente_id: Option<u64>,
    /// The support request behind it.
    helpdesk_id: Option<u64>,
    /// The whole original request, exactly as it came; null to a client.
    #[schema(value_type = Option<Object>)]
    payload: Option<Text>,
    /// The whole answer that was given.
    result: Option<Value>,
    /// Null to a client.
    error_type: Option<String>,
    /// For staff.
    error_message: Option<String>,
    created_at: String,
    updated_at: String,
    completed_at: Option<String>,
    /// When the credit was cancelled.
    cancelled_at: Option<String>,
    /// The person whose decision wrote it or last changed it; null for the system or a trusted service,
    /// and to a client.
    modified_by: Option<u64>,
    /// Marked as deleted by an older system: it counts in no sum and is in no statement.
    is_deleted: bool,
}

pub(super) fn shape(actor: &Actor, row: &Row<MovementId, Movement>) -> MovementShape {
    MovementShape { own: own_columns(actor, row), inherited: details::Shown(row.details.clone()) }
}

fn own_columns(actor: &Actor, row: &Row<MovementId, Movement>) -> OwnColumns {
    let written = row.status == MovementStatus::Success;
    let result = json!({ "success": true, "mouvement_id": row.id, "mouvement_uuid": row.uuid });
    // What came from where, why it failed and which colleague changed it is nothing of a client's.
    let inside = actor.role() != Role::Client;
    let failure = row.failure.as_ref().filter(|_| inside);
    // What a database said of itself is for those who run the place.
    let message = failure.filter(|_| actor.role().reads_as_staff()).map(|failure| failure.message.clone());
    OwnColumns {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        message_uuid: row.message_uuid,
        kind: row.kind.name(),
        source: row.source.name(),
        status: row.status.name(),
        retry_count: row.retry_count,
        max_retries: row.max_retries,
        account_id: row.account.0,
        requete_financiere_id: row.request.map(|id| id.0),
        total_operation: row.amount.to_string(),
        currency_code: row.amount.currency().to_string(),
        credit_before: row.posted.map(|posted| posted.exposition_before.to_string()),
        credit_after: row.posted.map(|posted| posted.exposition_after.to_string()),
        business_day: row.posted.map(|posted| posted.day.to_string()),
        reference: row.reference.clone(),
        etatsdevente_id: row.etatsdevente_id,
        helpdesk_id: row.helpdesk_id.map(|id| id.0),
        payload: row.payload.clone().filter(|_| inside),
        result: written.then_some(result),
        error_type: failure.map(|failure| failure.error_type.clone()),
        error_message: message,
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
        completed_at: row.completed_at.map(rfc3339),
        cancelled_at: row.cancelled_at.map(rfc3339),
        modified_by: row.modified_by.filter(|_| inside).map(|user| user.0),
        is_deleted: row.is_deleted,
    }
}

/// Shows one movement.
#[utoipa::path(
    get, path = "/api/mouvements/{id}", operation_id = "getMovement", tag = "movements",
    params(("id" = u64, Path, description = "its number")),
    responses((status = 200, description = "The movement", body = MovementShape)),
)]
pub(super) async fn one(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<MovementId>,
) -> Result<Json<MovementShape>, Problem> {
    let row = api.view(&caller).movement(id).await?;
    Ok(Json(shape(&caller.actor, &row)))
}

/// A row of the audit trail: the columns of `mouvement_logs`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MovementLog)]
pub(super) struct LogShape {
    id: u64,
    mouvement_id: u64,
    account_id: u64,
    attempt_number: u32,
    /// `success` or `failed`.
    #[schema(example = "success")]
    status: &'static str,
    /// The account's version after it; null on a failed attempt.
    account_version: Option<u64>,
    /// The account before, as it was stored.
    #[schema(value_type = Option<Object>)]
    state_before: Option<Value>,
    /// The account after.
    #[schema(value_type = Option<Object>)]
    state_after: Option<Value>,
    /// Each indicator that moved, with its old and new value.
    #[schema(value_type = Option<Object>, example = json!({"balance": {"old": "0", "new": "25000"}}))]
    changes: Option<Value>,
    duration_ms: Option<u64>,
    created_at: String,
    /// The hash of the account's row before this one.
    previous_hash: Option<String>,
    /// SHA-256 over the previous hash and this row's content, with the host's key where it has one.
    hash: Option<String>,
    /// For all but clients.
    #[serde(flatten)]
    inside: Option<LogInside>,
}

/// What of a row of the audit trail a client is not told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MovementLogInside)]
struct LogInside {
    error_details: Option<String>,
    /// The user to whom it is ascribed; null for a trusted service.
    triggered_by: Option<u64>,
    /// From where that user did it.
    ip_address: Option<String>,
    /// With which program.
    user_agent: Option<String>,
}

pub(super) fn log_shape(actor: &Actor, movement: MovementId, row: &Row<u64, Log>) -> LogShape {
    let link = row.link();
    // Where a colleague sat, and what a database said, is nothing of a client's.
    let inside = (actor.role() != Role::Client).then(|| LogInside {
        error_details: match &row.outcome {
            Outcome::Failed { error } => Some(error.clone()),
            Outcome::Success(_) => None,
        },
        triggered_by: row.triggered_by.map(|user| user.0),
        ip_address: row.ip_address.clone(),
        user_agent: row.user_agent.clone(),
    });
    LogShape {
        id: row.id,
        mouvement_id: movement.0,
        account_id: row.account.0,
        attempt_number: row.attempt_number,
        status: row.status().name(),
        account_version: link.map(|link| link.version),
        state_before: link.map(|link| link.before.to_json()),
        state_after: link.map(|link| link.after.to_json()),
        changes: link.map(|link| changes(&link.before, &link.after)),
        duration_ms: row.duration_ms,
        created_at: rfc3339(row.created_at),
        previous_hash: link.map(|link| link.previous_hash.to_string()),
        hash: link.map(|link| link.hash.to_string()),
        inside,
    }
}

/// Shows a movement's audit trail.
#[utoipa::path(
    get, path = "/api/mouvements/{id}/logs", operation_id = "getMovementLogs", tag = "movements",
    params(
        ("id" = u64, Path, description = "the movement's number"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "Every attempt to write it, newest first", body = List<LogShape>)),
)]
pub(super) async fn logs(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<MovementId>,
    uri: Uri,
) -> Result<Json<List<LogShape>>, Problem> {
    let mut params = Params::of(&uri);
    let (page, counts) = (params.page(LOGS), params.count());
    let view = api.view(&caller);
    let (slice, ()) = in_order(view.logs(id, page).await, params.finish())?;
    let total = total!(counts, page => view.logs(id, page).await?);
    let next_cursor = cursor_after(LOGS, &slice);
    let items = slice.items.iter().map(|row| log_shape(&caller.actor, id, row)).collect();
    Ok(Json(List::of(items, next_cursor).with_total(total)))
}
