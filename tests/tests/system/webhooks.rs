//! What reaches the webhook: once, twice, at once, late, forged, wrong (sections 4 and 5). Messager is a stand-in that
//! delivers nothing by itself.

use chrono::TimeDelta;
use estair_core::clock::{Clock, System};
use estair_tests::database::Databases;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::Connection;

use crate::outside::{Mood, Taker};
use crate::world::{SECRET, WEBHOOK, World, cash, credit, deliver_signed, try_call};

/// A server whose Messager is the stand-in.
async fn alone(databases: Option<&Databases>) -> (World, Taker) {
    let taker = Taker::start().await;
    let world = match databases {
        Some(databases) => World::on(databases, &taker.settings()).await,
        None => World::new(&taker.settings()).await,
    };
    (world, taker)
}

macro_rules! on_every_kind_alone {
    ($name:ident: $($test:ident $kind:ident),*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            let databases = estair_tests::databases!(estair_tests::database::Kind::$kind);
            let (world, taker) = alone(Some(&databases)).await;
            $name(&world, &taker).await;
            world.end().await;
        })*
    };
}

on_every_kind_alone! {
    once_however_often_it_comes:
    w3_one_movement_however_often_it_comes_sqlite Sqlite,
    w3_one_movement_however_often_it_comes_mariadb MariaDb,
    w3_one_movement_however_often_it_comes_mysql MySql,
    w3_one_movement_however_often_it_comes_postgres Postgres
}

