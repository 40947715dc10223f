//! ESTAIR over HTTP, as routers that a host mounts in its own: the API ([`api()`]), the webhook ([`webhook`]), Messager
//! ([`messager`]), the console and the probes ([`health()`]), with the background loops ([`loops`]) that keep things moving.
//!
//! The host brings the book, its stores and the answer to "who asks?" ([`host::Host`]); nothing here holds a rule, writes
//! SQL or knows a password. Every router has its own state and nests in any other. Handlers read through the core's
//! views alone, which ask who may see what ([`View`](estair_core::View)). [`Service`] puts all of it together and ends it.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `client` | yes | the client of Messager, and calls of webhooks |
//! | `docs` | yes | the API's pages (Swagger UI), served offline |
//! | `console` | yes | the console |
//! | `metrics` | yes | figures for the recorder of the crate `metrics` |
//! | `serve` | yes | a listener with bounds on heads, silence and connections |
//!
//! [`axum`] is shown again as it is served here.

// From the ground up: a module knows those before it, never those after it.
pub mod problem;

mod instants;
mod json;
mod names;

mod arriving;
mod asked;

pub mod body;
pub mod query;

mod details;
mod shapes;

mod events;

mod runner;

pub mod people;

pub mod host;

pub mod caller;
pub mod cors;
pub mod idempotency;
pub mod limits;
pub mod metrics;
pub mod proxies;
pub mod rate_limit;
pub mod signature;
mod total;

#[cfg(feature = "client")]
pub mod client;
mod compression;
mod layers;

pub mod loops;

mod notifications;
#[cfg(feature = "payments")]
pub mod payments;
mod subscriptions;
mod told;

pub mod messager;

mod access;
mod csv;
mod door;
mod no_query;
mod releve;

mod health;
pub mod webhook;

mod api;
#[cfg(feature = "console")]
pub mod console;

mod document;
mod router;

#[cfg(feature = "serve")]
pub mod serve;
pub mod service;

pub use axum;

pub use api::{Options, PUSH_HOSTS, daily_report};
pub use document::document;
pub use events::EventKey;
pub use health::{Checks, Exporter, health, messager_health};
pub use host::Host;
pub use router::api;
pub use service::Service;
