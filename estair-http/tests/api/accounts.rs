//! Accounts, limits and statements over HTTP.

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

#[tokio::test]
async fn the_statement_has_its_balances_and_pages() {
    let world = World::new().await;
    for n in 1..=5 {
        world.payment(1, &format!("R{n}"), "100").await;
    }
    let page = world.get(CLIENT, "/api/accounts/1/mouvements?limit=2").await.ok(200);
    assert_eq!((&page["opening_balance"], &page["closing_balance"]), (&json!("0"), &json!("500")));
    let item = &page["items"][0];
    assert_eq!((&item["balance_after"], &item["exposition_after"]), (&json!("500"), &json!("500")));
    assert_eq!(
        (&item["total_operation"], &item["type"], &item["source"]),
        (&json!("100"), &json!("payment"), &json!("wave"))
    );
    assert_eq!((&item["credit_before"], &item["credit_after"]), (&json!("400"), &json!("500")));
    assert!(!item.as_object().unwrap().keys().any(|key| key.contains("trace")));
    let mut references = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(CLIENT, &format!("/api/accounts/1/mouvements?limit=2{cursor}")).await.ok(200);
        references.extend(page["items"].as_array().unwrap().iter().map(|item| item["reference"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(references, ["R5", "R4", "R3", "R2", "R1"]);
    let none = world.get(CLIENT, "/api/accounts/1/mouvements?type=debit").await.ok(200);
    assert_eq!(none["items"], json!([]));
    let later = world.get(CLIENT, "/api/accounts/1/mouvements?from=2025-10-22").await.ok(200);
    assert_eq!((&later["opening_balance"], &later["items"]), (&json!("500"), &json!([])));
    world.get(CLIENT, "/api/accounts/1/mouvements?type=gift").await.faulty("type");
    world.get(CLIENT, "/api/accounts/1/mouvements?from=x").await.faulty("from");
}

#[tokio::test]
async fn the_statement_is_a_csv_without_formulas() {
    let world = World::new().await;
    let body = json!({
        "source": "manual", "reference": "=cmd|' /C calc'!A0", "type": "adjustment", "amount": "-150", "currency": "XOF",
        "account_id": 1, "description": "une \"remise\", et\nune ligne",
    });
    world.post(SERVICE, "/api/mouvements", body).await.ok(201);
    let csv = world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &[("accept", "text/csv")], "").await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.header("vary"), Some("accept"));
    let text = csv.text();
    let mut lines = text.split("\r\n");
    assert!(lines.next().unwrap().starts_with("id,uuid,name,business_day"));
    let line = lines.next().unwrap();
    assert!(line.contains(",adjustment,manual,-150,XOF,0,-300,-150,-300,"), "{line}");
    assert!(line.contains(",'=cmd|' /C calc'!A0,\"une \"\"remise\"\", et\nune ligne\","), "{line}");
    assert_eq!(lines.collect::<Vec<_>>(), [""]);
    let json =
        world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &[("accept", "application/json, text/csv")], "").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_long_csv_comes_whole() {
    let world = World::new().await;
    for batch in 0..3 {
        let entries: Vec<_> = (0..700)
            .map(|n| json!({
                "source": "wave", "reference": format!("{batch}-{n}"), "type": "payment", "amount": 1, "currency": "XOF",
                "account_id": 1,
            }))
            .collect();
        world.post(SERVICE, "/api/mouvements", json!({ "mouvements": entries })).await.ok(200);
    }
    let headers = [("accept", "text/csv")];
    let csv = world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &headers, "").await.text();
    assert_eq!(csv.lines().count(), 1 + 2_100);
    assert!(csv.lines().nth(1).unwrap().contains(",2100,"), "newest first");
    let page = world.call(CLIENT, "GET", "/api/accounts/1/mouvements?limit=7", &headers, "").await.text();
    assert_eq!(page.lines().count(), 8);
}

// rule: W4, W5
#[tokio::test]
async fn w4_a_movement_shows_its_audit_trail() {
    let world = World::new().await;
    let id = world.granted(1000).await;
    let request = world.get(CLIENT, &format!("/api/requetes-financieres/{id}")).await.ok(200);
    let path = format!("/api/mouvements/{}", request["mouvement_id"]);
    let movement = world.get(CLIENT, &path).await.ok(200);
    assert_eq!((&movement["type"], &movement["status"]), (&json!("credit"), &json!("success")));
    assert_eq!((&movement["requete_financiere_id"], &movement["total_operation"]), (&json!(id), &json!("1000")));
    assert_eq!(movement["result"]["mouvement_id"], movement["id"]);
    let logs = world.get(OPERATION, &format!("{path}/logs")).await.ok(200);
    let log = &logs["items"][0];
    assert_eq!(log["state_before"]["daily_credit"], "0");
    assert_eq!(log["state_after"]["daily_credit"], "1000");
    assert_eq!(log["changes"]["active_credit"], json!({ "old": "0", "new": "1000" }));
    assert_eq!((&log["status"], &log["attempt_number"]), (&json!("success"), &json!(1)));
    assert_eq!(log["previous_hash"], "0".repeat(64));
    assert_eq!(log["hash"].as_str().unwrap().len(), 64);
    assert_eq!(world.get(SERVICE, &path).await.status, 200);
    assert_eq!(world.get(FINANCE, &path).await.status, 200);
    assert_eq!(world.get(ADMIN, &path).await.status, 200);
}
