//! The conformance suite on the memory store, and the fences around the suite itself.

use std::sync::Arc;

use async_trait::async_trait;
use estair_core::memory::{MemoryMessager, MemoryStore};
use estair_core::testing::{Harness, Stores};

struct Memory;

#[async_trait]
impl Harness for Memory {
    async fn open(&self) -> Stores {
        let book = Arc::new(MemoryStore::new());
        Stores {
            store: book.clone(),
            reader: book.clone(),
            outbox: book.clone(),
            outgoing: book.clone(),
            subscriptions: book,
            messager: Arc::new(MemoryMessager::new()),
        }
    }
}

estair_core::conformance!(Memory, #[tokio::test]);

/// A case that is written and not listed would never run anywhere.
#[test]
fn every_case_is_listed() {
    let list = include_str!("../src/testing/mod.rs");
    let cases = [
        include_str!("../src/testing/transactions.rs"),
        include_str!("../src/testing/posting.rs"),
        include_str!("../src/testing/reading.rs"),
        include_str!("../src/testing/queues.rs"),
        include_str!("../src/testing/telling.rs"),
        include_str!("../src/testing/messaging.rs"),
        include_str!("../src/testing/racing.rs"),
    ]
    .concat();
    let names = cases.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next());
    let missing: Vec<_> = names.filter(|name| !list.contains(&format!(" {name},"))).collect();
    assert_eq!(missing, [] as [&str; 0]);
}
