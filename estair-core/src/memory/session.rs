//! A transaction of the memory store.

use crate::decision::{Changes, LockSet, Remembered, Snapshot};
use crate::memory::jobs::NewJob;
use crate::memory::tables::{NewEntry, Tables, View};
use crate::memory::turn::Writer;
use crate::memory::{MemoryStore, Step, load, save};
use crate::row::Numbers;
use crate::store::{StoreError, StoreErrorKind, Transaction, Unit};
use async_trait::async_trait;

/// What was written so far, and the turn to write. Dropped without a commit, nothing of it remains.
pub(super) struct Session {
    store: MemoryStore,
    written: Tables,
    broken: bool,
    _turn: Writer,
}

impl Session {
    pub(super) fn new(store: MemoryStore, turn: Writer) -> Self {
        Self { store, written: Tables::default(), broken: false, _turn: turn }
    }

    /// Refuses to go on after an error, and notes the next one.
    fn guarded<R>(&mut self, step: impl FnOnce(&mut Self) -> Result<R, StoreError>) -> Result<R, StoreError> {
        if self.broken {
            return Err(StoreError::new(StoreErrorKind::Other, "the transaction is used after an error"));
        }
        let result = step(self);
        self.broken = result.is_err();
        result
    }

    fn load_now(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        self.store.reach(Step::BeforeLoad)?;
        let snapshot = load::load(View { committed: &self.store.state().tables, written: &self.written }, locks);
        self.store.reach(Step::AfterLoad)?;
        Ok(snapshot)
    }

    fn save_now(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.store.reach(Step::BeforeSave)?;
        let state = self.store.state();
        let mut writing = save::Writing { committed: &state.tables, written: &mut self.written };
        let numbers = save::save(&mut writing, changes)?;
        drop(state);
        self.store.reach(Step::AfterSave)?;
        Ok(numbers)
    }

    fn commit_now(&mut self) -> Result<(), StoreError> {
        self.store.reach(Step::BeforeCommit)?;
        let mut written = std::mem::take(&mut self.written);
        let entries = std::mem::take(&mut written.outbox);
        let mut state = self.store.state();
        state.tables.absorb(written);
        for NewEntry { account, entry, at } in entries {
            state.outbox.insert(NewJob { order_key: Some(account.to_string()), ..NewJob::new(entry, at) });
        }
        drop(state);
        self.store.reach(Step::AfterCommit)
    }
}

#[async_trait]
impl Unit for Session {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        self.guarded(|session| session.load_now(locks))
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.guarded(|session| session.save_now(changes))
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        self.guarded(|session| {
            let state = session.store.state();
            let mut writing = save::Writing { committed: &state.tables, written: &mut session.written };
            save::remember(&mut writing, answers)
        })
    }
}

#[async_trait]
impl Transaction for Session {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.guarded(Self::commit_now)
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
