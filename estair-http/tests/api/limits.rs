//! What one caller may take of the API, and what bad input comes to (never a fault of the server's own).

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use estair_http::limits::Limits;
use estair_http::{Options, api};
use futures::{StreamExt, stream};
use serde_json::json;
use tower::ServiceExt;

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World};

async fn with_limits() -> World {
    World::with(Options::default().limits(Limits::default())).await
}

/// A call from an address; empty credentials are none.
async fn from(world: &World, address: &str, authorization: &str) -> (u16, Option<String>) {
    let address: SocketAddr = address.parse().unwrap();
    let mut request = Request::get("/api/accounts/1").extension(ConnectInfo(address));
    if !authorization.is_empty() {
        request = request.header("authorization", format!("Bearer {authorization}"));
    }
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    (answer.status, answer.header("retry-after").map(str::to_owned))
}

#[tokio::test]
async fn refused_credentials_are_limited_by_address_and_a_good_token_is_served_all_the_same() {
    let world = with_limits().await;
    let (here, there) = ("203.0.113.7:1", "203.0.113.8:1");
    for _ in 0..30 {
        assert_eq!(from(&world, here, "").await.0, 401, "no credentials are none that were refused");
    }
    for _ in 0..20 {
        assert_eq!(from(&world, here, "wrong").await.0, 401);
    }
    assert_eq!(from(&world, here, "wrong").await, (429, Some("3".to_owned())));
    assert_eq!(from(&world, "203.0.113.7:2", "guess").await.0, 429, "another port is the same address");
    assert_eq!(from(&world, here, "").await.0, 401);
    assert_eq!(from(&world, here, CLIENT).await.0, 200);
    assert_eq!(from(&world, there, "wrong").await.0, 401);
    world.advance(chrono::Duration::seconds(3));
    assert_eq!(from(&world, here, "wrong").await.0, 401);
    assert_eq!(from(&world, here, "wrong").await.0, 429);
}

#[tokio::test]
async fn nothing_a_second_switches_the_limits_off() {
    let world = World::new().await;
    for _ in 0..50 {
        assert_eq!(from(&world, "203.0.113.7:1", "wrong").await.0, 401);
    }
}

async fn open(world: &World, who: &str, path: &str, accept: &str) -> Response {
    let request = Request::get(path).header("authorization", format!("Bearer {who}")).header("accept", accept);
    world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_actor_has_eight_streams() {
    let world = World::new().await;
    let stream = async |who| open(&world, who, "/api/events", "text/event-stream").await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let response = stream(CLIENT).await;
        assert_eq!(response.status(), 200);
        held.push(response);
    }
    let refused = stream(CLIENT).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "5"));
    assert_eq!(stream(OTHER).await.status(), 200);
    world.get(CLIENT, "/api/accounts/1").await.ok(200);
    held.pop();
    assert_eq!(stream(CLIENT).await.status(), 200);
}

#[tokio::test]
async fn an_actor_has_two_downloads() {
    let world = World::new().await;
    world.payment(1, "A", "5").await;
    let csv = async |who| open(&world, who, "/api/accounts/1/mouvements", "text/csv").await;
    let held = [csv(FINANCE).await, csv(FINANCE).await];
    assert!(held.iter().all(|response| response.status() == 200));
    assert_eq!(csv(FINANCE).await.status(), 429);
    assert_eq!(csv(ADMIN).await.status(), 200);
    assert_eq!(open(&world, FINANCE, "/api/accounts/1/mouvements", "application/json").await.status(), 200);
    for response in held {
        let mut body = response.into_body().into_data_stream();
        while body.next().await.is_some() {}
    }
    assert_eq!(csv(FINANCE).await.status(), 200, "what was taken whole is over");
}

