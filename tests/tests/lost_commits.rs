//! A network that breaks around COMMIT: a proxy between the store and its server cuts the connection just before the
//! commit is passed on, or just after, so that its answer is lost. Nothing may be lost, and nothing doubled.
//!
//! Each round posts one movement and cuts once; `ESTAIR_LOST_COMMITS` sets how many rounds (default 200, half of each).

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Groups, Reply, Submission};
use estair_core::category::{Category, Status};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, UserId};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::request::RequestDraft;
use estair_core::store::{AccountFilter, Page, RequestFilter};
use estair_core::verify::verify;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use estair_sqlx::{BookHandles, open_book};
use estair_tests::database::{Databases, Kind, options};
use estair_tests::databases;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const OFF: u8 = 0;
const BEFORE: u8 = 1;
const AFTER: u8 = 2;

/// Passes bytes on, until it is armed and sees a commit.
struct Proxy {
    port: u16,
    armed: Arc<AtomicU8>,
    cuts: Arc<AtomicU32>,
}

impl Proxy {
    async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (armed, cuts) = (Arc::new(AtomicU8::new(OFF)), Arc::new(AtomicU32::new(0)));
        let (for_task, cut) = (Arc::clone(&armed), Arc::clone(&cuts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&for_task), Arc::clone(&cut)));
            }
        });
        Self { port, armed, cuts }
    }

    fn arm(&self, when: u8) {
        self.armed.store(when, Ordering::SeqCst);
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream, armed: Arc<AtomicU8>, cuts: Arc<AtomicU32>) {
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(n @ 1..) = read else { return };
                let bytes = &up[..n];
                let commits = commits(bytes);
                let when = if commits { armed.swap(OFF, Ordering::SeqCst) } else { OFF };
                if when == BEFORE {
                    cuts.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                if server.write_all(bytes).await.is_err() {
                    return;
                }
                if when == AFTER {
                    // The server's answer says that it has committed; the client never hears it.
                    let _ = server.read(&mut down).await;
                    cuts.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(n @ 1..) = read else { return };
                if client.write_all(&down[..n]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Is there a COMMIT in it, as a word of its own? `READ COMMITTED` and `synchronous_commit` are none.
fn commits(bytes: &[u8]) -> bool {
    let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let begins = |at: usize| bytes.get(at..at + 6).is_some_and(|word| word.eq_ignore_ascii_case(b"COMMIT"));
    let alone = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !before.is_some_and(of_word) && !bytes.get(at + 6).is_some_and(of_word)
    };
    (0..bytes.len()).any(|at| begins(at) && alone(at))
}

/// `scheme://user@host:port/name` in parts: what is before the address, the address, what is after it.
fn split(url: &str) -> (String, String, String) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap();
    let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    (format!("{scheme}://{user}"), address.to_owned(), format!("/{path}"))
}

fn rounds() -> u32 {
    std::env::var("ESTAIR_LOST_COMMITS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

async fn post(book: &Book, number: u32) -> Reply {
    let draft = MovementDraft {
        source: Some(Source::Wave),
        reference: Some(format!("P{number}")),
        kind: Some(MovementType::Payment),
        amount: Some("100".parse().unwrap()),
        account: Some(AccountId(1)),
        ..MovementDraft::default()
    };
    book.run(Submission::new(Actor::service(UserId(9)), Command::Post(vec![draft]))).await.unwrap()
}

/// Alone, or with others in one transaction.
async fn cut_around_commits(databases: Databases, grouped: bool) {
    let url = databases.migrated().await;
    let (before, address, after) = split(&url);
    let proxy = Proxy::before(address).await;
    let url = format!("{before}127.0.0.1:{}{after}", proxy.port);
    let BookHandles { store, reader, audit, .. } = open_book(&url, &options()).await.unwrap();
    let book = Book::new(store, Arc::new(System), Arc::new(System), Policy::default());
    let groups = Groups::new(|work| drop(tokio::spawn(work)));
    let book = if grouped { book.with_groups(groups) } else { book };
    let draft = AccountDraft { name: Some("Agence".into()), ..AccountDraft::default() };
    book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))).await.unwrap();

    let (rounds, together) = (rounds(), if grouped { 3 } else { 1 });
    for number in 0..rounds {
        proxy.arm(if number % 2 == 0 { BEFORE } else { AFTER });
        if number % 10 == 9 {
            // A command that is no posting has no name to be known by: only its mark tells that it was committed.
            let draft = RequestDraft {
                category: Some(Category::Load),
                account: Some(AccountId(1)),
                amount: Some("5".parse().unwrap()),
                ..RequestDraft::default()
            };
            let command = Command::CreateRequest(draft);
            let reply = book.run(Submission::new(Actor::Operation(UserId(2)), command)).await.unwrap();
            assert!(matches!(reply.answer, Answer::Request(row) if row.status == Status::Open));
        } else {
            let posts = (0..together).map(|one| post(&book, number * together + one));
            futures::future::join_all(posts).await;
        }
    }
    proxy.arm(OFF);
    assert_eq!(proxy.cuts.load(Ordering::SeqCst), rounds, "not every round was cut");

    let loads = rounds / 10;
    let requests = reader.requests(&RequestFilter::default(), Page { limit: 200, before: None }).await.unwrap();
    assert_eq!(requests.items.len(), loads as usize, "a request was lost or doubled");
    let account = reader.account(AccountId(1)).await.unwrap().unwrap();
    assert_eq!(account.version, u64::from((rounds - loads) * together), "a movement was lost or doubled");
    let accounts = reader.accounts(&AccountFilter::default(), Page::default()).await.unwrap();
    assert_eq!(accounts.items.len(), 1);
    let report = verify(audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

// rule: W2, W3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_commit_whose_answer_is_lost_counts_once_on_mariadb() {
    cut_around_commits(databases!(Kind::MariaDb), false).await;
}

// rule: W2, W3, W7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_group_whose_answer_is_lost_counts_once_on_mariadb() {
    cut_around_commits(databases!(Kind::MariaDb), true).await;
}

// rule: W2, W3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_commit_whose_answer_is_lost_counts_once_on_mysql() {
    cut_around_commits(databases!(Kind::MySql), false).await;
}

// rule: W2, W3, W7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_group_whose_answer_is_lost_counts_once_on_mysql() {
    cut_around_commits(databases!(Kind::MySql), true).await;
}

// rule: W2, W3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_commit_whose_answer_is_lost_counts_once_on_postgres() {
    cut_around_commits(databases!(Kind::Postgres), false).await;
}

// rule: W2, W3, W7
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w3_a_group_whose_answer_is_lost_counts_once_on_postgres() {
    cut_around_commits(databases!(Kind::Postgres), true).await;
}
