//! The webhook: believed only when signed (G7), exact (M1), once (W3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Duration};
use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind, Origin};
use estair_core::book::Submission;
use estair_core::category::{Category, Status};
use estair_core::clock::Clock;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::memory::{Fault, FaultPlan, MemoryStore, Step};
use estair_core::policy::Policy;
use estair_core::request::{Payload, RequestDraft};
use estair_core::store::{AccountReader, MovementReader, Page, RequestReader, StoreErrorKind};
use estair_core::testing::{ManualClock, SeededIds};
use estair_http::signature::{ID, SIGNATURE, Secrets, TIMESTAMP};
use estair_http::webhook::{Webhook, router};
use serde_json::{Value, json};
use tower::ServiceExt;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const MESSAGE: &str = "01999999-0000-7000-8000-000000000001";

struct World {
    store: MemoryStore,
    book: Book,
    clock: Arc<ManualClock>,
    router: Router,
    secrets: Secrets,
}

impl World {
    async fn new() -> Self {
        let store = MemoryStore::new();
        let now = DateTime::parse_from_rfc3339("2025-10-21T09:00:00Z").unwrap().to_utc();
        let clock = Arc::new(ManualClock::new(now));
        let ids = Arc::new(SeededIds::new(7));
        let book = Book::new(Arc::new(store.clone()), clock.clone(), ids.clone(), Policy::default());
        let secrets: Secrets = SECRET.parse().unwrap();
        let router = router(Webhook::new(book.clone(), secrets.clone(), clock.clone(), ids));
        let world = Self { store, book, clock, router, secrets };
        let draft = AccountDraft {
            name: Some("Agence du Plateau".into()),
            limit: Some("1000000".parse().unwrap()),
            ..AccountDraft::default()
        };
        world.run(Actor::Admin(UserId(9)), Command::CreateAccount(draft)).await;
        world
    }

    async fn run(&self, actor: Actor, command: Command) -> Answer {
        let origin = Origin::new(Some("192.0.2.7"), Some("a browser"));
        self.book.run(Submission { origin, ..Submission::new(actor, command) }).await.unwrap().answer
    }

    /// A credit that passed the check, and the message that carries it.
    async fn credit(&self, amount: &str) -> (RequestId, Value) {
        let client = Actor::Client { user: UserId(1), account: AccountId(1), kind: ClientKind::Agency };
        let draft = RequestDraft {
            category: Some(Category::DailyCredit),
            amount: Some(amount.parse().unwrap()),
            ..RequestDraft::default()
        };
        let Answer::Request(row) = self.run(client, Command::CreateRequest(draft)).await else { panic!("a request") };
        let payload = Payload::of(row.id, &row, "Agence du Plateau").to_json();
        (row.id, json!({ "message_uuid": MESSAGE, "type": row.definition().message, "payload": payload }))
    }

    async fn deliver(&self, body: &str) -> (u16, Value) {
        let now = self.clock.now();
        let signature = self.secrets.sign(MESSAGE, now, body.as_bytes());
        self.post(body, &[(ID, MESSAGE), (TIMESTAMP, &now.timestamp().to_string()), (SIGNATURE, &signature)]).await
    }