async fn post(world: &World, headers: &[(&str, &str)], body: Body) -> crate::world::Answer {
    let mut request = Request::post("/api/requetes-financieres").header("authorization", "Bearer client");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn bodies_of_other_kinds_and_encodings_are_refused() {
    let world = World::new().await;
    let body = || Body::from(r#"{"category":"daily_credit","amount":5}"#);
    for kind in ["application/json", "application/json; charset=utf-8", "application/problem+json"] {
        post(&world, &[("content-type", kind)], body()).await.ok(201);
    }
    post(&world, &[("content-encoding", "identity")], body()).await.ok(201);
    for kind in ["text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "json", ""] {
        post(&world, &[("content-type", kind)], body()).await.problem(415, "unsupported_media_type");
    }
    for encoding in ["gzip", "br", "identity, gzip"] {
        let headers = [("content-type", "application/json"), ("content-encoding", encoding)];
        post(&world, &headers, body()).await.problem(415, "unsupported_media_type");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_408_however_it_stays_away() {
    let world = World::new().await;
    let silent = stream::iter([Ok::<_, std::io::Error>("{")]).chain(stream::pending());
    post(&world, &[], Body::from_stream(silent)).await.problem(408, "body_unfinished");
    let broken = stream::iter([Ok("{"), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]);
    post(&world, &[], Body::from_stream(broken)).await.problem(408, "body_unfinished");
    let slow = stream::unfold((), async |()| {
        tokio::time::sleep(Duration::from_secs(9)).await;
        Some((Ok::<_, std::io::Error>(" "), ()))
    });
    post(&world, &[], Body::from_stream(slow)).await.problem(408, "body_unfinished");
}

#[tokio::test]
async fn years_that_no_database_keeps_are_refused_and_the_last_day_bounds_nothing() {
    let world = World::new().await;
    world.credit(5).await;
    let path = "/api/requetes-financieres";
    for query in ["created_to=9999-12-31", "created_from=1900-01-01", "created_from=1900-01-01&created_to=9999-12-31"] {
        let list = world.get(ADMIN, &format!("{path}?{query}")).await.ok(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{query}");
    }
    for bad in ["1899-12-31", "10000-01-01", "%2B10000-01-01", "0000-01-01", "2016-12-31T23:59:60Z", "2025-02-30"] {
        for field in ["created_from", "created_to"] {
            world.get(ADMIN, &format!("{path}?{field}={bad}")).await.faulty(field);
        }
        world.get(ADMIN, &format!("/api/accounts/1?day={bad}")).await.faulty("day");
        world.get(ADMIN, &format!("/api/accounts/1/mouvements?from={bad}")).await.faulty("from");
        world.get(ADMIN, &format!("/api/accounts/1/mouvements?to={bad}")).await.faulty("to");
    }
    world.get(ADMIN, "/api/accounts/1/mouvements?from=1900-01-01&to=9999-12-31").await.ok(200);
}

#[tokio::test]
async fn control_characters_in_a_query_are_a_bad_value_everywhere() {
    let world = World::new().await;
    for (path, fields) in [
        ("/api/requetes-financieres", &["q", "status", "category", "created_from", "cursor", "account_id"][..]),
        ("/api/helpdesk", &["q", "status", "assigned_to", "cursor"]),
        ("/api/accounts", &["q", "cursor", "limit"]),
        ("/api/accounts/1", &["day"]),
        ("/api/accounts/1/mouvements", &["from", "to", "type", "source", "cursor"]),
    ] {
        for field in fields {
            for bad in ["%00", "a%00b", "%1b", "%0a", "%7f", "%c2%85"] {
                world.get(ADMIN, &format!("{path}?{field}={bad}")).await.faulty(field);
            }
        }
        world.get(ADMIN, &format!("{path}?a%00b=1")).await.problem(422, "invalid_value");
    }
    for path in ["/api/accounts/%00", "/api/mouvements/%FF", "/api/requetes-financieres/%00/historique"] {
        world.get(ADMIN, path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn control_characters_in_a_body_are_a_bad_value_everywhere() {
    let world = World::new().await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    let id = world.credit(5).await;
    let one = format!("/api/requetes-financieres/{id}");
    let bad = "a\0b";
    for (who, method, path, body) in [
        (
            CLIENT,
            "POST",
            "/api/requetes-financieres",
            json!({ "category": "daily_credit", "amount": 5, "description": bad }),
        ),
        (CLIENT, "POST", "/api/requetes-financieres", json!({ "category": bad, "amount": 5 })),
        (CLIENT, "POST", "/api/requetes-financieres", json!({ "category": "daily_credit", "amount": bad })),
        (ADMIN, "PATCH", one.as_str(), json!({ "status": "cancelled", "reason": bad })),
        (CLIENT, "POST", "/api/helpdesk", json!({ "subject": bad, "description": "b" })),
        (CLIENT, "POST", "/api/helpdesk", json!({ "subject": "a", "description": bad })),
        (CLIENT, "POST", "/api/helpdesk/1/commentaires", json!({ "body": bad })),
        (CLIENT, "PATCH", "/api/helpdesk/1", json!({ "subject": bad })),
        (ADMIN, "POST", "/api/accounts", json!({ "name": bad })),
        (ADMIN, "POST", "/api/accounts", json!({ "name": "a", "email": "a\0@example.test" })),
        (ADMIN, "PUT", "/api/accounts/1/limit", json!({ "limit": 5, "reason": bad })),
        (CLIENT, "DELETE", "/api/push/subscriptions", json!({ "endpoint": "https://fcm.googleapis.com/a\0" })),
        (CLIENT, "POST", "/api/push/subscriptions", json!({ "endpoint": bad, "keys": { "p256dh": bad, "auth": bad } })),
        (
            SERVICE,
            "POST",
            "/api/mouvements",
            json!({ "source": "wave", "reference": bad, "type": "payment", "amount": 5, "account_id": 1 }),
        ),
        (
            SERVICE,
            "POST",
            "/api/mouvements",
            json!({ "source": "wave", "reference": "A", "type": "payment", "amount": 5, "account_id": 1, "description": bad }),
        ),
    ] {
        let answer = world.call(who, method, path, &[], &body.to_string()).await;
        assert_eq!(answer.status, 422, "{method} {path} {body}: {}", answer.text());
    }
    world.get(OPERATION, "/api/helpdesk").await.ok(200);
}

#[tokio::test]
async fn a_body_that_is_nested_deep_takes_no_time() {
    let world = World::new().await;
    let inner = "\"0123456789\",".repeat(36_000);
    let payload = format!("{}{inner}1{}", "[".repeat(30), "]".repeat(30));
    let body = |depth: &str| {
        format!(
            r#"{{"source":"wave","reference":"N","type":"payment","amount":5,"account_id":1,"payload":{{"a":{depth}}}}}"#
        )
    };
    let began = tokio::time::Instant::now();
    world.call(SERVICE, "POST", "/api/mouvements", &[("idempotency-key", "n")], &body(&payload)).await.ok(201);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    world.call(SERVICE, "POST", "/api/mouvements", &[], &body(&deep)).await.faulty("payload");
    let bottomless = "[".repeat(400_000);
    world.call(SERVICE, "POST", "/api/mouvements", &[], &bottomless).await.problem(400, "unreadable_json");
}

#[tokio::test]
async fn routers_share_what_a_caller_may_take() {
    let world = World::new().await;
    let limits = Limits::new(1);
    let with = |limits: &Limits| api::<()>(world.host.clone(), Options::default().limits(limits.clone()));
    let (one, other) = (with(&limits), with(&limits));
    let ask = async |router: &axum::Router| {
        let request = Request::get("/api/accounts/1").header("authorization", "Bearer admin");
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status().as_u16()
    };
    assert_eq!([ask(&one).await, ask(&other).await, ask(&one).await], [200, 200, 429]);
}
