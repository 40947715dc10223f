//! What [`MessagerStore`](crate::messager::MessagerStore) promises.

use crate::background::settle_alerts;
use crate::json::Json;
use crate::messager;
use crate::messager::{Message, MessageFilter, NewMessage, Operator, OutgoingMessage, Receipt, Replay};
use crate::notification::Notification;
use crate::notification::outage::Grouping;
use crate::queue::{AttemptOutcome, JobStatus, Lease, Leased, Next, Queue, Report, Schedule, Settlement};
use crate::store::Page;
use crate::testing::Harness;
use serde_json::json;
use uuid::Uuid;

use super::world::*;

/// What a message may carry (G12): numbers that no float holds, keys in an order of their own, one of them twice, a
/// notation and escapes that a writer of JSON would choose otherwise, blanks.
fn payload(account: u64) -> Json {
    let odd = r#""rate": 105.45986775050159, "huge":1e400,"amount":1.10 , "z":[ -0.0,1E+2,null,{"b":1,"a":2}],
        "account_name":"Agence \ud83d\udeeb \u00e9\/ مرحبا", "sale":9007199254740993, "rate":1.0, "sale": 9007199254740993"#;
    Json::parse(&format!("{{\"account_id\": {account}, {odd} }}")).expect("JSON")
}

fn message(world: &World, account: u64, key: Option<&str>) -> NewMessage {
    let submission = OutgoingMessage {
        domain: messager::DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: payload(account),
        idempotency_key: key.map(str::to_owned),
    };
    NewMessage::new(submission, world.uuid(), &Schedule::messager(), world.now())
}

async fn accept(world: &World, account: u64) -> Receipt {
    world.stores.messager.accept(&message(world, account, None)).await.unwrap().0
}

fn messages(world: &World) -> &dyn Queue<Message> {
    world.stores.messager.as_ref()
}

async fn claim(world: &World) -> Vec<Leased<Message>> {
    messages(world).claim(&world.claim(100)).await.unwrap()
}

fn settlement(world: &World, next: Next, report: Report) -> Settlement {
    Settlement { at: world.now(), next, report }
}

async fn fail(world: &World, lease: &Lease) {
    let report = Report::permanent("payload_mismatch").with_status(409);
    assert!(messages(world).settle(lease, &settlement(world, Next::Failed, report)).await.unwrap());
}

async fn complete(world: &World, lease: &Lease, result: impl Into<Json>) {
    let report = Report::done(Some(result.into())).with_status(200);
    assert!(messages(world).settle(lease, &settlement(world, Next::Completed, report)).await.unwrap());
}

fn operator(world: &World, by: &str) -> Operator {
    Operator { by: by.to_owned(), reason: "réparé 🛠".to_owned(), at: world.now() }
}

/// The same key of the same domain: the same receipt, nothing new. Keys of other domains and no key at all are new.
pub async fn g3_the_same_key_is_the_same_message(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let first = store.accept(&message(&world, 1, Some("r:1"))).await.unwrap();
    let again = store.accept(&message(&world, 1, Some("r:1"))).await.unwrap();
    assert_eq!((first.0, first.1, again.1), (again.0, true, false));
    let mut elsewhere = message(&world, 1, Some("r:1"));
    elsewhere.message.domain = "another".to_owned();
    assert!(store.accept(&elsewhere).await.unwrap().1);
    assert!(store.accept(&message(&world, 1, Some("R:1"))).await.unwrap().1, "keys differ by their case");
    assert!(store.accept(&message(&world, 1, None)).await.unwrap().1);
    assert!(store.accept(&message(&world, 1, None)).await.unwrap().1);
    assert_eq!(store.stats(world.now()).await.unwrap().pending, 5);
}

