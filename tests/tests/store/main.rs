//! What only a database can get wrong: migrations that race or are killed, round trips, numbers beyond 2^53, old rows,
//! sessions, unsafe URLs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod migrating;
mod users;

use std::sync::Arc;

use estair_core::account::AccountDraft;
use estair_core::book::{Book, Submission};
use estair_core::category::Category;
use estair_core::clock::{Clock, IdSource, System};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId};
use estair_core::messager::{DOMAIN, Message, MessagerStore, NewMessage, OutgoingMessage};
use estair_core::movement::{Details, MovementDraft, MovementType};
use estair_core::policy::Policy;
use estair_core::queue::{Next, Queue, Report, Schedule, Settlement, Worker};
use estair_core::request::RequestDraft;
use estair_core::store::{AccountReader, LogFilter, MovementFilter, Page, StatementFilter};
use estair_core::testing::world::{ADMIN, OPERATION, SERVICE, World, posting, units};
use estair_core::testing::{Harness, Stores};
use estair_core::verify::verify;
use estair_sqlx::dialect::{self, Dialect};
use estair_sqlx::{BookHandles, BookStore, Options, migrate_messager, open_book, open_messager};
use estair_tests::database::{Databases, Kind, options};
use estair_tests::filling::{Filler, execute};
use estair_tests::{databases, on_each};
use futures::future::join_all;
use serde_json::json;
use uuid::Uuid;

/// Large numbers survive: those that a float would round.
async fn numbers_beyond_2_to_the_53_survive(kind: Kind) {
    let databases = databases!(kind);
    let world = World::open(&databases).await;
    let account = world.account(1_000).await;
    let large = (1 << 53) + 1;
    let draft = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(5)),
        etatsdevente_id: Some(large),
        ..RequestDraft::default()
    };
    let request = world.create(OPERATION, draft).await;
    assert_eq!(world.request(request.id).await.etatsdevente_id, Some(large));
    let details = Details { external_id: Some(i64::MAX as u64), document_id: Some(large), ..Details::default() };
    let draft =
        MovementDraft { details: details.clone(), ..posting(account, MovementType::Payment, units(1), "large") };
    let id = world.post(draft).await;
    let movement = world.stores.reader.movement(id).await.unwrap().unwrap();
    assert_eq!(movement.details, details);
    assert!(world.stores.reader.request(RequestId(u64::MAX)).await.unwrap().is_none(), "a number that no row can have");
}

