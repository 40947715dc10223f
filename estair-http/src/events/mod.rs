//! The event stream: what changed, as far as the actor may see it, read from the database and not from the memory of one
//! process.
//!
//! One [`Hub`] of each router, the API's and the console's, looks for what happened and serves every stream; it looks only
//! while somebody listens. A stream that names the last event it has seen is first given what came after it.

mod event;
mod follower;
mod hub;

#[cfg(feature = "console")]
pub(crate) use event::events_of_fact;
pub(crate) use follower::{StillWelcome, follow};
pub(crate) use hub::Hub;
