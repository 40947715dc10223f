//! A book over HTTP in one piece: one builder puts together the book, its routers and its loops, and one call ends them all.
//!
//! Guarantees: every router of a service shares its limits and is told when it ends, so that no open stream holds up a host's
//! shutdown; the loops end before the routers do, so that what is being delivered still finds the webhook.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use axum::Router;
//! use estair_core::prelude::*;
//! use estair_core::Handles;
//! use estair_http::Service;
//! # use estair_http::host::Authenticate;
//! # async fn example(authenticate: Arc<dyn Authenticate>) -> Result<(), Box<dyn std::error::Error>> {
//! let store = Arc::new(MemoryStore::new()); // or a `BookStore` of `estair-sqlx`
//! let service = Service::builder(Handles::of(store), Policy::default(), authenticate)
//!     .messager_here(Arc::new(MemoryMessager::new()))
//!     .start()?;
//! let app = Router::new().nest("/tickets", service.api(estair_http::Options::default()));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
//! let stop = async move {
//!     let _ = tokio::signal::ctrl_c().await;
//!     service.shutdown().await;
//! };
//! axum::serve(listener, app).with_graceful_shutdown(stop).await?;
//! # Ok(())
//! # }
//! ```

mod builder;
mod carrier;

pub use builder::{MESSAGE_LEASE, NOTIFICATION_LEASE, NotStarted, ServiceBuilder};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use estair_core::actor::Actor;
use estair_core::{Book, Handles, Policy, View};
use tokio_util::sync::CancellationToken;

use crate::api::Options;
#[cfg(feature = "console")]
use crate::console;
pub use crate::events::EVENTS_EVERY;
use crate::health::{Checks, Exporter, health};
#[cfg(feature = "console")]
use crate::host::Sessions;
use crate::host::{Authenticate, Host};
use crate::limits::Limits;
use crate::loops::{Pulses, RunningLoops};
use crate::messager::api::for_people;
use crate::messager::domain::Domain;
use crate::messager::{Beside, MessagerHost};
use crate::router;
use crate::signature::Secrets;
use crate::webhook::{self, Webhook};
use carrier::Here;

/// How long background work may take to finish: a mail whose server is slow to answer has half a minute; after it, its
/// connection is closed and the outcome is unknown.
pub const GRACE: Duration = Duration::from_secs(30);

/// A book over HTTP, with its loops running.
pub struct Service {
    host: Host,
    limits: Limits,
    here: Option<Here>,
    work: RunningLoops,
    wake: crate::loops::Wake,
    shutdown: CancellationToken,
}

impl Service {
    /// A service of the book that these stores hold, under this policy, for whom this lets in.
    pub fn builder(handles: Handles, policy: Policy, authenticate: Arc<dyn Authenticate>) -> ServiceBuilder {
        ServiceBuilder::new(handles, policy, authenticate)
    }

    /// The book, for what the host does itself.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.host.book
    }

    /// The book as an actor sees it.
    #[must_use]
    pub fn view(&self, actor: Actor) -> View {
        View::new(Arc::clone(&self.host.reader), actor).with_rollout(&self.host.book.policy().rollout)
    }

    /// The API: every route under `/api` but the webhook. Limits and shutdown of the options are the service's.
    pub fn api<S: Clone + Send + Sync + 'static>(&self, options: Options) -> Router<S> {
        let options = options.limits(self.limits.clone()).shutdown(self.shutdown.clone());
        router::api(self.host.clone(), options)
    }

    /// The console, to be mounted under the options' prefix. Limits and shutdown of the options are the service's.
    #[cfg(feature = "console")]
    pub fn console<S: Clone + Send + Sync + 'static>(
        &self,
        sessions: Arc<dyn Sessions>,
        options: console::Options,
    ) -> Router<S> {
        let options = options.limits(self.limits.clone()).shutdown(self.shutdown.clone());
        console::router(self.host.clone(), sessions, options)
    }

    /// The webhook that a Messager elsewhere delivers to, signed with these secrets.
    pub fn webhook<S: Clone + Send + Sync + 'static>(&self, secrets: Secrets) -> Router<S> {
        let Host { book, reader, clock, ids, .. } = self.host.clone();
        let webhook = Webhook::new(book, secrets, clock, ids).with_limits(self.limits.clone());
        webhook::router(webhook.telling_failures(reader))
    }

    /// Messager's own API, to be mounted under a prefix, for those who hold one of these tokens; of a Messager elsewhere what
    /// people ask, through it, and none where it is not shown.
    pub fn messager<S: Clone + Send + Sync + 'static>(&self, domains: &[Domain]) -> Option<Router<S>> {
        let Some(Here { store, schedule, .. }) = self.here.clone() else {
            let (limits, shutdown) = (self.limits.clone(), self.shutdown.clone());
            return for_people(&self.host, Beside::default().limits(limits).shutdown(shutdown));
        };
        let Host { authenticate, clock, ids, event_key, .. } = self.host.clone();
        Some(crate::messager::api::router(MessagerHost {
            store,
            schedule,
            domains: domains.into(),
            authenticate,
            clock,
            ids,
            wake: self.wake.clone(),
            event_key,
            events_interval: EVENTS_EVERY,
            shutdown: self.shutdown.clone(),
            limits: self.limits.clone(),
        }))
    }

    /// The probes: `/healthz`, `/readyz` with the stores and every loop, `/metrics` if there is an exporter.
    pub fn health<S: Clone + Send + Sync + 'static>(&self, exporter: Option<Exporter>) -> Router<S> {
        health(self.host.clone(), checks(self.pulses()), exporter)
    }

    /// How the loops are doing.
    #[must_use]
    pub fn pulses(&self) -> Pulses {
        self.work.pulses()
    }

    /// Cancelled when the streams of the routers end: for a listener of the host's, or streams of its own.
    #[must_use]
    pub fn ending(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Ends it: the loops finish what they began, within [`GRACE`], then the event streams of all routers end. Whoever
    /// serves the routers goes on until this returns, and closes then.
    pub async fn shutdown(self) {
        self.shutdown_within(GRACE).await;
    }

    /// As [`shutdown`](Self::shutdown), with another bound for the loops.
    pub async fn shutdown_within(self, grace: Duration) {
        self.work.stop(grace).await;
        self.shutdown.cancel();
    }
}

/// Which of the loops go on, for the probes.
#[must_use]
pub fn checks(pulses: Pulses) -> Checks {
    Arc::new(move || {
        let stalled = pulses.stalled();
        let names = pulses.all().into_keys();
        names.map(|name| (name.to_owned(), !stalled.contains(&name))).collect()
    })
}
