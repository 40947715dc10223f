//! Callers who share transactions (W7): each hears of its own commands alone, whoever else is there and whoever gives up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::book::{Error, Reply, Submission, Subscriber};
use estair_core::command::Command;
use estair_core::decision::{Answer, IdempotencyKey};
use estair_core::fact::{Fact, FactKind};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, RequestId};
use estair_core::memory::{FaultPlan, Step};
use estair_core::movement::MovementType;
use estair_core::request::Sent;
use estair_core::store::{StoreError, StoreErrorKind};
use estair_core::testing::world::{SERVICE, client, credit_draft, posting, units};

use house::{Call, House, Replies};

fn payment(account: AccountId, reference: &str) -> Submission {
    Submission::new(SERVICE, Command::Post(vec![posting(account, MovementType::Payment, units(1), reference)]))
}

fn poll(call: &mut Call) -> Poll<Replies> {
    call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn number_of(reply: &Result<Reply, Error>) -> u64 {
    let Ok(Reply { answer: Answer::Posted(answers), .. }) = reply else { panic!("{reply:?}") };
    answers[0].id.known().unwrap().0
}

// rule: W7
#[test]
fn w7_callers_who_wait_together_share_a_transaction() {
    let house = House::new(|groups| groups);
    let accounts = [house.account(0), house.account(0)];
    house.begun();
    let one = house.run(house.post(accounts[0], "alone"));
    assert!(one[0].is_ok());
    assert_eq!(house.begun(), 1, "who comes alone takes what it always took");

    let calls = (0..64).map(|number| house.post(accounts[number % 2], &format!("P{number}"))).collect();
    let replies = house.run_all(calls);
    assert_eq!(house.begun(), 1, "64 callers, one transaction");
    let numbers: Vec<_> = replies.iter().map(|replies| number_of(&replies[0])).collect();
    assert!(numbers.is_sorted(), "in the order in which they came");
    assert_eq!(accounts.map(|account| house.version(account)), [33, 32]);
    house.run(house.world.assert_healthy());
}

// rule: W7
#[test]
fn w7_a_refusal_concerns_its_own_caller() {
    let house = House::new(|groups| groups);
    let (account, other) = (house.account(100), house.account(0));
    let ask = |amount| Submission::new(client(account), Command::CreateRequest(credit_draft(amount)));
    let calls = vec![
        house.post(other, "before"),
        house.call(vec![ask(60), payment(AccountId(99), "nowhere"), ask(70)]),
        house.post(other, "after"),
    ];
    house.begun();
    let replies = house.run_all(calls);
    assert_eq!(house.begun(), 1);
    assert!(replies[0][0].is_ok() && replies[2][0].is_ok());
    assert!(matches!(&replies[1][1], Err(Error::Refused(refusal)) if refusal.code() == "not_found"), "{replies:?}");
    assert!(replies[1][0].is_ok() && replies[1][2].is_ok());
}

/// A name that is taken sinks the group at first; then all but the one that took it are written.
///
/// rule: W7
#[test]
fn w7_a_technical_error_concerns_its_own_caller() {
    let house = House::new(|groups| groups);
    let (good, bad) = (house.account(0), house.account(0));
    // Whatever is saved together with what is on the bad account fails: once for each part that holds it.
    let reached = Arc::new(AtomicU32::new(0));
    let at_save = Arc::clone(&reached);
    house.store.fail(FaultPlan::by(move |step| {
        // The first group of 8, then the half, the quarter and the one that holds the third call.
        let fails = step == Step::BeforeSave && [0, 1, 3, 4].contains(&at_save.fetch_add(1, Ordering::Relaxed));
        fails.then_some(StoreErrorKind::Other)
    }));
    let calls = (0..8).map(|number| house.post(if number == 2 { bad } else { good }, &format!("P{number}"))).collect();
    let replies = house.run_all(calls);
    house.store.fail(FaultPlan::none());
    let failed: Vec<_> = (0..8).filter(|place| replies[*place][0].is_err()).collect();
    assert_eq!(failed, [2], "{replies:?}");
    assert_eq!((house.version(good), house.version(bad)), (7, 0));
    house.run(house.world.assert_healthy());
}

/// A commit in doubt is asked about before anything of the group is run again.
///
/// rule: W3
#[test]
fn w3_a_group_in_doubt_is_not_parted() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let house = House::new(|groups| groups);
        let account = house.account(0);
        house.begun();
        house.store.fail(FaultPlan::once(step, StoreErrorKind::CommitUnknown));
        let replies = house.run_all((0..10).map(|number| house.post(account, &format!("P{number}"))).collect());
        house.store.fail(FaultPlan::none());
        assert_eq!(house.begun(), 2, "{step:?}: once, and once to look");
        assert!(replies.iter().all(|replies| replies[0].is_ok()), "{step:?}");
        assert_eq!(house.version(account), 10, "{step:?}");
        house.run(house.world.assert_healthy());
    }
    // As long as it cannot be known, nobody is told that nothing happened.
    let house = House::new(|groups| groups);
    let account = house.account(0);
    let mut committed = false;
    house.store.fail(FaultPlan::by(move |step| match step {
        Step::AfterCommit => {
            committed = true;
            Some(StoreErrorKind::CommitUnknown)
        }
        Step::Begin if committed => Some(StoreErrorKind::Unavailable),
        _ => None,
    }));
    let replies = house.run_all((0..10).map(|number| house.post(account, &format!("P{number}"))).collect());
    house.store.fail(FaultPlan::none());
    let unknown = |replies: &Replies| matches!(&replies[0], Err(Error::Store(error)) if error.kind() == StoreErrorKind::CommitUnknown);
    assert!(replies.iter().all(unknown), "{replies:?}");
    assert_eq!(house.version(account), 10);
}

