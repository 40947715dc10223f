//! The one way in which routers run commands: in a task of its own, so that a caller who hangs up cannot stop one half way.
//!
//! Guarantees: what was begun is finished, whoever waits for it; its log belongs to the request that began it; a task that
//! dies is told as trouble of the store, and logged.

use estair_core::Book;
use estair_core::book::{Error, Reply, Submission};
use estair_core::decision::{Answer, PostedAnswer};
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::request::Request;
use estair_core::row::{Account, Row};
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::support::Support;
use tracing::Instrument;

/// What a command came to: the answer of its own kind.
#[derive(Debug)]
pub(crate) struct Done<T> {
    /// The answer.
    pub(crate) answer: T,
    /// It was given before, under the same key: nothing was done now.
    pub(crate) replayed: bool,
}

/// Runs a command to its end; `read` takes the part of an answer that it gives.
pub(crate) async fn run<T>(
    book: &Book,
    submission: Submission,
    read: impl FnOnce(Answer) -> Option<T>,
) -> Result<Done<T>, Error> {
    let mut replies = run_all(book, vec![submission], ()).await;
    done(replies.pop().unwrap_or_else(|| Err(lost().into())), read)
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

/// The part of a reply that its command gives.
pub(crate) fn done<T>(reply: Result<Reply, Error>, read: impl FnOnce(Answer) -> Option<T>) -> Result<Done<T>, Error> {
    let Reply { answer, replayed } = reply?;
    Ok(Done { answer: read(answer).ok_or_else(lost)?, replayed })
}

/// An answer of another kind than its command's: a fault of the program, not of the caller.
pub(crate) fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Other, "a command had another answer than its own")
}

/// What changing an account and setting its limit give.
pub(crate) fn account_of(answer: Answer) -> Option<Row<AccountId, Account>> {
    match answer {
        Answer::Account(row) => Some(row),
        _ => None,
    }
}

/// What creating an account gives, and whether it is new (A7).
pub(crate) fn opened_of(answer: Answer) -> Option<(Row<AccountId, Account>, bool)> {
    match answer {
        Answer::Account(row) => Some((row, true)),
        Answer::KnownAccount(row) => Some((row, false)),
        _ => None,
    }
}

/// What creating and changing a financial request give.
pub(crate) fn request_of(answer: Answer) -> Option<Row<RequestId, Request>> {
    match answer {
        Answer::Request(row) => Some(row),
        _ => None,
    }
}

/// What creating, changing and commenting on a support request give.
pub(crate) fn support_of(answer: Answer) -> Option<Row<SupportId, Support>> {
    match answer {
        Answer::Support(row) => Some(row),
        _ => None,
    }
}

/// What posting movements gives.
pub(crate) fn posted_of(answer: Answer) -> Option<Vec<PostedAnswer>> {
    match answer {
        Answer::Posted(answers) => Some(answers),
        _ => None,
    }
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
