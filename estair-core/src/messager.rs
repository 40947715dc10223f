//! Messager: the durable, traced queue between ESTAIR and its own webhook (section 5), over its own database.
//!
//! ESTAIR talks to it through [`Messager`]; a [`MessagerStore`] keeps what it was given; a [`Transport`] carries it to
//! the webhook. What an answer means ([`judge`]) and what follows ([`settle`]) is decided here.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::category::DEFINITIONS;
use crate::clock::{Timestamp, rfc3339};
use crate::notification::{Channel, Notice};
use crate::notify::{Delivery, NewDelivery};
use crate::outage::{Decided, Seen};
use crate::queue::{Attempt, AttemptOutcome, JobStatus, Leased, Next, Queue, Report, Schedule, Settlement};
use crate::read::{Page, Slice};
use crate::store::StoreError;
use crate::text::excerpt;

/// The domain of ESTAIR's own messages.
pub const DOMAIN: &str = "estair-helpdesk";

/// A message that ESTAIR asks Messager to carry.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// Whose message it is.
    pub domain: String,
    /// Its type.
    pub kind: String,
    /// What it carries.
    pub payload: Value,
    /// The same key is the same message (G3).
    pub idempotency_key: Option<String>,
}

/// What Messager gives for a message it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The message's uuid.
    pub message_uuid: Uuid,
    /// The message's number.
    pub message_id: u64,
}

/// Messager, as ESTAIR sees it: in the same process, or behind HTTP.
#[async_trait]
pub trait Messager: Send + Sync {
    /// Hands a message over; the same key again gives the same receipt. A report of failure says whether and when to
    /// try again.
    async fn submit(&self, message: &Submission) -> Result<Receipt, Report>;
}

/// A message, as Messager keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its uuid: the same on every retry and replay.
    pub uuid: Uuid,
    /// Whose it is.
    pub domain: String,
    /// Its type.
    pub kind: String,
    /// What it carries.
    pub payload: Value,
}

/// A message to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// The message.
    pub message: Message,
    /// The caller's key.
    pub idempotency_key: Option<String>,
    /// Messages with the same order key are delivered one after the other (G9).
    pub order_key: Option<String>,
    /// Retries its schedule has.
    pub max_retries: u32,
    /// When it came.
    pub at: Timestamp,
}

impl NewMessage {
    /// A submission, to be kept under this uuid.
    #[must_use]
    pub fn new(submission: Submission, uuid: Uuid, schedule: &Schedule, at: Timestamp) -> Self {
        let Submission { domain, kind, payload, idempotency_key } = submission;
        // Messages of one account keep their order (G9).
        let account = payload.get("account_id").filter(|id| id.is_u64());
        let order_key = account.map(|id| format!("{domain}:{id}"));
        let max_retries = schedule.max_retries().unwrap_or(u32::MAX);
        Self { message: Message { uuid, domain, kind, payload }, idempotency_key, order_key, max_retries, at }
    }
}

/// A message and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRecord {
    /// Its number.
    pub id: u64,
    /// The message.
    pub message: Message,
    /// Where it is.
    pub status: JobStatus,
    /// Retries of the present cycle.
    pub retry_count: u32,
    /// Retries its schedule has.
    pub max_retries: u32,
    /// When it is tried next; none when it is done or given up.
    pub next_attempt_at: Option<Timestamp>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// The answer of the webhook, whole.
    pub result: Option<Value>,
    /// The earlier message of the same account that holds it back (G9).
    pub blocked_by: Option<Uuid>,
}

/// Which messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// In this status.
    pub status: Option<JobStatus>,
    /// Of this type.
    pub kind: Option<String>,
    /// Of this domain.
    pub domain: Option<String>,
    /// Created at or after.
    pub from: Option<Timestamp>,
    /// Created before.
    pub to: Option<Timestamp>,
    /// Whose payload or uuid holds this text.
    pub q: Option<String>,
}

