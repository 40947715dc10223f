//! Starting: what is opened, in which order, and how it stops.
//!
//! Databases, the demonstration, the book, the channels, Messager, the listener, the background work; the reverse on
//! the way out, so that what is being delivered still finds the webhook.

use estair_core::audit::AuditKeys;
use estair_core::clock::{Clock, IdSource, System};
use estair_core::messager::DOMAIN;
use estair_core::notification::Notifier;
use estair_core::queue::Schedule;
use estair_core::verify::verify;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use estair_http::client::TIMEOUT;
use estair_http::console;
use estair_http::host::SignInLinks;
use estair_http::limits::Limits;
use estair_http::loops::RunningLoops;
use estair_http::messager::domain::Domain;
use estair_http::messager::remote::Remote;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_http::messager::{Names, RemoteMessager};
use estair_http::problem::{Problem, UNKNOWN_PATH};
use estair_http::serve::{Serving, serve};
use estair_http::service::{GRACE, MESSAGE_LEASE};
use estair_http::signature::{Secrets, generate};
use estair_http::{EventKey, Service};
use estair_notify::Templates;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::channels::{Around, channels, mail, templates, vapid};
use crate::demo;
use crate::directory::Addresses;
use crate::error::StartError;
use crate::help;
use crate::listen::listen;
use crate::metrics;
use crate::options::Options;
use crate::pages;
use crate::people::{MailedLinks, People};
use crate::secrets::{DataDir, token};
use crate::stores::Stores;

/// How long calls that are being answered may take after that.
pub(crate) const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    tokens: Option<PathBuf>,
    work: Work,
    answering: JoinHandle<()>,
}

/// What runs beside the listener.
enum Work {
    /// All of ESTAIR.
    Service(Box<Service>),
    /// A Messager's own loops, and what ends its streams.
    Messager(RunningLoops, CancellationToken),
}

impl Server {
    /// A Messager that runs apart.
    pub(crate) fn of_messager(
        address: SocketAddr,
        work: RunningLoops,
        answering: JoinHandle<()>,
        shutdown: CancellationToken,
    ) -> Self {
        Self { address, tokens: None, work: Work::Messager(work, shutdown), answering }
    }

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
    pub async fn stop(self) {
        match self.work {
            Work::Service(service) => service.shutdown().await,
            Work::Messager(work, shutdown) => {
                work.stop(GRACE).await;
                shutdown.cancel();
            }
        }
        // It has its own bound.
        if let Err(error) = self.answering.await {
            tracing::error!(%error, "the listener died");
        }
    }
}

/// What the parts share.
#[derive(Clone)]
struct Ground {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// Starts a server.
///
/// # Errors
/// What kept it from starting.
pub async fn start(options: Options) -> Result<Server, StartError> {
    let (data, empty) = DataDir::open(&options.data_dir)?;
    let wants_demo = demo::is_wanted(&options, &data, empty)?;
    let listener = listen(options.listen)?;
    let address = listener.local_addr()?;
    let ground = Ground { clock: Arc::new(System), ids: Arc::new(System) };
    let stores = Stores::to_write(&options, &data).await?;
    let domain_token = domain_token(&options, &data, ground.ids.as_ref())?;
    let people = stores.people(Arc::clone(&ground.clock), Arc::clone(&ground.ids)).with_key(&domain_token);
    let people = Arc::new(people);
    let parts = Parts::new(&options, &data, &ground, &stores, people, address)?;
    let service = parts.service(&options, &ground, &stores)?;
    if wants_demo {
        demo::create(&data, service.book(), &stores, &parts.people, &options).await?;
    }
    check_in_background(&stores, options.policy.audit_keys.clone());

    let router = parts.router(&options, &service, &stores);
    let serving = Serving::default().shutdown(service.ending()).grace(LAST_ANSWERS);
    let answering = tokio::spawn(serve(listener, options.trusted_proxies.surround(router), serving));
    tracing::info!(%address, "started");
    Ok(Server { address, tokens: demo::tokens(&data), work: Work::Service(Box::new(service)), answering })
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
    people: Arc<People>,
    /// What signs in by mail; none without a mail server.
    links: Option<Arc<dyn SignInLinks>>,
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
        let mail = mail(options, &templates, clock)?;
        let around = Around {
            templates: templates.clone(),
            mail: mail.clone(),
            vapid,
            subscriptions: Arc::clone(&stores.subscriptions),
            clock: Arc::clone(clock),
            ids: Arc::clone(ids),
        };
        let links = mail.map(|mail| {
            let redirect = options.redirect_notices.clone();
            let links: Arc<dyn SignInLinks> = Arc::new(MailedLinks::new(Arc::clone(&people), mail, redirect));
            links
        });
        Ok(Self {
            people,
            links,
            notifier: Arc::new(channels(options, around)?),
            vapid_public_key,
            secrets,
            domain_token,
            schedule: Schedule::messager().delays(options.retry_schedule.clone()).lease(MESSAGE_LEASE),
            webhook_url: format!("{local}/api/webhook/helpdesk/movement"),
            templates,
        })
    }

