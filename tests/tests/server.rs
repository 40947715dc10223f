//! The whole system over real HTTP: the example server on SQLite, in this process, on a port of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::net::TcpListener as StdListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use estair_core::actor::Actor;
use estair_core::clock::{Clock, System};
use estair_core::id::{RequestId, SupportId, UserId};
use estair_core::messager::{DOMAIN, MessagerStore};
use estair_core::queue::Schedule;
use estair_core::store::StoreError;
use estair_core::verify::verify;
use estair_http::client::http_client;
use estair_http::host::Authenticate;
use estair_http::loops::{Running, Wake, Workers};
use estair_http::messager::api::{Service, router};
use estair_http::messager::domain::Domain;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use estair_notify::Links;
use estair_server::cli;
use estair_server::options::Options;
use estair_server::secrets::DataDir;
use estair_server::start::{Server, start};
use estair_server::stores::Stores;
use serde_json::{Value, json};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const TOKEN: &str = "the-token-of-the-helpdesk-domain";

/// A directory that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("estair-server-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn options(scratch: &Scratch, more: &[(&str, &str)]) -> Options {
    let matches = cli::command().get_matches_from(["estair-server"]);
    let dir = scratch.0.display().to_string();
    // The cut-off is the end of the day: the test runs at any hour.
    let fixed = [
        ("ESTAIR_LISTEN", "127.0.0.1:0"),
        ("ESTAIR_DATA_DIR", dir.as_str()),
        ("ESTAIR_CREDIT_CUTOFF", "24:00"),
        ("ESTAIR_RATE_LIMIT", "0"),
    ];
    let all: Vec<_> = fixed.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let find = |name: &str| all.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    Options::load(&matches, find).unwrap()
}

/// A server, and who may call it.
struct World {
    scratch: Scratch,
    server: Server,
    tokens: Value,
}

impl World {
    async fn new(more: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new();
        let server = start(options(&scratch, more)).await.unwrap();
        Self { tokens: tokens(&scratch), scratch, server }
    }

    fn token(&self, who: &str) -> String {
        let of_role = self.tokens["tokens"][who].as_str();
        let of_client = who.strip_prefix("client").and_then(|n| n.parse::<usize>().ok());
        let of_client = of_client.and_then(|n| self.tokens["clients"][n - 1]["token"].as_str());
        of_role.or(of_client).unwrap().to_owned()
    }

