//! Beside the former system, over HTTP (L6).

use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, EVERYONE, FINANCE, OPERATION, SERVICE, World};

const PATH: &str = "/api/shadow";

fn told(amount: u64, outcome: &str) -> Value {
    json!({
        "account_id": 1, "draft": { "category": "daily_credit", "amount": amount }, "at": "2025-10-21T09:00:00Z",
        "legacy": { "outcome": outcome },
    })
}

async fn switch(world: &World, to: &str) -> Value {
    world.patch(ADMIN, "/api/accounts/1", json!({ "rollout": to })).await.ok(200)
}

// rule: L6
#[tokio::test]
async fn l6_an_account_is_switched_by_admin_and_the_switch_is_kept() {
    let world = World::new().await;
    assert_eq!(world.get(FINANCE, "/api/accounts/1").await.ok(200)["rollout"], "live");
    assert!(world.get(CLIENT, "/api/accounts/1").await.ok(200).get("rollout").is_none(), "it is staff's");
    for who in EVERYONE.into_iter().filter(|who| ![ADMIN, "other-client"].contains(who)) {
        world.patch(who, "/api/accounts/1", json!({ "rollout": "legacy" })).await.problem(403, "forbidden");
    }
    world.patch(ADMIN, "/api/accounts/1", json!({ "rollout": "gone" })).await.faulty("rollout");
    world.patch(ADMIN, "/api/accounts/1", json!({ "rollout": null })).await.faulty("rollout");
    assert_eq!(switch(&world, "legacy").await["rollout"], "legacy");
    let credit = json!({ "category": "daily_credit", "amount": 5 });
    world.post(CLIENT, "/api/requetes-financieres", credit.clone()).await.problem(409, "account_legacy");
    let preview = world.post(CLIENT, "/api/requetes-financieres/preview", credit.clone()).await.ok(200);
    assert_eq!((&preview["outcome"], &preview["code"]), (&json!("refused"), &json!("account_legacy")));
    assert_eq!(switch(&world, "shadow").await["rollout"], "shadow");
    world.post(CLIENT, "/api/requetes-financieres", credit).await.problem(409, "account_shadow");
    let payment = json!({ "source": "wave", "reference": "A", "type": "payment", "amount": 5, "account_id": 1 });
    world.post(SERVICE, "/api/mouvements", payment.clone()).await.problem(409, "account_shadow");
    for (rollout, count) in [("shadow", 1), ("live", 1), ("legacy", 0)] {
        let list = world.get(FINANCE, &format!("/api/accounts?rollout={rollout}")).await.ok(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{rollout}");
    }
    switch(&world, "live").await;
    switch(&world, "live").await;
    world.post(SERVICE, "/api/mouvements", payment).await.ok(201);
    world.patch(ADMIN, "/api/accounts/1", json!({ "rollout": "shadow" })).await.problem(409, "account_has_movements");
    let history = world.get(ADMIN, "/api/accounts/1/historique").await.ok(200);
    let kept: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|item| (item["old"].clone(), item["new"].clone())).collect();
    let change = |old: &str, new: &str| (json!(old), json!(new));
    assert_eq!(kept, [change("shadow", "live"), change("legacy", "shadow"), change("live", "legacy")]);
    assert_eq!(history["items"][0]["field"], "rollout");
}

// rule: L6, P4
#[tokio::test]
async fn l6_what_waits_on_an_account_that_went_back_is_not_offered_to_pass() {
    let world = World::new().await;
    let load = json!({ "category": "load", "amount": 5, "account_id": 1 });
    let id = world.request(OPERATION, load).await["id"].as_u64().unwrap();
    switch(&world, "legacy").await;
    let path = format!("/api/requetes-financieres/{id}");
    let shown = world.get(FINANCE, &path).await.ok(200);
    let offered = shown["allowed_actions"].as_array().unwrap();
    assert!(!offered.contains(&json!({ "action": "transition", "to": "to_treat" })), "{shown}");
    world.patch(FINANCE, &path, json!({ "status": "to_treat" })).await.problem(409, "account_legacy");
    switch(&world, "live").await;
    let shown = world.get(FINANCE, &path).await.ok(200);
    assert!(
        shown["allowed_actions"].as_array().unwrap().contains(&json!({ "action": "transition", "to": "to_treat" }))
    );
}

