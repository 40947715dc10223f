//! Web push subscriptions over HTTP.

use estair_core::id::UserId;
use estair_core::notification::Subscriptions;
use estair_http::Options;
use serde_json::{Value, json};

use crate::world::{CLIENT, EVERYONE, OTHER, World};

const PATH: &str = "/api/push/subscriptions";

fn subscription() -> Value {
    // The keys of RFC 8291, appendix A.
    json!({
        "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
        "expirationTime": null,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

#[tokio::test]
async fn a_device_is_subscribed_and_forgotten_by_its_user() {
    let world = World::new().await;
    for who in EVERYONE {
        world.post(who, PATH, subscription()).await.ok(201);
    }
    world.post(CLIENT, PATH, subscription()).await.ok(201);
    assert_eq!(world.store.devices(&[UserId(11)]).await.unwrap().len(), 1);
    let endpoint = json!({ "endpoint": "https://fcm.googleapis.com/fcm/send/abc" }).to_string();
    world.call(OTHER, "DELETE", PATH, &[], &endpoint).await.problem(404, "not_found");
    assert_eq!(world.call(CLIENT, "DELETE", PATH, &[], &endpoint).await.status, 204);
    world.call(CLIENT, "DELETE", PATH, &[], &endpoint).await.problem(404, "not_found");
    world.call(CLIENT, "DELETE", PATH, &[], "{}").await.faulty("endpoint");
}

// rule: N9
#[tokio::test]
async fn n9_who_knows_an_endpoint_does_not_have_the_device() {
    let world = World::new().await;
    world.post(CLIENT, PATH, subscription()).await.ok(201);
    let mut stolen = subscription();
    stolen["keys"]["auth"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    for who in [CLIENT, OTHER] {
        world.post(who, PATH, stolen.clone()).await.problem(409, "device_of_another");
    }
    let devices = world.store.devices(&[UserId(11), UserId(12)]).await.unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].0, &devices[0].1.auth), (UserId(11), &"BTBZMqHH6r4Tts7J_aSIgg".to_owned()));
    // The same browser, signed in as somebody else, padded or not.
    let mut same = subscription();
    same["keys"]["auth"] = json!("BTBZMqHH6r4Tts7J_aSIgg==");
    world.post(OTHER, PATH, same).await.ok(201);
    assert_eq!(world.store.devices(&[UserId(11)]).await.unwrap(), []);
}

#[tokio::test]
async fn what_no_browser_sends_is_refused() {
    let world = World::new().await;
    for endpoint in ["http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://example.test/x", "x", ""] {
        let mut body = subscription();
        body["endpoint"] = json!(endpoint);
        world.post(CLIENT, PATH, body).await.faulty("endpoint");
    }
    for (key, value) in [("p256dh", json!("AAAA")), ("auth", json!("AAAA")), ("auth", json!(5)), ("more", json!("x"))] {
        let mut body = subscription();
        body["keys"][key] = value;
        world.post(CLIENT, PATH, body).await.faulty(&format!("keys.{key}"));
    }
    let mut body = subscription();
    body.as_object_mut().unwrap().remove("keys");
    world.post(CLIENT, PATH, body.clone()).await.faulty("keys");
    body["user"] = json!(1);
    world.post(CLIENT, PATH, body).await.faulty("user");
}

#[tokio::test]
async fn the_public_key_is_the_hosts() {
    let world = World::new().await;
    world.get(CLIENT, "/api/push/public-key").await.problem(404, "push_not_configured");
    let options = Options::default().vapid_public_key(Some("BKEY".into()));
    let world = World::with(options).await;
    assert_eq!(world.get(CLIENT, "/api/push/public-key").await.ok(200), json!({ "public_key": "BKEY" }));
}

#[tokio::test]
async fn a_key_that_is_none_keeps_no_device() {
    let world = World::new().await;
    let call = async |key: &str| {
        world.call(CLIENT, "POST", PATH, &[("idempotency-key", key)], &subscription().to_string()).await
    };
    for bad in [String::new(), "x".repeat(256)] {
        call(&bad).await.faulty("Idempotency-Key");
    }
    assert_eq!(world.store.devices(&[UserId(11)]).await.unwrap(), []);
    call("k").await.ok(201);
    let other = r#"{"category":"daily_credit","amount":5}"#;
    let reused = world.call(CLIENT, "POST", "/api/requetes-financieres", &[("idempotency-key", "k")], other).await;
    reused.problem(422, "idempotency_key_reused");
}
