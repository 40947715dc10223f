//! Messager over HTTP: its API (G4, G7, G8), its deliveries and their retries (G1, G2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use estair_core::actor::{Actor, ClientKind};
use estair_core::background::DeliverMessages;
use estair_core::clock::{Clock, System};
use estair_core::id::{AccountId, UserId};
use estair_core::memory::MemoryMessager;
use estair_core::messager::{DOMAIN, Messager, MessagerStore, OutgoingMessage};
use estair_core::notice::Channel;
use estair_core::notification::outage::Grouping;
use estair_core::notification::{Notification, NotificationFilter, Notifications, Notifier};
use estair_core::queue::{AttemptOutcome, Report, Schedule};
use estair_core::store::{Page, StoreError};
use estair_http::EventKey;
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::{Alerts, Loops, RunningLoops, Wake};
use estair_http::messager::MessagerHost;
use estair_http::messager::api::router;
use estair_http::messager::domain::Domain;
use estair_http::messager::embedded::Embedded;
use estair_http::messager::remote::Remote;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_http::signature::Secrets;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

const TOKEN: &str = "the-token-of-the-helpdesk-domain";
const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Everybody is who the header `x-role` says.
struct ByHeader;

#[async_trait]
impl Authenticate for ByHeader {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let role = parts.headers.get("x-role").and_then(|value| value.to_str().ok());
        Ok(match role {
            Some("client") => Some(Actor::Client { user: UserId(1), account: AccountId(1), kind: ClientKind::Agency }),
            Some("operation") => Some(Actor::Operation(UserId(2))),
            Some("finance") => Some(Actor::Finance(UserId(3))),
            Some("admin") => Some(Actor::Admin(UserId(4))),
            Some("service") => Some(Actor::service(UserId(5))),
            _ => None,
        })
    }
}

struct World {
    store: MemoryMessager,
    router: Router,
    wake: Wake,
    schedule: Schedule,
}

fn world() -> World {
    let store = MemoryMessager::new();
    let wake = Wake::default();
    let delays = [100, 200, 300].map(Duration::from_millis).to_vec();
    let schedule = Schedule { delays, jitter_percent: 0, ..Schedule::messager() };
    let host = MessagerHost {
        store: Arc::new(store.clone()),
        schedule: schedule.clone(),
        domains: [Domain::new(DOMAIN, TOKEN), Domain::new("other", "the-token-of-another-domain")].into(),
        authenticate: Arc::new(ByHeader),
        clock: Arc::new(System),
        ids: Arc::new(System),
        wake: wake.clone(),
        event_key: EventKey::derived_from("a secret"),
        events_interval: Duration::from_millis(5),
        shutdown: CancellationToken::new(),
        limits: Limits::default(),
    };
    World { store, router: router(host), wake, schedule }
}

impl World {
    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn take(&self, body: Value) -> (u16, Value) {
        self.call("POST", "/api/messages", &[("authorization", &format!("Bearer {TOKEN}"))], body).await
    }

    async fn as_role(&self, role: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.call(method, path, &[("x-role", role)], body).await
    }

    fn deliver(&self, url: String, secrets: &str) -> RunningLoops {
        let endpoint = Endpoint { url, secrets: secrets.parse().unwrap() };
        let clock: Arc<dyn Clock> = Arc::new(System);
        let transport =
            HttpTransport::new([(DOMAIN.to_owned(), endpoint)], Duration::from_secs(2), clock.clone()).unwrap();
        let messages = DeliverMessages {
            store: Arc::new(self.store.clone()),
            transport: Arc::new(transport),
            schedule: self.schedule.clone(),
        };
        let alerts =
            Alerts { notifier: Arc::new(Silence), schedule: Schedule::notifications(), grouping: Grouping::default() };
        Loops::new(clock, Arc::new(System), self.wake.clone()).messager(messages, alerts).start()
    }

