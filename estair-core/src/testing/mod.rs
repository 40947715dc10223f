//! What every store must do, as cases that run against any of them; and what properties are made of.
//!
//! A store's crate writes a [`Harness`] that opens a fresh store, and instantiates every case as a test of its own:
//!
//! ```ignore
//! estair_core::conformance!(MyHarness, #[tokio::test]);
//! ```
//!
//! The cases are grouped by what they prove: [`transactions`], [`posting`], [`facts`], [`reading`], [`accounts`],
//! [`requests`], [`supports`], [`movements`], [`statements`], [`paging`], [`queues`], [`turns`], [`going_on`],
//! [`notifications`], [`subscriptions`], [`messaging`], [`message_events`], [`alerts`], [`auditing`], [`verifying`],
//! [`keying`], [`anchoring`], [`matching`], [`restoring`], [`racing`]. A case whose name begins with a rule's id proves
//! that rule. [`strategies`] generates values and sequences of [`events`]; [`model`] is a book written a second time, from
//! the formulas alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "only tests run this code: what fails here is a test"
)]

pub mod accounts;
pub mod alerts;
pub mod anchoring;
pub mod auditing;
mod clock;
pub mod events;
mod every_kind;
pub mod facts;
pub mod going_on;
pub mod keying;
pub mod matching;
pub mod message_events;
pub mod messaging;
#[cfg(feature = "mock")]
pub mod mock;
pub mod model;
pub mod movements;
pub mod notifications;
pub mod paging;
pub mod posting;
pub mod queues;
pub mod racing;
pub mod reading;
pub mod requests;
pub mod restoring;
pub mod statements;
pub mod strategies;
pub mod subscriptions;
mod suite;
pub mod supports;
pub mod transactions;
pub mod turns;
pub mod verifying;
pub mod world;

use crate::book::Groups;
use crate::memory::{MemoryMessager, MemoryStore};
use crate::messager::MessagerStore;
use crate::notification::{Notifications, PendingFacts, Subscriptions};
use crate::queue::Queue;
use crate::row::OutboxEntry;
use crate::store::{AuditReader, Reader, Store};
pub use clock::{ManualClock, SeededIds};

use std::sync::Arc;

use async_trait::async_trait;

/// A fresh, empty book with everything around it, and a fresh Messager.
#[derive(Clone)]
pub struct Stores {
    /// The book.
    pub store: Arc<dyn Store>,
    /// Its reads.
    pub reader: Arc<dyn Reader>,
    /// What verifying reads of it.
    pub audit: Arc<dyn AuditReader>,
    /// Its outbox.
    pub outbox: Arc<dyn Queue<OutboxEntry>>,
    /// Its facts whose notices are pending.
    pub pending: Arc<dyn PendingFacts>,
    /// Its notifications.
    pub notifications: Arc<dyn Notifications>,
    /// Devices and choices.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Messager's database.
    pub messager: Arc<dyn MessagerStore>,
}

/// Opens the store under test.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Stores that nobody has written to, at each call: a case may open several.
    async fn open(&self) -> Stores;

    /// The same stores once more, as another process opens them: from where they keep what they keep, not from the handles
    /// that are given here to say which. A store that keeps nothing fails the suite.
    async fn reopen(&self, stores: &Stores) -> Stores;

    /// How callers of its books share transactions, if they do.
    fn groups(&self) -> Option<Groups> {
        None
    }
}

/// The same stores, under books whose callers share transactions.
#[derive(Clone)]
pub struct Grouped<H>(pub H, pub Groups);

#[async_trait]
impl<H: Harness> Harness for Grouped<H> {
    async fn open(&self) -> Stores {
        self.0.open().await
    }

    async fn reopen(&self, stores: &Stores) -> Stores {
        self.0.reopen(stores).await
    }

    fn groups(&self) -> Option<Groups> {
        Some(self.1.clone())
    }
}

impl Stores {
    /// A memory store with a fresh Messager. Whoever keeps the store can make it fail.
    #[must_use]
    pub fn in_memory(store: &MemoryStore) -> Self {
        let book = Arc::new(store.clone());
        Self {
            store: book.clone(),
            reader: book.clone(),
            audit: book.clone(),
            outbox: book.clone(),
            pending: book.clone(),
            notifications: book.clone(),
            subscriptions: book,
            messager: Arc::new(MemoryMessager::new()),
        }
    }
}

/// The memory store under test.
#[derive(Clone, Copy, Debug)]
pub struct InMemory;

#[async_trait]
impl Harness for InMemory {
    async fn open(&self) -> Stores {
        Stores::in_memory(&MemoryStore::new())
    }

    /// Memory is where it is kept.
    async fn reopen(&self, stores: &Stores) -> Stores {
        stores.clone()
    }
}
