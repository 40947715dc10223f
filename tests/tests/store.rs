//! What only a database can get wrong: round trips, numbers beyond 2^53, old rows, sessions, unsafe URLs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::audit::Hash;
use estair_core::book::{Book, Submission};
use estair_core::category::Category;
use estair_core::clock::System;
use estair_core::command::{Answer, Command};
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::movement::{Details, MovementType};
use estair_core::policy::Policy;
use estair_core::read::{Page, Reader, StatementFilter};
use estair_core::request::create;
use estair_core::testing::world::{OPERATION, SERVICE, World, morning, posting, units};
use estair_core::testing::{Harness, Stores};
use estair_core::verify::verify;
use estair_sqlx::dialect::Dialect;
use estair_sqlx::{BookStore, Membership, NewUser, Options, open_book};
use estair_tests::database::{Databases, Kind, options};
use estair_tests::databases;
use sqlx::Executor;

/// Large numbers survive: those that a float would round.
async fn numbers_beyond_2_to_the_53_survive(kind: Kind) {
    let databases = databases!(kind);
    let world = World::open(&databases).await;
    let account = world.account(1_000).await;
    let large = (1 << 53) + 1;
    let draft = create::Draft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(5)),
        etatsdevente_id: Some(large),
        ..create::Draft::default()
    };
    let request = world.create(OPERATION, draft).await;
    assert_eq!(world.request(request.id).await.etatsdevente_id, Some(large));
    let details = Details { external_id: Some(i64::MAX as u64), document_id: Some(large), ..Details::default() };
    let draft = estair_core::external::Draft {
        details: details.clone(),
        ..posting(account, MovementType::Payment, units(1), "large")
    };
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
    execute(kind, &url, old).await;
    let reader = world.stores.reader.as_ref();
    let statement = reader.statement(account, &StatementFilter::default(), Page::default()).await.unwrap().unwrap();
    assert_eq!((statement.closing_balance.amount(), statement.page.items.len()), (units(10), 1));
    let report = verify(reader).await.unwrap();
    assert!(report.is_clean(), "{kind:?}: {:?}", report.findings);
}

async fn stores(databases: &Databases, book: estair_sqlx::BookHandles) -> Stores {
    let estair_sqlx::BookHandles { store, reader, outbox, outgoing, subscriptions, users: _ } = book;
    Stores { store, reader, outbox, outgoing, subscriptions, ..databases.open().await }
}

async fn execute(kind: Kind, url: &str, sql: &'static str) {
    match kind {
        Kind::Sqlite => sqlx::SqlitePool::connect(url).await.unwrap().execute(sql).await.map(|_| ()),
        Kind::Postgres => sqlx::PgPool::connect(url).await.unwrap().execute(sql).await.map(|_| ()),
        Kind::MariaDb | Kind::MySql => sqlx::MySqlPool::connect(url).await.unwrap().execute(sql).await.map(|_| ()),
    }
    .unwrap();
}

/// Users, their tokens and their sessions.
async fn users_are_found_by_token_and_session(kind: Kind) {
    let databases = databases!(kind);
    let users = databases.book().await.users;
    let new = |number: u128, membership, token: &str| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership,
        name: format!("user {number}"),
        email: Some(format!("user{number}@example.test")),
        token: Some(Hash::of(token)),
        at: morning(),
    };
    let client = Membership::Client(AccountId(7), ClientKind::Agent);
    let agent = users.create_user(&new(1, client, "one")).await.unwrap();
    let admin = users.create_user(&new(2, Membership::Staff(Role::Admin), "two")).await.unwrap();
    assert!(users.create_user(&new(3, client, "one")).await.is_err(), "a token belongs to one user");
    let found = users.user_of_token(Hash::of("one")).await.unwrap().unwrap();
    let expected = Actor::Client { user: agent, account: AccountId(7), kind: ClientKind::Agent };
    assert_eq!(found.actor(), Some(expected));
    assert!(users.user_of_token(Hash::of("three")).await.unwrap().is_none());
    assert_eq!(users.users_of_role(Role::Admin).await.unwrap()[0].id, admin);
    assert_eq!(users.clients_of(AccountId(7)).await.unwrap(), [found]);

    let (now, later) = (morning(), morning() + chrono::Duration::hours(1));
    users.open_session(Hash::of("secret"), admin, now, later).await.unwrap();
    let session = users.user_of_session(Hash::of("secret"), now).await.unwrap();
    assert_eq!(session.and_then(|user| user.actor()), Some(Actor::Admin(admin)));
    assert!(users.user_of_session(Hash::of("secret"), later).await.unwrap().is_none(), "it has expired");
    users.close_session(Hash::of("secret"), now).await.unwrap();
    assert!(users.user_of_session(Hash::of("secret"), now).await.unwrap().is_none());
}

/// The round trips that the crate's documentation promises, for one posting and for a batch of a hundred.
async fn round_trips<D: Dialect>(kind: Kind, one: u64, hundred: u64)
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let store = BookStore::<D>::open(&url, &options()).await.unwrap();
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    let draft = estair_core::account::AccountDraft { name: Some("Agence".to_owned()), ..Default::default() };
    let reply = book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))).await.unwrap();
    let Answer::Account(account) = reply.answer else { panic!("no account") };
    let submission = |reference: String| {
        Submission::new(SERVICE, Command::Post(vec![posting(account.id, MovementType::Payment, units(1), &reference)]))
    };
    let before = store.statements();
    book.run(submission("one".to_owned())).await.unwrap();
    assert_eq!(store.statements() - before, one, "{kind:?}: one posting");
    let before = store.statements();
    let replies = book.run_all((0..100).map(|number| submission(format!("batch-{number}"))).collect()).await;
    assert!(replies.iter().all(Result::is_ok));
    assert_eq!(store.statements() - before, hundred, "{kind:?}: a hundred postings");
    assert_eq!(store.account(account.id).await.unwrap().unwrap().version, 101);
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_sqlite() {
    round_trips::<sqlx::Sqlite>(Kind::Sqlite, 6, 6).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_mariadb() {
    round_trips::<sqlx::MySql>(Kind::MariaDb, 8, 9).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_postgres() {
    round_trips::<sqlx::Postgres>(Kind::Postgres, 8, 8).await;
}

/// A database that would forget everything is refused, and no password is repeated.
#[tokio::test]
async fn urls_of_no_durable_database_are_refused() {
    for url in ["sqlite::memory:", "sqlite://x?mode=memory", "oracle://scott:tiger@example.test/", "nonsense"] {
        let error = open_book(url, &Options::default()).await.err().map(|error| error.to_string()).unwrap();
        assert!(!error.contains("tiger"), "{error}");
    }
}

macro_rules! on_each {
    ($($case:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $case() { super::$case(super::Kind::Sqlite).await; })* }
        mod mariadb { $(#[tokio::test] async fn $case() { super::$case(super::Kind::MariaDb).await; })* }
        mod mysql { $(#[tokio::test] async fn $case() { super::$case(super::Kind::MySql).await; })* }
        mod postgres { $(#[tokio::test] async fn $case() { super::$case(super::Kind::Postgres).await; })* }
    };
}

on_each!(numbers_beyond_2_to_the_53_survive, a_deleted_row_counts_in_no_sum, users_are_found_by_token_and_session,);
