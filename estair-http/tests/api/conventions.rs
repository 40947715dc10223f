//! What holds on every route: credentials, bodies, lists, limits, ids, probes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use estair_core::memory::{FaultPlan, Step};
use estair_core::store::StoreErrorKind;
use estair_http::limits::Limits;
use estair_http::{Options, api, health};
use serde_json::json;

use crate::world::{ADMIN, CLIENT, OPERATION, OTHER, PANIC, SERVICE, World};

#[tokio::test]
async fn nobody_is_let_in_without_credentials() {
    let world = World::new().await;
    for who in ["", "wrong"] {
        for (method, path) in [
            ("GET", "/api/requetes-financieres"),
            ("POST", "/api/requetes-financieres"),
            ("GET", "/api/accounts/1"),
            ("GET", "/api/mouvements/x"),
            ("POST", "/api/mouvements"),
            ("GET", "/api/events"),
            ("GET", "/api/push/public-key"),
            ("DELETE", "/api/push/subscriptions"),
        ] {
            let answer = world.call(who, method, path, &[], "").await;
            answer.problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[tokio::test]
async fn bodies_are_json_objects_of_a_bounded_size() {
    let world = World::new().await;
    let path = "/api/requetes-financieres";
    for body in ["", "{", "[]", "5", "\"x\"", "null", "{\"a\":1} x", "{'a':1}", "\u{feff}{}"] {
        world.call(CLIENT, "POST", path, &[], body).await.problem(400, "unreadable_json");
    }
    let fat = json!({ "category": "daily_credit", "amount": 5, "description": "x".repeat(70_000) }).to_string();
    world.call(CLIENT, "POST", path, &[], &fat).await.problem(413, "body_too_large");
    let request = axum::http::Request::post(path)
        .header("authorization", "Bearer client")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("category=daily_credit"))
        .unwrap();
    world.send(request).await.problem(415, "unsupported_media_type");
    // Without a length, the bound holds all the same.
    let chunks = futures::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 10_000])));
    let request = axum::http::Request::post(path)
        .header("authorization", "Bearer client")
        .body(axum::body::Body::from_stream(chunks))
        .unwrap();
    world.send(request).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let world = World::new().await;
    world.get(CLIENT, "/api/nothing").await.problem(404, "unknown_path");
    world.get("", "/api/nothing").await.problem(404, "unknown_path");
    for path in ["/api", "/api/"] {
        world.get("", path).await.problem(404, "unknown_path");
    }
    for path in ["/healthz", "/readyz", "/metrics", "/api/moi"] {
        world.call("", "DELETE", path, &[], "").await.problem(405, "method_not_allowed");
    }
    let answer = world.call(CLIENT, "DELETE", "/api/accounts", &[], "").await;
    answer.problem(405, "method_not_allowed");
    assert!(answer.header("allow").unwrap().contains("GET"));
}

#[tokio::test]
async fn lists_page_by_an_opaque_cursor_newest_first() {
    let world = World::new().await;
    for amount in 1..=7 {
        world.credit(amount).await;
    }
    let path = "/api/requetes-financieres";
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(CLIENT, &format!("{path}?limit=3{cursor}")).await.ok(200);
        assert!(page["items"].as_array().unwrap().len() <= 3);
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        assert!(!next.contains(':'));
        cursor = format!("&cursor={next}");
        // What comes meanwhile moves nothing.
        world.credit(100).await;
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    let other = world.get(ADMIN, "/api/accounts?limit=1").await.ok(200)["next_cursor"].as_str().unwrap().to_owned();
    for bad in ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=5&limit=5"] {
        world.get(CLIENT, &format!("{path}?{bad}")).await.faulty("limit");
    }
    for bad in ["x", "", "%00", "YWJj", other.as_str()] {
        world.get(CLIENT, &format!("{path}?cursor={bad}")).await.faulty("cursor");
    }
    world.get(CLIENT, &format!("{path}?limit=200")).await.ok(200);
}

#[tokio::test]
async fn filters_are_read_and_unknown_ones_refused() {
    let world = World::new().await;
    world.credit(1).await;
    world.request(OPERATION, json!({ "category": "load", "amount": 5, "account_id": 2, "description": "Dépôt" })).await;
    let path = "/api/requetes-financieres";
    let count = async |query: &str| {
        world.get(ADMIN, &format!("{path}?{query}")).await.ok(200)["items"].as_array().unwrap().len()
    };
    assert_eq!(count("status=open").await, 1);
    assert_eq!(count("status=open,to_treat").await, 2);
    assert_eq!(count("status=open&status=to_treat").await, 2);
    assert_eq!(count("status=closed").await, 0);
    assert_eq!(count("category=credit").await, 1);
    assert_eq!(count("account_id=2").await, 1);
    assert_eq!(count("assigned_to=finance").await, 2);
    assert_eq!(count("created_from=2025-10-21&created_to=2025-10-21").await, 2);
    assert_eq!(count("created_to=2025-10-21T09:00:00Z").await, 0);
    assert_eq!(count("q=D%C3%A9p").await, 1);
    assert_eq!(count("q=").await, 2);
    for bad in ["status=gone", "category=x", "assigned_to=client", "account_id=x", "created_from=x", "colour=red"] {
        let field = bad.split('=').next().unwrap();
        world.get(ADMIN, &format!("{path}?{bad}")).await.faulty(field);
    }
    // A value comes before the role (P5).
    world.get(SERVICE, &format!("{path}?status=gone")).await.problem(422, "invalid_value");
}

