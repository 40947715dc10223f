//! Where a service's Messager is.

use std::sync::Arc;

use estair_core::background::LocalTransport;
use estair_core::messager::{Messager, MessagerStore, Transport};
use estair_core::queue::Schedule;
use estair_core::{Book, background::DeliverMessages};

/// Messager, as a service has it.
#[derive(Clone)]
pub(super) enum Carrier {
    /// In this process.
    Here(Here),
    /// Behind HTTP, say.
    Elsewhere(Arc<dyn Messager>),
}

/// A Messager in this process.
#[derive(Clone)]
pub(super) struct Here {
    pub(super) store: Arc<dyn MessagerStore>,
    pub(super) schedule: Schedule,
    /// The way to the webhook; into the book itself where there is none.
    pub(super) transport: Option<Arc<dyn Transport>>,
}

impl Here {
    pub(super) fn deliveries(&self, book: &Book) -> DeliverMessages {
        let into_the_book = || -> Arc<dyn Transport> { Arc::new(LocalTransport { book: book.clone() }) };
        DeliverMessages {
            store: Arc::clone(&self.store),
            transport: self.transport.clone().unwrap_or_else(into_the_book),
            schedule: self.schedule.clone(),
        }
    }
}
