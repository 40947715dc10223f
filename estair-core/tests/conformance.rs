//! The conformance suite on the memory store, and the fences around the suite itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use estair_core::testing::InMemory;
use std::collections::BTreeSet;

mod alone {
    use super::*;

    estair_core::conformance!(InMemory, #[tokio::test]);
}

mod in_groups {
    use super::*;
    use estair_core::book::Groups;
    use estair_core::testing::Grouped;

    estair_core::conformance!(Grouped(InMemory, Groups::new(|work| drop(tokio::spawn(work)))), #[tokio::test]);
}

/// A case that is written and not listed would never run anywhere.
#[test]
fn every_case_is_listed() {
    let list = include_str!("../src/testing/mod.rs");
    let cases = [
        include_str!("../src/testing/transactions.rs"),
        include_str!("../src/testing/posting.rs"),
        include_str!("../src/testing/facts.rs"),
        include_str!("../src/testing/paging.rs"),
        include_str!("../src/testing/reading.rs"),
        include_str!("../src/testing/statements.rs"),
        include_str!("../src/testing/queues.rs"),
        include_str!("../src/testing/turns.rs"),
        include_str!("../src/testing/notifications.rs"),
        include_str!("../src/testing/messaging.rs"),
        include_str!("../src/testing/alerts.rs"),
        include_str!("../src/testing/auditing.rs"),
        include_str!("../src/testing/verifying.rs"),
        include_str!("../src/testing/keying.rs"),
        include_str!("../src/testing/anchoring.rs"),
        include_str!("../src/testing/matching.rs"),
        include_str!("../src/testing/racing.rs"),
    ]
    .concat();
    let names = cases.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next());
    let listed: BTreeSet<_> = list.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let missing: Vec<_> = names.filter(|name| !listed.contains(name)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}
