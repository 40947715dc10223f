//! The whole way over HTTP: a credit is asked for, passed, handed to Messager, delivered by the signed webhook, written, closed and
//! told. The example server in this process, with the clients that ask; what it writes is flushed to the disk as always.
//!
//! It tells how many requests a second were accepted, how many were closed while the clients asked, and how long after they were
//! created. With `ESTAIR_DATABASE_URL` and `MESSAGER_DATABASE_URL` on these databases, otherwise on new SQLite files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures with the machine's clock, prints what it found, and stops at what it did not expect"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use estair_core::category::Status;
use estair_core::clock::{Clock, System, Timestamp};
use estair_core::store::{MAX_PAGE, Page, Reader, RequestFilter};
use estair_http::client::http_client;
use estair_server::cli;
use estair_server::options::Options;
use estair_server::secrets::DataDir;
use estair_server::start::{Server, start};
use estair_server::stores::Stores;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const USAGE: &str = "whole_way [--seconds S] [--clients N] [--accounts N]";

/// How long what was accepted may take to be closed, at most, when nobody asks any more.
const PATIENCE: Duration = Duration::from_secs(300);

struct Load {
    time: Duration,
    clients: usize,
    accounts: u64,
}

fn main() {
    let load = load(std::env::args().skip(1));
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(run(&load));
}

fn load(mut arguments: impl Iterator<Item = String>) -> Load {
    let mut load = Load { time: Duration::from_secs(60), clients: 16, accounts: 200 };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{USAGE}"));
        match argument.as_str() {
            "--seconds" => load.time = Duration::from_secs_f64(value().parse().expect(USAGE)),
            "--clients" => load.clients = value().parse().expect(USAGE),
            "--accounts" => load.accounts = value().parse().expect(USAGE),
            // What cargo adds.
            "--bench" => {}
            _ => panic!("{USAGE}"),
        }
    }
    load
}

