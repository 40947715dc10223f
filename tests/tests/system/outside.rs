//! What stands outside the server in a test: a Messager that only takes messages, the real Messager on its own, and a way
//! to the webhook on which things go wrong.

use estair_core::actor::Actor;
use estair_core::background::DeliverMessages;
use estair_core::clock::{Clock, System};
use estair_core::id::UserId;
use estair_core::messager::{DOMAIN, MessagerStore};
use estair_core::notice::Channel;
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::{Report, Schedule};
use estair_core::store::StoreError;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use estair_http::EventKey;
use estair_http::client::http_client;
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::{Alerts, Loops, RunningLoops, Wake};
use estair_http::messager::MessagerHost;
use estair_http::messager::api::router;
use estair_http::messager::domain::Domain;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::listening::listener;
use crate::world::{SECRET, Scratch, TOKEN, eventually};

/// How somebody answers a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    /// As it should.
    Well,
    /// With this status.
    Status(u16),
    /// With this status, and when to come back, in seconds.
    Later(u16, u64),
    /// 200, and what is not JSON.
    Garbage,
    /// So much later, and nothing was done.
    Slow(Duration),
    /// It was done, but so much later: the caller may have gone.
    DoneSlowly(Duration),
    /// It was done, but the answer is lost on the way.
    DoneAndLost,
}

/// The moods of the next calls; well when none is left.
#[derive(Clone, Default)]
pub(crate) struct Moods(Arc<Mutex<VecDeque<Mood>>>);

impl Moods {
    pub(crate) fn next(&self, moods: impl IntoIterator<Item = Mood>) {
        self.0.lock().unwrap().extend(moods);
    }

    fn take(&self) -> Mood {
        self.0.lock().unwrap().pop_front().unwrap_or(Mood::Well)
    }

