//! What Messager's API takes and gives, as JSON.

use estair_core::clock::rfc3339;
use estair_core::json::Json;
use estair_core::messager::{MessageEvent, MessageRecord, Pause, Receipt, Stats};
use estair_core::queue::Attempt;
use estair_core::store::{EventRange, Slice, Total};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::total::TotalShape;

/// A message that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Taken {
    /// The message's uuid.
    message_uuid: Uuid,
    /// The message's number.
    message_id: u64,
}

impl From<Receipt> for Taken {
    fn from(receipt: Receipt) -> Self {
        Self { message_uuid: receipt.message_uuid, message_id: receipt.message_id }
    }
}

/// A message and where it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Message {
    message_uuid: Uuid,
    message_id: u64,
    domain: String,
    #[serde(rename = "type")]
    kind: String,
    /// `pending`, `processing`, `completed` or `failed`.
    status: &'static str,
    /// Retries of the present cycle.
    retry_count: u32,
    /// Retries its schedule has.
    max_retries: u32,
    #[schema(format = DateTime)]
    next_attempt_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// The earlier message of the same account that holds it back (G9).
    blocked_by: Option<Uuid>,
}

/// A message of a list: with what it carries and what came back where that was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedMessage {
    #[serde(flatten)]
    message: Message,
    /// Exactly as it came.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Json>,
    /// The webhook's answer, exactly as it came.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Json>,
}

impl From<&MessageRecord> for Message {
    fn from(record: &MessageRecord) -> Self {
        Self {
            message_uuid: record.message.uuid,
            message_id: record.id,
            domain: record.message.domain.clone(),
            kind: record.message.kind.clone(),
            status: record.status.name(),
            retry_count: record.retry_count,
            max_retries: record.max_retries,
            next_attempt_at: record.next_attempt_at.map(rfc3339),
            created_at: rfc3339(record.created_at),
            completed_at: record.completed_at.map(rfc3339),
            blocked_by: record.blocked_by,
        }
    }
}

/// A page of messages, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Messages {
    items: Vec<ListedMessage>,
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
    /// With `count=true`: how many there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    total: Option<TotalShape>,
}

impl Messages {
    pub(super) fn of(slice: Slice<MessageRecord>, next_cursor: Option<String>, whole: bool) -> Self {
        let listed = |record: MessageRecord| ListedMessage {
            message: Message::from(&record),
            payload: whole.then_some(record.message.payload),
            result: record.result.filter(|_| whole),
        };
        Self { items: slice.items.into_iter().map(listed).collect(), next_cursor, total: None }
    }

    /// With how many there are, where that was asked.
    pub(super) fn with_total(self, total: Option<Total>) -> Self {
        Self { total: total.map(TotalShape::from), ..self }
    }
}

/// A message with what it carries, what came back, and every attempt (G5).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageInFull {
    #[serde(flatten)]
    message: Message,
    /// Exactly as it came.
    #[schema(value_type = Object)]
    payload: Json,
    /// The webhook's answer, exactly as it came.
    #[schema(value_type = Option<Object>)]
    result: Option<Json>,
    attempts: Vec<AttemptShape>,
}

impl MessageInFull {
    pub(super) fn of(record: MessageRecord, attempts: &[Attempt]) -> Self {
        let message = Message::from(&record);
        let attempts = attempts.iter().map(AttemptShape::from).collect();
        Self { message, payload: record.message.payload, result: record.result, attempts }
    }
}

/// One attempt to deliver a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptShape {
    /// Its number over all cycles, from 1.
    number: u32,
    #[schema(format = DateTime)]
    started_at: String,
    /// Null while it runs, or when its worker never said.
    duration_ms: Option<u64>,
    http_status: Option<u16>,
    /// `done`, `retry`, `permanent` or `unknown`; null while it runs.
    outcome: Option<&'static str>,
    error: Option<String>,
    /// Who replayed the message, on the first attempt of a replay.
    replayed_by: Option<String>,
    reason: Option<String>,
}

impl From<&Attempt> for AttemptShape {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: rfc3339(attempt.started_at),
            duration_ms: attempt.duration_ms,
            http_status: attempt.http_status,
            outcome: attempt.outcome.map(|outcome| outcome.name()),
            error: attempt.error.clone(),
            replayed_by: attempt.replayed_by.clone(),
            reason: attempt.reason.clone(),
        }
    }
}

/// A replay that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replayed {
    pub(super) message_uuid: Uuid,
    pub(super) status: &'static str,
}

/// How many messages a replay by filter found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Count {
    pub(super) count: u64,
}

/// Whether deliveries are paused, by whom and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Paused {
    paused: bool,
    by: Option<String>,
    reason: Option<String>,
    #[schema(format = DateTime)]
    at: Option<String>,
}

impl From<Pause> for Paused {
    fn from(pause: Pause) -> Self {
        Self { paused: pause.paused, by: pause.by, reason: pause.reason, at: pause.at.map(rfc3339) }
    }
}

/// The figures of the dashboard (G8).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figures)]
pub(super) struct StatsShape {
    pending: u64,
    processing: u64,
    completed: u64,
    failed: u64,
    oldest_pending_age_seconds: Option<u64>,
    /// Messages delivered in the last minute.
    per_minute: u64,
    paused: bool,
}

impl From<Stats> for StatsShape {
    fn from(stats: Stats) -> Self {
        let Stats { pending, processing, completed, failed, oldest_pending_age_seconds, per_minute, paused } = stats;
        Self { pending, processing, completed, failed, oldest_pending_age_seconds, per_minute, paused }
    }
}

/// How many messages were delivered, minute by minute.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Delivered {
    pub(super) counts: Vec<u64>,
}

/// A change of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    /// Its number among the changes.
    number: u64,
    message_id: u64,
    message_uuid: Uuid,
    #[serde(rename = "type")]
    kind: String,
    /// Where the message was then.
    status: &'static str,
    retry_count: u32,
    #[schema(format = DateTime)]
    at: String,
}

/// Changes of messages, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    items: Vec<Change>,
    /// The last number that is not kept any more.
    before_first: u64,
    /// The number of the newest.
    last: u64,
}

impl Changes {
    pub(super) fn of(events: &[MessageEvent], range: EventRange) -> Self {
        let change = |event: &MessageEvent| Change {
            number: event.number,
            message_id: event.id,
            message_uuid: event.uuid,
            kind: event.kind.clone(),
            status: event.status.name(),
            retry_count: event.retry_count,
            at: rfc3339(event.at),
        };
        let EventRange { before_first, last } = range;
        Self { items: events.iter().map(change).collect(), before_first, last }
    }
}
