//! Messager with everybody around it: its router over memory, who asks, a webhook.

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
use estair_core::messager::DOMAIN;
use estair_core::notice::Channel;
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::{AttemptOutcome, Report, Schedule};
use estair_core::store::StoreError;
use estair_http::EventKey;
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::{Alerts, Loops, RunningLoops, Wake};
use estair_http::messager::MessagerHost;
use estair_http::messager::api::router;
use estair_http::messager::domain::Domain;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_http::signature::Secrets;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub(crate) const TOKEN: &str = "the-token-of-the-helpdesk-domain";
pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

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

pub(crate) struct World {
    pub(crate) store: MemoryMessager,
    pub(crate) router: Router,
    pub(crate) wake: Wake,
    pub(crate) schedule: Schedule,
}

pub(crate) fn world() -> World {
    let store = MemoryMessager::new();
    let wake = Wake::default();
    let delays = [100, 200, 300].map(Duration::from_millis).to_vec();
    let schedule = Schedule::messager().delays(delays).jitter_percent(0);
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
    pub(crate) async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> (u16, Value) {
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

    pub(crate) async fn take(&self, body: Value) -> (u16, Value) {
        self.call("POST", "/api/messages", &[("authorization", &format!("Bearer {TOKEN}"))], body).await
    }

    pub(crate) async fn as_role(&self, role: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.call(method, path, &[("x-role", role)], body).await
    }

    pub(crate) fn deliver(&self, url: String, secrets: &str) -> RunningLoops {
        let endpoint = Endpoint { url, secrets: secrets.parse().unwrap() };
        let clock: Arc<dyn Clock> = Arc::new(System);
        let transport =
            HttpTransport::new([(DOMAIN.to_owned(), endpoint)], Duration::from_secs(2), clock.clone()).unwrap();
        let messages = DeliverMessages {
            store: Arc::new(self.store.clone()),
            transport: Arc::new(transport),
            schedule: self.schedule.clone(),
        };
        let alerts = Alerts::new(Arc::new(Silence), Schedule::notifications());
        Loops::new(clock, Arc::new(System), self.wake.clone()).messager(messages, alerts).start()
    }

    pub(crate) async fn until(&self, uuid: &str, status: &str) -> Value {
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
pub(crate) struct Hook {
    pub(crate) status: Arc<AtomicU16>,
    pub(crate) seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    pub(crate) secrets: Secrets,
}

impl Hook {
    pub(crate) async fn start() -> (Self, String) {
        let hook =
            Self { status: Arc::new(AtomicU16::new(200)), seen: Arc::default(), secrets: SECRET.parse().unwrap() };
        let router = Router::new().route("/hook", post(Self::answer)).with_state(hook.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (hook, url)
    }

    pub(crate) async fn answer(State(hook): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        hook.secrets.verify(&headers, &body, System.now()).unwrap();
        hook.seen.lock().unwrap().push((headers, body));
        let status = StatusCode::from_u16(hook.status.load(Ordering::SeqCst)).unwrap();
        match status {
            StatusCode::OK => axum::Json(json!({ "success": true, "mouvement_id": 7 })).into_response(),
            StatusCode::FOUND => (status, [("location", "/hook")]).into_response(),
            _ => (status, axum::Json(json!({ "code": "as_told", "detail": "as told" }))).into_response(),
        }
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, body)| String::from_utf8(body.to_vec()).unwrap()).collect()
    }

    pub(crate) fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

pub(crate) fn message(account: u64, key: &str) -> Value {
    let payload = json!({ "account_id": account, "requete_id": 1, "amount": 0.1 });
    json!({ "domain": DOMAIN, "type": "credit_request", "payload": payload, "idempotency_key": key })
}
