//! Messager over HTTP: its API (G4, G7, G8), its deliveries and their retries (G1, G2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

mod api;
mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use estair_core::clock::{Clock, System};
use estair_core::messager::{DOMAIN, Messager, MessagerStore, OutgoingMessage};
use estair_core::notification::{NotificationFilter, Notifications};
use estair_core::queue::AttemptOutcome;
use estair_core::store::Page;
use estair_http::messager::embedded::Embedded;
use estair_http::messager::remote::Remote;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::{Hook, SECRET, TOKEN, message, world};

// rule: G12
#[tokio::test]
async fn g12_a_payload_is_sent_and_shown_exactly_as_it_came() {
    let world = world();
    let (hook, url) = Hook::start().await;
    let payload = r#"{ "z":105.45986775050159 ,"a":1e2, "a":1.00,"n":12345678901234567890.5}"#;
    let body = format!(r#"{{"payload":{payload},"type":"load_request","domain":"{DOMAIN}"}}"#);
    let send = async |body: String| {
        let request = Request::post("/api/messages").header("authorization", format!("Bearer {TOKEN}"));
        let request = request.header("idempotency-key", "k");
        let response = world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<Value>(&bytes).unwrap())
    };
    let (status, taken) = send(body.clone()).await;
    assert_eq!(status, 201, "{taken}");
    let uuid = taken["message_uuid"].as_str().unwrap().to_owned();
    let running = world.deliver(url, SECRET);
    world.until(&uuid, "completed").await;
    assert!(hook.bodies().iter().any(|sent| sent.contains(&format!("\"payload\":{payload}"))), "{:?}", hook.bodies());
    let request = Request::get(format!("/api/messages/{uuid}")).header("x-role", "operation");
    let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let shown = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let shown = String::from_utf8(shown.to_vec()).unwrap();
    assert!(shown.contains(&format!("\"payload\":{payload}")), "{shown}");
    // The same by value, in another notation, is the same message.
    let other = body
        .replace("1e2, \"a\":1.00", "5, \"a\":1")
        .replace("\"z\":105.45986775050159 ,", "\"z\":105.459867750501590,");
    assert_ne!(other, body);
    assert_eq!(send(other).await, (200, taken));
    assert_eq!(send(body.replace("\"a\":1.00", "\"a\":2")).await.0, 422);
    running.stop(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn messager_has_a_stream_of_its_own() {
    let world = world();
    let listen = async |role: &str, last: Option<&str>| {
        let mut request = Request::get("/api/events").header("x-role", role);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    assert_eq!(listen("client", None).await.status(), 403);
    let response = listen("operation", None).await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut stream = response.into_body().into_data_stream();
    let first = text_of(&mut stream).await;
    let id = first.trim().strip_prefix("id: ").unwrap().to_owned();
    drop(stream);
    let message = json!({ "domain": DOMAIN, "type": "load_request", "payload": { "account_id": 1 } });
    let (_, taken) = world.take(message).await;
    assert_eq!(world.store.number_events(System.now(), 100).await.unwrap(), 1);
    let mut stream = listen("operation", Some(&id)).await.into_body().into_data_stream();
    let event = text_of(&mut stream).await;
    assert!(event.contains("event: message\n") && event.contains("\"status\":\"pending\""), "{event}");
    assert!(event.contains(taken["message_uuid"].as_str().unwrap()), "{event}");
    let mut stream = listen("operation", Some("x")).await.into_body().into_data_stream();
    let event = text_of(&mut stream).await;
    assert!(event.contains("event: reset\ndata: {}\n"), "{event}");
}

async fn text_of(stream: &mut axum::body::BodyDataStream) -> String {
    use futures::StreamExt;
    let chunk = tokio::time::timeout(Duration::from_secs(2), stream.next()).await.unwrap().unwrap().unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

// rule: G3
#[tokio::test]
async fn g3_the_same_key_is_the_same_message() {
    let world = world();
    let (status, first) = world.take(message(1, "r:1")).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(world.take(message(1, "r:1")).await, (200, first.clone()));
    let (status, other) = world.take(message(1, "r:2")).await;
    assert_eq!(status, 201);
    assert_ne!(first["message_uuid"], other["message_uuid"]);
    let (_, seen) = world
        .as_role("operation", "GET", &format!("/api/messages/{}", first["message_uuid"].as_str().unwrap()), Value::Null)
        .await;
    assert_eq!(seen["payload"]["amount"], json!(0.1), "as it was sent (M1)");
    assert_eq!(seen["max_retries"], json!(3));
}

// rule: G1
#[tokio::test]
async fn g1_three_retries_then_failed_with_an_alert_and_a_replay_begins_anew() {
    let world = world();
    let (hook, url) = Hook::start().await;
    hook.status.store(500, Ordering::SeqCst);
    let running = world.deliver(url, SECRET);
    let uuid = world.take(message(1, "r:1")).await.1["message_uuid"].as_str().unwrap().to_owned();

    let failed = world.until(&uuid, "failed").await;
    let attempts = failed["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 4);
    assert!(attempts.iter().all(|attempt| attempt["http_status"] == 500 && attempt["duration_ms"].is_u64()));
    assert_eq!(failed["retry_count"], json!(3));
    assert_eq!(hook.calls(), 4);
    let ids: Vec<_> = hook.seen.lock().unwrap().iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert!(ids.iter().all(|id| id.to_str().unwrap() == uuid), "the same id on every retry");
    let alerts = world.store.notifications(&NotificationFilter::default(), Page::default()).await.unwrap();
    assert_eq!(alerts.items.len(), 2, "to the critical address and to Teams, on the last failure only");

    // rule: G4
    hook.status.store(200, Ordering::SeqCst);
    let replay = format!("/api/messages/{uuid}/replay");
    let (status, answer) = world.as_role("finance", "POST", &replay, json!({ "reason": "mended" })).await;
    assert_eq!((status, &answer["status"]), (202, &json!("pending")));
    let completed = world.until(&uuid, "completed").await;
    let attempts = completed["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 5, "the old attempts are untouched");
    assert_eq!((&attempts[4]["replayed_by"], &attempts[4]["reason"]), (&json!("finance:3"), &json!("mended")));
    assert_eq!(completed["result"]["mouvement_id"], json!(7));
    let (status, problem) = world.as_role("finance", "POST", &replay, Value::Null).await;
    assert_eq!((status, &problem["code"]), (409, &json!("message_not_failed")));
    running.stop(Duration::from_secs(5)).await;
}

// rule: G2
#[tokio::test]
async fn g2_permanent_failures_are_not_retried_and_redirects_not_followed() {
    let world = world();
    let (hook, url) = Hook::start().await;
    let running = world.deliver(url, SECRET);
    for (account, status) in [(1, 400), (2, 409), (3, 413), (4, 422)] {
        hook.status.store(status, Ordering::SeqCst);
        let before = hook.calls();
        let uuid = world.take(message(account, &format!("r:{account}"))).await.1["message_uuid"].clone();
        let failed = world.until(uuid.as_str().unwrap(), "failed").await;
        assert_eq!(hook.calls(), before + 1, "{status}");
        assert_eq!(failed["attempts"][0]["outcome"], json!("permanent"));
    }
    for (account, status) in [(5, 401), (6, 404), (7, 302)] {
        hook.status.store(status, Ordering::SeqCst);
        let uuid = world.take(message(account, &format!("r:{account}"))).await.1["message_uuid"].clone();
        let failed = world.until(uuid.as_str().unwrap(), "failed").await;
        assert_eq!(failed["attempts"].as_array().unwrap().len(), 4, "{status} is retried");
    }
    running.stop(Duration::from_secs(5)).await;
}

// rule: G9
#[tokio::test]
async fn g9_a_message_that_waits_holds_back_its_account_and_no_other() {
    let world = world();
    let (hook, url) = Hook::start().await;
    hook.status.store(503, Ordering::SeqCst);
    let first = world.take(message(1, "a")).await.1["message_uuid"].as_str().unwrap().to_owned();
    let later = world.take(message(1, "b")).await.1["message_uuid"].as_str().unwrap().to_owned();
    let running = world.deliver(url, SECRET);
    for _ in 0..100 {
        if hook.calls() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (_, held) = world.as_role("admin", "GET", &format!("/api/messages/{later}"), Value::Null).await;
    assert_eq!(held["blocked_by"], json!(first));
    assert_eq!(held["attempts"], json!([]));
    hook.status.store(200, Ordering::SeqCst);
    world.until(&first, "completed").await;
    world.until(&later, "completed").await;
    let order: Vec<_> = hook.seen.lock().unwrap().iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert_eq!(order.last().unwrap().to_str().unwrap(), later);
    running.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn paused_deliveries_use_up_no_attempt() {
    let world = world();
    let (hook, url) = Hook::start().await;
    let (status, pause) = world.as_role("admin", "POST", "/api/deliveries/pause", json!({ "reason": "work" })).await;
    assert_eq!((status, &pause["paused"], &pause["by"]), (200, &json!(true), &json!("admin:4")));
    assert_eq!(world.as_role("admin", "POST", "/api/deliveries/pause", json!({})).await.0, 422);
    let running = world.deliver(url, SECRET);
    let uuid = world.take(message(1, "r:1")).await.1["message_uuid"].as_str().unwrap().to_owned();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (_, waiting) = world.as_role("admin", "GET", &format!("/api/messages/{uuid}"), Value::Null).await;
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("pending"), &json!([])));
    assert_eq!(hook.calls(), 0);
    world.as_role("admin", "POST", "/api/deliveries/resume", json!({ "reason": "done" })).await;
    world.until(&uuid, "completed").await;
    running.stop(Duration::from_secs(5)).await;
}

// rule: G4
#[tokio::test]
async fn g4_failed_messages_are_replayed_by_filter_after_a_count() {
    let world = world();
    let (hook, url) = Hook::start().await;
    hook.status.store(422, Ordering::SeqCst);
    let running = world.deliver(url, SECRET);
    let mut uuids = Vec::new();
    for account in 1..=3 {
        let (_, taken) = world.take(message(account, &format!("r:{account}"))).await;
        uuids.push(taken["message_uuid"].as_str().unwrap().to_owned());
    }
    for uuid in &uuids {
        world.until(uuid, "failed").await;
    }
    hook.status.store(200, Ordering::SeqCst);
    let count = json!({ "type": "credit_request", "reason": "mended", "dry_run": true });
    assert_eq!(world.as_role("admin", "POST", "/api/messages/replay", count).await, (200, json!({ "count": 3 })));
    assert_eq!(world.store.stats(System.now()).await.unwrap().failed, 3, "only counted");
    let replay = json!({ "status": "failed", "reason": "mended" });
    assert_eq!(world.as_role("admin", "POST", "/api/messages/replay", replay).await, (200, json!({ "count": 3 })));
    for uuid in &uuids {
        world.until(uuid, "completed").await;
    }
    let (status, _) =
        world.as_role("admin", "POST", "/api/messages/replay", json!({ "status": "completed", "reason": "x" })).await;
    assert_eq!(status, 422);
    assert_eq!(world.as_role("admin", "POST", "/api/messages/replay", json!({})).await.0, 422, "a reason is needed");
    running.stop(Duration::from_secs(5)).await;
}

// rule: G3
#[tokio::test]
async fn g3_both_clients_hand_a_message_over_once() {
    let world = world();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/messager/api", listener.local_addr().unwrap());
    let served = Router::new().nest("/messager", world.router.clone());
    tokio::spawn(async move { axum::serve(listener, served).await });
    let clock: Arc<dyn Clock> = Arc::new(System);
    let remote = Remote::new(&base, TOKEN.to_owned(), Duration::from_secs(2), clock.clone()).unwrap();
    let embedded = Embedded {
        store: Arc::new(world.store.clone()),
        schedule: world.schedule.clone(),
        clock: clock.clone(),
        ids: Arc::new(System),
        wake: world.wake.clone(),
    };
    let message = OutgoingMessage {
        domain: DOMAIN.to_owned(),
        kind: "load_request".to_owned(),
        payload: json!({ "account_id": 1 }).into(),
        idempotency_key: Some("r:1".to_owned()),
    };
    let first = remote.submit(&message).await.unwrap();
    assert_eq!(remote.submit(&message).await.unwrap(), first);
    assert_eq!(embedded.submit(&message).await.unwrap(), first);

    let stranger = Remote::new(&base, "not-the-token".to_owned(), Duration::from_secs(2), clock.clone()).unwrap();
    let report = stranger.submit(&message).await.unwrap_err();
    assert_eq!((report.http_status, report.outcome), (Some(401), AttemptOutcome::Retry));
    assert!(!report.error.unwrap().contains("not-the-token"));
    let nobody = Remote::new("http://127.0.0.1:1/api", TOKEN.to_owned(), Duration::from_secs(2), clock).unwrap();
    let report = nobody.submit(&message).await.unwrap_err();
    assert_eq!((report.http_status, report.outcome), (None, AttemptOutcome::Retry));
}

#[tokio::test]
async fn stopping_finishes_what_was_begun() {
    let world = world();
    let (hook, url) = Hook::start().await;
    let running = world.deliver(url, SECRET);
    for n in 0..20 {
        world.take(message(n, &format!("r:{n}"))).await;
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    running.stop(Duration::from_secs(5)).await;
    let stats = world.store.stats(System.now()).await.unwrap();
    assert_eq!(stats.processing, 0, "no lease is left behind");
    assert_eq!(stats.completed, hook.calls() as u64, "what was delivered is known to be");
}
