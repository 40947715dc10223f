//! The console, mounted in a host's own router with the host's own sessions, over a book in memory that has a month of
//! life in it ([`life`]). A real host swaps the store for `estair-sqlx` and the sessions for its own.
//!
//!     cargo run -p estair-examples --example console [address] [requests]
//!
//! The tokens are `operation`, `finance` and `admin`: for a loopback address and nothing else.
#![allow(clippy::print_stdout, reason = "a program that shows")]

mod life;

use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::clock::{Clock, IdSource, System};
use estair_core::id::UserId;
use estair_core::messager::Stored;
use estair_core::notice::{Channel, Notice};
use estair_core::policy::Policy;
use estair_core::store::StoreError;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::routing::get;
use estair_http::EventKey;
use estair_http::console::{NotSent, Options, Rendered, router};
use estair_http::host::{Authenticate, Host, Sessions};

use life::Life;

const STAFF: [(&str, Actor); 3] = [
    ("operation", Actor::Operation(UserId(21))),
    ("finance", Actor::Finance(UserId(22))),
    ("admin", Actor::Admin(UserId(23))),
];

/// The host's sessions: a secret stands for whoever signed in. A real host keeps hashes, with an end.
#[derive(Default)]
struct Tokens {
    open: Mutex<BTreeMap<String, Actor>>,
}

#[async_trait]
impl Sessions for Tokens {
    async fn sign_in(&self, token: &str) -> Result<Option<String>, StoreError> {
        let Some((_, actor)) = STAFF.into_iter().find(|(name, _)| *name == token) else { return Ok(None) };
        let secret = format!("{:032x}", System.seed());
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.clone(), actor);
        Ok(Some(secret))
    }

    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        Ok(self.open.lock().unwrap_or_else(PoisonError::into_inner).get(secret).copied())
    }

    async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(secret);
        Ok(())
    }
}

/// This host serves no API: nobody asks one.
struct NoApi;

#[async_trait]
impl Authenticate for NoApi {
    async fn actor(&self, _: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let requests = arguments.next().map(|text| text.parse()).transpose()?.unwrap_or(10);
    let life = Life::new(System.now());
    life.pass(requests).await?;

    let host = Host {
        book: Book::new(Arc::new(life.store.clone()), Arc::new(System), Arc::new(System), Policy::default()),
        reader: Arc::new(life.store.clone()),
        audit: Arc::new(life.store.clone()),
        notifications: Arc::new(life.store.clone()),
        subscriptions: Arc::new(life.store.clone()),
        messager: Some(Stored::of(Arc::new(life.messager.clone()))),
        authenticate: Arc::new(NoApi),
        names: None,
        people: None,
        clock: Arc::new(System),
        ids: Arc::new(System),
        event_key: EventKey::random(&System),
    };
    let options = Options::default()
        .prefix("/console".to_owned())
        .preview(Some(Arc::new(|notice, channel| Some(example_of(notice, channel)))))
        .test_send(Some(Arc::new(|_, _, _| Box::pin(async move { Err(NotSent::Off) }))));
    let app = Router::new()
        .route("/", get(async || Redirect::to("/console")))
        .nest("/console", router(host, Arc::new(Tokens::default()), options));
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("http://{address}/console with the tokens operation, finance and admin");
    axum::serve(listener, app).await?;
    Ok(())
}

fn example_of(notice: Notice, channel: Channel) -> Rendered {
    let subject = (channel != Channel::Push).then(|| format!("ESTAIR : {notice}"));
    let text = "Agence du Port demande un crédit de 500 000 XOF, valable jusqu'au 21/10/2025 à 18h00.".to_owned();
    Rendered { subject, text, source: (channel == Channel::Email).then(|| "<p>Agence du Port…</p>".to_owned()) }
}
