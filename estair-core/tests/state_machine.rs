//! Sequences of events, played on the book over the memory store and on the model at once (F8 after every step).
//!
//! `ESTAIR_PROPTEST_CASES` and `ESTAIR_PROPTEST_STEPS` make it longer: 10,000 cases of 100 steps at night.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use estair_core::book::Groups;
use estair_core::memory::{FaultPlan, MemoryStore, Step};
use estair_core::policy::Policy;
use estair_core::store::StoreErrorKind;
use estair_core::testing::Stores;
use estair_core::testing::events::{Counters, Event, Game};
use estair_core::testing::strategies::events;
use estair_core::testing::world::{World, keys};
use std::sync::Mutex;

use proptest::test_runner::{Config, TestRunner};

/// Troubles after which a command must have its effect all the same, once.
const TROUBLES: [(Step, StoreErrorKind); 8] = [
    (Step::BeforeLoad, StoreErrorKind::Contention),
    (Step::AfterLoad, StoreErrorKind::Contention),
    (Step::BeforeSave, StoreErrorKind::Contention),
    (Step::AfterSave, StoreErrorKind::VersionConflict),
    (Step::AfterSave, StoreErrorKind::Duplicate),
    (Step::BeforeCommit, StoreErrorKind::Contention),
    (Step::BeforeCommit, StoreErrorKind::CommitUnknown),
    (Step::AfterCommit, StoreErrorKind::CommitUnknown),
];

fn number_from(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

async fn play(cancel_expired: bool, keyed: bool, grouped: bool, sequence: &[Event]) -> Counters {
    let store = MemoryStore::new();
    let policy = Policy::default().cancel_expired(cancel_expired).audit_keys(keyed.then(|| keys(&["one"])));
    let world = World::over(Stores::in_memory(&store), policy);
    let world = if grouped { world.in_groups(Groups::new(|work| drop(tokio::spawn(work)))) } else { world };
    let trouble = |which: u8| {
        let (step, kind) = TROUBLES[usize::from(which) % TROUBLES.len()];
        store.fail(FaultPlan::once(step, kind));
    };
    Game::new(&world, trouble).await.play(sequence).await
}

/// rules: F1 F2 F3 F4 F5 F6 F7 F8 C1 C2 C4 C5 R2 R4 R5 T1 T2 V2 W1 W3 W4 W6 X1 X2 X3 G2
#[test]
fn f8_the_book_and_the_model_agree_after_every_step() {
    let cases = number_from("ESTAIR_PROPTEST_CASES", 64);
    let steps = number_from("ESTAIR_PROPTEST_STEPS", 50) as usize;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let total = Mutex::new(Counters::default());
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() });
    let strategy = (proptest::bool::ANY, proptest::bool::ANY, proptest::bool::ANY, events(steps));
    let outcome = runner.run(&strategy, |(cancel_expired, keyed, grouped, sequence)| {
        let counters = runtime.block_on(play(cancel_expired, keyed, grouped, &sequence));
        total.lock().unwrap().add(&counters);
        Ok(())
    });
    let total = *total.lock().unwrap();
    println!("{}", total.line());
    outcome.unwrap();
    assert_eq!(total.never(), [] as [&str; 0], "a property that was not tried proves nothing");
}
