//! The same commands give the same answers and the same rows on every store: random sequences of events are played on the
//! memory store and on a database, under the same clock and the same ids. Numbers, uuids, refusals with their figures,
//! accounts, requests, movements, audit rows with their hashes, closings, limits, facts and outbox must
//! be equal to the last character.
//!
//! `ESTAIR_PROPTEST_CASES` and `ESTAIR_PROPTEST_STEPS` make it longer: 200 cases of 30 steps on the servers at night.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId};
use estair_core::memory::MemoryStore;
use estair_core::movement::{Details, MovementDraft, MovementType};
use estair_core::policy::Policy;
use estair_core::request::{RequestDraft, RequestPatch};
use estair_core::row::Row;
use estair_core::store::{
    AccountFilter, AuditReader, Page, RELATIONS, Reader, RequestFilter, StatementFilter, StoreErrorKind, SupportFilter,
    Timeline,
};
use estair_core::support::{SupportPatch, SupportStatus};
use estair_core::testing::events::{Counters, Event, Game};
use estair_core::testing::strategies::events;
use estair_core::testing::world::{
    ADMIN, FINANCE, OPERATION, SERVICE, World, cancellation_draft, message_of, posting, units,
};
use estair_core::testing::{Harness, Stores};
use estair_core::verify::verify;
use std::fmt::Debug;
use std::sync::Mutex;

use estair_tests::database::{Databases, Kind};
use estair_tests::{databases, each_kind, on_each};
use proptest::test_runner::{Config, TestRunner};

/// Longer than any list of a game.
const ALL: u32 = 1_000;

fn number_from(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Everything that a game left: what was answered, then what is stored, a line each.
async fn played(stores: Stores, cancel_expired: bool, sequence: &[Event]) -> (Counters, Vec<String>) {
    let world = World::over(stores, Policy::default().cancel_expired(cancel_expired));
    let (counters, replies) = Game::new(&world, |_| {}).await.play_for_replies(sequence).await;
    let mut lines = Vec::new();
    note(&mut lines, "reply", &replies);
    lines.extend(stored(&world).await);
    (counters, lines)
}

/// Everything that is stored.
async fn stored(world: &World) -> Vec<String> {
    let mut lines = Vec::new();
    let (reader, audit) = (world.stores.reader.as_ref(), world.stores.audit.as_ref());
    read_accounts(reader, &mut lines).await;
    read_requests(reader, &mut lines).await;
    read_audit(audit, &mut lines).await;
    note(&mut lines, "event", &world.events().await);
    note(&mut lines, "pending", &world.stores.pending.pending_facts(ALL).await.unwrap());
    note(&mut lines, "outbox", &world.stores.outbox.claim(&world.claim(ALL)).await.unwrap());
    note(&mut lines, "depth", &[world.stores.outbox.depth(world.now()).await.unwrap()]);
    lines
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
        note(lines, "limit", &reader.limit_history(id, page).await.unwrap().items);
        let statement = reader.statement(id, &StatementFilter::default(), page).await.unwrap().unwrap();
        note(lines, "statement", &[(statement.opening_balance, statement.closing_balance)]);
        note(lines, "movement", &statement.page.items);
        for movement in statement.page.items {
            note(lines, "log", &reader.logs(movement.id, page).await.unwrap().items);
        }
    }
}

async fn read_requests(reader: &dyn Reader, lines: &mut Vec<String>) {
    let page = Page { limit: ALL, before: None };
    for row in reader.requests(&RequestFilter::default(), page).await.unwrap().items {
        note(lines, "request", &[reader.request(row.id).await.unwrap()]);
        note(lines, "timeline", &reader.timeline(Timeline::Request(row.id), page).await.unwrap().items);
    }
    let supports = reader.supports(&SupportFilter::default(), page).await.unwrap().items;
    note(lines, "support", &supports);
    for row in &supports {
        note(lines, "comment", &reader.comments(row.id, page).await.unwrap().items);
        note(lines, "timeline", &reader.timeline(Timeline::Support(row.id), page).await.unwrap().items);
    }
    let ids: Vec<_> = supports.iter().map(|row| row.id).collect();
    note(lines, "newest comments", &[reader.newest_comments(&ids, 2).await.unwrap()]);
}

