//! The memory store where it differs from others: faults on demand, turns without a runtime, a clock that is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use chrono::Duration;
use estair_core::account::{AccountDraft, LimitDraft};
use estair_core::actor::Actor;
use estair_core::book::{Book, Error, Submission};
use estair_core::category::Category;
use estair_core::clock::{Clock, IdSource};
use estair_core::command::{Command, FailedEntry};
use estair_core::decision::{Answer, LockSet};
use estair_core::memory::{Fault, FaultPlan, MemoryStore, Step};
use estair_core::movement::{Failure, MovementStatus, MovementType};
use estair_core::policy::Policy;
use estair_core::store::{Readiness, RequestFilter, RequestReader, Store, StoreErrorKind};
use estair_core::testing::strategies::{amount, draft};
use estair_core::testing::world::{
    ADMIN, FINANCE, SERVICE, World, cancellation_draft, client, credit_draft, message_of, morning, posting, units,
};
use estair_core::testing::{InMemory, Stores};
use estair_core::testing::{ManualClock, SeededIds};
use futures::FutureExt;
use proptest::prelude::*;
use std::future::Future;
use std::sync::Arc;

const STEPS: [Step; 7] = [
    Step::Begin,
    Step::BeforeLoad,
    Step::AfterLoad,
    Step::BeforeSave,
    Step::AfterSave,
    Step::BeforeCommit,
    Step::AfterCommit,
];

async fn count(store: &MemoryStore) -> usize {
    store.fail(FaultPlan::none());
    store.requests(&RequestFilter::default(), Default::default()).await.unwrap().items.len()
}

/// rule: W1
#[tokio::test]
async fn w1_a_step_that_fails_for_good_leaves_all_or_nothing() {
    for step in STEPS {
        let store = MemoryStore::new();
        let world = World::over(Stores::in_memory(&store), Policy::default());
        let account = world.account(1_000).await;
        store.fail(FaultPlan::once(step, StoreErrorKind::Other));
        let submission = Submission::new(client(account), Command::CreateRequest(credit_draft(10)));
        let reply = world.book.run(submission).await;
        assert!(matches!(reply, Err(Error::Store(error)) if error.kind() == StoreErrorKind::Other), "{step:?}");
        assert_eq!(count(&store).await, usize::from(step == Step::AfterCommit), "{step:?}");
    }
}

/// rules: W3 V2
#[tokio::test]
async fn w3_a_lost_answer_is_found_again_and_nothing_is_done_twice() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        for what in 0..5 {
            let store = MemoryStore::new();
            let world = World::over(Stores::in_memory(&store), Policy::default());
            let account = world.account(1_000).await;
            let credit = world.granted(account, 5).await;
            let rows =
                async || world.stores.audit.audit_counts().await.unwrap().into_iter().map(|(_, count)| count).sum();
            let limit = LimitDraft { limit: Some(units(9)), reason: Some("moins".into()), ..LimitDraft::default() };
            let (submission, more) = match what {
                0 => (Submission::new(client(account), Command::CreateRequest(credit_draft(10))), 3_u64),
                1 => {
                    let draft = AccountDraft { name: Some("Agence".into()), ..AccountDraft::default() };
                    (Submission::new(ADMIN, Command::CreateAccount(draft)), 2)
                }
                2 => (Submission::new(FINANCE, Command::SetLimit(account, limit)), 2),
                3 => {
                    let draft = posting(account, MovementType::Payment, units(7), "w");
                    (Submission::new(SERVICE, Command::Post(vec![draft])), 3)
                }
                _ => (Submission::new(ADMIN, Command::CreateRequest(cancellation_draft(credit.id, account))), 2),
            };
            let before: u64 = rows().await;
            let lost = Fault { step, time: 1, kind: StoreErrorKind::CommitUnknown };
            // The database restarts, and does not even begin a transaction for a while.
            let restarts =
                (1..=3).map(|time| Fault { step: Step::BeforeLoad, time: time + 1, kind: StoreErrorKind::Unavailable });
            store.fail(FaultPlan::script(std::iter::once(lost).chain(restarts).collect()));
            world.book.run(submission).await.expect("the answer is found");
            store.fail(FaultPlan::none());
            assert_eq!(rows().await, before + more, "{step:?} {what}");
            world.assert_healthy().await;
        }
    }
}

