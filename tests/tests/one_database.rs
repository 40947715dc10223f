//! The book, Messager and a host's own tables share a database; each finds its own, and nobody's tables are taken for ours.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use estair_core::background::InProcess;
use estair_core::prelude::*;
use estair_core::verify::verify;
use estair_sqlx::dialect::{self, Dialect};
use estair_sqlx::{BookStore, MessagerDb, Options, migrate_book};
use estair_tests::database::{Databases, Driver, Kind, options};
use estair_tests::filling::execute;
use estair_tests::{databases, on_each};

/// A credit goes from the book through Messager back into the book, all in one database, with options of these.
async fn a_credit_goes_round<D: Dialect>(url: &str, options: &Options) {
    let store = BookStore::<D>::open(url, options).await.unwrap();
    let messager = MessagerDb::<D>::open(url, options).await.unwrap();
    store.migrate().await.unwrap();
    messager.migrate().await.unwrap();
    store.ready().await.unwrap();
    estair_core::messager::MessagerStore::ready(&messager).await.unwrap();

    let policy = Policy::default().cutoff("24:00".parse().unwrap());
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), policy);
    let agency = AccountDraft::named("Agence du Plateau").limit("1000000").unwrap();
    let account = book.ask(Actor::Admin(UserId(1)), agency).await.unwrap();
    let client = Actor::Client { user: UserId(2), account: account.id, kind: ClientKind::Agency };
    let credit = RequestDraft::new(Category::DailyCredit).amount("500000").unwrap();
    let request = book.ask(client, credit).await.unwrap();
    let in_process = InProcess::new(&book, Arc::new(store.clone()), Arc::new(messager.clone()));
    assert_eq!(in_process.round().await.unwrap(), 2, "handed over, and delivered");
    assert_eq!(in_process.round().await.unwrap(), 0);

    let account = store.account(account.id).await.unwrap().unwrap();
    assert_eq!(account.indicators.active_credit.to_string(), "500000");
    let (request, _) = store.request(request.id).await.unwrap().unwrap();
    assert_eq!(request.status, Status::Closed);
    assert!(verify(&store, None).await.unwrap().is_clean());
    store.close().await;
    messager.close().await;
}

/// The URL of an empty database; a file is made by opening it.
async fn there<D: Dialect>(databases: &Databases) -> String {
    let url = databases.create().await;
    BookStore::<D>::open(&url, &options()).await.unwrap().close().await;
    url
}

/// rule: L1: a host's tables of other names are beside ours; of our names they are refused, and left as they are.
async fn l1_one_database_holds_all<D: Dialect>(kind: Kind) {
    let databases: Databases = databases!(kind);
    let url = there::<D>(&databases).await;
    execute(kind, &url, &["CREATE TABLE accounts (id int)".to_owned()]).await;
    execute(kind, &url, &["CREATE TABLE deliveries (id int)".to_owned()]).await;
    a_credit_goes_round::<D>(&url, &options()).await;

    let foreign = there::<D>(&databases).await;
    execute(kind, &foreign, &["CREATE TABLE helpdesk (id int)".to_owned()]).await;
    let refused = migrate_book(&foreign, &options()).await.unwrap_err().to_string();
    assert!(refused.contains("not ours: helpdesk"), "{kind:?}: {refused}");
    execute(kind, &foreign, &["INSERT INTO helpdesk (id) VALUES (1)".to_owned()]).await;

    // Beside them, in a schema or database of its own.
    let apart = match kind.driver() {
        Driver::Sqlite => {
            let empty = there::<D>(&databases).await;
            let refused = migrate_book(&empty, &options().in_schema("apart")).await.unwrap_err().to_string();
            assert!(refused.contains("no schemas"), "{refused}");
            return;
        }
        Driver::Postgres => "estair_apart".to_owned(),
        Driver::MySql => {
            let other = databases.create().await;
            let path = other.split_once("://").unwrap().1.split_once('/').unwrap().1.to_owned();
            path.split('?').next().unwrap().to_owned()
        }
    };
    a_credit_goes_round::<D>(&foreign, &options().in_schema(apart)).await;
    execute(kind, &foreign, &["INSERT INTO helpdesk (id) VALUES (2)".to_owned()]).await;
    let quoted = migrate_book(&foreign, &options().in_schema("a\"; b")).await.unwrap_err().to_string();
    assert!(quoted.contains("named in lower-case letters"), "{quoted}");
}

on_each!(l1_one_database_holds_all<dialect>);
