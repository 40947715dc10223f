//! The event streams: what changed, as far as the actor may see it, read from the databases and not from the memory of one
//! process.
//!
//! Guarantees: whoever comes back with the id of the last event gets what a connected reader got, whatever was committed
//! late, or is told to load its lists again (`reset`); an id tells its reader nothing, and is nobody else's.
//!
//! One [`Hub`] of each router, the API's, Messager's and the console's, looks for what happened and serves every stream; it
//! looks while somebody listens, and a while longer.

use std::time::Duration;

mod event;
mod follower;
mod hub;
mod key;

pub(crate) use follower::{Listener, StillWelcome, answer, follow, last_event};
#[cfg(feature = "console")]
pub(crate) use follower::{here, news};
pub(crate) use hub::{Hub, Sources};
pub use key::EventKey;

/// How often an event stream looks for news, unless a host says otherwise.
pub const EVENTS_EVERY: Duration = Duration::from_millis(500);
