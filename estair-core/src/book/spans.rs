//! What a host sees of commands in its traces, whoever runs them: a span around each call, and in it an event for each
//! command with its outcome. Without the feature `tracing` nothing is looked at.

#[cfg(feature = "tracing")]
pub(super) use told::Telling;
#[cfg(not(feature = "tracing"))]
pub(super) use untold::Telling;

#[cfg(feature = "tracing")]
mod told {
    use tracing::{Instrument, Span};

    use crate::book::{Error, Joined, Reply, Submission};
    use crate::clock::{Clock, Timestamp};
    use crate::refusal::Refusal;
    use crate::store::StoreError;

    /// A call that is told of.
    pub(in crate::book) struct Telling {
        span: Span,
        /// Each command with the role that gave it.
        commands: Vec<(&'static str, &'static str)>,
        began: Timestamp,
    }

    impl Telling {
        pub(in crate::book) fn of(submissions: &[Submission], clock: &dyn Clock) -> Self {
            let name = |one: &Submission| (one.command.name(), one.actor.role().name());
            let span = tracing::info_span!("estair_book", commands = submissions.len());
            Self { span, commands: submissions.iter().map(name).collect(), began: clock.now() }
        }

        pub(in crate::book) async fn around<F: Future>(&self, work: F) -> F::Output {
            work.instrument(self.span.clone()).await
        }

        /// What each command came to, in a transaction of the book's own.
        pub(in crate::book) fn end(&self, replies: &[Result<Reply, Error>], clock: &dyn Clock) {
            self.tell(
                replies.iter().map(|reply| match reply {
                    Ok(reply) => done(reply),
                    Err(Error::Refused(refusal)) => refusal.code(),
                    Err(Error::Store(error)) => error.kind().name(),
                }),
                clock,
            );
        }

        /// What each command came to, in the host's transaction, which is not committed yet.
        pub(in crate::book) fn joined(&self, joined: Result<&Joined, &StoreError>, clock: &dyn Clock) {
            match joined {
                Ok(joined) => {
                    self.tell(joined.outcomes().map(|reply| reply.as_ref().map_or_else(Refusal::code, done)), clock)
                }
                Err(error) => self.tell(self.commands.iter().map(|_| error.kind().name()), clock),
            }
        }

        fn tell(&self, outcomes: impl Iterator<Item = &'static str>, clock: &dyn Clock) {
            let took_ms = clock.now().signed_duration_since(self.began).num_milliseconds();
            for ((command, role), outcome) in self.commands.iter().zip(outcomes) {
                tracing::debug!(parent: &self.span, command, role, outcome, took_ms, "command");
            }
        }
    }

    fn done(reply: &Reply) -> &'static str {
        if reply.replayed { "again" } else { "done" }
    }
}

#[cfg(not(feature = "tracing"))]
mod untold {
    use crate::book::{Error, Joined, Reply, Submission};
    use crate::clock::Clock;
    use crate::store::StoreError;

    /// A call that nobody is told of.
    pub(in crate::book) struct Telling;

    impl Telling {
        pub(in crate::book) fn of(_: &[Submission], _: &dyn Clock) -> Self {
            Self
        }

        pub(in crate::book) async fn around<F: Future>(&self, work: F) -> F::Output {
            work.await
        }

        pub(in crate::book) fn end(&self, _: &[Result<Reply, Error>], _: &dyn Clock) {}

        pub(in crate::book) fn joined(&self, _: Result<&Joined, &StoreError>, _: &dyn Clock) {}
    }
}
