//! The outbox: requests that were passed are handed to Messager (G3).

use std::sync::Arc;

use async_trait::async_trait;

use crate::actor::Actor;
use crate::book::{Book, Error, Submission};
use crate::command::Command;
use crate::json::Json;
use crate::messager::{self, Messager, OutgoingMessage};
use crate::queue::{AttemptOutcome, Leased, Queue, Report, Schedule, Settlement, Work, Worker};
use crate::request::{Payload, Sent};
use crate::row::OutboxEntry;
use crate::store::Reader;

/// Hands outbox entries to Messager (G3).
#[derive(Clone)]
pub struct SendOutbox {
    /// The outbox.
    pub queue: Arc<dyn Queue<OutboxEntry>>,
    /// The book.
    pub book: Book,
    /// Its reads.
    pub reader: Arc<dyn Reader>,
    /// Messager.
    pub messager: Arc<dyn Messager>,
    /// When an entry is tried again.
    pub schedule: Schedule,
}

#[async_trait]
impl Work<OutboxEntry> for SendOutbox {
    fn queue(&self) -> &dyn Queue<OutboxEntry> {
        self.queue.as_ref()
    }

    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    async fn attempt(&self, leased: &Leased<OutboxEntry>) -> Report {
        match self.send(leased.job).await {
            Ok(report) => report,
            Err(error) => Report::retry(error.to_string()),
        }
    }

    /// The outbox gives up nothing: what Messager refuses today it may take tomorrow (G3).
    fn follow(&self, leased: &Leased<OutboxEntry>, report: Report, worker: &Worker<'_>) -> Settlement {
        let report = match report.outcome {
            AttemptOutcome::Permanent => Report { outcome: AttemptOutcome::Retry, ..report },
            _ => report,
        };
        self.schedule.settle(leased.attempts, report, worker.clock.now(), worker.jitter())
    }
}

impl SendOutbox {
    async fn send(&self, entry: OutboxEntry) -> Result<Report, Error> {
        let Some((row, _)) = self.reader.request(entry.request).await? else {
            return Ok(Report::skipped("the request does not exist"));
        };
        if row.execution != entry.execution || row.status.is_final() {
            return Ok(Report::skipped("the request has moved on"));
        }
        let account = self.reader.account(row.account).await?;
        let name = account.map(|account| account.data.name).unwrap_or_default();
        let payload = Payload::of(row.id, &row, &name);
        let message = OutgoingMessage {
            domain: messager::DOMAIN.to_owned(),
            kind: row.definition().message.to_owned(),
            payload: payload.to_json(),
            idempotency_key: Some(format!("{}:{}", row.uuid, entry.execution)),
        };
        let receipt = match self.messager.submit(&message).await {
            Ok(receipt) => receipt,
            Err(report) => return Ok(report),
        };
        let message_uuid = receipt.message_uuid;
        let sent = Sent { request: entry.request, execution: entry.execution, message_uuid };
        self.book.run(Submission::new(Actor::System, Command::MarkSent(sent))).await?;
        Ok(Report::done(serde_json::to_value(receipt).ok().map(Json::from)))
    }
}
