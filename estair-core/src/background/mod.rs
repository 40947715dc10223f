//! The work that goes on by itself: sending the outbox, delivering messages, expiring credits, notifying people.
//!
//! Each function does one bounded round and says how much it did; a host calls them in loops of its own runtime. Several
//! processes may run them against the same databases (G6, X4).

mod alert;
mod expiry;
mod in_process;
mod keyed;
mod lost;
mod message;
mod notification;
mod outbox;
mod report;
mod trouble;

pub use alert::settle_alerts;
pub use expiry::expire_due;
pub use in_process::{InProcess, LocalMessager, LocalTransport};
pub use keyed::{KeyedChains, key_chains, key_left_chains};
pub use lost::{look_for_lost_every, send_lost_again};
pub use message::{DeliverMessages, accept};
pub use notification::{SendNotifications, fan_out_facts};
pub use outbox::SendOutbox;
pub use report::ReportDay;

/// Jobs that one round takes at most.
pub const ROUND: u32 = 32;
