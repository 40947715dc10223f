//! Signing in with a link that is mailed (A6), as far as the console goes: what is asked, what is answered, what is shown.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use estair_core::store::{StoreError, StoreErrorKind};
use estair_http::console::Options;
use estair_http::host::{LinkAsked, Sessions, SignInLinks};
use tokio::sync::Semaphore;

use crate::world::{Answer, Memory, PREFIX, SAME_ORIGIN, World, encoded};

/// A host that mails nothing and notes what it was asked; its links are good once.
struct Notes {
    asked: Mutex<Vec<LinkAsked>>,
    /// The links, and the token of whoever they sign in.
    good: Mutex<BTreeMap<String, &'static str>>,
    sessions: Arc<Memory>,
    /// What a mail waits for.
    goes: Semaphore,
}

#[async_trait]
impl SignInLinks for Notes {
    async fn mail(&self, asked: LinkAsked) -> Result<(), StoreError> {
        self.asked.lock().unwrap().push(asked);
        let _ = self.goes.acquire().await;
        Err(StoreError::new(StoreErrorKind::Unavailable, "no mail server"))
    }

    async fn sign_in(&self, link: &str) -> Result<Option<String>, StoreError> {
        let Some(token) = self.good.lock().unwrap().remove(link) else { return Ok(None) };
        self.sessions.sign_in(token).await
    }
}

