//! The console: the pages where staff work and operators watch.
//!
//! A host mounts [`router`] under a prefix of its own router and gives it [`Sessions`]. Guarantees:
//!
//! - Closed by default: every path but the sign-in page and the assets asks for the session of a member of staff or an
//!   auditor; a client's is refused (403). Every unsafe method must come from the same origin and carry the token bound to its
//!   session. Both are checked in one place, `guard`, before any handler runs.
//! - It holds no rule: what may be done is asked of the core, what is done goes through [`Book::run`](estair_core::Book),
//!   what is shown is read through a [`View`](estair_core::View), and a refusal is shown with its code, its rule and its
//!   figures (P3); only the actions that are possible are offered (P4).
//! - Nothing inline and nothing from outside: the pages carry a content security policy that forbids both; texts from
//!   users are escaped by the templates.
//! - Everything has a bound: rows of a page, bytes of a form, streams at once, reads behind a page, the time to an answer.

mod cookie;
mod options;
mod wording;

mod failure;
mod form;
mod numbers;
mod path;
mod pressed;
mod render;
mod verification;
mod visitor;

mod state;

mod frame;
mod session;

mod choices;
mod failure_page;
mod format;
mod guard;

mod answer;
mod pieces;

mod pages;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::host::{Host, Sessions};
use crate::layers::Layers;
use failure::Failure;
pub use options::{NotSent, Options, Preview, Rendered, TestSend};
use state::Console;

/// The console, to be mounted under [`Options::prefix`].
pub fn router<S: Clone + Send + Sync + 'static>(
    host: Host,
    sessions: Arc<dyn Sessions>,
    options: Options,
) -> Router<S> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: options.timeout };
    let console = Console::new(host, sessions, options);
    let pages = pages::routes()
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::Method)
        .layer(from_fn_with_state(console.clone(), guard::guard));
    // What the layers answer themselves becomes a page too, within the span of its request.
    let pages = layers.bound(pages).layer(from_fn_with_state(console.clone(), answer::finish));
    layers.observe(pages).with_state(console)
}