/// Everything that is done to an account, several times.
async fn use_the_book(world: &World, writer: i64) {
    let account = world.account(1_000_000).await;
    for round in 0..40 {
        let credit = world.granted(account, 1).await;
        world.post(posting(account, MovementType::Payment, units(1), &format!("{writer}-{round}"))).await;
        world.limit(account, 1_000_001 + round, "encore").await;
        let support = world.support(account, "sujet").await;
        world.comment(support, account, "bonjour").await;
        let load = world.cash(Category::Load, account, 1).await;
        let failure = Failure { error_type: "x".into(), message: "x".into(), trace: None };
        let failed = FailedEntry::Message(message_of(load.id, &load), failure);
        world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
        world.deliver(load.id).await;
        let cancellation = world.cancellation(credit.id, account).await;
        world.deliver(cancellation.id).await;
    }
}

/// The same book in a process whose every movement is of another day.
async fn roll_days(world: &World) {
    let clock = Arc::new(ManualClock::new(morning()));
    let book = Book::new(world.stores.store.clone(), clock.clone(), world.ids.clone(), Policy::default());
    let world = World { stores: world.stores.clone(), ids: world.ids.clone(), clock, book, groups: None };
    let account = world.account(0).await;
    for round in 0..300 {
        world.post(posting(account, MovementType::Payment, units(1), &format!("day-{round}"))).await;
        world.wait(Duration::hours(24));
    }
}

fn on_this_thread(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work);
}

/// Whatever the moment at which a book in use is verified, nothing is found.
///
/// rules: F8 V1 V2
#[test]
fn f8_nothing_is_found_while_threads_use_the_book() {
    let world = &World::over(Stores::in_memory(&MemoryStore::new()), Policy::default());
    std::thread::scope(|threads| {
        let mut writers: Vec<_> =
            (0..3).map(|writer| threads.spawn(move || on_this_thread(use_the_book(world, writer)))).collect();
        writers.push(threads.spawn(move || on_this_thread(roll_days(world))));
        threads.spawn(move || {
            on_this_thread(async move {
                while writers.iter().any(|writer| !writer.is_finished()) {
                    world.assert_healthy().await;
                }
                world.assert_healthy().await;
            });
        });
    });
}

/// rule: W2
#[tokio::test]
async fn w2_a_technical_failure_is_recorded_and_a_later_success_takes_its_row() {
    let store = MemoryStore::new();
    let world = World::over(Stores::in_memory(&store), Policy::default());
    let account = world.account(1_000).await;
    let credit = world.credit(account, 10).await;
    let message = Command::Receive(message_of(credit.id, &credit));
    store.fail(FaultPlan::once(Step::BeforeSave, StoreErrorKind::Corrupt));
    let submission = Submission::new(estair_core::actor::Actor::System, message.clone());
    assert!(world.book.run(submission).await.is_err());
    let locks = LockSet { movements: [credit.movement_name()].into(), ..LockSet::default() };
    let failed = world.snapshot(&locks).await.movements[&credit.movement_name()].row.clone();
    assert_eq!((failed.status, failed.attempts), (MovementStatus::Failed, 1));
    world.deliver(credit.id).await;
    assert_eq!(world.movement_of(credit.id).await.uuid, failed.uuid);
}

/// rule: W7
#[tokio::test]
async fn w7_one_bad_entry_does_not_sink_its_batch() {
    let store = MemoryStore::new();
    let world = World::over(Stores::in_memory(&store), Policy::default());
    let account = world.account(0).await;
    let post = |i: i64| {
        let draft = posting(account, MovementType::Payment, units(i), &format!("r{i}"));
        Submission::new(SERVICE, Command::Post(vec![draft]))
    };
    // The whole batch fails, then its first half, then that half's first entry; the rest gets through.
    let faults = (1..=3).map(|time| Fault { step: Step::AfterSave, time, kind: StoreErrorKind::Other });
    store.fail(FaultPlan::script(faults.collect()));
    let replies = world.book.run_all((1..=4).map(post).collect()).await;
    assert_eq!(replies.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true, true]);
    store.fail(FaultPlan::none());
    assert_eq!(world.account_row(account).await.indicators.balance.amount(), units(9));
}

