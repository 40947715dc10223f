//! Messages and queues: what an answer means, when to try again, what a message does to its request (G).

use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::decision::{Answer, BusinessOutcome};
use estair_core::fact::FactKind;
use estair_core::id::AccountId;
use estair_core::json::Json;
use estair_core::messager::{DOMAIN, Message, NewMessage, OutgoingMessage, WebhookResponse, critical_alerts, judge};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::queue::{
    AttemptOutcome, JobStatus, Lease, Leased, Next, Report, Schedule, Settlement, TOLERANCE, Worker,
};
use estair_core::request::Payload;
use estair_core::request::{IncomingMessage, RequestDraft, Sent};
use estair_core::testing::{ManualClock, SeededIds};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::world::*;

const NOON: &str = "2025-10-21T12:00:00Z";

fn failed() -> Report {
    Report::failed(AttemptOutcome::Retry, "connection refused")
}

/// Milliseconds until the next attempt; none when there is none.
fn wait(settlement: &Settlement) -> Option<i64> {
    match settlement.next {
        Next::Retry { at: next } => Some((next - at(NOON)).num_milliseconds()),
        _ => None,
    }
}

// rule: G1
#[test]
fn g1_three_retries_after_one_five_and_fifteen_minutes_then_failed() {
    let schedule = Schedule::messager();
    let waits: Vec<_> = (1..=5).map(|attempts| wait(&schedule.settle(attempts, failed(), at(NOON), 0))).collect();
    assert_eq!(waits, [Some(60_000), Some(300_000), Some(900_000), None, None]);
    assert_eq!(schedule.settle(4, failed(), at(NOON), 0).next, Next::Failed);
    assert_eq!(schedule.max_retries(), Some(3));
}

// rule: G1
#[test]
fn g1_jitter_is_a_share_of_the_delay() {
    let schedule = Schedule { jitter_percent: 10, ..Schedule::messager() };
    let waits = [0, 5, 10, 11].map(|jitter| wait(&schedule.settle(1, failed(), at(NOON), jitter)));
    assert_eq!(waits, [60_000, 63_000, 66_000, 60_000].map(Some));
}

// rule: G2
#[test]
fn g2_the_longest_wish_is_the_longest_delay() {
    let wish = Report { retry_after: Some(Duration::from_secs(90_000)), ..failed() };
    assert_eq!(
        wait(&Schedule::messager().settle(1, wish.clone(), at(NOON), 0)),
        Some(990_000),
        "15 minutes and a tenth"
    );
    assert_eq!(wait(&Schedule::outbox().settle(1, wish.clone(), at(NOON), 0)), Some(66_000));
    assert_eq!(wait(&Schedule::notifications().settle(1, wish.clone(), at(NOON), 0)), Some(660_000));
    let late = Schedule::messager().settle(4, wish, at(NOON), 0);
    assert_eq!(late.next, Next::Failed, "a wish makes no retry more");
    assert_eq!(failed().with_status(503).http_status, Some(503));
}

proptest! {
    // rule: G1
    #[test]
    fn g1_jitter_is_little_and_on_top(attempts in 1_u32..4, jitter in any::<u32>()) {
        let schedule = Schedule::messager();
        let plain = wait(&schedule.settle(attempts, failed(), at(NOON), 0)).unwrap();
        let with = wait(&schedule.settle(attempts, failed(), at(NOON), jitter)).unwrap();
        prop_assert!(with >= plain && with * 10 <= plain * 11, "{} {}", plain, with);
    }

    // rule: G1, G6
    #[test]
    fn g1_a_schedule_gives_up_exactly_after_its_retries(
        seconds in prop::collection::vec(0_u64..100_000, 0..8), attempts in 1_u32..12, jitter in any::<u32>()
    ) {
        let delays: Vec<_> = seconds.iter().copied().map(Duration::from_secs).collect();
        let schedule = Schedule { delays, ..Schedule::messager() };
        let retries = u32::try_from(seconds.len()).unwrap();
        let settled = schedule.settle(attempts, failed(), at(NOON), jitter);
        prop_assert_eq!(settled.next == Next::Failed, attempts > retries);
        // A rescue is an attempt: a poison message that kills its workers does not loop.
        prop_assert_eq!(schedule.is_exhausted(attempts), attempts > retries + 1);
        let endless = Schedule { for_ever: true, ..schedule };
        prop_assert!(!endless.is_exhausted(attempts));
        prop_assert_eq!(endless.settle(attempts, failed(), at(NOON), jitter).next == Next::Failed, seconds.is_empty());
    }

    // rule: G2
    #[test]
    fn g2_retry_after_is_respected_up_to_the_longest_delay(wanted in 0_u64..3_000) {
        let report = Report { retry_after: Some(Duration::from_secs(wanted)), ..failed() };
        let schedule = Schedule::messager();
        let waits = wait(&schedule.settle(1, report, at(NOON), 0)).unwrap();
        let most = i64::try_from(schedule.longest_delay().as_millis()).unwrap();
        prop_assert!(waits >= 60_000 && waits <= most);
        if (60..=schedule.longest_delay().as_secs()).contains(&wanted) {
            prop_assert_eq!(waits, i64::try_from(wanted).unwrap() * 1_000);
        }
    }

    // rule: G11
    #[test]
    fn g11_no_retry_lies_beyond_what_a_claim_takes_for_honest(
        seconds in prop::collection::vec(0_u64..100_000, 1..8), jitter_percent in 0_u32..200, for_ever in any::<bool>(),
        attempts in 1_u32..12, jitter in any::<u32>(), wanted in prop::option::of(0_u64..1_000_000)
    ) {
        let delays = seconds.into_iter().map(Duration::from_secs).collect();
        let schedule = Schedule { delays, for_ever, jitter_percent, ..Schedule::messager() };
        let report = Report { retry_after: wanted.map(Duration::from_secs), ..failed() };
        let settlement = schedule.settle(attempts, report, at(NOON), jitter);
        let (clock, ids) = (ManualClock::new(at(NOON)), SeededIds::new(1));
        let claim = Worker { clock: &clock, ids: &ids }.claim(&schedule, 1);
        if let Next::Retry { at: next } = settlement.next {
            prop_assert!(next >= at(NOON) && next < claim.latest, "{next} {claim:?}");
            let longest = chrono::Duration::from_std(schedule.longest_delay()).unwrap();
            prop_assert!(next <= at(NOON) + longest);
            prop_assert_eq!(claim.latest, at(NOON) + longest + chrono::Duration::from_std(TOLERANCE).unwrap());
        }
        prop_assert!(claim.until < claim.latest_until && !claim.quiet);
    }
}

