//! Accounts and limits over HTTP.

use chrono::Duration;
use serde_json::json;

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World, statuses};

#[tokio::test]
async fn an_account_has_the_listed_indicators() {
    let world = World::new().await;
    world.payment(1, "A", "25000").await;
    world.granted(500_000).await;
    let account = world.get(CLIENT, "/api/accounts/1").await.ok(200);
    for (field, value) in [
        ("balance_previous_day", "0"),
        ("balance", "25000"),
        ("outstanding", "0"),
        ("daily_credit", "500000"),
        ("active_credit", "500000"),
        ("exposition", "525000"),
        ("limit", "1000000"),
        ("currency", "XOF"),
        ("day", "2025-10-21"),
    ] {
        assert_eq!(account[field], value, "{field}");
    }
    assert_eq!(account["version"], 2);
}

// rule: F7
#[tokio::test]
async fn f7_a_past_day_is_read_from_its_closing_and_today_is_rolled() {
    let world = World::new().await;
    world.payment(1, "A", "25000").await;
    world.granted(500_000).await;
    world.advance(Duration::days(2));
    let today = world.get(CLIENT, "/api/accounts/1").await.ok(200);
    assert_eq!((&today["day"], &today["balance_previous_day"]), (&json!("2025-10-23"), &json!("25000")));
    assert_eq!((&today["daily_credit"], &today["active_credit"]), (&json!("0"), &json!("500000")));
    world.payment(1, "B", "100").await;
    let path = |day: &str| format!("/api/accounts/1?day={day}");
    let first = world.get(CLIENT, &path("2025-10-21")).await.ok(200);
    assert_eq!((&first["balance"], &first["daily_credit"]), (&json!("25000"), &json!("500000")));
    let between = world.get(CLIENT, &path("2025-10-22")).await.ok(200);
    assert_eq!((&between["balance_previous_day"], &between["daily_credit"]), (&json!("25000"), &json!("0")));
    assert_eq!(world.get(CLIENT, &path("2025-10-20")).await.ok(200)["balance"], "0");
    assert_eq!(world.get(CLIENT, &path("2025-10-23")).await.ok(200)["balance"], "25100");
    world.get(CLIENT, &path("2025-10-24")).await.faulty("day");
    world.get(CLIENT, &path("yesterday")).await.faulty("day");
}

// rule: C6
#[tokio::test]
async fn c6_a_limit_has_its_history() {
    let world = World::new().await;
    let path = "/api/accounts/1/limit";
    let body = r#"{"limit":"1500000","reason":"garantie"}"#;
    let who = [CLIENT, OTHER, OPERATION, FINANCE, ADMIN, SERVICE];
    assert_eq!(statuses(&world, &who, "PUT", path, body).await, [403, 404, 403, 200, 200, 403]);
    assert_eq!(statuses(&world, &who, "GET", path, "").await, [200, 404, 200, 200, 200, 403]);
    world.advance(Duration::days(1));
    world.put(FINANCE, path, json!({ "limit": 0, "reason": "arrêt" })).await.ok(200);
    let limit = world.get(CLIENT, path).await.ok(200);
    assert_eq!(limit["limit"], "0");
    let last = &limit["history"][0];
    assert_eq!((&last["old"], &last["new"], &last["reason"]), (&json!("1500000"), &json!("0"), &json!("arrêt")));
    assert_eq!((&last["by"], &last["at"]), (&json!(22), &json!("2025-10-22T09:00:00Z")));
    let yesterday = world.get(CLIENT, "/api/accounts/1?day=2025-10-21").await.ok(200);
    assert_eq!(yesterday["limit"], "1500000");
    world.put(FINANCE, path, json!({ "limit": -1, "reason": "x" })).await.problem(422, "invalid_amount");
    world.put(FINANCE, path, json!({ "limit": 1 })).await.faulty("reason");
    world.put(FINANCE, path, json!({ "limit": 1, "reason": "x", "balance": 5 })).await.faulty("balance");
    world.put(CLIENT, path, json!({ "limit": "x", "reason": "x" })).await.faulty("limit");
}

// rule: C6
#[tokio::test]
async fn c6_the_limit_of_a_past_day_is_right_however_often_it_changed_since() {
    let world = World::new().await;
    let set = async |limit: u32| {
        let body = json!({ "limit": limit, "reason": "essai" });
        world.put(FINANCE, "/api/accounts/1/limit", body).await.ok(200);
    };
    set(700_000).await;
    world.advance(Duration::days(1));
    for limit in 1..=205 {
        set(limit).await;
    }
    // The history pages too.
    let (mut limits, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(CLIENT, &format!("/api/accounts/1/limit?limit=100{cursor}")).await.ok(200);
        limits.extend(page["history"].as_array().unwrap().iter().map(|change| change["new"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let set = (1..=205).rev().map(|limit| json!(limit.to_string()));
    assert_eq!(limits, set.chain([json!("700000")]).collect::<Vec<_>>(), "newest first, none lost");
    for (day, limit) in [("2025-10-21", "700000"), ("2025-10-22", "205")] {
        assert_eq!(world.get(CLIENT, &format!("/api/accounts/1?day={day}")).await.ok(200)["limit"], limit, "{day}");
    }
}

// rule: P1, P2
#[tokio::test]
async fn p2_a_foreign_account_is_an_unknown_one() {
    let world = World::new().await;
    world.payment(1, "A", "25000").await;
    for suffix in ["", "/limit", "/mouvements"] {
        let theirs = world.get(OTHER, &format!("/api/accounts/1{suffix}")).await;
        let nobodys = world.get(OTHER, &format!("/api/accounts/99{suffix}")).await;
        theirs.problem(404, "not_found");
        assert_eq!(theirs.bytes, nobodys.bytes);
        assert_eq!(world.get(OTHER, &format!("/api/accounts/x{suffix}")).await.bytes, nobodys.bytes);
    }
    for suffix in ["", "/logs"] {
        let theirs = world.get(OTHER, &format!("/api/mouvements/1{suffix}")).await;
        assert_eq!(theirs.bytes, world.get(OTHER, &format!("/api/mouvements/99{suffix}")).await.bytes);
        theirs.problem(404, "not_found");
    }
    world.call(OTHER, "PUT", "/api/accounts/1/limit", &[], "junk").await.problem(404, "not_found");
    let list = world.get(OTHER, "/api/accounts").await.ok(200);
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &json!(2)));
    assert_eq!(world.get(SERVICE, "/api/accounts").await.ok(200)["items"].as_array().unwrap().len(), 2);
}

// rule: P1
#[tokio::test]
async fn p1_who_creates_accounts() {
    let world = World::new().await;
    let who = [CLIENT, OPERATION, FINANCE, ADMIN, SERVICE];
    let body = r#"{"name":"Agence Trois","email":"trois@example.test","currency":"EUR","limit":12.5}"#;
    assert_eq!(statuses(&world, &who, "POST", "/api/accounts", body).await, [403, 403, 403, 201, 201]);
    let account = world.get(ADMIN, "/api/accounts/3").await.ok(200);
    assert_eq!((&account["limit"], &account["balance"]), (&json!("12.50"), &json!("0.00")));
    for body in [
        json!({ "name": "" }),
        json!({ "name": "x", "email": "nobody" }),
        json!({ "name": "x", "currency": "KWD" }),
        json!({ "name": "x", "limit": 0.5 }),
        json!({ "name": "x", "balance": 5 }),
    ] {
        assert_eq!(world.post(ADMIN, "/api/accounts", body.clone()).await.status, 422, "{body}");
    }
}
