//! By hand on MariaDB and MySQL: seven calls, the commit among them.

use std::collections::BTreeMap;
use std::str::FromStr;

use async_trait::async_trait;
use rust_decimal::Decimal;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::Mutex;

use super::{Held, Job, Jobs, Line, MOVEMENT, MOVEMENT_COLUMNS, Types, marks, places, tables};
use crate::contest::{ACCOUNTS, Contestant, WORKERS};

const KEY: &str = "varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const TYPES: Types = Types {
    id: "bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY",
    number: "bigint unsigned",
    small: "int",
    money: "decimal(15,2)",
    instant: "datetime(6)",
    day: "date",
    key: KEY,
    words: "varchar(100)",
    text: "longtext",
    json: "json",
    end: " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
};

/// By hand on MariaDB and MySQL.
pub(crate) struct MySqlFloor {
    connections: Vec<Mutex<MySqlConnection>>,
    jobs: Jobs,
}

impl MySqlFloor {
    pub(crate) async fn open(url: &str) -> Self {
        let connect = MySqlConnectOptions::from_str(url).unwrap().statement_cache_capacity(200);
        let mut connections = Vec::new();
        for _ in 0..WORKERS {
            let mut connection = MySqlConnection::connect_with(&connect).await.unwrap();
            connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await.unwrap();
            connections.push(connection);
        }
        let first = &mut connections[0];
        for table in tables(&TYPES) {
            first.execute(AssertSqlSafe(table)).await.unwrap();
        }
        for id in 1..=ACCOUNTS {
            sqlx::query(
                "INSERT INTO accounts VALUES (?, ?, ?, 'XOF', 9000000000000, CURRENT_DATE, 0, 0, 0, 0, 0, '0', NOW(6))",
            )
            .bind(id)
            .bind(format!("{id}"))
            .bind(format!("Agence {id}"))
            .execute(&mut *first)
            .await
            .unwrap();
        }
        for connection in &mut connections {
            connection.execute("SET SESSION autocommit = 0").await.unwrap();
        }
        Self { connections: connections.into_iter().map(Mutex::new).collect(), jobs: Jobs::default() }
    }
}

fn money(hundredths: i64) -> Decimal {
    Decimal::new(hundredths, 2)
}

fn held(row: &MySqlRow) -> (i64, Held) {
    let money = |column| (row.get_unchecked::<Decimal, _>(column) * Decimal::ONE_HUNDRED).try_into().unwrap();
    let held = Held {
        limit: money(1),
        version: row.get_unchecked(2),
        previous: money(3),
        balance: money(4),
        daily: money(5),
        active: money(6),
        last_hash: row.get_unchecked(7),
    };
    (row.get_unchecked(0), held)
}

const READ: &str = "SELECT a.id, a.credit_limit, a.version, a.balance_previous_day, a.balance, a.daily_credit, \
                    a.active_credit, a.last_hash FROM accounts a";

macro_rules! movement {
    ($query:expr, $line:expr) => {
        $query
            .bind(&$line.uuid)
            .bind(&$line.name)
            .bind(&$line.message)
            .bind("credit")
            .bind("helpdesk")
            .bind("success")
            .bind(money($line.exposition_before))
            .bind(money($line.exposition_after))
            .bind(money($line.amount))
            .bind("XOF")
            .bind($line.request)
            .bind(&$line.payload)
            .bind(&$line.result)
            .bind(&$line.payload)
            .bind(&$line.result)
            .bind($line.account)
            .bind($line.now)
            .bind($line.now)
            .bind($line.now)
            .bind($line.day)
            .bind($line.held.version)
    };
}

