//! Financial requests over HTTP.

use chrono::Duration;
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_http::Options;
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World, statuses};

const PATH: &str = "/api/requetes-financieres";

#[tokio::test]
async fn a_credit_has_the_listed_shape_and_nothing_else() {
    let world = World::new().await;
    let answer =
        world.post(CLIENT, PATH, json!({ "category": "credit", "amount": "500000.00", "description": "vol" })).await;
    let request = answer.ok(201);
    let keys: Vec<_> = request.as_object().unwrap().keys().cloned().collect();
    let mut listed = vec![
        "id",
        "uuid",
        "name",
        "account_id",
        "category",
        "amount",
        "currency",
        "description",
        "status",
        "assigned_to",
        "expiry_date",
        "parent_id",
        "etatsdevente_id",
        "helpdesk_id",
        "mouvement_id",
        "message_uuid",
        "created_by",
        "created_at",
        "updated_at",
        "version",
        "allowed_actions",
    ];
    listed.sort_unstable();
    assert_eq!(keys, listed);
    assert_eq!(request["category"], "daily_credit");
    assert_eq!(request["amount"], "500000");
    assert_eq!(request["currency"], "XOF");
    assert_eq!(request["status"], "to_treat");
    assert_eq!(request["expiry_date"], "2025-10-21T18:00:00Z");
    assert_eq!(request["created_at"], "2025-10-21T09:00:00Z");
    assert_eq!((&request["account_id"], &request["created_by"]), (&json!(1), &json!(11)));
    assert_eq!(request["allowed_actions"], json!([{ "action": "comment" }]));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("location"), Some("/api/requetes-financieres/1"));
}

