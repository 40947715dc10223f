//! What a host gives to Messager's API, and what its handlers hold of it: a view of Messager, never its store.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use axum::http::request::Parts;
use estair_core::actor::Actor;
use estair_core::background::accept;
use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::messager::{MessagerStore, MessagerView, OutgoingMessage, Receipt, Stored};
use estair_core::options;
use estair_core::queue::{Schedule, Worker};
use estair_core::store::StoreError;
use tokio_util::sync::CancellationToken;

use super::as_actor::MessagerAs;
use super::domain::{Domain, Domains};
use crate::door::Door;
use crate::events::{EVENTS_EVERY, EventKey, Hub, Sources};
use crate::host::{Authenticate, Host};
use crate::limits::Limits;
use crate::loops::{Topic, Wake};
use crate::notifications::NotificationsView;
use crate::problem::Problem;
use crate::runner::to_the_end;

/// What Messager's API needs. Cheap to clone.
#[derive(Clone)]
pub struct MessagerHost {
    /// Its database.
    pub store: Arc<dyn MessagerStore>,
    /// The schedule of its deliveries.
    pub schedule: Schedule,
    /// Who may hand it messages.
    pub domains: Domains,
    /// Who asks for everything else.
    pub authenticate: Arc<dyn Authenticate>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
    /// Rings when there may be something to deliver.
    pub wake: Wake,
    /// What seals the ids of its events; the same on every node.
    pub event_key: EventKey,
    /// How often its event stream looks for news.
    pub events_interval: Duration,
    /// Ends its event streams when the host shuts down.
    pub shutdown: CancellationToken,
    /// What callers may take: the same for all routers of a process.
    pub limits: Limits,
}

options! {
    /// How the API for people beside a Messager elsewhere is served.
    #[derive(Clone, Debug)]
    pub struct Beside {
        /// What callers may take: the same for all routers of a process.
        pub limits: Limits,
        /// How often the event stream looks for news.
        pub events_interval: Duration,
        /// Ends the event streams when the host shuts down.
        pub shutdown: CancellationToken,
    }
}

impl Default for Beside {
    fn default() -> Self {
        Self { limits: Limits::default(), events_interval: EVENTS_EVERY, shutdown: CancellationToken::new() }
    }
}

/// What the handlers hold.
#[derive(Clone)]
pub(super) struct Access {
    messager: Arc<dyn MessagerView>,
    authenticate: Arc<dyn Authenticate>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    /// Says what happens.
    pub(super) hub: Hub,
    /// What takes messages; none beside a Messager elsewhere.
    taking: Option<Arc<Taking>>,
}

/// What takes messages.
pub(super) struct Taking {
    store: Arc<dyn MessagerStore>,
    schedule: Schedule,
    ids: Arc<dyn IdSource>,
    wake: Wake,
    /// Who may hand them over.
    pub(super) domains: Domains,
}

impl Access {
    /// Of a Messager in this process.
    pub(super) fn new(host: MessagerHost) -> Self {
        let MessagerHost { store, schedule, domains, authenticate, clock, ids, wake, limits, .. } = host;
        let messager = Stored::of(Arc::clone(&store));
        let sources = Sources { reader: None, messager: Some(Arc::clone(&messager)), clock: Arc::clone(&clock) };
        let hub = Hub::new(sources, host.event_key, host.events_interval, host.shutdown);
        let taking = Some(Arc::new(Taking { store, schedule, ids, wake, domains }));
        Self { messager, authenticate, clock, limits, hub, taking }
    }

    /// Beside an ESTAIR, of the Messager that it has, wherever that is.
    pub(super) fn beside(host: &Host, beside: Beside) -> Option<Self> {
        let messager = Arc::clone(host.messager.as_ref()?);
        let clock = Arc::clone(&host.clock);
        let sources = Sources { reader: None, messager: Some(Arc::clone(&messager)), clock: Arc::clone(&clock) };
        let Beside { limits, events_interval, shutdown } = beside;
        let hub = Hub::new(sources, host.event_key.clone(), events_interval, shutdown);
        let authenticate = Arc::clone(&host.authenticate);
        Some(Self { messager, authenticate, clock, limits, hub, taking: None })
    }

    /// Messager as this actor sees it.
    pub(super) fn view(&self, actor: Actor) -> MessagerAs {
        MessagerAs::new(Arc::clone(&self.messager), Arc::clone(&self.clock), actor)
    }

    /// Its alerts as this actor sees them.
    pub(super) fn alerts(&self, actor: Actor) -> NotificationsView {
        NotificationsView::of_messager(Arc::clone(&self.messager), actor)
    }

    /// Who is let in of those that ask for everything but to hand over a message.
    pub(super) fn door(&self) -> Door {
        let Self { authenticate, clock, limits, .. } = self;
        Door { authenticate: Arc::clone(authenticate), clock: Arc::clone(clock), limits: limits.clone() }
    }

    /// A domain's token was shown: it is not to be shown too often.
    pub(super) fn hands_over(&self, domain: &Domain) -> Result<(), Problem> {
        self.limits.hands_over(domain.name(), self.clock.now())
    }

    /// A token that is no domain's was shown at this address.
    pub(super) fn refused(&self, parts: &Parts) -> Result<(), Problem> {
        self.limits.refused(&parts.extensions, self.clock.now())
    }

    /// What takes messages.
    pub(super) fn taking(&self) -> Option<&Taking> {
        self.taking.as_deref()
    }

    /// Who asks.
    pub(super) fn authenticate(&self) -> Arc<dyn Authenticate> {
        Arc::clone(&self.authenticate)
    }

    /// The present instant.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// There may be something to deliver.
    pub(super) fn ring(&self) {
        if let Some(taking) = &self.taking {
            taking.wake.ring_for(Topic::Messages);
        }
    }
}

impl Taking {
    /// Takes a message; false when its key was there before. A caller that hangs up does not stop it half way.
    pub(super) async fn accept(
        &self,
        access: &Access,
        message: OutgoingMessage,
    ) -> Result<(Receipt, bool), StoreError> {
        let (store, schedule, ids) = (Arc::clone(&self.store), self.schedule.clone(), Arc::clone(&self.ids));
        let clock = Arc::clone(&access.clock);
        let taking = async move {
            let worker = Worker { clock: clock.as_ref(), ids: ids.as_ref() };
            accept(store.as_ref(), message, &schedule, &worker).await
        };
        to_the_end(taking).await?
    }

    /// Is this what the message was that got this receipt?
    pub(super) async fn is_same(&self, receipt: &Receipt, message: &OutgoingMessage) -> Result<bool, StoreError> {
        let known = self.store.message(receipt.message_uuid).await?;
        Ok(known.is_some_and(|(known, _)| {
            known.message.kind == message.kind && known.message.payload.means_the_same_as(&message.payload)
        }))
    }
}

impl FromRef<Access> for Arc<dyn Authenticate> {
    fn from_ref(access: &Access) -> Self {
        Arc::clone(&access.authenticate)
    }
}
