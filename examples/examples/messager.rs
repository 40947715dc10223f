//! Messager as a process of its own, with its own database: ESTAIR hands it messages, it carries them to ESTAIR's webhook.
//!
//! ```sh
//! export MESSAGER_DOMAIN_HELPDESK_TOKEN=a-long-token MESSAGER_WEBHOOK_SECRET=whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
//! MESSAGER_OPERATOR_TOKEN=another cargo run -p estair-examples --example messager
//! MESSAGER_API_URL=http://127.0.0.1:8081/api cargo run -p estair-server
//! ```

use estair_core::actor::Actor;
use estair_core::background::DeliverMessages;
use estair_core::clock::System;
use estair_core::id::UserId;
use estair_core::messager::DOMAIN;
use estair_core::queue::Schedule;
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
use estair_http::loops::{Loops, Wake};
use estair_http::messager::domain::{Domain, of_headers};
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_http::messager::{MessagerHost, api::router};
use estair_sqlx::{Options, migrate_messager, open_messager};
use tokio_util::sync::CancellationToken;

/// One operator, who holds one token; a real host would ask its directory.
struct Operator(Vec<Domain>);

#[async_trait]
impl Authenticate for Operator {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(of_headers(&self.0, &parts.headers).map(|_| Actor::Admin(UserId(1))))
    }
}

#[tokio::main]
#[allow(clippy::print_stdout)] // an example speaks
async fn main() -> Result<(), Box<dyn Error>> {
    let or = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let url = or("MESSAGER_DATABASE_URL", "sqlite://messager.db");
    migrate_messager(&url, &Options::default()).await?;
    let store = open_messager(&url, &Options::default()).await?;
    let (clock, schedule, wake) = (Arc::new(System), Schedule::messager(), Wake::default());
    let token = env::var("MESSAGER_DOMAIN_HELPDESK_TOKEN")?;
    let host = MessagerHost {
        store: Arc::clone(&store),
        schedule: schedule.clone(),
        domains: [Domain::new(DOMAIN, &token)].into(),
        authenticate: Arc::new(Operator(
            env::var("MESSAGER_OPERATOR_TOKEN").iter().map(|token| Domain::new("operator", token)).collect(),
        )),
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
        secrets: env::var("MESSAGER_WEBHOOK_SECRET")?.parse()?,
    };
    let transport = HttpTransport::new([(DOMAIN.to_owned(), endpoint)], TIMEOUT, clock.clone())?;
    let deliver = DeliverMessages { store, transport: Arc::new(transport), schedule };
    let work = Loops::new(clock.clone(), clock, wake).messages(deliver).start();

    let listener = tokio::net::TcpListener::bind(or("MESSAGER_LISTEN", "127.0.0.1:8081")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router(host)).with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) }).await?;
    work.stop(Duration::from_secs(20)).await;
    Ok(())
}