// rule: M1, M2
#[tokio::test]
async fn m1_amounts_count_by_their_exact_value() {
    let world = World::new().await;
    for body in [
        r#"{"category":"daily_credit","amount":5e2}"#,
        r#"{"category":"daily_credit","amount":500.00}"#,
        r#"{"category":"daily_credit","amount":"500"}"#,
        r#"{"category":"daily_credit","amount":"5E+2"}"#,
    ] {
        assert_eq!(world.call(CLIENT, "POST", PATH, &[], body).await.ok(201)["amount"], "500", "{body}");
    }
    let zeros = "0".repeat(200);
    for amount in [format!("1.{zeros}"), format!("1{zeros}e-200"), format!("\"{zeros}1\"")] {
        let body = format!(r#"{{"category":"daily_credit","amount":{amount}}}"#);
        assert_eq!(world.call(CLIENT, "POST", PATH, &[], &body).await.ok(201)["amount"], "1", "{amount}");
    }
    for amount in [
        "0",
        "-1",
        "1e30",
        "0.5",
        "500.001",
        "\"NaN\"",
        "\"\"",
        "\" 5\"",
        "\"5,5\"",
        "\"0x10\"",
        "99999999999999",
        "9007199254740993.5",
        "1e-400",
        "1e999999999999999999999",
    ] {
        let body = format!(r#"{{"category":"daily_credit","amount":{amount}}}"#);
        world.call(CLIENT, "POST", PATH, &[], &body).await.problem(422, "invalid_amount");
    }
    for amount in ["true", "[]", "{}", "null"] {
        let body = format!(r#"{{"category":"daily_credit","amount":{amount}}}"#);
        world.call(CLIENT, "POST", PATH, &[], &body).await.faulty("amount");
    }
    world
        .call(CLIENT, "POST", PATH, &[], r#"{"category":"daily_credit","amount":NaN}"#)
        .await
        .problem(400, "unreadable_json");
    let mismatch =
        world.post(CLIENT, PATH, json!({ "category": "daily_credit", "amount": 5, "currency": "EUR" })).await;
    assert_eq!(mismatch.problem(422, "currency_mismatch")["expected"], "XOF");
}

#[tokio::test]
async fn unknown_repeated_and_mistyped_fields_are_named() {
    let world = World::new().await;
    for field in ["status", "limit", "balance", "actor", "created_by", "version", "id"] {
        let mut body = json!({ "category": "daily_credit", "amount": 500 });
        body[field] = json!("x");
        world.post(CLIENT, PATH, body).await.faulty(field);
    }
    for (field, value) in [
        ("category", json!(5)),
        ("category", json!("gift")),
        ("account_id", json!("1")),
        ("account_id", json!(1.5)),
        ("account_id", json!(-1)),
        ("description", json!(5)),
        ("etatsdevente_id", json!(u64::MAX)),
        ("helpdesk_id", json!(true)),
        ("hold", json!("yes")),
        ("expiry_date", json!("tomorrow")),
        ("assigned_to", json!("system")),
        ("currency", json!("KWD")),
        ("parent_id", json!([])),
    ] {
        let mut body = json!({ "category": "daily_credit", "amount": 500, "account_id": 1 });
        body[field] = value.clone();
        world.post(CLIENT, PATH, body).await.faulty(field);
    }
    let twice = r#"{"category":"daily_credit","amount":500,"amount":5}"#;
    world.call(CLIENT, "POST", PATH, &[], twice).await.faulty("amount");
    assert_eq!(world.get(ADMIN, PATH).await.ok(200)["items"], json!([]), "nothing was stored");
}

// rule: R4
#[tokio::test]
async fn r4_the_expiry_date_is_read_in_both_notations() {
    let world = World::new().await;
    for date in ["2025-10-21 18:00", "2025-10-21T18:00:00Z", "2025-10-21T20:00:00+02:00"] {
        let body = json!({ "category": "daily_credit", "amount": 500, "expiry_date": date });
        assert_eq!(world.request(CLIENT, body).await["expiry_date"], "2025-10-21T18:00:00Z");
    }
    let other = json!({ "category": "daily_credit", "amount": 500, "expiry_date": "2025-10-22 18:00" });
    let problem = world.post(CLIENT, PATH, other).await.problem(422, "invalid_expiry");
    assert_eq!(problem["expected"], "2025-10-21T18:00:00Z");
    world.advance(Duration::hours(9));
    let late = world.post(CLIENT, PATH, json!({ "category": "daily_credit", "amount": 500 })).await;
    late.problem(422, "credit_cutoff_passed");
}

// rule: P1
#[tokio::test]
async fn p1_who_creates_what() {
    let world = World::new().await;
    let who = [CLIENT, OPERATION, FINANCE, ADMIN, SERVICE];
    let created = async |category: &str| {
        let body = json!({ "category": category, "amount": 1000, "account_id": 1 }).to_string();
        statuses(&world, &who, "POST", PATH, &body).await
    };
    assert_eq!(created("daily_credit").await, [201, 201, 403, 403, 403]);
    assert_eq!(created("load").await, [403, 201, 403, 403, 403]);
    assert_eq!(created("unload").await, [403, 201, 403, 403, 403]);
    let parent = world.granted(1000).await;
    let body = json!({ "category": "cancel_credit", "parent_id": parent }).to_string();
    assert_eq!(statuses(&world, &who, "POST", PATH, &body).await, [403, 403, 403, 201, 403]);
    let problem = world.post(CLIENT, PATH, json!({ "category": "load", "amount": 5 })).await.problem(403, "forbidden");
    assert_eq!((&problem["role"], &problem["action"]), (&json!("client"), &json!("create a load")));
}

// rule: P2
#[tokio::test]
async fn p2_a_foreign_request_is_an_unknown_one_on_every_route() {
    let world = World::new().await;
    let id = world.credit(1000).await;
    let foreign = |suffix: &str| format!("{PATH}/{id}{suffix}");
    let unknown = |suffix: &str| format!("{PATH}/424242{suffix}");
    for (method, suffix, body) in [
        ("GET", "", ""),
        ("GET", "/historique", ""),
        ("PATCH", "", r#"{"status":"to_treat"}"#),
        ("PATCH", "", r#"{"status":"nonsense"}"#),
        ("PATCH", "", "not json"),
    ] {
        let theirs = world.call(OTHER, method, &foreign(suffix), &[], body).await;
        let nobodys = world.call(OTHER, method, &unknown(suffix), &[], body).await;
        theirs.problem(404, "not_found");
        assert_eq!(theirs.bytes, nobodys.bytes, "{method} {suffix}");
    }
    for bad in ["0", "abc", "-1", "1.0", "18446744073709551616", "9223372036854775808", "%00", "+1"] {
        assert_eq!(world.get(ADMIN, &format!("{PATH}/{bad}")).await.status, 404, "{bad}");
    }
    let list = world.get(OTHER, PATH).await.ok(200);
    assert_eq!(list["items"], json!([]));
    for account in [1, 77] {
        let filtered = world.get(OTHER, &format!("{PATH}?account_id={account}")).await;
        assert_eq!(filtered.ok(200), json!({ "items": [], "next_cursor": null }));
    }
    let named = json!({ "category": "daily_credit", "amount": 5, "account_id": 1 });
    let theirs = world.post(OTHER, PATH, named).await;
    let nobodys = world.post(OTHER, PATH, json!({ "category": "daily_credit", "amount": 5, "account_id": 77 })).await;
    assert_eq!(theirs.problem(404, "not_found"), nobodys.problem(404, "not_found"));
}

// rule: P5
#[tokio::test]
async fn p5_refusals_come_in_their_order() {
    let world = World::new().await;
    let closed = world.granted(1000).await;
    let path = format!("{PATH}/{closed}");
    // Not authenticated, before everything.
    world.call("", "PATCH", &format!("{PATH}/9999"), &[], "junk").await.problem(401, "unauthenticated");
    // Not found, before an invalid value.
    world.patch(SERVICE, &format!("{PATH}/9999"), json!({ "status": "x" })).await.problem(404, "not_found");
    world.call(SERVICE, "PATCH", &format!("{PATH}/9999"), &[], "junk").await.problem(404, "not_found");
    // An invalid value, before forbidden.
    world.patch(SERVICE, &path, json!({ "status": "x" })).await.problem(422, "invalid_value");
    world
        .post(FINANCE, PATH, json!({ "category": "load", "amount": 0, "account_id": 1 }))
        .await
        .problem(422, "invalid_amount");
    // Forbidden, before immutable.
    world.patch(SERVICE, &path, json!({ "status": "waiting" })).await.problem(403, "forbidden");
    // Immutable, before a stale version.
    world.patch(FINANCE, &path, json!({ "status": "waiting", "version": 1 })).await.problem(409, "immutable");
    // A stale version, before the transition.
    let load = world.request(OPERATION, json!({ "category": "load", "amount": 500, "account_id": 1 })).await;
    let path = format!("{PATH}/{}", load["id"]);
    let stale = world.patch(FINANCE, &path, json!({ "status": "closed", "version": 7 })).await;
    assert_eq!(stale.problem(409, "stale_version")["current"], 1);
    // Unknown, before another role's.
    let unknown = world.patch(OPERATION, &path, json!({ "status": "closed", "version": 1 })).await;
    let problem = unknown.problem(409, "transition_not_allowed");
    assert_eq!((&problem["from"], &problem["to"]), (&json!("open"), &json!("closed")));
    assert_eq!(problem["allowed"], json!(["to_treat", "waiting"]));
    world.patch(OPERATION, &path, json!({ "status": "to_treat" })).await.problem(403, "transition_forbidden");
}

// rule: C5
#[tokio::test]
async fn c5_the_limit_is_said_with_its_figures() {
    let world = World::new().await;
    let waiting = world.request(CLIENT, json!({ "category": "daily_credit", "amount": 1_000_000 })).await;
    assert_eq!(waiting["status"], "waiting");
    let path = format!("{PATH}/{}", waiting["id"]);
    let shown = world.get(FINANCE, &path).await.ok(200);
    assert_eq!(
        shown["allowed_actions"],
        json!([{ "action": "transition", "to": "to_treat" }, { "action": "comment" }])
    );
    let problem =
        world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.problem(409, "credit_limit_exceeded");
    assert_eq!(problem["limit"], "1000000");
    assert_eq!(problem["active_credit"], "0");
    assert_eq!(problem["amount"], "1000000");
    world.put(FINANCE, "/api/accounts/1/limit", json!({ "limit": 1_000_001, "reason": "accord" })).await.ok(200);
    let moved = world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.ok(200);
    assert_eq!((&moved["status"], &moved["version"]), (&json!("to_treat"), &json!(2)));
    world.advance(Duration::hours(9));
    let dead = world.request(OPERATION, json!({ "category": "load", "amount": 500, "account_id": 1 })).await;
    assert_eq!(dead["expiry_date"], Value::Null);
}

// rule: X2
#[tokio::test]
async fn x2_an_expired_credit_is_not_passed() {
    let world = World::new().await;
    let waiting = world.request(CLIENT, json!({ "category": "daily_credit", "amount": 1_000_000 })).await;
    world.advance(Duration::hours(9));
    let path = format!("{PATH}/{}", waiting["id"]);
    world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.problem(409, "credit_expired");
}

// rule: R5
#[tokio::test]
async fn r5_cancellations_are_refused_by_their_own_codes() {
    let world = World::new().await;
    let cancel = |parent: u64| json!({ "category": "cancel_credit", "parent_id": parent });
    let pending = world.credit(1000).await;
    world.post(ADMIN, PATH, cancel(pending)).await.problem(409, "credit_not_granted");
    let granted = world.granted(2000).await;
    let actions = world.get(ADMIN, &format!("{PATH}/{granted}")).await.ok(200)["allowed_actions"].clone();
    assert_eq!(actions, json!([{ "action": "cancel_credit" }]));
    let mut part = cancel(granted);
    part["amount"] = json!(5);
    world.post(ADMIN, PATH, part).await.problem(422, "invalid_amount");
    let load = world.request(OPERATION, json!({ "category": "load", "amount": 500, "account_id": 1 })).await;
    world.post(ADMIN, PATH, cancel(load["id"].as_u64().unwrap())).await.problem(422, "invalid_parent");
    let cancellation = world.request(ADMIN, cancel(granted)).await;
    assert_eq!((&cancellation["amount"], &cancellation["status"]), (&json!("2000"), &json!("to_treat")));
    world.post(ADMIN, PATH, cancel(granted)).await.problem(409, "cancellation_in_progress");
    world.deliver(cancellation["id"].as_u64().unwrap()).await;
    world.post(ADMIN, PATH, cancel(granted)).await.problem(409, "credit_already_cancelled");
    world.post(CLIENT, PATH, json!({ "category": "daily_credit", "amount": 5, "hold": true })).await.faulty("hold");
}

// rule: R2
#[tokio::test]
async fn r2_assigning_is_refused_where_it_is_already() {
    let world = World::new().await;
    let load = world.request(OPERATION, json!({ "category": "load", "amount": 500, "account_id": 1 })).await;
    let path = format!("{PATH}/{}", load["id"]);
    world.patch(OPERATION, &path, json!({ "assigned_to": "finance" })).await.problem(409, "assignment_not_allowed");
    world.patch(OPERATION, &path, json!({ "assigned_to": "admin" })).await.problem(403, "forbidden");
    assert_eq!(world.patch(OPERATION, &path, json!({ "assigned_to": "operation" })).await.ok(200)["version"], 2);
    world.patch(OPERATION, &path, json!({})).await.faulty("status");
}

#[tokio::test]
async fn if_match_is_the_version() {
    let world = World::new().await;
    let load = world.request(OPERATION, json!({ "category": "load", "amount": 500, "account_id": 1 })).await;
    let path = format!("{PATH}/{}", load["id"]);
    let with = async |tag: &str, body: Value| {
        world.call(OPERATION, "PATCH", &path, &[("if-match", tag)], &body.to_string()).await
    };
    with("\"9\"", json!({ "status": "waiting" })).await.problem(409, "stale_version");
    with("W/\"9\"", json!({ "status": "waiting" })).await.problem(409, "stale_version");
    with("9", json!({ "status": "waiting" })).await.problem(409, "stale_version");
    with("nine", json!({ "status": "waiting" })).await.faulty("If-Match");
    with("\"1\"", json!({ "status": "waiting", "version": 2 })).await.faulty("version");
    let done = with("\"1\"", json!({ "status": "waiting" })).await;
    assert_eq!(done.ok(200)["status"], "waiting");
    assert_eq!(done.header("etag"), Some("\"2\""));
}

#[tokio::test]
async fn a_preview_says_what_would_happen_and_stores_nothing() {
    let world = World::new().await;
    let preview = async |who: &str, body: Value| world.post(who, &format!("{PATH}/preview"), body).await;
    let passes = preview(CLIENT, json!({ "category": "daily_credit", "amount": 500_000 })).await.ok(200);
    assert_eq!(
        passes,
        json!({
            "outcome": "to_treat", "limit": "1000000", "active_credit": "0", "amount": "500000", "headroom": "1000000",
            "available": "999999",
            "next": { "status": "processing", "by": "system" },
        })
    );
    let waits = preview(CLIENT, json!({ "category": "daily_credit", "amount": 1_000_000 })).await.ok(200);
    assert_eq!((&waits["outcome"], &waits["code"]), (&json!("waiting"), &json!("credit_limit_exceeded")));
    let load = preview(OPERATION, json!({ "category": "load", "amount": 5, "account_id": 1 })).await.ok(200);
    assert_eq!(load["outcome"], "open");
    preview(CLIENT, json!({ "category": "load", "amount": 5 })).await.problem(403, "forbidden");
    preview(CLIENT, json!({ "category": "daily_credit", "amount": 0 })).await.problem(422, "invalid_amount");
    preview(OTHER, json!({ "category": "daily_credit", "amount": 5, "account_id": 1 })).await.problem(404, "not_found");
    world.advance(Duration::hours(9));
    let late = preview(CLIENT, json!({ "category": "daily_credit", "amount": 5 })).await.ok(200);
    assert_eq!((&late["outcome"], &late["code"]), (&json!("refused"), &json!("credit_cutoff_passed")));
    assert_eq!(world.get(ADMIN, PATH).await.ok(200)["items"], json!([]));
}

// rule: C8
#[tokio::test]
async fn c8_without_auto_validation_a_credit_waits_for_finance() {
    let policy = Policy::default().auto_validation(false);
    let world = World::over(MemoryStore::new(), Options::default(), policy).await;
    let body = json!({ "category": "daily_credit", "amount": 1000 });
    let preview = world.post(CLIENT, &format!("{PATH}/preview"), body.clone()).await.ok(200);
    assert_eq!((&preview["outcome"], &preview["next"]["by"]), (&json!("open"), &json!("finance")));
    let request = world.request(CLIENT, body).await;
    assert_eq!((&request["status"], &request["assigned_to"]), (&json!("open"), &json!("finance")));
    let path = format!("{PATH}/{}", request["id"]);
    let passed = world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.ok(200);
    assert_eq!(passed["status"], "to_treat");
}

// rule: W5
#[tokio::test]
async fn w5_a_movement_is_logged_with_the_person_who_passed_its_request() {
    let world = World::new().await;
    let body = json!({ "category": "load", "amount": 1000, "account_id": 1 });
    let id = world.request(OPERATION, body).await["id"].as_u64().unwrap();
    let headers = [("user-agent", "finance's browser")];
    let path = format!("{PATH}/{id}");
    world.call(FINANCE, "PATCH", &path, &headers, r#"{"status":"to_treat"}"#).await.ok(200);
    world.deliver(id).await;
    let movement = world.get(FINANCE, &path).await.ok(200)["mouvement_id"].clone();
    let log = world.get(ADMIN, &format!("/api/mouvements/{movement}/logs")).await.ok(200)["items"][0].clone();
    assert_eq!((&log["triggered_by"], &log["user_agent"]), (&json!(22), &json!("finance's browser")));
}

// rule: P1
#[tokio::test]
async fn p1_the_service_role_reads_no_requests() {
    let world = World::new().await;
    let id = world.credit(1000).await;
    for path in [PATH.to_owned(), format!("{PATH}/{id}"), format!("{PATH}/{id}/historique")] {
        world.get(SERVICE, &path).await.problem(403, "forbidden");
    }
    world.patch(SERVICE, &format!("{PATH}/{id}"), json!({ "status": "waiting" })).await.problem(403, "forbidden");
}