    async fn until(&self, uuid: &str, status: &str) -> Value {
        for _ in 0..200 {
            let (_, message) = self.as_role("operation", "GET", &format!("/api/messages/{uuid}"), Value::Null).await;
            if message["status"] == status {
                return message;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{uuid} never became {status}");
    }
}

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

/// No channel is on.
struct Silence;

#[async_trait]
impl Notifier for Silence {
    fn is_on(&self, _: Channel) -> bool {
        false
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::failed(AttemptOutcome::Permanent, "nobody listens")
    }
}

/// A webhook that answers as it is told, and remembers what it was sent.
#[derive(Clone)]
struct Hook {
    status: Arc<AtomicU16>,
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    secrets: Secrets,
}

impl Hook {
    async fn start() -> (Self, String) {
        let hook =
            Self { status: Arc::new(AtomicU16::new(200)), seen: Arc::default(), secrets: SECRET.parse().unwrap() };
        let router = Router::new().route("/hook", post(Self::answer)).with_state(hook.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (hook, url)
    }

    async fn answer(State(hook): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        hook.secrets.verify(&headers, &body, System.now()).unwrap();
        hook.seen.lock().unwrap().push((headers, body));
        let status = StatusCode::from_u16(hook.status.load(Ordering::SeqCst)).unwrap();
        match status {
            StatusCode::OK => axum::Json(json!({ "success": true, "mouvement_id": 7 })).into_response(),
            StatusCode::FOUND => (status, [("location", "/hook")]).into_response(),
            _ => (status, axum::Json(json!({ "code": "as_told", "detail": "as told" }))).into_response(),
        }
    }

    fn bodies(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, body)| String::from_utf8(body.to_vec()).unwrap()).collect()
    }

    fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

fn message(account: u64, key: &str) -> Value {
    let payload = json!({ "account_id": account, "requete_id": 1, "amount": 0.1 });
    json!({ "domain": DOMAIN, "type": "credit_request", "payload": payload, "idempotency_key": key })
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

// rule: G7
#[tokio::test]
async fn g7_messages_need_the_token_of_their_own_domain() {
    let world = world();
    let body = message(1, "r:1");
    let with = |token: &'static str| {
        let body = body.clone();
        let world = &world;
        async move { world.call("POST", "/api/messages", &[("authorization", token)], body).await }
    };
    assert_eq!(world.call("POST", "/api/messages", &[], body.clone()).await.0, 401);
    for wrong in ["Bearer wrong", "Bearer ", "Basic dGVzdA==", "Bearer the-token-of-another-domain"] {
        assert_eq!(with(wrong).await.0, 401, "{wrong}");
    }
    let mut stranger = body.clone();
    stranger["domain"] = json!("nobody");
    let (status, problem) = world.take(stranger).await;
    assert_eq!((status, &problem["code"]), (422, &json!("unknown_domain")));
    assert_eq!(world.store.stats(System.now()).await.unwrap().pending, 0);
}

#[tokio::test]
async fn unreadable_unknown_and_missing_fields_are_refused() {
    let world = world();
    let token = format!("Bearer {TOKEN}");
    let raw = Request::post("/api/messages").header("authorization", &token).body(Body::from("{")).unwrap();
    assert_eq!(world.router.clone().oneshot(raw).await.unwrap().status(), 400);
    let mut unknown = message(1, "r:1");
    unknown["status"] = json!("completed");
    assert_eq!(world.take(unknown).await.0, 422);
    for field in ["domain", "type", "payload"] {
        let mut without = message(1, "r:1");
        without.as_object_mut().unwrap().remove(field);
        let (status, problem) = world.take(without).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{problem}");
    }
    let mut long = message(1, "r:1");
    long["payload"]["text"] = json!("x".repeat(70_000));
    assert_eq!(world.take(long).await.0, 413);
}

// rule: P1
#[tokio::test]
async fn p1_staff_reads_finance_replays_admin_pauses() {
    let world = world();
    let uuid = world.take(message(1, "r:1")).await.1["message_uuid"].as_str().unwrap().to_owned();
    let reason = json!({ "reason": "test" });
    let none = Value::Null;
    let table = [
        ("GET", "/api/messages".to_owned(), none.clone(), ["operation", "finance", "admin"].as_slice(), 200),
        ("GET", format!("/api/messages/{uuid}"), none.clone(), &["operation", "finance", "admin"], 200),
        ("GET", "/api/stats".to_owned(), none.clone(), &["operation", "finance", "admin"], 200),
        ("POST", format!("/api/messages/{uuid}/replay"), none.clone(), &["finance", "admin"], 409),
        ("POST", "/api/messages/replay".to_owned(), reason.clone(), &["finance", "admin"], 200),
        ("POST", "/api/deliveries/pause".to_owned(), reason.clone(), &["admin"], 200),
        ("POST", "/api/deliveries/resume".to_owned(), reason, &["admin"], 200),
    ];
    for (method, path, body, allowed, expected) in table {
        assert_eq!(world.call(method, &path, &[], body.clone()).await.0, 401, "{path}");
        for role in ["client", "service", "operation", "finance", "admin"] {
            let (status, answer) = world.as_role(role, method, &path, body.clone()).await;
            let wanted = if allowed.contains(&role) { expected } else { 403 };
            assert_eq!(status, wanted, "{role} {method} {path}: {answer}");
        }
    }
    assert_eq!(world.as_role("admin", "GET", "/api/messages/not-a-uuid", Value::Null).await.0, 404);
    assert_eq!(world.as_role("admin", "GET", "/api/nothing", Value::Null).await.0, 404);
}

// rule: G8
#[tokio::test]
async fn g8_lists_are_filtered_and_paged() {
    let world = world();
    for n in 0..5 {
        world.take(message(n, &format!("r:{n}"))).await;
    }
    let get = |query: &str| {
        let path = format!("/api/messages{query}");
        let world = &world;
        async move { world.as_role("operation", "GET", &path, Value::Null).await }
    };
    let (_, page) = get("?limit=3").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    let (_, rest) = get(&format!("?limit=3&cursor={cursor}")).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert!(rest["next_cursor"].is_null());
    assert!(page["items"][0]["message_id"].as_u64() > rest["items"][0]["message_id"].as_u64(), "newest first");
    assert_eq!(get("?status=failed").await.1["items"], json!([]));
    assert_eq!(get("?type=credit_request&domain=estair-helpdesk").await.1["items"].as_array().unwrap().len(), 5);
    for wrong in ["?status=lost", "?limit=0", "?limit=201", "?cursor=x", "?colour=red"] {
        assert_eq!(get(wrong).await.0, 422, "{wrong}");
    }
    let (_, stats) = world.as_role("operation", "GET", "/api/stats", Value::Null).await;
    assert_eq!(stats["pending"], json!(5));
    assert_eq!(stats["paused"], json!(false));
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

#[tokio::test]
async fn the_document_is_openapi_3_1_and_names_every_route() {
    let world = world();
    let (status, document) = world.call("GET", "/api/openapi.json", &[], Value::Null).await;
    assert_eq!(status, 200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    for path in [
        "/api/messages",
        "/api/messages/{uuid}",
        "/api/messages/{uuid}/replay",
        "/api/messages/replay",
        "/api/deliveries/pause",
        "/api/deliveries/resume",
        "/api/stats",
    ] {
        assert!(paths.iter().any(|known| known == path), "{path} in {paths:?}");
    }
}

#[tokio::test]
async fn what_is_sent_to_replay_is_bounded_and_json() {
    let world = world();
    let (_, taken) = world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let path = format!("/api/messages/{}/replay", taken["message_uuid"].as_str().unwrap());
    let send = async |headers: &[(&str, &str)], body: String| {
        let mut request = Request::post(&path).header("x-role", "admin");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().status().as_u16()
    };
    assert_eq!(send(&[], String::new()).await, 409, "no body at all is well");
    assert_eq!(send(&[], "x".repeat(3_000_000)).await, 413);
    assert_eq!(send(&[("content-type", "text/plain")], r#"{"reason":"r"}"#.to_owned()).await, 415);
    assert_eq!(send(&[("content-encoding", "gzip")], r#"{"reason":"r"}"#.to_owned()).await, 415);
    assert_eq!(send(&[], "[]".to_owned()).await, 400);
    assert_eq!(send(&[], json!({ "reason": "a\0b" }).to_string()).await, 422);
    assert_eq!(send(&[], json!({ "reason": "x".repeat(1_001) }).to_string()).await, 422);
}

#[tokio::test]
async fn the_filters_of_messages_are_bounded_as_all_are() {
    let world = world();
    world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let list = async |query: &str| world.as_role("admin", "GET", &format!("/api/messages?{query}"), Value::Null).await;
    let (status, messages) = list("from=1900-01-01&to=9999-12-31").await;
    assert_eq!((status, messages["items"].as_array().unwrap().len()), (200, 1));
    for bad in ["q=%00", "type=%00", "domain=a%00", "from=1899-12-31", "to=10000-01-01", "cursor=%00"] {
        assert_eq!(list(bad).await.0, 422, "{bad}");
    }
    assert_eq!(world.as_role("admin", "GET", "/api/messages/%FF", Value::Null).await.0, 404);
    let replay = async |from: &str, to: &str| {
        let body = json!({ "from": from, "to": to, "reason": "r", "dry_run": true });
        world.as_role("admin", "POST", "/api/messages/replay", body).await.0
    };
    assert_eq!(replay("1900-01-01", "9999-12-31").await, 200);
    assert_eq!(replay("2025-10-21T18:00:00Z", "2025-10-22").await, 200);
    assert_eq!([replay("1899-01-01", "2025-10-22").await, replay("2025-10-21", "10000-01-01").await], [422, 422]);
}

#[tokio::test]
async fn tokens_that_are_refused_are_limited_by_address() {
    let world = world();
    let ask = async |token: &str, path: &str, method: &str| {
        let address: std::net::SocketAddr = ([203, 0, 113, 9], 1).into();
        let request = Request::builder().method(method).uri(path).extension(axum::extract::ConnectInfo(address));
        let request = request.header("authorization", format!("Bearer {token}"));
        let body = json!({ "domain": DOMAIN, "type": "t", "payload": {} }).to_string();
        world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(ask("wrong", "/api/messages", "POST").await, 401);
        assert_eq!(ask("wrong", "/api/stats", "GET").await, 401);
    }
    assert_eq!(ask("wrong", "/api/messages", "POST").await, 429);
    assert_eq!(ask("wrong", "/api/stats", "GET").await, 429);
    assert_eq!(ask(TOKEN, "/api/messages", "POST").await, 201, "a good token is served all the same");
}

#[tokio::test]
async fn what_is_not_served_is_a_problem() {
    let world = world();
    for path in ["/api", "/api/", "/api/nothing"] {
        let (status, problem) = world.call("GET", path, &[], Value::Null).await;
        assert_eq!((status, &problem["code"]), (404, &json!("unknown_path")), "{path}");
    }
    for path in ["/api/messages", "/api/stats", "/api/openapi.json"] {
        let (status, problem) = world.call("DELETE", path, &[], Value::Null).await;
        assert_eq!((status, &problem["code"]), (405, &json!("method_not_allowed")), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_on_every_route() {
    let world = world();
    let (_, taken) = world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let document = serde_json::to_value(estair_http::messager::api::openapi()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        // There is no alert here.
        if path.starts_with("/api/alerts/") || path == "/api/openapi.json" {
            continue;
        }
        for (method, _) in item.as_object().unwrap() {
            let url = path.replace("{uuid}", taken["message_uuid"].as_str().unwrap());
            let (token, body) = (format!("Bearer {TOKEN}"), json!({ "reason": "r" }));
            let by_domain = method == "post" && path == "/api/messages";
            let who = if by_domain { ("authorization", token.as_str()) } else { ("x-role", "admin") };
            let body = if method == "post" { body } else { Value::Null };
            let (status, problem) =
                world.call(&method.to_uppercase(), &format!("{url}?surprise=1"), &[who], body).await;
            let named = problem["errors"].as_array().into_iter().flatten().any(|error| error["field"] == "surprise");
            assert!(status == 422 && named, "{method} {path}: {status} {problem}");
            asked += 1;
        }
    }
    assert!(asked >= 11, "{asked}");
    let (_, state) = world.as_role("admin", "GET", "/api/deliveries", Value::Null).await;
    assert_eq!(state["paused"], false, "nothing was done");
    let (status, alerts) = world.as_role("admin", "GET", "/api/alerts?count=true", Value::Null).await;
    assert_eq!((status, &alerts["total"]), (200, &json!({ "count": 0 })));
}
