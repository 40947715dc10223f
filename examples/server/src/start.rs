//! Starting: what is opened, in which order, and how it stops.
//!
//! Databases, the demonstration, the book, the channels, Messager, the listener, the background work; the reverse on
//! the way out, so that what is being delivered still finds the webhook.

use estair_core::Book;
use estair_core::audit::AuditKeys;
use estair_core::background::{DeliverMessages, SendNotifications, SendOutbox};
use estair_core::clock::{Clock, IdSource, System};
use estair_core::messager::{DOMAIN, Messager, MessagerStore};
use estair_core::notification::Notifier;
use estair_core::queue::Schedule;
use estair_core::verify::verify;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use estair_http::client::TIMEOUT;
use estair_http::host::Host;
use estair_http::limits::Limits;
use estair_http::loops::{Loops, Pulses, RunningLoops, Wake, WithBookError};
use estair_http::messager::MessagerHost;
use estair_http::messager::domain::Domain;
use estair_http::messager::embedded::Embedded;
use estair_http::messager::remote::Remote;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_http::metrics::CountedStore;
use estair_http::problem::{Problem, UNKNOWN_PATH};
use estair_http::serve::{Serving, serve};
use estair_http::signature::{Secrets, generate};
use estair_http::webhook::Webhook;
use estair_http::{Checks, EventKey, console, messager, webhook};
use estair_notify::Templates;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::channels::{Around, channels, templates, vapid};
use crate::demo;
use crate::directory::Addresses;
use crate::error::StartError;
use crate::help;
use crate::metrics;
use crate::options::Options;
use crate::pages;
use crate::people::People;
use crate::secrets::{DataDir, token};
use crate::stores::Stores;

/// How often due credits are looked for (X1).
const EXPIRY_EVERY: Duration = Duration::from_secs(60);

/// How long background work may take to finish: a mail whose server is slow to answer has half a minute; after it, its
/// connection is closed and the outcome is unknown.
const GRACE: Duration = Duration::from_secs(30);

/// How long a notification is a sender's own: longer than the longest send, so that a slow answer sends no mail twice.
const NOTIFICATION_LEASE: Duration = Duration::from_secs(15 * 60);

/// How long a message is a worker's own: twice the longest call, so that a process that was killed is soon replaced (G6).
const LEASE: Duration = Duration::from_secs(30);

/// How often Messager's event stream looks for news.
const EVENTS_EVERY: Duration = Duration::from_millis(500);

/// How long calls that are being answered may take after that.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    tokens: Option<PathBuf>,
    work: RunningLoops,
    answering: JoinHandle<()>,
    shutdown: CancellationToken,
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is reached from this machine.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the tokens of the demonstration are.
    #[must_use]
    pub fn tokens(&self) -> Option<&PathBuf> {
        self.tokens.as_ref()
    }

    /// Stops: what is being written is finished, leases are given back, then nobody is answered any more.
    pub async fn stop(mut self) {
        self.work.stop(GRACE).await;
        self.shutdown.cancel();
        // It has its own bound.
        if let Err(error) = (&mut self.answering).await {
            tracing::error!(%error, "the listener died");
        }
    }
}

/// What the parts share.
#[derive(Clone)]
struct Ground {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    wake: Wake,
    /// What callers may take, whichever router they ask.
    limits: Limits,
    shutdown: CancellationToken,
}

/// Starts a server.
///
/// # Errors
/// What kept it from starting.
pub async fn start(options: Options) -> Result<Server, StartError> {
    let (data, empty) = DataDir::open(&options.data_dir)?;
    let wants_demo = demo::is_wanted(&options, &data, empty)?;
    let listener = TcpListener::bind(options.listen).await;
    let listener =
        listener.map_err(|error| StartError::new(format_args!("cannot listen on {}: {error}", options.listen)))?;
    let address = listener.local_addr()?;
    let ground = Ground {
        clock: Arc::new(System),
        ids: Arc::new(System),
        wake: Wake::default(),
        limits: Limits::new(options.rate_limit),
        shutdown: CancellationToken::new(),
    };
    let stores = Stores::open(&options, &data).await?;
    let book = Book::new(
        Arc::new(CountedStore(Arc::clone(&stores.store))),
        Arc::clone(&ground.clock),
        Arc::clone(&ground.ids),
        options.policy.clone(),
    )
    .with_subscriber(Arc::new(ground.wake.clone()));
    let book = match stores.groups(&options) {
        Some(groups) => book.with_groups(groups),
        None => book,
    };
    let domain_token = domain_token(&options, &data, ground.ids.as_ref())?;
    let people = stores.people(Arc::clone(&ground.clock), Arc::clone(&ground.ids)).with_key(&domain_token);
    let people = Arc::new(people);
    if wants_demo {
        demo::create(&data, &book, &stores, &people, &options).await?;
    }
    check_in_background(&stores, book.policy().audit_keys.clone());

    let parts = Parts::new(&options, &data, &ground, &stores, book, people, address)?;
    let work = parts.loops(&options, &ground, &stores)?.start();
    let router = parts.router(&options, &ground, &stores, work.pulses());
    let serving = Serving { shutdown: ground.shutdown.clone(), grace: LAST_ANSWERS, ..Serving::default() };
    let answering = tokio::spawn(serve(listener, options.trusted_proxies.surround(router), serving));
    tracing::info!(%address, "started");
    Ok(Server { address, tokens: demo::tokens(&data), work, answering, shutdown: ground.shutdown })
}