    /// The service of the book, with its loops.
    fn service(&self, options: &Options, ground: &Ground, stores: &Stores) -> Result<Service, StartError> {
        let clock = &ground.clock;
        let directory = Arc::new(Addresses::new(stores));
        let builder = Service::builder(stores.handles(), options.policy.clone(), self.people.clone())
            .time(Arc::clone(clock), Arc::clone(&ground.ids))
            .event_key(self.event_key())
            .limits(Limits::new(options.rate_limit).across(self.people.clone()))
            .names(self.people.clone())
            .people(self.people.clone())
            .notifications(directory, Arc::clone(&self.notifier), options.quiet_hours, options.alert_grouping);
        let builder = match &options.messager_api_url {
            Some(url) => {
                let remote = Remote::new(url, self.domain_token.clone(), TIMEOUT, Arc::clone(clock))?;
                let builder = builder.messager(Arc::new(remote));
                match self.shown_messager(url, options, ground, stores)? {
                    Some(shown) => builder.shows_messager(Arc::new(shown), &self.schedule),
                    None => builder,
                }
            }
            None => {
                let endpoint = Endpoint { url: self.webhook_url.clone(), secrets: self.secrets.clone() };
                let transport = HttpTransport::new([(DOMAIN.to_owned(), endpoint)], TIMEOUT, Arc::clone(clock))?;
                builder.messager_here_by(Arc::clone(&stores.messager), self.schedule.clone(), Arc::new(transport))
            }
        };
        let builder = match stores.groups(options) {
            Some(groups) => builder.groups(groups),
            None => builder,
        };
        builder.start().map_err(StartError::new)
    }

    fn router(&self, options: &Options, service: &Service, stores: &Stores) -> Router {
        let api_options = estair_http::Options::default()
            .origins(options.origins.clone())
            .vapid_public_key(Some(self.vapid_public_key.clone()));
        // On a trial system no push goes (N12).
        let push = options.vapid_subject.as_ref().filter(|_| options.redirect_notices.is_none());
        let console = pages::options(options.public_url.as_deref(), &self.templates, &self.notifier)
            .trial(options.redirect_notices.is_some())
            .links(self.links.clone())
            .push(push.map(|_| console::Push::new(self.vapid_public_key.clone())));
        let router = Router::new()
            .merge(service.api(api_options))
            .merge(service.webhook(self.secrets.clone()))
            .merge(service.health(metrics::install(Arc::clone(&stores.pool))))
            .nest(pages::PREFIX, service.console(self.people.clone(), console))
            .merge(pages::linked())
            .merge(help::router())
            .fallback(|| async { Problem::http(&UNKNOWN_PATH, "see /api/openapi.json") });
        match service.messager(&[Domain::new(DOMAIN, &self.domain_token)]) {
            Some(messager) => router.nest("/messager", messager),
            None => router,
        }
    }

    /// An outside Messager as console and API show and work it, through its API.
    fn shown_messager(
        &self,
        url: &str,
        options: &Options,
        ground: &Ground,
        stores: &Stores,
    ) -> Result<Option<RemoteMessager>, StartError> {
        let Some(token) = &options.console_token else {
            let why = "the outside Messager is not shown, and lost messages are not found";
            tracing::warn!("MESSAGER_CONSOLE_TOKEN is not set: {why}");
            return Ok(None);
        };
        let users = Arc::clone(&stores.users);
        let names: Names = Arc::new(move |user| {
            let users = Arc::clone(&users);
            // Without a name the number says who it was.
            Box::pin(async move { users.user(user).await.ok().flatten().map(|user| user.name) })
        });
        Ok(Some(RemoteMessager::new(url, token.clone(), Arc::clone(&ground.clock))?.with_names(names)))
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

/// The address under which this machine reaches its own listener.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use estair_http::service::NOTIFICATION_LEASE;

    use super::*;

    // rule: N10
    #[test]
    fn n10_a_lease_outlives_the_longest_send() {
        // The book may be asked for an error first, for three seconds at most.
        assert!(NOTIFICATION_LEASE > estair_notify::channels::LONGEST_SEND + Duration::from_secs(3));
        assert!(MESSAGE_LEASE > TIMEOUT * 2 - Duration::from_secs(1));
    }
}
