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
    let before = world.get(CLIENT, &path("2025-10-20")).await.ok(200);
    for figure in ["balance", "daily_credit", "active_credit", "limit", "headroom", "available"] {
        assert_eq!(before[figure], "0", "{figure} before the account was there");
    }
    assert_eq!(world.get(CLIENT, &path("2025-10-23")).await.ok(200)["balance"], "25100");
    world.get(CLIENT, &path("2025-10-24")).await.faulty("day");
    world.get(CLIENT, &path("yesterday")).await.faulty("day");
}

// rule: F7
#[tokio::test]
async fn f7_the_list_of_a_past_day_shows_each_account_as_one_alone() {
    let world = World::new().await;
    world.payment(1, "A", "25000").await;
    world.granted(500_000).await;
    world.advance(Duration::days(2));
    world.payment(1, "B", "100").await;
    for who in [CLIENT, FINANCE, SERVICE] {
        for day in ["2025-10-20", "2025-10-21", "2025-10-22", "2025-10-23"] {
            let list = world.get(who, &format!("/api/accounts?day={day}&count=true")).await.ok(200);
            let items = list["items"].as_array().unwrap();
            assert_eq!(items.len(), if who == CLIENT { 1 } else { 2 });
            assert_eq!(list["total"]["count"], items.len());
            for item in items {
                let one = world.get(who, &format!("/api/accounts/{}?day={day}", item["id"])).await.ok(200);
                assert_eq!((&one, &item["day"]), (item, &json!(day)), "{who}");
            }
        }
    }
    let first = world.get(FINANCE, "/api/accounts?day=2025-10-21&limit=1").await.ok(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = world.get(FINANCE, &format!("/api/accounts?day=2025-10-21&limit=1&cursor={cursor}")).await.ok(200);
    assert_eq!((&first["items"][0]["id"], &second["items"][0]["id"]), (&json!(2), &json!(1)));
    assert_eq!(second["items"][0]["balance"], "25000");
    for wrong in ["2025-10-24", "yesterday"] {
        world.get(FINANCE, &format!("/api/accounts?day={wrong}")).await.faulty("day");
    }
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
    let shown = world.get(CLIENT, &format!("{path}?count=true")).await.ok(200);
    // The second of the two who set the same limit changed nothing.
    assert_eq!(shown["total"], json!({ "count": 2 }));
    assert_eq!((&shown["history"][0]["old"], &shown["history"][0]["reason"]), (&json!("1500000"), &json!("arrêt")));
    let limit = world.get(FINANCE, path).await.ok(200);
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

// rule: A1
#[tokio::test]
async fn a1_an_account_is_renamed_and_its_history_says_so() {
    let world = World::new().await;
    let path = "/api/accounts/1";
    let body = r#"{"name":"Agence Évasion","email":"evasion@example.test","reason":"rachat"}"#;
    let who = [CLIENT, OTHER, OPERATION, FINANCE, ADMIN, SERVICE];
    assert_eq!(statuses(&world, &who, "PATCH", path, body).await, [403, 404, 403, 403, 200, 403]);
    let account = world.get(CLIENT, path).await.ok(200);
    assert_eq!((&account["name"], &account["email"]), (&json!("Agence Évasion"), &json!("evasion@example.test")));
    world.advance(Duration::minutes(1));
    world.put(FINANCE, "/api/accounts/1/limit", json!({ "limit": 5, "reason": "prudence" })).await.ok(200);
    world.advance(Duration::minutes(1));
    world.patch(ADMIN, path, json!({ "email": null })).await.ok(200);

    let history = "/api/accounts/1/historique";
    assert_eq!(statuses(&world, &who, "GET", history, "").await, [200, 404, 200, 200, 200, 403]);
    let all = world.get(OPERATION, history).await.ok(200);
    let fields: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["email", "limit", "email", "name"]);
    assert_eq!(
        all["items"][3],
        json!({ "at": "2025-10-21T09:00:00Z", "by": 23, "field": "name", "old": "Agence Un", "new": "Agence Évasion",
            "reason": "rachat" })
    );
    assert_eq!((&all["items"][1]["old"], &all["items"][1]["new"]), (&json!("1000000"), &json!("5")));
    assert_eq!((&all["items"][0]["new"], &all["items"][0]["reason"]), (&json!(null), &json!(null)));
    let own = world.get(CLIENT, history).await.ok(200);
    assert!(own["items"].as_array().unwrap().iter().all(|one| one.get("by").is_none() && one.get("reason").is_none()));

    let (mut paged, mut next) = (Vec::new(), String::new());
    loop {
        let page = world.get(FINANCE, &format!("{history}?limit=1{next}")).await.ok(200);
        paged.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(json!(paged), all["items"]);

    for (body, field) in [
        (json!({}), "status"),
        (json!({ "name": null }), "name"),
        (json!({ "status": null }), "status"),
        (json!({ "name": " " }), "name"),
        (json!({ "email": "" }), "email"),
        (json!({ "status": "closed" }), "status"),
        (json!({ "limit": 5 }), "limit"),
    ] {
        world.patch(ADMIN, path, body).await.faulty(field);
    }
    world.patch(ADMIN, "/api/accounts/99", json!({ "name": null })).await.problem(404, "not_found");
}

// rule: A2
#[tokio::test]
async fn a2_a_suspended_account_takes_no_request_and_everybody_reads_on() {
    let world = World::new().await;
    let waiting = world.credit(5_000_000).await;
    let path = "/api/accounts/1";
    world.patch(FINANCE, path, json!({ "status": "suspended" })).await.faulty("reason");
    let suspended = world.patch(FINANCE, path, json!({ "status": "suspended", "reason": "impayé" })).await.ok(200);
    assert_eq!(suspended["status"], "suspended");
    let requests = "/api/requetes-financieres";
    let body = json!({ "category": "daily_credit", "amount": 5 });
    world.post(CLIENT, requests, body.clone()).await.problem(409, "account_suspended");
    let preview = world.post(CLIENT, &format!("{requests}/preview"), body).await.ok(200);
    assert_eq!((&preview["outcome"], &preview["code"]), (&json!("refused"), &json!("account_suspended")));
    let one = format!("{requests}/{waiting}");
    let pass = json!({ "action": "transition", "to": "to_treat" });
    let offered = |request: &serde_json::Value| request["allowed_actions"].as_array().unwrap().contains(&pass);
    assert!(!offered(&world.get(FINANCE, &one).await.ok(200)));
    world.patch(FINANCE, &one, json!({ "status": "to_treat" })).await.problem(409, "account_suspended");
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    assert_eq!(world.get(CLIENT, path).await.ok(200)["status"], "suspended");
    let found = |status: &str| format!("/api/accounts?status={status}");
    assert_eq!(world.get(OPERATION, &found("suspended")).await.ok(200)["items"][0]["id"], 1);
    assert_eq!(world.get(OPERATION, &found("active")).await.ok(200)["items"][0]["id"], 2);
    world.get(OPERATION, &found("gone")).await.faulty("status");
    world.patch(ADMIN, path, json!({ "status": "active" })).await.ok(200);
    assert!(offered(&world.get(FINANCE, &one).await.ok(200)));
}

// rule: A7
#[tokio::test]
async fn a7_an_account_is_found_by_its_reference_and_created_once() {
    let world = World::new().await;
    let body = json!({ "name": "Agence Trois", "reference": "AG-3", "limit": "10" });
    let first = world.post(SERVICE, "/api/accounts", body.clone()).await.ok(201);
    assert_eq!((&first["reference"], &first["status"]), (&json!("AG-3"), &json!("active")));
    let again = world.post(ADMIN, "/api/accounts", body).await.ok(200);
    assert_eq!(again["id"], first["id"]);
    let other = json!({ "name": "Agence Trois", "reference": "AG-3", "limit": "11" });
    world.post(SERVICE, "/api/accounts", other).await.problem(409, "reference_reused");
    let found = world.get(SERVICE, "/api/accounts?reference=AG-3").await.ok(200);
    assert_eq!(found["items"][0]["id"], first["id"]);
    assert_eq!(world.get(SERVICE, "/api/accounts?reference=AG").await.ok(200)["items"], json!([]));
    assert_eq!(world.get(CLIENT, "/api/accounts?reference=AG-3").await.ok(200)["items"], json!([]));
}

// rule: C9
#[tokio::test]
async fn c9_an_account_says_what_it_can_be_granted_now() {
    let world = World::new().await;
    world.granted(400_000).await;
    let account = world.get(CLIENT, "/api/accounts/1").await.ok(200);
    assert_eq!((&account["headroom"], &account["available"]), (&json!("600000"), &json!("599999")));
    world.put(FINANCE, "/api/accounts/1/limit", json!({ "limit": 1, "reason": "x" })).await.ok(200);
    let account = world.get(CLIENT, "/api/accounts/1").await.ok(200);
    assert_eq!((&account["headroom"], &account["available"]), (&json!("-399999"), &json!("0")));
}

#[tokio::test]
async fn a_change_of_an_account_that_was_meant_for_another_version_is_refused() {
    let world = World::new().await;
    let path = "/api/accounts/1";
    let read = world.get(ADMIN, path).await.ok(200)["version"].as_u64().unwrap();
    world.payment(1, "A", "5").await;
    let rename = async |tag: &str| {
        let body = json!({ "name": "Un" }).to_string();
        world.call(ADMIN, "PATCH", path, &[("if-match", tag)], &body).await
    };
    let stale = rename(&format!("\"{read}\"")).await.problem(409, "stale_version");
    assert_eq!((&stale["given"], &stale["current"]), (&json!(read), &json!(read + 1)));
    world.patch(ADMIN, path, json!({ "name": "Un", "version": read })).await.problem(409, "stale_version");
    world.patch(CLIENT, path, json!({ "name": "Un", "version": read })).await.problem(403, "forbidden");
    rename("\"x\"").await.faulty("If-Match");
    assert_eq!(world.get(ADMIN, path).await.ok(200)["name"], "Agence Un");
    assert_eq!(rename(&format!("W/\"{}\"", read + 1)).await.ok(200)["name"], "Un");
}
