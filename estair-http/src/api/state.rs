//! What the API's handlers share, and how they read and run for a caller.

use std::sync::Arc;

use axum::extract::FromRef;
use estair_core::Ask;
use estair_core::book::{Error, Reply, Submission, View};
use estair_core::command::Command;
use estair_core::decision::IdempotencyKey;

use super::options::Options;
use crate::access::Access;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::events::Hub;
use crate::host::{Authenticate, Host};
use crate::idempotency::{RunningCall, RunningCalls};
use crate::problem::{Problem, in_order};
use crate::runner;
use crate::runner::Done;

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Api {
    pub(super) access: Access,
    pub(super) options: Arc<Options>,
    pub(super) hub: Hub,
    calls: RunningCalls,
}

impl FromRef<Api> for Arc<dyn Authenticate> {
    fn from_ref(api: &Api) -> Self {
        Arc::clone(api.access.authenticate())
    }
}

impl Api {
    pub(crate) fn new(host: Host, options: Options) -> Self {
        Self {
            hub: Hub::new(
                host.event_sources(),
                host.event_key.clone(),
                options.events_interval,
                options.shutdown.clone(),
            ),
            access: Access::new(host),
            options: Arc::new(options),
            calls: RunningCalls::default(),
        }
    }

    /// The book as this caller sees it.
    pub(super) fn view(&self, caller: &Caller) -> View {
        self.access.view(caller.actor)
    }

    /// Does what this caller asks, to its end, and gives its own answer.
    pub(super) async fn run<A: Ask>(
        &self,
        caller: &Caller,
        ask: A,
        key: Option<IdempotencyKey>,
    ) -> Result<Done<A::Answer>, Problem> {
        let command = ask.into_command();
        let call = self.enter(caller, key.as_ref())?;
        let mut replies = self.run_all(caller, vec![(command, key)], call).await;
        Ok(runner::done::<A>(replies.pop())?)
    }

    /// Notes that the call with this key runs, until what is given back is dropped.
    pub(super) fn enter(&self, caller: &Caller, key: Option<&IdempotencyKey>) -> Result<Option<RunningCall>, Problem> {
        Ok(key.map(|key| self.calls.enter(&caller.actor, key)).transpose()?)
    }

    /// Runs commands as this caller, to their end; the call with their key runs until then.
    pub(super) async fn run_all(
        &self,
        caller: &Caller,
        commands: Vec<(Command, Option<IdempotencyKey>)>,
        call: Option<RunningCall>,
    ) -> Vec<Result<Reply, Error>> {
        let Caller { actor, origin } = caller.clone();
        let submission = |(command, key)| Submission { actor, origin: origin.clone(), command, key };
        runner::run_all(self.access.book(), commands.into_iter().map(submission).collect(), call).await
    }
}

/// The fields of a body that is about an object. Whether it is there the command says, but for a body that cannot be read: it
/// is told after a missing object (P5).
pub(super) async fn fields_about<T>(
    found: impl Future<Output = Result<T, Error>>,
    body: Body,
) -> Result<Fields, Problem> {
    match body.fields() {
        Ok(fields) => Ok(fields),
        Err(unreadable) => in_order(found.await, Err(unreadable)).map(|(_, fields)| fields),
    }
}
