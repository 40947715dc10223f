//! The one way in which routers run commands: in a task of its own, so that a caller who hangs up cannot stop one half way.
//!
//! Guarantees: what was begun is finished, whoever waits for it; its log belongs to the request that began it; a task that
//! dies is told as trouble of the store, and logged.

use estair_core::actor::{Actor, Origin};
use estair_core::book::{Error, Reply, Submission};
use estair_core::decision::IdempotencyKey;
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::{Ask, Book};
use tracing::Instrument;

/// What a command came to: the answer of its own kind.
#[derive(Debug)]
pub(crate) struct Done<T> {
    /// The answer.
    pub(crate) answer: T,
    /// It was given before, under the same key: nothing was done now.
    pub(crate) replayed: bool,
}

/// Runs what is asked to its end, and gives its own answer.
pub(crate) async fn run<A: Ask>(
    book: &Book,
    who: (Actor, Origin),
    ask: A,
    key: Option<IdempotencyKey>,
) -> Result<Done<A::Answer>, Error> {
    let submission = Submission::new(who.0, ask).with_origin(who.1).with_key(key);
    done::<A>(run_all(book, vec![submission], ()).await.pop())
}

/// Runs commands to their end. `held` is dropped when they are done, however soon the caller hangs up.
pub(crate) async fn run_all(
    book: &Book,
    submissions: Vec<Submission>,
    held: impl Send + 'static,
) -> Vec<Result<Reply, Error>> {
    let (book, count) = (book.clone(), submissions.len());
    let work = async move {
        let replies = book.run_all(submissions).await;
        drop(held);
        replies
    };
    match to_the_end(work).await {
        Ok(replies) => replies,
        Err(error) => vec![Err(error.into()); count],
    }
}

/// Does something in a task of its own, within the span of the request that asked for it.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work.in_current_span()).await.map_err(|error| {
        tracing::error!(%error, "a task did not end");
        StoreError::new(StoreErrorKind::Other, "the task did not end")
    })
}

/// The answer of what was asked.
pub(crate) fn done<A: Ask>(reply: Option<Result<Reply, Error>>) -> Result<Done<A::Answer>, Error> {
    let none = || StoreError::new(StoreErrorKind::Other, "a command had no reply");
    let reply = reply.ok_or_else(none)??;
    let replayed = reply.replayed;
    Ok(Done { answer: reply.into_answer::<A>()?, replayed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_dies_is_told_as_trouble() {
        let died = to_the_end(async { panic!("a mistake") }).await.map(|(): ()| ());
        assert_eq!(died.unwrap_err().kind(), StoreErrorKind::Other);
    }

    #[tokio::test]
    async fn who_hangs_up_stops_nothing() {
        let (tell, hear) = tokio::sync::oneshot::channel();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let work = to_the_end(async move {
            let _ = wait.await;
            tell.send("done")
        });
        let mut work = Box::pin(work);
        assert!(futures::poll!(work.as_mut()).is_pending());
        drop(work);
        go.send(()).unwrap();
        assert_eq!(hear.await, Ok("done"));
    }
}
