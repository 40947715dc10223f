//! Load bench of the stores: postings per second, statements of each, verify, and the price of a long history.
//!
//! SQLite always; a server when its URL is in the environment, as `tests/servers.sh` sets it:
//!
//! ```text
//! tests/servers.sh cargo bench -p estair-benches --bench stores
//! ```
//!
//! `-- MariaDB` after it measures one of them. Every rate of postings is the median of five rounds. A commit is flushed to the disk, as in production.

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

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Groups, Submission};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::store::{AuditReader, Page, Reader, StatementFilter};
use estair_core::verify::{Report, verify_account};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use estair_sqlx::dialect::{self, ConnectionOf, Dialect};
use estair_sqlx::{BookStore, Options};
use sqlx::{AssertSqlSafe, Connection, Executor};

const ACCOUNTS: u64 = 1_000;
const WORKERS: u32 = 8;
const BATCH: u64 = 64;
/// Callers who wait at the same time, and the lanes in which they do on a server.
const CALLERS: u32 = 64;
const LANES: usize = 4;
/// Movements of the account with the long history.
const LONG: u64 = 200_000;
const SHORT: u64 = 1_000;
/// How long one round of postings lasts, and how many there are.
const ROUND: Duration = Duration::from_millis(500);
const ROUNDS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        println!("| | {} |", HEADINGS.join(" | "));
        println!("| --- |{}", " --- |".repeat(HEADINGS.len()));
        on_file("SQLite").await;
        on_server::<dialect::MariaDb>("MariaDB", "ESTAIR_TEST_MARIADB_URL").await;
        on_server::<dialect::MySql>("MySQL", "ESTAIR_TEST_MYSQL_URL").await;
        on_server::<dialect::Postgres>("PostgreSQL", "ESTAIR_TEST_POSTGRES_URL").await;
    });
}

const HEADINGS: [&str; 12] = [
    "1 worker, 1,000 accounts",
    "8 workers, 1,000 accounts",
    "8 workers, one account",
    "batches of 64, 1,000 accounts",
    "batches of 64, one account",
    "64 callers, one movement each, 1,000 accounts",
    "the same, each alone",
    "64 callers, one account",
    "statements for one, for 64",
    "verify, movements/s",
    "page of 1,000 movements",
    "page of 200,000 movements",
];

/// Was this one asked for, or none by name?
fn is_wanted(name: &str) -> bool {
    let mut names = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    names.peek().is_none() || names.any(|wanted| wanted == name)
}

