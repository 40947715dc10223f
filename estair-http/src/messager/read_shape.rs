//! What Messager's API gives, as ESTAIR reads it back ([`shape`](super::shape) writes it). A field that is not known is a
//! later version's: it is passed over.

use chrono::DateTime;
use estair_core::clock::Timestamp;
use estair_core::json::Json;
use estair_core::messager::{Message, MessageEvent, MessageRecord, Pause, Stats};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, NotificationRecord};
use estair_core::queue::{Attempt, AttemptOutcome, Depth, JobStatus};
use estair_core::store::{EventRange, Slice};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An instant as RFC 3339 writes it.
#[derive(Clone, Copy, Deserialize)]
struct At(DateTime<chrono::FixedOffset>);

impl From<At> for Timestamp {
    fn from(at: At) -> Self {
        at.0.to_utc()
    }
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<JobStatus, D::Error> {
    named(from, JobStatus::from_name)
}

fn outcome<'de, D: Deserializer<'de>>(from: D) -> Result<Option<AttemptOutcome>, D::Error> {
    let name = Option::<String>::deserialize(from)?;
    name.map(|name| AttemptOutcome::from_name(&name).ok_or_else(|| unknown(&name))).transpose()
}

fn named<'de, D: Deserializer<'de>, T>(from: D, read: fn(&str) -> Option<T>) -> Result<T, D::Error> {
    let name = String::deserialize(from)?;
    read(&name).ok_or_else(|| unknown(&name))
}

fn unknown<E: serde::de::Error>(name: &str) -> E {
    E::custom(format_args!("an unknown name: {name}"))
}

/// A message without what it carries, or with it.
#[derive(Deserialize)]
struct MessageRead {
    message_uuid: Uuid,
    message_id: u64,
    domain: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(deserialize_with = "status")]
    status: JobStatus,
    retry_count: u32,
    max_retries: u32,
    next_attempt_at: Option<At>,
    created_at: At,
    completed_at: Option<At>,
    blocked_by: Option<Uuid>,
    payload: Option<Json>,
    result: Option<Json>,
    #[serde(default)]
    attempts: Vec<AttemptRead>,
}

impl From<MessageRead> for MessageRecord {
    fn from(read: MessageRead) -> Self {
        let payload = read.payload.unwrap_or_else(|| Value::Object(Map::new()).into());
        Self {
            id: read.message_id,
            message: Message { uuid: read.message_uuid, domain: read.domain, kind: read.kind, payload },
            status: read.status,
            retry_count: read.retry_count,
            max_retries: read.max_retries,
            next_attempt_at: read.next_attempt_at.map(Into::into),
            created_at: read.created_at.into(),
            completed_at: read.completed_at.map(Into::into),
            result: read.result,
            blocked_by: read.blocked_by,
        }
    }
}

/// A page of messages.
#[derive(Deserialize)]
pub(super) struct MessagesRead {
    items: Vec<MessageRead>,
    next_cursor: Option<String>,
}

impl From<MessagesRead> for Slice<MessageRecord> {
    fn from(read: MessagesRead) -> Self {
        let items: Vec<MessageRecord> = read.items.into_iter().map(Into::into).collect();
        let next = items.last().filter(|_| read.next_cursor.is_some()).map(|last| last.id);
        Self { items, next }
    }
}

/// One message.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct InFullRead(MessageRead);

impl InFullRead {
    pub(super) fn split(mut self) -> (MessageRecord, Vec<Attempt>) {
        let attempts = std::mem::take(&mut self.0.attempts);
        (self.0.into(), attempts.into_iter().map(Into::into).collect())
    }
}

#[derive(Deserialize)]
struct AttemptRead {
    number: u32,
    started_at: At,
    duration_ms: Option<u64>,
    http_status: Option<u16>,
    #[serde(deserialize_with = "outcome")]
    outcome: Option<AttemptOutcome>,
    error: Option<String>,
    replayed_by: Option<String>,
    reason: Option<String>,
}

impl From<AttemptRead> for Attempt {
    fn from(read: AttemptRead) -> Self {
        let AttemptRead { number, duration_ms, http_status, outcome, error, replayed_by, reason, .. } = read;
        let started_at = read.started_at.into();
        Self { number, started_at, duration_ms, http_status, outcome, error, replayed_by, reason }
    }
}

