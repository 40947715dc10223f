//! What every handler of the console holds, and how it reads, runs and leads elsewhere.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Redirect, Response};
use estair_core::Ask;
use estair_core::actor::Role;
use estair_core::book::View;
use estair_core::decision::IdempotencyKey;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;

use super::failure::Failure;
use super::form::Form;
use super::options::Options;
use super::pressed::Pressed;
use super::verification::Verifications;
use super::visitor::Visitor;
use crate::access::Access;
use crate::events::Hub;
use crate::host::{Host, LinkAsked, Sessions, SignInLinks};
use crate::limits::Place;
use crate::problem::Problem;
use crate::runner;
use crate::subscriptions::OwnSubscriptions;

/// Streams of events that the console serves at once; a browser that gets none polls.
const MAX_STREAMS: usize = 256;

/// Mails with links that are under way at once; who asks for one more is told to try again.
const MAX_MAILINGS: usize = 64;

/// How often news are looked for while a page is open.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What every handler holds. Cheap to clone.
#[derive(Clone)]
pub(super) struct Console {
    pub(super) access: Access,
    pub(super) sessions: Arc<dyn Sessions>,
    pub(super) options: Arc<Options>,
    pub(super) hub: Hub,
    pub(super) verifications: Verifications,
    /// Of a Messager that runs apart: there is no book.
    apart: bool,
    streams: Arc<Semaphore>,
    mailings: Arc<Semaphore>,
    pressed: Pressed,
}

impl Console {
    pub(super) fn new(host: Host, sessions: Arc<dyn Sessions>, options: Options) -> Self {
        let prefix = options.prefix.trim_end_matches('/').to_owned();
        Self {
            hub: Hub::new(host.event_sources(), host.event_key.clone(), LOOK_EVERY, options.shutdown.clone()),
            verifications: Verifications::new(&host),
            access: Access::new(host),
            sessions,
            options: Arc::new(options.prefix(prefix)),
            apart: false,
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            mailings: Arc::new(Semaphore::new(MAX_MAILINGS)),
            pressed: Pressed::default(),
        }
    }

    /// The console of a Messager that runs apart.
    pub(super) fn apart(self) -> Self {
        Self { apart: true, ..self }
    }

    /// Is there no book here, but a Messager alone?
    pub(super) fn is_apart(&self) -> bool {
        self.apart
    }

    /// The book as the visitor sees it.
    pub(super) fn view(&self, visitor: &Visitor) -> View {
        self.access.view(visitor.actor)
    }

    /// May the visitor manage people, and are they managed here?
    pub(super) fn manages_people(&self, visitor: &Visitor) -> bool {
        self.access.people(visitor.actor).is_some_and(|people| people.require().is_ok())
    }

    /// Does what the visitor asks, to its end even when the browser goes away.
    pub(super) async fn run<A: Ask>(
        &self,
        visitor: &Visitor,
        ask: A,
        key: Option<IdempotencyKey>,
    ) -> Result<A::Answer, Failure> {
        let who = (visitor.actor, visitor.origin.clone());
        Ok(runner::run(self.access.book(), who, ask, key).await?.answer)
    }

    /// What the visitor has been shown. Nobody's where there is no person; an auditor answers nothing, and marks nothing.
    pub(super) fn marks(&self, visitor: &Visitor) -> Option<OwnSubscriptions> {
        let own = self.access.subscriptions(&visitor.actor, "mark what was seen");
        own.ok().filter(|_| visitor.actor.role() != Role::Auditor)
    }

    /// A place for one more stream of the visitor, taken until it is dropped.
    pub(super) fn stream_place(&self, visitor: &Visitor) -> Result<(Place, OwnedSemaphorePermit), Failure> {
        let own = self.options.limits.stream(&visitor.actor.scope()).map_err(too_many)?;
        let one = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| Failure::Busy)?;
        Ok((own, one))
    }

    /// Has a link mailed, after the answer: what it takes, and whether there is anybody, is not to be seen from outside (A6).
    pub(super) fn mail_link(&self, links: Arc<dyn SignInLinks>, asked: LinkAsked) -> Result<(), Failure> {
        let place = Arc::clone(&self.mailings).try_acquire_owned().map_err(|_| Failure::Busy)?;
        let work = async move {
            if let Err(error) = links.mail(asked).await {
                tracing::warn!(%error, "a link to sign in could not be mailed");
            }
            drop(place);
        };
        tokio::spawn(work.in_current_span());
        Ok(())
    }

    /// A place for one more download of the visitor.
    pub(super) fn download_place(&self, visitor: &Visitor) -> Result<Place, Failure> {
        self.options.limits.download(&visitor.actor.scope()).map_err(too_many)
    }

    /// Is this form sent for the first time? Asked where what it does is kept under no key.
    pub(super) fn is_first(&self, visitor: &Visitor, f: &Form) -> bool {
        f.get("key").is_none_or(|key| self.pressed.press(format!("{} {key}", visitor.actor.scope())))
    }

    /// A path below the prefix. The first page has no slash at its end: a router that is nested does not know it by one.
    pub(super) fn url(&self, path: &str) -> String {
        let prefix = &self.options.prefix;
        let query = path.strip_prefix('/').filter(|rest| rest.is_empty() || rest.starts_with('?'));
        format!("{prefix}{}", query.filter(|_| !prefix.is_empty()).unwrap_or(path))
    }

    /// The address of the first page.
    pub(super) fn home(&self) -> &str {
        if self.options.prefix.is_empty() { "/" } else { &self.options.prefix }
    }

    /// Elsewhere, after something was done.
    pub(super) fn redirect(&self, path: &str) -> Response {
        Redirect::to(&self.url(path)).into_response()
    }
}

/// What a limit says, as the console shows it.
pub(super) fn too_many(problem: Problem) -> Failure {
    Failure::TooMany(problem.seconds().unwrap_or(1))
}
