//! By hand on SQLite: a movement is two calls, one that begins and reads, one that writes and commits.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::Mutex;

use super::{Held, Job, Jobs, Line, MOVEMENT, MOVEMENT_COLUMNS, Types, marks, places, tables};
use crate::contest::{ACCOUNTS, Contestant};

const TYPES: Types = Types {
    id: "INTEGER PRIMARY KEY",
    number: "INTEGER",
    small: "INTEGER",
    money: "INTEGER",
    instant: "TEXT",
    day: "TEXT",
    key: "TEXT",
    words: "TEXT",
    text: "TEXT",
    json: "TEXT",
    end: " STRICT",
};

/// By hand on SQLite: one connection, as there is one writer.
pub(crate) struct SqliteFloor {
    connection: Mutex<SqliteConnection>,
    jobs: Jobs,
}

impl SqliteFloor {
    pub(crate) async fn open(path: &str) -> Self {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&connect).await.unwrap();
        for table in tables(&TYPES) {
            connection.execute(AssertSqlSafe(table)).await.unwrap();
        }
        let now = at(Utc::now());
        for id in 1..=ACCOUNTS as i64 {
            sqlx::query("INSERT INTO accounts VALUES (?, ?, ?, 'XOF', 9000000000000, ?, 0, 0, 0, 0, 0, '0', ?)")
                .bind(id)
                .bind(format!("{id}"))
                .bind(format!("Agence {id}"))
                .bind(&now)
                .bind(&now)
                .execute(&mut connection)
                .await
                .unwrap();
        }
        Self { connection: Mutex::new(connection), jobs: Jobs::default() }
    }
}