#[derive(Deserialize)]
pub(super) struct CountRead {
    pub(super) count: u64,
}

#[derive(Deserialize)]
pub(super) struct DeliveredRead {
    pub(super) counts: Vec<u64>,
}

#[derive(Deserialize)]
pub(super) struct PausedRead {
    paused: bool,
    by: Option<String>,
    reason: Option<String>,
    at: Option<At>,
}

impl From<PausedRead> for Pause {
    fn from(read: PausedRead) -> Self {
        Self { paused: read.paused, by: read.by, reason: read.reason, at: read.at.map(Into::into) }
    }
}

#[derive(Deserialize)]
pub(super) struct StatsRead {
    pending: u64,
    processing: u64,
    completed: u64,
    failed: u64,
    oldest_pending_age_seconds: Option<u64>,
    per_minute: u64,
    paused: bool,
}

impl From<StatsRead> for Stats {
    fn from(read: StatsRead) -> Self {
        let StatsRead { pending, processing, completed, failed, oldest_pending_age_seconds, per_minute, paused } = read;
        Self { pending, processing, completed, failed, oldest_pending_age_seconds, per_minute, paused }
    }
}

#[derive(Deserialize)]
struct ChangeRead {
    number: u64,
    message_id: u64,
    message_uuid: Uuid,
    #[serde(rename = "type")]
    kind: String,
    #[serde(deserialize_with = "status")]
    status: JobStatus,
    retry_count: u32,
    at: At,
}

#[derive(Deserialize)]
pub(super) struct ChangesRead {
    items: Vec<ChangeRead>,
    before_first: u64,
    last: u64,
}

impl ChangesRead {
    pub(super) fn events(self) -> Vec<MessageEvent> {
        let event = |read: ChangeRead| MessageEvent {
            number: read.number,
            id: read.message_id,
            uuid: read.message_uuid,
            kind: read.kind,
            status: read.status,
            retry_count: read.retry_count,
            at: read.at.into(),
        };
        self.items.into_iter().map(event).collect()
    }

    pub(super) const fn range(&self) -> EventRange {
        EventRange { before_first: self.before_first, last: self.last }
    }
}

#[derive(Deserialize)]
struct AlertRead {
    id: u64,
    notice: Notice,
    audience: Audience,
    channel: Channel,
    recipient: String,
    params: Map<String, Value>,
    #[serde(deserialize_with = "status")]
    status: JobStatus,
    attempts: u32,
    next_attempt_at: At,
    created_at: At,
    completed_at: Option<At>,
    error: Option<String>,
    #[serde(default)]
    log: Vec<AttemptRead>,
}

impl From<AlertRead> for NotificationRecord {
    fn from(read: AlertRead) -> Self {
        let AlertRead { notice, audience, channel, recipient, params, .. } = read;
        Self {
            id: read.id,
            notification: Notification { fact: None, notice, audience, channel, user: None, recipient, params },
            status: read.status,
            attempts: read.attempts,
            next_attempt_at: read.next_attempt_at.into(),
            created_at: read.created_at.into(),
            completed_at: read.completed_at.map(Into::into),
            error: read.error,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AlertsRead {
    items: Vec<AlertRead>,
    pub(super) depth: DepthRead,
    next_cursor: Option<String>,
}

impl From<AlertsRead> for Slice<NotificationRecord> {
    fn from(read: AlertsRead) -> Self {
        let items: Vec<NotificationRecord> = read.items.into_iter().map(Into::into).collect();
        let next = items.last().filter(|_| read.next_cursor.is_some()).map(|last| last.id);
        Self { items, next }
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct AlertInFullRead(AlertRead);

impl AlertInFullRead {
    pub(super) fn attempts(self) -> Vec<Attempt> {
        self.0.log.into_iter().map(Into::into).collect()
    }

    pub(super) const fn status(&self) -> JobStatus {
        self.0.status
    }
}

#[derive(Deserialize)]
pub(super) struct DepthRead {
    pending: u64,
    processing: u64,
    completed: u64,
    failed: u64,
    skipped: u64,
    oldest_pending_age_seconds: Option<u64>,
}

impl From<DepthRead> for Depth {
    fn from(read: DepthRead) -> Self {
        let DepthRead { pending, processing, completed, failed, skipped, oldest_pending_age_seconds } = read;
        Self { pending, processing, completed, failed, skipped, oldest_pending_age_seconds }
    }
}
