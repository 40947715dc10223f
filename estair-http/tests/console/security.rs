//! An attacker's checklist: sessions, roles, forms of others, headers, and texts that would like to be code.

use estair_core::account::{AccountDraft, LimitDraft};
use estair_core::actor::Actor;
use estair_core::category::Category;
use estair_core::command::Command;
use estair_core::id::{AccountId, SupportId, UserId};
use estair_core::support::CommentDraft;
use estair_http::console::Options;
use estair_http::host::Sessions;

use crate::world::{SAME_ORIGIN, STAFF, World, between};

/// Every address that changes something, with a form that it would accept.
const ACTIONS: [(&str, &[(&str, &str)]); 24] = [
    ("/requests/new", &[("category", "load"), ("account_id", "1"), ("amount", "1000"), ("step", "create")]),
    ("/requests/1", &[("do", "transition:to_treat")]),
    ("/requests/1/draft", &[("amount", "5"), ("version", "1")]),
    ("/requests/1/comments", &[("body", "b")]),
    ("/decisions", &[("do", "to_treat"), ("chosen", "1.1")]),
    ("/support/new", &[("account_id", "1"), ("subject", "s"), ("description", "d")]),
    ("/support/1", &[("do", "transition:in_progress")]),
    ("/support/1/comments", &[("body", "b")]),
    ("/accounts/new", &[("name", "n")]),
    ("/accounts/1", &[("do", "suspended"), ("why", "w")]),
    ("/accounts/1/limit", &[("limit", "1"), ("reason", "r")]),
    ("/payments", &[("do", "post")]),
    ("/messages/replay", &[("step", "confirm"), ("reason", "r")]),
    ("/messages/pause", &[("do", "pause"), ("reason", "r")]),
    ("/messages/01890000-0000-7000-8000-000000000000", &[("reason", "r")]),
    ("/audit", &[]),
    ("/people/new", &[("name", "n"), ("email", "n@example.test"), ("role", "admin")]),
    ("/people/21", &[("do", "disable")]),
    ("/people/21/tokens", &[("do", "give")]),
    ("/notifications/templates", &[("notice", "credit_refused"), ("channel", "email"), ("to", "a@example.test")]),
    ("/notifications/1", &[]),
    ("/notifications", &[]),
    ("/notifications/devices", &[("do", "keep")]),
    ("/sign-out", &[]),
];

const PAGES: [&str; 33] = [
    "",
    "/requests",
    "/requests/new",
    "/requests/1",
    "/decisions",
    "/support",
    "/support/new",
    "/support/1",
    "/accounts",
    "/accounts/new",
    "/accounts/1",
    "/accounts/1/statement.csv",
    "/accounts/1/releve.csv",
    "/accounts/1/releve.xlsx",
    "/payments",
    "/messages",
    "/messages/stats",
    "/messages/01890000-0000-7000-8000-000000000000",
    "/movements",
    "/movements/1",
    "/audit",
    "/audit/trail",
    "/report",
    "/search",
    "/people",
    "/people/new",
    "/people/21",
    "/notifications",
    "/notifications/templates",
    "/notifications/1",
    "/live",
    "/live/counts",
    "/live/news",
];

/// A route that is added is an action that the checks below try: the lists and the console's own table say the same.
#[test]
fn every_route_is_on_the_checklist() {
    let of = |method: &str| -> Vec<String> {
        let source = include_str!("../../src/console/pages/mod.rs");
        let routes = source.lines().filter_map(|line| line.split_once(".route(\"")).map(|(_, rest)| rest);
        let routes = routes.filter(|rest| rest.contains(&format!("{method}(")));
        let paths = routes.filter_map(|rest| rest.split('"').next()).map(|path| path.trim_end_matches('/'));
        paths.filter(|path| !path.starts_with("/assets") && !path.starts_with("/sign-in")).map(plain).collect()
    };
    let listed = |paths: Vec<&str>| -> Vec<String> {
        let mut all: Vec<_> = paths.into_iter().map(plain).collect();
        all.sort_unstable();
        all
    };
    // The first page is another one for a Messager that runs apart.
    let sorted = |mut paths: Vec<String>| {
        paths.sort_unstable();
        paths.dedup();
        paths
    };
    assert_eq!(sorted(of("post")), listed(ACTIONS.map(|(path, _)| path).to_vec()));
    assert_eq!(sorted(of("get")), listed(PAGES.to_vec()));
}

