//! The work that goes on by itself: sending the outbox, delivering messages, expiring credits, telling people.
//!
//! Each function does one bounded round and says how much it did; a host calls them in loops of its own runtime. Several
//! processes may run them against the same databases (G6, X4).

use async_trait::async_trait;

use crate::actor::Actor;
use crate::book::{Book, Error, Submission};
use crate::clock::{Clock, IdSource, Ids, Timestamp};
use crate::command::Command;
use crate::id::RequestId;
use crate::messager::{self, Message, Messager, MessagerStore, Transport, judge};
use crate::notification::Notice;
use crate::notify::{Delivery, Directory, Notifier, Outgoing, fan_out};
use crate::outage::{self, Grouping};
use crate::queue::{AttemptOutcome, Claim, Leased, Next, Queue, Report, Schedule};
use crate::quiet::QuietHours;
use crate::read::Reader;
use crate::request::delivery::{Sent, render};
use crate::store::StoreError;

/// Jobs that one round takes at most.
pub const ROUND: u32 = 32;

/// Alerts that are decided on at a time.
const ALERTS: u32 = 200;

/// An entry of ESTAIR's outbox: a request's execution to be handed to Messager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The request.
    pub request: RequestId,
    /// Its execution.
    pub execution: u32,
}

/// A worker's clock and ids.
#[derive(Clone, Copy)]
pub struct Worker<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The source of lease tokens and jitter.
    pub ids: &'a dyn IdSource,
}

impl Worker<'_> {
    /// A fresh claim under a schedule.
    #[must_use]
    pub fn claim(&self, schedule: &Schedule, limit: u32) -> Claim {
        let now = self.clock.now();
        let lease = chrono::Duration::from_std(schedule.lease).unwrap_or(chrono::Duration::MAX);
        let until = now.checked_add_signed(lease).unwrap_or(now);
        Claim { limit, now, until, token: Ids::new(now, self.ids.seed()).draw() }
    }

    /// Any number, for jitter.
    #[must_use]
    pub fn jitter(&self) -> u32 {
        (self.ids.seed() & 0xFFFF_FFFF) as u32
    }
}

/// One kind of job, as a worker does it.
#[async_trait]
pub trait Work<T>: Send + Sync {
    /// Does the job once and reports.
    async fn attempt(&self, leased: &Leased<T>) -> Report;

    /// What follows the report.
    fn settle(
        &self,
        leased: &Leased<T>,
        report: Report,
        started_at: Timestamp,
        worker: &Worker<'_>,
    ) -> crate::queue::Settlement;
}

/// Does one leased job: the attempt, unless earlier ones that never reported have used up its schedule, and its
/// settlement. False when the lease was lost meanwhile.
///
/// # Errors
/// The queue's trouble; the lease runs out then and the job is done again.
pub async fn work<T: Send + Sync>(
    queue: &dyn Queue<T>,
    job: &dyn Work<T>,
    leased: &Leased<T>,
    schedule: &Schedule,
    worker: &Worker<'_>,
) -> Result<bool, StoreError> {
    let started_at = worker.clock.now();
    let report = if schedule.is_exhausted(leased.attempts) {
        Report::failed(AttemptOutcome::Permanent, "earlier attempts never reported an outcome")
    } else {
        job.attempt(leased).await
    };
    let settlement = job.settle(leased, report, started_at, worker);
    queue.settle(&leased.lease, &settlement).await
}

/// Hands outbox entries to Messager (G3).
pub struct Dispatch<'a> {
    /// The book.
    pub book: &'a Book,
    /// Its reads.
    pub reader: &'a dyn Reader,
    /// Messager.
    pub messager: &'a dyn Messager,
    /// Under which schedule.
    pub schedule: &'a Schedule,
}

#[async_trait]
impl Work<OutboxEntry> for Dispatch<'_> {
    async fn attempt(&self, leased: &Leased<OutboxEntry>) -> Report {
        match self.send(leased.job).await {
            Ok(report) => report,
            Err(error) => Report::failed(AttemptOutcome::Retry, error.to_string()),
        }
    }

    fn settle(
        &self,
        leased: &Leased<OutboxEntry>,
        report: Report,
        _: Timestamp,
        worker: &Worker<'_>,
    ) -> crate::queue::Settlement {
        // The outbox gives up nothing: what Messager refuses today it may take tomorrow (G3).
        let report = match report.outcome {
            AttemptOutcome::Permanent => Report { outcome: AttemptOutcome::Retry, ..report },
            _ => report,
        };
        self.schedule.settle(leased.attempts, report, worker.clock.now(), worker.jitter())
    }
}

