//! Movements from other sources over HTTP.

use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, CONFINED, EVERYONE, SERVICE, World};

const PATH: &str = "/api/mouvements";

fn payment(reference: &str, amount: i64) -> Value {
    json!({
        "source": "wave", "reference": reference, "type": "payment", "amount": amount, "currency": "XOF", "account_id": 1,
    })
}

// rule: W6
#[tokio::test]
async fn w6_one_is_created_once_and_known_after() {
    let world = World::new().await;
    let created = world.post(SERVICE, PATH, payment("A", 500)).await.ok(201);
    assert_eq!((&created["outcome"], &created["reference"]), (&json!("created"), &json!("A")));
    let again = world.post(SERVICE, PATH, payment("A", 500)).await.ok(200);
    assert_eq!((&again["outcome"], &again["mouvement_id"]), (&json!("existing"), &created["mouvement_id"]));
    let other = world.post(SERVICE, PATH, payment("A", 600)).await.problem(409, "reference_reused");
    assert_eq!(other["reference"], "A");
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "500");
}

// rule: P1
#[tokio::test]
async fn p1_only_the_service_posts() {
    let world = World::new().await;
    for who in EVERYONE.into_iter().filter(|who| *who != SERVICE) {
        let mut body = payment("A", 500);
        if who == "other-client" {
            world.post(who, PATH, body.clone()).await.problem(404, "not_found");
            body["account_id"] = json!(2);
        }
        world.post(who, PATH, body).await.problem(403, "forbidden");
        world.post(who, PATH, json!({ "mouvements": [payment("B", 5)] })).await.problem(403, "forbidden");
        world
            .post(who, PATH, json!({ "mouvements": [payment("B", 5)], "atomic": true }))
            .await
            .problem(403, "forbidden");
    }
}

// rule: P1
#[tokio::test]
async fn p1_a_service_confined_to_sources_posts_no_other() {
    let world = World::new().await;
    let of = |source: &str, reference: &str| {
        let mut body = payment(reference, 500);
        body["source"] = json!(source);
        body
    };
    world.post(CONFINED, PATH, of("bmp", "A")).await.ok(201);
    world.post(CONFINED, PATH, of("wave", "B")).await.problem(403, "forbidden");
    // A value that cannot be is told first, whoever sends it (P5).
    world.post(CONFINED, PATH, of("helpdesk", "C")).await.faulty("source");
    // In a batch it concerns its entry alone, of a group it refuses the whole.
    let entries = json!([of("bmp", "D"), of("wave", "E"), of("bmp", "F")]);
    let results = world.post(CONFINED, PATH, json!({ "mouvements": entries })).await.ok(200);
    let outcomes: Vec<_> = results["results"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["created", "refused", "created"]);
    assert_eq!(results["results"][1]["error"]["code"], "forbidden");
    let group = json!({ "mouvements": [of("bmp", "G"), of("wave", "H")], "atomic": true });
    let results = world.post(CONFINED, PATH, group).await.ok(200);
    let codes: Vec<_> = results["results"].as_array().unwrap().iter().map(|one| &one["error"]["code"]).collect();
    assert_eq!(codes, ["atomic_group_refused", "forbidden"]);
    // Nor is it told that somebody else's movement is there.
    world.post(SERVICE, PATH, of("wave", "B")).await.ok(201);
    world.post(CONFINED, PATH, of("wave", "B")).await.problem(403, "forbidden");
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "2000");
}

#[tokio::test]
async fn what_cannot_be_posted_is_named() {
    let world = World::new().await;
    for (field, value) in [
        ("source", json!("helpdesk")),
        ("source", json!("bank")),
        ("type", json!("credit")),
        ("type", json!("credit_cancellation")),
        ("reference", json!("")),
        ("reference", json!("x".repeat(101))),
        ("account_id", json!("1")),
        ("amount", json!(-5)),
        ("amount", json!(0.5)),
        ("subagent", json!("x".repeat(256))),
        ("document_id", json!("7")),
        ("created", json!("hier")),
        ("payload", json!("text")),
        ("name", json!("MVT-1")),
        ("status", json!("success")),
    ] {
        let mut body = payment("A", 500);
        body[field] = value;
        world.post(SERVICE, PATH, body).await.faulty(field);
    }
    let mut euros = payment("A", 500);
    euros["currency"] = json!("EUR");
    world.post(SERVICE, PATH, euros).await.problem(422, "currency_mismatch");
    let mut nowhere = payment("A", 500);
    nowhere["account_id"] = json!(99);
    world.post(SERVICE, PATH, nowhere).await.problem(404, "not_found");
    let most = world.post(SERVICE, PATH, payment("M", 9_999_999_999_999)).await;
    most.ok(201);
    let beyond = world.post(SERVICE, PATH, payment("N", 1)).await;
    assert_eq!(beyond.problem(422, "amount_out_of_range")["figure"], "balance");
}

// rule: W7
#[tokio::test]
async fn w7_a_refusal_in_a_batch_is_its_own_entrys() {
    let world = World::new().await;
    world.post(SERVICE, PATH, payment("OLD", 500)).await.ok(201);
    let mut wrong = payment("C", 500);
    wrong["surprise"] = json!(1);
    let body =
        json!({ "mouvements": [payment("A", 100), payment("B", 0), payment("OLD", 500), wrong, 5, payment("D", 1)] });
    let results = world.post(SERVICE, PATH, body).await.ok(200)["results"].clone();
    let outcomes: Vec<_> = results.as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["created", "refused", "existing", "refused", "refused", "created"]);
    assert_eq!(results[1]["error"]["code"], "invalid_amount");
    assert_eq!(results[3]["error"]["errors"][0]["field"], "surprise");
    assert_eq!((&results[3]["reference"], &results[4]["reference"]), (&json!("C"), &Value::Null));
    assert!(results[0]["mouvement_uuid"].is_string() && results[1].get("mouvement_id").is_none());
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "601");
}

