//! What people were told: the list, and sending again by hand what failed or was skipped (N3).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::clock::rfc3339;
use estair_core::notice::Notice;
use estair_core::notification::{NotificationFilter, NotificationRecord};
use estair_core::queue::JobStatus;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{List, object};
use super::state::Api;
use crate::body::Body;
use crate::caller::{Caller, Id, NotificationId};
use crate::names::names;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::total::total;

const LIST: &str = "notifications";

/// A message to one recipient by one channel, and where it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(super) struct NotificationShape {
    id: u64,
    #[schema(example = "credit_refused")]
    notice: &'static str,
    /// `email`, `teams` or `push`.
    #[schema(example = "email")]
    channel: &'static str,
    /// `client`, `operation`, `finance`, `admin` or `critical`.
    #[schema(example = "client")]
    audience: &'static str,
    /// The address; empty where the channel knows it itself, or where nobody was found.
    recipient: String,
    /// The financial request it is about.
    requete_id: Option<u64>,
    /// `pending`, `completed`, `skipped` or `failed`.
    #[schema(example = "completed")]
    status: &'static str,
    attempts: u32,
    /// Why it failed or was skipped.
    error: Option<String>,
    created_at: String,
    completed_at: Option<String>,
}

fn shape(record: &NotificationRecord) -> NotificationShape {
    let notification = &record.notification;
    NotificationShape {
        id: record.id,
        notice: notification.notice.name(),
        channel: notification.channel.name(),
        audience: notification.audience.name(),
        recipient: notification.recipient.clone(),
        requete_id: notification.params.get("requete_id").and_then(serde_json::Value::as_u64),
        status: shown(record.status),
        attempts: record.attempts,
        error: record.error.clone(),
        created_at: rfc3339(record.created_at),
        completed_at: record.completed_at.map(rfc3339),
    }
}

/// What is on its way waits, as far as a reader is concerned.
fn shown(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Processing => JobStatus::Pending.name(),
        status => status.name(),
    }
}

/// Lists what was sent, skipped and failed, newest first.
#[utoipa::path(
    get, path = "/api/notifications", operation_id = "listNotifications", tag = "notifications",
    params(
        ("status" = Option<String>, Query, description = "`pending`, `completed`, `skipped` or `failed`"),
        ("notice" = Option<String>, Query, description = "of this notice"),
        ("requete_id" = Option<u64>, Query, description = "about this financial request"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of notifications", body = List<NotificationShape>)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<List<NotificationShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = NotificationFilter {
        status: params.one_of("status", JobStatus::from_name, &names!(JobStatus)),
        notice: params.one_of("notice", Notice::from_name, &names!(Notice)),
        channel: None,
        request: params.id("requete_id"),
    };
    let (page, counts) = (params.page(LIST), params.count());
    params.finish()?;
    let notifications = api.access.notifications(caller.actor);
    let slice = notifications.list(&filter, page).await?;
    let total = total!(counts, page => notifications.list(&filter, page).await?);
    let next_cursor = cursor_after(LIST, &slice);
    Ok(Json(List::of(slice.items.iter().map(shape).collect(), next_cursor).with_total(total)))
}

/// Sends a notification again that failed or was skipped: a new cycle of its schedule.
///
/// What found nobody goes to the address that the account has now.
#[utoipa::path(
    post, path = "/api/notifications/{id}/renvoi", operation_id = "resendNotification", tag = "notifications",
    params(("id" = u64, Path, description = "its number")),
    responses((status = 202, description = "It is queued again", body = NotificationShape)),
)]
pub(super) async fn resend(
    State(api): State<Api>,
    caller: Caller,
    Id(NotificationId(id)): Id<NotificationId>,
    body: Body,
) -> Result<Response, Problem> {
    let notifications = api.access.notifications(caller.actor);
    let read = body.fields_if_any().and_then(|fields| match fields.finish() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(estair_core::refusal::Refusal::Invalid(faults).into()),
    });
    in_order(notifications.one(id).await, read)?;
    let record = notifications.resend(id, &api.view(&caller), api.access.now()).await?;
    Ok(object(StatusCode::ACCEPTED, None, &shape(&record)))
}
