//! Messages and queues: what an answer means, when to try again, what a message does to its request (G).

use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::decision::{Answer, BusinessOutcome};
use estair_core::fact::FactKind;
use estair_core::id::AccountId;
use estair_core::json::Json;
use estair_core::request::Payload;
use estair_core::request::{IncomingMessage, RequestDraft, Sent};
use serde_json::json;
use uuid::Uuid;

use crate::delivery::NOON;
use crate::world::*;

// rule: G3
#[test]
fn g3_the_payload_is_rendered_as_the_contract_says() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let request = world.request(credit);
    let payload = Payload::of(credit, request, "Agence du Plateau");
    assert_eq!(request.definition().message, "credit_request");
    let wanted = json!({
        "requete_id": credit, "requete_uuid": request.uuid, "requete_name": request.name,
        "account_id": account, "account_name": "Agence du Plateau",
        "type": "credit", "amount": "300", "currency": "XOF",
        "expiry_date": "2025-10-21T18:00:00Z", "execution": 1,
        "etatsdevente_id": null, "helpdesk_id": null,
    });
    assert_eq!(payload.to_json().value(), wanted);
}

// rule: G2, R10
#[test]
fn g2_a_payload_is_read_as_it_was_written_and_what_is_missing_is_named() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let mut payload = Payload::of(credit, world.request(credit), "Agence du Plateau");
    payload.etatsdevente_id = Some(17);
    let mut json = payload.to_json().value();
    json["more"] = json!("than was asked");
    assert_eq!(Payload::from_json(&Json::from(&json)), Ok(payload.clone()));
    json["amount"] = json!(300);
    assert_eq!(Payload::from_json(&Json::from(&json)), Ok(payload.clone()), "an amount counts by its value");
    for number in ["300.00", "3e2", "3E+2", "300.0"] {
        let text = json.to_string().replace("\"amount\":300", &format!("\"huge\":1e400, \"amount\": {number}"));
        let read = Payload::from_json(&Json::parse(&text).unwrap());
        assert_eq!(read, Ok(payload.clone()), "its own text is read: {number}");
    }
    for name in ["requete_id", "requete_uuid", "requete_name", "account_id", "type", "amount", "currency", "execution"]
    {
        let mut less = json.clone();
        less.as_object_mut().unwrap().remove(name);
        let faults = Payload::from_json(&Json::from(less)).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), [format!("payload.{name}")]);
    }
}

// rule: G3
#[test]
fn g3_the_mark_after_the_webhook_changes_nothing_and_twice_is_once() {
    let (mut world, account) = World::with_account("1000");
    let early = world.ask_credit(account, "300");
    world.written(early);
    let before = world.request(early).clone();
    world.mark_sent(early);
    assert_eq!(*world.request(early), before);
    let late = world.ask_credit(account, "300");
    world.mark_sent(late);
    let marked = world.request(late).clone();
    assert_eq!((marked.status, marked.message_uuid), (Status::Processing, Some(world.message(late).message_uuid)));
    world.mark_sent(late);
    assert_eq!(*world.request(late), marked);
    let other = Sent { request: late, execution: 7, message_uuid: Uuid::from_u128(9) };
    world.run(SYSTEM, Command::MarkSent(other)).unwrap();
    assert_eq!(*world.request(late), marked, "the mark of another execution is not this one's");
}

// rule: G3
#[test]
fn g3_an_entry_is_made_for_each_pass_and_numbered() {
    let (mut world, account) = World::with_account("1000");
    let load = world.ask(Category::Load, account, "5");
    assert!(world.outbox.is_empty());
    world.go(FINANCE, load, Status::ToTreat).unwrap();
    let entry = world.outbox.last().unwrap();
    assert_eq!((entry.account, entry.request_uuid, entry.execution), (account, world.request(load).uuid, 1));
}

// rule: G2
#[test]
fn g2_a_message_that_disagrees_with_its_request_writes_nothing() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let right = world.message(credit);
    type Change = fn(&mut IncomingMessage);
    let wrongs: [(&str, Change); 8] = [
        ("requete_uuid", |d| d.payload.requete_uuid = Uuid::from_u128(1)),
        ("requete_name", |d| d.payload.requete_name.push('x')),
        ("account_id", |d| d.payload.account_id = AccountId(77)),
        ("type", |d| d.payload.kind = "payment".into()),
        ("type", |d| d.kind = "load_request".into()),
        ("amount", |d| d.payload.amount = amount("301")),
        ("currency", |d| d.payload.currency = "EUR".parse().unwrap()),
        ("execution", |d| d.payload.execution = 2),
    ];
    for (field, wrong) in wrongs {
        let mut delivery = right.clone();
        wrong(&mut delivery);
        let refusal = world.run(SYSTEM, Command::Receive(delivery)).unwrap_err();
        assert_eq!((refusal.code(), &refusal.figures()["field"]), ("payload_mismatch", &json!(field)));
    }
    let mut unknown = right.clone();
    unknown.payload.requete_id = estair_core::id::RequestId(999);
    let refusal = world.run(SYSTEM, Command::Receive(unknown)).unwrap_err();
    let told = (refusal.code(), &refusal.figures()["field"]);
    assert_eq!(told, ("payload_mismatch", &json!("requete_id")), "it will not exist later either: a permanent failure");
    assert!(world.snapshot.movements.is_empty());
    assert!(matches!(world.run(SYSTEM, Command::Receive(right)), Ok(Answer::Written { .. })));
}

