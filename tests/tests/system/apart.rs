//! Messager apart (G10): a server of its own with its own database, shown and worked by an ESTAIR beside it.

use std::sync::Arc;
use std::time::Duration;

use estair_core::actor::Role;
use estair_core::clock::System;
use estair_core::hash::Hash;
use estair_core::store::StoreErrorKind;
use estair_core::verify::{Report, verify_messages};
use estair_http::client::http_client;
use estair_http::messager::RemoteMessager;
use estair_sqlx::{DomainRecord, Holder, open_messager_apart};
use estair_tests::database::Kind;
use estair_tests::filling::execute;
use serde_json::{Value, json};

use crate::outage::movements_fail;
use crate::world::{
    APART, Answer, REQUESTS, TOKEN, World, cash, credit, eventually, messager_token, signed_in, try_call,
};

fn uuid_of(request: &Value) -> String {
    request["message_uuid"].as_str().unwrap().to_owned()
}

/// Its own database, as a World leaves it.
fn database(world: &World) -> String {
    format!("sqlite://{}", world.scratch.0.join("messager/messager.db").display())
}

async fn page(world: &World, cookie: &str, path: &str) -> Answer {
    try_call(&world.url, None, "GET", &format!("/console{path}"), &[("cookie", cookie)], None).await.unwrap()
}

/// A load whose movement cannot be written, given up by Messager.
async fn failed(world: &World) -> Value {
    movements_fail(world, true).await;
    let load = world.create("operation", cash("load", 1, 5_000)).await;
    world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    let processing = world.becomes(&load["id"], "processing").await;
    world.message(&uuid_of(&processing), "failed").await;
    movements_fail(world, false).await;
    processing
}

