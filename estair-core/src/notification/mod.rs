//! Messages to people: from a fact to those who are told of it ([`fan_out`]), and what must hold for what delivers them
//! ([`Notifier`], [`Notifications`], [`PendingFacts`]).
//!
//! The rules are here; rendering and sockets are an adapter's. A notification is a job of a [`Queue`]: each channel fails,
//! waits and recovers by itself (N3).

pub mod alert;
mod entitled;
mod fan_out;
pub mod outage;
mod quiet;
pub mod report;
mod subscription;

pub use entitled::Entitled;
pub use fan_out::{Directory, Notifier, Recipient, fan_out, params_of};
pub(crate) use fan_out::{NOT_CONFIGURED, Told, tell};
pub use quiet::QuietHours;
pub use subscription::{MAX_DEVICES, PushSubscription, Shown, Subscribed, Subscriptions};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId, UserId};
use crate::notice::{Audience, Channel, Notice, Priority};
use crate::queue::{Attempt, JobStatus, Queue};
use crate::row::{Account, Comment, Movement, Request, Row, Support};
use crate::store::{Page, Slice, StoreError};

/// A message to one recipient by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The fact it tells of; none for an alert of Messager.
    pub fact: Option<FactId>,
    /// What it tells.
    pub notice: Notice,
    /// In which capacity the recipient gets it.
    pub audience: Audience,
    /// By which way.
    pub channel: Channel,
    /// Whose it is, where the host knows: what is meant for a person goes to nobody else (N9).
    pub user: Option<UserId>,
    /// The address: an e-mail address, or the name of a push subscription. Empty for what the channel itself knows: the
    /// Teams channel of an audience, the address for critical alerts.
    pub recipient: String,
    /// The details to write it from: those of the fact, with its numbers.
    pub params: Map<String, Value>,
}

impl Notification {
    /// How urgent it is.
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.notice.rule().priority
    }

    /// What is queued once, ever: one fact, notice, channel and recipient make one notification (N2); of a day that is reported
    /// the same (L8). None for what may come again, such as alerts.
    #[must_use]
    pub fn unique_name(&self) -> Option<String> {
        let Self { fact, notice, channel, recipient, .. } = self;
        let day = || self.params.get(report::DAY)?.as_str().filter(|_| *notice == Notice::DailyReport);
        let of = fact.map(|fact| fact.to_string()).or_else(|| day().map(str::to_owned))?;
        Some(format!("{of}\n{notice}\n{channel}\n{recipient}"))
    }

    /// What one recipient gets by one channel leaves in the order in which it was queued: notifications with the same key go one
    /// after the other, so that a channel that was down sends what waited as it came. A critical alert waits for nothing;
    /// what is of low priority may wait for the end of quiet hours, and holds back nothing else.
    #[must_use]
    pub fn order_key(&self) -> Option<String> {
        let turn = match self.priority() {
            Priority::Critical => return None,
            Priority::Low => "low",
            Priority::High | Priority::Medium => "usual",
        };
        Some(format!("{turn}\n{}\n{}\n{}", self.channel, self.audience, self.recipient))
    }
}

/// A notification to be queued: once, ever, where it has a [unique name](Notification::unique_name) (N2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotification {
    /// What to deliver.
    pub notification: Notification,
    /// Not before this instant, which is no later than the longest delay of its schedule (G11).
    pub not_before: Timestamp,
    /// Do not deliver at all, for this reason: it is recorded as skipped.
    pub skip: Option<String>,
    /// When it was queued.
    pub at: Timestamp,
}

/// A notification and where it is, as the console lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRecord {
    /// Its number.
    pub id: u64,
    /// What it delivers.
    pub notification: Notification,
    /// Where it is.
    pub status: JobStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it was delivered, or given up.
    pub completed_at: Option<Timestamp>,
    /// The last error, or why it was skipped.
    pub error: Option<String>,
}

/// Which notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// In this status.
    pub status: Option<JobStatus>,
    /// Of this notice.
    pub notice: Option<Notice>,
    /// By this channel.
    pub channel: Option<Channel>,
    /// Of the facts of this financial request.
    pub request: Option<crate::id::RequestId>,
}

/// What became of a wish to send a notification again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// It is queued again.
    Begun,
    /// Only what failed or was skipped is sent again.
    NotEnded(JobStatus),
    /// No such notification.
    Unknown,
}

/// Where notifications wait to be sent: in the book's database, and in Messager's own for its alerts. Those that share an
/// [order key](Notification::order_key) are claimed one after the other.
#[async_trait]
pub trait Notifications: Queue<Notification> {
    /// Queues notifications that belong to no fact; one whose unique name is there is not queued again.
    async fn enqueue(&self, notifications: &[NewNotification]) -> Result<(), StoreError>;

    /// Notifications, newest first.
    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError>;

    /// Sends again what failed or was skipped: a new cycle of its schedule (N3). Where nobody was found before, to whom it
    /// goes now. Nothing changes, and the status is told, where it is neither.
    async fn resend(&self, id: u64, to: Option<&str>, by: &str, at: Timestamp) -> Result<Resend, StoreError>;

    /// The attempts of a notification, oldest first.
    async fn notification_attempts(&self, id: u64) -> Result<Vec<Attempt>, StoreError>;
}

/// A fact whose notices are pending, with the rows that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingFact {
    /// The fact.
    pub fact: Row<FactId, Fact>,
    /// Its account.
    pub account: Row<AccountId, Account>,
    /// Its financial request.
    pub request: Option<Row<RequestId, Request>>,
    /// Its support request.
    pub support: Option<Row<SupportId, Support>>,
    /// Its movement.
    pub movement: Option<Row<MovementId, Movement>>,
    /// The comment that it tells of.
    pub comment: Option<Row<CommentId, Comment>>,
}

/// A fact, and the notifications that its notices became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FannedOut {
    /// The fact.
    pub fact: FactId,
    /// Its notifications: for each notice, audience, channel and recipient one. There may be none.
    pub notifications: Vec<NewNotification>,
}

/// Facts whose notices are pending: they become notifications when they are fanned out (N3).
#[async_trait]
pub trait PendingFacts: Send + Sync {
    /// Facts that were not fanned out, oldest first.
    async fn pending_facts(&self, limit: u32) -> Result<Vec<PendingFact>, StoreError>;

    /// Queues the notifications of facts and notes that these are fanned out, all or nothing; a notification that exists is not
    /// queued again.
    async fn save_fan_out(&self, fanned_out: &[FannedOut]) -> Result<(), StoreError>;
}
