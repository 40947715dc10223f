//! Writing movements: all or nothing, once, in any grouping (W).

use estair_core::actor::Origin;
use estair_core::category::{Category, Desk, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::decision::{Answer, Changes, PendingAnswer};
use estair_core::fact::FactKind;
use estair_core::id::UserId;
use estair_core::json::Json;
use estair_core::movement::{Failure, MovementDraft, MovementStatus, MovementType};
use estair_core::request::{IncomingMessage, RequestDraft};
use estair_core::row::Link;

use crate::batch::together;
use crate::world::*;

pub(crate) fn failure(message: &str) -> Failure {
    Failure { error_type: "contention".into(), message: message.into(), trace: Some("caused by: x".into()) }
}

fn record(world: &mut World, delivery: &IncomingMessage) -> Answer {
    let failed = FailedEntry::Message(delivery.clone(), failure("deadlock"));
    world.run(SYSTEM, Command::RecordFailure(Box::new(failed))).unwrap()
}

// rule: W1
#[test]
fn w1_one_decision_holds_everything_that_a_movement_writes() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    world.mark_sent(credit);
    world.now = at("2025-10-21T10:00:05Z");
    let delivery = world.message(credit);
    let changes = world.decide(SYSTEM, &Command::Receive(delivery.clone())).unwrap().changes;
    let (_, was, after) = changes.accounts.updates().next().unwrap();
    assert_eq!((was, after.version, after.indicators.active_credit.to_string()), (0, 1, "300".to_owned()));
    let row = changes.movements.inserts().next().unwrap();
    assert_eq!((row.status, row.completed_at), (MovementStatus::Success, Some(world.now)));
    assert_eq!((row.message_uuid, row.payload.as_ref()), (Some(delivery.message_uuid), Some(&delivery.raw)));
    let posted = row.posted.unwrap();
    assert_eq!((posted.exposition_before.to_string(), posted.exposition_after.to_string()), ("0".into(), "300".into()));
    let (_, _, request) = changes.requests.updates().next().unwrap();
    assert_eq!(request.status, Status::Closed);
    assert_eq!(request.movement, Some(Link::New(row.uuid)));
    let log = &changes.logs[0];
    assert_eq!((log.status().name(), log.movement), ("success", Link::New(row.uuid)));
    assert!(changes.facts.iter().any(|fact| fact.kind == FactKind::MovementWritten && !fact.notices.is_empty()));
}

// rule: W1
#[test]
fn w1_deciding_changes_nothing_and_gives_the_same_twice() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let command = Command::Receive(world.message(credit));
    let decide = || format!("{:?}", world.decide(SYSTEM, &command).unwrap());
    assert_eq!(decide(), decide(), "a transaction can be run again after a deadlock");
}

// rule: W2
#[test]
fn w2_a_technical_failure_leaves_a_failed_row_which_a_later_success_becomes() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let delivery = world.message(credit);
    for attempt in 1..=2 {
        assert_eq!(record(&mut world, &delivery), Answer::Nothing);
        let known = world.movement(credit).unwrap();
        assert_eq!((known.row.status, known.row.attempts), (MovementStatus::Failed, attempt));
        assert_eq!(known.row.retry_count, attempt - 1, "the first attempt is no retry");
        assert_eq!(known.row.failure.as_ref().unwrap().message, "deadlock");
        let log = world.logs.last().unwrap();
        assert_eq!((log.status().name(), log.attempt_number), ("failed", attempt));
    }
    assert_eq!(world.figures(account), ["0", "0", "0", "0", "0"], "a failed movement is in no sum");
    let (failed_id, failed_uuid) = {
        let known = world.movement(credit).unwrap();
        (known.id, known.row.uuid)
    };
    world.written(credit);
    let known = world.movement(credit).unwrap();
    assert_eq!((known.id, known.row.uuid, known.row.status), (failed_id, failed_uuid, MovementStatus::Success));
    assert!(known.row.failure.is_none());
    assert_eq!((known.row.retry_count, world.logs.last().unwrap().attempt_number), (2, 3));
    assert_eq!(world.snapshot.movements.len(), 1);
}

