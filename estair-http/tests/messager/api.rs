//! Its API: who may ask what, what is refused, lists, its document (G7, G8).

use axum::body::Body;
use axum::http::Request;
use estair_core::clock::{Clock, System};
use estair_core::messager::{DOMAIN, MessagerStore};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::{TOKEN, message, world};

// rule: G7
#[tokio::test]
async fn g7_messages_need_the_token_of_their_own_domain() {
    let world = world();
    let body = message(1, "r:1");
    let with = |token: &'static str| {
        let body = body.clone();
        let world = &world;
        async move { world.call("POST", "/api/messages", &[("authorization", token)], body).await }
    };
    assert_eq!(world.call("POST", "/api/messages", &[], body.clone()).await.0, 401);
    for wrong in ["Bearer wrong", "Bearer ", "Basic dGVzdA==", "Bearer the-token-of-another-domain"] {
        assert_eq!(with(wrong).await.0, 401, "{wrong}");
    }
    let mut stranger = body.clone();
    stranger["domain"] = json!("nobody");
    let (status, problem) = world.take(stranger).await;
    assert_eq!((status, &problem["code"]), (422, &json!("unknown_domain")));
    assert_eq!(world.store.stats(System.now()).await.unwrap().pending, 0);
}

#[tokio::test]
async fn unreadable_unknown_and_missing_fields_are_refused() {
    let world = world();
    let token = format!("Bearer {TOKEN}");
    let raw = Request::post("/api/messages").header("authorization", &token).body(Body::from("{")).unwrap();
    assert_eq!(world.router.clone().oneshot(raw).await.unwrap().status(), 400);
    let mut unknown = message(1, "r:1");
    unknown["status"] = json!("completed");
    assert_eq!(world.take(unknown).await.0, 422);
    for field in ["domain", "type", "payload"] {
        let mut without = message(1, "r:1");
        without.as_object_mut().unwrap().remove(field);
        let (status, problem) = world.take(without).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{problem}");
    }
    let mut long = message(1, "r:1");
    long["payload"]["text"] = json!("x".repeat(70_000));
    assert_eq!(world.take(long).await.0, 413);
}

// rule: P1
#[tokio::test]
async fn p1_staff_reads_finance_replays_admin_pauses() {
    let world = world();
    let uuid = world.take(message(1, "r:1")).await.1["message_uuid"].as_str().unwrap().to_owned();
    let reason = json!({ "reason": "test" });
    let none = Value::Null;
    let table = [
        ("GET", "/api/messages".to_owned(), none.clone(), ["operation", "finance", "admin"].as_slice(), 200),
        ("GET", format!("/api/messages/{uuid}"), none.clone(), &["operation", "finance", "admin"], 200),
        ("GET", "/api/stats".to_owned(), none.clone(), &["operation", "finance", "admin"], 200),
        ("POST", format!("/api/messages/{uuid}/replay"), none.clone(), &["finance", "admin"], 409),
        ("POST", "/api/messages/replay".to_owned(), reason.clone(), &["finance", "admin"], 200),
        ("POST", "/api/deliveries/pause".to_owned(), reason.clone(), &["admin"], 200),
        ("POST", "/api/deliveries/resume".to_owned(), reason, &["admin"], 200),
    ];
    for (method, path, body, allowed, expected) in table {
        assert_eq!(world.call(method, &path, &[], body.clone()).await.0, 401, "{path}");
        for role in ["client", "service", "operation", "finance", "admin"] {
            let (status, answer) = world.as_role(role, method, &path, body.clone()).await;
            let wanted = if allowed.contains(&role) { expected } else { 403 };
            assert_eq!(status, wanted, "{role} {method} {path}: {answer}");
        }
    }
    assert_eq!(world.as_role("admin", "GET", "/api/messages/not-a-uuid", Value::Null).await.0, 404);
    assert_eq!(world.as_role("admin", "GET", "/api/nothing", Value::Null).await.0, 404);
}