#[tokio::test]
async fn each_actor_has_a_bucket_of_requests() {
    let world = World::with(Options::default().limits(Limits::new(2))).await;
    for _ in 0..4 {
        world.get(CLIENT, "/api/accounts").await.ok(200);
    }
    let answer = world.get(CLIENT, "/api/accounts").await;
    answer.problem(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), Some("1"));
    world.get(OTHER, "/api/accounts").await.ok(200);
    world.advance(chrono::Duration::seconds(1));
    world.get(CLIENT, "/api/accounts").await.ok(200);
}

#[tokio::test]
async fn storage_trouble_shows_nothing_of_itself() {
    let world = World::new().await;
    world.store.fail(FaultPlan::down());
    for (method, path, body) in [
        ("GET", "/api/accounts/1", ""),
        ("GET", "/api/requetes-financieres", ""),
        ("POST", "/api/requetes-financieres", r#"{"category":"daily_credit","amount":5}"#),
        ("POST", "/api/requetes-financieres/preview", r#"{"category":"daily_credit","amount":5}"#),
        ("GET", "/api/events", ""),
    ] {
        let answer = world.call(CLIENT, method, path, &[], body).await;
        answer.problem(503, "storage_unavailable");
        assert!(answer.header("retry-after").is_some());
        assert!(!answer.text().contains("planned fault"));
    }
    let batch = r#"{"mouvements":[{"source":"wave","reference":"A","type":"payment","amount":5,"account_id":1}]}"#;
    world.call(SERVICE, "POST", "/api/mouvements", &[], batch).await.problem(503, "storage_unavailable");
    world.store.fail(FaultPlan::once(Step::Read, StoreErrorKind::Corrupt));
    let answer = world.get(CLIENT, "/api/accounts/1").await;
    answer.problem(500, "internal");
    assert!(!answer.text().contains("planned fault"));
}

#[tokio::test]
async fn requests_carry_an_id_and_answers_are_not_cached() {
    let world = World::new().await;
    let given = world.call(CLIENT, "GET", "/api/accounts", &[("x-request-id", "abc-1")], "").await;
    assert_eq!(given.header("x-request-id"), Some("abc-1"));
    let long = "x".repeat(500);
    for bad in ["two words", long.as_str()] {
        let answer = world.call(CLIENT, "GET", "/api/accounts", &[("x-request-id", bad)], "").await;
        assert_ne!(answer.header("x-request-id"), Some(bad));
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    }
    assert_eq!(given.header("cache-control"), Some("no-store"));
    assert_eq!(given.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_panic_is_answered_and_shows_nothing_of_itself() {
    let world = World::new().await;
    let answer = world.get(PANIC, "/api/accounts").await;
    answer.problem(500, "internal");
    assert!(!answer.text().contains("mistake"));
    assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    world.get(CLIENT, "/api/accounts").await.ok(200);
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up_and_its_command_is_not() {
    use estair_core::store::Store;
    let options = Options::default().timeout(Duration::from_millis(50)).limits(Limits::new(0));
    let world = World::with(options).await;
    let held = world.store.begin(0).await.unwrap();
    let body = json!({ "category": "daily_credit", "amount": 5 });
    world.post(CLIENT, "/api/requetes-financieres", body).await.problem(503, "timed_out");
    held.rollback().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.get(CLIENT, "/api/requetes-financieres").await.ok(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_api_nests_anywhere_and_leaves_the_rest_to_its_host() {
    let world = World::new().await;
    #[derive(Clone)]
    struct Outer;
    let inner = api::<Outer>(world.host.clone(), Options::default());
    let webhook = Router::new().route("/api/webhook/helpdesk/movement", axum::routing::post(async || "hook"));
    let router: Router = Router::new()
        .nest("/estair", inner.merge(webhook))
        .fallback(async || (axum::http::StatusCode::IM_A_TEAPOT, "the host's"))
        .with_state(Outer);
    let nested = World { router, ..world };
    let created =
        nested.post(CLIENT, "/estair/api/requetes-financieres", json!({ "category": "credit", "amount": 5 })).await;
    assert_eq!(created.header("location"), Some("/estair/api/requetes-financieres/1"));
    nested.get(CLIENT, "/estair/api/requetes-financieres/1").await.ok(200);
    nested.get(CLIENT, "/estair/api/nothing").await.problem(404, "unknown_path");
    assert_eq!(nested.call("", "POST", "/estair/api/webhook/helpdesk/movement", &[], "").await.text(), "hook");
    assert_eq!(nested.get(CLIENT, "/elsewhere").await.status, 418);
    let docs = nested.get("", "/estair/api/docs").await;
    assert_eq!((docs.status, docs.header("location")), (307, Some("docs/")));
}

#[tokio::test]
async fn the_probes_say_whether_it_lives_and_whether_it_is_ready() {
    let world = World::new().await;
    assert_eq!(world.get("", "/healthz").await.ok(200), json!({ "status": "ok" }));
    let ready = world.get("", "/readyz").await.ok(200);
    let names: Vec<_> =
        ready["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["storage", "messager", "outbox"]);
    world.get("", "/metrics").await.problem(404, "unknown_path");
    world.store.fail(FaultPlan::down());
    world.get("", "/healthz").await.ok(200);
    assert_eq!(world.get("", "/readyz").await.ok(503)["status"], "not_ready");
    world.store.fail(FaultPlan::none());
    let idle: estair_http::Checks = Arc::new(|| vec![("outbox".to_owned(), false)]);
    let figures: estair_http::Exporter = Arc::new(|| "estair_up 1\n".to_owned());
    let stopped = World { router: health(world.host.clone(), idle, Some(figures)), ..world };
    assert_eq!(stopped.get("", "/readyz").await.status, 503);
    assert_eq!(stopped.get("", "/metrics").await.text(), "estair_up 1\n");
}

/// An answer unpacked, which must be packed.
fn unpacked(answer: &crate::world::Answer) -> String {
    assert_eq!(answer.header("content-encoding"), Some("gzip"), "{:?}", answer.headers);
    let length = answer.header("content-length").map(|length| length.parse::<usize>().unwrap());
    assert!(length.is_none_or(|length| length == answer.bytes.len()), "{length:?} is not what comes");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&answer.bytes[..]), &mut text).unwrap();
    text
}

#[tokio::test]
async fn answers_are_compressed_where_that_is_accepted() {
    let world = World::new().await;
    for amount in 1..=3 {
        world.credit(amount).await;
    }
    let ticket = json!({ "subject": "Billet", "description": "Le PNR ne passe pas. ".repeat(100) });
    world.post(CLIENT, "/api/helpdesk", ticket).await.ok(201);
    let one = "/api/helpdesk/1";
    let files =
        ["/api/requetes-financieres", "/api/openapi.json", "/api/docs/swagger-ui.css", "/api/accounts/1/mouvements"];
    for path in files.into_iter().chain([one]) {
        let csv = if path.ends_with("mouvements") { "text/csv" } else { "*/*" };
        for n in 0..if csv == "text/csv" { 20 } else { 0 } {
            world.payment(1, &format!("P-{n}"), "1000").await;
        }
        let asked = async |encodings| {
            world.call(CLIENT, "GET", path, &[("accept-encoding", encodings), ("accept", csv)], "").await
        };
        let plain = world.call(CLIENT, "GET", path, &[("accept", csv)], "").await;
        assert_eq!((plain.status, plain.header("content-encoding")), (200, None));
        let packed = asked("br, gzip").await;
        assert_eq!(unpacked(&packed), plain.text(), "{path}");
        assert!(packed.bytes.len() < plain.bytes.len() / 2, "{path}: {}", packed.bytes.len());
        for answer in [&plain, &packed, &asked("identity;q=0").await] {
            let varies = answer.headers.get_all("vary").iter().any(|value| value == "accept-encoding");
            assert!(answer.status == 200 && varies, "{path}: {answer:?}");
        }
    }
    let packed = world.call(CLIENT, "GET", one, &[("accept-encoding", "gzip")], "").await;
    assert_eq!(packed.header("etag"), Some("W/\"1\""), "the version; the bytes are others");
    let head = world.call(CLIENT, "HEAD", one, &[("accept-encoding", "gzip")], "").await;
    for name in ["etag", "vary", "content-encoding", "content-type", "content-length"] {
        assert_eq!(head.header(name), packed.header(name), "{name}");
    }
    assert!(head.bytes.is_empty());
}

#[tokio::test]
async fn streams_small_answers_and_workbooks_go_as_they_are() {
    let world = World::new().await;
    for n in 0..20 {
        world.payment(1, &format!("P-{n}"), "1000").await;
    }
    for path in ["/api/moi", "/api/accounts/1/releve.xlsx"] {
        let answer = world.call(CLIENT, "GET", path, &[("accept-encoding", "gzip")], "").await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, None), "{path}");
    }
    let request = axum::http::Request::get("/api/events")
        .header("authorization", "Bearer client")
        .header("accept-encoding", "gzip")
        .body(axum::body::Body::empty())
        .unwrap();
    let stream = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert!(!stream.headers().contains_key("content-encoding") && !stream.headers().contains_key("vary"));
}
