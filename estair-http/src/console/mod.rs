//! The console: the pages where staff work, operators watch, and agencies have a space of their own.
//!
//! A host mounts [`router`] under a prefix of its own router and gives it [`Sessions`]. Guarantees:
//!
//! - Closed by default: every path but the sign-in pages and the assets asks for the session of a member of staff, an
//!   auditor or a client; a client's opens the pages of the agency's own space and is refused everywhere else (403). Every unsafe method must come from the same origin and carry the token bound to its
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
#[cfg(feature = "payments")]
mod upload;
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

use estair_core::memory::MemoryStore;
use estair_core::messager::Stored;
use estair_core::{Book, Policy};

use crate::host::{Host, Sessions};
use crate::layers::Layers;
use crate::messager::MessagerHost;
use failure::Failure;
pub use options::{NotSent, Options, Preview, Push, Rendered, TestSend};
use state::Console;

/// The console, to be mounted under [`Options::prefix`].
pub fn router<S: Clone + Send + Sync + 'static>(
    host: Host,
    sessions: Arc<dyn Sessions>,
    options: Options,
) -> Router<S> {
    let layers = Layers { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: options.timeout };
    served(Console::new(host, sessions, options), pages::routes(), &layers)
}

/// The pages of a Messager that runs apart: its figures, its messages, replays and the pause, its alerts (G8, G10).
pub fn of_messager(messager: MessagerHost, sessions: Arc<dyn Sessions>, options: Options) -> Router {
    let MessagerHost { store, authenticate, clock, ids, event_key, .. } = messager;
    let layers = Layers { clock: Arc::clone(&clock), ids: Arc::clone(&ids), timeout: options.timeout };
    // What the pages share with ESTAIR's reads a book: here it is one that holds nothing.
    let empty = Arc::new(MemoryStore::new());
    let host = Host {
        book: Book::new(empty.clone(), Arc::clone(&clock), Arc::clone(&ids), Policy::default()),
        reader: empty.clone(),
        audit: empty.clone(),
        notifications: empty.clone(),
        subscriptions: empty,
        messager: Some(Stored::of(store)),
        authenticate,
        names: None,
        people: None,
        clock,
        ids,
        event_key,
    };
    served(Console::new(host, sessions, options).apart(), pages::routes_of_messager(), &layers)
}

fn served<S: Clone + Send + Sync + 'static>(console: Console, routes: Router<Console>, layers: &Layers) -> Router<S> {
    let pages = routes
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::Method)
        .layer(from_fn_with_state(console.clone(), guard::guard));
    // What the layers answer themselves becomes a page too, within the span of its request.
    let pages = layers.bound(pages).layer(from_fn_with_state(console.clone(), answer::finish));
    layers.observe(pages).with_state(console)
}