async fn world(good: &[(&str, &'static str)]) -> (World, Arc<Notes>) {
    let sessions = Arc::new(Memory::default());
    let good = good.iter().map(|(link, token)| ((*link).to_owned(), *token)).collect();
    let notes = Notes {
        asked: Mutex::default(),
        good: Mutex::new(good),
        sessions: Arc::clone(&sessions),
        goes: Semaphore::new(0),
    };
    let notes = Arc::new(notes);
    let options = Options::default().links(Some(notes.clone()));
    (World::with_sessions(sessions, options).await, notes)
}

/// Asks for a link from an address of the network.
async fn ask(world: &World, from: &str, email: &str) -> Answer {
    let address: SocketAddr = from.parse().unwrap();
    let request = Request::post(format!("{PREFIX}/sign-in/ask"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(ConnectInfo(address));
    world.send(request.body(Body::from(format!("email={}", encoded(email)))).unwrap()).await
}

// rule: A6
#[tokio::test]
async fn a6_the_answer_is_the_same_for_every_address_and_waits_for_no_mail() {
    let (world, notes) = world(&[]).await;
    let page = world.get_from("", "/sign-in?next=/requests/12", &[]).await.page(200);
    assert!(page.contains("name=\"email\"") && page.contains("name=\"token\""), "{page}");
    // No mail goes: an answer that waited for one would never come.
    let fields = [("email", "awa@example.test"), ("next", "/requests/12")];
    let answer = world.post_from("estair-lang=en", "/sign-in/ask", &fields, &SAME_ORIGIN).await;
    let known = answer.leads();
    assert_eq!(known, "/console/sign-in?done=link_asked&next=%2Frequests%2F12");
    for unknown in ["nobody@example.test", "no address at all", "", &"x".repeat(300)] {
        let fields = [("email", unknown), ("next", "/requests/12")];
        assert_eq!(world.post_from("", "/sign-in/ask", &fields, &SAME_ORIGIN).await.leads(), known, "{unknown}");
    }
    let page = world.get_from("", known.strip_prefix(PREFIX).unwrap(), &[]).await.page(200);
    assert!(page.contains("Si cette adresse est connue, un lien"), "{page}");
    tokio::task::yield_now().await;
    let asked = notes.asked.lock().unwrap().clone();
    let expected =
        LinkAsked { email: "awa@example.test".to_owned(), language: "en", next: Some("/requests/12".to_owned()) };
    assert_eq!((asked.len(), &asked[0]), (3, &expected), "what is no address is not looked for");
    // It leads away from here in no mail.
    let fields = [("email", "awa@example.test"), ("next", "//evil.example.test")];
    world.post_from("", "/sign-in/ask", &fields, &SAME_ORIGIN).await.leads();
    tokio::task::yield_now().await;
    assert_eq!(notes.asked.lock().unwrap().last().unwrap().next, None);
    // Another site asks for nobody.
    let foreign = [("origin", "https://evil.example.test"), ("sec-fetch-site", "cross-site")];
    assert_eq!(world.post_from("", "/sign-in/ask", &fields, &foreign).await.status, 403);
}

// rule: A6
#[tokio::test]
async fn a6_opening_the_link_uses_nothing_up_and_pressing_the_button_signs_in_once() {
    let (world, _) = world(&[("abc", "finance"), ("def", "service")]).await;
    for _ in 0..3 {
        // As a program that looks at mails does, from another site.
        let answer =
            world.get_from("", "/sign-in/link?link=abc&next=/requests", &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!((answer.header("cache-control"), answer.header("set-cookie")), ("no-store", ""));
        assert_eq!(answer.page(200).matches("<button").count(), 1);
    }
    let shown = world.get_from("", "/sign-in/link?link=unknown", &[]).await.page(200);
    assert!(shown.contains("value=\"unknown\""), "it says nothing about the link");

    let fields = [("link", "abc"), ("next", "/requests")];
    let foreign = [("origin", "https://evil.example.test"), ("sec-fetch-site", "cross-site")];
    assert_eq!(world.post_from("", "/sign-in/link", &fields, &foreign).await.status, 403, "from another site");
    let answer = world.post_from("", "/sign-in/link", &fields, &SAME_ORIGIN).await;
    assert_eq!(answer.leads(), "/console/requests");
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(answer.header("set-cookie").contains("HttpOnly; SameSite=Strict"));
    world.get_from(&cookie, "/requests", &[]).await.page(200);
    let again = world.post_from("", "/sign-in/link", &fields, &SAME_ORIGIN).await;
    assert_eq!(again.header("set-cookie"), "");
    assert!(again.page(401).contains("Ce lien n’ouvre plus rien"));
    // A host that would sign in a service opens no console for it.
    let answer = world.post_from("", "/sign-in/link", &[("link", "def")], &SAME_ORIGIN).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
    // Never away from here.
    world.get_from("", "/sign-in/link", &[]).await.page(200);
}

// rule: A6
#[tokio::test]
async fn a6_who_asks_too_often_waits_by_the_address_of_the_caller_and_by_the_one_of_the_mail() {
    let (world, notes) = world(&[]).await;
    notes.goes.add_permits(1_000);
    for email in ["awa@example.test", "AWA@example.test", " awa@example.test", "awa@example.test", "Awa@Example.test"] {
        ask(&world, "203.0.113.7:1", email).await.leads();
    }
    let refused = ask(&world, "203.0.113.8:1", "awa@example.test").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "180"), "whoever asks");
    ask(&world, "203.0.113.8:1", "other@example.test").await.leads();
    world.clock.advance(chrono::Duration::minutes(3));
    ask(&world, "203.0.113.8:1", "awa@example.test").await.leads();
    assert_eq!(ask(&world, "203.0.113.8:1", "awa@example.test").await.status, 429);

    for number in 0..20 {
        ask(&world, "203.0.113.9:1", &format!("{number}@example.test")).await.leads();
    }
    let refused = ask(&world, "203.0.113.9:1", "one-more@example.test").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3"), "whomever they ask for");
}

// rule: A6
#[tokio::test]
async fn a6_mails_under_way_are_bounded_and_links_that_are_guessed_are_counted() {
    let (world, _) = world(&[("abc", "finance")]).await;
    for number in 0..64 {
        ask(&world, &format!("203.0.113.{number}:1"), &format!("{number}@example.test")).await.leads();
    }
    assert_eq!(ask(&world, "203.0.113.99:1", "one-more@example.test").await.status, 503);

    let press = async |link: &str| {
        let address: SocketAddr = "198.51.100.1:1".parse().unwrap();
        let request = Request::post(format!("{PREFIX}/sign-in/link"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(address));
        world.send(request.body(Body::from(format!("link={link}"))).unwrap()).await.status
    };
    for _ in 0..20 {
        assert_eq!(press("guess").await, 401);
    }
    assert_eq!(press("guess").await, 429);
    assert_eq!(press("abc").await, 303, "a good one is served all the same");
}

// rule: A6
#[tokio::test]
async fn a6_where_no_mail_goes_a_token_is_the_only_way_in() {
    let world = World::new().await;
    let page = world.get_from("", "/sign-in", &[]).await.page(200);
    assert!(!page.contains("name=\"email\"") && page.contains("name=\"token\""));
    world.get_from("", "/sign-in/link?link=abc", &[]).await.page(404);
    for path in ["/sign-in/ask", "/sign-in/link"] {
        world.post_from("", path, &[("email", "awa@example.test"), ("link", "abc")], &SAME_ORIGIN).await.page(404);
    }
}
