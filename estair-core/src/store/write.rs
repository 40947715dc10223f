//! Transactions, as far as the rules need them.

use async_trait::async_trait;

use crate::decision::{Changes, LockSet, Remembered, Snapshot};
use crate::row::Numbers;
use crate::store::StoreError;

/// A transaction as far as the rules need it: load, then save. It may be the store's own, or the host's.
///
/// After any error a unit is never used again.
#[async_trait]
pub trait Unit: Send {
    /// Locks and reads what is needed, in the order accounts, requests, support requests, each by id. What does not
    /// exist is left out. Requests and support requests bring their accounts, locked too. Until the transaction ends,
    /// nobody else changes what was loaded.
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError>;

    /// Writes everything that was decided. A later [`load`](Self::load) recognises by a fact's place and seal that the
    /// transaction was committed. Each update must find its row, at its version, exactly once; each unique name must be
    /// new. Gives the numbers of the inserted accounts, requests, movements, support requests and comments, by uuid.
    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError>;

    /// Keeps answers under their idempotency keys: with the effect, or not at all.
    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError>;
}

/// A transaction that the store owns. Dropped without a commit, it is as if it had never been.
#[async_trait]
pub trait Transaction: Unit {
    /// Makes everything durable and visible at once. [`CommitUnknown`](crate::store::StoreErrorKind::CommitUnknown) when the answer was lost.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Saves, and makes it durable: as [`save`](Unit::save) and then [`commit`](Self::commit), in fewer calls where a store
    /// can.
    async fn finish(mut self: Box<Self>, changes: &Changes) -> Result<Numbers, Unfinished> {
        let numbers = self.save(changes).await?;
        match self.commit().await {
            Ok(()) => Ok(numbers),
            Err(error) => Err(Unfinished { error, numbers }),
        }
    }

    /// Ends the transaction without a trace, before the locks are needed elsewhere.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// A transaction that was not finished.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Why.
    pub error: StoreError,
    /// The numbers that the rows have where it may have happened all the same
    /// ([`CommitUnknown`](crate::store::StoreErrorKind::CommitUnknown)).
    pub numbers: Numbers,
}

impl From<StoreError> for Unfinished {
    /// It has not happened.
    fn from(error: StoreError) -> Self {
        Self { error, numbers: Numbers::default() }
    }
}

/// A database that holds the book.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction. `attempt` counts how often the same operation was tried before: a store waits a little,
    /// with jitter, before it begins a retry.
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError>;
}