// rule: W2, G1
#[test]
fn w2_a_movement_that_failed_for_good_says_3_of_3_retries_however_often_it_is_replayed() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let delivery = world.message(credit);
    for (attempts, retries) in [(1, 0), (2, 1), (3, 2), (4, 3), (5, 3), (6, 3)] {
        record(&mut world, &delivery);
        let row = &world.movement(credit).unwrap().row;
        assert_eq!((row.attempts, row.retry_count, row.max_retries), (attempts, retries, 3));
        assert_eq!(world.logs.last().unwrap().attempt_number, attempts);
    }
    world.written(credit);
    let row = &world.movement(credit).unwrap().row;
    assert_eq!((row.attempts, row.retry_count), (7, 3));
}

// rule: W2
#[test]
fn w2_what_was_committed_after_all_is_the_answer_and_no_failure() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let delivery = world.message(credit);
    let id = world.written(credit);
    let logs = world.logs.len();
    assert!(matches!(record(&mut world, &delivery), Answer::Written { id: found, .. } if found == id));
    assert_eq!(world.logs.len(), logs);
}

// rule: W3
#[test]
fn w3_the_same_message_twice_is_one_movement_and_one_answer() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let delivery = world.message(credit);
    let first = world.run(SYSTEM, Command::Receive(delivery.clone())).unwrap();
    let before = (world.account(account).clone(), world.logs.len(), world.facts.len());
    world.now = at("2025-10-29T10:00:00Z");
    let again = world.run(SYSTEM, Command::Receive(delivery)).unwrap();
    assert_eq!(first, again, "long after its expiry too: a closed request answers with its movement");
    assert_eq!((world.account(account).clone(), world.logs.len(), world.facts.len()), before);
}

// rule: W3, W7
#[test]
fn w3_twice_in_one_transaction_too() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let deliver = Command::Receive(world.message(credit));
    let replies = together(&mut world, &[(SYSTEM, deliver.clone()), (SYSTEM, deliver)]);
    let [Ok(PendingAnswer::Delivered(first)), Ok(PendingAnswer::Delivered(second))] = replies.as_slice() else {
        panic!("{replies:?}")
    };
    assert_eq!(first, second);
    assert_eq!((world.snapshot.movements.len(), world.account(account).version), (1, 1));
}

/// From one place.
pub(crate) fn from(world: &mut World, address: &str, program: &str) {
    world.origin = Origin::new(Some(address), Some(program));
}

// rule: W5
#[test]
fn w5_a_movement_is_ascribed_to_who_passed_its_request_and_from_where() {
    let (mut world, account) = World::with_account("1000");
    from(&mut world, "192.0.2.7", "navigateur\u{7} 1.0");
    let by_check = world.ask_credit(account, "300");
    from(&mut world, "192.0.2.1", "operation");
    let by_finance = world.ask(Category::Load, account, "10");
    from(&mut world, "192.0.2.2", "finance");
    world.go(FINANCE, by_finance, Status::ToTreat).unwrap();
    from(&mut world, "198.51.100.9", "messager");
    world.written(by_check);
    world.written(by_finance);
    from(&mut world, "192.0.2.5", "source");
    world.post(movement(account, MovementType::Payment, "1", "5")).unwrap();
    let by: Vec<Option<UserId>> = world.logs.iter().map(|log| log.triggered_by).collect();
    assert_eq!(by, [client(account).user(), FINANCE.user(), None], "its author, who passed it, nobody for a service");
    let origins: Vec<_> =
        world.logs.iter().map(|log| (log.ip_address.as_deref().unwrap(), log.user_agent.as_deref().unwrap())).collect();
    let wanted = [("192.0.2.7", "navigateur 1.0"), ("192.0.2.2", "finance"), ("192.0.2.5", "source")];
    assert_eq!(origins, wanted, "never the machine that delivered the message");
    let modified: Vec<_> = [by_check, by_finance].map(|id| world.movement(id).unwrap().row.modified_by).into();
    assert_eq!(modified, by[..2]);
    let mut changes = Changes { logs: world.logs.clone(), ..Changes::default() };
    let last = changes.logs.iter().map(|log| log.created_at).max().unwrap();
    changes.took(last + chrono::Duration::milliseconds(12));
    for log in &changes.logs {
        let took = (last - log.created_at).num_milliseconds() + 12;
        assert_eq!(log.duration_ms, Some(u64::try_from(took).unwrap()), "since it was asked for");
    }
}

