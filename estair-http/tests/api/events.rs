//! The event stream.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use estair_core::clock::Clock;
use estair_core::messager::{MessagerStore, NewMessage, OutgoingMessage};
use estair_core::policy::Policy;
use estair_core::queue::Schedule;
use estair_core::store::FactReader;
use estair_http::Options;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::world::{CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World};

struct Listener {
    body: BodyDataStream,
    text: String,
}

/// An event as it came: id, name, data.
type Event = (String, String, Value);

async fn listen(world: &World, who: &str, last: Option<&str>) -> Listener {
    let mut request = Request::get("/api/events").header("authorization", format!("Bearer {who}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Listener { body: response.into_body().into_data_stream(), text: String::new() }
}

impl Listener {
    /// The next event, or none when nothing comes for a while or the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                let parsed = field("data").map(|data| {
                    let data = serde_json::from_str(data).unwrap();
                    (field("id").unwrap().to_owned(), field("event").unwrap().to_owned(), data)
                });
                self.text = rest.to_owned();
                match parsed {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(Duration::from_millis(400), self.body.next()).await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    async fn names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(event) = self.next().await {
            names.push(name_of(&event));
        }
        names
    }
}

fn name_of((_, name, data): &Event) -> String {
    format!("{name} {} {}", data["id"], data["status"].as_str().unwrap_or("-"))
}