// rule: G8
#[tokio::test]
async fn g8_lists_are_filtered_and_paged() {
    let world = world();
    for n in 0..5 {
        world.take(message(n, &format!("r:{n}"))).await;
    }
    let get = |query: &str| {
        let path = format!("/api/messages{query}");
        let world = &world;
        async move { world.as_role("operation", "GET", &path, Value::Null).await }
    };
    let (_, page) = get("?limit=3").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    let cursor = page["next_cursor"].as_str().unwrap();
    let (_, rest) = get(&format!("?limit=3&cursor={cursor}")).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert!(rest["next_cursor"].is_null());
    assert!(page["items"][0]["message_id"].as_u64() > rest["items"][0]["message_id"].as_u64(), "newest first");
    assert_eq!(get("?status=failed").await.1["items"], json!([]));
    assert_eq!(get("?type=credit_request&domain=estair-helpdesk").await.1["items"].as_array().unwrap().len(), 5);
    for wrong in ["?status=lost", "?limit=0", "?limit=201", "?cursor=x", "?colour=red"] {
        assert_eq!(get(wrong).await.0, 422, "{wrong}");
    }
    let (_, stats) = world.as_role("operation", "GET", "/api/stats", Value::Null).await;
    assert_eq!(stats["pending"], json!(5));
    assert_eq!(stats["paused"], json!(false));
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_names_every_route() {
    let world = world();
    let (status, document) = world.call("GET", "/api/openapi.json", &[], Value::Null).await;
    assert_eq!(status, 200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    for path in [
        "/api/messages",
        "/api/messages/{uuid}",
        "/api/messages/{uuid}/replay",
        "/api/messages/replay",
        "/api/deliveries/pause",
        "/api/deliveries/resume",
        "/api/stats",
    ] {
        assert!(paths.iter().any(|known| known == path), "{path} in {paths:?}");
    }
}

#[tokio::test]
async fn what_is_sent_to_replay_is_bounded_and_json() {
    let world = world();
    let (_, taken) = world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let path = format!("/api/messages/{}/replay", taken["message_uuid"].as_str().unwrap());
    let send = async |headers: &[(&str, &str)], body: String| {
        let mut request = Request::post(&path).header("x-role", "admin");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().status().as_u16()
    };
    assert_eq!(send(&[], String::new()).await, 409, "no body at all is well");
    assert_eq!(send(&[], "x".repeat(3_000_000)).await, 413);
    assert_eq!(send(&[("content-type", "text/plain")], r#"{"reason":"r"}"#.to_owned()).await, 415);
    assert_eq!(send(&[("content-encoding", "gzip")], r#"{"reason":"r"}"#.to_owned()).await, 415);
    assert_eq!(send(&[], "[]".to_owned()).await, 400);
    assert_eq!(send(&[], json!({ "reason": "a\0b" }).to_string()).await, 422);
    assert_eq!(send(&[], json!({ "reason": "x".repeat(1_001) }).to_string()).await, 422);
}

#[tokio::test]
async fn the_filters_of_messages_are_bounded_as_all_are() {
    let world = world();
    world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let list = async |query: &str| world.as_role("admin", "GET", &format!("/api/messages?{query}"), Value::Null).await;
    let (status, messages) = list("from=1900-01-01&to=9999-12-31").await;
    assert_eq!((status, messages["items"].as_array().unwrap().len()), (200, 1));
    for bad in ["q=%00", "type=%00", "domain=a%00", "from=1899-12-31", "to=10000-01-01", "cursor=%00"] {
        assert_eq!(list(bad).await.0, 422, "{bad}");
    }
    assert_eq!(world.as_role("admin", "GET", "/api/messages/%FF", Value::Null).await.0, 404);
    let replay = async |from: &str, to: &str| {
        let body = json!({ "from": from, "to": to, "reason": "r", "dry_run": true });
        world.as_role("admin", "POST", "/api/messages/replay", body).await.0
    };
    assert_eq!(replay("1900-01-01", "9999-12-31").await, 200);
    assert_eq!(replay("2025-10-21T18:00:00Z", "2025-10-22").await, 200);
    assert_eq!([replay("1899-01-01", "2025-10-22").await, replay("2025-10-21", "10000-01-01").await], [422, 422]);
}

#[tokio::test]
async fn tokens_that_are_refused_are_limited_by_address() {
    let world = world();
    let ask = async |token: &str, path: &str, method: &str| {
        let address: std::net::SocketAddr = ([203, 0, 113, 9], 1).into();
        let request = Request::builder().method(method).uri(path).extension(axum::extract::ConnectInfo(address));
        let request = request.header("authorization", format!("Bearer {token}"));
        let body = json!({ "domain": DOMAIN, "type": "t", "payload": {} }).to_string();
        world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(ask("wrong", "/api/messages", "POST").await, 401);
        assert_eq!(ask("wrong", "/api/stats", "GET").await, 401);
    }
    assert_eq!(ask("wrong", "/api/messages", "POST").await, 429);
    assert_eq!(ask("wrong", "/api/stats", "GET").await, 429);
    assert_eq!(ask(TOKEN, "/api/messages", "POST").await, 201, "a good token is served all the same");
}

#[tokio::test]
async fn what_is_not_served_is_a_problem() {
    let world = world();
    for path in ["/api", "/api/", "/api/nothing"] {
        let (status, problem) = world.call("GET", path, &[], Value::Null).await;
        assert_eq!((status, &problem["code"]), (404, &json!("unknown_path")), "{path}");
    }
    for path in ["/api/messages", "/api/stats", "/api/openapi.json"] {
        let (status, problem) = world.call("DELETE", path, &[], Value::Null).await;
        assert_eq!((status, &problem["code"]), (405, &json!("method_not_allowed")), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_on_every_route() {
    let world = world();
    let (_, taken) = world.take(json!({ "domain": DOMAIN, "type": "t", "payload": {} })).await;
    let document = serde_json::to_value(estair_http::messager::api::openapi()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        // There is no alert here.
        if path.starts_with("/api/alerts/") || path == "/api/openapi.json" {
            continue;
        }
        for (method, _) in item.as_object().unwrap() {
            let url = path.replace("{uuid}", taken["message_uuid"].as_str().unwrap());
            let (token, body) = (format!("Bearer {TOKEN}"), json!({ "reason": "r" }));
            let by_domain = method == "post" && path == "/api/messages";
            let who = if by_domain { ("authorization", token.as_str()) } else { ("x-role", "admin") };
            let body = if method == "post" { body } else { Value::Null };
            let (status, problem) =
                world.call(&method.to_uppercase(), &format!("{url}?surprise=1"), &[who], body).await;
            let named = problem["errors"].as_array().into_iter().flatten().any(|error| error["field"] == "surprise");
            assert!(status == 422 && named, "{method} {path}: {status} {problem}");
            asked += 1;
        }
    }
    assert!(asked >= 11, "{asked}");
    let (_, state) = world.as_role("admin", "GET", "/api/deliveries", Value::Null).await;
    assert_eq!(state["paused"], false, "nothing was done");
    let (status, alerts) = world.as_role("admin", "GET", "/api/alerts?count=true", Value::Null).await;
    assert_eq!((status, &alerts["total"]), (200, &json!({ "count": 0 })));
}
