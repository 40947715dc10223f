//! Invariants under concurrency: a bank of eight accounts whose limits are tight, sixteen tasks that post at once, and a
//! checker that reads all along.
//!
//! `ESTAIR_LONG=1` posts 10,000 movements on each database instead of 2,000.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Book, Error, Submission};
use estair_core::category::Status;
use estair_core::clock::System;
use estair_core::command::{Answer, Command};
use estair_core::external::Draft;
use estair_core::id::{AccountId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{MovementType, Source};
use estair_core::policy::Policy;
use estair_core::read::{Page, Reader, RequestFilter, StatementFilter};
use estair_core::testing::world::World;
use estair_core::verify::verify;
use estair_sqlx::BookHandles;
use estair_tests::database::Kind;
use estair_tests::databases;

const ACCOUNTS: u64 = 8;
const TASKS: u32 = 16;
const FUNDS: i64 = 1_000_000;

fn service() -> Actor {
    Actor::Service(UserId(9))
}

fn units(units: i64) -> Amount {
    Amount::from_hundredths(units * 100).unwrap()
}

fn movement(reference: String, kind: MovementType, account: AccountId, amount: i64) -> Draft {
    Draft {
        source: Some(Source::Manual),
        reference: Some(reference),
        kind: Some(kind),
        amount: Some(units(amount)),
        account: Some(account),
        ..Draft::default()
    }
}

async fn open_accounts(book: &Book) -> Vec<AccountId> {
    let mut accounts = Vec::new();
    for number in 0..ACCOUNTS {
        let draft = AccountDraft { name: Some(format!("Agence {number}")), ..AccountDraft::default() };
        let reply = book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))).await.unwrap();
        let Answer::Account(row) = reply.answer else { panic!("no account") };
        let funds = movement(format!("funds-{number}"), MovementType::Payment, row.id, FUNDS);
        book.run(Submission::new(service(), Command::Post(vec![funds]))).await.unwrap();
        accounts.push(row.id);
    }
    accounts
}

/// A transfer whose two legs are one group (W6).
fn transfer(name: &str, from: AccountId, to: AccountId, amount: i64) -> Command {
    Command::Post(vec![
        movement(format!("{name}-out"), MovementType::Transfer, from, -amount),
        movement(format!("{name}-in"), MovementType::Transfer, to, amount),
    ])
}

/// rule: W1, W6, F8: money moves between accounts and none is made or lost; every prefix of an account's history adds up.
async fn w6_transfers_keep_the_sum(kind: Kind) {
    let databases = databases!(kind);
    let BookHandles { store, reader, .. } = databases.book().await;
    let book = Book::new(store, Arc::new(System), Arc::new(System), Policy::default());
    let accounts = Arc::new(open_accounts(&book).await);
    let long = std::env::var("ESTAIR_LONG").is_ok_and(|value| value == "1");
    let transfers: u32 = if long { 5_000 } else { 1_000 };

    let done = Arc::new(AtomicBool::new(false));
    let checker = tokio::spawn(check_until(Arc::clone(&reader), Arc::clone(&accounts), Arc::clone(&done)));
    let next = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| tokio::spawn(work(book.clone(), Arc::clone(&accounts), Arc::clone(&next), transfers)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let rounds = checker.await.unwrap();
    assert!(rounds > 0, "the checker never looked");

    let mut sum = 0;
    let mut movements = 0;
    for id in accounts.iter() {
        let account = reader.account(*id).await.unwrap().unwrap();
        sum += account.indicators.balance.hundredths();
        movements += account.version;
        check_history(reader.as_ref(), *id).await;
    }
    assert_eq!(sum, FUNDS * 100 * i64::try_from(ACCOUNTS).unwrap(), "money was made or lost");
    assert_eq!(movements, ACCOUNTS + 2 * u64::from(transfers));
}

async fn work(book: Book, accounts: Arc<Vec<AccountId>>, next: Arc<AtomicU32>, transfers: u32) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= transfers {
            return;
        }
        // Every pair in both directions, a hot account among them.
        let spread = number as usize;
        let from = accounts[spread % accounts.len()];
        let to = accounts
            [if spread.is_multiple_of(3) { 0 } else { (spread / accounts.len() + spread + 1) % accounts.len() }];
        let to = if to == from { accounts[(spread + 1) % accounts.len()] } else { to };
        let command = transfer(&format!("t{number}"), from, to, i64::from(number % 97 + 1));
        book.run(Submission::new(service(), command)).await.unwrap();
    }
}

