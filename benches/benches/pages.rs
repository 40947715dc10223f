//! The pages and answers that people wait for, with 1,000 and with 1,000,000 movements behind them.
//!
//!     cargo bench -p estair-benches --bench pages [-- how many in the large book]
//!
//! Two books in SQLite files, filled through the book itself: one account, a year of days, a request for every ten
//! movements. Each address is asked for through the routers, without a socket; the median and the slowest are shown.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a bench may fail, and shows")]
#![allow(clippy::disallowed_methods, reason = "what passes is measured, and enters no book")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::request::Parts;
use chrono::DateTime;
use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::category::Category;
use estair_core::clock::{System, Timestamp};
use estair_core::command::Command;
use estair_core::external;
use estair_core::id::{AccountId, UserId};
use estair_core::memory::ManualClock;
use estair_core::money::Amount;
use estair_core::movement::{MovementType, Source};
use estair_core::policy::Policy;
use estair_core::request::create;
use estair_core::store::StoreError;
use estair_http::host::{Authenticate, Host, Sessions};
use estair_sqlx::{migrate_book, open_book};
use tower::ServiceExt;

/// Times that an address is asked for, after a few that are not counted.
const ROUNDS: usize = 100;
const UNCOUNTED: usize = 10;

/// An address that is slow is asked for no longer than this, but for the uncounted times and one more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Movements of one batch (W7).
const BATCH: u64 = 1_000;

/// Days over which the movements are spread.
const DAYS: u64 = 365;

/// Addresses, and what they are called in the table.
const ASKED: [(&str, &str); 13] = [
    ("console: account", "/console/accounts/1"),
    ("console: statement of a month", "/console/accounts/1?from=2025-06-01&to=2025-06-30"),
    ("console: statement, one type and source", "/console/accounts/1?type=debit&source=bsp"),
    ("console: statement, a filter that nothing matches", "/console/accounts/1?type=refund"),
    ("console: requests", "/console/requests"),
    ("console: requests that wait", "/console/requests?status=waiting"),
    ("console: queue of the role", "/console"),
    ("console: audit", "/console/audit"),
    ("console: movement with its audit trail", "/console/movements/500"),
    ("API: account", "/api/accounts/1"),
    ("API: statement, 50 lines", "/api/accounts/1/mouvements"),
    ("API: account on a past day", "/api/accounts/1?day=2025-06-15"),
    ("API: requests", "/api/requetes-financieres"),
];

/// Whoever asks is of finance.
struct Finance;

const FINANCE: Actor = Actor::Finance(UserId(22));

#[async_trait]
impl Authenticate for Finance {
    async fn actor(&self, _: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(Some(FINANCE))
    }
}

#[async_trait]
impl Sessions for Finance {
    async fn sign_in(&self, _: &str) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn actor(&self, _: &str) -> Result<Option<Actor>, StoreError> {
        Ok(Some(FINANCE))
    }