fn at(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn held(row: &SqliteRow) -> (i64, Held) {
    let held = Held {
        limit: row.get(1),
        version: row.get(2),
        previous: row.get(3),
        balance: row.get(4),
        daily: row.get(5),
        active: row.get(6),
        last_hash: row.get(7),
    };
    (row.get(0), held)
}

const READ: &str = "a.id, a.credit_limit, a.version, a.balance_previous_day, a.balance, a.daily_credit, a.active_credit, \
                    a.last_hash FROM accounts a";

macro_rules! movement {
    ($query:expr, $line:expr, $now:expr) => {
        $query
            .bind(&$line.uuid)
            .bind(&$line.name)
            .bind(&$line.message)
            .bind("credit")
            .bind("helpdesk")
            .bind("success")
            .bind($line.exposition_before)
            .bind($line.exposition_after)
            .bind($line.amount)
            .bind("XOF")
            .bind($line.request)
            .bind(&$line.payload)
            .bind(&$line.result)
            .bind(&$line.payload)
            .bind(&$line.result)
            .bind($line.account)
            .bind($now)
            .bind($now)
            .bind($now)
            .bind($line.day.to_string())
            .bind($line.held.version)
    };
}

#[async_trait]
impl Contestant for SqliteFloor {
    async fn prepare(&self, count: u64, accounts: u64) {
        let mut connection = self.connection.lock().await;
        let jobs = self.jobs.make(count, accounts);
        let now = at(Utc::now());
        let mut transaction = connection.begin().await.unwrap();
        for Job { account, request, .. } in &jobs {
            sqlx::query(
                "INSERT INTO requetes_financieres (id, uuid, name, account_id, category, amount, currency, status, \
                 assigned_to, expiry_date, created_at, updated_at, version) \
                 VALUES (?, ?, ?, ?, 'daily_credit', 10000, 'XOF', 'processing', 'operation', ?, ?, ?, 1)",
            )
            .bind(request)
            .bind(format!("uuid-{request}"))
            .bind(format!("REQ-{request}"))
            .bind(account)
            .bind(&now)
            .bind(&now)
            .bind(&now)
            .execute(&mut *transaction)
            .await
            .unwrap();
        }
        transaction.commit().await.unwrap();
        self.jobs.replace(jobs);
    }

    async fn post(&self, _: usize, batch: usize) -> bool {
        let jobs = self.jobs.take(batch);
        if jobs.len() < batch {
            return false;
        }
        let mut connection = self.connection.lock().await;
        match jobs.as_slice() {
            [job] => one(&mut connection, *job).await,
            _ => many(&mut connection, jobs).await,
        }
        true
    }
}

async fn one(connection: &mut SqliteConnection, job: Job) {
    let read = format!(
        "BEGIN IMMEDIATE; SELECT {READ} JOIN requetes_financieres r ON r.id = ? AND r.account_id = a.id AND r.status = 'processing' \
         LEFT JOIN mouvements m ON m.name = ? WHERE a.id = ? AND m.id IS NULL"
    );
    let rows = sqlx::query(AssertSqlSafe(read))
        .bind(job.request)
        .bind(format!("REQ-{}", job.request))
        .bind(job.account)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let (_, held) = held(&rows[0]);
    let line = Line::decide(job, &held);
    let now = at(line.now);
    let write = format!(
        "INSERT INTO mouvements ({MOVEMENT}) VALUES ({}); \
         INSERT INTO mouvement_logs (mouvement_id, status, state_before, state_after, changes, created_at, account_id, \
         account_version, previous_hash, hash) VALUES (last_insert_rowid(), 'success', ?, ?, ?, ?, ?, ?, ?, ?); \
         UPDATE accounts SET version = ?, daily_credit = ?, active_credit = ?, last_hash = ?, updated_at = ? WHERE id = ?; \
         UPDATE requetes_financieres SET status = 'closed', mouvement_id = (SELECT id FROM mouvements WHERE name = ?), \
         message_uuid = ?, updated_at = ?, version = version + 1 WHERE id = ?; \
         INSERT INTO timeline (account_id, request_id, kind, at, data) VALUES (?, ?, 'movement_written', ?, ?); \
         INSERT INTO notifications (channel, recipient, params, status, next_attempt_at, created_at) \
         VALUES ('mail', 'client', ?, 'pending', ?, ?); COMMIT",
        marks(MOVEMENT_COLUMNS)
    );
    movement!(sqlx::query(AssertSqlSafe(write)), line, &now)
        .bind(&line.before)
        .bind(&line.after)
        .bind(&line.changes)
        .bind(&now)
        .bind(line.account)
        .bind(line.held.version)
        .bind(&line.previous_hash)
        .bind(&line.held.last_hash)
        .bind(line.held.version)
        .bind(line.held.daily)
        .bind(line.held.active)
        .bind(&line.held.last_hash)
        .bind(&now)
        .bind(line.account)
        .bind(&line.name)
        .bind(&line.message)
        .bind(&now)
        .bind(line.request)
        .bind(line.account)
        .bind(line.request)
        .bind(&now)
        .bind(&line.data)
        .bind(&line.params)
        .bind(&now)
        .bind(&now)
        .execute(connection)
        .await
        .unwrap();
}

/// Whole tables of values at once: a statement for each table, prepared once.
async fn many(connection: &mut SqliteConnection, jobs: Vec<Job>) {
    let count = jobs.len();
    let read = format!(
        "BEGIN IMMEDIATE; SELECT {READ} JOIN requetes_financieres r ON r.account_id = a.id AND r.status = 'processing' \
         LEFT JOIN mouvements m ON m.name = r.name WHERE r.id IN ({}) AND m.id IS NULL; \
         SELECT coalesce(max(id), 0) FROM mouvements",
        marks(count)
    );
    let query = jobs.iter().fold(sqlx::query(AssertSqlSafe(read)), |query, job| query.bind(job.request));
    let mut rows = query.fetch_all(&mut *connection).await.unwrap();
    let first: i64 = rows.pop().unwrap().get::<i64, _>(0) + 1;
    assert_eq!(rows.len(), count);
    let mut accounts: BTreeMap<_, _> = rows.iter().map(held).collect();
    let lines = Line::decide_all(jobs, &mut accounts);
    let now = at(lines[0].now);
    let write = format!(
        "INSERT INTO mouvements (id, {MOVEMENT}) VALUES {}; \
         INSERT INTO mouvement_logs (mouvement_id, status, state_before, state_after, changes, created_at, account_id, \
         account_version, previous_hash, hash) VALUES {}; \
         WITH v(id, version, daily, active, hash) AS (VALUES {}) UPDATE accounts SET version = v.version, \
         daily_credit = v.daily, active_credit = v.active, last_hash = v.hash, updated_at = ? FROM v WHERE accounts.id = v.id; \
         WITH v(id, movement, message) AS (VALUES {}) UPDATE requetes_financieres SET status = 'closed', \
         mouvement_id = v.movement, message_uuid = v.message, updated_at = ?, version = version + 1 FROM v \
         WHERE requetes_financieres.id = v.id; \
         INSERT INTO timeline (account_id, request_id, kind, at, data) VALUES {}; \
         INSERT INTO notifications (channel, recipient, params, status, next_attempt_at, created_at) VALUES {}; COMMIT",
        places(count, &format!("({})", marks(MOVEMENT_COLUMNS + 1))),
        places(count, "(?, 'success', ?, ?, ?, ?, ?, ?, ?, ?)"),
        places(accounts.len(), "(?, ?, ?, ?, ?)"),
        places(count, "(?, ?, ?)"),
        places(count, "(?, ?, 'movement_written', ?, ?)"),
        places(count, "('mail', 'client', ?, 'pending', ?, ?)"),
    );
    let mut query = sqlx::query(AssertSqlSafe(write));
    for (id, line) in (first..).zip(&lines) {
        query = movement!(query.bind(id), line, &now);
    }
    for (id, line) in (first..).zip(&lines) {
        query = query.bind(id).bind(&line.before).bind(&line.after).bind(&line.changes).bind(&now);
        query = query.bind(line.account).bind(line.held.version).bind(&line.previous_hash).bind(&line.held.last_hash);
    }
    for (id, held) in &accounts {
        query = query.bind(id).bind(held.version).bind(held.daily).bind(held.active).bind(&held.last_hash);
    }
    query = query.bind(&now);
    for (id, line) in (first..).zip(&lines) {
        query = query.bind(line.request).bind(id).bind(&line.message);
    }
    query = query.bind(&now);
    for line in &lines {
        query = query.bind(line.account).bind(line.request).bind(&now).bind(&line.data);
    }
    for line in &lines {
        query = query.bind(&line.params).bind(&now).bind(&now);
    }
    query.execute(connection).await.unwrap();
}
