//! Messager as ESTAIR shows and works it, wherever it runs: over its store in the same process ([`Stored`]), or over its
//! API (G10). What an actor may is asked before; the actor is named all the same, for a Messager elsewhere asks again, and
//! keeps who it was.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::actor::Actor;
use crate::clock::Timestamp;
use crate::messager::{MessageEvent, MessageFilter, MessageRecord, MessagerStore, Operator, Pause, Replay, Stats};
use crate::notification::{Notification, NotificationFilter, NotificationRecord, Resend};
use crate::queue::{Attempt, Depth, Queue};
use crate::store::{EventRange, Page, Slice, StoreError};

/// Reads and works a Messager on behalf of an actor. Each call ends within a bound; a Messager that is away is
/// [`StoreErrorKind::Unavailable`](crate::store::StoreErrorKind::Unavailable).
#[async_trait]
pub trait MessagerView: Send + Sync {
    /// Messages, newest first.
    async fn messages(
        &self,
        by: &Actor,
        filter: &MessageFilter,
        page: Page,
    ) -> Result<Slice<MessageRecord>, StoreError>;

    /// One message with its attempts, oldest first.
    async fn message(&self, by: &Actor, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError>;

    /// Begins a new cycle of a failed message (G4).
    async fn replay(&self, by: &Actor, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError>;

    /// How many failed messages the filter finds, its status aside; with `begin` they are replayed too.
    async fn replay_all(
        &self,
        by: &Actor,
        filter: &MessageFilter,
        operator: &Operator,
        begin: bool,
    ) -> Result<u64, StoreError>;

    /// Pauses or resumes all deliveries.
    async fn set_paused(&self, by: &Actor, paused: bool, operator: &Operator) -> Result<(), StoreError>;

    /// Whether deliveries are paused, by whom and why.
    async fn pause(&self, by: &Actor) -> Result<Pause, StoreError>;

    /// The figures of the dashboard (G8).
    async fn stats(&self, by: &Actor, now: Timestamp) -> Result<Stats, StoreError>;

    /// How many messages were delivered in each of so many minutes from an instant on.
    async fn delivered(&self, by: &Actor, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError>;

    /// Its alerts, newest first.
    async fn alerts(
        &self,
        by: &Actor,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError>;

    /// The attempts to send an alert, oldest first.
    async fn alert_attempts(&self, by: &Actor, id: u64) -> Result<Vec<Attempt>, StoreError>;

    /// Sends an alert again that failed or was skipped (N3).
    async fn resend_alert(&self, by: &Actor, id: u64, at: Timestamp) -> Result<Resend, StoreError>;

    /// How many alerts wait.
    async fn alert_depth(&self, by: &Actor, now: Timestamp) -> Result<Depth, StoreError>;

    /// What became of messages after this number, oldest first, at most `limit`.
    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError>;

    /// Which of these events are kept: those since an instant, the last [`MAX_EVENTS`](crate::store::MAX_EVENTS) at most.
    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError>;

    /// Gives numbers to changes that have none, at most `limit`, where that is this process's to do; says how many.
    async fn number_events(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Can it be worked with?
    async fn ready(&self) -> Result<(), StoreError>;

    /// Does it run elsewhere, so that it may be away while everything here is well?
    fn is_elsewhere(&self) -> bool {
        false
    }
}

/// The Messager whose database this process holds.
#[derive(Clone)]
pub struct Stored(Arc<dyn MessagerStore>);

impl Stored {
    /// The Messager of this store.
    #[must_use]
    pub fn of(store: Arc<dyn MessagerStore>) -> Arc<dyn MessagerView> {
        Arc::new(Self(store))
    }
}

#[async_trait]
impl MessagerView for Stored {
    async fn messages(
        &self,
        _: &Actor,
        filter: &MessageFilter,
        page: Page,
    ) -> Result<Slice<MessageRecord>, StoreError> {
        self.0.messages(filter, page).await
    }

    async fn message(&self, _: &Actor, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError> {
        self.0.message(uuid).await
    }

    async fn replay(&self, _: &Actor, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError> {
        self.0.replay(uuid, operator).await
    }

    async fn replay_all(
        &self,
        _: &Actor,
        filter: &MessageFilter,
        operator: &Operator,
        begin: bool,
    ) -> Result<u64, StoreError> {
        self.0.replay_all(filter, begin.then_some(operator)).await
    }

    async fn set_paused(&self, _: &Actor, paused: bool, operator: &Operator) -> Result<(), StoreError> {
        self.0.set_paused(paused, operator).await
    }

    async fn pause(&self, _: &Actor) -> Result<Pause, StoreError> {
        self.0.pause().await
    }

    async fn stats(&self, _: &Actor, now: Timestamp) -> Result<Stats, StoreError> {
        self.0.stats(now).await
    }

    async fn delivered(&self, _: &Actor, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError> {
        self.0.delivered(from, minutes).await
    }

    async fn alerts(
        &self,
        _: &Actor,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError> {
        self.0.notifications(filter, page).await
    }

    async fn alert_attempts(&self, _: &Actor, id: u64) -> Result<Vec<Attempt>, StoreError> {
        self.0.notification_attempts(id).await
    }

    async fn resend_alert(&self, by: &Actor, id: u64, at: Timestamp) -> Result<Resend, StoreError> {
        self.0.resend(id, None, &by.scope(), at).await
    }

    async fn alert_depth(&self, _: &Actor, now: Timestamp) -> Result<Depth, StoreError> {
        Queue::<Notification>::depth(self.0.as_ref(), now).await
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError> {
        self.0.events(after, limit).await
    }

    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError> {
        self.0.event_range(since).await
    }

    async fn number_events(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.0.number_events(now, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.0.ready().await
    }
}
