//! The daily life of the system on SQLite: a credit, a load, a race, a cancellation, who sees what, a restart.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{REQUESTS, World, credit};

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
    world.figures(1, [("active_credit", "500000"), ("exposition", "500000")]).await;
    let message = world.message(closed["message_uuid"].as_str().unwrap(), "completed").await;
    assert_eq!(message["result"]["mouvement_id"], closed["mouvement_id"]);
    assert_eq!(message["attempts"][0]["http_status"], json!(200), "over real HTTP");

    // rule: N3
    let mut told = Vec::new();
    for _ in 0..100 {
        let timeline = world.get("admin", &format!("{REQUESTS}/{}/historique", created["id"])).await;
        let items = timeline["items"].as_array().unwrap().iter();
        told = items.filter(|item| item["kind"] == "notification").cloned().collect();
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
    let forbidden = world.patch("operation", &created["id"], json!({ "status": "to_treat" })).await;
    assert_eq!(forbidden.refusal(), (403, "transition_forbidden"));
    world.moved("finance", &created["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&created["id"], "closed").await;
    world.figures(3, [("balance", "750000")]).await;
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
            let status = world.request(id).await["status"].clone();
            if status == "closed" || status == "waiting" {
                statuses.push(status);
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
    assert_eq!(statuses.len(), 12, "each one is decided");
    assert_eq!(statuses.iter().filter(|status| *status == "closed").count(), 3, "3 × 300,000 < 1,000,000");
    world.figures(1, [("active_credit", "900000")]).await;
    Arc::into_inner(world).unwrap().end().await;
}

// rule: R5
#[tokio::test(flavor = "multi_thread")]
async fn r5_a_credit_is_cancelled_once_by_admin() {
    let world = World::new(&[]).await;
    let granted = world.granted("client2", 100_000).await;
    let cancel = json!({ "category": "cancel_credit", "account_id": 2, "parent_id": granted["id"] });
    assert_eq!(world.call("finance", "POST", REQUESTS, cancel.clone()).await.refusal(), (403, "forbidden"));
    let cancellation = world.create("admin", cancel.clone()).await;
    world.becomes(&cancellation["id"], "closed").await;
    world.figures(2, [("active_credit", "0"), ("daily_credit", "0")]).await;
    let again = world.call("admin", "POST", REQUESTS, cancel).await;
    assert_eq!(again.refusal(), (409, "credit_already_cancelled"));
    world.end().await;
}

// rule: P2
#[tokio::test(flavor = "multi_thread")]
async fn p2_what_is_foreign_does_not_exist_and_roles_keep_to_their_rights() {
    let world = World::new(&[]).await;
    let mine = world.create("client1", credit(1_000)).await;
    let foreign = world.call("client2", "GET", &format!("{REQUESTS}/{}", mine["id"]), Value::Null).await;
    let unknown = world.call("client2", "GET", &format!("{REQUESTS}/999999"), Value::Null).await;
    assert_eq!((foreign.status, &foreign.body), (unknown.status, &unknown.body));
    assert_eq!(foreign.status, 404);
    for (who, method, path, body, expected) in [
        ("service", "GET", REQUESTS, Value::Null, 403),
        ("finance", "POST", REQUESTS, json!({ "category": "load", "account_id": 1, "amount": 1 }), 403),
        ("client1", "PUT", "/api/accounts/1/limit", json!({ "limit": 5_000_000, "reason": "please" }), 403),
        ("client1", "GET", "/messager/api/messages", Value::Null, 403),
        ("operation", "POST", "/messager/api/messages/replay", json!({ "reason": "x" }), 403),
        ("finance", "POST", "/messager/api/deliveries/pause", json!({ "reason": "x" }), 403),
        ("nobody", "GET", "/api/accounts/1", Value::Null, 401),
        ("nobody", "GET", "/messager/api/stats", Value::Null, 401),
    ] {
        let answer = world.call(who, method, path, body).await;
        assert_eq!(answer.status, expected, "{who} {method} {path}: {}", answer.text);
    }
    let wrong = [("authorization", "Bearer no-token")];
    for path in ["/api/accounts/1", "/messager/api/stats"] {
        assert_eq!(world.call_with("nobody", "GET", path, &wrong, Value::Null).await.status, 401, "{path}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_on_the_same_data_goes_on_with_it() {
    let world = World::new(&[]).await;
    world.granted("client1", 200_000).await;
    let before = world.tokens.clone();
    let world = World::in_scratch(world.end().await, &[]).await;
    assert_eq!(world.tokens, before, "the demonstration is made once");
    world.figures(1, [("active_credit", "200000")]).await;
    world.granted("client1", 300_000).await;
    world.figures(1, [("active_credit", "500000")]).await;
    world.end().await;
}
