//! How credits die (X, R4).

use crate::world::*;
use estair_core::category::{Category, Status};
use estair_core::clock::CutOff;
use estair_core::command::Command;
use estair_core::decision::BusinessOutcome;
use estair_core::fact::FactKind;
use estair_core::notice::Notice;
use estair_core::request::RequestDraft;

const EVENING: &str = "2025-10-21T18:00:00Z";

// rule: R4
#[test]
fn r4_a_credit_expires_at_the_days_cutoff_and_nobody_chooses_another_time() {
    let (mut world, account) = World::with_account("1000");
    let given = |text: &str| RequestDraft { expiry_date: Some(at(text)), ..draft(Category::DailyCredit, account, "5") };
    let id = world.create(client(account), given("2025-10-21 18:00")).unwrap();
    assert_eq!(world.request(id).expiry_date, Some(at(EVENING)));
    assert_eq!(code(world.create(client(account), given("2025-10-21T18:00:01Z"))), "invalid_expiry");
    assert_eq!(code(world.create(client(account), given("2025-10-22T18:00:00Z"))), "invalid_expiry");
    let load = RequestDraft { category: Some(Category::Load), ..given(EVENING) };
    assert_eq!(code(world.create(OPERATION, load)), "invalid_value");
}

// rule: R4
#[test]
fn r4_at_or_after_the_cutoff_nothing_is_created() {
    let (mut world, account) = World::with_account("1000");
    let requests = world.snapshot.requests.len();
    for (now, created) in [
        ("2025-10-21T17:59:59.999999Z", true),
        (EVENING, false),
        ("2025-10-21T23:59:59Z", false),
        ("2025-10-22T00:00:00Z", true),
    ] {
        world.now = at(now);
        let got = world.create(client(account), draft(Category::DailyCredit, account, "5"));
        assert_eq!(got.is_ok(), created, "{now}");
        if !created {
            assert_eq!(code(got), "credit_cutoff_passed");
        }
    }
    assert_eq!(world.snapshot.requests.len(), requests + 2);
}

// rule: R4
#[test]
fn r4_the_cutoff_is_configurable_up_to_the_end_of_the_day() {
    let (mut world, account) = World::with_account("1000");
    world.policy.cutoff = "24:00".parse().unwrap();
    world.now = at("2025-10-21T23:59:59Z");
    let id = world.ask_credit(account, "5");
    assert_eq!(world.request(id).expiry_date, Some(at("2025-10-22T00:00:00Z")));
    for text in ["24:01", "25:00", "8:00", "18h00", "18:60", "", "+1:00"] {
        assert!(text.parse::<CutOff>().is_err(), "{text:?}");
    }
}

// rule: X1
#[test]
fn x1_whatever_is_not_final_dies_at_its_expiry_and_client_and_finance_are_told() {
    for status in [Status::Open, Status::ToTreat, Status::Processing, Status::Waiting] {
        let (mut world, account) = World::with_account("1000");
        let id = world.ask_credit(account, "5");
        world.snapshot.requests.get_mut(&id).unwrap().status = status;
        world.now = at("2025-10-21T17:59:59Z");
        world.expire(id);
        assert_eq!(world.status(id), status, "not before its time");
        world.now = at(EVENING);
        let mark = world.facts.len();
        world.expire(id);
        assert_eq!(world.status(id), Status::Cancelled);
        assert_eq!(world.notices_since(mark), [Notice::CreditExpired]);
        let fact = world.facts.last().unwrap();
        assert_eq!((fact.data["from"].as_str(), fact.data["reason"].as_str()), (Some(status.name()), Some("expired")));
    }
}

// rule: X1
#[test]
fn x1_what_never_expires_and_what_is_final_is_left_alone() {
    let (mut world, account) = World::with_account("1000");
    let load = world.ask(Category::Load, account, "5");
    let credit = world.granted(account, "5");
    let facts = world.facts.len();
    world.now = at("2026-10-21T18:00:00Z");
    world.expire(load);
    world.expire(credit);
    assert_eq!((world.status(load), world.status(credit)), (Status::Open, Status::Closed));
    assert_eq!(world.facts.len(), facts);
}

// rule: X2
#[test]
fn x2_a_dead_credit_is_not_passed_however_late_the_scheduler() {
    let (mut world, account) = World::with_account("10");
    let credit = world.ask_credit(account, "50");
    world.set_limit(account, "1000");
    world.now = at(EVENING);
    assert_eq!(code(world.go(FINANCE, credit, Status::ToTreat)), "credit_expired");
    assert_eq!(world.status(credit), Status::Waiting);
}