/// Reads while others write: an account's figures and its newest movements always belong together.
async fn check_until(reader: Arc<dyn Reader>, accounts: Arc<Vec<AccountId>>, done: Arc<AtomicBool>) -> u32 {
    let mut rounds = 0;
    while !done.load(Ordering::Relaxed) {
        for id in accounts.iter() {
            let page = Page { limit: 50, before: None };
            let statement = reader.statement(*id, &StatementFilter::default(), page).await.unwrap().unwrap();
            check_page(&statement.page.items);
        }
        rounds += 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    rounds
}

/// Newest first: each balance is the one before plus the amount, and the sequence has no hole.
fn check_page(items: &[estair_core::id::Row<estair_core::id::MovementId, estair_core::movement::Movement>]) {
    for pair in items.windows(2) {
        let (newer, older) = (pair[0].posted.unwrap(), pair[1].posted.unwrap());
        assert_eq!(newer.sequence, older.sequence + 1, "a hole in the sequence");
        let expected = older.balance_after.checked_add(pair[0].amount).unwrap();
        assert_eq!(newer.balance_after, expected, "a prefix does not add up");
    }
}

async fn check_history(reader: &dyn Reader, id: AccountId) {
    let mut page = Page { limit: 1_000, before: None };
    loop {
        let statement = reader.statement(id, &StatementFilter::default(), page).await.unwrap().unwrap();
        check_page(&statement.page.items);
        match statement.page.next {
            // The last row of this page is the first of the next, so that the seam is checked too.
            Some(before) if statement.page.items.len() > 1 => page.before = Some(before + 1),
            _ => return,
        }
    }
}

/// rule: W3: the same reference at once, from many: one movement.
async fn w3_one_reference_is_one_movement(kind: Kind) {
    let databases = databases!(kind);
    let BookHandles { store, reader, .. } = databases.book().await;
    let book = Book::new(store, Arc::new(System), Arc::new(System), Policy::default());
    let account = open_accounts(&book).await[0];
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let book = book.clone();
            let draft = movement("same".to_owned(), MovementType::Payment, account, 7);
            tokio::spawn(async move { book.run(Submission::new(service(), Command::Post(vec![draft]))).await })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        let reply: Result<_, Error> = task.await.unwrap();
        let Answer::Posted(answers) = reply.unwrap().answer else { panic!("no movement") };
        created += u32::from(answers[0].created);
    }
    assert_eq!(created, 1);
    let row = reader.account(account).await.unwrap().unwrap();
    assert_eq!(row.indicators.balance.hundredths(), (FUNDS + 7) * 100);
}

/// rule: C4: credits asked and delivered by sixteen tasks under tight limits; whoever looks, whenever, never sees the active
/// credit reach the limit, and the book verifies clean.
async fn c4_limits_hold_under_load(kind: Kind) {
    const LIMIT: i64 = 1_000;
    let databases = databases!(kind);
    let world = Arc::new(World::open(&databases).await);
    let mut accounts = Vec::new();
    for _ in 0..ACCOUNTS {
        accounts.push(world.account(LIMIT).await);
    }
    let accounts = Arc::new(accounts);
    let long = std::env::var("ESTAIR_LONG").is_ok_and(|value| value == "1");
    let credits: u32 = if long { 1_600 } else { 320 };

    let next = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (world, accounts, next) = (Arc::clone(&world), Arc::clone(&accounts), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= credits {
                        return;
                    }
                    let account = accounts[number as usize % accounts.len()];
                    let credit = world.credit(account, 40 + i64::from(number % 7)).await;
                    if credit.status == Status::ToTreat {
                        world.deliver(credit.id).await;
                    }
                }
            })
        })
        .collect();
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        for id in accounts.iter() {
            let account = world.account_row(*id).await;
            assert!(account.indicators.active_credit < account.limit, "{kind:?}: the limit was reached");
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for task in tasks {
        task.await.unwrap();
    }

    let filter = RequestFilter { status: vec![Status::Waiting], ..RequestFilter::default() };
    let refused = world.stores.reader.requests(&filter, Page::default()).await.unwrap();
    assert!(!refused.items.is_empty(), "{kind:?}: no credit was refused, the limits were not tight");
    let report = verify(world.stores.reader.as_ref()).await.unwrap();
    assert!(report.is_clean(), "{kind:?}: {:?}", report.findings);
}

macro_rules! on_each {
    ($($case:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $case() { super::$case(super::Kind::Sqlite).await; })* }
        mod mariadb { $(#[tokio::test(flavor = "multi_thread")] async fn $case() { super::$case(super::Kind::MariaDb).await; })* }
        mod mysql { $(#[tokio::test(flavor = "multi_thread")] async fn $case() { super::$case(super::Kind::MySql).await; })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $case() { super::$case(super::Kind::Postgres).await; })* }
    };
}

on_each!(w6_transfers_keep_the_sum, w3_one_reference_is_one_movement, c4_limits_hold_under_load);
