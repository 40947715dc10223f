//! The outbox: requests that were passed are handed to Messager (G3).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::actor::Actor;
use crate::book::{Book, Submission};
use crate::command::Command;
use crate::json::Json;
use crate::messager::{self, Messager, OutgoingMessage};
use crate::queue::{AttemptOutcome, Leased, Queue, Report, Schedule, Settlement, Work, Worker};
use crate::request::{Payload, Sent};
use crate::row::OutboxEntry;
use crate::store::{Reader, StoreError};

/// Entries of one account that are handed over one after the other before it is noted.
const STRIDE: u32 = 32;

/// How long they are handed over before it is noted: where Messager is slow, a lease has to hold and a stop is not to wait.
const LONGEST: Duration = Duration::from_secs(1);

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

    /// An account's entries wait for each other's hand-over alone: what they were handed over as is noted together.
    fn stride(&self) -> u32 {
        STRIDE
    }

    async fn attempt(&self, leased: &Leased<OutboxEntry>) -> Report {
        let reports = self.attempt_all(std::slice::from_ref(leased)).await;
        reports.into_iter().next().unwrap_or_else(|| Report::retry("there was no time"))
    }

    async fn attempt_all(&self, run: &[Leased<OutboxEntry>]) -> Vec<Report> {
        let begun = self.book.time().0.now();
        let (mut reports, mut sent) = (Vec::with_capacity(run.len()), Vec::new());
        for leased in run {
            let attempt = self.submit(leased.job).await;
            let is_over = matches!(&attempt, Ok(Attempt::Sent(..) | Attempt::Over(_)));
            match attempt {
                Ok(Attempt::Sent(one, report)) => {
                    sent.push((reports.len(), one));
                    reports.push(report);
                }
                Ok(Attempt::Over(report) | Attempt::Refused(report)) => reports.push(report),
                Err(error) => reports.push(Report::retry(error.to_string())),
            }
            let took = self.book.time().0.now().signed_duration_since(begun).to_std().unwrap_or_default();
            if !is_over || took > LONGEST {
                break;
            }
        }
        self.note(sent, &mut reports).await;
        reports
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

/// What handing an entry over came to.
enum Attempt {
    /// Messager has it.
    Sent(Sent, Report),
    /// There is nothing to hand over any more.
    Over(Report),
    /// Messager does not take it now.
    Refused(Report),
}

impl SendOutbox {
    async fn submit(&self, entry: OutboxEntry) -> Result<Attempt, StoreError> {
        let Some((row, _)) = self.reader.request(entry.request).await? else {
            return Ok(Attempt::Over(Report::skipped("the request does not exist")));
        };
        if row.execution != entry.execution || row.status.is_final() {
            return Ok(Attempt::Over(Report::skipped("the request has moved on")));
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
            Err(report) => return Ok(Attempt::Refused(report)),
        };
        let message_uuid = receipt.message_uuid;
        let sent = Sent { request: entry.request, execution: entry.execution, message_uuid };
        Ok(Attempt::Sent(sent, Report::done(serde_json::to_value(receipt).ok().map(Json::from))))
    }

    /// Notes on the requests that their messages are on their way; the entry of one that could not be noted is tried again.
    async fn note(&self, sent: Vec<(usize, Sent)>, reports: &mut [Report]) {
        let (places, sent): (Vec<_>, Vec<_>) = sent.into_iter().unzip();
        let noted = sent.into_iter().map(|sent| Submission::new(Actor::System, Command::MarkSent(sent))).collect();
        for (place, reply) in places.into_iter().zip(self.book.run_all(noted).await) {
            if let (Err(error), Some(report)) = (reply, reports.get_mut(place)) {
                *report = Report::retry(error.to_string());
            }
        }
    }
}
