//! Each hot query uses its index when the book has grown: the statements that the store itself sends are heard, and the
//! database is asked how it would run them over a hundred thousand rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod asked;
mod expected;
mod explained;
mod grown;

use estair_sqlx::dialect::{self, ConnectionOf, Dialect};
use estair_sqlx::driver::{Driver, Runs};
use estair_sqlx::{migrate_messager, open_book, open_messager};
use estair_tests::database::{Databases, Kind, options};
use estair_tests::filling::{Filler, execute};
use estair_tests::patience::in_time;
use estair_tests::{databases, on_each};
use sqlx::{AssertSqlSafe, Connection, Database, Executor};
use tokio::sync::Mutex;

use asked::{hear_all, hear_messager};
use expected::{Expect, Hot};
use explained::Explains;
use grown::{BOOK_TABLES, MESSAGER_TABLES, grown_book, grown_messager};

/// Statements are heard process-wide: one database after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// What is wrong with a plan; nothing when it is as expected.
async fn judged<D: Dialect<Driver: Explains>>(connection: &mut ConnectionOf<D>, hot: &Hot) -> Option<String> {
    let mut values = <D::Driver as Database>::Arguments::default();
    for value in &hot.expect.values {
        D::Driver::bind(&mut values, value.clone()).unwrap();
    }
    let asked = D::Driver::call(connection, format!("{} {}", D::Driver::EXPLAIN, hot.sql), values, false);
    let rows = in_time(hot.name, asked).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {}: {error}", hot.name, hot.sql));
    let lines: Vec<_> = rows.iter().flat_map(|done| &done.rows).map(D::Driver::line).collect();
    let plan = lines.join("\n");
    let Expect { indexes, ordered, walks, merges, .. } = &hot.expect;
    let walked = lines.iter().filter(|line| indexes.iter().any(|index| D::Driver::walks(line, index))).count();
    let problem = if !walks && lines.iter().any(|line| D::Driver::scans(line)) {
        "reads a whole table"
    } else if *ordered && lines.iter().any(|line| D::Driver::sorts(line)) {
        "sorts"
    } else if *merges > walked {
        "does not walk its index for each name"
    } else if !indexes.iter().any(|index| D::Driver::uses(&plan, index)) {
        "does not use its index"
    } else {
        return None;
    };
    Some(format!("{}: {problem}, {indexes:?} is expected\n{}\n{plan}\n", hot.name, hot.sql))
}

async fn each_hot_query_uses_its_index<D: Dialect<Driver: Explains>>(kind: Kind)
where
    for<'c> &'c mut ConnectionOf<D>: Executor<'c, Database = D::Driver>,
{
    let _alone = ONE_AT_A_TIME.lock().await;
    let databases: Databases = databases!(kind);
    let (book_url, messager_url) = (databases.migrated().await, databases.create().await);
    migrate_messager(&messager_url, &options()).await.unwrap();
    let book = open_book(&book_url, &options()).await.unwrap();
    let messager = open_messager(&messager_url, &options()).await.unwrap();

    let (mut of_book, mut of_messager) = (Vec::new(), Vec::new());
    hear_all(&mut of_book, &book, kind, &book_url).await;
    hear_messager(&mut of_messager, messager.as_ref()).await;

    let filler = Filler(kind);
    let empty = BOOK_TABLES.iter().rev().map(|table| format!("DELETE FROM {table}"));
    let book_sql: Vec<_> = empty.chain(grown_book(filler)).chain(filler.analyze(&BOOK_TABLES)).collect();
    execute(kind, &book_url, &book_sql).await;
    let empty = MESSAGER_TABLES.iter().map(|table| format!("DELETE FROM {table}"));
    let messager_sql: Vec<_> = empty.chain(grown_messager(filler)).chain(filler.analyze(&MESSAGER_TABLES)).collect();
    execute(kind, &messager_url, &messager_sql).await;

    let mut problems = Vec::new();
    for (url, hot) in [(&book_url, &of_book), (&messager_url, &of_messager)] {
        let mut connection = in_time("a connection", ConnectionOf::<D>::connect(url)).await.unwrap();
        for statement in D::session(&options()) {
            connection.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        for hot in hot {
            problems.extend(judged::<D>(&mut connection, hot).await);
        }
        connection.close().await.unwrap();
    }
    let all = of_book.len() + of_messager.len();
    assert!(problems.is_empty(), "{kind:?}: {} of {all} plans:\n{}", problems.len(), problems.join("\n"));
}

on_each!(each_hot_query_uses_its_index<dialect>);
