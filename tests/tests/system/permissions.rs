//! Who may do what (P1): each role on each route, with the status it gets. The expectations are written out.

use serde_json::{Value, json};

use crate::both_ways;
use crate::world::{REQUESTS, World, cash, credit, payment};

/// Who calls, in the order of the columns: the account's own client, another client, and so on.
const WHO: [&str; 7] = ["client1", "client2", "operation", "finance", "admin", "service", "nobody"];

/// A call, and the status that each of [`WHO`] gets. `{…}` in the path is an object that is made for each call.
struct Line {
    call: &'static str,
    body: fn() -> Value,
    expected: [u16; 7],
}

const fn line(call: &'static str, body: fn() -> Value, expected: [u16; 7]) -> Line {
    Line { call, body, expected }
}

const fn none() -> Value {
    Value::Null
}

/// Reads, of account 1 where they are of one.
const READS: &[Line] = &[
    line("GET /api/requetes-financieres", none, [200, 200, 200, 200, 200, 403, 401]),
    line("GET /api/requetes-financieres/{waiting}", none, [200, 404, 200, 200, 200, 403, 401]),
    line("GET /api/requetes-financieres/{waiting}/historique", none, [200, 404, 200, 200, 200, 403, 401]),
    line("GET /api/requetes-financieres/999999", none, [404, 404, 404, 404, 404, 404, 401]),
    line("GET /api/helpdesk", none, [200, 200, 200, 200, 200, 403, 401]),
    line("GET /api/helpdesk/{ticket}", none, [200, 404, 200, 200, 200, 403, 401]),
    line("GET /api/accounts", none, [200, 200, 200, 200, 200, 200, 401]),
    line("GET /api/accounts/1", none, [200, 404, 200, 200, 200, 200, 401]),
    line("GET /api/accounts/1?day=2025-10-21", none, [200, 404, 200, 200, 200, 200, 401]),
    line("GET /api/accounts/1/limit", none, [200, 404, 200, 200, 200, 403, 401]),
    line("GET /api/accounts/1/mouvements", none, [200, 404, 200, 200, 200, 200, 401]),
    line("GET /api/mouvements/{movement}", none, [200, 404, 200, 200, 200, 200, 401]),
    line("GET /api/mouvements/{movement}/logs", none, [200, 404, 200, 200, 200, 200, 401]),
    line("GET /api/push/public-key", none, [200, 200, 200, 200, 200, 200, 401]),
    line("GET /messager/api/messages", none, [403, 403, 200, 200, 200, 403, 401]),
    line("GET /messager/api/messages/{message}", none, [403, 403, 200, 200, 200, 403, 401]),
    line("GET /messager/api/stats", none, [403, 403, 200, 200, 200, 403, 401]),
    line("GET /healthz", none, [200; 7]),
    line("GET /readyz", none, [200; 7]),
    line("GET /metrics", none, [200; 7]),
    line("GET /api/openapi.json", none, [200; 7]),
    line("GET /messager/api/openapi.json", none, [200; 7]),
];

/// What creates.
const CREATIONS: &[Line] = &[
    line(
        "POST /api/requetes-financieres",
        || json!({ "category": "credit", "amount": 5, "account_id": 1 }),
        [201, 404, 201, 403, 403, 403, 401],
    ),
    line("POST /api/requetes-financieres", || cash("load", 1, 5), [403, 404, 201, 403, 403, 403, 401]),
    line("POST /api/requetes-financieres", || cash("unload", 1, 5), [403, 404, 201, 403, 403, 403, 401]),
    line("POST /api/requetes-financieres/preview", || cash("load", 1, 5), [403, 404, 200, 403, 403, 403, 401]),
    line(
        "POST /api/helpdesk",
        || json!({ "subject": "S", "description": "D", "account_id": 1 }),
        [201, 404, 201, 403, 403, 403, 401],
    ),
    line("POST /api/helpdesk/{ticket}/commentaires", || json!({ "body": "B" }), [201, 404, 201, 201, 201, 403, 401]),
    line("POST /api/accounts", || json!({ "name": "Agence" }), [403, 403, 403, 403, 201, 201, 401]),
    line("POST /api/mouvements", || payment(1, "unique", 5), [403, 404, 403, 403, 403, 201, 401]),
    line(
        "POST /api/mouvements",
        || json!({ "mouvements": [payment(1, "unique", 5)] }),
        [403, 403, 403, 403, 403, 200, 401],
    ),
    line(
        "POST /messager/api/messages",
        || json!({ "domain": "estair-helpdesk", "type": "t", "payload": {} }),
        [401; 7],
    ),
    line("POST /api/webhook/helpdesk/movement", || json!({ "message_uuid": "x" }), [401; 7]),
];

