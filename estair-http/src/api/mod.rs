//! The handlers of ESTAIR's API, and its list of routes.
//!
//! Handlers hold no rule. They read the body into a command, run it to its end, and render the answer; what they show they
//! read through a view for the actor who asks.

mod head;
mod options;

mod answer;
mod batch;
mod comment;
mod state;

mod account_history;
mod accounts;
mod comments;
mod events;
mod me;
mod movement_list;
mod movements;
mod notifications;
#[cfg(feature = "payments")]
mod payments;
mod people;
mod posting;
mod preferences;
mod push;
mod releve;
mod report;
mod requests;
mod search;
mod shadow;
mod statement;
mod support;
mod support_shape;
mod timeline;

mod routes;

pub use options::{Options, PUSH_HOSTS};
pub use report::daily_report;
pub(crate) use routes::{people_routes, routes};
pub(crate) use state::Api;
