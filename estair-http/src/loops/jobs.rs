//! What each queue does with its jobs: the core's work, owned, and its attempts counted.

use std::sync::Arc;

use async_trait::async_trait;
use estair_core::Book;
use estair_core::clock::Timestamp;
use estair_core::dispatch::{Deliver, Dispatch, OutboxEntry, Tell, Work, Worker};
use estair_core::messager::{Message, Messager, Transport};
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{Leased, Report, Schedule, Settlement};
use estair_core::quiet::QuietHours;
use estair_core::read::Reader;

use crate::metrics;

/// A job whose attempts are counted.
pub(super) struct Measured<T> {
    pub(super) name: &'static str,
    pub(super) job: Arc<dyn Work<T>>,
}

#[async_trait]
impl<T: Send + Sync> Work<T> for Measured<T> {
    async fn attempt(&self, leased: &Leased<T>) -> Report {
        self.job.attempt(leased).await
    }

    fn settle(&self, leased: &Leased<T>, report: Report, started_at: Timestamp, worker: &Worker<'_>) -> Settlement {
        let settlement = self.job.settle(leased, report, started_at, worker);
        metrics::attempt(self.name, &settlement, leased.created_at, started_at);
        if let Some(error) = &settlement.report.error {
            let outcome = settlement.report.outcome.name();
            let next = settlement.next.status().name();
            let job = leased.lease.id;
            tracing::info!(work = self.name, job, attempt = leased.attempts, outcome, next, error, "attempt");
        }
        settlement
    }
}

pub(super) struct Dispatching {
    pub(super) book: Book,
    pub(super) reader: Arc<dyn Reader>,
    pub(super) messager: Arc<dyn Messager>,
    pub(super) schedule: Schedule,
}

impl Dispatching {
    fn borrowed(&self) -> Dispatch<'_> {
        let (reader, messager) = (self.reader.as_ref(), self.messager.as_ref());
        Dispatch { book: &self.book, reader, messager, schedule: &self.schedule }
    }
}

#[async_trait]
impl Work<OutboxEntry> for Dispatching {
    async fn attempt(&self, leased: &Leased<OutboxEntry>) -> Report {
        self.borrowed().attempt(leased).await
    }

    fn settle(&self, leased: &Leased<OutboxEntry>, report: Report, at: Timestamp, worker: &Worker<'_>) -> Settlement {
        self.borrowed().settle(leased, report, at, worker)
    }
}

pub(super) struct Delivering {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) schedule: Schedule,
}

#[async_trait]
impl Work<Message> for Delivering {
    async fn attempt(&self, leased: &Leased<Message>) -> Report {
        Deliver { transport: self.transport.as_ref(), schedule: &self.schedule }.attempt(leased).await
    }

    fn settle(&self, leased: &Leased<Message>, report: Report, at: Timestamp, worker: &Worker<'_>) -> Settlement {
        let job = Deliver { transport: self.transport.as_ref(), schedule: &self.schedule };
        job.settle(leased, report, at, worker)
    }
}

pub(super) struct Telling {
    pub(super) notifier: Arc<dyn Notifier>,
    pub(super) schedule: Schedule,
    pub(super) quiet: Option<QuietHours>,
}

impl Telling {
    fn borrowed(&self) -> Tell<'_> {
        Tell { notifier: self.notifier.as_ref(), schedule: &self.schedule, quiet: self.quiet }
    }
}

#[async_trait]
impl Work<Delivery> for Telling {
    async fn attempt(&self, leased: &Leased<Delivery>) -> Report {
        self.borrowed().attempt(leased).await
    }

    fn settle(&self, leased: &Leased<Delivery>, report: Report, at: Timestamp, worker: &Worker<'_>) -> Settlement {
        self.borrowed().settle(leased, report, at, worker)
    }
}
