//! Deliveries of Messager: when they are tried again, what an answer means, what a failure tells (G1, G2, G4, G5, G6, G9).

use std::time::Duration;

use estair_core::decision::BusinessOutcome;
use estair_core::messager::{DOMAIN, Message, NewMessage, OutgoingMessage, WebhookResponse, critical_alerts, judge};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::queue::{
    AttemptOutcome, JobStatus, Lease, Leased, Next, Report, Schedule, Settlement, TOLERANCE, Worker,
};
use estair_core::request::Payload;
use estair_core::testing::{ManualClock, SeededIds};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::world::*;

pub(crate) const NOON: &str = "2025-10-21T12:00:00Z";

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
    let schedule = Schedule::messager().jitter_percent(10);
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
        let schedule = Schedule::messager().delays(delays);
        let retries = u32::try_from(seconds.len()).unwrap();
        let settled = schedule.settle(attempts, failed(), at(NOON), jitter);
        prop_assert_eq!(settled.next == Next::Failed, attempts > retries);
        // A rescue is an attempt: a poison message that kills its workers does not loop.
        prop_assert_eq!(schedule.is_exhausted(attempts), attempts > retries + 1);
        let endless = schedule.for_ever(true);
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
        let schedule = Schedule::messager().delays(delays).for_ever(for_ever).jitter_percent(jitter_percent);
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
