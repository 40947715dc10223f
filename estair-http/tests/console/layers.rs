//! What surrounds the console: a request id, a bound on the time, a page even after a panic.

use std::time::Duration;

use estair_http::console::Options;

use crate::world::{Answer, FOR_EVER, PANIC, World};

/// A page that says that something failed, with all that every page carries.
#[track_caller]
fn check_failure(answer: &Answer, status: u16, words: &str) {
    let page = answer.page(status);
    assert!(page.contains(words), "{page}");
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
    assert_eq!(answer.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn every_answer_carries_an_id_the_callers_own_if_it_gave_one() {
    let world = World::new().await;
    assert_eq!(world.get_from("", "/sign-in", &[("x-request-id", "abc-1")]).await.header("x-request-id"), "abc-1");
    assert_eq!(world.get_from("", "/nowhere", &[]).await.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn a_panic_is_a_page_and_shows_nothing_of_itself() {
    let world = World::new().await;
    let answer = world.get_from(&format!("estair-console={PANIC}"), "/requests", &[]).await;
    check_failure(&answer, 500, "Une erreur est survenue ici.");
    assert!(!answer.text().contains("mistake"));
    world.browser("finance").await.get("/requests").await.page(200);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_a_page_that_says_so() {
    let world = World::with(Options::default().timeout(Duration::from_secs(3))).await;
    let answer = world.get_from(&format!("estair-console={FOR_EVER}"), "/requests", &[]).await;
    check_failure(&answer, 503, "La réponse tarde trop.");
    assert_eq!(answer.header("retry-after"), "1");
}
