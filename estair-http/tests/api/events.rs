//! The event stream.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use estair_core::clock::Clock;
use estair_core::messager::{MessagerStore, NewMessage, OutgoingMessage};
use estair_core::queue::Schedule;
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
type Event = (u64, String, Value);

async fn listen(world: &World, who: &str, last: Option<u64>) -> Listener {
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
                    (field("id").unwrap().parse().unwrap(), field("event").unwrap().to_owned(), data)
                });
                self.text = rest.to_owned();
                match parsed {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(Duration::from_millis(200), self.body.next()).await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    async fn names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some((_, name, data)) = self.next().await {
            names.push(format!("{name} {} {}", data["id"], data["status"].as_str().unwrap_or("-")));
        }
        names
    }
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
    let mut stream = listen(&world, CLIENT, Some(first)).await;
    world.credit(3).await;
    let mut ids = Vec::new();
    while let Some((id, _, _)) = stream.next().await {
        ids.push(id);
    }
    assert_eq!(ids, (first + 1..=first + 5).collect::<Vec<_>>(), "each once, in order");
    let bad = world.call(CLIENT, "GET", "/api/events", &[("last-event-id", "x")], "").await;
    bad.faulty("Last-Event-ID");
}

#[tokio::test]
async fn staff_hear_of_messages_and_clients_do_not() {
    let world = World::new().await;
    let mut operation = listen(&world, OPERATION, None).await;
    let mut client = listen(&world, CLIENT, None).await;
    let message = OutgoingMessage {
        domain: "estair-helpdesk".into(),
        kind: "credit_request".into(),
        payload: json!({ "account_id": 1 }),
        idempotency_key: None,
    };
    let uuid = "01999999-0000-7000-8000-000000000001".parse().unwrap();
    let message = NewMessage::new(message, uuid, &Schedule::messager(), world.clock.now());
    world.messager.accept(&message).await.unwrap();
    let (_, name, data) = operation.next().await.unwrap();
    assert_eq!((name.as_str(), &data["status"]), ("message", &json!("pending")));
    assert_eq!(data["message_uuid"], json!(uuid));
    assert_eq!(operation.next().await, None);
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn streams_end_when_the_host_shuts_down() {
    let shutdown = CancellationToken::new();
    let world = World::with(Options { shutdown: shutdown.clone(), ..Options::default() }).await;
    let mut stream = listen(&world, CLIENT, None).await;
    shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(2), stream.body.next()).await;
    assert!(ended.expect("it ends at once").is_none());
}
