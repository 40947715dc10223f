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
    let list = include_str!("../src/testing/suite.rs");
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let cases: String = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let names = cases
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn ")?.split_once("(harness:"))
        .map(|(name, _)| name);
    let names: Vec<_> = names.collect();
    assert!(names.len() > 100, "nothing was read: {names:?}");
    let listed: BTreeSet<_> = list.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let missing: Vec<_> = names.into_iter().filter(|name| !listed.contains(name)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}