    async fn post(&self, body: &str, headers: &[(&str, &str)]) -> (u16, Value) {
        let mut request = Request::post("/api/webhook/helpdesk/movement").header("user-agent", "messager/1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn status(&self, id: RequestId) -> Status {
        self.store.request(id).await.unwrap().unwrap().0.status
    }
}

// rule: W3
#[tokio::test]
async fn w3_the_same_delivery_twice_writes_one_movement_and_gives_one_answer() {
    let world = World::new().await;
    let (id, message) = world.credit("500000").await;
    let (status, first) = world.deliver(&message.to_string()).await;
    assert_eq!((status, &first["success"]), (200, &json!(true)), "{first}");
    assert!(first["mouvement_id"].is_u64() && first["mouvement_uuid"].is_string(), "{first}");
    assert_eq!(world.deliver(&message.to_string()).await, (200, first));
    assert_eq!(world.status(id).await, Status::Closed);
    let account = world.store.account(AccountId(1)).await.unwrap().unwrap();
    assert_eq!(account.indicators.active_credit.to_string(), "500000");
    assert_eq!(account.version, 1);
}

// rule: W5
#[tokio::test]
async fn w5_the_audit_knows_the_person_who_passed_a_request_and_not_the_machine_that_delivered_it() {
    let world = World::new().await;
    let (_, message) = world.credit("500000").await;
    let (_, answer) = world.deliver(&message.to_string()).await;
    let id = estair_core::id::MovementId(answer["mouvement_id"].as_u64().unwrap());
    let log = world.store.logs(id, Page::default()).await.unwrap().items.remove(0);
    assert_eq!((log.ip_address.as_deref(), log.user_agent.as_deref()), (Some("192.0.2.7"), Some("a browser")));
    assert_eq!(log.triggered_by, Some(UserId(1)));
}

// rule: G7
#[tokio::test]
async fn g7_what_is_not_signed_or_stale_is_refused_and_nothing_is_written() {
    let world = World::new().await;
    let (id, message) = world.credit("500000").await;
    let body = message.to_string();
    let now = world.clock.now();
    let signature = world.secrets.sign(MESSAGE, now, body.as_bytes());
    let seconds = now.timestamp().to_string();
    let headers = [(ID, MESSAGE), (TIMESTAMP, seconds.as_str()), (SIGNATURE, signature.as_str())];
    for missing in 0..3 {
        let some: Vec<_> = headers.iter().enumerate().filter(|(i, _)| *i != missing).map(|(_, h)| *h).collect();
        assert_eq!(world.post(&body, &some).await.0, 401);
    }
    let (status, problem) = world.post(&body.replace("500000", "900000"), &headers).await;
    assert_eq!((status, &problem["code"]), (401, &json!("unauthenticated")));
    world.clock.advance(Duration::seconds(301));
    assert_eq!(world.post(&body, &headers).await.0, 401);
    assert_eq!(world.status(id).await, Status::ToTreat);
}

// rule: G2
#[tokio::test]
async fn g2_malformed_and_disagreeing_messages_are_permanent_failures() {
    let world = World::new().await;
    let (id, message) = world.credit("500000").await;
    assert_eq!(world.deliver("{").await.0, 400);
    assert_eq!(world.deliver("[]").await.0, 400);
    assert_eq!(world.deliver(&" ".repeat(64 * 1024 + 1)).await.0, 413);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = message.clone();
        change(&mut changed);
        changed.to_string()
    };
    for (what, body) in [
        ("no type", with(&|m| drop(m.as_object_mut().unwrap().remove("type")))),
        ("unknown type", with(&|m| m["type"] = json!("gift_request"))),
        ("no payload", with(&|m| m["payload"] = Value::Null)),
        ("unknown field", with(&|m| m["status"] = json!("closed"))),
        ("no uuid", with(&|m| m["message_uuid"] = json!("nobody"))),
        ("amount NaN", with(&|m| m["payload"]["amount"] = json!("NaN"))),
        ("three decimals", with(&|m| m["payload"]["amount"] = json!("0.001"))),
        ("negative id", with(&|m| m["payload"]["requete_id"] = json!(-1))),
        ("no execution", with(&|m| drop(m["payload"].as_object_mut().unwrap().remove("execution")))),
    ] {
        let (status, problem) = world.deliver(&body).await;
        assert_eq!((status, &problem["code"]), (422, &json!("malformed_payload")), "{what}: {problem}");
    }
    for (field, value) in [
        ("amount", json!("500001")),
        ("currency", json!("EUR")),
        ("type", json!("debit")),
        ("account_id", json!(2)),
        ("requete_uuid", json!(MESSAGE)),
    ] {
        let (status, problem) = world.deliver(&with(&|m| m["payload"][field] = value.clone())).await;
        assert_eq!((status, &problem["code"]), (409, &json!("payload_mismatch")), "{field}: {problem}");
    }
    // A request that does not exist will not exist later either.
    let (status, problem) = world.deliver(&with(&|m| m["payload"]["requete_id"] = json!(77))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("payload_mismatch")), "{problem}");
    assert_eq!(world.status(id).await, Status::ToTreat);
}

// rule: M1
#[tokio::test]
async fn m1_an_amount_counts_by_its_value_and_is_kept_exactly() {
    let world = World::new().await;
    let (_, message) = world.credit("500000").await;
    for notation in ["5e5", "500000.00", "\"500000\""] {
        let body = message.to_string().replace("\"500000\"", notation);
        let (status, answer) = world.deliver(&body).await;
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{notation}: {answer}");
    }
    let (_, second) = world.credit("100").await;
    let more =
        second.to_string().replace("\"execution\":1", "\"execution\":1,\"note\":0.1,\"fine\":0.12345678901234567890");
    let (_, answer) = world.deliver(&more).await;
    let id = estair_core::id::MovementId(answer["mouvement_id"].as_u64().unwrap());
    let movement = world.store.movement(id).await.unwrap().unwrap();
    let kept = movement.payload.clone().unwrap().to_string();
    assert!(more.contains(&format!("\"payload\":{kept}")), "as it came, unknown fields too: {kept}");
}

