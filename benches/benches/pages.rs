//! The pages and answers that people wait for, with 1,000 and with 1,000,000 movements behind them.
//!
//!     cargo bench -p estair-benches --bench pages [-- how many in the large book]
//!
//! Two books in SQLite files, filled through the book itself: one account, a year of days, a request for every ten
//! movements; and for every request a message and a notification, which are inserted. Each address is asked for through the
//! routers, without a socket. `ESTAIR_PAGES_DIR` names a directory in which the books stay, for the next run.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a bench may fail, and shows")]
#![allow(clippy::disallowed_methods, clippy::float_arithmetic, reason = "what passes is measured, and enters no book")]

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::category::Category;
use estair_core::clock::{System, Timestamp};
use estair_core::command::Command;
use estair_core::id::{AccountId, MovementId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::request::RequestDraft;
use estair_core::store::StoreError;
use estair_core::testing::ManualClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::request::Parts;
use chrono::DateTime;
use estair_http::EventKey;
use estair_http::host::{Authenticate, Host, Sessions};
use estair_http::limits::Limits;
use estair_sqlx::{migrate_book, migrate_messager, open_book, open_messager};
use futures::StreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor};
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
const ASKED: [(&str, &str); 34] = [
    ("console: account", "/console/accounts/1"),
    ("console: statement of a month", "/console/accounts/1?from=2025-06-01&to=2025-06-30"),
    ("console: statement, one type", "/console/accounts/1?type=payment"),
    ("console: statement, one type and source", "/console/accounts/1?type=debit&source=bsp"),
    ("console: statement, a type that is not there", "/console/accounts/1?type=refund"),
    ("console: statement, a type that is not of the source", "/console/accounts/1?type=payment&source=bsp"),
    ("console: accounts", "/console/accounts"),
    ("console: requests", "/console/requests"),
    ("console: requests that wait", "/console/requests?status=waiting"),
    ("console: requests of a month", "/console/requests?from=2025-06-01&to=2025-06-30"),
    ("console: one request", "/console/requests/50"),
    ("console: queue of the role", "/console"),
    ("console: queue of a desk that holds nothing", "/console/requests?status=waiting&assigned_to=admin"),
    ("console: support requests", "/console/support"),
    ("console: messages", "/console/messages"),
    ("console: messages that failed", "/console/messages?status=failed"),
    ("console: one message", "/console/messages/00000000-0000-4000-8000-000000000050"),
    ("console: notifications", "/console/notifications"),
    ("console: notifications that failed", "/console/notifications?status=failed"),
    ("console: audit", "/console/audit"),
    ("console: movement with its audit trail", "/console/movements/500"),
    ("API: account", "/api/accounts/1"),
    ("API: account on a past day", "/api/accounts/1?day=2025-06-15"),
    ("API: statement, 50 lines", "/api/accounts/1/mouvements"),
    ("API: statement of a month", "/api/accounts/1/mouvements?from=2025-06-01&to=2025-06-30"),
    ("API: statement, a source that is not there", "/api/accounts/1/mouvements?source=orange"),
    ("API: movement", "/api/mouvements/500"),
    ("API: audit trail of a movement", "/api/mouvements/500/logs"),
    ("API: requests", "/api/requetes-financieres"),
    ("API: requests of an account, a status that is not there", "/api/requetes-financieres?account_id=1&status=closed"),
    ("API: requests, a category that is not there", "/api/requetes-financieres?category=unload"),
    ("API: requests since a day", "/api/requetes-financieres?created_from=2025-12-30"),
    ("API: one request with its history", "/api/requetes-financieres/50/historique"),
    ("API: requests that hold a text, which none does", "/api/requetes-financieres?q=introuvable"),
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
    let few = measure(&Kept::open(&directory.path, 1_000).await).await;
    let kept = Kept::open(&directory.path, large).await;
    let many = measure(&kept).await;
    println!("\n| page or answer | 1,000 movements | {large} movements | ratio | the slowest |");
    println!("| --- | --- | --- | --- | --- |");
    for ((name, _), ((median, _), (other, slowest))) in ASKED.iter().zip(few.iter().zip(&many)) {
        let ratio = other.as_secs_f64() / median.as_secs_f64();
        println!("| {name} | {} | {} | {ratio:.1} | {} |", shown(*median), shown(*other), shown(*slowest));
    }
    stream(&kept.router).await;
}

fn shown(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}

/// The median and the slowest of each address.
async fn measure(kept: &Kept) -> Vec<(Duration, Duration)> {
    let mut measured = Vec::new();
    for (_, address) in ASKED {
        for _ in 0..UNCOUNTED {
            ask(&kept.router, address).await;
        }
        let mut times = vec![ask(&kept.router, address).await];
        while times.len() < ROUNDS && times.iter().sum::<Duration>() < PATIENCE {
            times.push(ask(&kept.router, address).await);
        }
        times.sort();
        measured.push((times.get(times.len() / 2).copied().unwrap(), times.last().copied().unwrap()));
    }
    measured
}

/// The whole statement as CSV: what it costs, in time and in memory.
async fn stream(router: &Router) {
    let request = Request::get("/api/accounts/1/mouvements").header("accept", "text/csv").body(Body::empty()).unwrap();
    let before = memory();
    let began = Instant::now();
    let mut chunks = router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    let (mut lines, mut bytes) = (0, 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.unwrap();
        bytes += chunk.len();
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    println!("\nCSV of {lines} lines, {bytes} bytes, in {:?}", began.elapsed());
    if let (Some((resident, _)), Some((_, peak))) = (before, memory()) {
        println!("resident: {resident} KiB before, {peak} KiB at most while it was read");
    }
}

/// What of the process is in memory, now and at most since this was asked last, in KiB (Linux).
fn memory() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let of = |name| status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
    let memory = (of("VmRSS:")?, of("VmHWM:")?);
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(memory)
}

