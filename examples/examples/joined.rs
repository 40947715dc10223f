//! A host without HTTP: its own table and the book change together, in one transaction of the host's, or not at all.
//!
//! `cargo run -p estair-examples --example joined`

use std::error::Error;
use std::sync::Arc;

use estair_core::prelude::{
    AccountDraft, AccountId, AccountReader, Actor, Book, MovementDraft, MovementType, Policy, Source, Submission,
    System, UserId,
};
use estair_sqlx::{BookStore, Options, dialect, prepare};
use sqlx::pool::PoolOptions;
use sqlx::{Executor, Row, SqlitePool};

/// A ticket sale of the host's, and what the agency pays for it.
async fn sell(
    pool: &SqlitePool,
    store: &BookStore<dialect::Sqlite>,
    book: &Book,
    number: &str,
    amount: &str,
) -> Result<(), Box<dyn Error>> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("INSERT INTO sales (number) VALUES (?)").bind(number).execute(&mut *transaction).await?;
    let debit = MovementDraft::new(Source::Bsp, number, MovementType::Debit, AccountId(1)).amount(amount)?;
    let submission = Submission::new(Actor::service(UserId(1)), debit);
    let joined = book.join(&mut store.join(&mut transaction), vec![submission]).await?;
    // A refusal ends here, and rolls the host's own insert back too: the transaction is dropped.
    let accepted = joined.accepted()?;
    transaction.commit().await?;
    book.publish(&accepted.facts);
    Ok(())
}

#[tokio::main]
#[allow(clippy::print_stdout)] // an example speaks
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("estair-joined-{}.db", std::process::id()));
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let store = BookStore::<dialect::Sqlite>::open(&url, &Options::default()).await?;
    store.migrate().await?;
    // The host's own pool, with sessions on which the book can join.
    let pool = prepare::<dialect::Sqlite>(PoolOptions::new(), &Options::default()).connect(&url).await?;
    pool.execute("CREATE TABLE sales (number TEXT PRIMARY KEY)").await?;
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    book.ask(Actor::Admin(UserId(1)), AccountDraft::named("Agence Plateau")).await?;

    sell(&pool, &store, &book, "T-1", "-45000").await?;
    // A positive debit is refused, and the sale is not kept either.
    let refused = sell(&pool, &store, &book, "T-2", "45000").await;
    println!("second sale: {}", refused.err().map(|error| error.to_string()).unwrap_or_default());

    let sales: i64 = sqlx::query("SELECT count(*) FROM sales").fetch_one(&pool).await?.get(0);
    let account = store.account(AccountId(1)).await?.ok_or("no account")?;
    println!("{sales} sale, balance {} {}", account.indicators.balance, account.currency());
    assert_eq!((sales, account.indicators.balance.to_string().as_str()), (1, "-45000"));
    store.close().await;
    pool.close().await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    Ok(())
}
