//! Is it alive, is it ready, what are its figures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use estair_core::store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::host::Host;
use crate::problem::{Problem, UNKNOWN_PATH};

/// Whether each of the host's workers runs, by name.
pub type Workers = Arc<dyn Fn() -> Vec<(String, bool)> + Send + Sync>;

/// The figures as Prometheus reads them: whatever exporter the host has chosen.
pub type Figures = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Health {
    host: Host,
    workers: Workers,
    figures: Option<Figures>,
}

/// `/healthz`, `/readyz` and `/metrics`, for whoever watches the process. They show no business and ask no credentials: a
/// host that is reachable from outside keeps them to itself.
pub fn health<S: Clone + Send + Sync + 'static>(host: Host, workers: Workers, figures: Option<Figures>) -> Router<S> {
    let (routes, _) = routes().split_for_parts();
    routes.with_state(Health { host, workers, figures })
}

pub(crate) fn routes() -> OpenApiRouter<Health> {
    OpenApiRouter::new().routes(routes!(alive)).routes(routes!(ready)).routes(routes!(metrics))
}

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
struct Alive {
    #[schema(example = "ok")]
    status: &'static str,
}

/// What the process needs, and whether it is there.
#[derive(Debug, Serialize, ToSchema)]
struct Ready {
    /// `ready` or `not_ready`.
    #[schema(example = "ready")]
    status: &'static str,
    checks: Vec<Check>,
}

/// Something that the process needs.
#[derive(Debug, Serialize, ToSchema)]
struct Check {
    /// `storage`, `messager`, or a worker's name.
    #[schema(example = "storage")]
    name: String,
    ok: bool,
}

/// Says that the process is alive.
#[utoipa::path(
    get, path = "/healthz", operation_id = "isAlive", tag = "operations", security(()),
    responses((status = 200, description = "It is", body = Alive)),
)]
async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// Says whether storage is reachable and the workers run.
#[utoipa::path(
    get, path = "/readyz", operation_id = "isReady", tag = "operations", security(()),
    responses(
        (status = 200, description = "Everything is there", body = Ready),
        (status = 503, description = "Something is not", body = Ready),
    ),
)]
async fn ready(State(health): State<Health>) -> Response {
    let mut checks = vec![check("storage", health.host.reader.ready().await)];
    if let Some(messager) = &health.host.messager {
        checks.push(check("messager", messager.ready().await));
    }
    checks.extend((health.workers)().into_iter().map(|(name, ok)| Check { name, ok }));
    let (code, status) = match checks.iter().all(|check| check.ok) {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(Ready { status, checks })).into_response()
}

fn check(name: &str, result: Result<(), StoreError>) -> Check {
    if let Err(error) = &result {
        tracing::warn!(name, trace = ?error.trace(), "not ready");
    }
    Check { name: name.to_owned(), ok: result.is_ok() }
}

/// Shows the figures in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = "operations", security(()),
    responses((
        status = 200, description = "The figures; 404 when the host exports none", body = String,
        content_type = "text/plain", example = "estair_http_requests_total{route=\"/api/accounts\"} 1\n",
    )),
)]
async fn metrics(State(health): State<Health>) -> Result<Response, Problem> {
    let figures = health.figures.ok_or_else(|| Problem::http(&UNKNOWN_PATH, "no figures are exported"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], figures()).into_response())
}
