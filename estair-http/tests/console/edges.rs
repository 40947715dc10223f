//! The edges of the console: forms that are sent twice, input that no form sends, callers that take too much.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use estair_core::category::Category;
use estair_http::console::{Options, router};
use estair_http::limits::Limits;
use futures::{StreamExt, stream};
use tower::ServiceExt;

use crate::world::{PREFIX, SAME_ORIGIN, World, between, encoded};

/// The keys of the forms of a page.
fn keys(page: &str) -> Vec<&str> {
    page.match_indices("name=\"key\" value=\"").map(|(at, _)| between(&page[at..], "value=\"", "\"")).collect()
}

#[tokio::test]
async fn every_form_that_does_something_has_a_key_of_its_own() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    world.ticket("s", "d").await;
    world.payment("A", "b").await;
    let message = world.failed_message("x").await;
    let message = format!("/messages/{message}");
    for role in ["operation", "finance", "admin"] {
        let browser = world.browser(role).await;
        let mut forms = 0;
        for path in [
            "",
            "/requests",
            "/requests/new",
            "/requests/1",
            "/support",
            "/support/new",
            "/support/1",
            "/accounts",
            "/accounts/new",
            "/accounts/1",
            "/messages",
            "/messages?status=failed",
            message.as_str(),
            "/movements/1",
            "/audit",
            "/notifications",
            "/notifications/templates",
        ] {
            let page = browser.get(path).await.text();
            let found = keys(&page);
            assert_eq!(page.matches("<form method=\"post\"").count(), found.len(), "{role} {path}");
            let mut once = found.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), found.len(), "{role} {path} has a key twice");
            forms += found.len();
        }
        assert!(forms > 20, "{role} saw {forms} forms");
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    let world = World::new().await;
    let request = world.request("operation", Category::Load, 1, "1000", "x").await;
    let ticket = world.ticket("s", "d").await;
    let (operation, admin) = (world.browser("operation").await, world.browser("admin").await);
    let path = format!("/support/{ticket}/comments");
    let said = [("body", "encore"), ("key", "console-1")];
    let first = operation.post(&path, &said).await.leads();
    assert_eq!(operation.post(&path, &said).await.leads(), first);
    let page = operation.get(&format!("/support/{ticket}")).await.page(200);
    assert_eq!(page.matches("<p class=\"prose\">encore</p>").count(), 1);
    let other = operation.post(&path, &[("body", "autre"), ("key", "console-1")]).await;
    assert_eq!(other.status, 422, "another form under the same key");
    // Meant for another ticket, it is another form.
    let second = world.ticket("t", "d").await;
    assert_eq!(operation.post(&format!("/support/{second}/comments"), &said).await.status, 422);
    let path = format!("/requests/{request}");
    for _ in 0..2 {
        let wanted = [("do", "transition:waiting"), ("version", "1"), ("reason", "r"), ("key", "console-2")];
        admin.post(&path, &wanted).await.leads();
    }
    let limit = [("limit", "5"), ("reason", "r"), ("key", "console-3")];
    admin.post("/accounts/1/limit", &limit).await.leads();
    // What has happened so far has its number; a second limit would be one more fact.
    while world.host.reader.number_events(100).await.unwrap() > 0 {}
    admin.post("/accounts/1/limit", &limit).await.leads();
    assert_eq!(world.host.reader.number_events(100).await.unwrap(), 0, "it was done once");
}

#[tokio::test]
async fn a_test_is_sent_once_and_a_channel_that_is_off_is_no_fault_of_the_server() {
    let world = World::new().await;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let options = Options::default()
        .prefix(PREFIX.to_owned())
        .origin(Some("https://estair.example.test".to_owned()))
        .test_send(Some(Arc::new(move |_, _, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(()) })
        })));
    let browser = world.browser("admin").await;
    let console = axum::Router::new().nest(PREFIX, router(world.host.clone(), world.sessions.clone(), options));
    for _ in 0..2 {
        let form = format!("csrf={}&key=k&notice=credit_refused&channel=email&to=a%40example.test", browser.csrf);
        let request = Request::post(format!("{PREFIX}/notifications/templates"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", &browser.cookie);
        let answer = console.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 303);
    }
    assert_eq!(sent.load(Ordering::Relaxed), 1);
    let path = "/notifications/templates";
    let off = [("notice", "credit_refused"), ("channel", "push")];
    assert!(browser.post(path, &off).await.page(422).contains("Ce canal n’est pas configuré"));
    let refused = [("notice", "credit_refused"), ("channel", "email"), ("to", "refused@example.test")];
    browser.post(path, &refused).await.page(502);
}