// rule: X2
#[test]
fn x2_a_late_webhook_cancels_by_itself_and_the_scheduler_finds_nothing_to_do() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "50");
    world.mark_sent(credit);
    world.now = at(EVENING);
    let mark = world.facts.len();
    assert_eq!(outcome(&world.deliver(credit)), (BusinessOutcome::Expired, None));
    assert_eq!(world.status(credit), Status::Cancelled);
    assert_eq!(world.notices_since(mark), [Notice::CreditExpired]);
    world.expire(credit);
    assert_eq!(outcome(&world.deliver(credit)), (BusinessOutcome::Expired, None), "the same message, the same answer");
    assert_eq!(world.facts.len(), mark + 1, "it was cancelled once");
}

// rule: X2, X4
#[test]
fn x2_a_webhook_after_the_scheduler_gets_the_same_answer() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "50");
    world.now = at(EVENING);
    world.expire(credit);
    let mark = world.facts.len();
    assert_eq!(outcome(&world.deliver(credit)), (BusinessOutcome::Expired, None));
    assert_eq!(world.facts.len(), mark);
    assert!(world.snapshot.movements.is_empty());
}

// rule: X3, F5
#[test]
fn x3_a_granted_credit_is_kept_by_default() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "50");
    world.now = at("2025-10-30T10:00:00Z");
    world.expire(credit);
    assert_eq!(world.account(account).indicators.active_credit.to_string(), "50");
    assert_eq!(world.snapshot.requests.len(), 1);
}

// rule: X3
#[test]
fn x3_by_the_other_policy_the_system_cancels_it_and_tells_just_that() {
    let (mut world, account) = World::with_account("1000");
    world.policy.cancel_expired = true;
    let credit = world.granted(account, "50");
    world.now = at(EVENING);
    let mark = world.facts.len();
    world.expire(credit);
    let (id, row) = world.snapshot.requests.iter().find(|(_, row)| row.parent == Some(credit)).unwrap();
    let id = *id;
    assert_eq!((row.status, row.amount, row.created_by), (Status::ToTreat, world.request(credit).amount, None));
    assert_eq!(world.outbox.last().unwrap().request_uuid, row.uuid);
    world.mark_sent(id);
    world.written(id);
    assert_eq!(world.status(id), Status::Closed);
    assert_eq!(world.account(account).indicators.active_credit.to_string(), "0");
    assert_eq!(world.notices_since(mark), [Notice::CreditExpired], "and no other message");
    let moves: Vec<_> = world.facts[mark..].iter().map(|fact| fact.kind).collect();
    assert!(moves.contains(&FactKind::MovementWritten));
}

// rule: X3, R2
#[test]
fn x3_the_system_releases_a_cancellation_that_is_held() {
    for cancel_expired in [false, true] {
        let (mut world, account) = World::with_account("1000");
        world.policy.cancel_expired = cancel_expired;
        let credit = world.granted(account, "50");
        let held = world.cancellation(credit, true).unwrap();
        world.expire(held);
        assert_eq!(world.status(held), Status::Waiting, "its credit has not expired yet");
        world.now = at(EVENING);
        let mark = world.facts.len();
        for _ in 0..2 {
            world.expire(credit);
            world.expire(held);
        }
        if !cancel_expired {
            assert_eq!((world.status(held), world.facts.len()), (Status::Waiting, mark));
            continue;
        }
        assert_eq!((world.status(held), world.request(held).execution), (Status::Processing, 1));
        world.mark_sent(held);
        world.written(held);
        assert_eq!(world.status(held), Status::Closed);
        assert_eq!(world.account(account).indicators.active_credit.to_string(), "0");
        assert_eq!(world.notices_since(mark), [Notice::CreditExpired], "and no other message");
    }
}

// rule: X4
#[test]
fn x4_late_doubled_or_restarted_each_expiry_happens_once() {
    let (mut world, account) = World::with_account("1000");
    world.policy.cancel_expired = true;
    let waiting = world.ask_credit(account, "1000");
    let granted = world.granted(account, "50");
    world.now = at("2025-10-23T03:00:00Z");
    for _ in 0..3 {
        world.expire(waiting);
        world.expire(granted);
    }
    let cancellations = || world.snapshot.requests.values().filter(|row| row.parent == Some(granted)).count();
    assert_eq!(cancellations(), 1);
    assert_eq!(world.request(waiting).version, 2);
    let told = world.facts.iter().filter(|fact| fact.notices.contains(&Notice::CreditExpired)).count();
    assert_eq!(told, 2, "one each");
}

// rule: X4
#[test]
fn x4_two_schedulers_that_saw_the_same_cannot_both_be_saved() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "1000");
    world.now = at(EVENING);
    let decide = |world: &World| world.decide(SYSTEM, &Command::Expire(credit)).unwrap().changes;
    let (one, two) = (decide(&world), decide(&world));
    let versions: Vec<_> = [&one, &two].iter().flat_map(|c| c.requests.updates().map(|(_, was, _)| was)).collect();
    assert_eq!(versions, [1, 1], "both update version 1: the second finds no such row");
    world.keep(one);
    assert!(decide(&world).is_empty());
}