/// A path with a star in the place of what it names.
fn plain(path: &str) -> String {
    let is_name = |part: &str| part.starts_with('{') || part.len() == 36 || part.parse::<u64>().is_ok();
    path.split('/').map(|part| if is_name(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn without_a_session_nothing_is_shown_and_nothing_is_done() {
    let world = World::new().await;
    for path in PAGES.into_iter().chain(["/nowhere"]) {
        for cookie in ["", "estair-console=guess", "estair-console="] {
            let to = world.get_from(cookie, path, &[]).await.leads();
            assert!(to.starts_with("/console/sign-in"), "{path} leads to {to}");
        }
    }
    for (path, fields) in ACTIONS {
        assert_eq!(world.post_from("", path, fields, &SAME_ORIGIN).await.status, 401, "{path}");
    }
    let stream = world.get_from("", "/live", &[("accept", "text/event-stream")]).await;
    assert_eq!(stream.status, 401, "a stream is not led to a page");
}

#[tokio::test]
async fn a_service_is_refused_everywhere() {
    let world = World::new().await;
    let answer = world.post_from("", "/sign-in", &[("token", "service")], &SAME_ORIGIN).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
    // A session that came another way opens nothing either.
    let secret = world.sessions.sign_in("service").await.unwrap().unwrap();
    let cookie = format!("estair-console={secret}");
    for path in PAGES {
        assert_eq!(world.get_from(&cookie, path, &[]).await.status, 403, "{path}");
    }
    for (path, fields) in ACTIONS {
        assert_eq!(world.post_from(&cookie, path, fields, &SAME_ORIGIN).await.status, 403, "{path}");
    }
}

/// The pages of an agency's space, and what is done on them; every other route is refused to it.
const OF_AGENCIES: [&str; 15] = [
    "",
    "/requests",
    "/requests/new",
    "/requests/*",
    "/support",
    "/support/new",
    "/support/*",
    "/accounts/*",
    "/accounts/*/releve.csv",
    "/accounts/*/releve.xlsx",
    "/notifications",
    "/live",
    "/live/counts",
    "/live/news",
    "/sign-out",
];

const DONE_BY_AGENCIES: [&str; 8] = [
    "/requests/new",
    "/requests/*/comments",
    "/support/new",
    "/support/*",
    "/support/*/comments",
    "/notifications",
    "/notifications/devices",
    "/sign-out",
];

// rule: P1
#[tokio::test]
async fn p1_a_client_has_the_agencys_space_and_nothing_of_staffs() {
    let world = World::new().await;
    let client = world.browser("client").await;
    for path in PAGES.into_iter().filter(|path| !path.starts_with("/live")) {
        let status = client.get(path).await.status;
        match OF_AGENCIES.contains(&plain(path).as_str()) {
            true => assert!([200, 404].contains(&status), "{path}: {status}"),
            false => assert_eq!(status, 403, "{path}"),
        }
    }
    for (path, fields) in ACTIONS {
        if !DONE_BY_AGENCIES.contains(&plain(path).as_str()) {
            // 405 where the agency has a page of that address, and nothing to do on it.
            let expected = if OF_AGENCIES.contains(&plain(path).as_str()) { 405 } else { 403 };
            assert_eq!(client.post(path, fields).await.status, expected, "{path}");
        }
    }
    assert_eq!(world.facts().await, 2, "two accounts, and nothing else happened");
}

#[tokio::test]
async fn every_action_needs_the_token_of_its_own_session() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    world.ticket("s", "d").await;
    let (mine, other) = (world.browser("admin").await, world.browser("finance").await);
    let before = world.facts().await;
    for (path, fields) in ACTIONS {
        for token in [None, Some(""), Some("wrong"), Some(other.csrf.as_str()), Some(mine.cookie.as_str())] {
            let all: Vec<_> = fields.iter().copied().chain(token.map(|token| ("csrf", token))).collect();
            let answer = world.post_from(&mine.cookie, path, &all, &SAME_ORIGIN).await;
            assert_eq!(answer.status, 403, "{path} with {token:?}");
        }
    }
    assert_eq!(world.facts().await, before, "nothing was done");
    assert_eq!(mine.get("/requests").await.status, 200, "nobody was signed out");
}

#[tokio::test]
async fn every_action_needs_the_same_origin_even_with_the_token() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    let browser = world.browser("admin").await;
    let before = world.facts().await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example.test")],
        &[("origin", "null")],
    ];
    for (path, fields) in ACTIONS.into_iter().chain([("/sign-in", &[("token", "admin")][..])]) {
        let all: Vec<_> = fields.iter().copied().chain([("csrf", browser.csrf.as_str())]).collect();
        for headers in foreign {
            let answer = world.post_from(&browser.cookie, path, &all, headers).await;
            assert_eq!(answer.status, 403, "{path} with {headers:?}");
        }
    }
    assert_eq!(world.facts().await, before, "nothing was done");
}

