//! The recorder of the metrics: Prometheus, one for the process.

use std::sync::{Arc, OnceLock};

use estair_http::Exporter;
use estair_sqlx::{PoolState, Pooled};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of the histograms of seconds.
const SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder, if nobody has, and gives what renders it, the book's connections among it. None when the process
/// has another one.
pub fn install(pool: Arc<dyn Pooled>) -> Option<Exporter> {
    let handle = RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS).ok()?;
        builder.install_recorder().ok()
    });
    let handle = handle.clone()?;
    Some(Arc::new(move || {
        let PoolState { in_use, idle } = pool.pool();
        ::metrics::gauge!("estair_pool_connections", "state" => "in_use").set(in_use);
        ::metrics::gauge!("estair_pool_connections", "state" => "idle").set(idle);
        handle.run_upkeep();
        handle.render()
    }))
}