async fn on_file(name: &str) {
    if !is_wanted(name) {
        return;
    }
    let directory = std::env::temp_dir().join(format!("estair-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    measure::<dialect::Sqlite>(name, &format!("sqlite://{}/book.db", directory.display())).await;
    std::fs::remove_dir_all(&directory).unwrap();
}

/// In a database of the bench's own, which is dropped.
async fn on_server<D: Dialect>(name: &str, variable: &str)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
{
    if !is_wanted(name) {
        return;
    }
    let Ok(server) = std::env::var(variable) else {
        println!("| {name} | not measured: {variable} is not set |");
        return;
    };
    let database = format!("estair_bench_{}", std::process::id());
    let mut admin = ConnectionOf::<D>::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {database}"))).await.unwrap();
    let (address, _) = server.rsplit_once('/').unwrap();
    measure::<D>(name, &format!("{address}/{database}")).await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {database}"))).await.unwrap();
}

async fn measure<D: Dialect>(name: &str, url: &str) {
    let store = BookStore::<D>::open(url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    let lanes = if D::ONE_WRITER { 1 } else { LANES };
    let groups = Groups::new(|work| drop(tokio::spawn(work))).lanes(lanes);
    let bench = Bench {
        grouped: Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default())
            .with_groups(groups),
        book: Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default()),
        next: Arc::new(AtomicU64::new(0)),
        first: AtomicU64::new(0),
    };
    bench.open_accounts(ACCOUNTS + 2).await;
    bench.fill(&store).await;

    let statements = |before: u64| store.statements() - before;
    let before = store.statements();
    bench.post(1, 1).await;
    let for_one = statements(before);
    let before = store.statements();
    bench.post(BATCH, ACCOUNTS).await;
    let for_batch = statements(before);
    let cells = [
        per_second(&bench, 1, 1, ACCOUNTS).await,
        per_second(&bench, WORKERS, 1, ACCOUNTS).await,
        per_second(&bench, WORKERS, 1, 1).await,
        per_second(&bench, 1, BATCH, ACCOUNTS).await,
        per_second(&bench, 1, BATCH, 1).await,
        together(&bench, &bench.grouped, ACCOUNTS).await,
        together(&bench, &bench.book, ACCOUNTS).await,
        together(&bench, &bench.grouped, 1).await,
        format!("{for_one}, {for_batch}"),
        verified(&store, bench.long()).await,
        page(&store, bench.short()).await,
        page(&store, bench.long()).await,
    ];
    println!("| {name} | {} |", cells.join(" | "));
    store.close().await;
}

/// A book under load.
struct Bench {
    book: Book,
    /// The same, where callers share transactions.
    grouped: Book,
    /// The next reference.
    next: Arc<AtomicU64>,
    /// The first account's number.
    first: AtomicU64,
}

impl Bench {
    async fn open_accounts(&self, count: u64) {
        let admin = Actor::Admin(UserId(1));
        let open = |number| {
            let draft = AccountDraft { name: Some(format!("Agence {number}")), ..AccountDraft::default() };
            Submission::new(admin, Command::CreateAccount(draft))
        };
        let replies = self.book.run_all((0..count).map(open).collect()).await;
        let first = replies.into_iter().next().unwrap().unwrap();
        let Answer::Account(row) = first.answer else { panic!("no account") };
        self.first.store(row.id.0, Ordering::Relaxed);
    }

    fn account(&self, place: u64) -> AccountId {
        AccountId(self.first.load(Ordering::Relaxed) + place)
    }

    fn short(&self) -> AccountId {
        self.account(ACCOUNTS)
    }

    fn long(&self) -> AccountId {
        self.account(ACCOUNTS + 1)
    }

    /// Two accounts with a history, posted as everything is.
    async fn fill(&self, reader: &dyn Reader) {
        for (id, count) in [(self.short(), SHORT), (self.long(), LONG)] {
            let mut left = count;
            while left > 0 {
                let part = left.min(1_000);
                self.submit((0..part).map(|_| self.payment(id)).collect()).await;
                left -= part;
            }
            assert_eq!(reader.account(id).await.unwrap().unwrap().version, count);
        }
    }

    fn payment(&self, account: AccountId) -> Submission {
        payment(self.next.fetch_add(1, Ordering::Relaxed), account)
    }

    /// So many postings in one call, over so many accounts.
    async fn post(&self, batch: u64, accounts: u64) {
        let spread = self.next.load(Ordering::Relaxed);
        // Neighbours in time are not neighbours in the table.
        let place = |number: u64| (spread + number).wrapping_mul(7_919) % accounts;
        self.submit((0..batch).map(|number| self.payment(self.account(place(number)))).collect()).await;
    }

    async fn submit(&self, submissions: Vec<Submission>) {
        for reply in self.book.run_all(submissions).await {
            reply.unwrap();
        }
    }

    /// Postings that these workers finish in one round.
    async fn round(&self, workers: u32, batch: u64, accounts: u64) -> f64 {
        let (begun, posted) = (Instant::now(), AtomicU64::new(0));
        let work = || async {
            while begun.elapsed() < ROUND {
                self.post(batch, accounts).await;
                posted.fetch_add(batch, Ordering::Relaxed);
            }
        };
        all((0..workers).map(|_| work()).collect()).await;
        posted.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
    }
}

fn payment(number: u64, account: AccountId) -> Submission {
    let draft = MovementDraft {
        source: Some(Source::Wave),
        reference: Some(format!("TX-{number}")),
        kind: Some(MovementType::Payment),
        amount: Amount::from_hundredths(10_000).ok(),
        account: Some(account),
        ..MovementDraft::default()
    };
    Submission::new(Actor::service(UserId(2)), Command::Post(vec![draft]))
}

/// Runs futures side by side, on one task: what they wait for is the database.
async fn all<F: Future<Output = ()>>(futures: Vec<F>) {
    futures::future::join_all(futures).await;
}

async fn per_second(bench: &Bench, workers: u32, batch: u64, accounts: u64) -> String {
    bench.post(batch, accounts).await;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(bench.round(workers, batch, accounts).await);
    }
    format!("{:.0}", median(rounds))
}

/// Callers who post one movement after the other, each in a task of its own; with how long the slowest of a hundred waits.
async fn together(bench: &Bench, book: &Book, accounts: u64) -> String {
    let mut rounds = Vec::new();
    let mut waits = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            let (book, next, first) = (book.clone(), Arc::clone(&bench.next), bench.account(0).0);
            tasks.spawn(async move {
                let mut waits = Vec::new();
                while begun.elapsed() < ROUND {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let account = AccountId(first + number.wrapping_mul(7_919) % accounts);
                    let asked = Instant::now();
                    book.run(payment(number, account)).await.unwrap();
                    waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
                }
                waits
            });
        }
        let before = waits.len();
        while let Some(done) = tasks.join_next().await {
            waits.extend(done.unwrap());
        }
        rounds.push((waits.len() - before) as f64 / begun.elapsed().as_secs_f64());
    }
    waits.sort_by(f64::total_cmp);
    format!("{:.0} (p99 {:.1} ms)", median(rounds), waits[waits.len() * 99 / 100])
}

async fn verified(audit: &dyn AuditReader, id: AccountId) -> String {
    let (begun, mut report) = (Instant::now(), Report::default());
    let account = audit.account(id).await.unwrap().unwrap();
    verify_account(audit, &account, None, &mut report).await.unwrap();
    assert!(report.is_clean() && report.links == LONG, "{:?}", report.findings.first());
    format!("{:.0}", report.links as f64 / begun.elapsed().as_secs_f64())
}

/// The newest page of a statement, with its balances.
async fn page(reader: &dyn Reader, id: AccountId) -> String {
    let page = Page { limit: 50, before: None };
    let mut times = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        let statement = reader.statement(id, &StatementFilter::default(), page).await.unwrap().unwrap();
        assert_eq!(statement.page.items.len(), 50);
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    format!("{:.2} ms", median(times))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