fn answer(status: u16, body: serde_json::Value) -> WebhookResponse {
    WebhookResponse { status: Some(status), body: Some(body.into()), ..WebhookResponse::default() }
}

// rule: G2
#[test]
fn g2_what_an_answer_means() {
    use AttemptOutcome::{Done, Permanent, Retry};
    let ok = json!({ "success": true, "mouvement_id": 1 });
    assert_eq!(judge(answer(200, ok)).outcome, Done);
    for outcome in BusinessOutcome::ALL {
        let body = json!({ "success": false, "outcome": outcome.name() });
        assert_eq!(judge(answer(200, body)).outcome, Done, "a business outcome is no failure: {outcome}");
    }
    for status in [400, 409, 413, 422] {
        assert_eq!(judge(answer(status, json!({ "code": "x" }))).outcome, Permanent, "{status}");
    }
    for status in [301, 401, 403, 404, 408, 429, 500, 502, 503, 504] {
        assert_eq!(judge(answer(status, json!({ "code": "x" }))).outcome, Retry, "{status}");
    }
    assert_eq!(judge(answer(200, json!({ "hello": 1 }))).outcome, Retry, "somebody else answered");
    assert_eq!(judge(answer(200, json!({ "success": "yes" }))).outcome, Retry);
    assert_eq!(judge(WebhookResponse { error: Some("timeout".into()), ..WebhookResponse::default() }).outcome, Retry);
    assert_eq!(judge(WebhookResponse::default()).error.as_deref(), Some("no answer"));
    let kept = judge(answer(500, json!({ "code": "storage", "detail": "down" })));
    assert_eq!(kept.error.as_deref(), Some("storage: down"));
    assert_eq!(
        (kept.http_status, kept.result),
        (Some(500), Some(json!({ "code": "storage", "detail": "down" }).into())),
        "G5"
    );
}

