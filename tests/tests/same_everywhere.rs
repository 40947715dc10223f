//! The same commands give the same answers and the same rows on every store: random sequences of events are played on the
//! memory store and on a database, under the same clock and the same ids. Numbers, uuids, refusals with their figures,
//! accounts, requests, movements, audit rows with their hashes, closings, limits, facts and outbox must
//! be equal to the last character.
//!
//! `ESTAIR_PROPTEST_CASES` and `ESTAIR_PROPTEST_STEPS` make it longer: 200 cases of 30 steps on the servers at night.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::fmt::Debug;
use std::sync::Mutex;

use estair_core::id::{FactId, Row};
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_core::read::{AccountFilter, FactFilter, Page, Reader, RequestFilter, StatementFilter};
use estair_core::testing::events::{Counters, Event, Game};
use estair_core::testing::strategies::events;
use estair_core::testing::world::World;
use estair_core::testing::{Harness, Stores};
use estair_tests::database::{Databases, Kind};
use estair_tests::databases;
use proptest::test_runner::{Config, TestRunner};

/// Longer than any list of a game.
const ALL: u32 = 1_000;

fn number_from(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Everything that a game left: what was answered, then what is stored, a line each.
async fn played(stores: Stores, cancel_expired: bool, sequence: &[Event]) -> (Counters, Vec<String>) {
    let world = World::over(stores, Policy { cancel_expired, ..Policy::default() });
    let (counters, replies) = Game::new(&world, |_| {}).await.play_for_replies(sequence).await;
    let mut lines = Vec::new();
    note(&mut lines, "reply", &replies);
    read_accounts(world.stores.reader.as_ref(), &mut lines).await;
    read_requests(world.stores.reader.as_ref(), &mut lines).await;
    note(&mut lines, "fact", &facts(world.stores.reader.as_ref()).await);
    note(&mut lines, "untold", &world.stores.outgoing.untold(ALL).await.unwrap());
    note(&mut lines, "outbox", &world.stores.outbox.claim(&world.claim(ALL)).await.unwrap());
    note(&mut lines, "depth", &[world.stores.outbox.depth(world.now()).await.unwrap()]);
    (counters, lines)
}

fn note<T: Debug>(lines: &mut Vec<String>, what: &str, values: &[T]) {
    lines.extend(values.iter().map(|value| format!("{what}: {value:?}")));
}

async fn read_accounts(reader: &dyn Reader, lines: &mut Vec<String>) {
    let page = Page { limit: ALL, before: None };
    let accounts = reader.accounts(&AccountFilter::default(), page).await.unwrap().items;
    note(lines, "account", &accounts);
    let (from, to) = ("1970-01-01".parse().unwrap(), "2999-12-31".parse().unwrap());
    for Row { id, .. } in accounts {
        note(lines, "closing", &reader.closings(id, from, to).await.unwrap());
        note(lines, "limit", &reader.limit_history(id).await.unwrap());
        let statement = reader.statement(id, &StatementFilter::default(), page).await.unwrap().unwrap();
        note(lines, "statement", &[(statement.opening_balance, statement.closing_balance)]);
        note(lines, "movement", &statement.page.items);
        for movement in statement.page.items {
            note(lines, "log", &reader.logs(movement.id).await.unwrap());
        }
        note(lines, "link", &reader.audit_logs(id, (0, 0), ALL).await.unwrap());
    }
}

async fn read_requests(reader: &dyn Reader, lines: &mut Vec<String>) {
    let page = Page { limit: ALL, before: None };
    for row in reader.requests(&RequestFilter::default(), page).await.unwrap().items {
        note(lines, "request", &[reader.request(row.id).await.unwrap()]);
        note(lines, "timeline", &reader.facts(FactFilter::Request(row.id), ALL).await.unwrap());
    }
    note(lines, "under way", &reader.under_way(None, ALL).await.unwrap());
    note(lines, "unpaired", &reader.unpaired(ALL).await.unwrap());
}

async fn facts(reader: &dyn Reader) -> Vec<Row<FactId, estair_core::fact::Fact>> {
    reader.facts(FactFilter::After(FactId(0)), ALL).await.unwrap()
}

/// rule: W1 W3 W4 F7 F8: one meaning of every command, whatever holds the book.
fn every_answer_and_every_row_is_the_same(kind: Kind) {
    let databases = databases!(kind);
    let cases = number_from("ESTAIR_PROPTEST_CASES", 24);
    let steps = number_from("ESTAIR_PROPTEST_STEPS", 30) as usize;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let total = Mutex::new(Counters::default());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(proptest::bool::ANY, events(steps)), |(cancel_expired, sequence)| {
        let counters = runtime.block_on(compare(&databases, cancel_expired, &sequence));
        total.lock().unwrap().add(&counters);
        Ok(())
    });
    let total = *total.lock().unwrap();
    println!("{kind:?}: {}", total.line());
    outcome.unwrap();
    assert!(total.movements > 0 && total.refusals > 0 && total.day_changes > 0, "what was not tried proves nothing");
}

async fn compare(databases: &Databases, cancel_expired: bool, sequence: &[Event]) -> Counters {
    let (counters, expected) = played(Stores::in_memory(&MemoryStore::new()), cancel_expired, sequence).await;
    let (_, found) = played(databases.open().await, cancel_expired, sequence).await;
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(found, expected, "{:?} differs from memory", databases.kind());
    }
    assert_eq!(found.len(), expected.len(), "{:?} has more or less than memory", databases.kind());
    counters
}

#[test]
fn sqlite_is_as_memory() {
    every_answer_and_every_row_is_the_same(Kind::Sqlite);
}

#[test]
fn mariadb_is_as_memory() {
    every_answer_and_every_row_is_the_same(Kind::MariaDb);
}

#[test]
fn mysql_is_as_memory() {
    every_answer_and_every_row_is_the_same(Kind::MySql);
}

#[test]
fn postgres_is_as_memory() {
    every_answer_and_every_row_is_the_same(Kind::Postgres);
}
