//! Messager in trouble, and what comes of it: down, slow, answering 500 or garbage, failing for good, paused (G1, G3, G5).

use estair_core::clock::{Clock, System};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{NotificationFilter, Notifications};
use estair_core::store::Page;
use std::time::{Duration, Instant};

use chrono::DateTime;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::both_ways;
use crate::listening::free_port;
use crate::outside::{Gate, Mood, Outside, Taker};
use crate::world::{WEBHOOK, World, credit, eventually, try_call};

fn uuid_of(request: &Value) -> String {
    request["message_uuid"].as_str().unwrap().to_owned()
}

/// Milliseconds between the starts of attempts.
fn pauses(message: &Value) -> Vec<i64> {
    let attempts = message["attempts"].as_array().unwrap();
    let starts = attempts.iter().map(|one| DateTime::parse_from_rfc3339(one["started_at"].as_str().unwrap()).unwrap());
    let starts: Vec<_> = starts.collect();
    starts.windows(2).map(|two| (two[1] - two[0]).num_milliseconds()).collect()
}

fn outcomes(message: &Value) -> Vec<(Value, Value)> {
    let attempts = message["attempts"].as_array().unwrap();
    attempts.iter().map(|one| (one["outcome"].clone(), one["http_status"].clone())).collect()
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn g3_a_messager_that_answers_500_or_garbage_gets_the_same_message_until_it_takes_it() {
    let taker = Taker::start().await;
    let world = World::new(&taker.settings()).await;
    taker.moods.next([Mood::Status(500), Mood::Garbage]);
    let first = world.create("client1", credit(100_000)).await;
    let second = world.create("client1", credit(200_000)).await;
    let third = world.create("client2", credit(1_000)).await;
    assert_eq!(first["status"], "to_treat", "it is accepted all the same");
    for request in [&first, &second, &third] {
        world.becomes(&request["id"], "processing").await;
    }
    let calls = taker.calls();
    let of = |request: &Value| -> Vec<&Value> {
        calls.iter().filter(|call| call["payload"]["requete_id"] == request["id"]).collect()
    };
    let tries = [of(&first), of(&second), of(&third)];
    assert_eq!(tries.iter().map(Vec::len).sum::<usize>(), 5, "two calls failed: {calls:?}");
    for of_one in &tries {
        assert!(of_one.iter().all(|call| *call == of_one[0]), "the same key and payload each time: {of_one:?}");
    }
    let place = |request: &Value| calls.iter().rposition(|call| call["payload"]["requete_id"] == request["id"]);
    assert!(place(&first) < place(&second), "in order per account: {calls:?}");
    assert_eq!(calls[0]["domain"], "estair-helpdesk");
    assert_eq!((&tries[0][0]["type"], &tries[0][0]["payload"]["type"]), (&json!("credit_request"), &json!("credit")));
    world.end().await;
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn g3_a_messager_that_hangs_holds_up_nobody_and_doubles_nothing() {
    let taker = Taker::start().await;
    let world = World::new(&taker.settings()).await;
    // Longer than ESTAIR waits: it has taken the message, and ESTAIR cannot know.
    taker.moods.next([Mood::DoneSlowly(Duration::from_secs(17))]);
    let hanging = world.create("client1", credit(100_000)).await;
    eventually("the call hangs", || async { (!taker.calls().is_empty()).then_some(()) }).await;
    let began = Instant::now();
    let other = world.create("client2", credit(1_000)).await;
    world.becomes(&other["id"], "processing").await;
    assert!(began.elapsed() < Duration::from_secs(8), "others go on: {:?}", began.elapsed());
    let processing = world.becomes(&hanging["id"], "processing").await;
    let message = taker.message_of(&hanging).await;
    assert_eq!(processing["message_uuid"], message["message_uuid"]);
    let calls = taker.calls();
    let keys: Vec<_> = calls.iter().filter(|call| call["payload"]["requete_id"] == hanging["id"]).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "asked twice with one key: {keys:?}");
    world.end().await;
}

/// A server whose Messager is the real one, elsewhere, with a gate on the way back.
async fn with_outside() -> (World, Gate, Outside) {
    let gate = Gate::start().await;
    let outside = Outside::start(&gate).await;
    let api = format!("{}/api", outside.url);
    let world = World::new(&[("MESSAGER_API_URL", api.as_str())]).await;
    gate.leads_to(format!("{}{WEBHOOK}", world.url));
    (world, gate, outside)
}

async fn end(world: World, outside: Outside) {
    outside.work.stop(Duration::from_secs(5)).await;
    assert_eq!(outside.store.stats(System.now()).await.unwrap().processing, 0, "leases are given back");
    world.end().await;
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn g3_requests_are_accepted_while_messager_is_down_and_go_on_in_order_when_it_is_back() {
    let address = format!("127.0.0.1:{}", free_port());
    let api = format!("http://{address}/api");
    let world = World::new(&[("MESSAGER_API_URL", api.as_str())]).await;
    let first = world.create("client1", credit(100_000)).await;
    let second = world.create("client1", credit(200_000)).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(world.request(&first["id"]).await["status"], "to_treat", "Messager is down: it stays");

    let gate = Gate::start().await;
    gate.leads_to(format!("{}{WEBHOOK}", world.url));
    let outside = Outside::on(TcpListener::bind(address).await.unwrap(), &gate).await;
    let one = world.becomes(&first["id"], "closed").await;
    let other = world.becomes(&second["id"], "closed").await;
    assert!(one["mouvement_id"].as_u64() < other["mouvement_id"].as_u64(), "in order per account (G9)");
    world.figures(1, [("active_credit", "300000")]).await;
    end(world, outside).await;
}

// rule: G5
#[tokio::test(flavor = "multi_thread")]
async fn g1_g5_a_webhook_that_fails_in_every_way_is_tried_again_and_each_attempt_is_kept() {
    let (world, gate, outside) = with_outside().await;
    gate.moods.next([Mood::Status(500), Mood::Garbage, Mood::Slow(Duration::from_secs(2))]);
    let request = world.create("client1", credit(100_000)).await;
    let closed = world.becomes(&request["id"], "closed").await;
    let message = outside.message(&uuid_of(&closed), "completed").await;
    let expected = [("retry", json!(500)), ("retry", json!(200)), ("retry", Value::Null), ("done", json!(200))];
    assert_eq!(outcomes(&message), expected.map(|(outcome, status)| (json!(outcome), status)), "{message}");
    assert_eq!((&message["retry_count"], &message["result"]["success"]), (&json!(3), &json!(true)));

    // The answer was lost after the commit: the next attempt gets it, and there is one movement (W3).
    gate.moods.next([Mood::DoneAndLost, Mood::DoneSlowly(Duration::from_secs(2))]);
    let request = world.create("client1", credit(50_000)).await;
    let closed = world.becomes(&request["id"], "closed").await;
    let message = outside.message(&uuid_of(&closed), "completed").await;
    assert_eq!(message["attempts"].as_array().unwrap().len(), 3, "{message}");
    assert_eq!(message["result"]["mouvement_id"], closed["mouvement_id"]);
    assert_eq!(world.movements(1).await.len(), 2);

    // What the receiver asks for is respected, up to the schedule's longest delay (G2).
    gate.moods.next([Mood::Later(429, 1), Mood::Later(503, 1)]);
    let request = world.create("client1", credit(20_000)).await;
    let closed = world.becomes(&request["id"], "closed").await;
    let message = outside.message(&uuid_of(&closed), "completed").await;
    assert!(pauses(&message).iter().all(|pause| *pause >= 300), "{message}");
    end(world, outside).await;
}

// rule: G1
#[tokio::test(flavor = "multi_thread")]
async fn g1_g4_g9_the_whole_schedule_the_alert_and_the_replay() {
    let (world, gate, outside) = with_outside().await;
    gate.moods.next([Mood::Status(500); 4]);
    let request = world.create("client1", credit(100_000)).await;
    let uuid = uuid_of(&world.becomes(&request["id"], "processing").await);
    let failed = outside.message(&uuid, "failed").await;
    assert_eq!(outcomes(&failed).len(), 4, "one attempt and three retries: {failed}");
    assert_eq!((&failed["max_retries"], &failed["next_attempt_at"]), (&json!(3), &Value::Null));
    for (pause, least) in pauses(&failed).into_iter().zip([100, 200, 300]) {
        assert!(pause >= least, "{least} ms at least: {failed}");
    }
    assert_eq!(world.request(&request["id"]).await["status"], "processing", "until a replay succeeds");

    // The alert was written with the failure, once for each channel of its line.
    let page = Page { limit: 50, before: None };
    let alerts: &dyn Notifications = outside.store.as_ref();
    let alerts = alerts.notifications(&NotificationFilter::default(), page).await.unwrap().items;
    let mut channels: Vec<_> = alerts.iter().map(|alert| alert.notification.channel).collect();
    channels.sort_by_key(|channel| channel.name());
    assert_eq!(channels, [Channel::Email, Channel::Teams]);
    for alert in &alerts {
        let told = &alert.notification;
        assert_eq!((told.notice, told.audience), (Notice::MovementFailed, Audience::Critical));
        assert_eq!((&told.params["attempts"], &told.params["attempts_allowed"]), (&json!(4), &json!(4)));
        assert_eq!((&told.params["message_uuid"], &told.params["requete_id"]), (&json!(uuid), &request["id"]));
    }

    // rule: G9
    // A failed message holds back nobody; one that waits for a retry does, on its own account alone.
    gate.moods.next([Mood::Later(503, 2)]);
    let waits = world.create("client1", credit(1_000)).await;
    let waiting = uuid_of(&world.becomes(&waits["id"], "processing").await);
    eventually("the first attempt has failed", || async {
        let message = outside.message(&waiting, "pending").await;
        (message["retry_count"] != json!(0) || message["attempts"][0]["outcome"] == "retry").then_some(())
    })
    .await;
    let behind = world.create("client1", credit(2_000)).await;
    let beside = world.create("client2", credit(3_000)).await;
    world.becomes(&beside["id"], "closed").await;
    let held = world.becomes(&behind["id"], "processing").await;
    let message = outside.message(&uuid_of(&held), "pending").await;
    assert_eq!(message["blocked_by"], json!(waiting), "{message}");
    let [one, two] = [world.becomes(&waits["id"], "closed").await, world.becomes(&behind["id"], "closed").await];
    assert!(one["mouvement_id"].as_u64() < two["mouvement_id"].as_u64());

    // rule: G4
    // Replayed by hand: a new cycle, logged with who and why; a completed one is refused.
    let replay = format!("/api/messages/{uuid}/replay");
    let reason = json!({ "reason": "the way is open again" });
    assert_eq!(outside.call("operation", "POST", &replay, reason.clone()).await.0, 403);
    let (status, count) = outside
        .call(
            "finance",
            "POST",
            "/api/messages/replay",
            json!({ "type": "credit_request", "reason": "count", "dry_run": true }),
        )
        .await;
    assert_eq!((status, &count["count"]), (200, &json!(1)), "a count first: {count}");
    assert_eq!(outside.call("finance", "POST", &replay, reason.clone()).await.0, 202);
    world.becomes(&request["id"], "closed").await;
    let completed = outside.message(&uuid, "completed").await;
    let last = completed["attempts"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["replayed_by"], &last["reason"]), (&json!("finance:1"), &reason["reason"]), "{completed}");
    let (status, answer) = outside.call("finance", "POST", &replay, reason).await;
    assert_eq!((status, &answer["code"]), (409, &json!("message_not_failed")));
    world.figures(1, [("active_credit", "103000")]).await;
    end(world, outside).await;
}

both_ways! {
    g8_deliveries_are_paused_and_resumed_and_the_figures_follow,
    g7_messages_come_with_their_domains_token,
}

// rule: G8
async fn g8_deliveries_are_paused_and_resumed_and_the_figures_follow(way: &[(&str, &str)]) {
    let world = World::new(way).await;
    let stats = async || world.get("operation", "/messager/api/stats").await;
    let pause = world.call("admin", "POST", "/messager/api/deliveries/pause", json!({ "reason": "maintenance" })).await;
    assert_eq!((pause.status, &pause.body["paused"]), (200, &json!(true)), "{}", pause.text);
    let requests = [world.create("client1", credit(1_000)).await, world.create("client2", credit(2_000)).await];
    for request in &requests {
        world.becomes(&request["id"], "processing").await;
    }
    tokio::time::sleep(Duration::from_millis(800)).await;
    let paused = stats().await;
    assert_eq!((&paused["pending"], &paused["paused"], &paused["completed"]), (&json!(2), &json!(true), &json!(0)));
    for request in &requests {
        let uuid = uuid_of(&world.request(&request["id"]).await);
        let message = world.message(&uuid, "pending").await;
        assert_eq!(message["attempts"], json!([]), "no attempt is used up");
    }
    let resume = world.call("admin", "POST", "/messager/api/deliveries/resume", json!({ "reason": "done" })).await;
    assert_eq!((resume.status, &resume.body["paused"]), (200, &json!(false)), "{}", resume.text);
    for request in &requests {
        let closed = world.becomes(&request["id"], "closed").await;
        world.message(&uuid_of(&closed), "completed").await;
    }
    let after = stats().await;
    assert_eq!((&after["pending"], &after["completed"], &after["paused"]), (&json!(0), &json!(2), &json!(false)));
    assert!(after["per_minute"].as_f64().unwrap() >= 2.0, "{after}");
    world.end().await;
}

// rule: G7
async fn g7_messages_come_with_their_domains_token(way: &[(&str, &str)]) {
    let world = World::new(way).await;
    let message =
        |domain: &str| json!({ "domain": domain, "type": "load_request", "payload": {}, "idempotency_key": "k" });
    let submit = async |token: Option<String>, body: Value| {
        try_call(&world.messager_url, token, "POST", "/api/messages", &[], Some(body.to_string())).await.unwrap()
    };
    assert_eq!(submit(None, message("estair-helpdesk")).await.status, 401);
    assert_eq!(submit(Some("another-token-altogether".into()), message("estair-helpdesk")).await.status, 401);
    assert_eq!(submit(world.tokens.of("admin"), message("estair-helpdesk")).await.status, 401);
    assert_eq!(world.submit(message("elsewhere")).await.refusal(), (422, "unknown_domain"));
    let first = world.submit(message("estair-helpdesk")).await;
    let again = world.submit(message("estair-helpdesk")).await;
    assert_eq!((first.status, again.status, &again.body), (201, 200, &first.body));
    // It carries nothing: the webhook refuses it for good (G2).
    let failed = world.message(first.body["message_uuid"].as_str().unwrap(), "failed").await;
    assert_eq!(outcomes(&failed), [(json!("permanent"), json!(422))]);
    world.end().await;
}