/// Payload and result come back to the last character (G12), from whichever read.
pub async fn g12_a_message_is_kept_whole(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    store.ready().await.unwrap();
    let new = message(&world, 1, Some("k"));
    let (receipt, _) = store.accept(&new).await.unwrap();
    assert_eq!(receipt.message_uuid, new.message.uuid);
    let leased = claim(&world).await;
    assert_eq!((&leased[0].job, leased[0].lease.id), (&new.message, receipt.message_id));
    assert_eq!(leased[0].job.payload.as_str(), payload(1).as_str());
    let result = r#"{"success": true,"mouvement_id":9007199254740993, "note":"écrit 🛫", "took":1.10, "success":true}"#;
    let result = Json::parse(result).unwrap();
    world.wait(chrono::Duration::milliseconds(40));
    complete(&world, &leased[0].lease, result.clone()).await;
    let (record, attempts) = store.message(receipt.message_uuid).await.unwrap().unwrap();
    assert_eq!((record.id, &record.message, &record.result), (receipt.message_id, &new.message, &Some(result)));
    assert_eq!((record.status, record.max_retries, record.retry_count), (JobStatus::Completed, 3, 0));
    assert_eq!((record.created_at, record.completed_at), (morning(), Some(world.now())));
    assert_eq!((record.next_attempt_at, attempts.len()), (None, 1));
    assert_eq!(store.messages(&MessageFilter::default(), Page::default()).await.unwrap().items, [record]);
    assert!(store.message(Uuid::nil()).await.unwrap().is_none());
}

/// An answer that no float holds is kept, and the alert of its failure is written all the same (G5, G12).
pub async fn g12_an_answer_is_kept_whole_with_a_failure(harness: &impl Harness) {
    let world = World::open(harness).await;
    let receipt = accept(&world, 1).await;
    let leased = claim(&world).await;
    let answer = Json::parse(r#"{"code":"x", "code": "payload_mismatch","figure":1e400}"#).unwrap();
    let report = Report { result: Some(answer.clone()), ..Report::permanent("payload_mismatch").with_status(409) };
    let schedule = Schedule::messager();
    let failed = schedule.settle(leased[0].attempts, report, world.now(), 0);
    let alerts = messager::critical_alerts(&leased[0], &schedule, &failed, world.now());
    assert!(world.stores.messager.bury(&leased[0].lease, &failed, &alerts).await.unwrap());
    let (record, _) = world.stores.messager.message(receipt.message_uuid).await.unwrap().unwrap();
    assert_eq!((record.status, record.result), (JobStatus::Failed, Some(answer)));
    assert_eq!(settle_alerts(world.stores.messager.as_ref(), &Grouping::default(), &world.worker()).await.unwrap(), 2);
    let notifications: &dyn Queue<Notification> = world.stores.messager.as_ref();
    let told = notifications.claim(&world.claim(10)).await.unwrap();
    assert!(told.iter().all(|one| one.job.params["trace"]["code"] == "payload_mismatch"));
    assert!(told.iter().all(|one| one.job.params["account_id"] == 1 && one.job.params["amount"] == 1.1));
}

/// Each attempt, the one that never reported included.
pub async fn g5_every_attempt_of_a_message_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let receipt = accept(&world, 1).await;
    claim(&world).await;
    world.wait(chrono::Duration::minutes(2));
    let leased = claim(&world).await;
    world.wait(chrono::Duration::milliseconds(1_500));
    let report = Report::retry("délai dépassé").with_status(504);
    let at = world.now() + chrono::Duration::minutes(5);
    assert!(messages(&world).settle(&leased[0].lease, &settlement(&world, Next::Retry { at }, report)).await.unwrap());
    let (record, attempts) = world.stores.messager.message(receipt.message_uuid).await.unwrap().unwrap();
    assert_eq!((record.status, record.retry_count), (JobStatus::Pending, 1));
    assert_eq!(record.next_attempt_at, Some(at));
    assert_eq!((attempts[0].number, attempts[0].outcome), (1, Some(AttemptOutcome::Unknown)));
    assert_eq!((attempts[1].number, attempts[1].outcome), (2, Some(AttemptOutcome::Retry)));
    assert_eq!((attempts[1].duration_ms, attempts[1].http_status), (Some(1_500), Some(504)));
    assert_eq!(attempts[1].error.as_deref(), Some("délai dépassé"));
}