/// A book that does not add up is told at once; a big one must not hold up the start.
fn check_in_background(stores: &Stores, keys: Option<AuditKeys>) {
    let reader = Arc::clone(&stores.audit);
    tokio::spawn(async move {
        match verify(reader.as_ref(), keys.as_ref()).await {
            Ok(report) if report.is_clean() => tracing::info!(links = report.links, "the book is verified"),
            Ok(report) => {
                for finding in report.findings.iter().take(20) {
                    tracing::error!(%finding, "the book does not add up");
                }
            }
            Err(error) => tracing::warn!(%error, "the book could not be verified"),
        }
    });
}

/// What the options make of the crates.
struct Parts {
    book: Book,
    people: Arc<People>,
    notifier: Arc<dyn Notifier>,
    vapid_public_key: String,
    secrets: Secrets,
    domain_token: String,
    /// Messager's schedule (G1).
    schedule: Schedule,
    webhook_url: String,
    templates: Templates,
}

impl Parts {
    fn new(
        options: &Options,
        data: &DataDir,
        ground: &Ground,
        stores: &Stores,
        book: Book,
        people: Arc<People>,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let Ground { clock, ids, .. } = ground;
        let local = format!("http://{}", reachable(address));
        let secrets = match &options.webhook_secret {
            Some(secrets) => secrets.clone(),
            None => data.kept("webhook-secret", || generate(ids.as_ref()))?.parse()?,
        };
        let domain_token = domain_token(options, data, ids.as_ref())?;
        let vapid = vapid(options, data, ids.as_ref())?;
        let vapid_public_key = vapid.public();
        let templates = templates(options, &local)?;
        let around = Around {
            templates: templates.clone(),
            vapid,
            subscriptions: Arc::clone(&stores.subscriptions),
            clock: Arc::clone(clock),
            ids: Arc::clone(ids),
        };
        Ok(Self {
            book,
            people,
            notifier: Arc::new(channels(options, around)?),
            vapid_public_key,
            secrets,
            domain_token,
            schedule: Schedule { delays: options.retry_schedule.clone(), lease: LEASE, ..Schedule::messager() },
            webhook_url: format!("{local}/api/webhook/helpdesk/movement"),
            templates,
        })
    }

    /// The Messager that ESTAIR hands its messages to.
    fn messager(&self, options: &Options, ground: &Ground, stores: &Stores) -> Result<Arc<dyn Messager>, StartError> {
        let Ground { clock, ids, wake, .. } = ground;
        Ok(match &options.messager_api_url {
            Some(url) => Arc::new(Remote::new(url, self.domain_token.clone(), TIMEOUT, Arc::clone(clock))?),
            None => Arc::new(Embedded {
                store: Arc::clone(&stores.messager),
                schedule: self.schedule.clone(),
                clock: Arc::clone(clock),
                ids: Arc::clone(ids),
                wake: wake.clone(),
            }),
        })
    }

    fn loops(&self, options: &Options, ground: &Ground, stores: &Stores) -> Result<Loops, StartError> {
        let Ground { clock, ids, wake, .. } = ground;
        let messager = self.messager(options, ground, stores)?;
        let endpoint = Endpoint { url: self.webhook_url.clone(), secrets: self.secrets.clone() };
        let transport = HttpTransport::new([(DOMAIN.to_owned(), endpoint)], TIMEOUT, Arc::clone(clock))?;
        let directory = Addresses::new(stores);
        let outbox = SendOutbox {
            book: self.book.clone(),
            reader: Arc::clone(&stores.reader),
            queue: Arc::clone(&stores.outbox),
            messager,
            schedule: Schedule { lease: LEASE, ..Schedule::outbox() },
        };
        let notifications = |queue, notifier, quiet| SendNotifications {
            queue,
            notifier,
            schedule: Schedule { lease: NOTIFICATION_LEASE, ..Schedule::notifications() },
            quiet,
        };
        let loops = Loops::new(Arc::clone(clock), Arc::clone(ids), wake.clone())
            .outbox(outbox)
            .expiry(self.book.clone(), Arc::clone(&stores.reader), EXPIRY_EVERY)
            .events(Arc::clone(&stores.reader))
            .chains(self.book.clone(), Arc::clone(&stores.reader))
            .notifications(
                Arc::clone(&stores.pending),
                Arc::new(directory),
                notifications(Arc::clone(&stores.notifications), Arc::clone(&self.notifier), options.quiet_hours),
            );
        if options.messager_api_url.is_some() {
            return Ok(loops);
        }
        let deliver = DeliverMessages {
            store: Arc::clone(&stores.messager),
            transport: Arc::new(transport),
            schedule: self.schedule.clone(),
        };
        let notifier = WithBookError::new(Arc::clone(&self.notifier), Arc::clone(&stores.reader));
        Ok(loops.messages(deliver).alerts(
            Arc::clone(&stores.messager),
            Arc::new(notifier),
            Schedule { lease: NOTIFICATION_LEASE, ..Schedule::notifications() },
            options.alert_grouping,
        ))
    }