#[tokio::test]
async fn control_characters_and_foreign_years_are_a_bad_value_in_every_filter() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    let browser = world.browser("admin").await;
    for (path, fields) in [
        ("/requests", &["q", "status", "category", "account_id", "assigned_to", "from", "to", "before"][..]),
        ("/support", &["q", "status", "account_id", "assigned_to", "before"]),
        ("/accounts", &["q", "account_id", "before"]),
        ("/accounts/1", &["from", "to", "type", "source", "before"]),
        ("/accounts/1/statement.csv", &["from", "to", "type", "source"]),
        ("/messages", &["q", "type", "domain", "status", "from", "to", "before"]),
        ("/notifications", &["status", "channel", "requete_id", "of"]),
        ("/notifications/templates", &["notice"]),
        ("/movements", &["id"]),
        ("/live/news", &["after"]),
        ("/audit", &["account_id"]),
    ] {
        for field in fields {
            for bad in ["%00", "a%00", "%1b", "%7f"] {
                assert_eq!(browser.get(&format!("{path}?{field}={bad}")).await.status, 422, "{path} {field}");
            }
            if matches!(*field, "from" | "to") {
                for bad in ["1899-12-31", "10000-01-01", "2016-12-31T23:59:60Z", "x"] {
                    assert_eq!(browser.get(&format!("{path}?{field}={bad}")).await.status, 422, "{path} {bad}");
                }
            }
        }
        assert_eq!(browser.get(&format!("{path}?%00=1")).await.status, 422);
        let long = "x".repeat(300);
        if fields.contains(&"q") {
            assert_eq!(browser.get(&format!("{path}?q={long}")).await.status, 422, "{path}");
        }
    }
    let page = browser.get("/requests?from=1900-01-01&to=9999-12-31").await.page(200);
    assert!(page.contains("1\u{202f}000"), "the last day bounds nothing");
    for path in ["/messages/%FF", "/messages/%00", "/requests/%FF", "/%00", "/requests?lang=fr%00"] {
        let status = browser.get(path).await.status;
        assert!([404, 422].contains(&status), "{path}: {status}");
    }
}

#[tokio::test]
async fn control_characters_are_a_bad_value_in_every_form() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    world.ticket("s", "d").await;
    let browser = world.browser("admin").await;
    for path in [
        "/requests/new",
        "/requests/1",
        "/support/new",
        "/support/1",
        "/support/1/comments",
        "/accounts/new",
        "/accounts/1/limit",
        "/messages/replay",
        "/messages/pause",
        "/audit",
        "/notifications/templates",
    ] {
        for (field, bad) in [("reason", "a\0b"), ("key", "\u{1b}"), ("a\0", "b"), ("body", "\u{7f}")] {
            let sent = browser.post(path, &[(field, bad)]).await;
            // A field's name is sent as it is: only its value is encoded.
            assert_eq!(sent.status, 422, "{path} {field:?}: {}", sent.text());
        }
    }
    // Lines are what people write.
    browser.post("/support/1/comments", &[("body", "un\r\ndeux\ttrois")]).await.leads();
    let token = world.post_from("", "/sign-in", &[("token", "a\0")], &SAME_ORIGIN).await;
    assert_eq!(token.status, 422);
}

