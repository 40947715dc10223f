//! Idempotency keys over HTTP (W3).

use estair_core::memory::{FaultPlan, Step};
use estair_core::store::StoreErrorKind;
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, OPERATION, OTHER, SERVICE, World};

async fn keyed(world: &World, who: &str, path: &str, key: &str, body: &str) -> crate::world::Answer {
    world.call(who, "POST", path, &[("idempotency-key", key)], body).await
}

// rule: W3
#[tokio::test]
async fn w3_the_same_key_gives_the_first_answer_on_every_route_that_creates() {
    let world = World::new().await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    for (who, path, body, same, other) in [
        (
            CLIENT,
            "/api/requetes-financieres",
            r#"{"category":"daily_credit","amount":500}"#,
            r#"{ "amount": "5e2", "category": "daily_credit" }"#,
            r#"{"category":"daily_credit","amount":501}"#,
        ),
        (
            CLIENT,
            "/api/helpdesk",
            r#"{"subject":"a","description":"b"}"#,
            r#"{"description":"b","subject":"a"}"#,
            r#"{"subject":"a","description":"c"}"#,
        ),
        (CLIENT, "/api/helpdesk/1/commentaires", r#"{"body":"a"}"#, r#"{"body":"\u0061"}"#, r#"{"body":"b"}"#),
        (
            CLIENT,
            "/api/push/subscriptions",
            r#"{"endpoint":"https://fcm.googleapis.com/fcm/send/abc","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}"#,
            r#"{"keys":{"auth":"BTBZMqHH6r4Tts7J_aSIgg","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"},"endpoint":"https://fcm.googleapis.com/fcm/send/abc"}"#,
            r#"{"endpoint":"https://fcm.googleapis.com/fcm/send/abd","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}"#,
        ),
        (ADMIN, "/api/accounts", r#"{"name":"a"}"#, r#"{"name":"a"}"#, r#"{"name":"b"}"#),
        (
            SERVICE,
            "/api/mouvements",
            r#"{"source":"wave","reference":"A","type":"payment","amount":5,"account_id":1}"#,
            r#"{"source":"wave","reference":"A","type":"payment","amount":5.00,"account_id":1}"#,
            r#"{"source":"wave","reference":"B","type":"payment","amount":5,"account_id":1}"#,
        ),
    ] {
        let key = format!("key-{}", path.len());
        let first = keyed(&world, who, path, &key, body).await;
        first.ok(201);
        assert_eq!(first.header("idempotent-replayed"), None);
        let again = keyed(&world, who, path, &key, same).await;
        assert_eq!((again.status, &again.bytes), (201, &first.bytes), "{path}");
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        keyed(&world, who, path, &key, other).await.problem(422, "idempotency_key_reused");
    }
    let count = |list: Value| list["items"].as_array().unwrap().len();
    assert_eq!(count(world.get(ADMIN, "/api/requetes-financieres").await.ok(200)), 1);
    assert_eq!(count(world.get(ADMIN, "/api/helpdesk").await.ok(200)), 2);
    assert_eq!(count(world.get(ADMIN, "/api/accounts").await.ok(200)), 3);
}

#[tokio::test]
async fn a_key_is_its_actors_and_its_paths() {
    let world = World::new().await;
    let body = r#"{"category":"daily_credit","amount":500}"#;
    let mine = keyed(&world, CLIENT, "/api/requetes-financieres", "k", body).await.ok(201);
    let theirs = keyed(&world, OTHER, "/api/requetes-financieres", "k", body).await.ok(201);
    assert_ne!(mine["id"], theirs["id"]);
    assert_eq!(theirs["account_id"], 2);
    let ticket = r#"{"subject":"a","description":"b"}"#;
    keyed(&world, CLIENT, "/api/helpdesk", "k", ticket).await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_refusal_and_a_failure_burn_no_key() {
    let world = World::new().await;
    let path = "/api/requetes-financieres";
    keyed(&world, CLIENT, path, "k", r#"{"category":"daily_credit","amount":0}"#).await.problem(422, "invalid_amount");
    world.store.fail(FaultPlan::once(Step::BeforeCommit, StoreErrorKind::Unavailable));
    let body = r#"{"category":"daily_credit","amount":500}"#;
    keyed(&world, CLIENT, path, "k", body).await.problem(503, "storage_unavailable");
    let done = keyed(&world, CLIENT, path, "k", body).await;
    done.ok(201);
    assert_eq!(done.header("idempotent-replayed"), None);
}

// rule: W3
#[tokio::test]
async fn w3_an_answer_lost_at_commit_is_found_again() {
    let world = World::new().await;
    world.store.fail(FaultPlan::once(Step::AfterCommit, StoreErrorKind::CommitUnknown));
    let body = r#"{"category":"daily_credit","amount":500}"#;
    keyed(&world, CLIENT, "/api/requetes-financieres", "k", body).await.ok(201);
    assert_eq!(world.get(ADMIN, "/api/requetes-financieres").await.ok(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bad_key_is_a_fault_after_what_is_not_found() {
    let world = World::new().await;
    let long = "k".repeat(256);
    for key in ["", "two words", long.as_str()] {
        let body = r#"{"category":"daily_credit","amount":500}"#;
        keyed(&world, CLIENT, "/api/requetes-financieres", key, body).await.faulty("Idempotency-Key");
    }
    keyed(&world, CLIENT, "/api/helpdesk/99/commentaires", "a b", r#"{"body":"x"}"#).await.problem(404, "not_found");
}

// rule: W3
#[tokio::test]
async fn w3_while_the_first_runs_the_second_is_refused() {
    use estair_core::store::Store;
    let world = World::new().await;
    let body = r#"{"category":"daily_credit","amount":500}"#;
    // Whoever holds a transaction of the store in memory makes the first call wait.
    let held = world.store.begin(0).await.unwrap();
    let request = || {
        axum::http::Request::post("/api/requetes-financieres")
            .header("authorization", "Bearer client")
            .header("idempotency-key", "k")
            .body(axum::body::Body::from(body))
            .unwrap()
    };
    let first = tokio::spawn(tower::ServiceExt::oneshot(world.router.clone(), request()));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    world.send(request()).await.problem(409, "idempotency_in_progress");
    // A client that hangs up does not stop what it began, nor free its key meanwhile.
    first.abort();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    world.send(request()).await.problem(409, "idempotency_in_progress");
    held.rollback().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let again = world.send(request()).await;
    again.ok(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

// rule: W3, W7
#[tokio::test]
async fn w3_batches_are_answered_again_too() {
    let world = World::new().await;
    let entry = |reference: &str, account: u64| json!({ "source": "wave", "reference": reference, "type": "payment", "amount": 5, "account_id": account });
    let body = json!({ "mouvements": [entry("A", 9), entry("B", 1)] }).to_string();
    let path = "/api/mouvements";
    let first = keyed(&world, SERVICE, path, "k", &body).await.ok(200);
    let again = keyed(&world, SERVICE, path, "k", &body).await;
    assert_eq!((again.ok(200), again.header("idempotent-replayed")), (first, Some("true")));
    // Shorter than the first, and colliding with it in no entry that was written.
    let other = json!({ "mouvements": [entry("C", 1)] }).to_string();
    keyed(&world, SERVICE, path, "k", &other).await.problem(422, "idempotency_key_reused");
    let group = json!({ "mouvements": [entry("D", 1), entry("E", 1)], "atomic": true }).to_string();
    let first = keyed(&world, SERVICE, path, "g", &group).await.ok(200);
    let again = keyed(&world, SERVICE, path, "g", &group).await;
    assert_eq!((again.ok(200), again.header("idempotent-replayed")), (first, Some("true")));
    let other = json!({ "mouvements": [entry("F", 1), entry("G", 1)], "atomic": true }).to_string();
    keyed(&world, SERVICE, path, "g", &other).await.problem(422, "idempotency_key_reused");
    assert_eq!(world.get(OPERATION, "/api/accounts/1").await.ok(200)["balance"], "15");
}

// rule: W3
#[tokio::test]
async fn w3_a_movement_alone_and_a_batch_share_no_key() {
    let world = World::new().await;
    let movement = |reference: &str| json!({ "source": "wave", "reference": reference, "type": "payment", "amount": 5, "account_id": 1 });
    let path = "/api/mouvements";
    let alone = |reference: &str| movement(reference).to_string();
    let batch = |references: [&str; 2]| json!({ "mouvements": references.map(movement) }).to_string();
    let group = json!({ "mouvements": [movement("E")], "atomic": true }).to_string();
    keyed(&world, SERVICE, path, "one", &alone("A")).await.ok(201);
    keyed(&world, SERVICE, path, "one", &batch(["B", "C"])).await.problem(422, "idempotency_key_reused");
    keyed(&world, SERVICE, path, "one", &group).await.problem(422, "idempotency_key_reused");
    let first = keyed(&world, SERVICE, path, "two", &batch(["B", "C"])).await;
    first.ok(200);
    keyed(&world, SERVICE, path, "two", &alone("D")).await.problem(422, "idempotency_key_reused");
    keyed(&world, SERVICE, path, "two", &group).await.problem(422, "idempotency_key_reused");
    keyed(&world, SERVICE, "/api/accounts", "two", r#"{"name":"a"}"#).await.problem(422, "idempotency_key_reused");
    let again = keyed(&world, SERVICE, path, "two", &batch(["B", "C"])).await;
    let outcome = |answer: &crate::world::Answer| answer.json()["results"][0]["mouvement_id"].clone();
    assert_eq!((outcome(&again), again.header("idempotent-replayed")), (outcome(&first), Some("true")));
    // Of a batch whose first entry was refused the others count all the same.
    let half = json!({ "mouvements": [{ "source": "wave" }, movement("F")] }).to_string();
    keyed(&world, SERVICE, path, "three", &half).await.ok(200);
    keyed(&world, SERVICE, path, "three", &alone("G")).await.problem(422, "idempotency_key_reused");
    keyed(&world, SERVICE, path, "four", &group).await.ok(200);
    keyed(&world, SERVICE, path, "four", &batch(["H", "I"])).await.problem(422, "idempotency_key_reused");
    // Of which every entry was refused, it has taken no key.
    let none = json!({ "mouvements": [{ "source": "wave" }, { "source": "wave" }] }).to_string();
    keyed(&world, SERVICE, path, "five", &none).await.ok(200);
    keyed(&world, SERVICE, path, "five", &alone("J")).await.ok(201);
    let list = world.get(SERVICE, "/api/accounts/1/mouvements").await.ok(200);
    let references: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["reference"].clone()).collect();
    assert_eq!(references, ["J", "E", "F", "C", "B", "A"]);
}

#[tokio::test]
async fn a_number_in_another_notation_is_the_same_body() {
    let world = World::new().await;
    let body = |number: &str, payload: &str| {
        format!(
            r#"{{"source":"wave","reference":"A","type":"payment","amount":{number},"account_id":1,"payload":{{"n":{payload}}}}}"#
        )
    };
    let path = "/api/mouvements";
    keyed(&world, SERVICE, path, "k", &body("500", "500")).await.ok(201);
    let again = keyed(&world, SERVICE, path, "k", &body("\"5e2\"", "5e2")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")), "{}", again.text());
    keyed(&world, SERVICE, path, "k", &body("500", "\"500\"")).await.problem(422, "idempotency_key_reused");
}

// rule: W3
#[tokio::test]
async fn w3_a_comment_is_answered_again_as_it_was_whatever_was_said_since() {
    let world = World::new().await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    let credit = json!({ "category": "load", "amount": 5, "account_id": 1 });
    let request = world.request(OPERATION, credit).await["id"].clone();
    for (who, path) in [
        (CLIENT, "/api/helpdesk/1/commentaires".to_owned()),
        (OPERATION, format!("/api/requetes-financieres/{request}/commentaires")),
    ] {
        world.post(OPERATION, &path, json!({ "body": "avant" })).await.ok(201);
        let first = keyed(&world, who, &path, "k", r#"{"body":"un"}"#).await;
        world.post(OPERATION, &path, json!({ "body": "deux" })).await.ok(201);
        let again = keyed(&world, who, &path, "k", r#"{"body":"un"}"#).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!((again.ok(201), again.header("etag")), (first.ok(201), first.header("etag")), "{path}");
        keyed(&world, who, &path, "k", r#"{"body":"trois"}"#).await.problem(422, "idempotency_key_reused");
    }
    let ticket = world.get(CLIENT, "/api/helpdesk/1").await.ok(200);
    assert_eq!(ticket["comments"].as_array().unwrap().len(), 3);
}