/// Failure and alert are one: a settlement that comes too late writes neither.
pub async fn g1_the_alert_is_written_with_the_failure(harness: &impl Harness) {
    let world = World::open(harness).await;
    accept(&world, 1).await;
    let leased = claim(&world).await;
    let report = Report::permanent("malformed_payload").with_status(422);
    let schedule = Schedule::messager();
    let failed = schedule.settle(leased[0].attempts, report, world.now(), 0);
    let written = messager::critical_alerts(&leased[0], &schedule, &failed, world.now());
    assert_eq!(written.len(), 2, "by e-mail and to Teams");
    let notifications: &dyn Queue<Notification> = world.stores.messager.as_ref();
    let late = Lease { token: world.uuid(), ..leased[0].lease };
    assert!(!world.stores.messager.bury(&late, &failed, &written).await.unwrap());
    assert_eq!(notifications.depth(world.now()).await.unwrap().pending, 0);
    assert!(world.stores.messager.bury(&leased[0].lease, &failed, &written).await.unwrap());
    assert_eq!(settle_alerts(world.stores.messager.as_ref(), &Grouping::default(), &world.worker()).await.unwrap(), 2);
    let alerts = notifications.claim(&world.claim(10)).await.unwrap();
    let kept: Vec<_> = alerts.into_iter().map(|alert| alert.job).collect();
    assert_eq!(kept, written.into_iter().map(|alert| alert.notification).collect::<Vec<_>>());
}

/// A new cycle with its own retries; who and why stand with its first attempt. Only what has failed is replayed.
pub async fn g4_a_failed_message_is_replayed_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let uuid = accept(&world, 1).await.message_uuid;
    let replay = async || store.replay(uuid, &operator(&world, "finance:3")).await.unwrap();
    assert_eq!(replay().await, Replay::NotFailed(JobStatus::Pending));
    fail(&world, &claim(&world).await[0].lease).await;
    assert_eq!((replay().await, replay().await), (Replay::Begun, Replay::NotFailed(JobStatus::Pending)));
    let leased = claim(&world).await;
    assert_eq!((leased[0].attempts, leased[0].job.uuid), (1, uuid));
    // Given back, the replay is still this operator's.
    messages(&world).release(&[leased[0].lease], world.now()).await.unwrap();
    complete(&world, &claim(&world).await[0].lease, json!({ "success": true })).await;
    assert_eq!(replay().await, Replay::NotFailed(JobStatus::Completed));
    let unknown = store.replay(Uuid::nil(), &operator(&world, "finance:3")).await.unwrap();
    assert_eq!(unknown, Replay::Unknown);
    let (_, attempts) = store.message(uuid).await.unwrap().unwrap();
    let who: Vec<_> =
        attempts.iter().map(|one| (one.number, one.replayed_by.as_deref(), one.reason.as_deref())).collect();
    assert_eq!(who, [(1, None, None), (2, Some("finance:3"), Some("réparé 🛠"))]);
}

/// Without an operator it only counts; the filter's own status says nothing.
pub async fn g4_a_replay_by_filter_counts_first(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    for account in 1..=3 {
        accept(&world, account).await;
    }
    let leased = claim(&world).await;
    fail(&world, &leased[0].lease).await;
    fail(&world, &leased[1].lease).await;
    let filter = MessageFilter {
        status: Some(JobStatus::Completed),
        kind: Some("credit_request".to_owned()),
        ..MessageFilter::default()
    };
    let other = MessageFilter { kind: Some("load_request".to_owned()), ..MessageFilter::default() };
    assert_eq!(store.replay_all(&filter, None).await.unwrap(), 2);
    assert_eq!(store.replay_all(&other, Some(&operator(&world, "x"))).await.unwrap(), 0);
    assert_eq!(store.stats(world.now()).await.unwrap().failed, 2);
    assert_eq!(store.replay_all(&filter, Some(&operator(&world, "admin:4"))).await.unwrap(), 2);
    assert_eq!(store.replay_all(&filter, None).await.unwrap(), 0);
    assert_eq!(claim(&world).await.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1, 1]);
}

