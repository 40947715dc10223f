//! A host without HTTP: its own table and the book change together, in one transaction of the host's, or not at all.
//!
//! `cargo run -p estair-examples --example joined`

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::id::{AccountId, UserId};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::policy::Policy;
use estair_core::store::AccountReader;
use std::error::Error;
use std::sync::Arc;

use estair_sqlx::{BookStore, Options, dialect};
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
    let debit = MovementDraft {
        source: Some(Source::Bsp),
        reference: Some(number.to_owned()),
        kind: Some(MovementType::Debit),
        amount: Some(amount.parse()?),
        account: Some(AccountId(1)),
        ..MovementDraft::default()
    };
    let submission = Submission::new(Actor::service(UserId(1)), Command::Post(vec![debit]));
    let joined = book.join(&mut store.join(&mut transaction), vec![submission]).await?;
    for reply in joined.replies {
        // A refusal rolls the host's own insert back too: the transaction is dropped.
        reply?;
    }
    transaction.commit().await?;
    book.publish(&joined.facts);
    Ok(())
}

#[tokio::main]
#[allow(clippy::print_stdout)] // an example speaks
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("estair-joined-{}.db", std::process::id()));
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let store = BookStore::<dialect::Sqlite>::open(&url, &Options::default()).await?;
    store.migrate().await?;
    let pool = SqlitePool::connect(&url).await?;
    pool.execute("CREATE TABLE sales (number TEXT PRIMARY KEY)").await?;
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    let agency = AccountDraft { name: Some("Agence Plateau".into()), ..AccountDraft::default() };
    book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(agency))).await?;

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
