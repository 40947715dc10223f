//! Messager alone, in a process of its own: its API, its workers, its alerts and its pages, on its own database (G10). Any
//! number of such processes share one database.

pub(crate) mod cli;
mod domains;
mod people;
mod tasks;

pub use tasks::{DomainTask, MessagerTask, Rotation, TokenTask, run};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use estair_core::background::DeliverMessages;
use estair_core::clock::{Clock, IdSource, System};
use estair_core::memory::MemoryStore;
use estair_core::notification::Notifier;
use estair_core::queue::Schedule;
use estair_http::client::TIMEOUT;
use estair_http::limits::Limits;
use estair_http::loops::{Alerts, Loops, Wake, WithBookError};
use estair_http::messager::transport::HttpTransport;
use estair_http::messager::{AskEstair, MessagerHost, api};
use estair_http::serve::{Serving, serve};
use estair_http::service::{EVENTS_EVERY, MESSAGE_LEASE, NOTIFICATION_LEASE, checks};
use estair_http::{EventKey, console, messager_health};
use estair_notify::push::VapidKey;
use estair_notify::{Links, Templates};
use estair_sqlx::{MessagerHandles, migrate_messager, open_messager_apart};
use tokio_util::sync::CancellationToken;

use crate::channels::{self, Around};
use crate::error::StartError;
use crate::listen::listen;
use crate::metrics;
use crate::options::Options;
use crate::pages;
use crate::secrets::DataDir;
use crate::start::{LAST_ANSWERS, Server, reachable};
use crate::stores::Database;
use domains::Registry;
use people::Staff;

/// How often it is looked whether domains were added or rotated.
const DOMAINS_EVERY: Duration = Duration::from_secs(1);

/// Messager's own database, at this version.
pub(crate) async fn open(options: &Options, data: &DataDir) -> Result<MessagerHandles, StartError> {
    let messages = Database::of_messager(options, data)?;
    migrate_messager(&messages.url, &messages.connect).await.map_err(|error| messages.named(error))?;
    Ok(open_messager_apart(&messages.url, &messages.connect).await?)
}

/// Starts a Messager.
///
/// # Errors
/// What kept it from starting: also that nobody said where to, with which token or secret the helpdesk's messages go.
pub async fn start(options: Options) -> Result<Server, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let listener = listen(options.listen)?;
    let address = listener.local_addr()?;
    let (clock, ids): (Arc<dyn Clock>, Arc<dyn IdSource>) = (Arc::new(System), Arc::new(System));
    let handles = open(&options, &data).await?;
    let registry = Registry::open(&options, Arc::clone(&handles.directory)).await?;
    let staff = Arc::new(Staff::new(Arc::clone(&handles.directory), Arc::clone(&clock), Arc::clone(&ids)));
    let limits = Limits::new(options.rate_limit).across(staff.clone());
    let (wake, shutdown) = (Wake::default(), CancellationToken::new());
    let schedule = Schedule::messager().delays(options.retry_schedule.clone()).lease(MESSAGE_LEASE);

    let local = format!("http://{}", reachable(address));
    let templates = templates(&options, &local)?;
    let notifier = notifier(&options, templates.clone(), &clock, &ids)?;
    let errors = AskEstair::new(registry.endpoints.clone(), Arc::clone(&clock))?;
    let transport = HttpTransport::new(registry.endpoints.clone(), TIMEOUT, Arc::clone(&clock))?;
    let deliver = DeliverMessages {
        store: Arc::clone(&handles.store),
        transport: Arc::new(transport),
        schedule: schedule.clone(),
    };
    let telling = Arc::new(WithBookError::asking(Arc::clone(&notifier), Arc::new(errors)));
    let alerts =
        Alerts::new(telling, Schedule::notifications().lease(NOTIFICATION_LEASE)).grouping(options.alert_grouping);
    let work = Loops::new(Arc::clone(&clock), Arc::clone(&ids), wake.clone()).messager(deliver, alerts).start();

    let host = MessagerHost {
        store: Arc::clone(&handles.store),
        schedule,
        domains: registry.domains.clone(),
        authenticate: staff.clone(),
        clock,
        ids,
        wake,
        event_key: EventKey::derived_from(&registry.key),
        events_interval: EVENTS_EVERY,
        shutdown: shutdown.clone(),
        limits: limits.clone(),
    };
    tokio::spawn(registry.follow(shutdown.clone(), DOMAINS_EVERY));
    let page_options = pages::options(options.public_url.as_deref(), &templates, &notifier)
        .prefix(String::new())
        .limits(limits)
        .shutdown(shutdown.clone())
        .help(None)
        .preview(None)
        .test_send(None)
        .trial(options.redirect_notices.is_some());
    let shown = console::of_messager(host.clone(), staff, page_options);
    let exporter = metrics::install(Arc::clone(&handles.pool));
    let router = Router::new()
        .merge(messager_health(Arc::clone(&handles.store), checks(work.pulses()), exporter))
        .merge(api::router(host))
        .merge(shown);
    let serving = Serving::default().shutdown(shutdown.clone()).grace(LAST_ANSWERS);
    let answering = tokio::spawn(serve(listener, options.trusted_proxies.surround(router), serving));
    tracing::info!(%address, "messager started");
    Ok(Server::of_messager(address, work, answering, shutdown))
}

/// The texts, with links to ESTAIR's console where it is said, and to the own pages otherwise (N8).
fn templates(options: &Options, local: &str) -> Result<Templates, StartError> {
    let public = options.public_url.as_deref().unwrap_or(local).trim_end_matches('/');
    let console = options.console_url.as_deref().unwrap_or(public);
    Ok(Templates::french(Links::parse(public)?.with_console(console)?)?)
}

/// Mail and Teams as they are configured: nobody's device is known here.
fn notifier(
    options: &Options,
    templates: Templates,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdSource>,
) -> Result<Arc<dyn Notifier>, StartError> {
    let options = Options { vapid_subject: None, ..options.clone() };
    let around = Around {
        mail: channels::mail(&options, &templates, clock)?,
        templates,
        vapid: VapidKey::generate(ids.as_ref())?,
        subscriptions: Arc::new(MemoryStore::new()),
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
    };
    Ok(Arc::new(channels::channels(&options, around)?))
}