/// The later message of an account names the earlier one, as long as that is not done.
pub async fn g9_a_message_says_what_holds_it_back(harness: &impl Harness) {
    let world = World::open(harness).await;
    let first = accept(&world, 1).await.message_uuid;
    let second = accept(&world, 1).await.message_uuid;
    let other = accept(&world, 2).await.message_uuid;
    let store = &world.stores.messager;
    let blocked = async |uuid| store.message(uuid).await.unwrap().unwrap().0.blocked_by;
    assert_eq!((blocked(first).await, blocked(second).await, blocked(other).await), (None, Some(first), None));
    let leased = claim(&world).await;
    assert_eq!(leased.iter().map(|one| one.job.uuid).collect::<Vec<_>>(), [first, other]);
    let listed = store.messages(&MessageFilter::default(), Page::default()).await.unwrap().items;
    assert_eq!(listed.iter().map(|one| one.blocked_by).collect::<Vec<_>>(), [None, Some(first), None]);
    complete(&world, &leased[0].lease, json!({ "success": true })).await;
    assert_eq!(blocked(second).await, None);
}

/// What has failed lets the account's later ones pass.
pub async fn a_failed_message_holds_nothing_back(harness: &impl Harness) {
    let world = World::open(harness).await;
    accept(&world, 1).await;
    let second = accept(&world, 1).await.message_uuid;
    fail(&world, &claim(&world).await[0].lease).await;
    assert_eq!(claim(&world).await.iter().map(|one| one.job.uuid).collect::<Vec<_>>(), [second]);
}

/// Paused: no lease, no attempt; resumed: as before.
pub async fn a_paused_queue_leases_nothing(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    assert!(!store.pause().await.unwrap().paused);
    accept(&world, 1).await;
    store.set_paused(true, &operator(&world, "admin:4")).await.unwrap();
    assert!(claim(&world).await.is_empty());
    let pause = store.pause().await.unwrap();
    assert_eq!((pause.paused, pause.by.as_deref()), (true, Some("admin:4")));
    assert_eq!((pause.reason.as_deref(), pause.at), (Some("réparé 🛠"), Some(world.now())));
    assert!(store.stats(world.now()).await.unwrap().paused);
    store.set_paused(false, &operator(&world, "admin:5")).await.unwrap();
    assert_eq!(store.pause().await.unwrap().by.as_deref(), Some("admin:5"));
    assert_eq!(claim(&world).await.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1]);
}

/// Counts, the oldest that waits, the rate of the last minute.
pub async fn g8_the_figures_of_the_dashboard(harness: &impl Harness) {
    let world = World::open(harness).await;
    for account in 1..=4 {
        accept(&world, account).await;
    }
    let leased = claim(&world).await;
    complete(&world, &leased[0].lease, json!({})).await;
    world.wait(chrono::Duration::seconds(61));
    complete(&world, &leased[1].lease, json!({})).await;
    fail(&world, &leased[2].lease).await;
    accept(&world, 5).await;
    world.wait(chrono::Duration::seconds(20));
    let stats = world.stores.messager.stats(world.now()).await.unwrap();
    assert_eq!((stats.pending, stats.processing, stats.completed, stats.failed), (1, 1, 2, 1));
    assert_eq!((stats.oldest_pending_age_seconds, stats.per_minute, stats.paused), (Some(20), 1, false));
}

/// Delivered messages by the minute, of just the minutes that are asked for.
pub async fn g8_deliveries_are_counted_by_the_minute(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    for account in 1..=5 {
        accept(&world, account).await;
    }
    let leased = claim(&world).await;
    let from = world.now();
    complete(&world, &leased[0].lease, json!({})).await;
    world.wait(chrono::Duration::microseconds(59_999_999));
    complete(&world, &leased[1].lease, json!({})).await;
    fail(&world, &leased[2].lease).await;
    world.wait(chrono::Duration::microseconds(60_000_001));
    complete(&world, &leased[3].lease, json!({})).await;
    assert_eq!(store.delivered(from, 4).await.unwrap(), [2, 0, 1, 0]);
    assert_eq!(store.delivered(from, 1).await.unwrap(), [2]);
    assert_eq!(store.delivered(from + chrono::Duration::microseconds(1), 2).await.unwrap(), [1, 1]);
}

