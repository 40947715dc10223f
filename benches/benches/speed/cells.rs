//! What is measured, and how it is told.

use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::{MySqlConnection, PgConnection, SqliteConnection};

use crate::contest::{ACCOUNTS, BATCH, Contestant, Rounds, WORKERS, Way, compare, median, ratio};
use crate::floor::read_and_hash;
use crate::ours::Ours;
use crate::queue::no_ops;

/// Callers who wait at the same time.
const CALLERS: usize = 64;
/// Movements of the account that is verified.
const HISTORY: u64 = 100_000;

#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) rounds: Rounds,
    /// Those that are measured; all where none is named.
    pub(crate) databases: Vec<String>,
    /// A part of the names of the cells that are measured.
    pub(crate) cell: Option<String>,
    pub(crate) json: Option<String>,
}

/// What is asked to be reached, as parts of the floor.
const GOALS: [(&str, &str, f64); 17] = [
    ("SQLite", "Post, 1 worker", 0.9),
    ("SQLite", "Deliver, 1 worker", 0.8),
    ("MariaDB", "Post, 8 workers", 0.95),
    ("MariaDB", "Deliver, 8 workers", 0.8),
    ("MariaDB", "Post, 8 workers, one account", 0.8),
    ("MariaDB", "Deliver, 8 workers, one account", 0.75),
    ("PostgreSQL", "Post, 8 workers", 0.9),
    ("PostgreSQL", "Deliver, 8 workers", 0.8),
    ("PostgreSQL", "Post, 8 workers, one account", 0.85),
    ("PostgreSQL", "Deliver, 8 workers, one account", 0.75),
    ("", "Post, batches of 64", 0.85),
    ("", "Post, batches of 64, one account", 0.85),
    ("SQLite", "64 callers", 4.0),
    ("MariaDB", "64 callers", 2.0),
    ("PostgreSQL", "64 callers", 3.0),
    ("SQLite", "verify", 0.5),
    ("MySQL", "verify", 0.5),
];

pub(crate) struct Cells {
    options: Options,
    told: Vec<Value>,
}

impl Cells {
    pub(crate) fn new(options: Options) -> Self {
        println!("| database | what | floor | here | ratio | to reach |\n| --- | --- | --- | --- | --- | --- |");
        Self { options, told: Vec::new() }
    }

    pub(crate) fn wants(&self, database: &str) -> bool {
        self.options.databases.is_empty() || self.options.databases.iter().any(|wanted| wanted == database)
    }