/// What verifying reads, whole.
async fn read_audit(audit: &dyn AuditReader, lines: &mut Vec<String>) {
    let page = Page { limit: ALL, before: None };
    for Row { id, data } in audit.accounts(&AccountFilter::default(), page).await.unwrap().items {
        note(lines, "link", &audit.audit_logs(id, (0, 0), ALL).await.unwrap());
        note(lines, "movements", &[audit.audit_count(id).await.unwrap()]);
        note(lines, "movement without a link", &audit.unlinked_movements(id, ALL).await.unwrap());
        note(lines, "loose log", &audit.loose_logs(id, None, ALL).await.unwrap());
        note(lines, "audited fact", &audit.audit_facts(id, 0, ALL).await.unwrap());
        note(lines, "audited limit", &audit.audit_limits(id).await.unwrap());
        note(lines, "audited change", &audit.audit_changes(id).await.unwrap());
        note(lines, "seals", &[audit.seals_at(id, data.version, data.trail.count).await.unwrap()]);
    }
    note(lines, "audited request", &audit.audit_requests(None, ALL).await.unwrap());
    note(lines, "audited support", &audit.audit_supports(None, ALL).await.unwrap());
    let failures = audit.audit_failures(None, ALL).await.unwrap();
    note(lines, "audited failure", &failures);
    let uuids: Vec<_> = failures.iter().map(|failure| failure.row.uuid).collect();
    note(lines, "movement of a message", &audit.movements_of(&uuids, &[]).await.unwrap());
    for relation in &RELATIONS {
        note(lines, "orphan", &audit.orphans(relation, ALL).await.unwrap());
    }
    note(lines, "count", &audit.audit_counts().await.unwrap());
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
    are_equal(databases.kind(), &expected, &found);
    counters
}

fn are_equal(kind: Kind, expected: &[String], found: &[String]) {
    for (expected, found) in expected.iter().zip(found) {
        assert_eq!(found, expected, "{kind:?} differs from memory");
    }
    assert_eq!(found.len(), expected.len(), "{kind:?} has more or less than memory");
}

/// Rows of a table that a batch changes: more than one statement takes.
const MANY: usize = 70;