/// What changes something.
const CHANGES: &[Line] = &[
    line(
        "PUT /api/accounts/1/limit",
        || json!({ "limit": 1_000_000, "reason": "r" }),
        [403, 404, 403, 200, 200, 403, 401],
    ),
    // Loads: operation may make them wait, finance may pass them too (T), admin all that these may (T2).
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "status": "to_treat" }),
        [403, 404, 403, 200, 200, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "status": "waiting" }),
        [403, 404, 200, 200, 200, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "status": "closed" }),
        [403, 404, 409, 409, 409, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "status": "cancelled" }),
        [403, 404, 409, 409, 409, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "assigned_to": "operation" }),
        [403, 404, 200, 403, 200, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{load}",
        || json!({ "assigned_to": "admin" }),
        [403, 404, 403, 403, 200, 403, 401],
    ),
    // A draft takes no transition, and no client sees it (R8).
    line(
        "PATCH /api/requetes-financieres/{kept}",
        || json!({ "status": "to_treat" }),
        [404, 404, 403, 403, 403, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{kept}",
        || json!({ "assigned_to": "finance" }),
        [404, 404, 200, 403, 200, 403, 401],
    ),
    // Credits that wait.
    line(
        "PATCH /api/requetes-financieres/{waiting}",
        || json!({ "status": "to_treat" }),
        [403, 404, 403, 409, 409, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{waiting}",
        || json!({ "status": "cancelled" }),
        [403, 404, 403, 403, 403, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{waiting}",
        || json!({ "assigned_to": "operation" }),
        [403, 404, 200, 403, 200, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{waiting}",
        || json!({ "status": "nonsense" }),
        [422, 404, 422, 422, 422, 422, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{waiting}",
        || json!({ "status": "to_treat", "version": 999 }),
        [403, 404, 409, 409, 409, 403, 401],
    ),
    // A held cancellation.
    line(
        "PATCH /api/requetes-financieres/{held}",
        || json!({ "status": "processing" }),
        [403, 404, 403, 403, 200, 403, 401],
    ),
    line(
        "PATCH /api/requetes-financieres/{closed}",
        || json!({ "status": "to_treat" }),
        [403, 404, 409, 409, 409, 403, 401],
    ),
    // Tickets (S1).
    line("PATCH /api/helpdesk/{ticket}", || json!({ "subject": "S2" }), [200, 404, 200, 403, 200, 403, 401]),
    line("PATCH /api/helpdesk/{ticket}", || json!({ "status": "in_progress" }), [403, 404, 200, 403, 200, 403, 401]),
    line("PATCH /api/helpdesk/{ticket}", || json!({ "status": "cancelled" }), [403, 404, 200, 403, 403, 403, 401]),
    line("PATCH /api/helpdesk/{ticket}", || json!({ "assigned_to": "agency" }), [403, 404, 200, 200, 200, 403, 401]),
    // Messager.
    line(
        "POST /messager/api/messages/{message}/replay",
        || json!({ "reason": "r" }),
        [403, 403, 403, 409, 409, 403, 401],
    ),
    line(
        "POST /messager/api/messages/{failed}/replay",
        || json!({ "reason": "r" }),
        [403, 403, 403, 202, 202, 403, 401],
    ),
    line(
        "POST /messager/api/messages/replay",
        || json!({ "reason": "r", "dry_run": true }),
        [403, 403, 403, 200, 200, 403, 401],
    ),
    line("POST /messager/api/deliveries/pause", || json!({ "reason": "r" }), [403, 403, 403, 403, 200, 403, 401]),
    line("POST /messager/api/deliveries/resume", || json!({ "reason": "r" }), [403, 403, 403, 403, 200, 403, 401]),
];

/// The objects that paths name.
struct Fixtures<'w> {
    world: &'w World,
    closed: Value,
    number: std::cell::Cell<u64>,
}

impl<'w> Fixtures<'w> {
    async fn new(world: &'w World) -> Self {
        let closed = world.granted("client1", 10_000).await;
        Self { world, closed, number: std::cell::Cell::new(0) }
    }

    fn unique(&self) -> u64 {
        self.number.set(self.number.get() + 1);
        self.number.get()
    }

    /// A new object of this kind, of account 1, as a path names it.
    async fn make(&self, kind: &str) -> String {
        let world = self.world;
        match kind {
            "closed" => self.closed["id"].to_string(),
            "movement" => self.closed["mouvement_id"].to_string(),
            "message" => self.closed["message_uuid"].as_str().unwrap().to_owned(),
            "waiting" => world.create("client1", credit(5_000_000)).await["id"].to_string(),
            "load" => world.create("operation", cash("load", 1, 5)).await["id"].to_string(),
            "kept" => {
                let mut kept = cash("load", 1, 5);
                kept["assigned_to"] = json!("operation");
                world.create("operation", kept).await["id"].to_string()
            }
            "held" => {
                let granted = world.granted("client1", 5).await;
                let held =
                    json!({ "category": "cancel_credit", "account_id": 1, "parent_id": granted["id"], "hold": true });
                world.create("admin", held).await["id"].to_string()
            }
            "ticket" => {
                let ticket = json!({ "subject": "S", "description": "D" });
                world.call("client1", "POST", "/api/helpdesk", ticket).await.body["id"].to_string()
            }
            "failed" => {
                let message =
                    json!({ "domain": "estair-helpdesk", "type": "load_request", "payload": { "n": self.unique() } });
                let taken = world.submit(message).await;
                let uuid = taken.body["message_uuid"].as_str().unwrap().to_owned();
                world.message(&uuid, "failed").await;
                uuid
            }
            other => panic!("no such object: {other}"),
        }
    }
}

async fn check(way: &[(&str, &str)], lines: &[Line]) {
    let world = World::new(way).await;
    let fixtures = Fixtures::new(&world).await;
    let mut wrong = Vec::new();
    for Line { call, body, expected } in lines {
        let (method, pattern) = call.split_once(' ').unwrap();
        for (who, expected) in WHO.into_iter().zip(expected) {
            let mut path = pattern.to_owned();
            if let Some((before, rest)) = pattern.split_once('{') {
                let (kind, after) = rest.split_once('}').unwrap();
                path = format!("{before}{}{after}", fixtures.make(kind).await);
            }
            let body = body().to_string().replace("unique", &format!("ref-{}", fixtures.unique()));
            let answer = world.call(who, method, &path, serde_json::from_str(&body).unwrap()).await;
            if answer.status != *expected {
                let text: String = answer.text.chars().take(200).collect();
                wrong.push(format!("{call} {body} as {who}: {} and not {expected}: {text}", answer.status));
            }
            // P3: a refusal has a code; P2: a foreign object looks as one that does not exist.
            assert!(answer.status < 400 || answer.body["code"].is_string(), "{call} as {who}: {}", answer.text);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.end().await;
}

both_ways! {
    p1_each_role_reads_what_the_matrix_grants,
    p1_each_role_creates_what_the_matrix_grants,
    p1_each_role_changes_what_the_matrix_grants,
}

// rule: P1
async fn p1_each_role_reads_what_the_matrix_grants(way: &[(&str, &str)]) {
    check(way, READS).await;
}

// rule: P1
async fn p1_each_role_creates_what_the_matrix_grants(way: &[(&str, &str)]) {
    check(way, CREATIONS).await;
}

// rule: P1
async fn p1_each_role_changes_what_the_matrix_grants(way: &[(&str, &str)]) {
    check(way, CHANGES).await;
}

// rule: P4
#[tokio::test(flavor = "multi_thread")]
async fn p4_what_is_offered_is_never_forbidden_and_what_is_not_is_refused() {
    let world = World::new(&[]).await;
    let fixtures = Fixtures::new(&world).await;
    let statuses = ["open", "to_treat", "processing", "waiting", "closed", "cancelled"];
    for who in ["client1", "operation", "finance", "admin"] {
        for kind in ["waiting", "load", "kept", "held", "closed"] {
            for to in statuses {
                let id: Value = fixtures.make(kind).await.parse::<u64>().unwrap().into();
                if (who, kind) == ("client1", "kept") {
                    // A draft is nothing to its client (R8).
                    let refused = world.patch(who, &id, json!({ "status": to })).await;
                    assert_eq!(refused.refusal(), (404, "not_found"));
                    continue;
                }
                let seen = world.get(who, &format!("{REQUESTS}/{id}")).await;
                let actions = seen["allowed_actions"].as_array().unwrap();
                let offered = actions.contains(&json!({ "action": "transition", "to": to }));
                let answer = world.patch(who, &id, json!({ "status": to })).await;
                // A limit that is too low is no matter of permission.
                let passed = answer.status == 200 || answer.refusal().1 == "credit_limit_exceeded";
                assert_eq!(offered, passed, "{who} {kind} to {to}: {} {actions:?}", answer.text);
            }
        }
    }
    world.end().await;
}