async fn run(load: &Load) {
    let directory = std::env::temp_dir().join(format!("estair-whole-way-{}", std::process::id()));
    let data = directory.join("data");
    let options = options(&data.display().to_string());
    let server = start(options.clone()).await.unwrap();
    let tokens: Value = serde_json::from_str(&std::fs::read_to_string(data.join("tokens.json")).unwrap()).unwrap();
    let client = Caller { server: server.url(), client: http_client(Duration::from_secs(30)).unwrap() };
    let token = |role: &str| tokens["tokens"][role].as_str().unwrap().to_owned();
    let mut accounts = Vec::new();
    for number in 0..load.accounts {
        let account = json!({ "name": format!("Agency {number}"), "limit": "1000000000000" });
        accounts.push(client.post("/api/accounts", &token("admin"), None, account).await["id"].as_u64().unwrap());
    }
    let stores = Stores::open(&options, &DataDir::open(&data).unwrap().0).await.unwrap();
    let since = System.now();
    let asked = ask(load, &client, &token("operation"), &accounts).await;
    let (until, begun) = (System.now(), Instant::now());
    while is_any_open(stores.reader.as_ref(), since).await {
        assert!(begun.elapsed() < PATIENCE, "what was accepted is closed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let after = begun.elapsed();
    let closed = closed(stores.reader.as_ref(), since).await;
    assert_eq!(closed.len(), asked.len(), "what was accepted is closed");
    tell(load, asked, &closed, until, after);
    end(server, &directory).await;
}

/// The server's settings: a demonstration for its tokens, no limit of calls, a cut-off that passes at any hour.
fn options(data: &str) -> Options {
    let set = [
        ("ESTAIR_LISTEN", "127.0.0.1:0"),
        ("ESTAIR_DATA_DIR", data),
        ("ESTAIR_CREDIT_CUTOFF", "24:00"),
        ("ESTAIR_RATE_LIMIT", "0"),
    ];
    let mut settings: BTreeMap<String, String> = set.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    for name in ["ESTAIR_DATABASE_URL", "MESSAGER_DATABASE_URL", "ESTAIR_GROUP_COMMIT"] {
        settings.extend(std::env::var(name).ok().map(|value| (name.to_owned(), value)));
    }
    let matches = cli::command().get_matches_from(["estair-server"]);
    Options::load(&matches, &settings).unwrap()
}

/// Who calls the server.
#[derive(Clone)]
struct Caller {
    server: String,
    client: reqwest::Client,
}

impl Caller {
    async fn post(&self, path: &str, token: &str, key: Option<String>, body: Value) -> Value {
        let mut call = self.client.post(format!("{}{path}", self.server)).bearer_auth(token);
        call = call.header("content-type", "application/json").body(body.to_string());
        if let Some(key) = key {
            call = call.header("idempotency-key", key);
        }
        let answer = call.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 201, "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// Clients that ask for one credit after the other; how long each waited for its answer.
async fn ask(load: &Load, caller: &Caller, token: &str, accounts: &[u64]) -> Vec<Duration> {
    let (begun, next) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..load.clients {
        let (caller, token, accounts) = (caller.clone(), token.to_owned(), accounts.to_vec());
        let (next, time) = (Arc::clone(&next), load.time);
        clients.spawn(async move {
            let mut waited = Vec::new();
            while begun.elapsed() < time {
                let number = next.fetch_add(1, Ordering::Relaxed);
                // Neighbours in time are of different accounts, in no order.
                let account = accounts[(number.wrapping_mul(7_919) % accounts.len() as u64) as usize];
                let body = json!({ "category": "daily_credit", "amount": "100", "account_id": account });
                let asked = Instant::now();
                caller.post("/api/requetes-financieres", &token, Some(format!("whole-way-{number}")), body).await;
                waited.push(asked.elapsed());
            }
            waited
        });
    }
    let mut all = Vec::new();
    while let Some(waited) = clients.join_next().await {
        all.extend(waited.unwrap());
    }
    all
}

fn of(status: &[Status], since: Timestamp) -> RequestFilter {
    RequestFilter { status: status.to_vec(), created_from: Some(since), ..RequestFilter::default() }
}

async fn is_any_open(reader: &dyn Reader, since: Timestamp) -> bool {
    let open = of(&[Status::ToTreat, Status::Processing], since);
    !reader.requests(&open, Page { limit: 1, before: None }).await.unwrap().items.is_empty()
}

/// When each request was created, and when it was closed.
async fn closed(reader: &dyn Reader, since: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let (mut page, mut times) = (Page { limit: MAX_PAGE, before: None }, Vec::new());
    loop {
        let slice = reader.requests(&of(&[Status::Closed], since), page).await.unwrap();
        times.extend(slice.items.iter().map(|row| (row.created_at, row.updated_at)));
        page.before = slice.next;
        if page.before.is_none() {
            return times;
        }
    }
}

fn tell(load: &Load, mut asked: Vec<Duration>, closed: &[(Timestamp, Timestamp)], until: Timestamp, after: Duration) {
    let mut closing: Vec<_> = closed.iter().map(|(from, to)| (*to - *from).to_std().unwrap_or_default()).collect();
    asked.sort_unstable();
    closing.sort_unstable();
    let of = |times: &[Duration], share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let seconds = load.time.as_secs_f64();
    let a_second = |count: usize| count as f64 / seconds;
    let meanwhile = closed.iter().filter(|(_, at)| *at <= until).count();
    let soon = closing.iter().filter(|time| **time <= Duration::from_secs(2)).count() as f64 / closing.len() as f64;
    println!("{} clients over {} accounts, {seconds} s:", load.clients, load.accounts);
    println!(
        "accepted {:.0} a second, p50 {:.1} ms, p99 {:.1} ms",
        a_second(asked.len()),
        of(&asked, 0.5),
        of(&asked, 0.99)
    );
    println!(
        "closed {:.0} a second meanwhile, the last {:.1} s after the end",
        a_second(meanwhile),
        after.as_secs_f64()
    );
    println!(
        "closed within 2 s of being created: {:.1} %; p50 {:.0} ms, p99 {:.0} ms",
        soon * 100.0,
        of(&closing, 0.5),
        of(&closing, 0.99)
    );
}

async fn end(server: Server, directory: &std::path::Path) {
    server.stop().await;
    std::fs::remove_dir_all(directory).unwrap();
}
