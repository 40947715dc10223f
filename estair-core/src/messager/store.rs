//! Messager's own database: what it keeps, shows, replays and pauses (G4, G5, G8).

use crate::json::Json;
use async_trait::async_trait;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::messager::{Message, MessageEvent, NewMessage, Receipt};
use crate::notice::Channel;
use crate::notification::outage::{AlertDecision, ChannelAlerts};
use crate::notification::{NewNotification, Notifications};
use crate::queue::{Attempt, JobStatus, Lease, Queue, Settlement};
use crate::refusal::FieldError;
use crate::store::{EventRange, Page, Slice, StoreError};
use crate::text;

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
    pub result: Option<Json>,
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
    /// Why; empty where nobody said so.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Longest reason of an operator, in characters.
pub const MAX_REASON: usize = 1_000;

impl Operator {
    /// An operator with a reason, if there is one.
    ///
    /// # Errors
    /// A [`FieldError`] of `reason` when it is longer than [`MAX_REASON`] or holds control characters.
    pub fn new(by: impl Into<String>, reason: Option<&str>, at: Timestamp) -> Result<Self, FieldError> {
        let reason = text::optional("reason", reason, MAX_REASON)?.unwrap_or_default();
        Ok(Self { by: by.into(), reason, at })
    }
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
pub trait MessagerStore: Queue<Message> + Notifications {
    /// Keeps a message. The same key of the same domain again is the same message: its receipt, and false.
    async fn accept(&self, message: &NewMessage) -> Result<(Receipt, bool), StoreError>;

    /// Settles a delivery that has failed for good, as [`Queue::settle`] does, and writes its alerts in the same transaction
    /// (G1). They are held until it is decided whether they go out by themselves ([`outage`](crate::notification::outage)).
    async fn bury(
        &self,
        lease: &Lease,
        settlement: &Settlement,
        alerts: &[NewNotification],
    ) -> Result<bool, StoreError>;

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
    async fn alerts(&self, channel: Channel, limit: u32) -> Result<ChannelAlerts, StoreError>;

    /// Saves what was decided on a channel's alerts, all or nothing. False, and nothing written, when its watch has not the
    /// version any more: somebody else has decided.
    async fn settle_alerts(&self, decided: &AlertDecision) -> Result<bool, StoreError>;

    /// The figures of the dashboard.
    async fn stats(&self, now: Timestamp) -> Result<Stats, StoreError>;

    /// How many messages were delivered in each of so many minutes (1 to [`MAX_MINUTES`]) from an instant on.
    async fn delivered(&self, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError>;

    /// What became of messages after this number, oldest first, at most `limit`.
    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError>;

    /// Which of these events are kept: those since an instant, the last [`MAX_EVENTS`](crate::store::MAX_EVENTS) at most.
    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError>;

    /// Gives numbers to changes of messages that are committed and have none, at most `limit`; says how many. Of two that do
    /// it at the same time, each change gets one number, and no number becomes visible before those below it.
    async fn number_events(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Is the database there, with the tables this version needs?
    async fn ready(&self) -> Result<(), StoreError>;
}