/// A row that an older system marked as deleted counts nowhere.
async fn a_deleted_row_counts_in_no_sum(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let account = world.account(1_000).await;
    world.post(posting(account, MovementType::Payment, units(10), "kept")).await;
    let old = "INSERT INTO mouvements (uuid, name, type, source, status, total_operation, currency_code, account_id, \
               business_day, is_deleted) VALUES ('00000000-0000-7000-8000-000000000001', 'OLD', 'payment', 'wave', \
               'success', 700, 'XOF', 1, '2025-10-20', 1)";
    execute(kind, &url, &[old.to_owned()]).await;
    let reader = world.stores.reader.as_ref();
    let statement = reader.statement(account, &StatementFilter::default(), Page::default()).await.unwrap().unwrap();
    assert_eq!((statement.closing_balance.amount(), statement.page.items.len()), (units(10), 1));
    let report = verify(world.stores.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{kind:?}: {:?}", report.findings);
}

/// What was changed, put in or taken out by hand, each on an account of its own, is found there (F8, W4).
// rule: W4
async fn f8_w4_each_thing_done_by_hand_is_found(kind: Kind) {
    let half = if kind == Kind::Sqlite { "50" } else { "0.5" }; // SQLite keeps hundredths
    let log = "mouvement_id, account_id, attempt_number, status, created_at, account_version, state_before, state_after, \
               changes, previous_hash, hash";
    let beyond = log.replace("account_version", "account_version + 1");
    let row = "type, source, status, total_operation, currency_code, account_id, business_day, created_at, updated_at, \
               credit_before, credit_after, balance_after, folded";
    let unowned = row.replace("account_id, ", "");
    let deeds = [
        ("UPDATE mouvements SET balance_after = balance_after + 700 WHERE id = {m}".to_owned(), "other figures"),
        ("UPDATE mouvements SET credit_before = credit_before + 700 WHERE id = {m}".to_owned(), "other figures"),
        ("UPDATE mouvements SET credit_after = credit_after + 700 WHERE id = {m}".to_owned(), "other figures"),
        (
            "UPDATE mouvements SET total_operation = total_operation + 700 WHERE id = {m}".to_owned(),
            "does not give its hash",
        ),
        (
            format!("UPDATE mouvements SET total_operation = {half} WHERE id = {{m}}"),
            "movement {m}: column total_operation",
        ),
        ("UPDATE mouvements SET status = 'failed' WHERE id = {m}".to_owned(), "its movement is failed"),
        (
            "UPDATE mouvement_logs SET status = 'failed' WHERE mouvement_id = {m}".to_owned(),
            "its log's status is failed",
        ),
        ("UPDATE mouvement_logs SET changes = '{}' WHERE mouvement_id = {m}".to_owned(), "its changes"),
        ("UPDATE mouvement_logs SET hash = NULL WHERE mouvement_id = {m}".to_owned(), "is not whole"),
        ("UPDATE mouvement_logs SET previous_hash = hash WHERE mouvement_id = {m}".to_owned(), "the link before"),
        ("DELETE FROM mouvement_logs WHERE mouvement_id = {m}".to_owned(), "the chain ends at link 1"),
        (
            format!(
                "INSERT INTO mouvement_logs ({log}) SELECT {beyond} FROM mouvement_logs WHERE mouvement_id = {{m}}"
            ),
            "place 3 is beyond",
        ),
        (
            format!(
                "INSERT INTO mouvements (uuid, name, account_version, {row}) SELECT 'aaaaaaaa-0000-7000-8000-000000000001', \
                 'PUT-IN', 3, {row} FROM mouvements WHERE id = {{m}}"
            ),
            "is a success that no link of the chain names",
        ),
        (
            format!(
                "INSERT INTO mouvements (uuid, name, {unowned}) SELECT 'aaaaaaaa-0000-7000-8000-000000000002', 'OF-NOBODY', \
                 {unowned} FROM mouvements WHERE id = {{m}}"
            ),
            "",
        ),
        ("UPDATE estair_accounts SET balance = balance + 700 WHERE id = {a}".to_owned(), "balance is"),
        ("UPDATE estair_accounts SET version = version + 1 WHERE id = {a}".to_owned(), "version is 3"),
    ];
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let audit = world.stores.audit.as_ref();
    let mut done = Vec::new();
    for (number, (deed, words)) in deeds.into_iter().enumerate() {
        let account = world.account(1_000).await;
        world.post(posting(account, MovementType::Payment, units(100), &format!("first-{number}"))).await;
        let last = world.post(posting(account, MovementType::Debit, units(-30), &format!("last-{number}"))).await;
        let fill = |text: &str| text.replace("{m}", &last.to_string()).replace("{a}", &account.to_string());
        done.push((account, fill(&deed), fill(words)));
    }
    assert!(verify(audit, None).await.unwrap().is_clean());
    let deeds: Vec<_> = done.iter().map(|(_, deed, _)| deed.clone()).collect();
    execute(kind, &url, &deeds).await;
    let report = verify(audit, None).await.unwrap();
    // What cannot be read does not take the lists of everything down: the one with half a franc and the one of nobody are left out.
    let all = Page { limit: 200, before: None };
    let listed = world.stores.reader.movements(&MovementFilter::default(), all).await.unwrap();
    assert_eq!((listed.items.len(), listed.next), (2 * done.len(), None), "{kind:?}");
    world.stores.reader.all_logs(&LogFilter::default(), all).await.unwrap();
    for (account, deed, words) in &done {
        let found = report.findings.iter().filter(|finding| finding.account == Some(*account));
        let found: Vec<_> = found.map(ToString::to_string).collect();
        // What belongs to no account is found all the same.
        let found = if words.is_empty() { report.findings.iter().map(ToString::to_string).collect() } else { found };
        let words = if words.is_empty() { "names in account_id a row of estair_accounts" } else { words };
        assert!(found.iter().any(|finding| finding.contains(words)), "{kind:?}: {deed}: {words:?} is not in {found:?}");
    }
}

/// A success that no chain knows of is found (W4).
// rule: W4
async fn w4_a_log_row_put_in_by_hand_is_found(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    // One that looks like a failed attempt but for its status, and one that looks like nothing.
    let (mut accounts, at) = (Vec::new(), Filler(kind).noon("2025-10-21"));
    for (name, error) in [("real", "'no error'"), ("another", "NULL")] {
        let account = world.account(1_000).await;
        let movement = world.post(posting(account, MovementType::Payment, units(10), name)).await;
        let put_in = format!(
            "INSERT INTO mouvement_logs (mouvement_id, attempt_number, status, account_id, created_at, error_details) \
             VALUES ({movement}, 1, 'success', {account}, {at}, {error})"
        );
        execute(kind, &url, &[put_in]).await;
        accounts.push((account, movement));
    }
    let mut report = verify(world.stores.audit.as_ref(), None).await.unwrap();
    report.findings.sort_by_key(|finding| finding.account);
    let [first, second] = report.findings.as_slice() else { panic!("{kind:?}: {:?}", report.findings) };
    assert_eq!((first.account, first.movement), (Some(accounts[0].0), Some(accounts[0].1)), "{first}");
    assert_eq!(second.account, Some(accounts[1].0), "{second}");
    for finding in [first, second] {
        assert!(finding.problem.contains("is no link of a chain"), "{finding}");
    }
}

async fn stores(databases: &Databases, book: BookHandles) -> Stores {
    let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, users: _, pool: _, .. } =
        book;
    Stores { store, reader, audit, outbox, pending, notifications, subscriptions, ..databases.open().await }
}