// rule: P2, W8
#[tokio::test]
async fn p2_each_hears_what_it_may_see() {
    let world = World::new().await;
    let mut client = listen(&world, CLIENT, None).await;
    let mut other = listen(&world, OTHER, None).await;
    let mut finance = listen(&world, FINANCE, None).await;
    let mut service = listen(&world, SERVICE, None).await;
    world.granted(1000).await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    let all = [
        "request 1 open",
        "request 1 to_treat",
        "request 1 processing",
        "movement 1 success",
        "request 1 closed",
        "support 1 open",
    ];
    assert_eq!(client.names().await, all);
    assert_eq!(finance.names().await, all);
    assert_eq!(other.names().await, [""; 0]);
    assert_eq!(service.names().await, ["movement 1 success"]);
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_id() {
    let world = World::new().await;
    let mut stream = listen(&world, CLIENT, None).await;
    world.credit(1).await;
    let (first, _, data) = stream.next().await.unwrap();
    assert_eq!(
        (&data["status"], &data["account_id"], &data["kind"]),
        (&json!("open"), &json!(1), &json!("request_created"))
    );
    drop(stream);
    world.credit(2).await;
    let mut stream = listen(&world, CLIENT, Some(&first)).await;
    world.credit(3).await;
    let names = ["request 1 to_treat", "request 2 open", "request 2 to_treat", "request 3 open", "request 3 to_treat"];
    assert_eq!(stream.names().await, names, "each once, in order");
    // An empty id is none.
    assert_eq!(listen(&world, CLIENT, Some("")).await.names().await, [""; 0]);
}

#[tokio::test]
async fn an_id_that_is_not_known_begins_with_a_reset() {
    let world = World::new().await;
    let mut stream = listen(&world, FINANCE, None).await;
    world.credit(1).await;
    let (theirs, ..) = stream.next().await.unwrap();
    for (who, last) in [(CLIENT, "x"), (CLIENT, "1"), (CLIENT, "0"), (CLIENT, theirs.as_str()), (OPERATION, &theirs)] {
        let mut stream = listen(&world, who, Some(last)).await;
        let (id, name, data) = stream.next().await.unwrap();
        assert_eq!((name.as_str(), data), ("reset", json!({})), "{who} {last}");
        assert_eq!(stream.next().await, None, "nothing of before");
        // From there it goes on.
        drop(stream);
        let made = world.credit(1).await;
        let names = listen(&world, who, Some(&id)).await.names().await;
        assert_eq!(names, [format!("request {made} open"), format!("request {made} to_treat")], "{who} {last}");
    }
    assert_eq!(listen(&world, FINANCE, Some(&theirs)).await.names().await[0], "request 1 to_treat");
}

#[tokio::test]
async fn what_is_a_day_old_is_not_told_again() {
    let world = World::new().await;
    let mut stream = listen(&world, CLIENT, None).await;
    world.credit(1).await;
    let (first, ..) = stream.next().await.unwrap();
    drop(stream);
    world.advance(chrono::Duration::hours(23));
    let mut again = listen(&world, CLIENT, Some(&first)).await;
    assert_eq!(again.names().await, ["request 1 to_treat"]);
    drop(again);
    world.advance(chrono::Duration::hours(2));
    let (_, name, _) = listen(&world, CLIENT, Some(&first)).await.next().await.unwrap();
    assert_eq!(name, "reset");
}

#[tokio::test]
async fn each_event_has_an_id_of_its_own_that_tells_nothing() {
    let world = World::new().await;
    let (mut client, mut same) = (listen(&world, CLIENT, None).await, listen(&world, CLIENT, None).await);
    world.granted(1000).await;
    let mut events = Vec::new();
    while let Some(event) = client.next().await {
        assert_eq!(same.next().await, Some(event.clone()), "the same for the same reader");
        events.push(event);
    }
    let ids: std::collections::BTreeSet<_> = events.iter().map(|(id, ..)| id.clone()).collect();
    assert_eq!((ids.len(), events.len()), (5, 5));
    assert!(ids.iter().all(|id| id.len() == 46 && id.parse::<u64>().is_err()), "{ids:?}");
    // Between two events of one fact too, a reader goes on where it was.
    for (place, (id, ..)) in events.iter().enumerate() {
        let after = listen(&world, CLIENT, Some(id)).await.names().await;
        assert_eq!(after, events[place + 1..].iter().map(name_of).collect::<Vec<_>>());
    }
}

/// A reader that is cut at every event, and one that is not: both get the same, whatever happens in between.
#[tokio::test]
async fn a_reader_that_is_cut_gets_what_a_connected_one_gets() {
    for who in [CLIENT, FINANCE] {
        let world = World::new().await;
        let mut connected = listen(&world, who, None).await;
        let mut cut = listen(&world, who, None).await;
        let mut last = String::new();
        let mut got = Vec::new();
        for round in 0..6 {
            world.granted(10 + round).await;
            take_message(&world, round).await;
            // It hears as much as it happens to, and is away while more happens.
            for _ in 0..=round {
                let Some((id, name, data)) = cut.next().await else { break };
                got.push(name_of(&(String::new(), name, data)));
                last = id;
            }
            drop(cut);
            world.payment(1, &format!("R{round}"), "5").await;
            take_message(&world, 100 + round).await;
            tokio::time::sleep(Duration::from_millis(40)).await;
            cut = listen(&world, who, Some(&last)).await;
        }
        got.extend(cut.names().await);
        let mut all = connected.names().await;
        assert!(all.len() > 30, "{all:?}");
        // Two sources have no order between them.
        got.sort();
        all.sort();
        assert_eq!(got, all, "{who}");
    }
}

/// Two servers on one book, with the same key: a reader may come back to either.
#[tokio::test]
async fn a_reader_may_come_back_to_another_node() {
    let mut world = World::new().await;
    let (mut client, mut staff) = (listen(&world, CLIENT, None).await, listen(&world, FINANCE, None).await);
    world.credit(1).await;
    let (client_at, staff_at) = (client.next().await.unwrap().0, staff.next().await.unwrap().0);
    drop((client, staff));
    take_message(&world, 7).await;
    let options = Options::default().events_interval(Duration::from_millis(5));
    world.router = estair_http::api(world.host.clone(), options);
    assert_eq!(listen(&world, CLIENT, Some(&client_at)).await.names().await, ["request 1 to_treat"]);
    let of_staff = listen(&world, FINANCE, Some(&staff_at)).await.names().await;
    assert_eq!(of_staff, ["request 1 to_treat", "message 1 pending"], "messages too");
}

/// What is committed late, under a number below others, is told all the same.
#[tokio::test]
async fn nothing_is_told_before_it_has_its_number_and_nothing_is_left_out() {
    let store = estair_core::memory::MemoryStore::new();
    let world = World::over(store.clone(), Options::default(), Policy::default()).await;
    let mut stream = listen(&world, CLIENT, None).await;
    assert_eq!(stream.next().await, None);
    world.credit(1).await;
    assert_eq!(stream.next().await, None, "not numbered yet");
    assert_eq!(store.number_events(1).await.unwrap(), 1);
    assert_eq!(stream.names().await, ["request 1 open"]);
    while store.number_events(1).await.unwrap() > 0 {}
    assert_eq!(stream.names().await, ["request 1 to_treat"]);
}

async fn take_message(world: &World, number: u64) {
    let message = OutgoingMessage {
        domain: "estair-helpdesk".into(),
        kind: "credit_request".into(),
        payload: json!({ "account_id": 1 }).into(),
        idempotency_key: None,
    };
    let message =
        NewMessage::new(message, uuid::Uuid::from_u128(number.into()), &Schedule::messager(), world.clock.now());
    world.messager.accept(&message).await.unwrap();
    number_messages(world).await;
}

/// As the loop of a Messager does.
async fn number_messages(world: &World) {
    while world.messager.number_events(world.clock.now(), 100).await.unwrap() > 0 {}
}

#[tokio::test]
async fn staff_hear_of_messages_and_clients_do_not() {
    let world = World::new().await;
    let mut operation = listen(&world, OPERATION, None).await;
    let mut client = listen(&world, CLIENT, None).await;
    let message = OutgoingMessage {
        domain: "estair-helpdesk".into(),
        kind: "credit_request".into(),
        payload: json!({ "account_id": 1 }).into(),
        idempotency_key: None,
    };
    let uuid = "01999999-0000-7000-8000-000000000001".parse().unwrap();
    let message = NewMessage::new(message, uuid, &Schedule::messager(), world.clock.now());
    world.messager.accept(&message).await.unwrap();
    number_messages(&world).await;
    let (_, name, data) = operation.next().await.unwrap();
    assert_eq!((name.as_str(), &data["status"]), ("message", &json!("pending")));
    assert_eq!(data["message_uuid"], json!(uuid));
    assert_eq!(operation.next().await, None);
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn streams_end_when_the_host_shuts_down() {
    let shutdown = CancellationToken::new();
    let world = World::with(Options::default().shutdown(shutdown.clone())).await;
    let mut stream = listen(&world, CLIENT, None).await;
    shutdown.cancel();
    // Where it began is all that it says.
    let rest = tokio::time::timeout(Duration::from_secs(2), stream.body.by_ref().collect::<Vec<_>>()).await;
    assert!(rest.expect("it ends at once").len() <= 1);
}