/// rule: W7: a batch that changes many rows of each table leaves the rows that memory has; and when one of them is no longer
/// as it was read, it changes none.
async fn w7_a_batch_changes_many_rows_at_once(kind: Kind) {
    let databases = databases!(kind);
    let expected = World::over(Stores::in_memory(&MemoryStore::new()), Policy::default());
    change_many_rows(&expected).await;
    let found = World::open(&databases).await;
    change_many_rows(&found).await;
    are_equal(kind, &stored(&expected).await, &stored(&found).await);
    let report = verify(found.stores.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{kind:?}: {:?}", report.findings);
    one_stale_row_spoils_all(&found).await;
}

async fn change_many_rows(world: &World) {
    let accounts = open_accounts(world).await;
    let payments = accounts.iter().zip(1..).map(|(id, amount)| {
        let movement = posting(*id, MovementType::Payment, units(amount), &format!("P{amount}"));
        let description = (amount % 3 == 0).then(|| format!("reçu n° {amount}, l'« été »"));
        let details = Details { description, external_id: Some((1 << 53) + 1), ..Details::default() };
        Command::Post(vec![MovementDraft { details, ..movement }])
    });
    run_all(world, SERVICE, payments).await;

    let loads = create_all(world, OPERATION, accounts.iter().zip(1..).map(|(id, amount)| load(*id, amount))).await;
    let pass = |id: &RequestId| Command::UpdateRequest(*id, status(Status::ToTreat));
    run_all(world, FINANCE, loads.iter().map(pass)).await;
    deliver_all(world, &loads).await;

    let mut credits = Vec::new();
    for (id, amount) in accounts.iter().zip(1..) {
        credits.push(world.credit(*id, amount).await.id);
    }
    deliver_all(world, &credits).await;
    let cancel = credits.iter().zip(&accounts).map(|(parent, account)| cancellation_draft(*parent, *account));
    let cancellations = create_all(world, ADMIN, cancel).await;
    deliver_all(world, &cancellations).await;

    let mut tickets = Vec::new();
    for id in &accounts {
        tickets.push(world.support(*id, "un sujet").await);
    }
    let edit = tickets.iter().map(|id| {
        let subject = (id.0 % 2 == 0).then(|| format!("un autre sujet, {id}"));
        let status = Some(SupportStatus::InProgress);
        Command::UpdateSupport(*id, SupportPatch { status, subject, ..SupportPatch::default() })
    });
    run_all(world, OPERATION, edit).await;
}

/// Each at an instant of its own.
async fn open_accounts(world: &World) -> Vec<AccountId> {
    let mut accounts = Vec::new();
    for number in 0..MANY {
        world.wait(chrono::Duration::microseconds(1_000_003));
        accounts.push(world.account(1_000 + i64::try_from(number).unwrap()).await);
    }
    accounts
}

fn load(account: AccountId, amount: i64) -> RequestDraft {
    RequestDraft {
        category: Some(Category::Load),
        account: Some(account),
        amount: Some(units(amount)),
        description: (amount % 2 == 0).then(|| format!("dépôt {amount}")),
        etatsdevente_id: (amount % 5 == 0).then_some((1 << 53) + 1),
        ..RequestDraft::default()
    }
}

fn status(status: Status) -> RequestPatch {
    RequestPatch { status: Some(status), ..RequestPatch::default() }
}

/// In one transaction; each must succeed.
async fn run_all(world: &World, actor: Actor, commands: impl Iterator<Item = Command>) -> Vec<Answer> {
    world.wait(chrono::Duration::microseconds(17));
    let replies = world.book.run_all(commands.map(|command| Submission::new(actor, command)).collect()).await;
    assert_eq!(replies.len(), MANY);
    replies.into_iter().map(|reply| reply.unwrap().answer).collect()
}

async fn create_all(world: &World, actor: Actor, drafts: impl Iterator<Item = RequestDraft>) -> Vec<RequestId> {
    let answers = run_all(world, actor, drafts.map(Command::CreateRequest)).await;
    let id = |answer| match answer {
        Answer::Request(row) => row.id,
        other => panic!("no request: {other:?}"),
    };
    answers.into_iter().map(id).collect()
}

async fn deliver_all(world: &World, ids: &[RequestId]) {
    let mut messages = Vec::new();
    for id in ids {
        messages.push(Command::Receive(message_of(*id, &world.request(*id).await.data)));
    }
    let answers = run_all(world, Actor::System, messages.into_iter()).await;
    assert!(answers.iter().all(|answer| matches!(answer, Answer::Written { .. })), "{answers:?}");
}

/// A batch on two requests, one of which somebody else has moved meanwhile.
async fn one_stale_row_spoils_all(world: &World) {
    let account = world.account(1_000).await;
    let still = world.create(OPERATION, load(account, 1)).await;
    let moved = world.create(OPERATION, load(account, 2)).await;
    let wait = |id| Command::UpdateRequest(id, status(Status::Waiting));
    let stale = world.decided_together(&[(FINANCE, wait(still.id)), (FINANCE, wait(moved.id))]).await;
    world.pass(moved.id).await;
    let stale = world.sealed_anew(stale).await;
    assert_eq!(world.save(&stale).await.unwrap_err().kind(), StoreErrorKind::VersionConflict);
    assert_eq!(
        (world.request(still.id).await.status, world.request(moved.id).await.status),
        (Status::Open, Status::ToTreat)
    );
}

on_each!(w7_a_batch_changes_many_rows_at_once);

macro_rules! as_memory {
    ([] $($name:ident: $kind:ident),*) => {
        mod as_memory {
            $(#[test]
            fn $name() {
                super::every_answer_and_every_row_is_the_same(super::Kind::$kind);
            })*
        }
    };
}

each_kind!((as_memory) []);
