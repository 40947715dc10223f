//! Metrics for whatever recorder the host has installed; nothing is kept without the feature `metrics`.
//!
//! Routers and loops report by themselves. Of the book a host asks: [`CountedStore`] stands before its store.

use std::sync::Arc;

use async_trait::async_trait;
use estair_core::decision::{Changes, LockSet, Remembered, Snapshot};
use estair_core::movement::{Movement, MovementStatus, MovementType};
use estair_core::row::Numbers;
use estair_core::store::{Store, StoreError, Transaction, Unfinished, Unit};

#[cfg(feature = "metrics")]
pub(crate) use kept::{answered, attempt, depth, moved, posted, retried, trouble};
#[cfg(not(feature = "metrics"))]
pub(crate) use none::{answered, attempt, depth, moved, posted, retried, trouble};

/// A store that counts how often a transaction is tried again, after a deadlock, say, and the movements of those that are
/// committed, by type, written or failed, whichever way they came. What is joined to a host's own transaction goes past it.
#[derive(Clone)]
pub struct CountedStore(pub Arc<dyn Store>);

#[async_trait]
impl Store for CountedStore {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        if attempt > 0 {
            retried();
        }
        let transaction = self.0.begin(attempt).await?;
        Ok(Box::new(Counted { transaction, movements: Vec::new() }))
    }
}

/// A transaction, and what becomes of its movements when it is committed.
struct Counted {
    transaction: Box<dyn Transaction>,
    movements: Vec<(MovementType, &'static str)>,
}

#[async_trait]
impl Unit for Counted {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        self.transaction.load(locks).await
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.movements.extend(movements_of(changes));
        self.transaction.save(changes).await
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        self.transaction.remember(answers).await
    }
}

#[async_trait]
impl Transaction for Counted {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Self { transaction, movements } = *self;
        transaction.commit().await?;
        movements.into_iter().for_each(|(kind, outcome)| moved(kind.name(), outcome));
        Ok(())
    }

    async fn finish(self: Box<Self>, changes: &Changes) -> Result<Numbers, Unfinished> {
        let Self { transaction, movements } = *self;
        let numbers = transaction.finish(changes).await?;
        movements.into_iter().chain(movements_of(changes)).for_each(|(kind, outcome)| moved(kind.name(), outcome));
        Ok(numbers)
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.rollback().await
    }
}

/// The movements of a save, with what each has come to.
fn movements_of(changes: &Changes) -> impl Iterator<Item = (MovementType, &'static str)> + '_ {
    let rows = changes.movements.inserts().chain(changes.movements.updates().map(|(.., row)| row));
    rows.filter_map(|row| Some((row.kind, outcome_of(row)?)))
}

/// What a movement that was saved has come to; nothing for a credit that was there before and is cancelled.
fn outcome_of(movement: &Movement) -> Option<&'static str> {
    match movement.status {
        MovementStatus::Success if movement.cancelled_at.is_none() => Some("written"),
        MovementStatus::Failed => Some("failed"),
        _ => None,
    }
}

#[cfg(feature = "metrics")]
mod kept {
    use std::time::Duration;

    use ::metrics::{counter, gauge, histogram};
    use estair_core::clock::Timestamp;
    use estair_core::queue::{Depth, Next, Settlement};

    /// A request was answered, by a route's pattern (never its ids), and perhaps with a problem's code.
    pub(crate) fn answered(method: &'static str, route: &str, status: u16, code: Option<&'static str>, took: Duration) {
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
    pub(crate) fn moved(kind: &'static str, outcome: &'static str) {
        counter!("estair_movements_total", "type" => kind, "outcome" => outcome).increment(1);
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