    /// Answers in the next mood; `work` is what answering well means.
    async fn answer(&self, work: impl Future<Output = Response>) -> Response {
        let garbage = || (StatusCode::OK, "<html>welcome</html>").into_response();
        match self.take() {
            Mood::Well => work.await,
            Mood::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Mood::Later(status, seconds) => {
                (StatusCode::from_u16(status).unwrap(), [("retry-after", seconds.to_string())]).into_response()
            }
            Mood::Garbage => garbage(),
            Mood::Slow(pause) => {
                tokio::time::sleep(pause).await;
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
            Mood::DoneSlowly(pause) => {
                let answer = work.await;
                tokio::time::sleep(pause).await;
                answer
            }
            Mood::DoneAndLost => {
                work.await;
                StatusCode::BAD_GATEWAY.into_response()
            }
        }
    }
}

/// A Messager that takes messages, and delivers none: the test does.
#[derive(Clone)]
pub(crate) struct Taker {
    /// Its API's address.
    pub(crate) api: String,
    pub(crate) moods: Moods,
    calls: Arc<Mutex<Vec<Value>>>,
    receipts: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Taker {
    pub(crate) async fn start() -> Self {
        let (listener, url) = listener().await;
        let taker = Self {
            api: format!("{url}/api"),
            moods: Moods::default(),
            calls: Arc::default(),
            receipts: Arc::default(),
        };
        let router = Router::new().route("/api/messages", post(Self::take)).with_state(taker.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        taker
    }

    /// The options of a server that uses it.
    pub(crate) fn settings(&self) -> [(&str, &str); 1] {
        [("MESSAGER_API_URL", self.api.as_str())]
    }

    async fn take(State(taker): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(bearer, format!("Bearer {TOKEN}"), "rule: G7");
        let message: Value = serde_json::from_slice(&body).unwrap();
        taker.calls.lock().unwrap().push(message.clone());
        let kept = async {
            let key = message["idempotency_key"].as_str().unwrap().to_owned();
            let mut receipts = taker.receipts.lock().unwrap();
            let (number, known) = (receipts.len() + 1, receipts.contains_key(&key));
            let new = || json!({ "message_uuid": uuid::Uuid::new_v4(), "message_id": number });
            let receipt = receipts.entry(key).or_insert_with(new).clone();
            (if known { StatusCode::OK } else { StatusCode::CREATED }, axum::Json(receipt)).into_response()
        };
        taker.moods.answer(kept).await
    }

    /// Every call that came, each as the message it carried.
    pub(crate) fn calls(&self) -> Vec<Value> {
        self.calls.lock().unwrap().clone()
    }

    /// The message of a request's last execution, as it would be delivered, once it was handed over.
    pub(crate) async fn message_of(&self, request: &Value) -> Value {
        let calls = eventually("the message is handed over", || async {
            let of_request = |call: &Value| call["payload"]["requete_id"] == request["id"];
            let calls: Vec<_> = self.calls().into_iter().filter(of_request).collect();
            let key = calls.last()?["idempotency_key"].as_str()?.to_owned();
            let receipt = self.receipts.lock().unwrap().get(&key).cloned()?;
            Some((calls, receipt))
        });
        let (calls, receipt) = calls.await;
        let call = calls.last().unwrap();
        json!({ "message_uuid": receipt["message_uuid"], "type": call["type"], "payload": call["payload"] })
    }
}

/// A way to the webhook.
#[derive(Clone)]
pub(crate) struct Gate {
    /// Where it begins.
    pub(crate) url: String,
    pub(crate) moods: Moods,
    to: Arc<Mutex<String>>,
}

impl Gate {
    pub(crate) async fn start() -> Self {
        let (listener, url) = listener().await;
        let gate = Self { url: format!("{url}/hook"), moods: Moods::default(), to: Arc::default() };
        let router = Router::new().route("/hook", post(Self::pass)).with_state(gate.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        gate
    }

    /// It leads there.
    pub(crate) fn leads_to(&self, webhook: String) {
        *self.to.lock().unwrap() = webhook;
    }

    async fn pass(State(gate): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        let to = gate.to.lock().unwrap().clone();
        let passing = async {
            let mut request = http_client(Duration::from_secs(10)).unwrap().post(to);
            for (name, value) in headers.iter().filter(|(name, _)| name.as_str().starts_with("webhook-")) {
                request = request.header(name, value);
            }
            let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
            (answer.status(), answer.bytes().await.unwrap()).into_response()
        };
        gate.moods.answer(passing).await
    }
}

/// The roles of those who call the outside Messager are their tokens.
struct ByName;

#[async_trait]
impl Authenticate for ByName {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let bearer = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(match bearer {
            "Bearer finance" => Some(Actor::Finance(UserId(1))),
            "Bearer operation" => Some(Actor::Operation(UserId(2))),
            _ => None,
        })
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
        Report::skipped("nobody listens")
    }
}

/// How long the outside Messager waits for an answer of the webhook.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);

/// The real Messager, as another process would run it.
pub(crate) struct Outside {
    pub(crate) url: String,
    pub(crate) store: Arc<dyn MessagerStore>,
    pub(crate) work: RunningLoops,
    _scratch: Scratch,
}

impl Outside {
    /// It delivers by this gate.
    pub(crate) async fn start(gate: &Gate) -> Self {
        let (listener, _) = listener().await;
        Self::on(listener, gate).await
    }

    /// At this address.
    pub(crate) async fn on(listener: TcpListener, gate: &Gate) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let scratch = Scratch::new();
        let database = format!("sqlite://{}", scratch.0.join("outside.db").display());
        let connect = estair_sqlx::Options::default();
        estair_sqlx::migrate_messager(&database, &connect).await.unwrap();
        let store = estair_sqlx::open_messager(&database, &connect).await.unwrap();
        let delays = [100, 200, 300].map(Duration::from_millis).to_vec();
        let schedule = Schedule::messager().delays(delays);
        let (wake, clock): (_, Arc<dyn Clock>) = (Wake::default(), Arc::new(System));
        let host = MessagerHost {
            store: Arc::clone(&store),
            schedule: schedule.clone(),
            domains: [Domain::new(DOMAIN, TOKEN)].into(),
            authenticate: Arc::new(ByName),
            clock: Arc::clone(&clock),
            ids: Arc::new(System),
            wake: wake.clone(),
            event_key: EventKey::random(&System),
            events_interval: Duration::from_millis(100),
            shutdown: CancellationToken::new(),
            limits: Limits::default(),
        };
        tokio::spawn(async move { axum::serve(listener, router(host)).await });
        let endpoint = Endpoint { url: gate.url.clone(), secrets: SECRET.parse().unwrap() };
        let transport = HttpTransport::new([(DOMAIN.to_owned(), endpoint)], PATIENCE, Arc::clone(&clock)).unwrap();
        let job = DeliverMessages { store: Arc::clone(&store), transport: Arc::new(transport), schedule };
        let alerts = Alerts::new(Arc::new(Silence), Schedule::notifications());
        let work = Loops::new(clock, Arc::new(System), wake).messager(job, alerts).start();
        Self { url, store, work, _scratch: scratch }
    }

    /// As this role.
    pub(crate) async fn call(&self, role: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = (!body.is_null()).then(|| body.to_string());
        let answer = crate::world::try_call(&self.url, Some(role.to_owned()), method, path, &[], body).await.unwrap();
        (answer.status, answer.body)
    }

    /// Waits until a message has a status.
    pub(crate) async fn message(&self, uuid: &str, status: &str) -> Value {
        eventually(&format!("message {uuid} is {status}"), || async {
            let (_, message) = self.call("finance", "GET", &format!("/api/messages/{uuid}"), Value::Null).await;
            (message["status"] == status).then_some(message)
        })
        .await
    }
}