#[tokio::test]
async fn other_methods_and_other_bodies_are_refused() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = axum::http::Request::builder()
            .method(method)
            .uri("/console/requests/1")
            .header("cookie", &browser.cookie)
            .header("sec-fetch-site", "same-origin");
        let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert!([400, 403, 405].contains(&answer.status), "{method}: {}", answer.status);
    }
    let large = "x".repeat(70 * 1024);
    assert_eq!(browser.post("/support/1/comments", &[("body", &large)]).await.status, 413);
    let json = axum::http::Request::post("/console/requests/1")
        .header("cookie", &browser.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "text/plain");
    let answer = world.send(json.body(axum::body::Body::from(format!("csrf={}", browser.csrf))).unwrap()).await;
    assert_eq!(answer.status, 400, "a body that no form of ours sends");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let mut answers = vec![
        world.get_from("", "/sign-in", &[]).await,
        world.get_from("", "/requests", &[]).await,
        world.get_from("", "/assets/console.css", &[]).await,
        world.post_from("", "/requests/1", &[], &[]).await,
        browser.post("/requests/9", &[("do", "transition:to_treat")]).await,
    ];
    for path in PAGES.into_iter().filter(|path| *path != "/live") {
        answers.push(browser.get(path).await);
    }
    for answer in answers {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.split("; ").any(|one| one == part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        let kept = answer.header("cache-control");
        assert!(kept == "no-store" || answer.header("content-type").starts_with("text/css"), "{kept}");
    }
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_other_sites() {
    let world = World::new().await;
    let answer = world.post_from("", "/sign-in", &[("token", "admin")], &SAME_ORIGIN).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("estair-console=") && cookie.contains("; Path=/console;"), "{cookie}");
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
    let secure = World::with(Options::default().https(true)).await;
    let answer = secure.post_from("", "/sign-in", &[("token", "admin")], &SAME_ORIGIN).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-estair-console=") && cookie.contains("; Path=/; Secure"), "{cookie}");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_every_tab() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    let answer = browser.post("/sign-out", &[]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert!(browser.get("/requests").await.leads().starts_with("/console/sign-in"));
}

#[tokio::test]
async fn signing_in_leads_back_but_never_away() {
    let world = World::new().await;
    assert_eq!(
        world.get_from("", "/requests?q=a%26b", &[]).await.leads(),
        "/console/sign-in?next=%2Frequests%3Fq%3Da%2526b"
    );
    for (next, to) in [
        ("/requests?q=a", "/console/requests?q=a"),
        ("//evil.example.test", "/console"),
        ("https://evil.example.test", "/console"),
        ("/\\evil.example.test", "/console"),
        ("", "/console"),
    ] {
        let answer = world.post_from("", "/sign-in", &[("token", "admin"), ("next", next)], &SAME_ORIGIN).await;
        assert_eq!(answer.leads(), to, "{next}");
    }
    let wrong = world.post_from("", "/sign-in", &[("token", "guess")], &SAME_ORIGIN).await;
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
}

#[tokio::test]
async fn a_link_from_elsewhere_asks_again_from_here_before_it_asks_to_sign_in() {
    let world = World::new().await;
    let from_mail = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    let answer = world.get_from("", "/requests/1", &from_mail).await;
    assert_eq!((answer.status, answer.header("refresh")), (200, "0; url=/console/requests/1"));
}

/// A text that is code wherever it is not text.
const CODE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&{{7*7}}";

