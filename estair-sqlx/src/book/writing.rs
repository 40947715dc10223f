//! Whether the database takes writes, for who asks whether the store is ready.
//!
//! A disk that is full and a database that has become read-only are read from as if nothing were: only a write tells. So a
//! write that came to such an end is remembered, and from then on a write that changes nothing is tried whenever somebody asks,
//! until one is taken. A store whose writes are taken is asked nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use estair_core::clock::Timestamp;
use estair_core::decision::{Answer, Remembered};
use estair_core::hash::Hash;
use estair_core::store::{StoreError, StoreErrorKind};

use super::{BookStore, save};
use crate::dialect::Dialect;
use crate::sql::Sql;

/// Whose answer it would be that is written on trial.
const SCOPE: &str = "readiness";

/// Characters that are written on trial: more than any page has room for, so that there must be room on the disk.
const ROOM: usize = 64 * 1024;

/// Has the last write been refused? Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Writing(Arc<AtomicBool>);

impl Writing {
    /// Notes what a write came to.
    pub(super) fn note<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome
            && matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::CommitUnknown)
        {
            self.0.store(true, Ordering::Relaxed);
        }
        outcome
    }
}

impl<D: Dialect> BookStore<D> {
    /// Tries a write, if the last one was refused.
    pub(super) async fn takes_writes(&self) -> Result<(), StoreError> {
        if self.writing.0.load(Ordering::Relaxed) {
            self.try_to_write().await?;
            self.writing.0.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Writes and takes back in one transaction, which is committed: some databases find no room before that.
    async fn try_to_write(&self) -> Result<(), StoreError> {
        let trial = Remembered {
            scope: SCOPE.to_owned(),
            key: "trial".to_owned(),
            fingerprint: Hash::GENESIS,
            answer: Answer::OfHost("-".repeat(ROOM).into()),
            at: Timestamp::UNIX_EPOCH,
        };
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        save::remember(&mut session, &[trial]).await?;
        session.execute(Sql::new("DELETE FROM estair_idempotency_keys WHERE scope = ?").bind(SCOPE)).await?;
        transaction.commit().await
    }
}
