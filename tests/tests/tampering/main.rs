//! What somebody changes by hand in the tables is found, column by column: on each database a book in which every table that
//! is evidence has rows of every kind; then each column of each row is given another value, one at a time, each row is taken
//! away, and `verify`, `verify_messages` or an anchor must tell. What they do not see is on the core's list, and nothing else
//! is (V1, V2, V4).

// A test fails by panicking; the numbers that it forges are any others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::float_arithmetic)]

mod filling;
mod hand;

use std::collections::BTreeSet;
use std::sync::Arc;

use estair_core::messager::{MessagerStore, Stored};
use estair_core::policy::Policy;
use estair_core::store::StoreErrorKind;
use estair_core::testing::Stores;
use estair_core::testing::world::World;
use estair_core::verify::{Anchor, UNCOVERED, compare, make_anchor, verify, verify_messages};
use estair_sqlx::{BookHandles, migrate_messager, open_book, open_messager};
use estair_tests::database::{Kind, options};
use estair_tests::{databases, on_each};

use crate::filling::fill;
use crate::hand::{Hand, others};

/// Rows of a table that are changed at most, spread over the table; `ESTAIR_TAMPERING_ROWS` sets another number.
fn most_rows() -> usize {
    std::env::var("ESTAIR_TAMPERING_ROWS").map_or(10, |number| number.parse().unwrap())
}

struct Watch {
    world: World,
    anchor: Anchor,
}

impl Watch {
    /// What is found; a row that cannot be read is told by the error.
    async fn look(&self) -> Vec<String> {
        let keys = self.world.book.policy().audit_keys.as_ref();
        let audit = self.world.stores.audit.as_ref();
        let mut report = match verify(audit, keys).await {
            Ok(report) => report,
            Err(error) if error.kind() == StoreErrorKind::Corrupt => return vec![format!("unreadable: {error}")],
            Err(error) => panic!("{error}"),
        };
        for outcome in [
            verify_messages(audit, Stored::of(self.world.stores.messager.clone()).as_ref(), &mut report).await,
            compare(audit, &self.anchor, keys, &mut report).await,
        ] {
            match outcome {
                Err(error) if error.kind() == StoreErrorKind::Corrupt => return vec![format!("unreadable: {error}")],
                other => other.unwrap(),
            }
        }
        report.findings.iter().map(ToString::to_string).collect()
    }
}

fn is_listed(table: &str, column: &str) -> bool {
    let (whole, one) = (format!("{table}.*"), format!("{table}.{column}"));
    UNCOVERED.iter().any(|line| *line == whole || *line == one)
}

/// Every row, or as many as are spread over the table.
fn spread(count: usize) -> Vec<usize> {
    let step = count.div_ceil(most_rows()).max(1);
    (0..count).step_by(step).collect()
}

/// One column of one row, every way that the database takes; what was not found.
async fn change_column(
    hand: &mut Hand,
    watch: &Watch,
    table: &str,
    column: &str,
    (key, value): (&str, Option<&str>),
    (seen, keeps_time): (&BTreeSet<String>, bool),
) -> Vec<String> {
    let literal = |text: &Option<String>| match text {
        Some(text) => format!("'{}'", text.replace('\'', "''").replace('\\', "\\\\")),
        None => "NULL".to_owned(),
    };
    let mut ways = vec![others(column, value, seen)];
    if value.is_some() {
        ways.push(vec![None]);
    }
    let mut missed = Vec::new();
    for way in ways {
        for other in way {
            // MySQL notes by itself when a row changed; whoever forges says that it did not.
            let still = if keeps_time && column != "updated_at" { ", updated_at = updated_at" } else { "" };
            let sql = format!("UPDATE {table} SET {column} = {}{still} WHERE id = {key}", literal(&other));
            if hand.execute(&sql).await.is_err() {
                continue;
            }
            if watch.look().await.is_empty() {
                missed.push(format!("{table}.{column} of {key}: {value:?} -> {other:?}"));
            }
            hand.put_back(table).await;
            break;
        }
    }
    missed
}

// rule: V1, V2, V3, V4
async fn v4_whatever_is_changed_by_hand_is_found(kind: Kind) {
    let databases = databases!(kind);
    let (url, messager) = (databases.migrated().await, databases.create().await);
    migrate_messager(&messager, &options()).await.unwrap();
    let messager: Arc<dyn MessagerStore> = open_messager(&messager, &options()).await.unwrap();
    let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, .. } =
        open_book(&url, &options()).await.unwrap();
    let stores = Stores { store, reader, audit, outbox, pending, notifications, subscriptions, messager };
    let world = fill(&World::over(stores, Policy::default())).await;
    let key = world.book.policy().audit_keys.clone();
    let anchor = make_anchor(&*world.stores.audit, key.as_ref(), world.now()).await.unwrap();
    let watch = Watch { world, anchor };
    assert_eq!(watch.look().await, [""; 0], "{kind:?}: nothing was changed");

    let mut hand = Hand::new(kind, &url).await;
    let tables = hand.catalogue().await;
    let is_there = |line: &&str| {
        let (table, column) = line.split_once('.').unwrap();
        tables.get(table).is_some_and(|columns| column == "*" || columns.iter().any(|one| one == column))
    };
    let gone = UNCOVERED.iter().filter(|line| !is_there(line));
    let mut missed: Vec<_> = gone.map(|line| format!("{line} is listed and is not there")).collect();
    for (table, columns) in &tables {
        if is_listed(table, "*") {
            continue;
        }
        hand.keep(table).await;
        let as_text: Vec<_> = columns.iter().map(|column| format!("CAST({column} AS {})", hand.text_type())).collect();
        let rows = hand.rows(&format!("SELECT {} FROM {table} ORDER BY id", as_text.join(", "))).await;
        assert!(!rows.is_empty(), "{kind:?}: {table} has no rows");
        let keeps_time = matches!(hand, Hand::MySql(_)) && columns.iter().any(|column| column == "updated_at");
        let id = columns.iter().position(|column| column == "id").unwrap();
        for row in spread(rows.len()).into_iter().map(|place| &rows[place]) {
            let key = row[id].clone().unwrap();
            for (place, column) in columns.iter().enumerate() {
                if is_listed(table, column) {
                    continue;
                }
                let seen = rows.iter().filter_map(|row| row[place].clone()).collect();
                let cell = (key.as_str(), row[place].as_deref());
                missed.extend(change_column(&mut hand, &watch, table, column, cell, (&seen, keeps_time)).await);
            }
            hand.execute(&format!("DELETE FROM {table} WHERE id = {key}")).await.unwrap();
            if watch.look().await.is_empty() {
                missed.push(format!("{table}: row {key} taken away"));
            }
            hand.put_back(table).await;
        }
        assert_eq!(watch.look().await, [""; 0], "{kind:?}: {table} was put back");
    }
    assert!(missed.is_empty(), "{kind:?}: {} things were not found:\n{}", missed.len(), missed.join("\n"));
}

on_each!(
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    v4_whatever_is_changed_by_hand_is_found
);
