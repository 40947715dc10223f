//! From facts to people: fanning out notices into deliveries, and what a channel must do (N1 to N3).
//!
//! The rules are here; rendering and sockets are an adapter's. A delivery is a job of a [`Queue`]: each channel fails,
//! waits and recovers by itself.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{AccountId, FactId, Row, UserId};
use crate::notification::{Audience, Channel, Notice, Priority};
use crate::queue::{Attempt, JobStatus, Queue, Report};
use crate::quiet::QuietHours;
use crate::read::{Page, Slice};
use crate::store::StoreError;

/// A message to one recipient by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The fact it tells of; none for an alert of Messager.
    pub fact: Option<FactId>,
    /// What it tells.
    pub notice: Notice,
    /// In which capacity the recipient gets it.
    pub audience: Audience,
    /// By which way.
    pub channel: Channel,
    /// The address: an e-mail address, or the name of a push subscription. Empty for what the channel itself knows: the
    /// Teams channel of an audience, the address for critical alerts.
    pub recipient: String,
    /// The particulars to write it from: those of the fact, with its numbers.
    pub params: Map<String, Value>,
}

impl Delivery {
    /// How urgent it is.
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.notice.rule().priority
    }

    /// What one recipient gets by one channel leaves in the order in which it was queued: deliveries with the same key go one
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

/// A delivery to be queued. One fact, notice, channel and recipient make one delivery, ever (N2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// What to deliver.
    pub delivery: Delivery,
    /// Not before: quiet hours push it back.
    pub not_before: Timestamp,
    /// Do not deliver at all, for this reason: it is recorded as skipped.
    pub skip: Option<String>,
    /// When it was queued.
    pub at: Timestamp,
}

/// A person who may be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who, where the host knows.
    pub user: Option<UserId>,
    /// The address on the channel.
    pub address: String,
    /// Set when the recipient has chosen not to get this.
    pub opted_out: bool,
}

/// Who is behind an audience: the host knows (its users, their addresses, their devices, their choices).
#[async_trait]
pub trait Directory: Send + Sync {
    /// The recipients of a notice by a channel; for clients, those of the account. For Teams and for the critical
    /// address, one recipient with an empty address stands for what the channel knows itself.
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        notice: Notice,
        account: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError>;
}

/// Delivers messages by one channel or several.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Is the channel configured? Deliveries of one that is not are recorded as skipped.
    fn is_on(&self, channel: Channel) -> bool;

    /// Tries once to deliver, and reports. It never waits longer than its own timeout.
    async fn send(&self, job: u64, delivery: &Delivery) -> Report;
}

/// A delivery and where it is, as the console lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Its number.
    pub id: u64,
    /// What it delivers.
    pub delivery: Delivery,
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

/// Which deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// In this status.
    pub status: Option<JobStatus>,
    /// By this channel.
    pub channel: Option<Channel>,
    /// Of the facts of this financial request.
    pub request: Option<crate::id::RequestId>,
}

/// Where deliveries are kept: the book's database, and Messager's own for its alerts. Those that share an
/// [order key](Delivery::order_key) are claimed one after the other.
#[async_trait]
pub trait Outgoing: Queue<Delivery> {
    /// Facts whose notices have not been fanned out, oldest first.
    async fn untold(&self, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError>;

    /// Queues a fact's deliveries and notes that it is told, all or nothing; a delivery that exists is not queued
    /// again.
    async fn tell(&self, fact: FactId, deliveries: &[NewDelivery]) -> Result<(), StoreError>;

    /// Queues deliveries that belong to no fact.
    async fn enqueue(&self, deliveries: &[NewDelivery]) -> Result<(), StoreError>;

    /// Deliveries, newest first.
    async fn deliveries(&self, filter: &DeliveryFilter, page: Page) -> Result<Slice<DeliveryRecord>, StoreError>;

    /// The attempts of a delivery, oldest first.
    async fn delivery_attempts(&self, id: u64) -> Result<Vec<Attempt>, StoreError>;
}

/// The particulars of a fact, with the numbers of what it is about: everything a template may use.
#[must_use]
pub fn params_of(fact: &Row<FactId, Fact>) -> Map<String, Value> {
    let mut params = fact.data.data.clone();
    let mut put = |key: &str, number: Option<u64>| {
        if let Some(number) = number {
            params.insert(key.to_owned(), number.into());
        }
    };
    put("account_id", fact.account.known().map(|id| id.0));
    put("requete_id", fact.request.and_then(|link| link.known()).map(|id| id.0));
    put("helpdesk_id", fact.support.and_then(|link| link.known()).map(|id| id.0));
    put("mouvement_id", fact.movement.and_then(|link| link.known()).map(|id| id.0));
    params.insert("at".to_owned(), crate::clock::rfc3339(fact.at).into());
    params
}

/// Fans a fact out: for each notice, audience, channel and recipient one delivery. A channel that is off, or a recipient
/// who opted out of what may be opted out of, gets one that is skipped, so that nothing happens in silence (N3). What is of
/// low priority is not due before the quiet hours end.
///
/// # Errors
/// When the directory has no answer.
pub async fn fan_out(
    fact: &Row<FactId, Fact>,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    quiet: Option<QuietHours>,
    now: Timestamp,
) -> Result<Vec<NewDelivery>, StoreError> {
    let mut deliveries = Vec::new();
    let account = fact.account.known();
    for notice in &fact.notices {
        let not_before = quiet.map_or(now, |quiet| quiet.next_allowed(now, notice.rule().priority));
        for (audience, channel) in notice.routes() {
            for recipient in directory.recipients(audience, channel, *notice, account).await? {
                let delivery = Delivery {
                    fact: Some(fact.id),
                    notice: *notice,
                    audience,
                    channel,
                    recipient: recipient.address,
                    params: params_of(fact),
                };
                let skip = if !notifier.is_on(channel) {
                    Some("channel not configured".to_owned())
                } else if recipient.opted_out && notice.may_opt_out() {
                    Some("recipient opted out".to_owned())
                } else {
                    None
                };
                deliveries.push(NewDelivery { delivery, not_before, skip, at: now });
            }
        }
    }
    Ok(deliveries)
}

/// A browser that may be pushed to, as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// Where the push service takes messages for it; a secret, and an address that a user supplied.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The browser's authentication secret, base64url.
    pub auth: String,
}

/// Devices and choices of the people who are told things.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Keeps a device; the same endpoint again replaces what was known of it.
    async fn subscribe(&self, user: UserId, device: &PushSubscription, at: Timestamp) -> Result<(), StoreError>;

    /// Forgets a user's device. False when the user has no such device.
    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError>;

    /// The devices of these users.
    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError>;

    /// One device, whoever's.
    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError>;

    /// Forgets a device that its push service says is gone.
    async fn forget(&self, endpoint: &str) -> Result<(), StoreError>;

    /// What these users do not want to be told.
    async fn opt_outs(&self, users: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError>;

    /// Notes whether a user wants to be told something by a channel.
    async fn set_opt_out(&self, user: UserId, notice: Notice, channel: Channel, out: bool) -> Result<(), StoreError>;
}