// rule: G12
#[tokio::test]
async fn g12_a_payload_is_kept_exactly_as_it_came() {
    let world = World::new().await;
    let (_, message) = world.credit("500000").await;
    let payload = message["payload"].to_string();
    let odd = payload.replacen('{', "{ \"z\" : 105.45986775050159, \"a\":1e2,\"a\":1.00 ,", 1);
    let body = format!(r#"{{"payload":{odd},"message_uuid":"{MESSAGE}","type":{}}}"#, message["type"]);
    let (status, answer) = world.deliver(&body).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    let id = estair_core::id::MovementId(answer["mouvement_id"].as_u64().unwrap());
    let movement = world.store.movement(id).await.unwrap().unwrap();
    assert_eq!(movement.payload.clone().unwrap().as_str(), odd);
}

// rule: C4
#[tokio::test]
async fn c4_two_credits_that_do_not_fit_together_end_as_one_movement_and_one_waiting() {
    let world = World::new().await;
    let (first, one) = world.credit("600000").await;
    let (second, other) = world.credit("600000").await;
    assert_eq!(world.deliver(&one.to_string()).await.1["success"], json!(true));
    let (status, answer) = world.deliver(&other.to_string()).await;
    assert_eq!(status, 200);
    assert_eq!((&answer["success"], &answer["outcome"]), (&json!(false), &json!("waiting")));
    assert_eq!(answer["error"]["code"], json!("credit_limit_exceeded"));
    assert_eq!(answer["error"]["active_credit"], json!("600000"));
    assert_eq!((world.status(first).await, world.status(second).await), (Status::Closed, Status::Waiting));
}

// rule: X2
#[tokio::test]
async fn x2_a_delivery_after_the_expiry_answers_expired_and_cancels() {
    let world = World::new().await;
    let (id, message) = world.credit("500000").await;
    world.clock.advance(Duration::hours(9));
    let (status, answer) = world.deliver(&message.to_string()).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("expired")));
    assert_eq!(world.status(id).await, Status::Cancelled);
}

// rule: W2
#[tokio::test]
async fn w2_trouble_of_the_storage_is_503_and_the_next_delivery_succeeds() {
    let world = World::new().await;
    let (id, message) = world.credit("500000").await;
    world.store.fail(FaultPlan::by(|step| (step == Step::Begin).then_some(StoreErrorKind::Unavailable)));
    let (status, problem) = world.deliver(&message.to_string()).await;
    assert_eq!((status, &problem["code"]), (503, &json!("storage_unavailable")));
    world.store.fail(FaultPlan::script(vec![Fault {
        step: Step::AfterCommit,
        time: 1,
        kind: StoreErrorKind::CommitUnknown,
    }]));
    let (status, answer) = world.deliver(&message.to_string()).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "a lost answer of a commit is found again");
    assert_eq!(world.status(id).await, Status::Closed);
}

#[tokio::test]
async fn a_delivery_is_plain_json_and_bad_signatures_are_limited_by_address() {
    let world = World::new().await;
    let (_, body) = world.credit("5").await;
    let body = body.to_string();
    let send = async |secrets: &Secrets, headers: &[(&str, &str)]| {
        let now = world.clock.now();
        let address: std::net::SocketAddr = ([203, 0, 113, 9], 1).into();
        let mut request = Request::post("/api/webhook/helpdesk/movement")
            .extension(axum::extract::ConnectInfo(address))
            .header(ID, MESSAGE)
            .header(TIMESTAMP, now.timestamp())
            .header(SIGNATURE, secrets.sign(MESSAGE, now, body.as_bytes()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.clone())).unwrap();
        world.router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(send(&world.secrets, &[("content-encoding", "gzip")]).await, 415);
    assert_eq!(send(&world.secrets, &[("content-type", "text/plain")]).await, 415);
    let other: Secrets = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".parse().unwrap();
    for _ in 0..20 {
        assert_eq!(send(&other, &[]).await, 401);
    }
    assert_eq!(send(&other, &[]).await, 429);
    assert_eq!(send(&world.secrets, &[]).await, 200, "what is signed is never too many");
}

#[tokio::test]
async fn another_method_is_a_problem() {
    let world = World::new().await;
    for path in ["/api/webhook/helpdesk/movement", "/api/webhook/helpdesk/failure"] {
        let response = world.router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(
            (&response.headers()["allow"], &response.headers()["content-type"]),
            (&"POST".parse().unwrap(), &"application/problem+json".parse().unwrap())
        );
    }
}
