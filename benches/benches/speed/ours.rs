//! The book, as a host uses it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Groups, Submission};
use estair_core::category::Category;
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::{Answer, Changes, LockSet, Remembered, Snapshot};
use estair_core::id::{AccountId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::request::{IncomingMessage, RequestDraft};
use estair_core::row::Numbers;
use estair_core::store::{AuditReader, Store, StoreError, Transaction, Unfinished, Unit};
use estair_core::verify::{Report, verify_account};
use estair_sqlx::{BookHandles, Options, migrate_book, open_book};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::contest::{ACCOUNTS, Contestant, Rounds, median};

/// Lanes of callers who wait together, on a server.
const LANES: usize = 4;

/// A book under load.
pub(crate) struct Ours {
    handles: BookHandles,
    book: Book,
    /// The same, where callers share transactions, and what these took.
    grouped: Book,
    groups: Arc<Taken>,
    next: Arc<AtomicU64>,
    /// The first account's number.
    first: u64,
}

impl Ours {
    pub(crate) async fn open(url: &str) -> Arc<Self> {
        migrate_book(url, &Options::default()).await.unwrap();
        let handles = open_book(url, &Options::default()).await.unwrap();
        let groups = Arc::new(Taken::default());
        let timed = Arc::new(Timed { store: Arc::clone(&handles.store), taken: Arc::clone(&groups) });
        let lanes = if url.starts_with("sqlite") { 1 } else { LANES };
        let sharing = Groups::new(|work| drop(tokio::spawn(work))).lanes(lanes);
        // Credits are asked for at any hour.
        let policy = Policy::default().cutoff("24:00".parse().unwrap());
        let book = |store: Arc<dyn Store>| Book::new(store, Arc::new(System), Arc::new(System), policy.clone());
        let (book, grouped) = (book(Arc::clone(&handles.store)), book(timed).with_groups(sharing));
        let open = |number| {
            let limit = Amount::from_hundredths(9_000_000_000_000).ok();
            let draft = AccountDraft { name: Some(format!("Agence {number}")), limit, ..AccountDraft::default() };
            Submission::new(Actor::Admin(UserId(1)), draft)
        };
        // One more, for a long history.
        let replies = book.run_all((0..=ACCOUNTS).map(open).collect()).await;
        let Answer::Account(row) = replies.into_iter().next().unwrap().unwrap().answer else { panic!("no account") };
        Arc::new(Self { handles, book, grouped, groups, next: Arc::default(), first: row.id.0 })
    }

    /// Payments received.
    pub(crate) fn posts(self: &Arc<Self>) -> Arc<dyn Contestant> {
        Arc::new(Posts { ours: Arc::clone(self), accounts: AtomicU64::new(ACCOUNTS) })
    }

    /// Credits delivered by a message, each closing its request.
    pub(crate) fn deliveries(self: &Arc<Self>) -> Arc<dyn Contestant> {
        Arc::new(Deliveries { ours: Arc::clone(self), waiting: Mutex::default() })
    }

    fn payment(&self, accounts: u64) -> Submission {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        payment(number, self.account(number, accounts))
    }

    /// Neighbours in time are not neighbours in the table.
    fn account(&self, number: u64, accounts: u64) -> AccountId {
        AccountId(self.first + number.wrapping_mul(7_919) % accounts)
    }

    async fn run(&self, submissions: Vec<Submission>) -> Vec<Answer> {
        self.book.run_all(submissions).await.into_iter().map(|reply| reply.unwrap().answer).collect()
    }

    /// Callers who post one movement after the other, each in a task of its own.
    pub(crate) async fn together(self: &Arc<Self>, callers: usize, accounts: u64, time: Duration) -> Together {
        self.groups.take();
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..callers {
            let ours = Arc::clone(self);
            tasks.spawn(async move {
                let mut waits = Vec::new();
                while begun.elapsed() < time {
                    let asked = Instant::now();
                    ours.grouped.run(ours.payment(accounts)).await.unwrap();
                    waits.push(asked.elapsed());
                }
                waits
            });
        }
        let mut waits = Vec::new();
        while let Some(done) = tasks.join_next().await {
            waits.extend(done.unwrap());
        }
        let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
        Together::of(rate, waits, self.groups.take())
    }

    /// Links per second that `verify` looks at, of an account with so long a history.
    pub(crate) async fn verified(&self, history: u64, rounds: Rounds) -> Vec<f64> {
        let id = AccountId(self.first + ACCOUNTS);
        let have = self.store_account(id).await;
        for _ in 0..history.saturating_sub(have).div_ceil(1_000) {
            let payments = (0..1_000).map(|_| payment(self.next.fetch_add(1, Ordering::Relaxed), id));
            self.run(payments.collect()).await;
        }
        let mut made = Vec::new();
        let reader: &dyn AuditReader = self.handles.audit.as_ref();
        for _ in 0..rounds.count.min(3) {
            let (begun, mut report) = (Instant::now(), Report::default());
            let account = reader.account(id).await.unwrap().unwrap();
            verify_account(reader, &account, None, &mut report).await.unwrap();
            assert!(report.is_clean(), "{:?}", report.findings.first());
            made.push(report.links as f64 / begun.elapsed().as_secs_f64());
        }
        made
    }

    async fn store_account(&self, id: AccountId) -> u64 {
        let reader: &dyn AuditReader = self.handles.audit.as_ref();
        reader.account(id).await.unwrap().unwrap().version
    }

    /// The number of the account with the long history.
    pub(crate) fn long(&self) -> u64 {
        self.first + ACCOUNTS
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

struct Posts {
    ours: Arc<Ours>,
    accounts: AtomicU64,
}

#[async_trait]
impl Contestant for Posts {
    async fn prepare(&self, _: u64, accounts: u64) {
        self.accounts.store(accounts, Ordering::Relaxed);
    }

    async fn post(&self, _: usize, batch: usize) -> bool {
        let accounts = self.accounts.load(Ordering::Relaxed);
        self.ours.run((0..batch).map(|_| self.ours.payment(accounts)).collect()).await;
        true
    }
}

struct Deliveries {
    ours: Arc<Ours>,
    waiting: Mutex<VecDeque<IncomingMessage>>,
}

#[async_trait]
impl Contestant for Deliveries {
    async fn prepare(&self, count: u64, accounts: u64) {
        let mut waiting = VecDeque::new();
        while (waiting.len() as u64) < count {
            let draft = || {
                let number = self.ours.next.fetch_add(1, Ordering::Relaxed);
                let draft = RequestDraft {
                    category: Some(Category::DailyCredit),
                    account: Some(self.ours.account(number, accounts)),
                    amount: Amount::from_hundredths(10_000).ok(),
                    ..RequestDraft::default()
                };
                Submission::new(Actor::Operation(UserId(1)), draft)
            };
            let some = (count - waiting.len() as u64).min(250);
            for answer in self.ours.run((0..some).map(|_| draft()).collect()).await {
                let Answer::Request(row) = answer else { panic!("no request") };
                let message = Uuid::from_u128(u128::from(row.id.0) << 64 | 7);
                waiting.push_back(IncomingMessage::carrying(message, row.id, &row.data, "Agence"));
            }
        }
        *self.waiting.lock().unwrap() = waiting;
    }

    async fn post(&self, _: usize, batch: usize) -> bool {
        let messages: Vec<_> = {
            let mut waiting = self.waiting.lock().unwrap();
            let count = batch.min(waiting.len());
            waiting.drain(..count).collect()
        };
        if messages.len() < batch {
            return false;
        }
        let submissions = messages.into_iter().map(|message| Submission::new(Actor::System, message)).collect();
        for answer in self.ours.run(submissions).await {
            assert!(matches!(answer, Answer::Written { .. }), "{answer:?}");
        }
        true
    }
}

/// What callers who waited together found.
#[derive(Clone, Copy)]
pub(crate) struct Together {
    pub(crate) rate: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// The median time from the beginning of a group's transaction to its end.
    pub(crate) commit_ms: f64,
    /// Movements of a group, on the average.
    pub(crate) size: f64,
}

impl Together {
    fn of(rate: f64, mut waits: Vec<Duration>, groups: Vec<Duration>) -> Self {
        waits.sort();
        let ms = |wait: &Duration| wait.as_secs_f64() * 1_000.0;
        let at = |percent: usize| waits.get(waits.len() * percent / 100).map_or(f64::NAN, ms);
        let size = waits.len() as f64 / groups.len() as f64;
        Self { rate, p50_ms: at(50), p99_ms: at(99), commit_ms: median(groups.iter().map(ms).collect()), size }
    }
}

/// How long transactions took.
#[derive(Default)]
struct Taken(Mutex<Vec<Duration>>);

impl Taken {
    fn take(&self) -> Vec<Duration> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A store whose transactions are timed.
struct Timed {
    store: Arc<dyn Store>,
    taken: Arc<Taken>,
}

struct TimedTransaction {
    transaction: Box<dyn Transaction>,
    begun: Instant,
    taken: Arc<Taken>,
}

#[async_trait]
impl Store for Timed {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        let begun = Instant::now();
        let transaction = self.store.begin(attempt).await?;
        Ok(Box::new(TimedTransaction { transaction, begun, taken: Arc::clone(&self.taken) }))
    }
}

#[async_trait]
impl Unit for TimedTransaction {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        self.transaction.load(locks).await
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        self.transaction.save(changes).await
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        self.transaction.remember(answers).await
    }
}

#[async_trait]
impl Transaction for TimedTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.commit().await
    }

    async fn finish(self: Box<Self>, changes: &Changes) -> Result<Numbers, Unfinished> {
        let done = self.transaction.finish(changes).await;
        self.taken.0.lock().unwrap().push(self.begun.elapsed());
        done
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.rollback().await
    }
}
