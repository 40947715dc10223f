//! A host's own rows and the book's are committed together, or vanish together, on every database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Book, Submission};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, UserId};
use estair_core::money::Amount;
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::store::AccountReader;
use std::sync::Arc;

use estair_sqlx::BookStore;
use estair_sqlx::dialect::{self, ConnectionOf, Dialect};
use estair_tests::database::{Kind, options};
use estair_tests::databases;
use sqlx::{Database, Executor, IntoArguments, Pool, Row};

async fn account(book: &Book) -> AccountId {
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    let reply = book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))).await.unwrap();
    let Answer::Account(row) = reply.answer else { panic!("no account") };
    row.id
}

fn ticket(account: AccountId, reference: &str) -> Submission {
    let draft = MovementDraft {
        source: Some(Source::Bsp),
        reference: Some(reference.to_owned()),
        kind: Some(MovementType::Debit),
        amount: Some(Amount::from_hundredths(-2_500_000).unwrap()),
        account: Some(account),
        ..MovementDraft::default()
    };
    Submission::new(Actor::service(UserId(2)), Command::Post(vec![draft]))
}

/// rule: W1: what the host writes and what the book writes are one transaction.
async fn w1_the_host_and_the_book_share_a_fate<D: Dialect>(kind: Kind)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
    <D::Driver as Database>::Arguments: IntoArguments<D::Driver>,
    for<'r> i64: sqlx::Decode<'r, D::Driver> + sqlx::Type<D::Driver>,
    usize: sqlx::ColumnIndex<<D::Driver as Database>::Row>,
{
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let store = BookStore::<D>::open(&url, &options()).await.unwrap();
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    let account = account(&book).await;
    let pool = Pool::<D::Driver>::connect(&url).await.unwrap();
    pool.acquire().await.unwrap().execute("CREATE TABLE ticket (number varchar(20) PRIMARY KEY)").await.unwrap();

    for (number, commits) in [("'T1'", true), ("'T2'", false)] {
        let mut transaction = pool.begin_with(D::BEGIN).await.unwrap();
        let insert = format!("INSERT INTO ticket (number) VALUES ({number})");
        transaction.execute(sqlx::AssertSqlSafe(insert)).await.unwrap();
        let joined = book.join(&mut store.join(&mut transaction), vec![ticket(account, number)]).await.unwrap();
        assert!(joined.replies.iter().all(Result::is_ok));
        if commits {
            transaction.commit().await.unwrap();
            book.publish(&joined.facts);
        } else {
            transaction.rollback().await.unwrap();
        }
    }

    let row = pool.acquire().await.unwrap().fetch_one("SELECT COUNT(*) FROM ticket").await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1, "one ticket is sold");
    let figures = store.account(account).await.unwrap().unwrap();
    assert_eq!((figures.version, figures.indicators.balance.hundredths()), (1, -2_500_000), "and one is paid");
    pool.close().await;
    store.close().await;
}

#[tokio::test]
async fn w1_sqlite() {
    w1_the_host_and_the_book_share_a_fate::<dialect::Sqlite>(Kind::Sqlite).await;
}

#[tokio::test]
async fn w1_mariadb() {
    w1_the_host_and_the_book_share_a_fate::<dialect::MariaDb>(Kind::MariaDb).await;
}

#[tokio::test]
async fn w1_mysql() {
    w1_the_host_and_the_book_share_a_fate::<dialect::MySql>(Kind::MySql).await;
}

#[tokio::test]
async fn w1_postgres() {
    w1_the_host_and_the_book_share_a_fate::<dialect::Postgres>(Kind::Postgres).await;
}
