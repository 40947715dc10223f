//! Messager over HTTP: its API, ways to hand it a message, and the way from it to a webhook (section 5).

pub mod api;
mod document;
pub mod domain;
pub mod embedded;
#[cfg(feature = "client")]
pub mod remote;
mod shape;
#[cfg(feature = "client")]
pub mod transport;
