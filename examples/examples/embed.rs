//! The life of a credit, embedded in a host that keeps everything in memory: asked for, checked, sent, written, told,
//! verified. A real host swaps the store for `estair-sqlx` and the messages for `estair-http`.
//!
//!     cargo run -p estair-examples --example embed
#![allow(clippy::print_stdout, reason = "a program that shows")]

use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind};
use estair_core::book::{Submission, Subscriber};
use estair_core::category::Category;
use estair_core::clock::{System, parse_timestamp};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::fact::Fact;
use estair_core::id::UserId;
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_core::request::{IncomingMessage, RequestDraft, Sent};
use estair_core::store::AccountReader;
use estair_core::testing::ManualClock;
use estair_core::verify::verify;
use std::error::Error;
use std::sync::Arc;

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
    let (name, limit) = (Some("Agence du Plateau".to_owned()), "1000000".parse().ok());
    let command = Command::CreateAccount(AccountDraft { name, limit, ..AccountDraft::default() });
    let reply = book.run(Submission::new(Actor::Admin(UserId(1)), command)).await?;
    let Answer::Account(account) = reply.answer else { return Err("no account".into()) };

    println!("its client asks for the day's credit, which the limit allows");
    let client = Actor::Client { user: UserId(2), account: account.id, kind: ClientKind::Agency };
    let draft = RequestDraft {
        category: Some(Category::DailyCredit),
        amount: "500000".parse().ok(),
        ..RequestDraft::default()
    };
    let reply = book.run(Submission::new(client, Command::CreateRequest(draft))).await?;
    let Answer::Request(request) = reply.answer else { return Err("no request".into()) };
    println!("  {} is {}", request.name, request.status);

    println!("its message is handed to Messager, and comes back to the webhook");
    let message_uuid = request.uuid;
    let sent = Sent { request: request.id, execution: request.execution, message_uuid };
    book.run(Submission::new(Actor::System, Command::MarkSent(sent))).await?;
    let message = IncomingMessage::carrying(message_uuid, request.id, &request, &account.name);
    let delivery = Command::Receive(message);
    for _ in 0..2 {
        let reply = book.run(Submission::new(Actor::System, delivery.clone())).await?;
        println!("  delivered: {:?}", reply.answer);
    }

    println!("the account, and whether the book adds up");
    let account = store.account(account.id).await?.ok_or("the account is gone")?;
    println!("  {}", account.state().to_json());
    let report = verify(&store, None).await?;
    println!("  links: {}, facts: {}, findings: {}", report.links, report.facts, report.found);
    Ok(())
}
