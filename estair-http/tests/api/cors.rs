//! Pages of other origins: who is let in, with what, and where nobody is.

use axum::http::HeaderMap;
use estair_http::Options;
use estair_http::limits::Limits;
use serde_json::json;

use crate::world::{Answer, CLIENT, World};

const FRONT: &str = "https://front.example.test";
const REQUESTS: &str = "/api/requetes-financieres";

async fn world() -> World {
    let origins = format!("{FRONT},http://localhost:4200").parse().unwrap();
    World::with(Options::default().limits(Limits::new(0)).origins(origins)).await
}

async fn preflight(world: &World, path: &str, origin: &str, method: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", "authorization,content-type,idempotency-key,if-match,last-event-id"),
    ];
    world.call("", "OPTIONS", path, &headers, "").await
}

fn names(headers: &HeaderMap, name: &str) -> Vec<String> {
    let text = headers.get(name).map(|value| value.to_str().unwrap().to_ascii_lowercase()).unwrap_or_default();
    let mut names: Vec<_> = text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_preflight_tells_a_listed_origin_what_it_may_send() {
    let world = world().await;
    for origin in [FRONT, "http://localhost:4200"] {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let answer = preflight(&world, REQUESTS, origin, method).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
            assert_eq!(
                names(&answer.headers, "access-control-allow-methods"),
                ["delete", "get", "patch", "post", "put"]
            );
            let sent = ["authorization", "content-type", "idempotency-key", "if-match", "last-event-id"];
            assert_eq!(names(&answer.headers, "access-control-allow-headers"), sent);
            assert_eq!(answer.header("access-control-allow-credentials"), None);
            assert!(answer.header("x-request-id").is_some());
            assert!(names(&answer.headers, "vary").contains(&"origin".to_owned()));
        }
    }
}

#[tokio::test]
async fn other_origins_and_hosts_that_list_none_are_told_nothing() {
    let listed = world().await;
    for origin in
        ["https://elsewhere.test", "https://front.example.test.evil.test", "http://front.example.test", "null"]
    {
        let answer = preflight(&listed, REQUESTS, origin, "POST").await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        let answer = listed.call(CLIENT, "GET", REQUESTS, &[("origin", origin)], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None), "{origin}");
    }
    let unlisted = World::new().await;
    let answer = preflight(&unlisted, REQUESTS, FRONT, "POST").await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn every_answer_can_be_read_by_a_listed_origin_refusals_too() {
    let world = world().await;
    let body = json!({ "category": "daily_credit", "amount": 5 }).to_string();
    let asked = [("origin", FRONT), ("idempotency-key", "one")];
    let done = world.call(CLIENT, "POST", REQUESTS, &asked, &body).await;
    let again = world.call(CLIENT, "POST", REQUESTS, &asked, &body).await;
    assert_eq!((done.status, again.status, again.header("idempotent-replayed")), (201, 201, Some("true")));
    let from = [("origin", FRONT)];
    let refused = world.call("", "GET", REQUESTS, &from, "").await;
    let missing = world.call(CLIENT, "GET", "/api/requetes-financieres/99", &from, "").await;
    let unknown = world.call(CLIENT, "GET", "/api/nothing", &from, "").await;
    let method = world.call(CLIENT, "DELETE", "/api/accounts", &from, "").await;
    assert_eq!([refused.status, missing.status, unknown.status, method.status], [401, 404, 404, 405]);
    for answer in [done, again, refused, missing, unknown, method] {
        assert_eq!(answer.header("access-control-allow-origin"), Some(FRONT));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let read = ["etag", "idempotent-replayed", "retry-after", "x-request-id"];
        assert_eq!(names(&answer.headers, "access-control-expose-headers"), read);
    }
}

#[tokio::test]
async fn the_probes_are_no_business_of_other_pages() {
    let world = world().await;
    let answer = world.call("", "GET", "/healthz", &[("origin", FRONT)], "").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    let answer = preflight(&world, "/healthz", FRONT, "GET").await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