/// The round trips that the crate's documentation promises: for one posting, for 64 on one account, and for 64 over as many
/// accounts.
async fn round_trips<D: Dialect>(kind: Kind, one: u64, many: u64) {
    const ACCOUNTS: u64 = 64;
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let store = BookStore::<D>::open(&url, &options()).await.unwrap();
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    let open = |_| {
        let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
        Submission::new(ADMIN, Command::CreateAccount(draft))
    };
    assert!(book.run_all((0..ACCOUNTS).map(open).collect()).await.iter().all(Result::is_ok));

    let sent = async |batch: &str, count: u64, accounts: u64| {
        let post = |number: u64| {
            let (account, reference) = (AccountId(1 + number % accounts), format!("{batch}-{number}"));
            let amount = units(1 + i64::try_from(number).unwrap());
            Submission::new(SERVICE, Command::Post(vec![posting(account, MovementType::Payment, amount, &reference)]))
        };
        let before = store.statements();
        let replies = book.run_all((0..count).map(post).collect()).await;
        assert!(replies.iter().all(Result::is_ok));
        store.statements() - before
    };
    assert_eq!(sent("one", 1, 1).await, one, "{kind:?}: one posting");
    assert_eq!(sent("hot", ACCOUNTS, 1).await, many, "{kind:?}: 64 postings on one account");
    assert_eq!(sent("wide", 64, ACCOUNTS).await, many, "{kind:?}: 64 postings over 64 accounts");
    assert_eq!(store.account(AccountId(1)).await.unwrap().unwrap().version, 66);
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_sqlite() {
    round_trips::<dialect::Sqlite>(Kind::Sqlite, 2, 2).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_mariadb() {
    round_trips::<dialect::MariaDb>(Kind::MariaDb, 6, 7).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_mysql() {
    round_trips::<dialect::MySql>(Kind::MySql, 6, 8).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_postgres() {
    round_trips::<dialect::Postgres>(Kind::Postgres, 4, 6).await;
}

/// A database that would forget everything is refused, and no password is repeated.
#[tokio::test]
async fn urls_of_no_durable_database_are_refused() {
    for url in ["sqlite::memory:", "sqlite://x?mode=memory", "oracle://scott:tiger@example.test/", "nonsense"] {
        let error = open_book(url, &Options::default()).await.err().map(|error| error.to_string()).unwrap();
        assert!(!error.contains("tiger"), "{error}");
    }
}

/// Two handles on one book remember apart what they have counted: each counts what the other one settles, over hours.
async fn two_handles_count_the_same_depth(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let own = open_book(&url, &options()).await.unwrap();
    let other = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, own).await, Policy::default());
    for _ in 0..6 {
        let account = world.account(1_000).await;
        world.credit(account, 10).await;
    }
    let queues = [&world.stores.outbox, &other.outbox];
    let leased = queues[0].claim(&world.claim(6)).await.unwrap();
    for (place, job) in (0..).zip(&leased) {
        let end = Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) };
        assert!(queues[place % 2].settle(&job.lease, &end).await.unwrap());
        for minutes in [0, 61, 40] {
            world.wait(chrono::Duration::minutes(minutes));
            for queue in queues {
                let depth = queue.depth(world.now()).await.unwrap();
                let counted = (depth.processing + depth.completed, depth.completed);
                assert_eq!(counted, (6, place as u64 + 1), "{kind:?}: {minutes} minutes later");
            }
        }
    }
}

