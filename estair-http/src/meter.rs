//! Figures of the background work for whatever recorder the host has installed; none without the feature `metrics`.

use estair_core::clock::Timestamp;
use estair_core::queue::{Depth, Settlement};

/// An attempt of a queue's job, with its outcome; for one that is done, how long after the job was made.
#[cfg(feature = "metrics")]
pub(crate) fn attempt(queue: &'static str, settlement: &Settlement, created_at: Timestamp, started_at: Timestamp) {
    let outcome = settlement.report.outcome.name();
    metrics::counter!("estair_attempts_total", "queue" => queue, "outcome" => outcome).increment(1);
    let seconds = |from: Timestamp| settlement.at.signed_duration_since(from).to_std().unwrap_or_default();
    metrics::histogram!("estair_attempt_seconds", "queue" => queue).record(seconds(started_at));
    if settlement.next == estair_core::queue::Next::Completed {
        metrics::histogram!("estair_delivery_lag_seconds", "queue" => queue).record(seconds(created_at));
    }
}

/// How full a queue is.
#[cfg(feature = "metrics")]
pub(crate) fn depth(queue: &'static str, depth: &Depth) {
    let figures = [
        ("pending", depth.pending),
        ("processing", depth.processing),
        ("failed", depth.failed),
        ("skipped", depth.skipped),
    ];
    for (status, count) in figures {
        metrics::gauge!("estair_queue_jobs", "queue" => queue, "status" => status).set(small(count));
    }
    let age = depth.oldest_pending_age_seconds.unwrap_or(0);
    metrics::gauge!("estair_queue_oldest_pending_age_seconds", "queue" => queue).set(small(age));
}

/// A loop could not do its round.
#[cfg(feature = "metrics")]
pub(crate) fn trouble(work: &'static str) {
    metrics::counter!("estair_background_errors_total", "work" => work).increment(1);
}

/// A count as a gauge takes it.
#[cfg(feature = "metrics")]
fn small(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(not(feature = "metrics"))]
pub(crate) fn attempt(_: &'static str, _: &Settlement, _: Timestamp, _: Timestamp) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn depth(_: &'static str, _: &Depth) {}

#[cfg(not(feature = "metrics"))]
pub(crate) fn trouble(_: &'static str) {}
