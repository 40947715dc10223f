//! A store, as every trait of the core that it is: what adapters are handed.

use std::sync::Arc;

use crate::notification::{Notifications, PendingFacts, Subscriptions};
use crate::queue::Queue;
use crate::row::OutboxEntry;
use crate::store::{AuditReader, Reader, Store};

/// A book's store, as every trait of the core that it is. Cheap to clone.
#[derive(Clone)]
pub struct Handles {
    /// What changes the book.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// What verifying reads of it.
    pub audit: Arc<dyn AuditReader>,
    /// Its outbox to Messager.
    pub outbox: Arc<dyn Queue<OutboxEntry>>,
    /// Its facts whose notices are pending.
    pub pending: Arc<dyn PendingFacts>,
    /// Its notifications.
    pub notifications: Arc<dyn Notifications>,
    /// Devices and choices of people.
    pub subscriptions: Arc<dyn Subscriptions>,
}

impl Handles {
    /// Of a store that is all of them: the one in memory, one on a database, or a host's own.
    #[must_use]
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: Store + Reader + AuditReader + Queue<OutboxEntry> + PendingFacts + Notifications + Subscriptions + 'static,
    {
        Self {
            store: store.clone(),
            reader: store.clone(),
            audit: store.clone(),
            outbox: store.clone(),
            pending: store.clone(),
            notifications: store.clone(),
            subscriptions: store,
        }
    }
}
