//! Asking the book for something, and having just that answered.

use std::sync::Arc;

use crate::actor::Actor;
use crate::ask::Ask;
use crate::book::{Book, Error, Reply, Submission};
use crate::clock::{Clock, IdSource};
use crate::store::{StoreError, StoreErrorKind};

impl Book {
    /// Does what an actor asks, in a transaction of its own, and gives its answer: an account for an
    /// [`AccountDraft`](crate::account::AccountDraft), a request for a [`RequestDraft`](crate::request::RequestDraft).
    ///
    /// Asked twice, it is done twice: who may ask again uses [`run`](Self::run) with a key.
    ///
    /// # Errors
    /// [`Error::Refused`] when a rule says no, [`Error::Store`] when the database cannot.
    pub async fn ask<A: Ask>(&self, actor: Actor, ask: A) -> Result<A::Answer, Error> {
        Ok(self.run(Submission::new(actor, ask)).await?.into_answer::<A>()?)
    }

    /// The clock and the source of ids, for work that goes on with the book.
    pub(crate) fn time(&self) -> (Arc<dyn Clock>, Arc<dyn IdSource>) {
        (Arc::clone(&self.clock), Arc::clone(&self.ids))
    }
}

impl Reply {
    /// The answer to what was asked.
    ///
    /// # Errors
    /// When it is the answer to something else: a fault of the program.
    pub fn into_answer<A: Ask>(self) -> Result<A::Answer, StoreError> {
        let other = || StoreError::new(StoreErrorKind::Other, "a command had another answer than its own");
        A::answer(self.answer).ok_or_else(other)
    }
}
