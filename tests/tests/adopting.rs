//! A database in which somebody lives already: tables of our names are refused, renamed, and renamed back (L1).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::book::{Book, Submission};
use estair_core::clock::System;
use estair_core::command::Command;
use estair_core::id::UserId;
use estair_core::policy::Policy;
use std::sync::Arc;

use estair_sqlx::{adopt_book, migrate_book, open_book, release_book};
use estair_tests::database::{Databases, Driver, Kind, options};
use estair_tests::{databases, on_each};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

/// The old tables: they refer to each other, something refers to them, views read them, and an index has a name of ours.
const OLD: [&str; 9] = [
    "CREATE TABLE helpdesk (id int NOT NULL PRIMARY KEY, subject varchar(50) NOT NULL)",
    "CREATE TABLE mouvements (id int NOT NULL PRIMARY KEY, helpdesk_id int NOT NULL, montant int NOT NULL, \
     CONSTRAINT old_mouvements_fk FOREIGN KEY (helpdesk_id) REFERENCES helpdesk (id))",
    "CREATE TABLE notes (id int NOT NULL PRIMARY KEY, helpdesk_id int NOT NULL, \
     CONSTRAINT notes_fk FOREIGN KEY (helpdesk_id) REFERENCES helpdesk (id))",
    "CREATE INDEX mouvements_status ON mouvements (montant)",
    "CREATE VIEW open_ones AS SELECT subject, 'helpdesk' AS kind FROM helpdesk",
    "CREATE VIEW sums AS SELECT h.subject AS subject, m.montant AS montant FROM helpdesk h \
     JOIN mouvements m ON m.helpdesk_id = h.id",
    "INSERT INTO helpdesk VALUES (1, 'billet'), (2, 'bagage')",
    "INSERT INTO mouvements VALUES (7, 1, 500), (8, 2, 250)",
    "INSERT INTO notes VALUES (1, 2)",
];

async fn execute(kind: Kind, url: &str, sql: &str) -> sqlx::Result<()> {
    let sql = AssertSqlSafe(sql.to_owned());
    match kind.driver() {
        Driver::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(&format!("{url}?mode=rwc")).await?;
            connection.execute("PRAGMA foreign_keys = ON").await?;
            connection.execute(sql).await?;
            connection.close().await
        }
        Driver::Postgres => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            connection.execute(sql).await?;
            connection.close().await
        }
        Driver::MySql => {
            let mut connection = sqlx::MySqlConnection::connect(url).await?;
            connection.execute(sql).await?;
            connection.close().await
        }
    }
}

/// The first column of each row, as text.
async fn texts(kind: Kind, url: &str, sql: &str) -> Vec<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match kind.driver() {
        Driver::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            let rows = connection.fetch_all(sql).await.unwrap();
            rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
        }
        Driver::Postgres => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            let rows = connection.fetch_all(sql).await.unwrap();
            rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
        }
        Driver::MySql => {
            let mut connection = sqlx::MySqlConnection::connect(url).await.unwrap();
            let rows = connection.fetch_all(sql).await.unwrap();
            rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
        }
    }
}

/// What takes a name in the database.
async fn names(kind: Kind, url: &str) -> Vec<String> {
    let sql = match kind.driver() {
        Driver::Sqlite => "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1",
        Driver::Postgres => "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        Driver::MySql => {
            "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
        }
    };
    texts(kind, url, sql).await
}

/// The old system works: its views give what they gave, its foreign keys hold.
async fn works(kind: Kind, url: &str) {
    assert_eq!(texts(kind, url, "SELECT subject FROM open_ones ORDER BY subject").await, ["bagage", "billet"]);
    assert_eq!(texts(kind, url, "SELECT kind FROM open_ones").await, ["helpdesk", "helpdesk"]);
    assert_eq!(texts(kind, url, "SELECT subject FROM sums WHERE montant = 500").await, ["billet"]);
    execute(kind, url, "INSERT INTO notes VALUES (9, 99)").await.expect_err("there is no such old ticket");
    execute(kind, url, "INSERT INTO notes VALUES (9, 1)").await.unwrap();
    execute(kind, url, "DELETE FROM notes WHERE id = 9").await.unwrap();
}

async fn old(databases: &Databases) -> String {
    let (kind, url) = (databases.kind(), databases.create().await);
    for sql in OLD {
        execute(kind, &url, sql).await.unwrap();
    }
    works(kind, &url).await;
    url
}

/// rule: L1
async fn l1_others_of_these_names_are_refused_adopted_and_released(kind: Kind) {
    let databases = databases!(kind);
    let url = old(&databases).await;
    let before = names(kind, &url).await;

    let refused = migrate_book(&url, &options()).await.unwrap_err().to_string();
    assert!(refused.contains("not ours") && refused.contains("helpdesk, mouvements"), "{refused}");
    assert_eq!(names(kind, &url).await, before, "nothing is changed");

    adopt_book(&url, &options()).await.unwrap();
    works(kind, &url).await;
    assert_eq!(texts(kind, &url, "SELECT subject FROM former_helpdesk WHERE id = 2").await, ["bagage"]);
    let book = open_book(&url, &options()).await.unwrap();
    book.reader.ready().await.unwrap();
    for again in 0..2 {
        assert!(again == 0 || migrate_book(&url, &options()).await.is_ok());
        adopt_book(&url, &options()).await.unwrap();
    }

    assert!(release_book(&url, &options()).await.unwrap());
    assert_eq!(names(kind, &url).await, before, "all is as it was");
    works(kind, &url).await;
    assert!(!release_book(&url, &options()).await.unwrap(), "there is nothing to give back");

    adopt_book(&url, &options()).await.unwrap();
    let book = open_book(&url, &options()).await.unwrap();
    let book = Book::new(book.store, Arc::new(System), Arc::new(System), Policy::default());
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    book.run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))).await.unwrap();
    let refused = release_book(&url, &options()).await.unwrap_err().to_string();
    assert!(refused.contains("estair_accounts is not empty"), "{refused}");
    works(kind, &url).await;
}

/// rule: L1: what would mean something else afterwards is named, and nothing is changed.
async fn l1_what_names_a_table_in_its_text_keeps_it_where_it_is(kind: Kind) {
    let databases = databases!(kind);
    let url = old(&databases).await;
    let program = match kind.driver() {
        Driver::Sqlite => return, // its triggers are rewritten
        Driver::Postgres => "CREATE FUNCTION oldest() RETURNS int LANGUAGE sql AS 'SELECT min(id) FROM helpdesk'",
        Driver::MySql => {
            "CREATE TRIGGER oldest AFTER INSERT ON notes FOR EACH ROW \
             UPDATE helpdesk SET subject = 'noted' WHERE id = NEW.helpdesk_id"
        }
    };
    execute(kind, &url, program).await.unwrap();
    let before = names(kind, &url).await;
    let refused = adopt_book(&url, &options()).await.unwrap_err().to_string();
    assert!(refused.contains("oldest names what would be renamed"), "{refused}");
    assert_eq!(names(kind, &url).await, before);
}

on_each!(
    l1_others_of_these_names_are_refused_adopted_and_released,
    l1_what_names_a_table_in_its_text_keeps_it_where_it_is,
);
