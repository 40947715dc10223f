//! Messager as one actor may see and work it: the only way in which handlers read its messages, replay and pause.
//!
//! Guarantees: its messages are for who may read them, and who may not does not learn whether one exists (P1, P2); of a
//! request that an actor sees, its own messages are shown too; what is done names who does it and why (G4).

use std::sync::Arc;

use chrono::Duration;
use estair_core::actor::Actor;
use estair_core::book::Error;
use estair_core::clock::Clock;
use estair_core::id::RequestId;
use estair_core::messager::{MessageEvent, MessageFilter, MessageRecord, MessagerView, Operator, Pause, Replay, Stats};
use estair_core::permission::{Permission, require, require_sight};
use estair_core::queue::Attempt;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{EventRange, Page, Slice, StoreErrorKind};
use uuid::Uuid;

/// How long events are kept for readers that come back.
const KEPT: Duration = Duration::hours(24);

const UNKNOWN: Refusal = Refusal::NotFound { what: "message" };

/// What a replay says where nobody gave a reason.
const NO_REASON: &str = "replayed by hand";

/// Reads and works Messager on behalf of an actor.
#[derive(Clone)]
pub(crate) struct MessagerAs {
    messager: Arc<dyn MessagerView>,
    clock: Arc<dyn Clock>,
    actor: Actor,
}

impl MessagerAs {
    /// What this actor sees of this Messager.
    pub(crate) fn new(messager: Arc<dyn MessagerView>, clock: Arc<dyn Clock>, actor: Actor) -> Self {
        Self { messager, clock, actor }
    }

    /// Refuses who may not read messages, before anything is said of them.
    pub(crate) fn require_reader(&self) -> Result<(), Refusal> {
        require(&self.actor, Permission::ReadMessages)
    }

    /// Messages, newest first.
    pub(crate) async fn messages(&self, filter: &MessageFilter, page: Page) -> Result<Slice<MessageRecord>, Error> {
        self.require_reader()?;
        Ok(self.messager.messages(&self.actor, filter, page).await?)
    }

    /// The first messages that hold a text, for a search over everything: none where Messager runs elsewhere and is away.
    pub(crate) async fn found(&self, q: &str, most: u32) -> Result<Vec<MessageRecord>, Error> {
        let filter = MessageFilter { q: Some(q.to_owned()), ..MessageFilter::default() };
        match self.messages(&filter, Page { limit: most, before: None }).await {
            Err(Error::Store(error)) if self.messager.is_elsewhere() && error.kind() == StoreErrorKind::Unavailable => {
                tracing::warn!(%error, "messages are not searched");
                Ok(Vec::new())
            }
            found => Ok(found?.items),
        }
    }

    /// One message, with its attempts.
    pub(crate) async fn message(&self, uuid: Uuid) -> Result<(MessageRecord, Vec<Attempt>), Error> {
        self.require_reader()?;
        Ok(self.messager.message(&self.actor, uuid).await?.ok_or(UNKNOWN)?)
    }

    /// A message that carried a request which the actor sees, if Messager knows it.
    pub(crate) async fn message_of(
        &self,
        request: &Row<RequestId, Request>,
        uuid: Uuid,
    ) -> Result<Option<(MessageRecord, Vec<Attempt>)>, Error> {
        require_sight(&self.actor, request.account, "request")?;
        require(&self.actor, Permission::ReadRequests)?;
        Ok(self.messager.message(&self.actor, uuid).await?)
    }

    /// The figures of the dashboard (G8).
    pub(crate) async fn stats(&self) -> Result<Stats, Error> {
        self.require_reader()?;
        Ok(self.messager.stats(&self.actor, self.clock.now()).await?)
    }

    /// Whether deliveries are paused, by whom and why.
    pub(crate) async fn pause(&self) -> Result<Pause, Error> {
        self.require_reader()?;
        Ok(self.messager.pause(&self.actor).await?)
    }

    /// The actor as who does something now, for this reason if there is one.
    pub(crate) fn operator(&self, reason: Option<&str>) -> Result<Operator, FieldError> {
        Operator::new(self.actor.scope(), reason, self.clock.now())
    }

    /// The actor as who does something now that needs a reason.
    pub(crate) fn operator_with_reason(&self, reason: Option<&str>) -> Result<Operator, FieldError> {
        let operator = self.operator(reason)?;
        if operator.reason.is_empty() { Err(FieldError::new("reason", "is needed")) } else { Ok(operator) }
    }

    /// Begins a new cycle of a failed message (G4).
    pub(crate) async fn replay(&self, uuid: Uuid, mut operator: Operator) -> Result<(), Error> {
        // Who may not read it does not learn whether it exists (P2).
        if self.require_reader().is_ok() && self.messager.message(&self.actor, uuid).await?.is_none() {
            return Err(UNKNOWN.into());
        }
        require(&self.actor, Permission::ReplayMessages)?;
        if operator.reason.is_empty() {
            NO_REASON.clone_into(&mut operator.reason);
        }
        match self.messager.replay(&self.actor, uuid, &operator).await? {
            Replay::Begun => Ok(()),
            Replay::NotFailed(status) => Err(Refusal::MessageNotFailed { status: status.name() }.into()),
            Replay::Unknown => Err(UNKNOWN.into()),
        }
    }

    /// How many failed messages a filter finds.
    pub(crate) async fn count_failed(&self, filter: &MessageFilter, operator: &Operator) -> Result<u64, Error> {
        require(&self.actor, Permission::ReplayMessages)?;
        Ok(self.messager.replay_all(&self.actor, filter, operator, false).await?)
    }

    /// Replays the failed messages that a filter finds; gives how many.
    pub(crate) async fn replay_all(&self, filter: &MessageFilter, operator: &Operator) -> Result<u64, Error> {
        require(&self.actor, Permission::ReplayMessages)?;
        Ok(self.messager.replay_all(&self.actor, filter, operator, true).await?)
    }

    /// Pauses or resumes all deliveries.
    pub(crate) async fn set_paused(&self, paused: bool, operator: &Operator) -> Result<(), Error> {
        require(&self.actor, Permission::PauseDeliveries)?;
        Ok(self.messager.set_paused(&self.actor, paused, operator).await?)
    }
}

impl MessagerAs {
    /// How many messages were delivered in each of so many minutes from an instant on.
    pub(crate) async fn delivered(&self, from: estair_core::clock::Timestamp, minutes: u32) -> Result<Vec<u64>, Error> {
        self.require_reader()?;
        Ok(self.messager.delivered(&self.actor, from, minutes).await?)
    }

    /// What became of messages after a number, and which events are kept: for a console elsewhere.
    pub(crate) async fn changes(&self, after: u64, limit: u32) -> Result<(Vec<MessageEvent>, EventRange), Error> {
        self.require_reader()?;
        let now = self.clock.now();
        self.messager.number_events(now, limit).await?;
        let range = self.messager.event_range(now.checked_sub_signed(KEPT).unwrap_or(now)).await?;
        Ok((self.messager.events(after, limit).await?, range))
    }
}