/// A text anywhere in the payload or the uuid, whatever its case and accents (A5); `%` and `_` stand for themselves.
pub async fn a5_messages_are_found_whatever_case_and_accents(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let mut noted = message(&world, 1, None);
    noted.message.payload = json!({ "account_id": 1, "client": "Évasion Œuvre", "note": "À 100 % Δελτίο" }).into();
    let one = store.accept(&noted).await.unwrap().0.message_uuid;
    let mut other = message(&world, 2, None);
    other.message.payload = json!({ "account_id": 2, "client": "Strasse 100 euros" }).into();
    let two = store.accept(&other).await.unwrap().0.message_uuid;
    let cases = [
        ("evasion", vec![one]),
        ("ÉVASION ŒUVRE", vec![one]),
        ("E\u{301}vasion oeuvre", vec![one]),
        ("a 100 % δελτιο", vec![one]),
        ("straße", vec![two]),
        ("100 _", vec![]),
        ("evasions", vec![]),
        (&two.to_string().to_uppercase(), vec![two]),
        ("client", vec![two, one]),
    ];
    for (q, expected) in cases {
        let filter = MessageFilter { q: Some(q.to_owned()), ..MessageFilter::default() };
        let found = store.messages(&filter, Page::default()).await.unwrap().items;
        assert_eq!(found.iter().map(|one| one.message.uuid).collect::<Vec<_>>(), expected, "{q}");
    }
}

/// By status, type, domain, time and text; newest first, page by page.
pub async fn g8_messages_are_filtered(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let one = accept(&world, 1).await;
    world.wait(chrono::Duration::hours(1));
    let mut other = message(&world, 2, None);
    other.message.kind = "load_request".to_owned();
    other.message.domain = "another".to_owned();
    other.message.payload = json!({ "account_id": 2, "note": "cherche_moi" }).into();
    let two = store.accept(&other).await.unwrap().0;
    let noon = world.now();
    world.wait(chrono::Duration::hours(1));
    let three = accept(&world, 3).await;
    fail(&world, &claim(&world).await[0].lease).await;
    let none = MessageFilter::default();
    let two_is = || Some("load_request".to_owned());
    let cases = [
        (none.clone(), vec![three, two, one]),
        (MessageFilter { status: Some(JobStatus::Failed), ..none.clone() }, vec![one]),
        (MessageFilter { kind: Some("load_request".to_owned()), ..none.clone() }, vec![two]),
        (MessageFilter { domain: Some("another".to_owned()), ..none.clone() }, vec![two]),
        (MessageFilter { status: Some(JobStatus::Processing), kind: two_is(), ..none.clone() }, vec![two]),
        (MessageFilter { status: Some(JobStatus::Failed), kind: two_is(), ..none.clone() }, vec![]),
        (MessageFilter { kind: Some("unload_request".to_owned()), ..none.clone() }, vec![]),
        (MessageFilter { from: Some(noon), ..none.clone() }, vec![three, two]),
        (MessageFilter { from: Some(noon), status: Some(JobStatus::Failed), ..none.clone() }, vec![]),
        (MessageFilter { to: Some(noon), status: Some(JobStatus::Failed), ..none.clone() }, vec![one]),
        (MessageFilter { to: Some(noon), ..none.clone() }, vec![one]),
        (MessageFilter { q: Some("cherche_moi".to_owned()), ..none.clone() }, vec![two]),
        (MessageFilter { q: Some(three.message_uuid.to_string()), ..none.clone() }, vec![three]),
    ];
    for (filter, expected) in cases {
        let found = store.messages(&filter, Page::default()).await.unwrap().items;
        let expected: Vec<_> = expected.iter().map(|receipt| receipt.message_uuid).collect();
        assert_eq!(found.iter().map(|one| one.message.uuid).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    let first = store.messages(&none, Page { limit: 2, before: None }).await.unwrap();
    let rest = store.messages(&none, Page { limit: 2, before: first.next }).await.unwrap();
    assert_eq!((first.items.len(), rest.items[0].id, rest.next), (2, one.message_id, None));
    let timed = MessageFilter { from: Some(morning()), ..none };
    let first = store.messages(&timed, Page { limit: 2, before: None }).await.unwrap();
    let rest = store.messages(&timed, Page { limit: 2, before: first.next }).await.unwrap();
    assert_eq!((first.items.len(), rest.items[0].id, rest.next), (2, one.message_id, None));
}
