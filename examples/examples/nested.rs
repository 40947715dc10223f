//! A host with its own axum application and its own sign-in: ESTAIR's API is nested under a prefix of its router.
//!
//! `cargo run -p estair-examples --example nested`, then
//! `curl -H 'X-Staff: finance' http://127.0.0.1:8090/tickets/api/accounts`

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::routing::get;
use estair_core::Handles;
use estair_core::prelude::{AccountDraft, Actor, MemoryMessager, MemoryStore, Policy, StoreError, UserId};
use estair_http::Service;
use estair_http::host::Authenticate;

/// The host's own state: routers of a service nest beside whatever it is.
#[derive(Clone)]
struct Greeting(&'static str);

async fn own_page(State(Greeting(text)): State<Greeting>) -> &'static str {
    text
}

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
    // In memory here; `BookStore` of `estair-sqlx` is the same over a database.
    let (store, messager) = (Arc::new(MemoryStore::new()), Arc::new(MemoryMessager::new()));
    let service = Service::builder(Handles::of(store), Policy::default(), Arc::new(StaffHeader))
        .messager_here(messager)
        .start()?;
    service.book().ask(Actor::Admin(UserId(3)), AccountDraft::named("Agence Plateau")).await?;
    let app = Router::new()
        .route("/", get(own_page))
        .nest("/tickets", service.api(estair_http::Options::default()).merge(service.health(None)))
        .with_state(Greeting("the host's own page"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    println!("listening on http://{}", listener.local_addr()?);
    // The loops end, then the open streams, then the listener.
    let stop = async move {
        drop(tokio::signal::ctrl_c().await);
        service.shutdown().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    Ok(())
}