async fn once_however_often_it_comes(world: &World, taker: &Taker) {
    // Ten at the same time, then again: one movement, one answer.
    let request = world.create("client1", credit(100_000)).await;
    let message = taker.message_of(&request).await;
    let answers = join_all((0..10).map(|_| world.deliver(&message))).await;
    let first = &answers[0];
    assert_eq!((first.status, &first.body["success"]), (200, &json!(true)), "{}", first.text);
    assert!(answers.iter().all(|answer| (answer.status, &answer.text) == (200, &first.text)), "{answers:?}");
    assert_eq!(world.deliver(&message).await.text, first.text);
    let closed = world.request(&request["id"]).await;
    assert_eq!((&closed["status"], &closed["mouvement_id"]), (&json!("closed"), &first.body["mouvement_id"]));
    assert_eq!(world.movements(1).await.len(), 1);
    world.figures(1, [("active_credit", "100000")]).await;

    // rule: C4
    // Two that each fit but not together, at the same time: exactly one is written, the other waits.
    let requests = join_all([500_000, 600_000].map(|amount| world.create("client1", credit(amount)))).await;
    let passed: Vec<_> = requests.iter().filter(|request| request["status"] == "to_treat").collect();
    let messages = join_all(passed.iter().map(|request| taker.message_of(request))).await;
    let answers = join_all(messages.iter().map(|message| world.deliver(message))).await;
    let written = answers.iter().filter(|answer| answer.body["success"] == json!(true)).count();
    assert_eq!(written, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let waiting = answers.iter().find(|answer| answer.body["success"] == json!(false));
    let waits = requests.iter().filter(|request| request["status"] == "waiting").count();
    assert_eq!(waits + usize::from(waiting.is_some()), 1);
    if let Some(refused) = waiting {
        assert_eq!(
            (&refused.body["outcome"], &refused.body["error"]["code"]),
            (&json!("waiting"), &json!("credit_limit_exceeded"))
        );
    }
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn g3_a_webhook_that_comes_before_processing_was_stored_is_accepted() {
    let (world, taker) = alone(None).await;
    // Messager has taken it, but ESTAIR never heard so.
    taker.moods.next([Mood::DoneAndLost]);
    let request = world.create("client1", credit(100_000)).await;
    let message = taker.message_of(&request).await;
    assert_eq!(world.request(&request["id"]).await["status"], "to_treat");
    let answer = world.deliver(&message).await;
    assert_eq!((answer.status, &answer.body["success"]), (200, &json!(true)), "{}", answer.text);
    let closed = world.becomes(&request["id"], "closed").await;
    assert_eq!(closed["message_uuid"], message["message_uuid"]);
    world.end().await;
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn g7_what_is_forged_stale_or_unsigned_is_not_believed() {
    let (world, taker) = alone(None).await;
    let request = world.create("client1", credit(100_000)).await;
    let message = taker.message_of(&request).await;
    let now = System.now();
    let at = |seconds: i64| now.checked_add_signed(TimeDelta::seconds(seconds)).unwrap();
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for (what, secret, instant) in
        [("forged", other, now), ("stale", SECRET, at(-302)), ("from the future", SECRET, at(310))]
    {
        let answer = deliver_signed(&world.url, &message, secret, instant).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated"), "{what}");
    }
    let unsigned = try_call(&world.url, None, "POST", WEBHOOK, &[], Some(message.to_string())).await.unwrap();
    assert_eq!(unsigned.refusal(), (401, "unauthenticated"));
    let token = world.tokens.of("admin");
    let by_token = try_call(&world.url, token, "POST", WEBHOOK, &[], Some(message.to_string())).await.unwrap();
    assert_eq!(by_token.status, 401, "a bearer token is no signature");
    assert_eq!(world.request(&request["id"]).await["mouvement_id"], Value::Null, "nothing was written");
    assert_eq!(deliver_signed(&world.url, &message, SECRET, at(-290)).await.status, 200, "within the tolerance");
    world.end().await;
}

// rule: G2
#[tokio::test(flavor = "multi_thread")]
async fn g2_what_is_malformed_or_disagrees_with_its_request_is_refused_for_good() {
    let (world, taker) = alone(None).await;
    let request = world.create("client1", credit(100_000)).await;
    let good = taker.message_of(&request).await;
    for (field, value) in
        [("account_id", json!(2)), ("amount", json!("100001")), ("currency", json!("EUR")), ("type", json!("payment"))]
    {
        let mut message = good.clone();
        message["payload"][field] = value;
        let answer = world.deliver(&message).await;
        assert_eq!(answer.refusal(), (409, "payload_mismatch"), "{field}: {}", answer.text);
    }
    let mut other_type = good.clone();
    other_type["type"] = json!("load_request");
    assert_eq!(world.deliver(&other_type).await.refusal(), (409, "payload_mismatch"));
    for field in ["requete_id", "requete_uuid", "account_id", "amount", "currency", "type", "execution"] {
        let mut message = good.clone();
        message["payload"].as_object_mut().unwrap().remove(field);
        let answer = world.deliver(&message).await;
        assert_eq!(answer.refusal(), (422, "malformed_payload"), "{field}: {}", answer.text);
    }
    let mut surplus = good.clone();
    surplus["colour"] = json!("red");
    assert_eq!(world.deliver(&surplus).await.status, 422);
    assert_eq!(world.deliver(&json!([1, 2])).await.refusal(), (400, "unreadable_json"));
    let mut huge = good.clone();
    huge["payload"]["noise"] = json!("x".repeat(70_000));
    assert_eq!(world.deliver(&huge).await.refusal(), (413, "body_too_large"));
    let mut unknown = good.clone();
    unknown["payload"]["requete_id"] = json!(999_999);
    assert_eq!(world.deliver(&unknown).await.refusal(), (409, "payload_mismatch"));
    assert!(world.movements(1).await.is_empty(), "nothing was written");
    assert_eq!(world.deliver(&good).await.status, 200, "and the right one still passes");
    world.end().await;
}

// rule: G2
#[tokio::test(flavor = "multi_thread")]
async fn g2_business_outcomes_are_answers_and_no_failures() {
    let (world, taker) = alone(None).await;
    let outcome = |answer: &crate::world::Answer| (answer.status, answer.body["outcome"].clone());

    // waiting: the limit went down meanwhile; then superseded: the message of an earlier execution.
    let request = world.create("client1", credit(100_000)).await;
    let earlier = taker.message_of(&request).await;
    world.becomes(&request["id"], "processing").await;
    world.set_limit(1, 50_000).await;
    let answer = world.deliver(&earlier).await;
    assert_eq!(outcome(&answer), (200, json!("waiting")), "{}", answer.text);
    assert_eq!((&answer.body["success"], &answer.body["error"]["limit"]), (&json!(false), &json!("50000")));
    assert_eq!(world.request(&request["id"]).await["status"], "waiting");
    assert!(world.movements(1).await.is_empty(), "rule: C3");
    world.set_limit(1, 1_000_000).await;
    world.moved("finance", &request["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&request["id"], "processing").await;
    let answer = world.deliver(&earlier).await;
    assert_eq!(outcome(&answer), (200, json!("superseded")), "{}", answer.text);
    let later = taker.message_of(&request).await;
    assert_ne!(earlier["payload"]["execution"], later["payload"]["execution"]);
    let written = world.deliver(&later).await;
    assert_eq!(written.body["success"], json!(true), "{}", written.text);
    // For a closed request the answer is always success with its movement.
    assert_eq!(world.deliver(&earlier).await.body, written.body);

    // not_ready: nobody passed this request.
    let load = world.create("operation", cash("load", 3, 1_000)).await;
    let mut message = later.clone();
    message["type"] = json!("load_request");
    for (field, value) in [
        ("requete_id", load["id"].clone()),
        ("requete_uuid", load["uuid"].clone()),
        ("requete_name", load["name"].clone()),
        ("account_id", json!(3)),
        ("amount", json!("1000")),
        ("type", json!("payment")),
        ("execution", json!(1)),
    ] {
        message["payload"][field] = value;
    }
    let answer = world.deliver(&message).await;
    assert_eq!(outcome(&answer), (200, json!("not_ready")), "{}", answer.text);
    assert!(world.movements(3).await.is_empty());
    world.end().await;
}

/// Brings the expiry of every credit that has one into the past. Time is compressed here, as no test waits for a day.
pub(crate) async fn expire_all(world_data: &std::path::Path) {
    let url = format!("sqlite://{}", world_data.join("estair.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sql =
        "UPDATE requetes_financieres SET expiry_date = '2020' || substr(expiry_date, 5) WHERE expiry_date IS NOT NULL";
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

// rule: X2
#[tokio::test(flavor = "multi_thread")]
async fn x2_a_webhook_that_comes_too_late_cancels_the_credit_itself() {
    let (world, taker) = alone(None).await;
    let request = world.create("client1", credit(100_000)).await;
    let message = taker.message_of(&request).await;
    world.becomes(&request["id"], "processing").await;
    let waiting = world.create("client2", credit(900_000)).await;
    assert_eq!(waiting["status"], "waiting");
    expire_all(&world.scratch.0.join("data")).await;
    let answers = join_all((0..4).map(|_| world.deliver(&message))).await;
    let said: Vec<_> = answers.iter().map(|answer| answer.body["outcome"].as_str().unwrap_or("none")).collect();
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body["success"] == json!(false)), "{answers:?}");
    assert!(
        said.contains(&"expired") && said.iter().all(|outcome| ["expired", "cancelled"].contains(outcome)),
        "{said:?}"
    );
    assert_eq!(world.request(&request["id"]).await["status"], "cancelled");
    assert!(world.movements(1).await.is_empty());
    world.set_limit(2, 5_000_000).await;
    let refused = world.patch("finance", &waiting["id"], json!({ "status": "to_treat" })).await;
    assert_eq!(refused.refusal(), (409, "credit_expired"));
    let scratch = world.stop().await;

    // rule: X1
    // The scheduler of the next start finds the other one.
    let world = World::in_scratch(scratch, &taker.settings()).await;
    world.becomes(&waiting["id"], "cancelled").await;
    world.end().await;
}