impl Dispatch<'_> {
    async fn send(&self, entry: OutboxEntry) -> Result<Report, Error> {
        let Some((row, _)) = self.reader.request(entry.request).await? else {
            return Ok(Report::failed(AttemptOutcome::Skipped, "the request does not exist"));
        };
        if row.execution != entry.execution || row.status.is_final() {
            return Ok(Report::failed(AttemptOutcome::Skipped, "the request has moved on"));
        }
        let account = self.reader.account(row.account).await?;
        let name = account.map(|account| account.data.name).unwrap_or_default();
        let (kind, payload) = render(row.id, &row, &name);
        let message = messager::Submission {
            domain: messager::DOMAIN.to_owned(),
            kind: kind.to_owned(),
            payload,
            idempotency_key: Some(format!("{}:{}", row.uuid, entry.execution)),
        };
        let receipt = match self.messager.submit(&message).await {
            Ok(receipt) => receipt,
            Err(report) => return Ok(report),
        };
        let message_uuid = receipt.message_uuid;
        let sent = Sent { request: entry.request, execution: entry.execution, message_uuid };
        self.book.run(Submission::new(Actor::System, Command::MarkSent(sent))).await?;
        Ok(Report::done(serde_json::to_value(receipt).ok()))
    }
}

/// Delivers Messager's messages to the webhook (section 5).
pub struct Deliver<'a> {
    /// The way to the webhook.
    pub transport: &'a dyn Transport,
    /// Under which schedule.
    pub schedule: &'a Schedule,
}

#[async_trait]
impl Work<Message> for Deliver<'_> {
    async fn attempt(&self, leased: &Leased<Message>) -> Report {
        judge(self.transport.call(&leased.job).await)
    }

    fn settle(
        &self,
        leased: &Leased<Message>,
        report: Report,
        started_at: Timestamp,
        worker: &Worker<'_>,
    ) -> crate::queue::Settlement {
        messager::settle(leased, report, self.schedule, started_at, worker.clock.now(), worker.jitter())
    }
}

/// Tells people (N3).
pub struct Tell<'a> {
    /// The channels.
    pub notifier: &'a dyn Notifier,
    /// Under which schedule.
    pub schedule: &'a Schedule,
    /// When what is of low priority is not tried again.
    pub quiet: Option<QuietHours>,
}

#[async_trait]
impl Work<Delivery> for Tell<'_> {
    async fn attempt(&self, leased: &Leased<Delivery>) -> Report {
        if !self.notifier.is_on(leased.job.channel) {
            return Report::failed(AttemptOutcome::Skipped, "channel not configured");
        }
        self.notifier.send(leased.lease.id, &leased.job).await
    }

    fn settle(
        &self,
        leased: &Leased<Delivery>,
        report: Report,
        _: Timestamp,
        worker: &Worker<'_>,
    ) -> crate::queue::Settlement {
        let mut settlement = self.schedule.settle(leased.attempts, report, worker.clock.now(), worker.jitter());
        if let (Next::Retry { at }, Some(quiet)) = (&mut settlement.next, self.quiet) {
            *at = quiet.next_allowed(*at, leased.job.priority());
        }
        settlement
    }
}

/// Fans out the facts that nobody was told of yet. Gives how many there were.
///
/// # Errors
/// The store's or the directory's trouble; nothing is lost, the facts stay untold.
pub async fn tell_facts(
    outgoing: &dyn Outgoing,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    quiet: Option<QuietHours>,
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let facts = outgoing.untold(ROUND).await?;
    for fact in &facts {
        let deliveries = fan_out(fact, directory, notifier, quiet, worker.clock.now()).await?;
        outgoing.tell(fact.id, &deliveries).await?;
    }
    Ok(facts.len())
}

/// Decides which of Messager's alerts go out by themselves and which are told together, channel by channel. Gives how many
/// alerts and messages that were.
///
/// # Errors
/// The store's trouble; nothing is lost, the alerts stay held.
pub async fn settle_alerts(
    store: &dyn MessagerStore,
    grouping: &Grouping,
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let mut settled = 0;
    for (_, channel) in Notice::MovementFailed.routes() {
        let decided = outage::decide(store.alerts(channel, ALERTS).await?, grouping, worker.clock.now());
        if !decided.is_nothing() && store.settle_alerts(&decided).await? {
            settled += decided.released.len() + decided.grouped.len() + decided.messages.len();
        }
    }
    Ok(settled)
}

/// Lets due credits expire (X1, X3), each in a transaction of its own. Gives how many were looked at.
///
/// # Errors
/// The store's trouble; what is due stays due.
pub async fn expire_due(book: &Book, reader: &dyn Reader) -> Result<usize, StoreError> {
    let due = reader.due(book.clock().now(), book.policy().cancel_expired, ROUND).await?;
    for id in &due {
        match book.run(Submission::new(Actor::System, Command::Expire(*id))).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(Error::Store(error)) => return Err(error),
        }
    }
    Ok(due.len())
}

/// Takes a message for Messager, in the same process: what its API does (section 5, point 3).
///
/// # Errors
/// The store's trouble.
pub async fn accept(
    store: &dyn MessagerStore,
    submission: messager::Submission,
    schedule: &Schedule,
    worker: &Worker<'_>,
) -> Result<(messager::Receipt, bool), StoreError> {
    let now = worker.clock.now();
    let uuid = Ids::new(now, worker.ids.seed()).draw();
    store.accept(&messager::NewMessage::new(submission, uuid, schedule, now)).await
}
