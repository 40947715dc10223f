//! A host with its own axum application and its own sign-in: ESTAIR's API is nested under a prefix of its router.
//!
//! `cargo run -p estair-examples --example nested`, then
//! `curl -H 'X-Staff: finance' http://127.0.0.1:8090/tickets/api/accounts`

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::id::UserId;
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_core::store::StoreError;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use axum::routing::get;
use estair_http::EventKey;
use estair_http::host::{Authenticate, Host};

/// The host's own way to know people; a real one would look into its session.
struct StaffHeader;

#[async_trait]
impl Authenticate for StaffHeader {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let name = parts.headers.get("x-staff").and_then(|value| value.to_str().ok());
        Ok(match name {
            Some("operation") => Some(Actor::Operation(UserId(1))),
            Some("finance") => Some(Actor::Finance(UserId(2))),
            Some("admin") => Some(Actor::Admin(UserId(3))),
            _ => None,
        })
    }
}

#[tokio::main]
#[allow(clippy::print_stdout)] // an example speaks
async fn main() -> Result<(), Box<dyn Error>> {
    // In memory here; `estair_sqlx::open_book` gives the same handles over a database.
    let store = Arc::new(MemoryStore::new());
    let book = Book::new(store.clone(), Arc::new(System), Arc::new(System), Policy::default());
    let agency = AccountDraft { name: Some("Agence Plateau".into()), ..AccountDraft::default() };
    book.run(Submission::new(Actor::Admin(UserId(3)), Command::CreateAccount(agency))).await?;
    let host = Host {
        book,
        reader: store.clone(),
        audit: store.clone(),
        notifications: store.clone(),
        subscriptions: store,
        messager: None,
        authenticate: Arc::new(StaffHeader),
        names: None,
        people: None,
        clock: Arc::new(System),
        ids: Arc::new(System),
        event_key: EventKey::random(&System),
    };
    let app = Router::new()
        .route("/", get(|| async { "the host's own page" }))
        .nest("/tickets", estair_http::api(host, estair_http::Options::default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
