//! The reference store: the whole contract of [`store`](crate::store), [`queue`](crate::queue),
//! [`notification`](crate::notification) and [`messager`](crate::messager), in memory.
//!
//! It is a test double for hosts and the first store that passes the conformance suite. Guarantees: writers take turns,
//! in the order in which they asked, so that what a transaction has loaded stays as it was (one lock in place of a lock
//! for each account); readers see what is committed, and nothing else; a transaction that is dropped leaves no trace.
//! There is no runtime: a writer that has to wait is woken by the one before it. [`FaultPlan`] makes any step fail.

mod audit;
mod fault;
mod jobs;
mod load;
mod messager;
mod notifications;
mod read;
mod report;
mod save;
mod session;
mod tables;
mod turn;

use crate::row::OutboxEntry;
use crate::store::{Store, StoreError, Transaction};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

pub use fault::{Fault, FaultPlan, Step};
pub use messager::MemoryMessager;

use jobs::JobTable;
use notifications::{NotificationTable, People};
use session::Session;
use tables::Tables;
use turn::Turn;

/// A book in memory: [`Store`], [`Reader`](crate::store::Reader), the outbox's [`Queue`](crate::queue::Queue),
/// [`Outgoing`](crate::notification::Notifications) and [`Subscriptions`](crate::notification::Subscriptions). Clones share the book.
///
/// A transaction that is begun and kept holds every other writer back: a task must not begin a second one meanwhile.
#[derive(Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    turn: Arc<Turn>,
    state: Mutex<State>,
    faults: Mutex<FaultPlan>,
}

/// What is committed.
#[derive(Default)]
struct State {
    tables: Tables,
    /// Facts by their number among the events.
    events: Vec<crate::id::FactId>,
    outbox: JobTable<OutboxEntry>,
    notifications: NotificationTable,
    people: People,
    /// When the whole book was last verified, and what was found.
    verified: Option<crate::store::LastVerification>,
}

impl MemoryStore {
    /// An empty book.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, steps fail as the plan says; [`FaultPlan::none`] ends it.
    pub fn fail(&self, plan: FaultPlan) {
        *locked(&self.shared.faults) = plan;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.shared.state)
    }

    /// Fails if the plan says that this step does.
    fn reach(&self, step: Step) -> Result<(), StoreError> {
        locked(&self.shared.faults).reach(step)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self, _attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        self.reach(Step::Begin)?;
        let turn = Turn::take(&self.shared.turn).await;
        Ok(Box::new(Session::new(self.clone(), turn)))
    }
}

/// Locks a mutex. A thread that panicked with it left whole values behind: every change below is made under one lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