/// Takes a message of an account in.
async fn accepted(store: &dyn MessagerStore, account: u64) {
    let message = OutgoingMessage {
        domain: DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: json!({ "account_id": account }).into(),
        idempotency_key: None,
    };
    let message = NewMessage::new(message, Uuid::from_u128(System.seed()), &Schedule::messager(), System.now());
    assert!(store.accept(&message).await.unwrap().1);
}

/// Whoever ends a job looks for the next one of its account before it commits: one that came since must not have been set
/// aside meanwhile, or nobody would ever see it again.
async fn g13_a_job_that_came_while_the_one_before_ended_is_not_forgotten(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    migrate_messager(&url, &options()).await.unwrap();
    let store = open_messager(&url, &options()).await.unwrap();
    let worker = Worker { clock: &System, ids: &System };
    let queue: &dyn Queue<Message> = store.as_ref();
    let claim = async || queue.claim(&worker.claim(&Schedule::messager(), 10)).await.unwrap();
    accepted(store.as_ref(), 1).await;
    assert_eq!(claim().await.len(), 1);
    // More than a claim looks at.
    for _ in 0..20 {
        join_all((0..60).map(|_| accepted(store.as_ref(), 1))).await;
    }
    assert_eq!(claim().await.len(), 0, "{kind:?}: the first one is on its way");
    let ended = "UPDATE messager_messages SET status = 'completed', lease_token = NULL, version = version + 1 \
                 WHERE status = 'processing'";
    execute(kind, &url, &[ended.to_owned()]).await;
    assert_eq!(claim().await.len(), 1, "{kind:?}: the next one has its turn");
}

on_each!(
    numbers_beyond_2_to_the_53_survive,
    a_deleted_row_counts_in_no_sum,
    f8_w4_each_thing_done_by_hand_is_found,
    w4_a_log_row_put_in_by_hand_is_found,
    two_handles_count_the_same_depth,
    g13_a_job_that_came_while_the_one_before_ended_is_not_forgotten,
);