#[tokio::test]
async fn a_transaction_is_of_no_use_after_an_error() {
    let store = MemoryStore::new();
    let mut transaction = store.begin(0).await.unwrap();
    store.fail(FaultPlan::once(Step::AfterLoad, StoreErrorKind::Contention));
    assert!(transaction.load(&LockSet::default()).await.is_err());
    assert_eq!(transaction.load(&LockSet::default()).await.unwrap_err().kind(), StoreErrorKind::Other);
    assert_eq!(transaction.commit().await.unwrap_err().kind(), StoreErrorKind::Other);
}

#[tokio::test]
async fn a_database_that_is_down_fails_reads_and_writes() {
    let store = MemoryStore::new();
    store.fail(FaultPlan::down());
    assert_eq!(store.ready().await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(store.begin(0).await.is_err());
    store.fail(FaultPlan::none());
    store.ready().await.unwrap();
}

#[tokio::test]
async fn writers_take_turns_and_who_gives_up_leaves_the_line() {
    let store = MemoryStore::new();
    let first = store.begin(0).await.unwrap();
    let mut second = Box::pin(store.begin(0));
    let mut third = Box::pin(store.begin(0));
    assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
    drop(first);
    drop(second);
    let third = third.now_or_never().expect("it is the third's turn").unwrap();
    assert!(store.begin(0).now_or_never().is_none());
    third.rollback().await.unwrap();
    assert!(store.begin(0).now_or_never().is_some());
}

#[tokio::test]
async fn many_tasks_are_woken_one_after_the_other() {
    let store = MemoryStore::new();
    let world = World::over(Stores::in_memory(&store), Policy::default());
    let account = world.account(1_000_000).await;
    let book = world.book.clone();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (book, actor) = (book.clone(), client(account));
            tokio::spawn(async move { book.run(Submission::new(actor, Command::CreateRequest(credit_draft(1)))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(store.due(morning() + Duration::days(1), false, 1_000).await.unwrap().len(), 200);
}

#[test]
fn the_clock_stands_still_until_it_is_moved() {
    let clock = ManualClock::new(morning());
    clock.advance(Duration::hours(-2));
    assert_eq!(clock.now(), morning() - Duration::hours(2));
    clock.set(morning() + Duration::nanoseconds(1_999));
    assert_eq!(clock.now(), morning() + Duration::microseconds(1), "cut to microseconds");
}

#[test]
fn seeded_ids_repeat_and_never_coincide() {
    let draw = |seed| {
        let ids = SeededIds::new(seed);
        (0..1_000).map(|_| ids.seed()).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    let all: std::collections::BTreeSet<_> = draw(1).into_iter().chain(draw(2)).collect();
    assert_eq!(all.len(), 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// rules: P1 P5 M1 M2: whatever is asked, there is an answer, and what was accepted is stored as it was answered.
    #[test]
    fn p5_any_draft_is_answered(asked in draft(estair_core::id::AccountId(1)), size in amount()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::open(&InMemory).await;
            let account = world.account(1_000).await;
            let mut other = asked.clone();
            other.amount = Some(size);
            for draft in [asked, other] {
                for actor in [client(account), estair_core::testing::world::OPERATION] {
                    let reply = world.book.run(Submission::new(actor, Command::CreateRequest(draft.clone()))).await;
                    if let Ok(reply) = reply {
                        let Answer::Request(row) = reply.answer else { panic!("no request") };
                        assert_eq!(world.request(row.id).await, row);
                        assert!(row.amount.is_positive() && Some(row.amount.amount()) == draft.amount);
                    }
                }
            }
        });
    }
}