#[tokio::test]
async fn a_text_stays_text_on_every_page() {
    let world = World::new().await;
    let draft = AccountDraft { name: Some(CODE.to_owned()), ..AccountDraft::default() };
    world.run(Actor::Admin(UserId(23)), Command::CreateAccount(draft)).await;
    let request = world.request("operation", Category::Load, 3, "1000", CODE).await;
    let ticket = world.ticket(CODE, CODE).await;
    let comment = CommentDraft { body: Some(CODE.to_owned()), ..CommentDraft::default() };
    world.run(Actor::Operation(UserId(21)), Command::CommentSupport(SupportId(ticket), comment)).await;
    let limit =
        LimitDraft { limit: Some("5".parse().unwrap()), reason: Some(CODE.to_owned()), ..LimitDraft::default() };
    world.run(Actor::Finance(UserId(22)), Command::SetLimit(AccountId(3), limit)).await;
    world.payment("REF<script>", CODE).await;
    let message = world.failed_message(CODE).await;
    world.notification(CODE).await;
    let browser = world.browser("admin").await;
    browser.post("/messages/pause", &[("do", "pause"), ("reason", CODE)]).await.leads();
    browser.post(&format!("/requests/{request}"), &[("do", "transition:waiting"), ("reason", CODE)]).await.leads();
    let query = crate::world::encoded(CODE);
    let pages = [
        String::new(),
        "/requests".into(),
        format!("/requests/{request}"),
        "/support".into(),
        format!("/support/{ticket}"),
        "/accounts".into(),
        "/accounts/3".into(),
        "/accounts/1".into(),
        "/messages".into(),
        format!("/messages/{message}"),
        "/movements/1".into(),
        "/notifications".into(),
        "/notifications/1".into(),
        "/notifications/templates".into(),
        format!("/requests?q={query}"),
        format!("/requests?status={query}"),
        format!("/messages?q={query}&domain={query}"),
        format!("/requests?done={query}"),
        format!("/{query}"),
        format!("/requests/new?account_id={query}&description={query}"),
        format!("/sign-in?next={query}"),
    ];
    let mut seen = 0;
    for path in pages {
        let page = browser.get(&path).await.text();
        check_text(&page, &path);
        seen += usize::from(page.contains("alert(1)"));
    }
    assert!(seen >= 12, "the text was shown on {seen} pages only");
    // What a refused form shows again is escaped too.
    let again =
        [("category", "load"), ("account_id", CODE), ("amount", CODE), ("description", CODE), ("step", "preview")];
    let operation = world.browser("operation").await;
    check_text(&operation.post("/requests/new", &again).await.page(422), "a refused request");
    let path = format!("/messages/{message}");
    let long = CODE.repeat(20);
    check_text(&browser.post(&path, &[("reason", &long)]).await.page(422), "a refused replay");
}

fn check_text(page: &str, path: &str) {
    for code in ["<script>", "<img", "onerror=alert(2)>"] {
        assert!(
            !page.contains(code),
            "{path} has {code} as code: {}",
            page.split_once(code).map_or("", |(_, rest)| rest)
        );
    }
}

#[tokio::test]
async fn no_role_does_through_a_form_what_the_matrix_does_not_grant() {
    let world = World::new().await;
    world.request("operation", Category::Load, 1, "1000", "x").await;
    world.ticket("s", "d").await;
    let table = [
        (
            "finance",
            "/requests/new",
            vec![("category", "load"), ("account_id", "1"), ("amount", "1"), ("step", "create")],
        ),
        (
            "admin",
            "/requests/new",
            vec![("category", "load"), ("account_id", "1"), ("amount", "1"), ("step", "create")],
        ),
        ("operation", "/requests/1", vec![("do", "transition:to_treat"), ("version", "1")]),
        ("operation", "/requests/1", vec![("do", "assign:admin"), ("version", "1")]),
        ("operation", "/accounts/1/limit", vec![("limit", "1"), ("reason", "r")]),
        ("finance", "/support/1", vec![("do", "transition:in_progress"), ("version", "1")]),
        ("admin", "/support/1", vec![("do", "transition:cancelled"), ("version", "1")]),
        ("finance", "/accounts/new", vec![("name", "n")]),
    ];
    let before = world.facts().await;
    for (role, path, fields) in table {
        let answer = world.browser(role).await.post(path, &fields).await;
        assert_eq!(answer.status, 403, "{role} {path}: {}", between(&answer.text(), "<h1", "</h1>"));
    }
    assert_eq!(world.facts().await, before, "nothing was done");
    assert_eq!(STAFF.len(), 3);
}

#[tokio::test]
async fn pages_are_compressed_and_no_two_carry_the_same_token() {
    let world = World::new().await;
    world.ticket("s", "d").await;
    let browser = world.browser("finance").await;
    let token = async || between(&browser.get("/support/1").await.page(200), "name=\"csrf\" value=\"", "\"").to_owned();
    let (first, second) = (token().await, token().await);
    assert_ne!(first, second);
    for token in [first, second] {
        let fields = [("csrf", token.as_str()), ("body", "x")];
        let answer = world.post_from(&browser.cookie, "/support/1/comments", &fields, &SAME_ORIGIN).await;
        assert_eq!(answer.status, 303, "both are the session's");
    }
    let plain = browser.get("/support/1").await;
    let packed = world.get_from(&browser.cookie, "/support/1", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    assert!(packed.bytes.len() < plain.bytes.len());
}
