//! The timeline of a financial request.

use chrono::Duration;
use estair_core::actor::Actor;
use estair_core::background::fan_out_facts;
use estair_core::book::Submission;
use estair_core::clock::{Clock, IdSource, Ids};
use estair_core::command::{Command, FailedEntry};
use estair_core::id::RequestId;
use estair_core::messager::{Message, MessagerStore, NewMessage, OutgoingMessage};
use estair_core::queue::{AttemptOutcome, Queue, Report, Schedule, Worker};
use estair_core::request::{IncomingMessage, Payload, Sent};
use estair_core::row::Failure;
use estair_core::testing::mock::{MockDirectory, MockNotifier};
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, World};

const PATH: &str = "/api/requetes-financieres";

#[tokio::test]
async fn the_timeline_tells_what_happened_newest_first() {
    let world = World::new().await;
    let id = world.granted(1000).await;
    let path = format!("{PATH}/{id}/historique");
    let kinds =
        |items: &[Value]| items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let timeline = world.get(FINANCE, &path).await.ok(200);
    let items = timeline["items"].as_array().unwrap();
    assert_eq!(kinds(items), ["movement_written", "message_sent", "request_moved", "request_created"]);
    assert_eq!((&items[0]["data"]["from"], &items[0]["data"]["to"]), (&json!("processing"), &json!("closed")));
    assert!(items[0]["mouvement_id"].is_u64());
    assert!(items[1]["data"]["message_uuid"].is_string());
    // To the client a message is a step like any other.
    let theirs = world.get(CLIENT, &path).await.ok(200);
    let items = theirs["items"].as_array().unwrap();
    assert_eq!(kinds(items), ["movement_written", "request_moved", "request_moved", "request_created"]);
    assert_eq!((&items[1]["data"]["from"], &items[1]["data"]["to"]), (&json!("to_treat"), &json!("processing")));
    for hidden in ["client_email", "message_uuid"] {
        assert!(!theirs.to_string().contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_timeline_pages_and_loses_nothing() {
    let world = World::new().await;
    let id = world
        .request(OPERATION, json!({ "category": "load", "amount": 5, "account_id": 1, "assigned_to": "operation" }))
        .await["id"]
        .as_u64()
        .unwrap();
    let path = format!("{PATH}/{id}");
    for _ in 0..30 {
        for desk in ["finance", "operation"] {
            world.patch(ADMIN, &path, json!({ "assigned_to": desk })).await.ok(200);
            world.advance(Duration::seconds(1));
        }
    }
    // What is told of it, and a message with its attempts, are among it.
    tell(&world).await;
    world.patch(ADMIN, &path, json!({ "assigned_to": "finance" })).await.ok(200);
    world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.ok(200);
    failing_message(&world, id).await;
    let path = format!("{path}/historique");
    let whole = world.get(FINANCE, &format!("{path}?limit=200")).await.ok(200);
    let whole = whole["items"].as_array().unwrap().clone();
    let count = |kind: &str| whole.iter().filter(|item| item["kind"] == kind).count();
    assert_eq!((count("request_created"), count("request_assigned"), count("request_moved")), (1, 61, 1));
    assert_eq!((count("message"), count("message_attempt")), (1, 1));
    assert!(count("notification") > 1);
    let instants: Vec<_> = whole.iter().map(|item| item["at"].as_str().unwrap()).collect();
    assert!(instants.is_sorted_by(|later, earlier| later >= earlier), "newest first");
    for limit in [1, 7, 50] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(FINANCE, &format!("{path}?limit={limit}{cursor}")).await.ok(200);
            let items = page["items"].as_array().unwrap();
            assert!(!items.is_empty() && items.len() <= limit);
            paged.extend(items.iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, whole, "{limit} at a time");
    }
    world.get(FINANCE, &format!("{path}?cursor=x")).await.faulty("cursor");
    world.get(FINANCE, &format!("{path}?limit=0")).await.faulty("limit");
    world.get(FINANCE, &format!("{path}?order=x")).await.faulty("order");
}

// rule: N7, G5
#[tokio::test]
async fn a_client_hears_nothing_of_messages_attempts_errors_and_others() {
    let world = World::new().await;
    let id = world.credit(1000).await;
    tell(&world).await;
    failing_message(&world, id).await;
    fail_to_write(&world, id).await;
    let path = format!("{PATH}/{id}/historique");
    let staff = world.get(OPERATION, &path).await.ok(200).to_string();
    for told in ["message_attempt", "SELECT 1", "no such table", "\"finance\"", "movement_failed", "\"skipped\""] {
        assert!(staff.contains(told), "staff is told {told}: {staff}");
    }
    let client = world.get(CLIENT, &path).await.ok(200);
    let text = client.to_string();
    for hidden in
        ["message", "SELECT", "no such table", "error", "audience\":\"finance", "payload", "_failed", "ip_address"]
    {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

/// Fans out what happened, to people of whom some have no address.
async fn tell(world: &World) {
    let (mut directory, mut notifier) = (MockDirectory::new(), MockNotifier::new());
    directory.expect_recipients().returning(|_, _, _, _| Ok(Vec::new()));
    notifier.expect_is_on().return_const(true);
    let worker = Worker { clock: world.clock.as_ref(), ids: world.ids.as_ref() };
    while fan_out_facts(&world.store, &directory, &notifier, &worker).await.unwrap() > 0 {}
}

/// Sends a request's message to Messager, whose delivery fails once.
async fn failing_message(world: &World, id: u64) {
    let (row, _) = world.host.reader.request(RequestId(id)).await.unwrap().unwrap();
    let uuid = Ids::new(world.clock.now(), world.ids.seed()).draw();
    let message = OutgoingMessage {
        domain: "estair-helpdesk".into(),
        kind: row.definition().message.into(),
        payload: Payload::of(row.id, &row, "Agence Un").to_json(),
        idempotency_key: None,
    };
    let schedule = Schedule::messager();
    let message = NewMessage::new(message, uuid, &schedule, world.clock.now());
    world.messager.accept(&message).await.unwrap();
    let sent = Sent { request: row.id, execution: row.execution, message_uuid: uuid };
    world.host.book.run(Submission::new(Actor::System, Command::MarkSent(sent))).await.unwrap();
    let worker = Worker { clock: world.clock.as_ref(), ids: world.ids.as_ref() };
    let claim = worker.claim(&schedule, 10);
    for leased in Queue::<Message>::claim(&world.messager, &claim).await.unwrap() {
        let report = Report::failed(AttemptOutcome::Permanent, "SELECT 1: no such table").with_status(500);
        let settlement = schedule.settle(leased.attempts, report, world.clock.now(), 0);
        Queue::<Message>::settle(&world.messager, &leased.lease, &settlement).await.unwrap();
    }
}

/// Notes that a request's movement could not be written.
async fn fail_to_write(world: &World, id: u64) {
    let (row, _) = world.host.reader.request(RequestId(id)).await.unwrap().unwrap();
    let message = IncomingMessage::carrying(row.message_uuid.unwrap(), row.id, &row, "Agence Un");
    let failure = Failure { error_type: "storage".into(), message: "SELECT 1: no such table".into(), trace: None };
    let command = Command::RecordFailure(Box::new(FailedEntry::Message(message, failure)));
    world.host.book.run(Submission::new(Actor::System, command)).await.unwrap();
}
