//! ESTAIR over HTTP, as routers that a host mounts in its own: the API ([`api()`]), the webhook ([`webhook`]), Messager
//! ([`messager`]) and the probes ([`health()`]), with the background loops ([`loops`]) that keep things moving.
//!
//! The host brings the book, its stores and the answer to "who asks?" ([`host::Host`]); nothing here holds a rule, writes
//! SQL or knows a password. Every router has its own state and nests in any other.

pub mod actor;
mod api;
mod around;
pub mod body;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "console")]
pub mod console;
mod csv;
mod events;
mod health;
pub mod host;
pub mod idempotency;
pub mod loops;
pub mod messager;
pub mod metrics;
mod openapi;
pub mod problem;
pub mod query;
pub mod rate_limit;
pub mod signature;
pub mod webhook;

pub use api::{Options, PUSH_HOSTS, api};
pub use health::{Figures, Workers, health};
pub use host::Host;
pub use openapi::document;
