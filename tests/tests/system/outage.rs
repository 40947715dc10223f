//! An outage seen by the operator: a few alerts as always, then one message that groups the rest, and that it is over.

use estair_core::notification::{NotificationFilter, NotificationRecord, Notifications};
use estair_core::queue::JobStatus;
use estair_core::store::Page;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection;

use crate::both_ways;
use crate::notifications::{exactly, world};
use crate::sinks::Sinks;
use crate::world::{APART, REQUESTS, Scratch, World, cash, eventually};

both_ways! {
    n5_forty_failures_are_five_alerts_one_group_and_the_end_of_the_outage,
    n5_the_alert_holds_the_error_and_the_trace_that_the_book_kept,
    n5_a_single_failure_and_its_replay_send_one_alert_and_nothing_else,
}

const FAILURES: usize = 40;

/// Every movement fails, or none does any more: the webhook answers 500.
pub(crate) async fn movements_fail(world: &World, fail: bool) {
    let url = format!("sqlite://{}", world.scratch.0.join("data/estair.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sql = if fail {
        "CREATE TRIGGER broken BEFORE INSERT ON mouvements BEGIN SELECT RAISE(ABORT, 'broken'); END"
    } else {
        "DROP TRIGGER broken"
    };
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Loads, each on an account of its own, handed to Messager, which is paused.
async fn under_way(world: &World) {
    for number in 0..FAILURES {
        let account = json!({ "name": format!("Agence {number}") });
        let account = world.call("admin", "POST", "/api/accounts", account).await.body["id"].as_u64().unwrap();
        let load = world.create("operation", cash("load", account, 1_000)).await;
        world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    }
    eventually("all are with Messager", || async {
        let found = world.get("admin", &format!("{REQUESTS}?status=processing&limit=100")).await;
        (found["items"].as_array().unwrap().len() == FAILURES).then_some(())
    })
    .await;
}

async fn deliveries(world: &World, paused: bool) {
    let path = format!("/messager/api/deliveries/{}", if paused { "pause" } else { "resume" });
    let answer = world.call("admin", "POST", &path, json!({ "reason": "a test" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn count(world: &World, status: &str) -> u64 {
    world.get("finance", "/messager/api/stats").await[status].as_u64().unwrap()
}

async fn came(sinks: &Sinks, what: &str, lines: usize) {
    for _ in 0..3 {
        if sinks.lines().len() >= lines {
            return;
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
    }
    eventually(what, || async { (sinks.lines().len() >= lines).then_some(()) }).await;
}

async fn alerts(world: &World) -> Vec<NotificationRecord> {
    let stores = world.stores().await;
    let alerts: &dyn Notifications = stores.messager.as_ref();
    alerts.notifications(&NotificationFilter::default(), Page { limit: 1_000, before: None }).await.unwrap().items
}

// rule: G1, N5
async fn n5_forty_failures_are_five_alerts_one_group_and_the_end_of_the_outage(way: &[(&str, &str)]) {
    let sinks = Sinks::start().await;
    let settings = [("ESTAIR_ALERT_GROUPING", "5/10s"), ("MESSAGER_RETRY_SCHEDULE", "20ms")];
    let world = world(&sinks, Scratch::new(), &[&settings, way].concat()).await;
    deliveries(&world, true).await;
    under_way(&world).await;
    let told = || async { (sinks.lines().len() == 2 * FAILURES).then_some(()) };
    eventually("finance has heard of every load", told).await;
    sinks.clear();

    movements_fail(&world, true).await;
    deliveries(&world, false).await;
    eventually("all have failed", || async { (count(&world, "failed").await == FAILURES as u64).then_some(()) }).await;
    came(&sinks, "the first alerts", 10).await;
    let singles = sinks.mails();
    let subjects: Vec<_> = singles.iter().map(|mail| format!("mail {}: {}", mail.to, mail.subject)).collect();
    assert!(
        subjects.iter().all(|subject| subject.starts_with("mail astreinte@example.test: 🚨 ALERTE CRITIQUE - Échec"))
    );
    let card = "teams general: 🚨 ALERTE CRITIQUE - Échec Mouvement";
    let expected: Vec<_> = subjects.iter().map(String::as_str).chain([card; 5]).collect();
    assert_eq!(expected.len(), 10);
    exactly(&sinks, "five alerts by each channel", &expected).await;

    came(&sinks, "the group", 2).await;
    let (mails, cards) = (sinks.mails(), sinks.cards());
    let group = [
        "mail astreinte@example.test: 🚨 ALERTE CRITIQUE - Mouvements en échec : 35 (groupe 1)",
        "teams general: 🚨 ALERTE CRITIQUE - Mouvements en échec",
    ];
    exactly(&sinks, "one group by each channel", &group).await;
    let text = cards[0].body.to_string().replace(['\u{a0}', '\u{202f}'], " ").replace('\\', "");
    // A Messager apart links to its own pages.
    let pages = if way.contains(&APART) { "/prefix" } else { "/prefix/console" };
    let list = format!("{pages}/messages?status=failed");
    for part in ["35", "40", "1 000 XOF", "Et ceux des requêtes (ID) ", &list] {
        assert!(mails[0].text.contains(part) && text.contains(part), "{part}: {}\n{text}", mails[0].text);
    }
    let named = mails[0].text.matches(&format!("Rejouer : https://estair.example.test{pages}/messages/")).count();
    assert_eq!(named, 20, "{}", mails[0].text);
    for part in [&mails[0].text, &text] {
        let (_, others) = part.split_once("Et ceux des requêtes (ID) ").unwrap();
        let (others, _) = others.split_once('.').unwrap();
        let numbers = others.split(", ").map(|run| match run.split_once(" à ") {
            Some((first, last)) => last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1,
            None => run.parse::<usize>().map(|_| 1).unwrap(),
        });
        assert_eq!(numbers.sum::<usize>(), 15, "{others}");
    }

    movements_fail(&world, false).await;
    let replay = json!({ "status": "failed", "reason": "mended" });
    let replayed = world.call("finance", "POST", "/messager/api/messages/replay", replay).await;
    assert_eq!((replayed.status, &replayed.body["count"]), (200, &json!(FAILURES)), "{}", replayed.text);
    let all = FAILURES as u64;
    eventually("all are written", || async { (count(&world, "completed").await == all).then_some(()) }).await;
    came(&sinks, "it is over", 2).await;
    let mails = sinks.mails();
    let over = [
        "mail astreinte@example.test: ✅ Fin de panne : les mouvements passent de nouveau",
        "teams general: ✅ Fin de panne",
    ];
    exactly(&sinks, "the end by each channel", &over).await;
    assert!(mails[0].text.contains("Échecs en tout : 40") && mails[0].text.contains("Encore en échec : 0"));

    let alerts = alerts(&world).await;
    let grouped = alerts.iter().filter(|one| one.status == JobStatus::Skipped);
    let reasons: Vec<_> = grouped.map(|one| one.error.as_deref()).collect();
    assert_eq!(reasons, [Some("told in group 1"); 70], "each by mail and card");
    assert_eq!(alerts.iter().filter(|one| one.status == JobStatus::Completed).count(), 14);
    assert_eq!(alerts.len(), 84);
    // Longer than a window: nothing more.
    tokio::time::sleep(Duration::from_secs(11)).await;
    exactly(&sinks, "nothing after the end", &[]).await;
    world.end().await;
}

/// No movement becomes a success; a failed attempt is recorded.
async fn successes_fail(world: &World) {
    let url = format!("sqlite://{}", world.scratch.0.join("data/estair.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    for event in ["INSERT", "UPDATE"] {
        let sql = format!(
            "CREATE TRIGGER no_{event} BEFORE {event} ON mouvements WHEN NEW.status = 'success' \
             BEGIN SELECT RAISE(ABORT, 'the ledger''s disk says no'); END"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

// rule: N5, W2
async fn n5_the_alert_holds_the_error_and_the_trace_that_the_book_kept(way: &[(&str, &str)]) {
    let sinks = Sinks::start().await;
    let world = world(&sinks, Scratch::new(), &[&[("MESSAGER_RETRY_SCHEDULE", "20ms")], way].concat()).await;
    let load = world.create("operation", cash("load", 1, 1_000)).await;
    let told = || async { (sinks.lines().len() == 2).then_some(()) };
    eventually("finance has heard of the load", told).await;
    sinks.clear();
    successes_fail(&world).await;
    world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    eventually("it is told", || async { (sinks.lines().len() == 2).then_some(()) }).await;
    let (mail, card) = (&sinks.mails()[0].text, sinks.cards()[0].body.to_string());
    // What the webhook said, what the book says, and why.
    for part in ["internal: ", "the database answered with error 1811", "says no"] {
        assert!(mail.contains(part), "the mail lacks {part}: {mail}");
        assert!(card.contains(part), "the card lacks {part}: {card}");
    }
    assert!(mail.contains("caused by: "), "the trace: {mail}");
    let uuid = world.request(&load["id"]).await["message_uuid"].as_str().unwrap().to_owned();
    let message = world.message(&uuid, "failed").await;
    assert!(!message.to_string().contains("says no"), "no HTTP answer shows what the database said: {message}");
    world.end().await;
}

// rule: N5
async fn n5_a_single_failure_and_its_replay_send_one_alert_and_nothing_else(way: &[(&str, &str)]) {
    let sinks = Sinks::start().await;
    let settings = [("ESTAIR_ALERT_GROUPING", "5/1s"), ("MESSAGER_RETRY_SCHEDULE", "20ms")];
    let world = world(&sinks, Scratch::new(), &[&settings, way].concat()).await;
    movements_fail(&world, true).await;
    let load = world.create("operation", cash("load", 1, 1_000)).await;
    world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    eventually("it has failed", || async { (count(&world, "failed").await == 1).then_some(()) }).await;
    eventually("it is told", || async { (sinks.lines().len() == 4).then_some(()) }).await;
    sinks.clear();
    movements_fail(&world, false).await;
    let uuid = world.request(&load["id"]).await["message_uuid"].as_str().unwrap().to_owned();
    let replay = format!("/messager/api/messages/{uuid}/replay");
    assert_eq!(world.call("finance", "POST", &replay, Value::Null).await.status, 202);
    world.becomes(&load["id"], "closed").await;
    // Longer than a window.
    tokio::time::sleep(Duration::from_secs(2)).await;
    exactly(&sinks, "the client alone", &["mail plateau@example.test: Chargement effectué : 1 000 XOF"]).await;
    world.end().await;
}
