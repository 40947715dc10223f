//! Messager over HTTP: its API, ways to hand it a message (G3), and the way from it to a webhook (G7).

pub mod api;
mod document;
pub mod domain;
pub mod embedded;
mod host;
#[cfg(feature = "client")]
pub mod remote;
mod shape;
#[cfg(feature = "client")]
pub mod transport;
mod view;

pub use host::MessagerHost;
pub(crate) use shape::Message as MessageShape;
pub(crate) use view::MessagerView;
