//! The console: the pages where staff work and operators watch.
//!
//! A host mounts [`router`] under a prefix of its own router and gives it [`Sessions`]. Guarantees:
//!
//! - Closed by default: every path but the sign-in page and the assets asks for the session of a member of staff; a
//!   client's is refused (403). Every unsafe method must come from the same origin and carry the token bound to its
//!   session. Both are checked in one place, `guard`, before any handler runs.
//! - It holds no rule: what may be done is asked of the core, what is done goes through [`Book::run`](estair_core::Book),
//!   and a refusal is shown with its figures (P3, P4).
//! - Nothing inline and nothing from outside: the pages carry a content security policy that forbids both; texts from
//!   users are escaped by the templates.
//! - Everything has a bound: rows of a page, bytes of a form, streams at once, reads behind a page.

mod accounts;
mod assets;
mod audit;
mod chart;
mod creation;
mod failure;
mod fields;
mod figures;
mod frame;
mod guard;
mod limits;
mod live;
mod messages;
mod notifications;
mod queue;
mod requests;
mod session;
mod statement;
mod support;
mod wording;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use estair_core::book::{Error, Submission};
use estair_core::command::{Answer, Command};
use estair_core::notification::{Channel, Notice};
use estair_core::store::{StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::events::Hub;
use crate::host::{Host, Sessions};
use failure::Failure;
use session::Visitor;

/// Streams of events that the console serves at once; a browser that gets none polls.
const MAX_STREAMS: usize = 256;

/// How often news are looked for while a page is open.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Most bytes of a form.
const MAX_FORM: usize = 64 * 1024;

/// What a template makes of a notice on a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The subject of a mail, the title of a card or a push.
    pub subject: Option<String>,
    /// The text as people read it.
    pub text: String,
    /// The source that is sent: the HTML of a mail, the JSON of a card. Shown as text.
    pub source: Option<String>,
}

/// Shows what a template gives with example figures; none where the notice does not go by the channel.
pub type Preview = Arc<dyn Fn(Notice, Channel) -> Option<Rendered> + Send + Sync>;

/// Sends an example of a notice by a channel to an address, and says what went wrong.
pub type TestSend = Arc<dyn Fn(Notice, Channel, String) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What a host chooses.
#[derive(Clone, Default)]
pub struct Options {
    /// Where the host mounts the router, without a slash at the end: `/console`; empty for the root.
    pub prefix: String,
    /// Is the console reached over https? The cookie is then a `__Host-` one.
    pub https: bool,
    /// The origin as browsers see it, `https://estair.example.test`, where a proxy changes the `Host` header; the
    /// header otherwise.
    pub origin: Option<String>,
    /// Shows the templates of notifications.
    pub preview: Option<Preview>,
    /// Sends examples of notifications.
    pub test_send: Option<TestSend>,
    /// Ends the event streams when the host shuts down.
    pub shutdown: CancellationToken,
}

/// What every handler holds. Cheap to clone.
#[derive(Clone)]
struct Console {
    host: Host,
    sessions: Arc<dyn Sessions>,
    options: Arc<Options>,
    hub: Hub,
    streams: Arc<Semaphore>,
    checks: Arc<audit::Checks>,
}

/// The console, to be mounted under [`Options::prefix`].
pub fn router(host: Host, sessions: Arc<dyn Sessions>, options: Options) -> Router {
    let prefix = options.prefix.trim_end_matches('/').to_owned();
    let console = Console {
        hub: Hub::new(host.clone(), LOOK_EVERY, options.shutdown.clone()),
        host,
        sessions,
        options: Arc::new(Options { prefix, ..options }),
        streams: Arc::new(Semaphore::new(MAX_STREAMS)),
        checks: Arc::default(),
    };
    Router::new()
        .merge(work())
        .merge(watch())
        .route("/sign-in", get(session::form).post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/assets/{name}", get(assets::serve))
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::Method)
        .layer(from_fn_with_state(console.clone(), guard::guard))
        .with_state(console)
}

/// The pages of the daily work.
fn work() -> Router<Console> {
    Router::new()
        .route("/", get(queue::page))
        .route("/requests", get(requests::list))
        .route("/requests/new", get(creation::form).post(creation::submit))
        .route("/requests/{id}", get(requests::page).post(requests::change))
        .route("/support", get(support::list))
        .route("/support/new", get(support::form).post(support::create))
        .route("/support/{id}", get(support::page).post(support::change))
        .route("/support/{id}/comments", post(support::comment))
        .route("/accounts", get(accounts::list))
        .route("/accounts/new", get(accounts::form).post(accounts::create))
        .route("/accounts/{id}", get(accounts::page))
        .route("/accounts/{id}/limit", post(limits::change))
        .route("/accounts/{id}/statement.csv", get(statement::csv))
}

/// The pages of operators and auditors.
fn watch() -> Router<Console> {
    Router::new()
        .route("/messages", get(messages::list))
        .route("/messages/stats", get(messages::stats))
        .route("/messages/replay", post(messages::replay_all))
        .route("/messages/pause", post(messages::pause))
        .route("/messages/{uuid}", get(messages::page).post(messages::replay))
        .route("/movements", get(audit::find))
        .route("/movements/{id}", get(audit::movement))
        .route("/audit", get(audit::page).post(audit::check))
        .route("/notifications", get(notifications::list))
        .route("/notifications/templates", get(notifications::templates).post(notifications::test))
        .route("/notifications/{id}", get(notifications::page))
        .route("/live", get(live::stream))
        .route("/live/news", get(live::news))
}

impl Console {
    /// Runs a command as the visitor, to its end even when the browser goes away.
    async fn run(&self, visitor: &Visitor, command: Command, key: Option<creation::Key>) -> Result<Answer, Failure> {
        let key = key.map(creation::Key::into_core);
        let submission = Submission { actor: visitor.actor, origin: visitor.origin.clone(), command, key };
        let book = self.host.book.clone();
        let done = tokio::spawn(async move { book.run(submission).await }).await;
        match done {
            Ok(Ok(reply)) => Ok(reply.answer),
            Ok(Err(Error::Refused(refusal))) => Err(Failure::Refused(refusal)),
            Ok(Err(Error::Store(error))) => Err(Failure::Store(error)),
            Err(_) => Err(Failure::Store(StoreError::new(StoreErrorKind::Other, "the command did not end"))),
        }
    }

    /// A path below the prefix. The first page has no slash at its end: a router that is nested does not know it by one.
    fn url(&self, path: &str) -> String {
        let prefix = &self.options.prefix;
        let query = path.strip_prefix('/').filter(|rest| rest.is_empty() || rest.starts_with('?'));
        format!("{prefix}{}", query.filter(|_| !prefix.is_empty()).unwrap_or(path))
    }

    /// The address of the first page.
    fn home(&self) -> &str {
        if self.options.prefix.is_empty() { "/" } else { &self.options.prefix }
    }

    /// Elsewhere, after something was done.
    fn redirect(&self, path: &str) -> Response {
        axum::response::Redirect::to(&self.url(path)).into_response()
    }
}