// rule: G5, N5
#[test]
fn g5_what_an_answer_says_is_kept_though_it_is_not_json() {
    let error = |reply| judge(reply).error.unwrap();
    let said = |status, text: &str| WebhookResponse {
        status: Some(status),
        text: Some(text.into()),
        ..WebhookResponse::default()
    };
    assert_eq!(error(said(500, "boom <b>trace</b>")), "status 500: boom <b>trace</b>");
    assert_eq!(error(said(200, "<html>welcome</html>")), "status 200: <html>welcome</html>");
    let page = "\u{feff}<html>\r\n\t<h1>502\u{0}\u{1b}[31m</h1>\n\n</html>\n";
    assert_eq!(error(said(502, page)), "status 502: <html> <h1>502[31m</h1> </html>");
    for empty in ["", " \r\n\u{0}"] {
        assert_eq!(error(said(503, empty)), "status 503 with an empty answer");
    }
    let long = error(said(502, &"é".repeat(30_000)));
    assert_eq!(long, format!("status 502: {}…", "é".repeat(999)), "1,000 characters, none of them cut in two");
    let cut = WebhookResponse { error: Some("the answer is too long".into()), ..said(502, "<html>") };
    assert_eq!(error(cut), "status 502: <html> (the answer is too long)");
    let lost =
        WebhookResponse { status: Some(502), error: Some("connection reset".into()), ..WebhookResponse::default() };
    assert_eq!(error(lost), "status 502: connection reset");
    let foreign = answer(500, json!({ "message": "boom" }));
    assert_eq!(error(foreign), r#"status 500 without success: {"message":"boom"}"#);
    assert_eq!(judge(said(500, "boom")).result, None, "a result is what the webhook answered as JSON");
}

// rule: G2
#[test]
fn g2_a_permanent_failure_is_not_tried_again() {
    let report = Report::failed(AttemptOutcome::Permanent, "422");
    let settled = Schedule::messager().settle(1, report, at(NOON), 0);
    assert_eq!((settled.next.clone(), settled.next.status()), (Next::Failed, JobStatus::Failed));
    assert_eq!(Schedule::messager().settle(1, Report::done(None), at(NOON), 0).next.status(), JobStatus::Completed);
}

fn leased(world: &World, id: estair_core::id::RequestId, attempts: u32) -> Leased<Message> {
    let request = world.request(id);
    let (kind, payload) = (request.definition().message, Payload::of(id, request, "Agence du Plateau").to_json());
    let message = Message { uuid: Uuid::from_u128(5), domain: DOMAIN.into(), kind: kind.into(), payload };
    Leased { lease: Lease { id: 1, token: Uuid::from_u128(6) }, attempts, created_at: at(NOON), job: message }
}

// rule: G1, N5
#[test]
fn g1_only_the_last_failure_alerts_and_n5_the_alert_holds_everything() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    let schedule = Schedule::messager();
    // What a worker does: it alerts of what has failed for good.
    let alerts = |attempts, report| {
        let leased = leased(&world, credit, attempts);
        let settlement = schedule.settle(attempts, report, at(NOON), 0);
        let buried = settlement.next == Next::Failed;
        if buried { critical_alerts(&leased, &schedule, &settlement, at(NOON)) } else { Vec::new() }
    };
    for attempts in 1..=3 {
        assert!(alerts(attempts, failed()).is_empty(), "retry {attempts} is silent");
    }
    let report = Report { http_status: Some(503), result: Some(json!({ "code": "storage" }).into()), ..failed() };
    let last = alerts(4, report);
    let routes: Vec<_> = last.iter().map(|alert| (alert.notification.audience, alert.notification.channel)).collect();
    assert_eq!(routes, [(Audience::Critical, Channel::Email), (Audience::Critical, Channel::Teams)]);
    let params = &last[0].notification.params;
    let request = world.request(credit);
    for (key, wanted) in [
        ("requete_id", json!(credit)),
        ("name", json!(request.name)),
        ("category", json!("daily_credit")),
        ("client", json!("Agence du Plateau")),
        ("account_id", json!(account)),
        ("amount", json!("300")),
        ("currency", json!("XOF")),
        ("error", json!("connection refused")),
        ("trace", json!({ "code": "storage" })),
        ("http_status", json!(503)),
        ("at", json!(NOON)),
        ("attempts", json!(4)),
        ("attempts_allowed", json!(4)),
        ("message_uuid", json!(Uuid::from_u128(5))),
    ] {
        assert_eq!(params.get(key), Some(&wanted), "{key}");
    }
    assert_eq!((last[0].notification.notice, last[0].notification.fact), (Notice::MovementFailed, None));
    // A permanent failure, and a message whose workers all died, alert as well.
    assert_eq!(alerts(1, Report::failed(AttemptOutcome::Permanent, "422")).len(), 2);
    assert_eq!(alerts(5, Report::failed(AttemptOutcome::Permanent, "x"))[0].notification.params["attempts"], 4);
}

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

// rule: G4
#[test]
fn g4_only_a_failed_message_is_replayed() {
    let refusal = estair_core::refusal::Refusal::MessageNotFailed { status: JobStatus::Completed.name() };
    assert_eq!((refusal.code(), refusal.explain().rule), ("message_not_failed", "G4"));
    // A replay is a new cycle: its first attempt is the first of the schedule again.
    assert_eq!(wait(&Schedule::messager().settle(1, failed(), at(NOON), 0)), Some(60_000));
}

// rule: G9
#[test]
fn g9_messages_of_one_account_share_an_order_key() {
    let keep = |payload: serde_json::Value| {
        let (domain, kind, payload) = (DOMAIN.into(), "x".into(), payload.into());
        let submission = OutgoingMessage { domain, kind, payload, idempotency_key: None };
        NewMessage::new(submission, Uuid::from_u128(1), &Schedule::messager(), at(NOON))
    };
    assert_eq!(keep(json!({ "account_id": 7 })).order_key.as_deref(), Some("estair-helpdesk:7"));
    assert_eq!(keep(json!({ "account_id": "7" })).order_key, None);
    assert_eq!(keep(json!([])).order_key, None);
    assert_eq!(keep(json!({})).max_retries, 3);
}

// rule: G6
#[test]
fn g6_a_lease_is_longer_than_no_call_and_the_outbox_never_gives_up() {
    for schedule in [Schedule::messager(), Schedule::outbox(), Schedule::notifications()] {
        assert!(schedule.lease >= Duration::from_secs(60));
    }
    assert_eq!(Schedule::outbox().max_retries(), None);
    let late = Schedule::outbox().settle(10_000, failed(), at(NOON), 0);
    assert_eq!(wait(&late), Some(60_000), "a minute between attempts at most");
}