    async fn sign_out(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let large = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(1_000_000);
    let directory = Scratch::new();
    let few = measure(&directory.0, 1_000).await;
    let many = measure(&directory.0, large).await;
    println!("\n| address | 1,000 movements | {large} movements | the slowest |\n| --- | --- | --- | --- |");
    for ((name, _), ((median, _), (other, slowest))) in ASKED.iter().zip(few.iter().zip(&many)) {
        println!("| {name} | {} | {} | {} |", shown(*median), shown(*other), shown(*slowest));
    }
}

fn shown(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}

/// The median and the slowest of each address.
async fn measure(directory: &Path, movements: u64) -> Vec<(Duration, Duration)> {
    let began = Instant::now();
    let router = filled(directory, movements).await;
    println!("{movements} movements and {} requests posted in {:?}", movements / 10, began.elapsed());
    let mut measured = Vec::new();
    for (_, address) in ASKED {
        for _ in 0..UNCOUNTED {
            ask(&router, address).await;
        }
        let mut times = vec![ask(&router, address).await];
        while times.len() < ROUNDS && times.iter().sum::<Duration>() < PATIENCE {
            times.push(ask(&router, address).await);
        }
        times.sort();
        measured.push((times.get(times.len() / 2).copied().unwrap(), times.last().copied().unwrap()));
    }
    measured
}

async fn ask(router: &Router, address: &str) -> Duration {
    let request = Request::get(address).header("cookie", "estair-console=open").body(Body::empty()).unwrap();
    let began = Instant::now();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{address}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap();
    began.elapsed()
}

/// The routers over a new book with so many movements.
async fn filled(directory: &Path, movements: u64) -> Router {
    let url = format!("sqlite://{}", directory.join(format!("{movements}.db")).display());
    let options = estair_sqlx::Options::default();
    migrate_book(&url, &options).await.unwrap();
    let handles = open_book(&url, &options).await.unwrap();
    let clock = Arc::new(ManualClock::new(first_day()));
    let policy = Policy { cutoff: "24:00".parse().unwrap(), ..Policy::default() };
    let book = Book::new(handles.store, clock.clone(), Arc::new(System), policy);
    fill(&book, &clock, movements).await;
    let host = Host {
        book,
        reader: handles.reader,
        outgoing: handles.outgoing,
        subscriptions: handles.subscriptions,
        messager: None,
        authenticate: Arc::new(Finance),
        clock,
        ids: Arc::new(System),
    };
    let options = estair_http::console::Options { prefix: "/console".to_owned(), ..Default::default() };
    let console = estair_http::console::router(host.clone(), Arc::new(Finance), options);
    let api_options = estair_http::Options { rate_per_second: 0, ..Default::default() };
    Router::new().merge(estair_http::api(host, api_options)).nest("/console", console)
}

async fn fill(book: &Book, clock: &ManualClock, movements: u64) {
    let account =
        AccountDraft { limit: Some(amount(1_000_000)), name: Some("Agence".to_owned()), ..AccountDraft::default() };
    run(book, vec![Submission::new(Actor::Admin(UserId(23)), Command::CreateAccount(account))]).await;
    let (batches, span) = (movements.div_ceil(BATCH).max(DAYS), chrono::Duration::days(DAYS.cast_signed()));
    for batch in 0..batches {
        let (from, to) = (batch * movements / batches, (batch + 1) * movements / batches);
        let posted = (from..to).map(payment).collect::<Vec<_>>();
        if !posted.is_empty() {
            run(book, vec![Submission::new(Actor::Service(UserId(24)), Command::Post(posted))]).await;
        }
        let asked = (from..to).filter(|number| number % 10 == 0).map(request).collect::<Vec<_>>();
        run(book, asked).await;
        clock.advance(span / i32::try_from(batches).unwrap());
    }
}

async fn run(book: &Book, submissions: Vec<Submission>) {
    for reply in book.run_all(submissions).await {
        reply.unwrap();
    }
}

fn payment(number: u64) -> external::Draft {
    let (source, kind, amount) = match number % 2 {
        0 => (Source::Wave, MovementType::Payment, amount(500)),
        _ => (Source::Bsp, MovementType::Debit, amount(-400)),
    };
    external::Draft {
        source: Some(source),
        reference: Some(format!("R-{number}")),
        kind: Some(kind),
        amount: Some(amount),
        account: Some(AccountId(1)),
        ..external::Draft::default()
    }
}

/// Every other one waits for the limit, which it passes.
fn request(number: u64) -> Submission {
    let draft = create::Draft {
        category: Some(if number.is_multiple_of(20) { Category::DailyCredit } else { Category::Load }),
        account: Some(AccountId(1)),
        amount: Some(amount(2_000_000)),
        description: Some("billets".to_owned()),
        ..create::Draft::default()
    };
    Submission::new(Actor::Operation(UserId(21)), Command::CreateRequest(draft))
}

fn amount(units: i64) -> Amount {
    Amount::from_hundredths(units * 100).unwrap()
}

fn first_day() -> Timestamp {
    DateTime::parse_from_rfc3339("2025-01-01T08:00:00Z").unwrap().to_utc()
}

/// A directory that is gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("estair-pages-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
