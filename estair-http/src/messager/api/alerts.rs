//! Messager's own alerts: what was told of failures, to whom, and where it stands (G1, N3).

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use estair_core::notice::Channel;
use estair_core::notification::NotificationFilter;
use estair_core::queue::JobStatus;
use estair_core::refusal::Refusal;

use crate::caller::{Caller, read_id};
use crate::messager::alert_shape::{AlertInFull, Alerts};
use crate::messager::host::Access;
use crate::names::names;
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::total::total;

/// The name under which the list's cursors are made.
pub(crate) const LIST: &str = "alerts";

/// Messager's own alerts, newest first.
#[utoipa::path(
    get,
    path = "/api/alerts",
    operation_id = "listAlerts",
    tag = "alerts",
    params(
        ("status" = Option<String>, Query, description = "pending, processing, completed, failed or skipped"),
        ("channel" = Option<String>, Query, description = "email, teams or push"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "at most 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "the next_cursor of the page before"),
    ),
    responses((status = 200, body = Alerts, description = "a page, and how many wait")),
)]
pub(super) async fn list(State(access): State<Access>, caller: Caller, uri: Uri) -> Result<Json<Alerts>, Problem> {
    let alerts = access.alerts(caller.actor);
    alerts.require_reader()?;
    let mut params = Params::of(&uri);
    let filter = NotificationFilter {
        status: params.one_of("status", JobStatus::from_name, &names!(JobStatus)),
        channel: params.one_of("channel", Channel::from_name, &names!(Channel)),
        ..NotificationFilter::default()
    };
    let (page, counts) = (params.page(LIST), params.count());
    params.finish()?;
    let slice = alerts.list(&filter, page).await?;
    let total = total!(counts, page => alerts.list(&filter, page).await?);
    let depth = alerts.depth(access.now()).await?;
    let next = cursor_after(LIST, &slice);
    Ok(Json(Alerts::of(&slice, depth, next).with_total(total)))
}

/// One alert, with every attempt to send it.
#[utoipa::path(
    get,
    path = "/api/alerts/{id}",
    operation_id = "getAlert",
    tag = "alerts",
    params(("id" = u64, Path, description = "the alert's number")),
    responses((status = 200, body = AlertInFull, description = "the alert")),
)]
pub(super) async fn one(
    State(access): State<Access>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<AlertInFull>, Problem> {
    let alerts = access.alerts(caller.actor);
    alerts.require_reader()?;
    let (record, attempts) = alerts.one(alert_id(id)?).await?;
    Ok(Json(AlertInFull::of(&record, &attempts)))
}

/// Sends an alert again that failed or was skipped: a new cycle of its schedule (N3).
#[utoipa::path(
    post,
    path = "/api/alerts/{id}/resend",
    operation_id = "resendAlert",
    tag = "alerts",
    params(("id" = u64, Path, description = "the alert's number")),
    responses((status = 202, body = AlertInFull, description = "it is queued again")),
)]
pub(super) async fn resend(
    State(access): State<Access>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<(StatusCode, Json<AlertInFull>), Problem> {
    let alerts = access.alerts(caller.actor);
    alerts.require_reader()?;
    let id = alert_id(id)?;
    Params::of(&uri).finish()?;
    alerts.resend_alert(id, access.now()).await?;
    let (record, attempts) = alerts.one(id).await?;
    Ok((StatusCode::ACCEPTED, Json(AlertInFull::of(&record, &attempts))))
}

/// What is no number is not found, like the number of nothing.
fn alert_id(path: Result<Path<String>, PathRejection>) -> Result<u64, Refusal> {
    path.ok().and_then(|Path(text)| read_id::<u64>(&text)).ok_or(Refusal::NotFound { what: "alert" })
}