/// A caller is dropped after any number of polls: its effect is whole or absent, and the others have theirs.
///
/// rule: W1, W7
#[test]
fn w1_a_caller_that_gives_up_leaves_the_others_what_they_are() {
    for leaver in 0..3 {
        for moment in 0..24 {
            let house = House::new(|groups| groups);
            let account = house.account(0);
            let mut calls: Vec<_> = (0..3).map(|number| house.post(account, &format!("P{number}"))).collect();
            for call in &mut calls {
                assert!(poll(call).is_pending());
            }
            for _ in 0..moment {
                house.tasks.poll();
            }
            drop(calls.remove(leaver));
            let replies = house.run_all(calls);
            assert!(replies.iter().all(|replies| replies[0].is_ok()), "{leaver} after {moment}: {replies:?}");
            let version = house.version(account);
            assert!(version == 3 || version == 2, "{leaver} after {moment}: {version}");
            house.run(house.world.assert_healthy());
            let again = house.run(house.post(account, &format!("P{leaver}")));
            assert!(again[0].is_ok());
            assert_eq!(house.version(account), 3, "asked again, it is there once");
        }
    }
}

#[test]
fn work_that_the_host_drops_is_told_and_the_lane_goes_on() {
    for moment in 0..12 {
        let house = House::new(|groups| groups);
        let account = house.account(0);
        let mut calls = [house.post(account, "A"), house.post(account, "B")];
        for call in &mut calls {
            assert!(poll(call).is_pending());
        }
        for _ in 0..moment {
            house.tasks.poll();
        }
        house.tasks.drop_all();
        for call in &mut calls {
            let Poll::Ready(replies) = poll(call) else { panic!("nobody tells") };
            assert!(matches!(&replies[0], Ok(_) | Err(Error::Store(_))));
        }
        let after = house.run_all(vec![house.post(account, "A"), house.post(account, "B")]);
        assert!(after.iter().all(|replies| replies[0].is_ok()), "after {moment}");
        assert_eq!(house.version(account), 2);
        house.run(house.world.assert_healthy());
    }
}

