//! A book with two accounts and one user of each role, behind the API.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use chrono::{DateTime, Duration, Utc};
use estair_core::Book;
use estair_core::actor::{Actor, ClientKind};
use estair_core::book::Submission;
use estair_core::clock::{Clock, IdSource, Ids};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::memory::{MemoryMessager, MemoryStore};
use estair_core::messager::Stored;
use estair_core::movement::{Source, Sources};
use estair_core::policy::Policy;
use estair_core::request::{IncomingMessage, Payload};
use estair_core::store::StoreError;
use estair_core::testing::{ManualClock, SeededIds};
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::{Loops, RunningLoops, Wake};
use estair_http::{EventKey, Host, Options, api, health};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::shared_people::Folk;

pub(crate) const CLIENT: &str = "client";
pub(crate) const OTHER: &str = "other-client";
pub(crate) const OPERATION: &str = "operation";
pub(crate) const FINANCE: &str = "finance";
pub(crate) const ADMIN: &str = "admin";
pub(crate) const SERVICE: &str = "service";
/// A service that may post movements of BMP alone.
pub(crate) const CONFINED: &str = "confined";
pub(crate) const AUDITOR: &str = "auditor";
/// Whose token the host stumbles over.
pub(crate) const PANIC: &str = "panic";
pub(crate) const EVERYONE: [&str; 6] = [CLIENT, OTHER, OPERATION, FINANCE, ADMIN, SERVICE];

/// Bearer tokens that are the names above.
struct Tokens;

#[async_trait]
impl Authenticate for Tokens {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let token = parts.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let client =
            |user, account| Actor::Client { user: UserId(user), account: AccountId(account), kind: ClientKind::Agency };
        Ok(match token {
            Some(CLIENT) => Some(client(11, 1)),
            Some(OTHER) => Some(client(12, 2)),
            Some(OPERATION) => Some(Actor::Operation(UserId(21))),
            Some(FINANCE) => Some(Actor::Finance(UserId(22))),
            Some(ADMIN) => Some(Actor::Admin(UserId(23))),
            Some(SERVICE) => Some(Actor::service(UserId(24))),
            Some(CONFINED) => Some(Actor::Service(UserId(25), Sources::only(&[Source::Bmp]))),
            Some(AUDITOR) => Some(Actor::Auditor(UserId(26))),
            Some(PANIC) => panic!("a host's own mistake"),
            _ => None,
        })
    }
}

pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) messager: MemoryMessager,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<SeededIds>,
    pub(crate) host: Host,
    pub(crate) router: Router,
    /// Rings when something was committed.
    pub(crate) wake: Wake,
    /// Numbers the events.
    pub(crate) loops: Option<RunningLoops>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that it is a problem with this status and code, and gives it.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], json!(status));
        assert_eq!(problem["type"], json!(format!("urn:estair:problem:{code}")));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem
    }

    /// Checks the status and gives the body.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// Checks that a field is named among the errors of a 422.
    #[track_caller]
    pub(crate) fn faulty(&self, field: &str) {
        assert_eq!(self.status, 422, "{}", self.text());
        let problem = self.json();
        let named = problem["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| e["field"] == field));
        assert!(named, "{field} is not among {problem}");
    }
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

impl World {
    /// Nine in the morning; account 1 with a limit of 1,000,000 XOF, account 2 with 250,000.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default().limits(Limits::new(0))).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let store = MemoryStore::new();
        let mut world = Self::over(store.clone(), options, Policy::default()).await;
        let loops = Loops::new(world.clock.clone(), world.ids.clone(), world.wake.clone());
        world.loops = Some(loops.events(Arc::new(store)).start());
        world
    }

    /// The same of a host that has no people of its own.
    pub(crate) async fn without_people() -> Self {
        let world = Self::new().await;
        let host = Host { names: None, people: None, ..world.host.clone() };
        let router = api(host.clone(), Options::default().limits(Limits::new(0)));
        Self { host, router, ..world }
    }

    /// The same over this store, without the loop that numbers events.
    pub(crate) async fn over(store: MemoryStore, options: Options, policy: Policy) -> Self {
        let messager = MemoryMessager::new();
        let clock = Arc::new(ManualClock::new(at("2025-10-21T09:00:00Z")));
        let ids = Arc::new(SeededIds::new(3));
        let wake = Wake::default();
        let book = Book::new(Arc::new(store.clone()), clock.clone(), ids.clone(), policy)
            .with_subscriber(Arc::new(wake.clone()));
        let folk = Arc::new(Folk::default());
        let host = Host {
            book,
            reader: Arc::new(store.clone()),
            audit: Arc::new(store.clone()),
            notifications: Arc::new(store.clone()),
            subscriptions: Arc::new(store.clone()),
            messager: Some(Stored::of(Arc::new(messager.clone()))),
            authenticate: Arc::new(Tokens),
            names: Some(folk.clone()),
            people: Some(folk),
            clock: clock.clone(),
            ids: ids.clone(),
            event_key: EventKey::derived_from("a secret"),
        };
        let options = options.events_interval(std::time::Duration::from_millis(5));
        let probes = health(host.clone(), Arc::new(|| vec![("outbox".to_owned(), true)]), None);
        let router = api(host.clone(), options).merge(probes);
        let world = Self { store, messager, clock, ids, host, router, wake, loops: None };
        for (name, limit) in [("Agence Un", 1_000_000), ("Agence Deux", 250_000)] {
            world.post(ADMIN, "/api/accounts", json!({ "name": name, "limit": limit })).await.ok(201);
        }
        world
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// A call with any headers and any body.
    pub(crate) async fn call(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, "GET", path, &[], "").await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "POST", path, &[], &body.to_string()).await
    }

    pub(crate) async fn patch(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "PATCH", path, &[], &body.to_string()).await
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "PUT", path, &[], &body.to_string()).await
    }

    /// Creates a request and gives it.
    pub(crate) async fn request(&self, who: &str, body: Value) -> Value {
        self.post(who, "/api/requetes-financieres", body).await.ok(201)
    }

    /// A credit of the first client.
    pub(crate) async fn credit(&self, amount: u64) -> u64 {
        self.request(CLIENT, json!({ "category": "daily_credit", "amount": amount })).await["id"].as_u64().unwrap()
    }

    /// Carries a passed request into the book, as its message does.
    pub(crate) async fn deliver(&self, id: u64) {
        let (row, _) = self.host.reader.request(RequestId(id)).await.unwrap().unwrap();
        let account = self.host.reader.account(row.account).await.unwrap().unwrap();
        let payload = Payload::of(row.id, &row, &account.name);
        let (kind, raw) = (row.definition().message, payload.to_json());
        let message_uuid = Ids::new(self.clock.now(), self.ids.seed()).draw();
        let message = IncomingMessage { message_uuid, kind: kind.to_owned(), payload, raw };
        self.host.book.run(Submission::new(Actor::System, Command::Receive(message))).await.unwrap();
    }

    /// A credit that was granted.
    pub(crate) async fn granted(&self, amount: u64) -> u64 {
        let id = self.credit(amount).await;
        self.deliver(id).await;
        assert_eq!(self.get(CLIENT, &format!("/api/requetes-financieres/{id}")).await.ok(200)["status"], "closed");
        id
    }

    /// A payment received on an account; gives the movement's number.
    pub(crate) async fn payment(&self, account: u64, reference: &str, amount: &str) -> u64 {
        let body = json!({
            "source": "wave", "reference": reference, "type": "payment", "amount": amount, "currency": "XOF",
            "account_id": account,
        });
        self.post(SERVICE, "/api/mouvements", body).await.ok(201)["mouvement_id"].as_u64().unwrap()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
}

/// Statuses by role, for a table of who may what.
pub(crate) async fn statuses(world: &World, who: &[&str], method: &str, path: &str, body: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for one in who {
        statuses.push(world.call(one, method, path, &[], body).await.status);
    }
    statuses
}