    async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        call(&self.server.url(), &self.token(who), method, path, body).await
    }

    async fn get(&self, who: &str, path: &str) -> Value {
        let (status, answer) = self.call(who, "GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn create(&self, who: &str, body: Value) -> Value {
        let (status, answer) = self.call(who, "POST", "/api/requetes-financieres", body).await;
        assert_eq!(status, 201, "{answer}");
        answer
    }

    async fn becomes(&self, id: &Value, status: &str) -> Value {
        let path = format!("/api/requetes-financieres/{id}");
        for _ in 0..400 {
            let request = self.get("admin", &path).await;
            if request["status"] == status {
                return request;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("request {id} never became {status}: {}", self.get("admin", &path).await);
    }

    async fn account(&self, id: u64) -> Value {
        self.get("admin", &format!("/api/accounts/{id}")).await
    }

    /// Stops the server, and verifies the book that it leaves.
    async fn end(self) -> Scratch {
        self.server.stop().await;
        let (data, _) = DataDir::open(&self.scratch.0).unwrap();
        let stores = Stores::open(&options(&self.scratch, &[]), &data).await.unwrap();
        let report = verify(stores.reader.as_ref()).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        self.scratch
    }
}

fn tokens(scratch: &Scratch) -> Value {
    let text = std::fs::read_to_string(scratch.0.join("tokens.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

async fn call(base: &str, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let request = client.request(method.parse().unwrap(), format!("{base}{path}")).bearer_auth(token);
    let request = if body.is_null() { request } else { request.json(&body) };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

fn credit(amount: u64) -> Value {
    json!({ "category": "credit", "amount": amount })
}

// rule: W1
#[tokio::test(flavor = "multi_thread")]
async fn w1_a_credit_lives_from_the_request_to_the_movement() {
    let world = World::new(&[]).await;
    let created = world.create("client1", credit(500_000)).await;
    assert_eq!((&created["status"], &created["category"]), (&json!("to_treat"), &json!("daily_credit")));
    let closed = world.becomes(&created["id"], "closed").await;
    assert!(closed["message_uuid"].is_string());
    let movement = world.get("client1", &format!("/api/mouvements/{}", closed["mouvement_id"])).await;
    assert_eq!((&movement["type"], &movement["total_operation"]), (&json!("credit"), &json!("500000")));
    let account = world.account(1).await;
    assert_eq!((&account["active_credit"], &account["exposition"]), (&json!("500000"), &json!("500000")));
    let message = format!("/messager/api/messages/{}", closed["message_uuid"].as_str().unwrap());
    let message = world.get("operation", &message).await;
    assert_eq!(
        (&message["status"], &message["result"]["mouvement_id"]),
        (&json!("completed"), &closed["mouvement_id"])
    );
    assert_eq!(message["attempts"][0]["http_status"], json!(200), "over real HTTP");

    // rule: N3
    let mut told = Vec::new();
    for _ in 0..100 {
        let timeline = world.get("admin", &format!("/api/requetes-financieres/{}/historique", created["id"])).await;
        told = timeline["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["kind"] == "notification")
            .cloned()
            .collect();
        if told.len() >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(
        told.iter().all(|item| item["data"]["status"] == "skipped"),
        "channels that are off are recorded: {told:?}"
    );
    world.end().await;
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn r2_a_load_waits_for_finance() {
    let world = World::new(&[]).await;
    let load = json!({ "category": "load", "account_id": 3, "amount": "750000" });
    let created = world.create("operation", load).await;
    assert_eq!((&created["status"], &created["assigned_to"]), (&json!("open"), &json!("finance")));
    let path = format!("/api/requetes-financieres/{}", created["id"]);
    let (status, answer) = world.call("operation", "PATCH", &path, json!({ "status": "to_treat" })).await;
    assert_eq!((status, &answer["code"]), (403, &json!("transition_forbidden")));
    let (status, _) = world.call("finance", "PATCH", &path, json!({ "status": "to_treat" })).await;
    assert_eq!(status, 200);
    world.becomes(&created["id"], "closed").await;
    assert_eq!(world.account(3).await["balance"], json!("750000"));
    world.end().await;
}

// rule: C4
#[tokio::test(flavor = "multi_thread")]
async fn c4_credits_that_race_for_the_limit_never_reach_it() {
    let world = Arc::new(World::new(&[]).await);
    let racers: Vec<_> = (0..12)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.create("client1", credit(300_000)).await["id"].clone() })
        })
        .collect();
    let mut ids = Vec::new();
    for racer in racers {
        ids.push(racer.await.unwrap());
    }
    let mut statuses = Vec::new();
    for id in &ids {
        for _ in 0..400 {
            let status = world.get("admin", &format!("/api/requetes-financieres/{id}")).await["status"].clone();
            if status == "closed" || status == "waiting" {
                statuses.push(status);
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
    assert_eq!(statuses.len(), 12, "each one is decided");
    assert_eq!(statuses.iter().filter(|status| *status == "closed").count(), 3, "3 × 300,000 < 1,000,000");
    assert_eq!(world.account(1).await["active_credit"], json!("900000"));
    Arc::into_inner(world).unwrap().end().await;
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn r5_a_credit_is_cancelled_once_by_admin() {
    let world = World::new(&[]).await;
    let granted = world.create("client2", credit(100_000)).await;
    world.becomes(&granted["id"], "closed").await;
    let cancel = json!({ "category": "cancel_credit", "account_id": 2, "parent_id": granted["id"] });
    let (status, answer) = world.call("finance", "POST", "/api/requetes-financieres", cancel.clone()).await;
    assert_eq!((status, &answer["code"]), (403, &json!("forbidden")));
    let cancellation = world.create("admin", cancel.clone()).await;
    world.becomes(&cancellation["id"], "closed").await;
    let account = world.account(2).await;
    assert_eq!((&account["active_credit"], &account["daily_credit"]), (&json!("0"), &json!("0")));
    let (status, answer) = world.call("admin", "POST", "/api/requetes-financieres", cancel).await;
    assert_eq!((status, &answer["code"]), (409, &json!("credit_already_cancelled")));
    world.end().await;
}

// rule: P2
#[tokio::test(flavor = "multi_thread")]
async fn p2_what_is_foreign_does_not_exist_and_roles_keep_to_their_rights() {
    let world = World::new(&[]).await;
    let mine = world.create("client1", credit(1_000)).await;
    let path = format!("/api/requetes-financieres/{}", mine["id"]);
    let foreign = world.call("client2", "GET", &path, Value::Null).await;
    let unknown = world.call("client2", "GET", "/api/requetes-financieres/999999", Value::Null).await;
    assert_eq!(foreign, unknown);
    assert_eq!(foreign.0, 404);
    for (who, method, path, body, expected) in [
        ("service", "GET", "/api/requetes-financieres", Value::Null, 403),
        (
            "finance",
            "POST",
            "/api/requetes-financieres",
            json!({ "category": "load", "account_id": 1, "amount": 1 }),
            403,
        ),
        ("client1", "PUT", "/api/accounts/1/limit", json!({ "limit": 5_000_000, "reason": "please" }), 403),
        ("client1", "GET", "/messager/api/messages", Value::Null, 403),
        ("operation", "POST", "/messager/api/messages/replay", json!({ "reason": "x" }), 403),
        ("finance", "POST", "/messager/api/deliveries/pause", json!({ "reason": "x" }), 403),
    ] {
        let (status, answer) = world.call(who, method, path, body).await;
        assert_eq!(status, expected, "{who} {method} {path}: {answer}");
    }
    let (status, _) = call(&world.server.url(), "no-token", "GET", "/api/accounts/1", Value::Null).await;
    assert_eq!(status, 401);
    let (status, _) = call(&world.server.url(), "no-token", "GET", "/messager/api/stats", Value::Null).await;
    assert_eq!(status, 401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_on_the_same_data_goes_on_with_it() {
    let world = World::new(&[]).await;
    let created = world.create("client1", credit(200_000)).await;
    world.becomes(&created["id"], "closed").await;
    let before = world.tokens.clone();
    let scratch = world.end().await;
    let server = start(options(&scratch, &[])).await.unwrap();
    let world = World { tokens: tokens(&scratch), scratch, server };
    assert_eq!(world.tokens, before, "the demonstration is made once");
    assert_eq!(world.account(1).await["active_credit"], json!("200000"));
    let next = world.create("client1", credit(300_000)).await;
    world.becomes(&next["id"], "closed").await;
    assert_eq!(world.account(1).await["active_credit"], json!("500000"));
    world.end().await;
}

/// A way to the webhook that can be cut.
#[derive(Clone)]
struct Gate {
    open: Arc<AtomicBool>,
    to: String,
}

impl Gate {
    async fn start(to: String) -> (Self, String) {
        let gate = Self { open: Arc::new(AtomicBool::new(true)), to };
        let router = Router::new().route("/", post(Self::pass)).with_state(gate.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (gate, url)
    }

    async fn pass(State(gate): State<Self>, headers: HeaderMap, body: Bytes) -> Response {
        if !gate.open.load(Ordering::SeqCst) {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        let mut request = http_client(Duration::from_secs(5)).unwrap().post(&gate.to);
        for (name, value) in headers.iter().filter(|(name, _)| name.as_str().starts_with("webhook-")) {
            request = request.header(name, value);
        }
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap()).into_response()
    }
}

/// Whoever calls the outside Messager is finance.
struct Finance;

#[async_trait]
impl Authenticate for Finance {
    async fn actor(&self, _: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(Some(Actor::Finance(UserId(1))))
    }
}

/// A Messager of its own, as another process would run it.
struct Outside {
    store: Arc<dyn MessagerStore>,
    work: Running,
}

impl Outside {
    async fn start(listener: StdListener, scratch: &Scratch, webhook: String) -> Self {
        let url = format!("sqlite://{}", scratch.0.join("outside.db").display());
        let connect = estair_sqlx::Options::default();
        estair_sqlx::migrate_messager(&url, &connect).await.unwrap();
        let store = estair_sqlx::open_messager(&url, &connect).await.unwrap();
        let delays = [100, 200, 300].map(Duration::from_millis).to_vec();
        let schedule = Schedule { delays, ..Schedule::messager() };
        let (wake, clock): (_, Arc<dyn Clock>) = (Wake::default(), Arc::new(System));
        let service = Service {
            store: Arc::clone(&store),
            schedule: schedule.clone(),
            domains: [Domain::new(DOMAIN, TOKEN)].into(),
            authenticate: Arc::new(Finance),
            clock: Arc::clone(&clock),
            ids: Arc::new(System),
            wake: wake.clone(),
        };
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        tokio::spawn(async move { axum::serve(listener, router(service)).await });
        let endpoint = Endpoint { url: webhook, secrets: SECRET.parse().unwrap() };
        let transport =
            HttpTransport::new([(DOMAIN.to_owned(), endpoint)], Duration::from_secs(5), Arc::clone(&clock)).unwrap();
        let work = Workers::new(clock, Arc::new(System), wake)
            .delivering(Arc::clone(&store), Arc::new(transport), schedule)
            .start();
        Self { store, work }
    }
}

/// A port on which nobody listens until the test does; below those that clients are given.
fn free_port() -> u16 {
    let start = 20_000 + u16::try_from(std::process::id() % 5_000).unwrap();
    (start..start + 5_000).find(|port| StdListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn g3_requests_are_accepted_while_messager_is_down_and_g1_g4_its_failures_are_retried_and_replayed() {
    let port = free_port();
    let api = format!("http://127.0.0.1:{port}/api");
    let outside = [
        ("MESSAGER_API_URL", api.as_str()),
        ("MESSAGER_DOMAIN_HELPDESK_TOKEN", TOKEN),
        ("MESSAGER_WEBHOOK_SECRET", SECRET),
    ];
    let world = World::new(&outside).await;
    let first = world.create("client1", credit(100_000)).await;
    let second = world.create("client1", credit(200_000)).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let waiting = world.get("admin", &format!("/api/requetes-financieres/{}", first["id"])).await;
    assert_eq!(waiting["status"], json!("to_treat"), "Messager is down: it stays");

    let (gate, url) = Gate::start(format!("{}/api/webhook/helpdesk/movement", world.server.url())).await;
    let listener = StdListener::bind(("127.0.0.1", port)).unwrap();
    let outside = Outside::start(listener, &world.scratch, url).await;
    let one = world.becomes(&first["id"], "closed").await;
    let other = world.becomes(&second["id"], "closed").await;
    assert!(one["mouvement_id"].as_u64() < other["mouvement_id"].as_u64(), "in order per account (G9)");
    assert_eq!(world.account(1).await["active_credit"], json!("300000"));

    gate.open.store(false, Ordering::SeqCst);
    let third = world.create("client1", credit(50_000)).await;
    let processing = world.becomes(&third["id"], "processing").await;
    let uuid = processing["message_uuid"].as_str().unwrap().to_owned();
    let base = format!("http://127.0.0.1:{port}");
    let message = |status: &'static str| {
        let (base, uuid) = (base.clone(), uuid.clone());
        async move {
            for _ in 0..400 {
                let (_, message) = call(&base, "finance", "GET", &format!("/api/messages/{uuid}"), Value::Null).await;
                if message["status"] == status {
                    return message;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            panic!("the message never became {status}");
        }
    };
    let failed = message("failed").await;
    assert_eq!(failed["attempts"].as_array().unwrap().len(), 4, "one attempt and three retries (G1)");
    assert_eq!(
        world.get("admin", &format!("/api/requetes-financieres/{}", third["id"])).await["status"],
        json!("processing")
    );

    gate.open.store(true, Ordering::SeqCst);
    let replay = format!("/api/messages/{uuid}/replay");
    let (status, _) = call(&base, "finance", "POST", &replay, json!({ "reason": "the way is open again" })).await;
    assert_eq!(status, 202);
    world.becomes(&third["id"], "closed").await;
    assert_eq!(message("completed").await["attempts"][4]["replayed_by"], json!("finance:1"));
    let (status, answer) = call(&base, "finance", "POST", &replay, Value::Null).await;
    assert_eq!((status, &answer["code"]), (409, &json!("message_not_failed")));
    assert_eq!(world.account(1).await["active_credit"], json!("350000"));
    outside.work.stop(Duration::from_secs(5)).await;
    assert_eq!(outside.store.stats(System.now()).await.unwrap().processing, 0);
    world.end().await;
}

/// Follows an address as a browser that is signed in does; gives the status it ends with.
async fn followed(base: &str, cookie: &str, path: &str) -> u16 {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let mut address = format!("{base}{path}");
    for _ in 0..4 {
        let response = client.get(&address).header("cookie", cookie).send().await.unwrap();
        match response.headers().get("location") {
            Some(elsewhere) => address = format!("{base}{}", elsewhere.to_str().unwrap()),
            None => return response.status().as_u16(),
        }
    }
    panic!("{path} leads nowhere")
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn n5_the_links_of_messages_lead_to_pages() {
    let world = World::new(&[]).await;
    let base = world.server.url();
    let created = world.create("client1", credit(1_000)).await;
    let message = world.becomes(&created["id"], "closed").await["message_uuid"].as_str().unwrap().parse().unwrap();
    let ticket = json!({ "subject": "Billet", "description": "Émis deux fois" });
    let (status, ticket) = world.call("client1", "POST", "/api/helpdesk", ticket).await;
    assert_eq!(status, 201, "{ticket}");
    let request = RequestId(created["id"].as_u64().unwrap());
    let support = SupportId(ticket["id"].as_u64().unwrap());

    let client = http_client(Duration::from_secs(10)).unwrap();
    let form = client.post(format!("{base}/console/sign-in")).header("origin", &base);
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let response = form.body(format!("token={}", world.token("admin"))).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let links = [
        Links::home_path(),
        Links::request_path(request),
        Links::support_path(support),
        Links::message_path(message),
        Links::failed_path(),
    ];
    for path in links {
        assert_eq!(followed(&base, &cookie, &path).await, 200, "{path}");
    }
    assert_eq!(followed(&base, &cookie, "/console/nothing").await, 404, "the check sees what is not there");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_of_requests_movements_refusals_and_queues() {
    let world = World::new(&[]).await;
    let created = world.create("client1", credit(1_000)).await;
    world.becomes(&created["id"], "closed").await;
    assert_eq!(world.call("client1", "POST", "/api/accounts", json!({ "name": "x" })).await.0, 403);
    assert_eq!(world.call("client1", "GET", "/messager/api/stats", Value::Null).await.0, 403);
    let wanted = [
        &["estair_http_requests_total{", "route=\"/api/requetes-financieres\"", "status=\"201\""][..],
        &["estair_http_requests_total{", "route=\"/api/webhook/helpdesk/movement\"", "status=\"200\""],
        &["estair_http_requests_total{", "route=\"/messager/api/stats\"", "status=\"403\""],
        &["estair_movements_total{", "type=\"credit\"", "outcome=\"written\""],
        &["estair_refusals_total{code=\"forbidden\"}"],
        &["estair_attempts_total{", "queue=\"outbox\"", "outcome=\"done\""],
        &["estair_attempts_total{", "queue=\"messages\"", "outcome=\"done\""],
        &["estair_delivery_lag_seconds_count{queue=\"messages\"}"],
        &["estair_queue_oldest_pending_age_seconds{queue=\"messages\"}"],
        &["estair_pool_connections{state=\"idle\"}"],
        &["estair_queue_jobs{", "queue=\"messages\"", "status=\"failed\""],
    ];
    let mut missing = Vec::new();
    for _ in 0..200 {
        let response = http_client(Duration::from_secs(10)).unwrap().get(format!("{}/metrics", world.server.url()));
        let text = response.send().await.unwrap().text().await.unwrap();
        let there = |parts: &&[&str]| text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        missing = wanted.iter().filter(|parts| !there(parts)).collect();
        if missing.is_empty() {
            return drop(world.end().await);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the figures lack {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_and_documents_are_there() {
    let world = World::new(&[]).await;
    let (status, ready) = call(&world.server.url(), "", "GET", "/readyz", Value::Null).await;
    assert_eq!((status, &ready["status"]), (200, &json!("ready")), "{ready}");
    for path in ["/healthz", "/metrics", "/api/docs/"] {
        assert_eq!(call(&world.server.url(), "", "GET", path, Value::Null).await.0, 200, "{path}");
    }
    for path in ["/api/openapi.json", "/messager/api/openapi.json"] {
        let (_, document) = call(&world.server.url(), "", "GET", path, Value::Null).await;
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{path}");
    }
    let (_, document) = call(&world.server.url(), "", "GET", "/api/openapi.json", Value::Null).await;
    assert!(document["paths"]["/api/webhook/helpdesk/movement"]["post"].is_object());
    world.end().await;
}
