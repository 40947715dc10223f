//! A store that counts what happened to its transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use estair_core::decision::{Changes, LockSet, Remembered, Snapshot};
use estair_core::row::Numbers;
use estair_core::store::{Store, StoreError, StoreErrorKind, Transaction, Unfinished, Unit};

/// What happened to the transactions.
#[derive(Default)]
pub(crate) struct Tries {
    /// A deadlock, or a lock that was waited for too long.
    pub(crate) contentions: AtomicU32,
    /// Begun again.
    pub(crate) retries: AtomicU32,
}

/// A store that counts.
pub(crate) struct Counting {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) tries: Arc<Tries>,
}

struct CountingTransaction {
    transaction: Box<dyn Transaction>,
    tries: Arc<Tries>,
}

impl Tries {
    fn heard<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if outcome.as_ref().is_err_and(|error| error.kind() == StoreErrorKind::Contention) {
            self.contentions.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }
}

#[async_trait]
impl Store for Counting {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        self.tries.retries.fetch_add(u32::from(attempt > 0), Ordering::Relaxed);
        let transaction = self.tries.heard(self.store.begin(attempt).await)?;
        Ok(Box::new(CountingTransaction { transaction, tries: Arc::clone(&self.tries) }))
    }
}

#[async_trait]
impl Unit for CountingTransaction {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        self.tries.heard(self.transaction.load(locks).await)
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.tries.heard(self.transaction.save(changes).await)
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        self.tries.heard(self.transaction.remember(answers).await)
    }
}

#[async_trait]
impl Transaction for CountingTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.tries.heard(self.transaction.commit().await)
    }

    async fn finish(self: Box<Self>, changes: &Changes) -> Result<Numbers, Unfinished> {
        let finished = self.transaction.finish(changes).await;
        if let Err(Unfinished { error, .. }) = &finished {
            let _ = self.tries.heard::<()>(Err(error.clone()));
        }
        finished
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.rollback().await
    }
}