#[tokio::test(start_paused = true)]
async fn a_form_that_does_not_come_is_408() {
    let world = World::new().await;
    let request = Request::post(format!("{PREFIX}/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let silent = stream::iter([Ok::<_, std::io::Error>("token=")]).chain(stream::pending());
    let answer = world.send(request.body(Body::from_stream(silent)).unwrap()).await;
    assert!(answer.page(408).contains("Le formulaire n’est pas arrivé en entier."));
}

async fn sign_in(world: &World, address: &str, token: &str) -> (u16, String) {
    let address: SocketAddr = address.parse().unwrap();
    let request = Request::post(format!("{PREFIX}/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(ConnectInfo(address));
    let answer = world.send(request.body(Body::from(format!("token={}", encoded(token)))).unwrap()).await;
    (answer.status, answer.header("retry-after").to_owned())
}

#[tokio::test]
async fn signing_in_is_limited_by_address_and_a_good_token_is_served_all_the_same() {
    let world = World::new().await;
    for _ in 0..30 {
        assert_eq!(sign_in(&world, "203.0.113.7:1", "").await.0, 401);
    }
    for _ in 0..20 {
        assert_eq!(sign_in(&world, "203.0.113.7:1", "guess").await.0, 401);
    }
    assert_eq!(sign_in(&world, "203.0.113.7:1", "guess").await, (429, "3".to_owned()));
    assert_eq!(sign_in(&world, "203.0.113.8:1", "guess").await.0, 401);
    assert_eq!(sign_in(&world, "203.0.113.7:1", "admin").await.0, 303);
}

#[tokio::test]
async fn a_visitor_has_a_bucket_eight_streams_and_two_downloads() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    let options = Options::default().prefix(PREFIX.to_owned()).origin(Some("https://estair.example.test".to_owned()));
    let console = axum::Router::new().nest(PREFIX, router(world.host.clone(), world.sessions.clone(), options));
    let ask = async |path: &str| {
        let request = Request::get(format!("{PREFIX}{path}")).header("cookie", &browser.cookie);
        console.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    for (path, most) in [("/live", 8), ("/accounts/1/statement.csv", 2)] {
        let mut held = Vec::new();
        for _ in 0..most {
            held.push(ask(path).await);
        }
        assert!(held.iter().all(|answer| answer.status() == 200), "{path}");
        let refused = ask(path).await;
        assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "5"));
        held.pop();
        assert_eq!(ask(path).await.status(), 200, "{path}");
    }
    let slow = World::with(Options::default().limits(Limits::new(1))).await;
    let browser = slow.browser("admin").await;
    let statuses = [browser.get("/accounts").await.status, browser.get("/accounts").await.status];
    assert_eq!(statuses, [200, 429], "one page was read while signing in");
}

#[tokio::test]
async fn a_name_that_somebody_pointed_here_is_not_the_consoles() {
    let world = World::new().await;
    let console = |origin: Option<&str>| {
        let options = Options::default().prefix(PREFIX.to_owned()).origin(origin.map(str::to_owned));
        axum::Router::new().nest(PREFIX, router(world.host.clone(), world.sessions.clone(), options))
    };
    let ask = async |console: &axum::Router, method: &str, headers: &[(&str, &str)]| {
        let mut request = Request::builder().method(method).uri(format!("{PREFIX}/sign-in"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        console.clone().oneshot(request.body(Body::from("token=admin")).unwrap()).await.unwrap().status().as_u16()
    };
    let unnamed = console(None);
    for host in ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "192.168.1.5", "LOCALHOST"] {
        assert_eq!(ask(&unnamed, "GET", &[("host", host)]).await, 200, "{host}");
        let origin = format!("http://{host}");
        let same = [("host", host), ("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        assert_eq!(ask(&unnamed, "POST", &same).await, 303, "{host}");
    }
    for host in
        ["evil.example.test", "evil.example.test:8080", "127.0.0.1.evil.example.test", "localhost.evil.test", "a b"]
    {
        assert_eq!(ask(&unnamed, "GET", &[("host", host)]).await, 421, "{host}");
        let origin = format!("http://{host}");
        let same = [("host", host), ("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        assert_eq!(ask(&unnamed, "POST", &same).await, 421, "{host}");
    }
    let named = console(Some("https://estair.example.test"));
    let from = |origin: &'static str| [("host", "estair:8080"), ("origin", origin), ("sec-fetch-site", "same-origin")];
    assert_eq!(ask(&named, "POST", &from("https://estair.example.test")).await, 303, "a proxy may change the host");
    assert_eq!(ask(&named, "POST", &from("https://evil.example.test")).await, 403);
}

#[tokio::test]
async fn the_cookie_is_a_secure_one_where_a_trusted_proxy_was_reached_over_https() {
    let world = World::new().await;
    let options = Options::default().prefix(PREFIX.to_owned()).origin(Some("https://estair.example.test".to_owned()));
    let console = axum::Router::new().nest(PREFIX, router(world.host.clone(), world.sessions.clone(), options));
    let console = "10.0.0.0/8".parse::<estair_http::proxies::Proxies>().unwrap().surround(console);
    for (peer, name) in [("10.0.0.1:1", "__Host-estair-console="), ("203.0.113.7:1", "estair-console=")] {
        let peer: SocketAddr = peer.parse().unwrap();
        let ask = |path: &str| {
            let request = Request::builder().uri(format!("{PREFIX}{path}")).extension(ConnectInfo(peer));
            request.header("x-forwarded-proto", "https").header("sec-fetch-site", "same-origin")
        };
        let signing_in = ask("/sign-in").method("POST").header("content-type", "application/x-www-form-urlencoded");
        let answer = console.clone().oneshot(signing_in.body(Body::from("token=admin")).unwrap()).await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with(name) && cookie.contains("; Secure") == name.starts_with("__"), "{cookie}");
        let page = ask("/requests").header("cookie", cookie.split(';').next().unwrap());
        let answer = console.clone().oneshot(page.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{peer}");
    }
}
