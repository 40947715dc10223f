//! Messager over HTTP: its API, ways to hand it a message (G3), to show and work one that runs elsewhere (G10), and the way
//! from it to a webhook (G7).

mod alert_shape;
pub mod api;
mod as_actor;
pub mod console_token;
mod document;
pub mod domain;
pub mod embedded;
#[cfg(feature = "client")]
mod failure;
mod host;
#[cfg(feature = "client")]
mod read_shape;
#[cfg(feature = "client")]
pub mod remote;
#[cfg(feature = "client")]
mod remote_view;
mod shape;
#[cfg(feature = "client")]
pub mod transport;

pub(crate) use as_actor::MessagerAs;
#[cfg(feature = "client")]
pub use failure::AskEstair;
pub use host::{Beside, MessagerHost};
#[cfg(feature = "client")]
pub use remote_view::{ANSWERED_WITHIN, LEFT_ALONE_FOR, Names, RemoteMessager};
pub(crate) use shape::Message as MessageShape;
