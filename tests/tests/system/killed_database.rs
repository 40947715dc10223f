//! The real program while its database is killed under load: what it says meanwhile and how soon, how it ends, and that it
//! serves again by itself. The databases are on a server of the test's own.

use std::time::{Duration, Instant};

use estair_tests::database::Kind;
use estair_tests::own_server::OwnServer;
use estair_tests::patience::within;
use serde_json::Value;

use crate::processes::{Asked, Serving, Traffic, all_there_once, assert_clean, check_figures, raise_limit, settled};
use crate::world::{Scratch, Tokens, credit, eventually, payment, try_call};

/// Longest wait for an answer while there is no database. It takes a second on a machine that does nothing else; the calls of
/// this test's own client would wait three times as long.
const ANSWERED: Duration = Duration::from_secs(10);

/// Longest wait for the end of a process that was told to stop without a database: five seconds, with the same allowance.
const ENDED: Duration = Duration::from_secs(25);

/// Reads, writes and the probe: none is served, each is answered. Gives the longest that one took.
async fn each_is_told(url: &str, tokens: &Tokens) -> Duration {
    let calls = [
        ("nobody", "GET", "/readyz", None),
        ("admin", "GET", "/api/accounts/1", None),
        ("service", "POST", "/api/mouvements", Some(payment(2, "never-there", 100))),
        ("client1", "POST", "/api/requetes-financieres", Some(credit(1_000))),
        ("nobody", "GET", "/readyz", None),
    ];
    let mut longest = Duration::ZERO;
    for _ in 0..6 {
        let asked = calls.iter().map(|(who, method, path, body): &(_, _, _, Option<Value>)| async move {
            let (began, body) = (Instant::now(), body.as_ref().map(Value::to_string));
            let answer = within(ANSWERED, path, try_call(url, tokens.of(who), method, path, &[], body)).await.unwrap();
            assert_eq!(answer.status, 503, "{path}: {}", answer.text);
            began.elapsed()
        });
        longest = longest.max(futures::future::join_all(asked).await.into_iter().max().unwrap());
    }
    longest
}

/// What was answered of the calls that were under way: done, or that it cannot be told; what is told so is made again later.
fn answered(asked: Vec<Asked>) -> (Vec<Asked>, Duration) {
    let mut longest = Duration::ZERO;
    let mut unavailable = 0;
    let told = asked.into_iter().map(|mut asked| {
        let status = asked.answer.as_ref().map(|answer| answer.status);
        assert!(matches!(status, Some(201 | 503)), "{status:?}: each is answered");
        longest = longest.max(asked.took);
        asked.answer = asked.answer.filter(|answer| answer.status == 201);
        unavailable += u32::from(asked.answer.is_none());
        asked
    });
    let told = told.collect();
    assert!(unavailable > 0, "nobody asked while it was away");
    (told, longest)
}

async fn a_killed_database_is_told_and_served_again(kind: Kind) {
    let Some(mut database) = OwnServer::start(kind) else { return };
    let (book, messages) = (database.create("estair_book").await, database.create("estair_messager").await);
    let environment = [("ESTAIR_DATABASE_URL", book.as_str()), ("MESSAGER_DATABASE_URL", messages.as_str())];
    let scratch = Scratch::new();
    let server = Serving::start(&scratch, &environment);
    let (url, tokens) = (server.url.clone(), scratch.tokens());
    raise_limit(&url, &tokens).await;
    let is_200 = async |who: &str, path: &str| {
        let answer = try_call(&url, tokens.of(who), "GET", path, &[], None).await.ok()?;
        (answer.status == 200).then_some(())
    };

    let mut all = Vec::new();
    for round in 1..=2 {
        let traffic = Traffic::start(&[&url], &tokens);
        traffic.reaches(40).await;
        database.kill();
        let told = each_is_told(&url, &tokens).await;
        let (asked, under_way) = answered(within(ANSWERED, "the calls under way", traffic.end()).await);
        println!("{kind:?}, round {round}: calls told within {told:?}, {} under way within {under_way:?}", asked.len());
        all.extend(asked);
        database.start_again();
        let began = Instant::now();
        eventually("it serves again by itself", || is_200("admin", "/api/accounts/1")).await;
        let served = began.elapsed();
        eventually("it is ready again by itself", || is_200("nobody", "/readyz")).await;
        println!("{kind:?}, round {round}: served {served:?}, ready {:?} after its database", began.elapsed());
    }
    let credits = all_there_once(&url, &tokens, &all).await;
    settled(&url, &tokens).await;
    check_figures(&url, &tokens, &all, &credits).await;

    let traffic = Traffic::start(&[&url], &tokens);
    traffic.reaches(40).await;
    database.kill();
    let began = Instant::now();
    server.ends_within(ENDED, "-TERM");
    println!("{kind:?}: ended {:?} after it was told to, without a database", began.elapsed());
    traffic.end().await;
    database.start_again();
    assert_clean(&scratch, &environment);
}

// rule: W1
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_mariadb_is_told_and_served_again() {
    a_killed_database_is_told_and_served_again(Kind::MariaDb).await;
}

// rule: W1
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_mysql_is_told_and_served_again() {
    a_killed_database_is_told_and_served_again(Kind::MySql).await;
}

// rule: W1
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgres_is_told_and_served_again() {
    a_killed_database_is_told_and_served_again(Kind::Postgres).await;
}
