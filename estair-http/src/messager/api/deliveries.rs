//! Deliveries: paused, resumed, counted (G8).

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use chrono::Duration;
use estair_core::messager::MAX_MINUTES;
use estair_core::refusal::{FieldError, Refusal};

use super::messages::{Reason, read_operator};
use crate::body::Body;
use crate::caller::Caller;
use crate::messager::MessagerAs;
use crate::messager::host::Access;
use crate::messager::shape::{Delivered, Paused, StatsShape};
use crate::problem::Problem;
use crate::query::Params;

/// Pauses all deliveries; none uses up an attempt meanwhile.
#[utoipa::path(
    post,
    path = "/api/deliveries/pause",
    operation_id = "pauseDeliveries",
    tag = "deliveries",
    request_body = Reason,
    responses((status = 200, body = Paused, description = "paused")),
)]
pub(super) async fn pause(State(access): State<Access>, caller: Caller, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&access, &access.view(caller.actor), body, true).await
}

/// Resumes deliveries.
#[utoipa::path(
    post,
    path = "/api/deliveries/resume",
    operation_id = "resumeDeliveries",
    tag = "deliveries",
    request_body = Reason,
    responses((status = 200, body = Paused, description = "resumed")),
)]
pub(super) async fn resume(State(access): State<Access>, caller: Caller, body: Body) -> Result<Json<Paused>, Problem> {
    set_paused(&access, &access.view(caller.actor), body, false).await
}

async fn set_paused(access: &Access, messager: &MessagerAs, body: Body, paused: bool) -> Result<Json<Paused>, Problem> {
    let operator = read_operator(body.fields()?, |reason| messager.operator_with_reason(reason))?;
    messager.set_paused(paused, &operator).await?;
    access.ring();
    Ok(Json(messager.pause().await?.into()))
}

/// The figures of the dashboard.
#[utoipa::path(
    get,
    path = "/api/stats",
    operation_id = "getStats",
    tag = "messages",
    responses((status = 200, body = StatsShape, description = "the figures")),
)]
pub(super) async fn stats(State(access): State<Access>, caller: Caller) -> Result<Json<StatsShape>, Problem> {
    Ok(Json(access.view(caller.actor).stats().await?.into()))
}

/// Whether deliveries are paused, by whom and why.
#[utoipa::path(
    get,
    path = "/api/deliveries",
    operation_id = "listDeliveries",
    tag = "deliveries",
    responses((status = 200, body = Paused, description = "whether they are paused")),
)]
pub(super) async fn state(State(access): State<Access>, caller: Caller) -> Result<Json<Paused>, Problem> {
    Ok(Json(access.view(caller.actor).pause().await?.into()))
}

/// How many messages were delivered in each of so many minutes.
#[utoipa::path(
    get,
    path = "/api/stats/delivered",
    operation_id = "getDelivered",
    tag = "messages",
    params(
        ("from" = Option<String>, Query, description = "from this instant on; so many minutes ago when left out"),
        ("minutes" = Option<u32>, Query, description = "1 to 60, 30 when left out"),
    ),
    responses((status = 200, body = Delivered, description = "a count a minute")),
)]
pub(super) async fn delivered(
    State(access): State<Access>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<Delivered>, Problem> {
    let messager = access.view(caller.actor);
    messager.require_reader()?;
    let mut params = Params::of(&uri);
    let from = params.from_instant("from");
    let minutes = params.id::<u64>("minutes").unwrap_or(30);
    params.finish()?;
    let minutes = u32::try_from(minutes).ok().filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
    let fault = || Refusal::Invalid(vec![FieldError::new("minutes", format_args!("must be 1 to {MAX_MINUTES}"))]);
    let minutes = minutes.ok_or_else(fault)?;
    let now = access.now();
    let from = from.or_else(|| now.checked_sub_signed(Duration::minutes(minutes.into()))).unwrap_or(now);
    Ok(Json(Delivered { counts: messager.delivered(from, minutes).await? }))
}