// rule: W6
#[tokio::test]
async fn w6_an_atomic_group_is_written_whole_or_not_at_all() {
    let world = World::new().await;
    let leg = |reference: &str, account: u64, amount: i64| {
        json!({
            "source": "manual", "reference": reference, "type": "transfer", "amount": amount, "currency": "XOF",
            "account_id": account,
        })
    };
    let good = json!({ "mouvements": [leg("out", 1, -300), leg("in", 2, 300)], "atomic": true });
    let results = world.post(SERVICE, PATH, good).await.ok(200)["results"].clone();
    assert!(results.as_array().unwrap().iter().all(|one| one["outcome"] == "created"));
    let bad = json!({ "mouvements": [leg("out2", 1, -300), leg("in2", 99, 300), leg("x", 1, 5)], "atomic": true });
    let results = world.post(SERVICE, PATH, bad).await.ok(200)["results"].clone();
    let codes: Vec<_> = results.as_array().unwrap().iter().map(|one| one["error"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["atomic_group_refused", "not_found", "atomic_group_refused"]);
    assert_eq!((&results[0]["error"]["place"], &results[0]["error"]["cause"]), (&json!(1), &json!("not_found")));
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "-300");
    let alone = json!({ "mouvements": [leg("y", 99, 5)], "atomic": true });
    assert_eq!(world.post(SERVICE, PATH, alone).await.ok(200)["results"][0]["error"]["code"], "not_found");
}

#[tokio::test]
async fn a_batch_has_its_bounds() {
    let world = World::new().await;
    world.post(SERVICE, PATH, json!({ "mouvements": [] })).await.faulty("mouvements");
    world.post(SERVICE, PATH, json!({ "mouvements": {} })).await.faulty("mouvements");
    let many: Vec<_> = (0..1_001).map(|n| payment(&format!("R{n}"), 1)).collect();
    world.post(SERVICE, PATH, json!({ "mouvements": many })).await.faulty("mouvements");
    world.post(SERVICE, PATH, json!({ "mouvements": [payment("A", 1)], "source": "wave" })).await.faulty("source");
    let many: Vec<_> = (0..1_000).map(|n| payment(&format!("R{n}"), 1)).collect();
    let results = world.post(SERVICE, PATH, json!({ "mouvements": many })).await.ok(200)["results"].clone();
    assert_eq!(results.as_array().unwrap().len(), 1_000);
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "1000");
    let mut fat = payment("F", 1);
    fat["payload"] = json!({ "text": "x".repeat(900_000) });
    world.post(SERVICE, PATH, fat.clone()).await.ok(201);
    fat["payload"] = json!({ "text": "x".repeat(1_100_000) });
    world.post(SERVICE, PATH, fat).await.problem(413, "body_too_large");
}

// rule: G12
#[tokio::test]
async fn g12_the_original_is_kept_exactly_as_it_came() {
    let world = World::new().await;
    let body = r#"{"source":"wave","reference":"P","type":"payment","amount":500.00,"currency":"XOF","account_id":1,
        "payload":{"fee":0.10,"big":12345678901234567890,"list":[1.50],
        "fine":0.12345678901234567890}}"#;
    let id = world.call(SERVICE, "POST", PATH, &[], body).await.ok(201)["mouvement_id"].clone();
    let movement = world.get(ADMIN, &format!("{PATH}/{id}")).await;
    assert_eq!(movement.ok(200)["reference"], "P");
    let payload =
        "{\"fee\":0.10,\"big\":12345678901234567890,\"list\":[1.50],\n        \"fine\":0.12345678901234567890}";
    assert!(movement.text().contains(&format!("\"payload\":{payload}")), "{}", movement.text());
    // Without an original of its own the entry itself is.
    for body in [
        r#"{ "reference":"Q","source":"wave", "type":"payment","amount":5.0e1,"account_id":1 }"#,
        r#"{"mouvements":[{ "reference":"R" , "source":"wave","type":"payment","amount":5.0e1,"account_id":1 }]}"#,
    ] {
        let answer = world.call(SERVICE, "POST", PATH, &[], body).await.json();
        let id = answer["mouvement_id"].as_u64().or(answer["results"][0]["mouvement_id"].as_u64()).unwrap();
        let movement = world.get(ADMIN, &format!("{PATH}/{id}")).await.text();
        let entry = body.trim_start_matches("{\"mouvements\":[").trim_end_matches("]}");
        assert!(movement.contains(&format!("\"payload\":{entry}")), "{movement}");
    }
    let sold = payment("S", 5);
    let id = world.post(SERVICE, PATH, with(sold, "etatsdevente_id", json!(7))).await.ok(201)["mouvement_id"].clone();
    assert_eq!(world.get(ADMIN, &format!("{PATH}/{id}")).await.ok(200)["etatsdevente_id"], 7);
    let deep = format!(r#"{{"x":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let body = json!({ "source": "wave" }).to_string().replace('}', &format!(r#","payload":{deep}}}"#));
    world.call(SERVICE, "POST", PATH, &[], &body).await.faulty("payload");
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}
