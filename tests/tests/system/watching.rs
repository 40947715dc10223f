//! What operators look at: probes, figures, documents, and the pages that messages lead to.

use estair_core::id::{RequestId, SupportId};
use std::time::Duration;

use estair_notify::Links;
use serde_json::{Value, json};

use crate::world::{World, signed_in, try_call};

/// Follows an address as a browser that is signed in does; gives the status it ends with.
async fn followed(base: &str, cookie: &str, path: &str) -> u16 {
    let mut path = path.to_owned();
    for _ in 0..4 {
        let answer = try_call(base, None, "GET", &path, &[("cookie", cookie)], None).await.unwrap();
        match answer.header("location") {
            Some(elsewhere) => path = elsewhere.to_owned(),
            None => return answer.status,
        }
    }
    panic!("{path} leads nowhere")
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn n5_the_links_of_messages_lead_to_pages() {
    let world = World::new(&[]).await;
    let closed = world.granted("client1", 1_000).await;
    let ticket = json!({ "subject": "Billet", "description": "Émis deux fois" });
    let ticket = world.call("client1", "POST", "/api/helpdesk", ticket).await;
    assert_eq!(ticket.status, 201, "{}", ticket.text);
    let cookie = signed_in(&world.url, "/console", &world.tokens.of("admin").unwrap()).await;
    let links = [
        Links::home_path(),
        Links::request_path(RequestId(closed["id"].as_u64().unwrap())),
        Links::support_path(SupportId(ticket.body["id"].as_u64().unwrap())),
        Links::message_path(closed["message_uuid"].as_str().unwrap().parse().unwrap()),
        Links::failed_path(),
    ];
    for path in links {
        assert_eq!(followed(&world.url, &cookie, &path).await, 200, "{path}");
    }
    assert_eq!(followed(&world.url, &cookie, "/console/nothing").await, 404, "the check sees what is not there");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_of_requests_movements_refusals_and_queues() {
    let world = World::new(&[]).await;
    world.granted("client1", 1_000).await;
    assert_eq!(world.call("client1", "POST", "/api/accounts", json!({ "name": "x" })).await.status, 403);
    assert_eq!(world.call("client1", "GET", "/messager/api/stats", Value::Null).await.status, 403);
    let wanted = [
        &["estair_http_requests_total{", "route=\"/api/requetes-financieres\"", "status=\"201\""][..],
        &["estair_http_requests_total{", "route=\"/api/webhook/helpdesk/movement\"", "status=\"200\""],
        &["estair_http_requests_total{", "route=\"/messager/api/stats\"", "status=\"403\""],
        &["estair_movements_total{", "type=\"credit\"", "outcome=\"written\""],
        &["estair_refusals_total{code=\"forbidden\"}"],
        &["estair_attempts_total{", "queue=\"outbox\"", "outcome=\"done\""],
        &["estair_attempts_total{", "queue=\"messages\"", "outcome=\"done\""],
        &["estair_delivery_lag_seconds_count{queue=\"messages\"}"],
        &["estair_queue_oldest_pending_age_seconds{queue=\"messages\"}"],
        &["estair_pool_connections{state=\"idle\"}"],
        &["estair_queue_jobs{", "queue=\"messages\"", "status=\"failed\""],
    ];
    let mut missing = Vec::new();
    for _ in 0..200 {
        let text = world.call("nobody", "GET", "/metrics", Value::Null).await.text;
        let there = |parts: &&[&str]| text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        missing = wanted.iter().filter(|parts| !there(parts)).collect();
        if missing.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(missing.is_empty(), "the figures lack {missing:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_and_documents_are_there() {
    let world = World::new(&[]).await;
    assert_eq!(world.get("nobody", "/readyz").await["status"], json!("ready"));
    for path in ["/healthz", "/metrics", "/api/docs/"] {
        assert_eq!(world.call("nobody", "GET", path, Value::Null).await.status, 200, "{path}");
    }
    for path in ["/api/openapi.json", "/messager/api/openapi.json"] {
        let document = world.get("nobody", path).await;
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{path}");
    }
    let document = world.get("nobody", "/api/openapi.json").await;
    assert!(document["paths"]["/api/webhook/helpdesk/movement"]["post"].is_object());
    world.end().await;
}