// rule: G10
#[tokio::test(flavor = "multi_thread")]
async fn g10_an_estair_shows_and_works_the_messager_beside_it() {
    let world = World::new(&[APART]).await;
    let closed = world.granted("client1", 1_000).await;
    let message = world.message(&uuid_of(&closed), "completed").await;
    assert_eq!((&message["attempts"][0]["outcome"], &message["payload"]["amount"]), (&json!("done"), &json!("1000")));
    let list = world.get("operation", "/messager/api/messages?status=completed").await;
    assert_eq!(list["items"][0]["message_uuid"], closed["message_uuid"]);
    assert_eq!(world.get("finance", "/messager/api/stats").await["completed"], json!(1));
    let history = world.get("finance", &format!("{REQUESTS}/{}/historique", closed["id"])).await;
    let kinds: Vec<_> = history["items"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
    assert!(kinds.contains(&json!("message")) && kinds.contains(&json!("message_attempt")), "{kinds:?}");

    // Replayed and paused in the person's name, who may not do more than here.
    let processing = failed(&world).await;
    let replay = format!("/messager/api/messages/{}/replay", uuid_of(&processing));
    let reason = json!({ "reason": "the table is back" });
    assert_eq!(world.call("operation", "POST", &replay, reason.clone()).await.refusal(), (403, "forbidden"));
    assert_eq!(world.call("finance", "POST", &replay, reason.clone()).await.status, 202);
    world.becomes(&processing["id"], "closed").await;
    let replayed = world.message(&uuid_of(&processing), "completed").await;
    let last = replayed["attempts"].as_array().unwrap().last().unwrap();
    assert!(last["replayed_by"].as_str().unwrap().starts_with("finance:"), "{replayed}");
    assert_eq!(last["reason"], reason["reason"]);
    assert_eq!(world.call("finance", "POST", &replay, reason).await.refusal(), (409, "message_not_failed"));
    let pause = world.call("admin", "POST", "/messager/api/deliveries/pause", json!({ "reason": "works" })).await;
    assert!(pause.body["by"].as_str().unwrap().starts_with("admin:"), "{}", pause.text);

    let cookie = signed_in(&world.url, "/console", &world.tokens.of("admin").unwrap()).await;
    for path in ["", "/messages", "/messages/stats", "/notifications?of=messager"] {
        assert_eq!(page(&world, &cookie, path).await.status, 200, "{path}");
    }
    let shown = page(&world, &cookie, &format!("/messages/{}", uuid_of(&closed))).await;
    assert!(shown.status == 200 && shown.text.contains(&uuid_of(&closed)), "{}", shown.text);
    let shown = page(&world, &cookie, &format!("/requests/{}", processing["id"])).await;
    assert!(shown.text.contains("the table is back"), "its attempts: {}", shown.text);
    world.end().await;
}

// rule: G10, G3
#[tokio::test(flavor = "multi_thread")]
async fn g10_a_messager_that_is_away_is_said_and_nothing_else_suffers() {
    let mut world = World::new(&[APART]).await;
    let closed = world.granted("client1", 1_000).await;
    world.stop_messager().await;
    let asked = world.create("client1", credit(2_000)).await;
    assert_eq!(asked["status"], "to_treat", "it is accepted all the same");
    assert_eq!(world.call("nobody", "GET", "/readyz", Value::Null).await.status, 200, "ESTAIR is ready");
    assert_eq!(world.call("finance", "GET", "/messager/api/stats", Value::Null).await.status, 503);
    let history = world.get("finance", &format!("{REQUESTS}/{}/historique", closed["id"])).await;
    assert!(!history["items"].as_array().unwrap().is_empty());
    let cookie = signed_in(&world.url, "/console", &world.tokens.of("finance").unwrap()).await;
    let away = "Messager ne répond pas";
    for (path, status) in [("", 200), (&*format!("/requests/{}", closed["id"]), 200), ("/messages", 503)] {
        let shown = page(&world, &cookie, path).await;
        assert_eq!(shown.status, status, "{path}");
        assert!(shown.text.contains(away), "{path} does not say so: {}", shown.text);
    }
    assert_eq!(page(&world, &cookie, "/requests").await.status, 200);
    world.end().await;
}

/// The first event of a stream about a message, with its id; of a stream that goes on after nothing, where it begins.
async fn heard(url: &str, token: &str, last: Option<&str>) -> (String, Value) {
    let client = http_client(Duration::from_secs(60)).unwrap();
    let mut request = client.get(format!("{url}/api/events")).bearer_auth(token);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut stream = request.send().await.unwrap();
    let reading = async {
        let mut text = String::new();
        loop {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                let of = |field: &str| event.lines().find_map(|line| line.strip_prefix(field)).map(str::to_owned);
                assert_ne!(of("event: ").as_deref(), Some("reset"), "it goes on where it was");
                if of("event: ").as_deref() == Some("message") || (last.is_none() && of("id: ").is_some()) {
                    let data = of("data: ").map_or(Value::Null, |data| serde_json::from_str(&data).unwrap());
                    return (of("id: ").unwrap(), data);
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reading).await.unwrap()
}

async fn a_reader_goes_on_over_a_restart(way: &[(&str, &str)]) {
    let mut world = World::new(way).await;
    let token = world.tokens.of("finance").unwrap();
    let (begun, _) = heard(&world.url, &token, None).await;
    let closed = world.granted("client1", 1_000).await;
    world.message(&uuid_of(&closed), "completed").await;
    let (_, before) = heard(&world.url, &token, Some(&begun)).await;
    world.restart().await;
    let (mut id, mut news) = heard(&world.url, &token, Some(&begun)).await;
    assert_eq!(before, news, "the same news from another process");
    // Until the last that was told of it.
    while news["status"] != "completed" {
        (id, news) = heard(&world.url, &token, Some(&id)).await;
    }
    assert_eq!(news["message_uuid"], closed["message_uuid"]);
    world.end().await;
}

// rule: G10, P1
#[tokio::test(flavor = "multi_thread")]
async fn g10_its_own_people_and_consoles_have_tokens_of_their_own() {
    let world = World::new(&[APART]).await;
    let closed = world.granted("client1", 1_000).await;
    let (url, database) = (world.messager_url.clone(), database(&world));
    let (console, finance, admin) = (
        messager_token(&database, Holder::Console).await,
        messager_token(&database, Holder::Person(Role::Finance)).await,
        messager_token(&database, Holder::Person(Role::Admin)).await,
    );
    let ask = async |token: &str, method: &str, path: &str, headers: &[(&str, &str)]| {
        let body = (method == "POST").then(|| json!({ "reason": "r" }).to_string());
        try_call(&url, Some(token.to_owned()), method, path, headers, body).await.unwrap().status
    };
    let pause = "/api/deliveries/pause";
    assert_eq!(ask("a-token-that-nobody-has", "GET", "/api/stats", &[]).await, 401);
    assert_eq!(ask(&finance, "GET", "/api/stats", &[]).await, 200);
    assert_eq!(ask(&finance, "POST", pause, &[]).await, 403);
    let as_admin = [("x-actor-id", "1"), ("x-actor-role", "admin"), ("x-actor-name", "Awa")];
    assert_eq!(ask(&finance, "POST", pause, &as_admin).await, 403, "believed with a console token alone");
    assert_eq!(ask(&console, "GET", "/api/stats", &[]).await, 200, "a console reads");
    assert_eq!(ask(&console, "POST", pause, &[]).await, 403, "and does nothing by itself");
    let named = |role| [("x-actor-id", "7"), ("x-actor-role", role)];
    assert_eq!(ask(&console, "GET", "/api/stats", &named("client")).await, 403);
    assert_eq!(ask(&console, "POST", pause, &named("finance")).await, 403);
    assert_eq!(ask(&console, "POST", pause, &named("admin")).await, 200);
    assert_eq!(ask(&admin, "POST", "/api/deliveries/resume", &[]).await, 200);
    assert_eq!(ask(TOKEN, "GET", "/api/stats", &[]).await, 401, "a domain's token is no person's");

    let failure = json!({ "message_uuid": closed["message_uuid"] }).to_string();
    let path = "/api/webhook/helpdesk/failure";
    let unsigned = try_call(&world.url, Some(console.clone()), "POST", path, &[], Some(failure)).await.unwrap();
    assert_eq!(unsigned.status, 401, "what failed is told to who signs");

    // Its own pages, at its root.
    let home = try_call(&url, None, "GET", "/", &[], None).await.unwrap();
    assert_eq!((home.status, home.header("location")), (303, Some("/sign-in")));
    let cookie = signed_in(&url, "", &finance).await;
    let cookie = [("cookie", cookie.as_str())];
    for path in ["/", "/messages?status=completed", "/notifications", &*format!("/messages/{}", uuid_of(&closed))] {
        let shown = try_call(&url, None, "GET", path, &cookie, None).await.unwrap();
        assert_eq!(shown.status, 200, "{path}: {}", shown.text);
        assert!(shown.text.contains("Messager") && !shown.text.contains("href=\"/accounts"), "{path}");
    }
    for path in ["/healthz", "/readyz", "/metrics", "/api/openapi.json"] {
        assert_eq!(try_call(&url, None, "GET", path, &[], None).await.unwrap().status, 200, "{path}");
    }

    // Who is shut out is out, on pages too.
    let directory = open_messager_apart(&database, &estair_sqlx::Options::default()).await.unwrap().directory;
    for token in directory.tokens().await.unwrap() {
        let now = estair_core::clock::Clock::now(&estair_core::clock::System);
        assert!(directory.withdraw_token(token.id, now).await.unwrap());
    }
    assert_eq!(ask(&finance, "GET", "/api/stats", &[]).await, 401);
    let shown = try_call(&url, None, "GET", "/", &cookie, None).await.unwrap();
    assert_eq!(shown.status, 303, "{}", shown.text);
    world.end().await;
}

// rule: V2, G14
#[tokio::test(flavor = "multi_thread")]
async fn v2_the_messages_of_a_messager_apart_are_read_through_its_api() {
    let mut world = World::new(&[APART]).await;
    world.granted("client1", 1_000).await;
    let closed = world.granted("client2", 500).await;
    let judge = async |world: &World| {
        let stores = world.stores().await;
        let messager =
            RemoteMessager::new(&format!("{}/api", world.messager_url), world.console_token(), Arc::new(System));
        let mut report = Report::default();
        let judged = verify_messages(stores.audit.as_ref(), &messager.unwrap(), &mut report).await;
        judged.map(|()| report.findings.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    world.message(&uuid_of(&closed), "completed").await;
    assert_eq!(judge(&world).await.unwrap(), [""; 0]);
    // A completed message whose request is not the book's.
    let book = format!("sqlite://{}", world.scratch.0.join("data/estair.db").display());
    let uuid = uuid_of(&closed);
    let forged = format!(
        "UPDATE mouvements SET message_uuid = '00000000-0000-4000-8000-000000000001', uuid = '00000000-0000-4000-8000-000000000002', name = 'MVT-x' WHERE message_uuid = '{uuid}'"
    );
    execute(Kind::Sqlite, &book, &[forged]).await;
    let found = judge(&world).await.unwrap();
    assert!(found.iter().any(|found| found.contains(&uuid)), "{found:?}");
    world.stop_messager().await;
    assert_eq!(judge(&world).await.unwrap_err().kind(), StoreErrorKind::Unavailable, "it says that it could not");
    world.stop().await;
}

// rule: G14
async fn g14_what_one_of_them_lost_is_sent_again(way: &[(&str, &str)]) {
    let world = World::new(way).await;
    let pause = json!({ "reason": "a backup" });
    assert_eq!(world.call("admin", "POST", "/messager/api/deliveries/pause", pause).await.status, 200);
    let load = world.create("operation", cash("load", 1, 5_000)).await;
    world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    let processing = world.becomes(&load["id"], "processing").await;
    // Messager is restored to before it took the message.
    let database = if way.contains(&APART) {
        database(&world)
    } else {
        format!("sqlite://{}", world.scratch.0.join("data/messager.db").display())
    };
    execute(
        Kind::Sqlite,
        &database,
        &[format!("DELETE FROM messager_messages WHERE uuid = '{}'", uuid_of(&processing))],
    )
    .await;
    let again = eventually("it is sent again", || async {
        let request = world.request(&load["id"]).await;
        let uuid = request["message_uuid"].as_str()?;
        (uuid != uuid_of(&processing)).then_some(uuid.to_owned())
    })
    .await;
    let resume = json!({ "reason": "done" });
    assert_eq!(world.call("admin", "POST", "/messager/api/deliveries/resume", resume).await.status, 200);
    world.becomes(&load["id"], "closed").await;
    let message = world.message(&again, "completed").await;
    assert_eq!(message["payload"]["execution"], json!(2));
    assert_eq!(world.movements(1).await.len(), 1, "nothing is doubled");
    world.end().await;
}

crate::both_ways! { a_reader_goes_on_over_a_restart, g14_what_one_of_them_lost_is_sent_again }

// rule: G7, G10
#[tokio::test(flavor = "multi_thread")]
async fn g7_a_token_and_a_secret_are_rotated_while_messages_come() {
    let world = World::new(&[APART]).await;
    let directory = open_messager_apart(&database(&world), &estair_sqlx::Options::default()).await.unwrap().directory;
    let url = format!("{}/api/webhook/helpdesk/movement", world.url);
    let domain = |token: &str, former: Option<&str>, secrets: &str| DomainRecord {
        name: "estair-helpdesk".to_owned(),
        url: url.clone(),
        token: Hash::of(token),
        former_token: former.map(Hash::of),
        secrets: secrets.to_owned(),
    };
    let submit = async |token: &str, key: &str| {
        let body =
            json!({ "domain": "estair-helpdesk", "type": "load_request", "payload": {}, "idempotency_key": key });
        let path = "/api/messages";
        let sent = try_call(&world.messager_url, Some(token.to_owned()), "POST", path, &[], Some(body.to_string()));
        sent.await.unwrap().status
    };
    // The helpdesk goes on under the token and the secret of the options all the while.
    let old = domain("the-first-token-of-the-database", None, crate::world::SECRET);
    assert!(directory.add_domain(&old).await.unwrap());
    eventually("the first token is good", || async {
        (submit("the-first-token-of-the-database", "a").await != 401).then_some(())
    })
    .await;
    let closing = async {
        for amount in 1..=6 {
            world.granted("client1", amount * 100).await;
        }
    };
    // The new secret is first, the one that the webhook knows second: each delivery is signed with both.
    let both = format!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw {}", crate::world::SECRET);
    let rotating = async {
        let new = domain("the-second-token-of-the-database", Some("the-first-token-of-the-database"), &both);
        assert!(directory.change_domain(&old, &new).await.unwrap());
        assert!(!directory.change_domain(&old, &new).await.unwrap(), "it is not as it was read any more");
        eventually("the second token is good", || async {
            (submit("the-second-token-of-the-database", "b").await != 401).then_some(())
        })
        .await;
        assert_ne!(submit("the-first-token-of-the-database", "c").await, 401, "the former is good beside it");
    };
    futures::future::join(closing, rotating).await;
    assert_eq!(submit("the-third-token-of-the-database", "d").await, 401);
    world.figures(1, [("active_credit", "2100")]).await;
    world.end().await;
}