#[async_trait]
impl Contestant for MySqlFloor {
    async fn prepare(&self, count: u64, accounts: u64) {
        let mut connection = self.connections[0].lock().await;
        let jobs = self.jobs.make(count, accounts);
        for part in jobs.chunks(500) {
            let values: Vec<_> = part.iter().map(prepared).collect();
            let sql = format!(
                "INSERT INTO requetes_financieres (id, uuid, name, account_id, category, amount, currency, status, \
                 assigned_to, expiry_date, created_at, updated_at, version) VALUES {}",
                values.join(", ")
            );
            connection.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        connection.execute("COMMIT").await.unwrap();
        self.jobs.replace(jobs);
    }

    async fn post(&self, worker: usize, batch: usize) -> bool {
        let mut jobs = self.jobs.take(batch);
        if jobs.len() < batch {
            return false;
        }
        // Accounts are locked in one order.
        jobs.sort_by_key(|job| job.account);
        let mut connection = self.connections[worker % self.connections.len()].lock().await;
        match jobs.as_slice() {
            [job] => one(&mut connection, *job).await,
            _ => many(&mut connection, jobs).await,
        }
        true
    }
}

fn prepared(Job { account, request, .. }: &Job) -> String {
    format!(
        "({request}, 'uuid-{request}', 'REQ-{request}', {account}, 'daily_credit', 100, 'XOF', 'processing', 'operation', \
         CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1)"
    )
}

const LOG: &str = "INSERT INTO mouvement_logs (mouvement_id, status, state_before, state_after, changes, created_at, \
                   account_id, account_version, previous_hash, hash) VALUES ";
const TIMELINE: &str = "INSERT INTO timeline (account_id, request_id, kind, at, data) VALUES ";
const NOTIFICATION: &str =
    "INSERT INTO notifications (channel, recipient, params, status, next_attempt_at, created_at) VALUES ";
const ONE_LOG: &str = "(?, 'success', ?, ?, ?, ?, ?, ?, ?, ?)";
const ONE_LINE: &str = "(?, ?, 'movement_written', ?, ?)";
const ONE_NOTIFICATION: &str = "('mail', 'client', ?, 'pending', ?, ?)";

async fn one(connection: &mut MySqlConnection, job: Job) {
    let read = format!(
        "{READ} JOIN requetes_financieres r ON r.id = ? AND r.account_id = a.id AND r.status = 'processing' \
         LEFT JOIN mouvements m ON m.name = ? WHERE a.id = ? AND m.id IS NULL FOR UPDATE"
    );
    let row = sqlx::query(AssertSqlSafe(read))
        .bind(job.request)
        .bind(format!("REQ-{}", job.request))
        .bind(job.account)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let (_, held) = held(&row);
    let line = Line::decide(job, &held);
    let insert = format!("INSERT INTO mouvements ({MOVEMENT}) VALUES ({})", marks(MOVEMENT_COLUMNS));
    let query = movement!(sqlx::query(AssertSqlSafe(insert)), line);
    let movement = query.execute(&mut *connection).await.unwrap().last_insert_id();
    logged(sqlx::query(AssertSqlSafe(format!("{LOG}{ONE_LOG}"))), movement, &line)
        .execute(&mut *connection)
        .await
        .unwrap();
    sqlx::query(
        "UPDATE accounts a, requetes_financieres r SET a.version = ?, a.daily_credit = ?, a.active_credit = ?, \
         a.last_hash = ?, a.updated_at = ?, r.status = 'closed', r.mouvement_id = ?, r.message_uuid = ?, \
         r.updated_at = ?, r.version = r.version + 1 WHERE a.id = ? AND r.id = ?",
    )
    .bind(line.held.version)
    .bind(money(line.held.daily))
    .bind(money(line.held.active))
    .bind(&line.held.last_hash)
    .bind(line.now)
    .bind(movement)
    .bind(&line.message)
    .bind(line.now)
    .bind(line.account)
    .bind(line.request)
    .execute(&mut *connection)
    .await
    .unwrap();
    told(sqlx::query(AssertSqlSafe(format!("{TIMELINE}{ONE_LINE}"))), &line).execute(&mut *connection).await.unwrap();
    notified(sqlx::query(AssertSqlSafe(format!("{NOTIFICATION}{ONE_NOTIFICATION}"))), &line)
        .execute(&mut *connection)
        .await
        .unwrap();
    connection.execute("COMMIT").await.unwrap();
}

type Query<'q> = sqlx::query::Query<'q, sqlx::MySql, sqlx::mysql::MySqlArguments>;

fn logged<'q>(query: Query<'q>, movement: u64, line: &'q Line) -> Query<'q> {
    let query = query.bind(movement).bind(&line.before).bind(&line.after).bind(&line.changes).bind(line.now);
    query.bind(line.account).bind(line.held.version).bind(&line.previous_hash).bind(&line.held.last_hash)
}

fn told<'q>(query: Query<'q>, line: &'q Line) -> Query<'q> {
    query.bind(line.account).bind(line.request).bind(line.now).bind(&line.data)
}

fn notified<'q>(query: Query<'q>, line: &'q Line) -> Query<'q> {
    query.bind(&line.params).bind(line.now).bind(line.now)
}

/// The numbers of rows that one INSERT gives follow one another.
async fn many(connection: &mut MySqlConnection, jobs: Vec<Job>) {
    let count = jobs.len();
    let read = format!(
        "{READ} JOIN requetes_financieres r ON r.account_id = a.id AND r.status = 'processing' \
         LEFT JOIN mouvements m ON m.name = r.name WHERE r.id IN ({}) AND m.id IS NULL ORDER BY a.id FOR UPDATE",
        marks(count)
    );
    let query = jobs.iter().fold(sqlx::query(AssertSqlSafe(read)), |query, job| query.bind(job.request));
    let rows = query.fetch_all(&mut *connection).await.unwrap();
    assert_eq!(rows.len(), count);
    let mut accounts: BTreeMap<_, _> = rows.iter().map(held).collect();
    let lines = Line::decide_all(jobs, &mut accounts);
    let (now, day) = (lines[0].now, lines[0].day);

    let row = format!("({})", marks(MOVEMENT_COLUMNS));
    let insert = format!("INSERT INTO mouvements ({MOVEMENT}) VALUES {}", places(count, &row));
    let query = lines.iter().fold(sqlx::query(AssertSqlSafe(insert)), |query, line| movement!(query, line));
    let first = query.execute(&mut *connection).await.unwrap().last_insert_id();

    let sql = AssertSqlSafe(format!("{LOG}{}", places(count, ONE_LOG)));
    let query = (first..).zip(&lines).fold(sqlx::query(sql), |query, (id, line)| logged(query, id, line));
    query.execute(&mut *connection).await.unwrap();

    let sql = format!(
        "INSERT INTO accounts (id, uuid, name, currency, credit_limit, day, version, balance_previous_day, balance, \
         daily_credit, active_credit, last_hash, updated_at) VALUES {} ON DUPLICATE KEY UPDATE version = VALUES(version), \
         daily_credit = VALUES(daily_credit), active_credit = VALUES(active_credit), last_hash = VALUES(last_hash), \
         updated_at = VALUES(updated_at)",
        places(accounts.len(), "(?, '', '', '', 0, ?, ?, 0, 0, ?, ?, ?, ?)")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (id, held) in &accounts {
        query = query.bind(id).bind(day).bind(held.version).bind(money(held.daily)).bind(money(held.active));
        query = query.bind(&held.last_hash).bind(now);
    }
    query.execute(&mut *connection).await.unwrap();

    let sql = format!(
        "INSERT INTO requetes_financieres (id, uuid, name, account_id, category, amount, currency, status, assigned_to, \
         mouvement_id, message_uuid, created_at, updated_at, version) VALUES {} ON DUPLICATE KEY UPDATE \
         status = 'closed', mouvement_id = VALUES(mouvement_id), message_uuid = VALUES(message_uuid), \
         updated_at = VALUES(updated_at), version = requetes_financieres.version + 1",
        places(count, "(?, '', '', 0, '', 0, '', '', '', ?, ?, ?, ?, 1)")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (id, line) in (first..).zip(&lines) {
        query = query.bind(line.request).bind(id).bind(&line.message).bind(now).bind(now);
    }
    query.execute(&mut *connection).await.unwrap();

    let sql = AssertSqlSafe(format!("{TIMELINE}{}", places(count, ONE_LINE)));
    lines.iter().fold(sqlx::query(sql), told).execute(&mut *connection).await.unwrap();
    let sql = AssertSqlSafe(format!("{NOTIFICATION}{}", places(count, ONE_NOTIFICATION)));
    lines.iter().fold(sqlx::query(sql), notified).execute(&mut *connection).await.unwrap();
    connection.execute("COMMIT").await.unwrap();
}