// rule: W5
#[test]
fn w5_what_is_handed_over_is_its_authors_and_nobody_knows_any_more_from_where() {
    let (mut world, account) = World::with_account("1000");
    from(&mut world, "192.0.2.1", "operation");
    let kept =
        |text| RequestDraft { assigned_to: Some(Desk::Operation), ..draft(Category::DailyCredit, account, text) };
    let (own, others) = (world.create(OPERATION, kept("5")).unwrap(), world.create(OPERATION, kept("6")).unwrap());
    from(&mut world, "192.0.2.9", "bureau");
    world.assign(OPERATION, own, Desk::Finance).unwrap();
    world.assign(ADMIN, others, Desk::Finance).unwrap();
    let passed = |id| world.request(id).passed.clone().unwrap();
    for id in [own, others] {
        assert_eq!(
            (passed(id).by, passed(id).by_hand),
            (OPERATION.user(), false),
            "the check passed it for its author"
        );
    }
    assert_eq!(passed(own).origin.ip_address(), Some("192.0.2.9"), "who hands over what is his own is there");
    assert_eq!(passed(others).origin, Origin::default());
}

// rule: W5, G3
#[test]
fn w5_each_pass_is_its_own() {
    let (mut world, account) = World::with_account("1000");
    from(&mut world, "192.0.2.7", "client");
    let first = world.ask_credit(account, "600");
    let second = world.ask_credit(account, "600");
    world.written(first);
    world.deliver(second);
    world.set_limit(account, "5000");
    from(&mut world, "192.0.2.2", "finance");
    world.go(FINANCE, second, Status::ToTreat).unwrap();
    from(&mut world, "198.51.100.9", "messager");
    world.written(second);
    let log = world.logs.last().unwrap();
    assert_eq!((log.triggered_by, log.ip_address.as_deref()), (FINANCE.user(), Some("192.0.2.2")));
    from(&mut world, "192.0.2.3", "admin");
    let held = world.cancellation(first, true).unwrap();
    from(&mut world, "192.0.2.4", "admin");
    world.go(ADMIN, held, Status::Processing).unwrap();
    from(&mut world, "198.51.100.9", "messager");
    world.written(held);
    let log = world.logs.last().unwrap();
    assert_eq!((log.triggered_by, log.ip_address.as_deref()), (ADMIN.user(), Some("192.0.2.4")), "who released it");
    let credit = &world.movement(first).unwrap().row;
    assert_eq!((credit.modified_by, world.movement(held).unwrap().row.modified_by), (ADMIN.user(), ADMIN.user()));
}

// rule: W5, X3
#[test]
fn w5_what_the_system_passes_is_nobodys() {
    let (mut world, account) = World::with_account("1000");
    world.policy.cancel_expired = true;
    from(&mut world, "192.0.2.7", "client");
    let credit = world.granted(account, "50");
    world.now = at("2025-10-21T18:00:00Z");
    from(&mut world, "198.51.100.9", "scheduler");
    world.expire(credit);
    let id = *world.snapshot.requests.iter().find(|(_, row)| row.parent == Some(credit)).unwrap().0;
    world.written(id);
    let log = world.logs.last().unwrap();
    assert_eq!((log.triggered_by, log.ip_address.as_deref(), log.user_agent.as_deref()), (None, None, None));
    assert_eq!(world.movement(credit).unwrap().row.modified_by, None, "the system changed it last");
}