async fn ask(router: &Router, address: &str) -> Duration {
    let request = Request::get(address).header("cookie", "estair-console=open").body(Body::empty()).unwrap();
    let began = Instant::now();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{address}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap();
    began.elapsed()
}

/// A book with so many movements, and what is asked.
struct Kept {
    router: Router,
}

impl Kept {
    async fn open(directory: &Path, movements: u64) -> Self {
        let url = |name| format!("sqlite://{}", directory.join(format!("{movements}{name}.db")).display());
        let (book_url, messager_url) = (url(""), url("-messager"));
        let options = estair_sqlx::Options::default();
        migrate_book(&book_url, &options).await.unwrap();
        migrate_messager(&messager_url, &options).await.unwrap();
        let handles = open_book(&book_url, &options).await.unwrap();
        let clock = Arc::new(ManualClock::new(first_day()));
        let policy = Policy::default().cutoff("24:00".parse().unwrap());
        let book = Book::new(handles.store, clock.clone(), Arc::new(System), policy);
        if handles.reader.movement(MovementId(movements)).await.unwrap().is_none() {
            let began = Instant::now();
            fill(&book, &clock, movements).await;
            insert(&book_url, &notifications(movements / 10)).await;
            insert(&messager_url, &messages(movements / 10)).await;
            println!("{movements} movements and {} requests posted in {:?}", movements / 10, began.elapsed());
        }
        clock.set(first_day() + chrono::Duration::days(DAYS.cast_signed()));
        let host = Host {
            book,
            reader: handles.reader,
            audit: handles.audit,
            notifications: handles.notifications,
            subscriptions: handles.subscriptions,
            messager: Some(estair_core::messager::Stored::of(open_messager(&messager_url, &options).await.unwrap())),
            authenticate: Arc::new(Finance),
            names: None,
            people: None,
            clock,
            ids: Arc::new(System),
            event_key: EventKey::random(&System),
        };
        let console_options = estair_http::console::Options::default().prefix("/console".to_owned());
        let console = estair_http::console::router(host.clone(), Arc::new(Finance), console_options);
        // No limit of requests a second: what is measured is one request after the other.
        let api_options = estair_http::Options::default().limits(Limits::new(0));
        Self { router: Router::new().merge(estair_http::api(host, api_options)).nest("/console", console) }
    }
}

async fn insert(url: &str, sql: &str) {
    let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// One for each number, all but the last hundred done.
fn numbered(count: u64, insert: &str, values: &str) -> String {
    let done = format!("CASE WHEN n + 100 > {count} THEN 'pending' ELSE 'completed' END");
    let at = format!("strftime('%Y-%m-%dT%H:%M:%f000Z', '2025-01-01', '+' || (n * 31536000 / {count}) || ' seconds')");
    let numbers =
        format!("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})");
    format!(
        "{numbers} INSERT INTO {insert}, status, next_attempt_at, created_at, completed_at) \
         SELECT {values}, {done}, {at}, {at}, {at} FROM numbers"
    )
}

fn messages(count: u64) -> String {
    let uuid = "'00000000-0000-4000-8000-' || printf('%012d', n)";
    let payload = "json_object('requete_id', n, 'account_id', 1, 'amount', '2000000')";
    let values =
        format!("{uuid}, 'estair-helpdesk', 'load_request', {payload}, {uuid} || {payload}, 'k-' || n, 'account:1', 3");
    let columns = "uuid, domain, type, payload, folded, idempotency_key, order_key, max_retries";
    numbered(count, &format!("messager_messages ({columns}"), &values)
}

fn notifications(count: u64) -> String {
    let values = "n, 'movement_succeeded', 'client', 'email', 'agence@example.test', json_object('requete_id', n)";
    numbered(count, "estair_notifications (request_id, notice, audience, channel, recipient, params", values)
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
            run(book, vec![Submission::new(Actor::service(UserId(24)), Command::Post(posted))]).await;
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

fn payment(number: u64) -> MovementDraft {
    let (source, kind, amount) = match number % 2 {
        0 => (Source::Wave, MovementType::Payment, amount(500)),
        _ => (Source::Bsp, MovementType::Debit, amount(-400)),
    };
    MovementDraft {
        source: Some(source),
        reference: Some(format!("R-{number}")),
        kind: Some(kind),
        amount: Some(amount),
        account: Some(AccountId(1)),
        ..MovementDraft::default()
    }
}

/// Every other one waits for the limit, which it passes.
fn request(number: u64) -> Submission {
    let draft = RequestDraft {
        category: Some(if number.is_multiple_of(20) { Category::DailyCredit } else { Category::Load }),
        account: Some(AccountId(1)),
        amount: Some(amount(2_000_000)),
        description: Some("billets".to_owned()),
        ..RequestDraft::default()
    };
    Submission::new(Actor::Operation(UserId(21)), Command::CreateRequest(draft))
}

fn amount(units: i64) -> Amount {
    Amount::from_hundredths(units * 100).unwrap()
}

fn first_day() -> Timestamp {
    DateTime::parse_from_rfc3339("2025-01-01T08:00:00Z").unwrap().to_utc()
}

/// Where the books are: a directory that is gone at the end, unless one is named.
struct Scratch {
    path: PathBuf,
    stays: bool,
}

impl Scratch {
    fn new() -> Self {
        let named = std::env::var_os("ESTAIR_PAGES_DIR").map(PathBuf::from);
        let stays = named.is_some();
        let path = named.unwrap_or_else(|| std::env::temp_dir().join(format!("estair-pages-{}", std::process::id())));
        std::fs::create_dir_all(&path).unwrap();
        Self { path, stays }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.stays {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
