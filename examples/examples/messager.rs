//! Messager as a process of its own, in a host's own program: its own database, its workers, its alerts, its API and its pages.
//! ESTAIR hands it messages and shows it in its console; it carries them to ESTAIR's webhook. `estair-server messager` does the
//! same with a command line.
//!
//! ```sh
//! export MESSAGER_DOMAIN_HELPDESK_TOKEN=a-long-token MESSAGER_WEBHOOK_SECRET=whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
//! export MESSAGER_CONSOLE_TOKEN=another-long-token
//! cargo run -p estair-examples --example messager
//! MESSAGER_API_URL=http://127.0.0.1:8081/api cargo run -p estair-server
//! ```

use estair_core::actor::Actor;
use estair_core::background::DeliverMessages;
use estair_core::clock::System;
use estair_core::messager::DOMAIN;
use estair_core::notice::Channel;
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::{Report, Schedule};
use estair_core::store::StoreError;
use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::request::Parts;
use estair_http::EventKey;
use estair_http::client::TIMEOUT;
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::{Alerts, Loops, Wake, WithBookError};
use estair_http::messager::domain::{Domain, of_headers};
use estair_http::messager::transport::{Endpoint, Endpoints, HttpTransport};
use estair_http::messager::{AskEstair, MessagerHost, api::router, console_token};
use estair_sqlx::{Options, migrate_messager, open_messager};
use tokio_util::sync::CancellationToken;

/// ESTAIR's console, which holds one token and says for whom it asks; a real host would have people of its own too.
struct Console(Vec<Domain>);

#[async_trait]
impl Authenticate for Console {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(of_headers(&self.0, &parts.headers).and_then(|_| console_token::actor_of(parts)))
    }
}

/// Alerts go to the terminal; a real host brings the channels of `estair-notify`.
struct Terminal;

#[async_trait]
impl Notifier for Terminal {
    fn is_on(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    #[allow(clippy::print_stdout, reason = "an example speaks")]
    async fn send(&self, _: u64, alert: &Notification) -> Report {
        println!("ALERT {}: {}", alert.notice, serde_json::Value::Object(alert.params.clone()));
        Report::done(None)
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "an example speaks")]
async fn main() -> Result<(), Box<dyn Error>> {
    let or = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let need = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let url = or("MESSAGER_DATABASE_URL", "sqlite://messager.db");
    migrate_messager(&url, &Options::default()).await?;
    let store = open_messager(&url, &Options::default()).await?;
    let (clock, schedule, wake) = (Arc::new(System), Schedule::messager(), Wake::default());
    let token = need("MESSAGER_DOMAIN_HELPDESK_TOKEN")?;
    let host = MessagerHost {
        store: Arc::clone(&store),
        schedule: schedule.clone(),
        domains: [Domain::new(DOMAIN, &token)].into(),
        authenticate: Arc::new(Console(vec![Domain::new("console", &need("MESSAGER_CONSOLE_TOKEN")?)])),
        clock: clock.clone(),
        ids: clock.clone(),
        wake: wake.clone(),
        event_key: EventKey::derived_from(&token),
        events_interval: Duration::from_millis(500),
        shutdown: CancellationToken::new(),
        limits: Limits::default(),
    };
    let endpoint = Endpoint {
        url: or("MESSAGER_WEBHOOK_URL", "http://127.0.0.1:8080/api/webhook/helpdesk/movement"),
        secrets: need("MESSAGER_WEBHOOK_SECRET")?.parse()?,
    };
    let endpoints = Endpoints::from([(DOMAIN.to_owned(), endpoint)]);
    let transport = HttpTransport::new(endpoints.clone(), TIMEOUT, clock.clone())?;
    let deliver = DeliverMessages { store, transport: Arc::new(transport), schedule };
    let asks = Arc::new(AskEstair::new(endpoints, clock.clone())?);
    let telling = Arc::new(WithBookError::asking(Arc::new(Terminal), asks));
    let alerts = Alerts::new(telling, Schedule::notifications());
    let work = Loops::new(clock.clone(), clock, wake).messager(deliver, alerts).start();

    let listener = tokio::net::TcpListener::bind(or("MESSAGER_LISTEN", "127.0.0.1:8081")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router(host)).with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) }).await?;
    work.stop(Duration::from_secs(20)).await;
    Ok(())
}