// rule: G2
#[test]
fn g2_the_outcomes_by_the_requests_state() {
    let (mut world, account) = World::with_account("100");
    let load = world.ask(Category::Load, account, "5");
    for execution in [0, 1] {
        let mut message = world.message(load);
        message.payload.execution = execution;
        let answer = world.run(SYSTEM, Command::Receive(message)).unwrap();
        assert_eq!(outcome(&answer), (BusinessOutcome::NotReady, None), "nobody passed it");
    }
    let waiting = world.ask_credit(account, "500");
    assert_eq!(outcome(&world.deliver(waiting)), (BusinessOutcome::NotReady, None));
    world.set_limit(account, "1000");
    world.go(FINANCE, waiting, Status::ToTreat).unwrap();
    world.set_limit(account, "100");
    let first = world.deliver(waiting);
    assert_eq!(outcome(&first), (BusinessOutcome::Waiting, Some("credit_limit_exceeded")));
    // The same message, the same answer, to its figures, whatever the limit is by then (W3).
    world.set_limit(account, "200");
    assert_eq!(world.deliver(waiting), first);
    world.set_limit(account, "1000");
    world.go(FINANCE, waiting, Status::ToTreat).unwrap();
    assert_eq!(world.request(waiting).sent_back, None, "the next execution has an answer of its own");
    world.set_limit(account, "100");
    for (cancelled, expected) in [
        (world.ask(Category::Load, account, "5"), BusinessOutcome::Cancelled),
        // Whatever the clock of who asks says: only expiry cancels a credit.
        (world.ask_credit(account, "5"), BusinessOutcome::Expired),
    ] {
        world.snapshot.requests.get_mut(&cancelled).unwrap().status = Status::Cancelled;
        assert_eq!(outcome(&world.deliver(cancelled)).0, expected);
    }
}

// rule: G2
#[test]
fn g2_a_closed_request_answers_with_its_movement_whatever_the_execution() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let written = world.deliver(credit);
    for execution in [0, 1, 2] {
        let mut delivery = world.message(credit);
        delivery.payload.execution = execution;
        assert_eq!(world.run(SYSTEM, Command::Receive(delivery)).as_ref(), Ok(&written));
    }
    assert_eq!(world.snapshot.movements.len(), 1);
}

// rule: G3
#[test]
fn g3_a_webhook_that_comes_first_says_which_message_it_is() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let (message, mark) = (world.message(credit), world.facts.len());
    world.run(SYSTEM, Command::Receive(message.clone())).unwrap();
    let sent = &world.facts[mark];
    assert_eq!((sent.kind, &sent.data["message_uuid"]), (FactKind::MessageSent, &json!(message.message_uuid)));
}

// rule: G3
#[test]
fn g3_what_was_released_is_marked_with_its_message() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "300");
    let held = world.cancellation(credit, true).unwrap();
    world.go(ADMIN, held, Status::Processing).unwrap();
    assert_eq!(world.request(held).message_uuid, None);
    world.mark_sent(held);
    assert_eq!(world.request(held).message_uuid, Some(world.message(held).message_uuid));
}

// rule: R5
#[test]
fn r5_a_credit_that_was_cancelled_meanwhile_is_not_cancelled_again() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "300");
    let cancellation = world.cancellation(credit, false).unwrap();
    let name = world.movement(credit).unwrap().row.name.clone();
    world.snapshot.movements.get_mut(&name).unwrap().row.cancelled_at = Some(at(NOON));
    let refused = (BusinessOutcome::Waiting, Some("credit_already_cancelled"));
    assert_eq!(outcome(&world.deliver(cancellation)), refused);
    assert!(world.movement(cancellation).is_none());
}

// rule: R1
#[test]
fn r1_a_movement_says_what_its_request_was_for() {
    let (mut world, account) = World::with_account("1000");
    let described =
        RequestDraft { description: Some("billets de groupe".into()), ..draft(Category::DailyCredit, account, "300") };
    let credit = world.create(client(account), described).unwrap();
    world.written(credit);
    assert_eq!(world.movement(credit).unwrap().row.details.description.as_deref(), Some("billets de groupe"));
}

#[test]
fn a_parent_is_looked_at_only_by_what_reverses_it() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.granted(account, "300");
    let cancellation = world.cancellation(credit, false).unwrap();
    for (id, looks) in [(credit, false), (cancellation, true)] {
        let needs = Command::Receive(world.message(id)).lock_set(&SYSTEM);
        let need = needs.requests[&id];
        assert_eq!((need.account, need.parent, need.credit), (Some(account), looks, looks));
    }
}
