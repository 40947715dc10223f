//! What a host gives to Messager's API, and what its handlers hold of it: a view of Messager, never its store.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use axum::http::request::Parts;
use estair_core::actor::Actor;
use estair_core::background::accept;
use estair_core::clock::{Clock, IdSource};
use estair_core::messager::{MessagerStore, OutgoingMessage, Receipt};
use estair_core::queue::{Schedule, Worker};
use estair_core::store::StoreError;
use tokio_util::sync::CancellationToken;

use super::domain::Domain;
use super::view::MessagerView;
use crate::door::Door;
use crate::events::{EventKey, Hub, Sources};
use crate::host::Authenticate;
use crate::limits::Limits;
use crate::loops::Wake;
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
    pub domains: Arc<[Domain]>,
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

/// What the handlers hold.
#[derive(Clone)]
pub(super) struct Access {
    host: MessagerHost,
    /// Says what happens.
    pub(super) hub: Hub,
}

impl Access {
    pub(super) fn new(host: MessagerHost) -> Self {
        let MessagerHost { store, clock, ids, event_key, events_interval, shutdown, .. } = host.clone();
        let sources = Sources { reader: None, messager: Some(store), clock, ids };
        Self { hub: Hub::new(sources, event_key, events_interval, shutdown), host }
    }

    /// Messager as this actor sees it.
    pub(super) fn view(&self, actor: Actor) -> MessagerView {
        MessagerView::new(Arc::clone(&self.host.store), Arc::clone(&self.host.clock), actor)
    }

    /// Who is let in of those that ask for everything but to hand over a message.
    pub(super) fn door(&self) -> Door {
        let MessagerHost { authenticate, clock, limits, .. } = &self.host;
        Door { authenticate: Arc::clone(authenticate), clock: Arc::clone(clock), limits: limits.clone() }
    }

    /// A domain's token was shown: it is not to be shown too often.
    pub(super) fn hands_over(&self, domain: &Domain) -> Result<(), Problem> {
        self.host.limits.hands_over(domain.name(), self.host.clock.now())
    }

    /// A token that is no domain's was shown at this address.
    pub(super) fn refused(&self, parts: &Parts) -> Result<(), Problem> {
        self.host.limits.refused(&parts.extensions, self.host.clock.now())
    }

    /// Who may hand it messages.
    pub(super) fn domains(&self) -> &[Domain] {
        &self.host.domains
    }

    /// Takes a message; false when its key was there before. A caller that hangs up does not stop it half way.
    pub(super) async fn accept(&self, message: OutgoingMessage) -> Result<(Receipt, bool), StoreError> {
        let MessagerHost { store, schedule, clock, ids, .. } = self.host.clone();
        let taking = async move {
            let worker = Worker { clock: clock.as_ref(), ids: ids.as_ref() };
            accept(store.as_ref(), message, &schedule, &worker).await
        };
        to_the_end(taking).await?
    }

    /// Is this what the message was that got this receipt?
    pub(super) async fn is_same(&self, receipt: &Receipt, message: &OutgoingMessage) -> Result<bool, StoreError> {
        let known = self.host.store.message(receipt.message_uuid).await?;
        Ok(known.is_some_and(|(known, _)| {
            known.message.kind == message.kind && known.message.payload.means_the_same_as(&message.payload)
        }))
    }

    /// Who asks.
    pub(super) fn authenticate(&self) -> Arc<dyn Authenticate> {
        Arc::clone(&self.host.authenticate)
    }

    /// There may be something to deliver.
    pub(super) fn ring(&self) {
        self.host.wake.ring();
    }
}

impl FromRef<Access> for Arc<dyn Authenticate> {
    fn from_ref(access: &Access) -> Self {
        Arc::clone(&access.host.authenticate)
    }
}
