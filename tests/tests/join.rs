//! A host's own rows and the book's are committed together, or vanish together, on every database; what would not be is
//! refused before anything is written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use estair_core::book::Accepted;
use estair_core::prelude::*;
use estair_sqlx::dialect::{self, ConnectionOf, Dialect};
use estair_sqlx::{BookStore, Options, prepare, prepare_session};
use estair_tests::database::{Driver, Kind, options};
use estair_tests::{databases, on_each};
use sqlx::pool::PoolOptions;
use sqlx::{Database, Executor, IntoArguments, Pool, Row};

const SERVICE: Actor = Actor::service(UserId(2));

/// A book, its store and its account; the host's pool and table beside it.
struct World<D: Dialect> {
    store: BookStore<D>,
    book: Book,
    account: AccountId,
    pool: Pool<D::Driver>,
}

impl<D: Dialect> World<D>
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
{
    async fn new(url: &str) -> Self {
        let store = BookStore::<D>::open(url, &options()).await.unwrap();
        let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
        let account = book.ask(Actor::Admin(UserId(1)), AccountDraft::named("Agence")).await.unwrap().id;
        let pool = prepare::<D>(PoolOptions::new().max_connections(2), &options()).connect(url).await.unwrap();
        pool.acquire().await.unwrap().execute("CREATE TABLE ticket (number varchar(20) PRIMARY KEY)").await.unwrap();
        Self { store, book, account, pool }
    }

    async fn sell(&self, transaction: &mut sqlx::Transaction<'_, D::Driver>, number: &'static str) {
        let insert = format!("INSERT INTO ticket (number) VALUES ('{number}')");
        transaction.execute(sqlx::AssertSqlSafe(insert)).await.unwrap();
    }

    fn debit(&self, reference: &str, amount: &str) -> Submission {
        let debit = MovementDraft::new(Source::Bsp, reference, MovementType::Debit, self.account);
        Submission::new(SERVICE, debit.amount(amount).unwrap())
    }

    /// How many tickets are sold, how many movements are written, and what was paid.
    async fn figures(&self) -> (i64, u64, i64)
    where
        <D::Driver as Database>::Arguments: IntoArguments<D::Driver>,
        for<'r> i64: sqlx::Decode<'r, D::Driver> + sqlx::Type<D::Driver>,
        usize: sqlx::ColumnIndex<<D::Driver as Database>::Row>,
    {
        let sold = self.pool.acquire().await.unwrap().fetch_one("SELECT COUNT(*) FROM ticket").await.unwrap().get(0);
        let account = self.store.account(self.account).await.unwrap().unwrap();
        (sold, account.version, account.indicators.balance.hundredths())
    }

    async fn close(self) {
        self.pool.close().await;
        self.store.close().await;
    }
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
    let world = World::<D>::new(&databases.migrated().await).await;

    for (number, commits) in [("T1", true), ("T2", false)] {
        let mut transaction = world.pool.begin_with(D::BEGIN).await.unwrap();
        world.sell(&mut transaction, number).await;
        let submissions = vec![world.debit(number, "-25000")];
        let joined = world.book.join(&mut world.store.join(&mut transaction), submissions).await.unwrap();
        let Accepted { replies, facts } = joined.accepted().unwrap();
        assert_eq!((replies.len(), facts.len()), (1, 1));
        if commits {
            transaction.commit().await.unwrap();
            world.book.publish(&facts);
        } else {
            transaction.rollback().await.unwrap();
        }
    }
    assert_eq!(world.figures().await, (1, 1, -2_500_000), "one ticket is sold, and paid");

    // A refusal comes before any answer: with `?` the transaction is dropped, and the host's row goes with it.
    let refused = async {
        let mut transaction = world.pool.begin_with(D::BEGIN).await.unwrap();
        world.sell(&mut transaction, "T3").await;
        let submissions = vec![world.debit("T3", "-100"), world.debit("T4", "25000")];
        let joined = world.book.join(&mut world.store.join(&mut transaction), submissions).await.unwrap();
        let accepted = joined.accepted()?;
        transaction.commit().await.unwrap();
        Ok::<_, Refusal>(accepted.replies.len())
    };
    assert_eq!(refused.await.unwrap_err().code(), "invalid_amount");
    assert_eq!(world.figures().await, (1, 1, -2_500_000), "nothing of it is there");

    // Who commits all the same says so.
    let mut transaction = world.pool.begin_with(D::BEGIN).await.unwrap();
    world.sell(&mut transaction, "T5").await;
    let submissions = vec![world.debit("T5", "-100"), world.debit("T6", "100")];
    let joined = world.book.join(&mut world.store.join(&mut transaction), submissions).await.unwrap();
    let kept = joined.despite_refusals();
    assert!(kept.replies[0].is_ok() && kept.replies[1].is_err());
    transaction.commit().await.unwrap();
    world.book.publish(&kept.facts);
    assert_eq!(world.figures().await, (2, 2, -2_510_000));
    world.close().await;
}

/// rule: W1: a connection on which nothing could be rolled back is refused, and so is a session that repeats its reads.
async fn w1_what_cannot_be_joined_is_refused<D: Dialect>(kind: Kind)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
    <D::Driver as Database>::Arguments: IntoArguments<D::Driver>,
    for<'r> i64: sqlx::Decode<'r, D::Driver> + sqlx::Type<D::Driver>,
    usize: sqlx::ColumnIndex<<D::Driver as Database>::Row>,
{
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let world = World::<D>::new(&url).await;

    // The transaction has ended behind the driver's back: what is written now is written for good.
    let mut transaction = world.pool.begin_with(D::BEGIN).await.unwrap();
    transaction.execute("COMMIT").await.unwrap();
    let joined = world.book.join(&mut world.store.join(&mut transaction), vec![world.debit("T1", "-100")]).await;
    let refused = joined.unwrap_err().to_string();
    assert!(refused.contains("in no transaction"), "{kind:?}: {refused}");
    drop(transaction);
    assert_eq!(world.figures().await, (0, 0, 0), "{kind:?}: nothing was written");

    let unfit = match kind.driver() {
        Driver::Sqlite => "PRAGMA synchronous = OFF",
        Driver::MySql => "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        Driver::Postgres => "SET default_transaction_isolation = 'repeatable read'",
    };
    let pool = PoolOptions::<D::Driver>::new().max_connections(1).after_connect(move |connection, _| {
        Box::pin(async move {
            prepare_session::<D>(connection, &Options::default()).await?;
            connection.execute(unfit).await.map(|_| ())
        })
    });
    let pool = pool.connect(&url).await.unwrap();
    let mut transaction = pool.begin_with(D::BEGIN).await.unwrap();
    let joined = world.book.join(&mut world.store.join(&mut transaction), vec![world.debit("T1", "-100")]).await;
    let refused = joined.unwrap_err().to_string();
    assert!(refused.contains("cannot hold the book"), "{kind:?}: {refused}");
    drop(transaction);
    let refused = BookStore::<D>::of_pool(pool.clone(), &options()).await.err().unwrap().to_string();
    assert!(refused.contains("cannot hold the book"), "{kind:?}: {refused}");
    pool.close().await;

    let fit = BookStore::<D>::of_pool(world.pool.clone(), &options()).await.unwrap();
    assert!(fit.account(world.account).await.unwrap().is_some());
    world.close().await;
}

on_each!(w1_the_host_and_the_book_share_a_fate<dialect>, w1_what_cannot_be_joined_is_refused<dialect>,);
