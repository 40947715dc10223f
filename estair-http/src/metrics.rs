//! Metrics for whatever recorder the host has installed; nothing is kept without the feature `metrics`.
//!
//! Routers and loops report by themselves. Of the book a host asks: [`Movements`] listens to it, [`CountedStore`] stands
//! before its store.

use std::sync::Arc;

use async_trait::async_trait;
use estair_core::book::Subscriber;
use estair_core::fact::{Fact, FactKind};
use estair_core::store::{Store, StoreError, Transaction};

#[cfg(feature = "metrics")]
pub(crate) use kept::{answered, attempt, depth, moved, posted, retried, trouble};
#[cfg(not(feature = "metrics"))]
pub(crate) use none::{answered, attempt, depth, moved, posted, retried, trouble};

/// Counts the movements of a book by type, written or failed, whichever way they came: a subscriber (W8).
#[derive(Clone, Copy, Debug, Default)]
pub struct Movements;

impl Subscriber for Movements {
    fn on_fact(&self, fact: &Fact) {
        match fact.kind {
            FactKind::MovementWritten => {
                let kind = fact.data.get("type").and_then(|kind| kind.as_str()).unwrap_or("unknown");
                moved(kind, "written");
            }
            FactKind::MovementFailed => moved("unknown", "failed"),
            _ => {}
        }
    }
}

/// A store that counts how often a transaction is tried again, after a deadlock, say.
#[derive(Clone)]
pub struct CountedStore(pub Arc<dyn Store>);

#[async_trait]
impl Store for CountedStore {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        if attempt > 0 {
            retried();
        }
        self.0.begin(attempt).await
    }
}

#[cfg(feature = "metrics")]
mod kept {
    use std::time::Duration;

    use ::metrics::{counter, gauge, histogram};
    use estair_core::clock::Timestamp;
    use estair_core::queue::{Depth, Next, Settlement};

    /// A request was answered, by a route's pattern (never its ids), and perhaps with a problem's code.
    pub(crate) fn answered(method: &str, route: &str, status: u16, code: Option<&'static str>, took: Duration) {
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        counter!("estair_http_requests_total", &labels).increment(1);
        histogram!("estair_http_request_seconds", &labels).record(took);
        if let Some(code) = code {
            counter!("estair_refusals_total", "code" => code).increment(1);
        }
    }

    /// Movements were posted by a service (W6).
    pub(crate) fn posted(outcome: &'static str) {
        counter!("estair_movements_posted_total", "outcome" => outcome).increment(1);
    }

    /// A movement came to this.
    pub(crate) fn moved(kind: &str, outcome: &'static str) {
        counter!("estair_movements_total", "type" => kind.to_owned(), "outcome" => outcome).increment(1);
    }

    /// A transaction is tried again.
    pub(crate) fn retried() {
        counter!("estair_transaction_retries_total").increment(1);
    }

    /// An attempt of a queue's job, with its outcome; for one that is done, how long after the job was made.
    pub(crate) fn attempt(queue: &'static str, settlement: &Settlement, created_at: Timestamp, started_at: Timestamp) {
        let outcome = settlement.report.outcome.name();
        counter!("estair_attempts_total", "queue" => queue, "outcome" => outcome).increment(1);
        let seconds = |from: Timestamp| settlement.at.signed_duration_since(from).to_std().unwrap_or_default();
        histogram!("estair_attempt_seconds", "queue" => queue).record(seconds(started_at));
        if settlement.next == Next::Completed {
            histogram!("estair_delivery_lag_seconds", "queue" => queue).record(seconds(created_at));
        }
    }

    /// How full a queue is.
    pub(crate) fn depth(queue: &'static str, depth: &Depth) {
        let gauges = [
            ("pending", depth.pending),
            ("processing", depth.processing),
            ("failed", depth.failed),
            ("skipped", depth.skipped),
        ];
        for (status, count) in gauges {
            gauge!("estair_queue_jobs", "queue" => queue, "status" => status).set(small(count));
        }
        let age = depth.oldest_pending_age_seconds.unwrap_or(0);
        gauge!("estair_queue_oldest_pending_age_seconds", "queue" => queue).set(small(age));
    }

    /// A loop could not do its round.
    pub(crate) fn trouble(work: &'static str) {
        counter!("estair_background_errors_total", "work" => work).increment(1);
    }

    /// A count as a gauge takes it.
    fn small(count: u64) -> f64 {
        f64::from(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

#[cfg(not(feature = "metrics"))]
mod none {
    use std::time::Duration;

    use estair_core::clock::Timestamp;
    use estair_core::queue::{Depth, Settlement};

    pub(crate) fn answered(_: &str, _: &str, _: u16, _: Option<&'static str>, _: Duration) {}
    pub(crate) fn moved(_: &str, _: &'static str) {}
    pub(crate) fn posted(_: &'static str) {}
    pub(crate) fn retried() {}
    pub(crate) fn attempt(_: &'static str, _: &Settlement, _: Timestamp, _: Timestamp) {}
    pub(crate) fn depth(_: &'static str, _: &Depth) {}
    pub(crate) fn trouble(_: &'static str) {}
}
