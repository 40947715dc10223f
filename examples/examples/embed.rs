//! The life of a credit, embedded in a host that keeps everything in memory: asked for, checked, sent, written, told,
//! verified. A real host swaps the store for `estair-sqlx`, and rounds for the loops of `estair-http`.
//!
//!     cargo run -p estair-examples --example embed
#![allow(clippy::print_stdout, reason = "a program that shows")]

use std::error::Error;
use std::sync::Arc;

use estair_core::clock::parse_timestamp;
use estair_core::fact::Fact;
use estair_core::prelude::*;
use estair_core::testing::ManualClock;
use estair_core::verify::verify;

/// Hears of every fact, after its commit.
struct Journal;

impl Subscriber for Journal {
    fn on_fact(&self, fact: &Fact) {
        let told: Vec<_> = fact.notices.iter().map(|notice| notice.name()).collect();
        println!("  {} by {}; told: {}", fact.kind, fact.role, told.join(", "));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = MemoryStore::new();
    let clock = Arc::new(ManualClock::new(parse_timestamp("2025-10-21T10:00:00Z")?));
    let book = Book::new(Arc::new(store.clone()), clock, Arc::new(System), Policy::default());
    let book = book.with_subscriber(Arc::new(Journal));

    println!("an admin creates an account with a limit of 1,000,000 XOF");
    let agency = AccountDraft::named("Agence du Plateau").limit("1000000")?;
    let account = book.ask(Actor::Admin(UserId(1)), agency).await?;

    println!("its client asks for the day's credit, which the limit allows");
    let client = Actor::Client { user: UserId(2), account: account.id, kind: ClientKind::Agency };
    let credit = RequestDraft::new(Category::DailyCredit).amount("500000")?;
    let request = book.ask(client, credit).await?;
    println!("  {} is {}", request.name, request.status);

    println!("its message is handed to Messager, which carries it into the book");
    let messager = InProcess::new(&book, Arc::new(store.clone()), Arc::new(MemoryMessager::new()));
    while messager.round().await? > 0 {}

    println!("the account, and whether the book adds up");
    let account = store.account(account.id).await?.ok_or("the account is gone")?;
    println!("  {}", account.state().to_json());
    let report = verify(&store, None).await?;
    println!("  links: {}, facts: {}, findings: {}", report.links, report.facts, report.found);
    Ok(())
}