/// What became of a wish to replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// A new cycle begins.
    Begun,
    /// Only a failed message is replayed (G4).
    NotFailed(JobStatus),
    /// No such message.
    Unknown,
}

/// Who replays, pauses or resumes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Whether deliveries are paused, by whom and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    /// Are they?
    pub paused: bool,
    /// Who said so last.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// The figures of the dashboard (G8).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Messages that wait.
    pub pending: u64,
    /// Messages being delivered.
    pub processing: u64,
    /// Messages delivered.
    pub completed: u64,
    /// Messages given up.
    pub failed: u64,
    /// The age of the oldest that waits, in seconds.
    pub oldest_pending_age_seconds: Option<u64>,
    /// Messages delivered in the last minute.
    pub per_minute: u64,
    /// Are deliveries paused?
    pub paused: bool,
}

/// Minutes that are counted at once at most.
pub const MAX_MINUTES: u32 = 60;

/// Messager's own database.
#[async_trait]
pub trait MessagerStore: Queue<Message> + crate::notify::Outgoing {
    /// Keeps a message. The same key of the same domain again is the same message: its receipt, and false.
    async fn accept(&self, message: &NewMessage) -> Result<(Receipt, bool), StoreError>;

    /// Messages, newest first.
    async fn messages(&self, filter: &MessageFilter, page: Page) -> Result<Slice<MessageRecord>, StoreError>;