#[test]
fn a_lane_that_is_full_says_so_and_is_free_again() {
    let house = House::new(|groups| groups.waiting(3));
    let account = house.account(0);
    let mut waiting: Vec<_> = (0..3).map(|number| house.post(account, &format!("P{number}"))).collect();
    for call in &mut waiting {
        assert!(poll(call).is_pending());
    }
    let mut fourth = house.post(account, "P3");
    let Poll::Ready(replies) = poll(&mut fourth) else { panic!("it waits beyond the bound") };
    let full = |error: &StoreError| error.kind() == StoreErrorKind::Unavailable;
    assert!(matches!(&replies[0], Err(Error::Store(error)) if full(error)), "{replies:?}");
    // Who gives up makes room once its turn has come.
    waiting.truncate(2);
    assert_eq!(house.run_all(waiting).len(), 2);
    assert!(house.run(house.post(account, "P3"))[0].is_ok());
    assert_eq!(house.version(account), 3);
    // A batch that is larger than the bound is a group of its own, when nobody else waits.
    let batch = house.call((0..9).map(|number| payment(account, &format!("B{number}"))).collect());
    assert!(house.run(batch).iter().all(Result::is_ok));
}

#[test]
fn a_group_has_a_bound() {
    let house = House::new(|groups| groups.largest(4));
    let account = house.account(0);
    house.begun();
    house.run_all((0..10).map(|number| house.post(account, &format!("P{number}"))).collect());
    assert_eq!(house.begun(), 3, "4, 4 and 2");
    assert_eq!(house.version(account), 10);
}

/// Notes that a request's message is on its way.
fn note(request: RequestId) -> Submission {
    let sent = Sent { request, execution: 1, message_uuid: uuid::Uuid::from_u128(u128::from(request.0)) };
    Submission::new(Actor::System, Command::MarkSent(sent))
}

/// A call whose group is under way.
fn under_way(house: &House, account: AccountId) -> Call {
    let mut call = house.post(account, "first");
    assert!(poll(&mut call).is_pending());
    for _ in 0..2 {
        house.tasks.poll();
    }
    call
}

/// What was accepted is carried on in a group of its own, before what is new; while that comes, what is new takes smaller groups.
#[test]
fn what_carries_on_goes_before_what_is_new() {
    let house = House::new(|groups| groups);
    let account = house.account(1_000);
    let request = house.run(house.world.credit(account, 10)).id;
    house.begun();
    let first = under_way(&house, account);
    let mut new: Vec<_> = (0..10).map(|number| house.post(account, &format!("P{number}"))).collect();
    let mut carried = house.call(vec![note(request)]);
    for call in new.iter_mut().chain([&mut carried]) {
        assert!(poll(call).is_pending());
    }
    assert!(house.run(carried)[0].is_ok());
    assert!(new.iter_mut().all(|call| poll(call).is_pending()), "they came before it");
    assert!(house.run(first)[0].is_ok());
    assert!(house.run_all(new).iter().all(|replies| replies[0].is_ok()));
    assert_eq!(house.begun(), 7, "the first, the one that goes on, four of one, and what is left");
    house.run(house.world.assert_healthy());
}

/// Where both wait they take turns: neither waits for all of the other.
#[test]
fn what_is_new_has_its_turn() {
    let house = House::new(|groups| groups.largest(2));
    let account = house.account(1_000);
    let requests: Vec<_> = (0..6).map(|_| house.run(house.world.credit(account, 10)).id).collect();
    let first = under_way(&house, account);
    let mut new = house.post(account, "new");
    let mut carried: Vec<_> = requests.into_iter().map(|request| house.call(vec![note(request)])).collect();
    for call in carried.iter_mut().chain([&mut new]) {
        assert!(poll(call).is_pending());
    }
    assert!(house.run(new)[0].is_ok());
    let waits = carried.iter_mut().filter_map(|call| poll(call).is_pending().then_some(()));
    assert_eq!(waits.count(), 4, "one group of two went before it");
    house.run(first);
}

