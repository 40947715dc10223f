//! Calls of one kind that come at the same time are done together: what waits while one group is under way goes together in
//! the next. Who comes alone goes at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use estair_core::store::{StoreError, StoreErrorKind};

/// Calls of one group.
const MOST: usize = 64;

/// A line of calls, each of which asks for `A` and is answered with `R`. Cheap to clone.
pub(crate) struct Together<A, R>(Arc<Mutex<Line<A, R>>>);

struct Line<A, R> {
    waiting: VecDeque<Waiting<A, R>>,
    /// Somebody works through it.
    driven: bool,
}

struct Waiting<A, R> {
    asked: A,
    answer: oneshot::Sender<Result<R, StoreError>>,
}

impl<A, R> Default for Together<A, R> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Line { waiting: VecDeque::new(), driven: false })))
    }
}

impl<A, R> Clone for Together<A, R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A, R> Together<A, R> {
    fn line(&self) -> MutexGuard<'_, Line<A, R>> {
        // Every change of a line is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; true when nobody works through the line.
    fn add(&self, one: Waiting<A, R>) -> bool {
        let mut line = self.line();
        line.waiting.push_back(one);
        !std::mem::replace(&mut line.driven, true)
    }

    /// What goes next; nothing when nobody waits: then nobody works through the line any more.
    fn next(&self) -> Vec<Waiting<A, R>> {
        let mut line = self.line();
        let count = line.waiting.len().min(MOST);
        line.driven = count > 0;
        line.waiting.drain(..count).collect()
    }
}

impl<A: Clone + Send + Sync + 'static, R: Send + 'static> Together<A, R> {
    /// Asks, together with those who ask meanwhile. `all` answers each of them, in their order, or none.
    ///
    /// # Errors
    /// What `all` says: of a group for which it fails each one is asked alone, unless the database is away.
    pub(crate) async fn ask<F>(
        &self,
        asked: A,
        all: impl Fn(Vec<A>) -> F + Send + Sync + 'static,
    ) -> Result<R, StoreError>
    where
        F: Future<Output = Result<Vec<R>, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        if self.add(Waiting { asked, answer }) {
            tokio::spawn(Driver { line: self.clone(), done: false }.drive(all));
        }
        answered.await.map_err(|_| StoreError::new(StoreErrorKind::Unavailable, "a call was interrupted"))?
    }
}

/// Whoever works through a line.
struct Driver<A, R> {
    line: Together<A, R>,
    done: bool,
}

impl<A, R> Drop for Driver<A, R> {
    /// Dropped with its runtime, or died: whoever waits is told, and the next one begins anew.
    fn drop(&mut self) {
        if !self.done {
            let mut line = self.line.line();
            line.waiting.clear();
            line.driven = false;
        }
    }
}

impl<A: Clone + Send + Sync, R: Send> Driver<A, R> {
    async fn drive<F>(mut self, all: impl Fn(Vec<A>) -> F + Send + Sync)
    where
        F: Future<Output = Result<Vec<R>, StoreError>> + Send + 'static,
    {
        loop {
            // Others may be about to ask as well.
            tokio::task::yield_now().await;
            let group = self.line.next();
            if group.is_empty() {
                self.done = true;
                return;
            }
            match all(group.iter().map(|one| one.asked.clone()).collect()).await {
                Ok(answers) => group.into_iter().zip(answers).for_each(|(one, answer)| tell(one.answer, Ok(answer))),
                // One of them may be what the database does not take: each for itself.
                Err(error) if group.len() > 1 && error.kind() != StoreErrorKind::Unavailable => {
                    for Waiting { asked, answer } in group {
                        if let Some(answered) = all(vec![asked]).await.map(|mut answers| answers.pop()).transpose() {
                            tell(answer, answered);
                        }
                    }
                }
                Err(error) => group.into_iter().for_each(|one| tell(one.answer, Err(error.clone()))),
            }
        }
    }
}

/// Who has gone does not hear of it.
fn tell<R>(to: oneshot::Sender<Result<R, StoreError>>, answer: Result<R, StoreError>) {
    drop(to.send(answer));
}