    fn router(&self, options: &Options, ground: &Ground, stores: &Stores, pulses: Pulses) -> Router {
        let embedded = options.messager_api_url.is_none();
        let messager_store: Option<Arc<dyn MessagerStore>> = embedded.then(|| Arc::clone(&stores.messager));
        let host = Host {
            book: self.book.clone(),
            reader: Arc::clone(&stores.reader),
            audit: Arc::clone(&stores.audit),
            notifications: Arc::clone(&stores.notifications),
            subscriptions: Arc::clone(&stores.subscriptions),
            messager: messager_store.clone(),
            authenticate: self.people.clone(),
            names: Some(self.people.clone()),
            people: Some(self.people.clone()),
            clock: Arc::clone(&ground.clock),
            ids: Arc::clone(&ground.ids),
            event_key: self.event_key(),
        };
        let api_options = estair_http::Options {
            limits: ground.limits.clone(),
            origins: options.origins.clone(),
            vapid_public_key: Some(self.vapid_public_key.clone()),
            shutdown: ground.shutdown.clone(),
            ..estair_http::Options::default()
        };
        let console_options = console::Options {
            limits: ground.limits.clone(),
            shutdown: ground.shutdown.clone(),
            ..pages::options(options.public_url.as_deref(), &self.templates, &self.notifier)
        };
        let console = estair_http::console::router(host.clone(), self.people.clone(), console_options);
        let hook =
            Webhook::new(self.book.clone(), self.secrets.clone(), Arc::clone(&ground.clock), Arc::clone(&ground.ids))
                .with_limits(ground.limits.clone());
        let exporter = metrics::install(Arc::clone(&stores.pool));
        let mut router = Router::new()
            .merge(estair_http::api(host.clone(), api_options))
            .merge(webhook::router(hook))
            .merge(estair_http::health(host.clone(), checks(pulses), exporter))
            .nest(pages::PREFIX, console)
            .merge(pages::linked())
            .merge(help::router())
            .fallback(|| async { Problem::http(&UNKNOWN_PATH, "see /api/openapi.json") });
        if embedded {
            router = router.nest("/messager", messager::api::router(self.messager_host(ground, stores)));
        }
        router
    }

    fn messager_host(&self, ground: &Ground, stores: &Stores) -> MessagerHost {
        MessagerHost {
            store: Arc::clone(&stores.messager),
            schedule: self.schedule.clone(),
            domains: [Domain::new(DOMAIN, &self.domain_token)].into(),
            authenticate: self.people.clone(),
            clock: Arc::clone(&ground.clock),
            ids: Arc::clone(&ground.ids),
            wake: ground.wake.clone(),
            event_key: self.event_key(),
            events_interval: EVENTS_EVERY,
            shutdown: ground.shutdown.clone(),
            limits: ground.limits.clone(),
        }
    }

    /// What seals the ids of events: from a secret that all nodes share and no reader has.
    fn event_key(&self) -> EventKey {
        EventKey::derived_from(&self.domain_token)
    }
}

/// The domain's token: what is configured, or else one that is made once and kept.
fn domain_token(options: &Options, data: &DataDir, ids: &dyn IdSource) -> Result<String, StartError> {
    match &options.domain_token {
        Some(token) => Ok(token.clone()),
        None => Ok(data.kept("messager-domain-token", || token(ids))?),
    }
}

/// Which of the loops go on, for the probes.
fn checks(pulses: Pulses) -> Checks {
    Arc::new(move || {
        let stalled = pulses.stalled();
        let names = pulses.all().into_keys();
        names.map(|name| (name.to_owned(), !stalled.contains(&name))).collect()
    })
}

/// The address under which this machine reaches its own listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: N10
    #[test]
    fn n10_a_lease_outlives_the_longest_send() {
        // The book may be asked for an error first, for three seconds at most.
        assert!(NOTIFICATION_LEASE > estair_notify::channels::LONGEST_SEND + Duration::from_secs(3));
        assert!(LEASE > TIMEOUT * 2 - Duration::from_secs(1));
    }
}