// rule: L6
#[tokio::test]
async fn l6_both_answers_are_given_kept_and_reported() {
    let world = World::new().await;
    switch(&world, "shadow").await;
    let first = world.post(SERVICE, PATH, told(600_000, "to_treat")).await.ok(201);
    assert_eq!(first, json!({ "ours": { "outcome": "to_treat" }, "legacy": { "outcome": "to_treat" }, "agree": true }));
    let second = world.post(SERVICE, PATH, told(600_000, "to_treat")).await.ok(201);
    assert_eq!(second["ours"], json!({ "outcome": "waiting", "code": "credit_limit_exceeded" }));
    assert_eq!(second["agree"], false);
    let mut given = told(600_000, "to_treat");
    given["legacy"]["figures"] = json!({ "limit": "2000000", "active_credit": 0, "balance": "-5" });
    let third = world.post(SERVICE, PATH, given).await.ok(201);
    assert_eq!(third["agree"], true);
    assert_eq!(third["legacy"]["figures"], json!({ "limit": "2000000", "active_credit": "0", "balance": "-5" }));
    let report = world.get(FINANCE, &format!("{PATH}?count=true")).await.ok(200);
    assert_eq!(report["total"]["count"], 3);
    assert!(report["total"]["amounts"]["XOF"].is_string(), "{report}");
    assert_eq!((&report["agreements"], &report["disagreements"]), (&json!(2), &json!(1)));
    assert_eq!(report["items"].as_array().unwrap().len(), 3);
    let page = world.get(ADMIN, "/api/shadow?agree=false").await.ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let item = &page["items"][0];
    assert_eq!(
        (&item["amount"], &item["active_credit"], &item["limit"]),
        (&json!("600000"), &json!("600000"), &json!("1000000"))
    );
    assert_eq!(item["draft"], json!({ "category": "daily_credit", "amount": 600_000 }));
    let account = world.get(FINANCE, "/api/accounts/1").await.ok(200);
    assert_eq!((&account["active_credit"], &account["version"]), (&json!("0"), &json!(0)), "nothing is written");
}

// rule: L6
#[tokio::test]
async fn l6_the_service_tells_and_staff_reads() {
    let world = World::new().await;
    for who in EVERYONE.into_iter().filter(|who| ![SERVICE, "other-client"].contains(who)) {
        world.post(who, PATH, told(5, "to_treat")).await.problem(403, "forbidden");
    }
    for who in [CLIENT, SERVICE] {
        world.get(who, PATH).await.problem(403, "forbidden");
    }
    let refused = async |change: fn(&mut Value)| {
        let mut body = told(5, "to_treat");
        change(&mut body);
        world.post(SERVICE, PATH, body).await
    };
    refused(|body| body["legacy"]["outcome"] = json!("granted")).await.faulty("legacy.outcome");
    refused(|body| body["legacy"]["figures"] = json!({ "rate": 5 })).await.faulty("legacy.figures.rate");
    refused(|body| body["draft"]["other"] = json!(5)).await.faulty("draft.other");
    refused(|body| body["other"] = json!(5)).await.faulty("other");
    refused(|body| body["account_id"] = Value::Null).await.faulty("account_id");
    refused(|body| body["at"] = json!("2999-01-01T00:00:00Z")).await.faulty("at");
    refused(|body| body["account_id"] = json!(99)).await.problem(404, "not_found");
    refused(|body| body["draft"]["account_id"] = json!(2)).await.faulty("draft.account_id");
}
