//! Is it alive, is it ready, what are its metrics.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use estair_core::messager::{MessagerStore, MessagerView, Stored};
use estair_core::store::{Readiness, StoreError, StoreErrorKind};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::host::Host;
use crate::problem::{Problem, UNKNOWN_PATH, method_not_allowed};

/// Whether what the host runs beside the routers is well, by name: its loops, say.
pub type Checks = Arc<dyn Fn() -> Vec<(String, bool)> + Send + Sync>;

/// Writes the metrics as Prometheus reads them: whatever exporter the host has chosen.
pub type Exporter = Arc<dyn Fn() -> String + Send + Sync>;

/// What the probes ask.
#[derive(Clone)]
pub(crate) struct Probes {
    storage: Option<Arc<dyn Readiness>>,
    /// Messager in this process; one elsewhere has its own probes, and without it ESTAIR does its work (G3).
    messager: Option<Arc<dyn MessagerView>>,
    checks: Checks,
    exporter: Option<Exporter>,
}

/// `/healthz`, `/readyz` and `/metrics`, for whoever watches the process. They show no business and ask no credentials: a
/// host that is reachable from outside keeps them to itself.
pub fn health<S: Clone + Send + Sync + 'static>(host: Host, checks: Checks, exporter: Option<Exporter>) -> Router<S> {
    let (routes, _) = routes().split_for_parts();
    let messager = host.messager.filter(|messager| !messager.is_elsewhere());
    routes.method_not_allowed_fallback(method_not_allowed).with_state(Probes {
        storage: Some(host.reader),
        messager,
        checks,
        exporter,
    })
}

/// The same for a Messager that runs apart, without a book.
pub fn messager_health<S: Clone + Send + Sync + 'static>(
    store: Arc<dyn MessagerStore>,
    checks: Checks,
    exporter: Option<Exporter>,
) -> Router<S> {
    let (routes, _) = routes().split_for_parts();
    routes.method_not_allowed_fallback(method_not_allowed).with_state(Probes {
        storage: None,
        messager: Some(Stored::of(store)),
        checks,
        exporter,
    })
}

pub(crate) fn routes() -> OpenApiRouter<Probes> {
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
async fn ready(State(probes): State<Probes>) -> Response {
    let messager = async {
        match &probes.messager {
            Some(messager) => Some(within(messager.ready()).await),
            None => None,
        }
    };
    let storage = async {
        match &probes.storage {
            Some(storage) => Some(within(storage.ready()).await),
            None => None,
        }
    };
    let (storage, messager) = tokio::join!(storage, messager);
    let mut checks: Vec<_> = storage.map(|result| check("storage", result)).into_iter().collect();
    checks.extend(messager.map(|result| check("messager", result)));
    checks.extend((probes.checks)().into_iter().map(|(name, ok)| Check { name, ok }));
    let (code, status) = match checks.iter().all(|check| check.ok) {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
    };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(Ready { status, checks })).into_response()
}

/// Whoever watches has their answer within a second: a database that says nothing is not ready.
const ANSWERED_WITHIN: Duration = Duration::from_millis(800);

async fn within(ready: impl Future<Output = Result<(), StoreError>>) -> Result<(), StoreError> {
    match timeout(ANSWERED_WITHIN, ready).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::new(StoreErrorKind::Unavailable, "no answer in time")),
    }
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
async fn metrics(State(probes): State<Probes>) -> Result<Response, Problem> {
    let exporter = probes.exporter.ok_or_else(|| Problem::http(&UNKNOWN_PATH, "no figures are exported"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], exporter()).into_response())
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use tokio::time::Instant;

    use super::*;

    /// A database that says nothing.
    struct Silent;

    #[async_trait]
    impl Readiness for Silent {
        async fn ready(&self) -> Result<(), StoreError> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_says_nothing_is_not_ready_within_a_second() {
        let probes =
            Probes { storage: Some(Arc::new(Silent)), messager: None, checks: Arc::new(Vec::new), exporter: None };
        let begun = Instant::now();
        let response = ready(State(probes)).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
}