/// Those whose turn it is may all have given up: what carries on does not wait for somebody to come.
#[test]
fn who_gave_up_holds_up_nobody() {
    let house = House::new(|groups| groups.largest(1));
    let account = house.account(1_000);
    let requests = [0, 1].map(|_| house.run(house.world.credit(account, 10)).id);
    let first = under_way(&house, account);
    let mut new = house.post(account, "new");
    let mut carried = requests.map(|request| house.call(vec![note(request)]));
    for call in carried.iter_mut().chain([&mut new]) {
        assert!(poll(call).is_pending());
    }
    drop(new);
    assert!(house.run_all(carried.into()).iter().all(|replies| replies[0].is_ok()));
    house.run(first);
}

/// rule: W3
#[test]
fn w3_the_same_key_in_one_lane_is_one_request() {
    let house = House::new(|groups| groups);
    let account = house.account(1_000);
    let key = IdempotencyKey::new("K", Hash::of("body"));
    let submission =
        Submission { key: Some(key), ..Submission::new(client(account), Command::CreateRequest(credit_draft(10))) };
    let replies = house.run_all((0..8).map(|_| house.call(vec![submission.clone()])).collect());
    let replies: Vec<_> = replies.into_iter().map(|mut replies| replies.remove(0).unwrap()).collect();
    assert_eq!(replies.iter().filter(|reply| !reply.replayed).count(), 1);
    assert!(replies.iter().all(|reply| reply.answer == replies[0].answer));
    house.run(house.world.assert_healthy());
}

/// Accounts of different lanes do not wait for each other.
#[test]
fn lanes_go_side_by_side() {
    let house = House::new(|groups| groups.lanes(2));
    let accounts = [house.account(0), house.account(0)];
    let mut calls: Vec<_> = accounts.iter().map(|account| house.post(*account, &format!("P{account}"))).collect();
    for call in &mut calls {
        assert!(poll(call).is_pending());
    }
    assert_eq!(house.tasks.0.lock().unwrap().len(), 2);
    house.run_all(calls);
    assert_eq!(accounts.map(|account| house.version(account)), [1, 1]);
}

/// Somebody who cannot bear a fact.
struct Touchy;

impl Subscriber for Touchy {
    fn on_fact(&self, fact: &Fact) {
        assert!(fact.kind != FactKind::LimitChanged, "a fault of the host");
    }
}

#[test]
fn a_fault_of_the_program_ends_its_group_and_not_the_lane() {
    let house = House::heard_by(|groups| groups, Some(Arc::new(Touchy)));
    let account = house.account(0);
    let draft = estair_core::account::LimitDraft {
        limit: Some(units(5)),
        reason: Some("essai".to_owned()),
        ..Default::default()
    };
    let limit = Submission::new(estair_core::testing::world::ADMIN, Command::SetLimit(account, draft));
    let replies = house.run(house.call(vec![limit]));
    assert!(matches!(&replies[0], Err(Error::Store(_))), "{replies:?}");
    assert!(house.run(house.post(account, "after"))[0].is_ok());
}

/// A book and its clones share their transactions, and the same subscribers.
#[test]
fn who_shares_transactions_hears_of_the_same_facts() {
    struct Heard(AtomicU32);
    impl Subscriber for Heard {
        fn on_fact(&self, _: &Fact) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let house = House::new(|groups| groups);
    let account = house.account(0);
    let heard = Arc::new(Heard(AtomicU32::new(0)));
    let with: Book = house.world.book.clone().with_subscriber(heard.clone());
    let without = house.world.book.clone();
    let calls = [(with, "A"), (without, "B")].map(|(book, reference)| {
        let post = payment(account, reference);
        async move { book.run_all(vec![post]).await }
    });
    house.run(futures::future::join_all(calls));
    assert_eq!(heard.0.load(Ordering::Relaxed), 1, "of its own, and not of what others of another book did");
}