    /// One message with its attempts, oldest first.
    async fn message(&self, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError>;

    /// Begins a new cycle of a failed message: pending now, no attempts in the cycle; who and why go to its first
    /// attempt. Two who press at once make one replay (G4).
    async fn replay(&self, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError>;

    /// How many failed messages the filter finds, its status aside; with an operator they are replayed too, at most
    /// 10,000.
    async fn replay_all(&self, filter: &MessageFilter, operator: Option<&Operator>) -> Result<u64, StoreError>;

    /// Pauses or resumes all deliveries; a paused queue leases nothing and uses up no attempts.
    async fn set_paused(&self, paused: bool, operator: &Operator) -> Result<(), StoreError>;

    /// Whether deliveries are paused.
    async fn pause(&self) -> Result<Pause, StoreError>;

    /// What is remembered of the failures of a channel, and at most so many of its held alerts. What
    /// [`settle_alerts`](Self::settle_alerts) saved is seen whole.
    async fn alerts(&self, channel: Channel, limit: u32) -> Result<Seen, StoreError>;

    /// Saves what was decided on a channel's alerts, all or nothing. False, and nothing written, when its watch has not the
    /// version any more: somebody else has decided.
    async fn settle_alerts(&self, decided: &Decided) -> Result<bool, StoreError>;

    /// The figures of the dashboard.
    async fn stats(&self, now: Timestamp) -> Result<Stats, StoreError>;

    /// How many messages were delivered in each of so many minutes (1 to [`MAX_MINUTES`]) from an instant on.
    async fn delivered(&self, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError>;

    /// Is the database there, with the tables this version needs?
    async fn ready(&self) -> Result<(), StoreError>;
}

/// The webhook's answer, as far as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The HTTP status, if one came.
    pub status: Option<u16>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// The body as text, as far as it came, if it is not JSON.
    pub text: Option<String>,
    /// What went wrong on the way.
    pub error: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// Carries messages to the webhook of their domain, signed anew at each attempt (G7).
#[async_trait]
pub trait Transport: Send + Sync {
    /// Calls the webhook once. Never longer than its own timeout, which is shorter than a lease.
    async fn call(&self, message: &Message) -> Reply;
}

/// What a webhook's answer means (G2): 200 with `success` is done, business outcomes included; 400, 409, 413 and 422 are
/// permanent; everything else is tried again.
#[must_use]
pub fn judge(reply: Reply) -> Report {
    let understood = reply.body.as_ref().is_some_and(|body| body.get("success").is_some_and(Value::is_boolean));
    let outcome = match reply.status {
        Some(200..=299) if understood => AttemptOutcome::Done,
        Some(400 | 409 | 413 | 422) => AttemptOutcome::Permanent,
        _ => AttemptOutcome::Retry,
    };
    let error = (outcome != AttemptOutcome::Done).then(|| error_of(&reply));
    Report { outcome, http_status: reply.status, error, result: reply.body, retry_after: reply.retry_after }
}

/// Longest part of an answer that an attempt's error repeats, in characters.
const EXCERPT: usize = 1_000;

/// What an attempt's error says: the answer's own words, whoever gave it, so that a proxy's page is kept too (G5).
fn error_of(reply: &Reply) -> String {
    let Some(status) = reply.status else {
        return reply.error.clone().unwrap_or_else(|| "no answer".to_owned());
    };
    let said = reply.text.as_deref().map(|text| excerpt(text, EXCERPT)).filter(|said| !said.is_empty());
    match (&reply.body, said, &reply.error) {
        (Some(body), ..) => problem_of(status, body),
        (None, Some(said), Some(error)) => format!("status {status}: {said} ({error})"),
        (None, Some(said), None) => format!("status {status}: {said}"),
        (None, None, Some(error)) => format!("status {status}: {error}"),
        (None, None, None) => format!("status {status} with an empty answer"),
    }
}

fn problem_of(status: u16, body: &Value) -> String {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    match (text("code"), text("detail")) {
        (Some(code), Some(detail)) => format!("{code}: {detail}"),
        (Some(code), None) => code.to_owned(),
        _ => format!("status {status} without success: {}", excerpt(&body.to_string(), EXCERPT)),
    }
}

/// Settles a delivery: what follows, and the critical alert when it has failed for good (G1, N5).
#[must_use]
pub fn settle(
    leased: &Leased<Message>,
    report: Report,
    schedule: &Schedule,
    started_at: Timestamp,
    now: Timestamp,
    jitter: u32,
) -> Settlement {
    let mut settlement = schedule.settle(leased.attempts, report, now, jitter);
    if settlement.next == Next::Failed {
        let attempts = leased.attempts.min(schedule.max_retries().map_or(u32::MAX, |retries| retries + 1));
        settlement.alerts = alerts(&leased.job, attempts, schedule, &settlement.report, started_at, now);
    }
    settlement
}

/// The alert goes to the critical address and to the general Teams channel: the channels know both.
fn alerts(
    message: &Message,
    attempts: u32,
    schedule: &Schedule,
    report: &Report,
    started_at: Timestamp,
    now: Timestamp,
) -> Vec<NewDelivery> {
    let mut params = Map::new();
    if let Value::Object(payload) = &message.payload {
        for (to, from) in [
            ("requete_id", "requete_id"),
            ("name", "requete_name"),
            ("account_id", "account_id"),
            ("client", "account_name"),
            ("amount", "amount"),
            ("currency", "currency"),
        ] {
            params.insert(to.to_owned(), payload.get(from).cloned().unwrap_or(Value::Null));
        }
    }
    let definition = DEFINITIONS.iter().find(|definition| definition.message == message.kind);
    params.insert("category".into(), json!(definition.map(|definition| definition.category.name())));
    params.insert("message_type".into(), json!(message.kind));
    params.insert("message_uuid".into(), json!(message.uuid));
    params.insert("error".into(), json!(report.error));
    params.insert("http_status".into(), json!(report.http_status));
    params.insert("trace".into(), json!(report.result));
    params.insert("attempts".into(), json!(attempts));
    params.insert("attempts_allowed".into(), json!(schedule.max_retries().map(|retries| retries.saturating_add(1))));
    params.insert("started_at".into(), json!(rfc3339(started_at)));
    params.insert("at".into(), json!(rfc3339(now)));
    let notice = Notice::MovementFailed;
    let routes = notice.routes().into_iter();
    let delivery = |(audience, channel)| Delivery {
        fact: None,
        notice,
        audience,
        channel,
        recipient: String::new(),
        params: params.clone(),
    };
    routes.map(|route| NewDelivery { delivery: delivery(route), not_before: now, skip: None, at: now }).collect()
}