    fn wants_cell(&self, name: &str) -> bool {
        self.options.cell.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()))
    }

    pub(crate) fn json(&self) -> String {
        let rounds = self.options.rounds;
        let whole = json!({ "seconds": rounds.each.as_secs_f64(), "rounds": rounds.count, "cells": self.told });
        format!("{whole:#}\n")
    }

    pub(crate) async fn measure(&mut self, database: &str, url: &str, floor: Arc<dyn Contestant>) {
        let ours = Ours::open(url).await;
        let single = [
            ("1 worker", Way { workers: 1, batch: 1, accounts: ACCOUNTS }),
            ("8 workers", Way { workers: WORKERS, batch: 1, accounts: ACCOUNTS }),
            ("8 workers, one account", Way { workers: WORKERS, batch: 1, accounts: 1 }),
        ];
        for (name, way) in single {
            let (post, deliver) = (format!("Post, {name}"), format!("Deliver, {name}"));
            self.cell(database, way, &floor, &[(post, ours.posts()), (deliver, ours.deliveries())]).await;
        }
        let batches = [
            ("batches of 64", Way { workers: 1, batch: BATCH, accounts: ACCOUNTS }),
            ("batches of 64, one account", Way { workers: 1, batch: BATCH, accounts: 1 }),
        ];
        for (name, way) in batches {
            let (post, deliver) = (format!("Post, {name}"), format!("Deliver, {name}"));
            self.cell(database, way, &floor, &[(post, ours.posts()), (deliver, ours.deliveries())]).await;
        }
        for (name, accounts) in [("64 callers", ACCOUNTS), ("64 callers, one account", 1)] {
            self.together(database, name, accounts, &floor, &ours).await;
        }
        if self.wants_cell("verify") {
            self.verify(database, url, &ours).await;
        }
        if self.wants_cell("queue") {
            self.queue(database, url).await;
        }
    }

    /// The floor and those beside it, in turns.
    async fn cell(
        &mut self,
        database: &str,
        way: Way,
        floor: &Arc<dyn Contestant>,
        beside: &[(String, Arc<dyn Contestant>)],
    ) {
        let wanted = beside.iter().filter(|(name, _)| self.wants_cell(name));
        let wanted: Vec<_> = wanted.cloned().collect();
        if wanted.is_empty() {
            return;
        }
        let contestants: Vec<_> =
            std::iter::once(floor).chain(wanted.iter().map(|(_, one)| one)).map(|one| (Arc::clone(one), way)).collect();
        let made = compare(&contestants, self.options.rounds).await;
        for ((name, _), ours) in wanted.iter().zip(&made[1..]) {
            self.tell(database, name, &made[0], ours, json!({}));
        }
    }

    /// Callers who wait together, beside the floor's single movements with 8 workers.
    async fn together(
        &mut self,
        database: &str,
        name: &str,
        accounts: u64,
        floor: &Arc<dyn Contestant>,
        ours: &Arc<Ours>,
    ) {
        if !self.wants_cell(name) {
            return;
        }
        let rounds = self.options.rounds;
        let way = Way { workers: WORKERS, batch: 1, accounts };
        let (mut by_hand, mut made, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds.count {
            let one = Rounds { count: 1, ..rounds };
            by_hand.extend(compare(&[(Arc::clone(floor), way)], one).await.swap_remove(0));
            let together = ours.together(CALLERS, accounts, rounds.each).await;
            made.push(together.rate);
            found.push(together);
        }
        let of = |what: fn(&crate::ours::Together) -> f64| median(found.iter().map(what).collect());
        let (p50, p99, commit, size) = (of(|t| t.p50_ms), of(|t| t.p99_ms), of(|t| t.commit_ms), of(|t| t.size));
        let more = json!({ "p50_ms": p50, "p99_ms": p99, "commit_ms": commit, "group": size });
        self.tell(database, name, &by_hand, &made, more);
        println!(
            "| | p50 {p50:.1} ms, p99 {p99:.1} ms, a group commits in {commit:.1} ms and has {size:.0} | | | {:.1} commits | 3 |",
            p99 / commit
        );
    }

    async fn verify(&mut self, database: &str, url: &str, ours: &Arc<Ours>) {
        let made = ours.verified(HISTORY, self.options.rounds).await;
        let by_hand = match database {
            "SQLite" => read_and_hash::<SqliteConnection>(url, ours.long()).await,
            "PostgreSQL" => read_and_hash::<PgConnection>(url, ours.long()).await,
            _ => read_and_hash::<MySqlConnection>(url, ours.long()).await,
        };
        self.tell(database, "verify", &[by_hand; 3], &made, json!({}));
    }

    /// Messages whose work is nothing; there is no floor beside them.
    async fn queue(&mut self, database: &str, url: &str) {
        let (taken_in, done) = no_ops(url, self.options.rounds.each * 2).await;
        for (what, here) in
            [("queue: messages taken in, 8 callers", taken_in), ("queue: claimed and acknowledged", done)]
        {
            println!("| {database} | {what} | | {here:.0} | | |");
            self.told.push(json!({ "database": database, "what": what, "here": here }));
        }
    }

    fn tell(&mut self, database: &str, what: &str, floor: &[f64], ours: &[f64], more: Value) {
        let goal = GOALS.iter().find(|(of, name, _)| (of.is_empty() || *of == database) && *name == what);
        let goal = goal.map(|(_, _, goal)| *goal);
        let (by_hand, here, ratio) = (median(floor.to_vec()), median(ours.to_vec()), ratio(ours, floor));
        let reach = goal.map(|goal| goal.to_string()).unwrap_or_default();
        println!("| {database} | {what} | {by_hand:.0} | {here:.0} | {ratio:.2} | {reach} |");
        let mut cell = json!({
            "database": database, "what": what, "floor": by_hand, "here": here, "ratio": ratio, "goal": goal,
            "floor_rounds": floor, "here_rounds": ours,
        });
        if let (Some(cell), Value::Object(more)) = (cell.as_object_mut(), more) {
            cell.extend(more);
        }
        self.told.push(cell);
    }
}