// rule: W5, W2
#[test]
fn w5_a_failed_attempt_says_who_and_from_where_too() {
    let (mut world, account) = World::with_account("1000");
    from(&mut world, "192.0.2.7", "client");
    let credit = world.ask_credit(account, "300");
    let delivery = world.message(credit);
    from(&mut world, "198.51.100.9", "messager");
    record(&mut world, &delivery);
    let log = world.logs.last().unwrap();
    assert_eq!((log.triggered_by, log.ip_address.as_deref()), (client(account).user(), Some("192.0.2.7")));
    assert_eq!(world.movement(credit).unwrap().row.modified_by, client(account).user());
}

// rule: R10, W1
#[test]
fn r10_a_fee_carries_its_sale_and_its_ticket_to_the_movement() {
    let (mut world, account) = World::with_account("1000");
    let ticket = ticket(&mut world, account);
    let fee =
        RequestDraft { etatsdevente_id: Some(77), helpdesk_id: Some(ticket), ..draft(Category::Unload, account, "5") };
    let fee = world.create(OPERATION, fee).unwrap();
    world.go(FINANCE, fee, Status::ToTreat).unwrap();
    let payload = world.message(fee).raw.value();
    assert_eq!((&payload["etatsdevente_id"], &payload["helpdesk_id"]), (&77.into(), &ticket.0.into()));
    world.written(fee);
    let row = &world.movement(fee).unwrap().row;
    assert_eq!((row.etatsdevente_id, row.helpdesk_id), (Some(77), Some(ticket)));
    let sale = MovementDraft { etatsdevente_id: Some(78), ..movement(account, MovementType::Debit, "S", "-5") };
    world.post(sale.clone()).unwrap();
    let other = MovementDraft { etatsdevente_id: Some(79), ..sale };
    assert_eq!(code(world.post(other)), "reference_reused", "the sale is part of what the reference stands for");
}

// rule: G12
#[test]
fn g12_a_payload_is_kept_as_it_came() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let message = world.message(credit);
    let text = message.raw.as_str().replacen('{', r#"{ "rate": 105.45986775050159,"huge":1e400 ,"rate":1.10, "#, 1);
    let raw = Json::parse(&text).unwrap();
    let message = IncomingMessage::read(message.message_uuid, &message.kind, raw.clone()).unwrap();
    world.run(SYSTEM, Command::Receive(message)).unwrap();
    let kept = world.movement(credit).unwrap().row.payload.clone().unwrap();
    assert_eq!((kept.as_str(), &kept), (text.as_str(), &raw));
    let posted = MovementDraft { payload: Some(raw), ..movement(account, MovementType::Payment, "1", "5") };
    world.post(posted.clone()).unwrap();
    let row = world.snapshot.movements.values().find(|known| known.row.reference.as_deref() == Some("1")).unwrap();
    assert_eq!(row.row.payload.as_ref().map(Json::as_str), Some(text.as_str()));
    let again = MovementDraft { payload: Json::parse("{}"), ..posted };
    assert!(world.post(again).is_ok(), "what is the same movement is told by its columns");
}

// rule: W8
#[test]
fn w8_each_step_of_a_credit_is_a_fact() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    world.mark_sent(credit);
    world.written(credit);
    let kinds: Vec<_> = world.facts.iter().map(|fact| fact.kind.name()).collect();
    let wanted = ["account_created", "request_created", "request_moved", "message_sent", "movement_written"];
    assert_eq!(kinds, wanted);
    let written = world.facts.last().unwrap();
    assert_eq!((written.data["from"].as_str(), written.data["status"].as_str()), (Some("processing"), Some("closed")));
}
