//! The floor: what hand-written SQL makes that keeps the whole record of the contract (`schema.md`), with as few round trips
//! as an expert would need. A movement of a request: the account is locked, the movement, its log row with a SHA-256, one
//! line of the timeline and one notification are written, account and request change.
//!
//! It is a floor for both `Post` and `Deliver`, and does more than a `Post` has to.

mod mysql;
mod postgres;
mod sqlite;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ColumnIndex, Connection, Database, Decode, Executor, Row, Type};
use uuid::Uuid;

pub(crate) use mysql::MySqlFloor;
pub(crate) use postgres::PostgresFloor;
pub(crate) use sqlite::SqliteFloor;

/// How a database writes the types of the tables.
pub(super) struct Types {
    pub(super) id: &'static str,
    pub(super) number: &'static str,
    pub(super) small: &'static str,
    pub(super) money: &'static str,
    pub(super) instant: &'static str,
    pub(super) day: &'static str,
    /// A uuid, a name, a key.
    pub(super) key: &'static str,
    pub(super) words: &'static str,
    pub(super) text: &'static str,
    pub(super) json: &'static str,
    /// Behind the columns.
    pub(super) end: &'static str,
}

/// The tables of the contract, with the indexes that it asks for and no other.
pub(super) fn tables(types: &Types) -> Vec<String> {
    let Types { id, number, small, money, instant, day, key, words, text, json, end } = types;
    let movement_enums = [("type", "payment"), ("source", "helpdesk"), ("status", "success")];
    let enums: String = movement_enums.iter().map(|(name, _)| format!("{name} {words} NOT NULL, ")).collect();
    let inherited: String = [
        "subagent",
        "action",
        "state",
        "terminal",
        "recordlocator",
        "office_sb",
        "office_cn",
        "document",
        "first_passenger",
        "first_segment",
        "consolidator",
        "error_type",
    ]
    .iter()
    .map(|name| format!("{name} {words}, "))
    .collect();
    let mut all = vec![
        format!(
            "CREATE TABLE accounts (id {id}, uuid {key} NOT NULL UNIQUE, name {words} NOT NULL, currency {words} NOT NULL, \
             credit_limit {money} NOT NULL, day {day} NOT NULL, version {number} NOT NULL, \
             balance_previous_day {money} NOT NULL, balance {money} NOT NULL, daily_credit {money} NOT NULL, \
             active_credit {money} NOT NULL, last_hash {key} NOT NULL, updated_at {instant} NOT NULL){end}"
        ),
        format!(
            "CREATE TABLE mouvements (id {id}, uuid {key} NOT NULL UNIQUE, name {key} NOT NULL UNIQUE, message_uuid {key}, \
             {enums}retry_count {small} NOT NULL DEFAULT 0, max_retries {small} NOT NULL DEFAULT 3, created {instant}, \
             credit_before {money}, credit_after {money}, total_operation {money}, currency_code {words}, {inherited}\
             requete_financiere_id {number}, payload {json}, result {json}, error_message {text}, error_trace {text}, \
             account_id {number}, document_id {number}, approvisionnement_id {number}, external_id {number}, \
             source_description {text}, description {text}, created_at {instant} NOT NULL, updated_at {instant} NOT NULL, \
             completed_at {instant}, modified_by {number}, is_deleted {small} NOT NULL DEFAULT 0, cancelled_at {instant}, \
             business_day {day}, reference {words}, account_version {number}, etatsdevente_id {number}, \
             helpdesk_id {number}, payload_text {text}, result_text {text}){end}"
        ),
        format!(
            "CREATE TABLE mouvement_logs (id {id}, mouvement_id {number} NOT NULL, attempt_number {small} NOT NULL DEFAULT 1, \
             status {words} NOT NULL, state_before {json}, state_after {json}, changes {json}, duration_ms {small}, \
             error_details {text}, triggered_by {number}, ip_address {words}, user_agent {text}, \
             created_at {instant} NOT NULL, account_id {number} NOT NULL, account_version {number}, previous_hash {key}, \
             hash {key}, CONSTRAINT logs_movement FOREIGN KEY (mouvement_id) REFERENCES mouvements (id)){end}"
        ),
        format!(
            "CREATE TABLE requetes_financieres (id {id}, uuid {key} NOT NULL UNIQUE, name {key} NOT NULL UNIQUE, \
             account_id {number} NOT NULL, category {words} NOT NULL, amount {money} NOT NULL, currency {words} NOT NULL, \
             description {text}, status {words} NOT NULL, assigned_to {words} NOT NULL, expiry_date {instant}, \
             parent_id {number}, etatsdevente_id {number}, helpdesk_id {number}, mouvement_id {number}, message_uuid {key}, \
             created_by {number}, created_at {instant} NOT NULL, updated_at {instant} NOT NULL, version {number} NOT NULL, \
             CONSTRAINT requests_movement FOREIGN KEY (mouvement_id) REFERENCES mouvements (id)){end}"
        ),
        format!(
            "CREATE TABLE timeline (id {id}, account_id {number} NOT NULL, request_id {number}, kind {words} NOT NULL, \
             at {instant} NOT NULL, data {text} NOT NULL){end}"
        ),
        format!(
            "CREATE TABLE notifications (id {id}, channel {words} NOT NULL, recipient {words} NOT NULL, \
             params {text} NOT NULL, status {words} NOT NULL, next_attempt_at {instant} NOT NULL, \
             created_at {instant} NOT NULL){end}"
        ),
    ];
    all.extend(
        [
            ("mouvements", "status, created_at"),
            ("mouvements", "source, status"),
            ("mouvements", "message_uuid"),
            ("mouvements", "account_id, status"),
            ("mouvements", "requete_financiere_id"),
            ("mouvements", "document_id"),
            ("mouvements", "approvisionnement_id"),
            ("mouvement_logs", "mouvement_id, attempt_number"),
            ("requetes_financieres", "account_id"),
            ("requetes_financieres", "status, expiry_date"),
            ("timeline", "request_id"),
            ("notifications", "status, next_attempt_at"),
        ]
        .iter()
        .enumerate()
        .map(|(place, (table, columns))| format!("CREATE INDEX i{place} ON {table} ({columns})")),
    );
    all
}

/// The columns of a movement that a credit fills, in the order in which they are bound.
pub(super) const MOVEMENT: &str = "uuid, name, message_uuid, type, source, status, credit_before, credit_after, \
    total_operation, currency_code, requete_financiere_id, payload, result, payload_text, result_text, account_id, \
    created_at, updated_at, completed_at, business_day, account_version";

/// How many they are.
pub(super) const MOVEMENT_COLUMNS: usize = 21;

/// An account and a request as they are held.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) version: i64,
    pub(super) previous: i64,
    pub(super) balance: i64,
    pub(super) daily: i64,
    pub(super) active: i64,
    pub(super) limit: i64,
    pub(super) last_hash: String,
}

/// Everything that is written for one movement.
pub(super) struct Line {
    pub(super) account: i64,
    pub(super) request: i64,
    pub(super) uuid: String,
    pub(super) name: String,
    pub(super) message: String,
    pub(super) payload: String,
    pub(super) result: String,
    pub(super) amount: i64,
    pub(super) exposition_before: i64,
    pub(super) exposition_after: i64,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) changes: String,
    pub(super) previous_hash: String,
    pub(super) data: String,
    pub(super) params: String,
    pub(super) now: DateTime<Utc>,
    pub(super) day: NaiveDate,
    /// The account after it.
    pub(super) held: Held,
}

impl Line {
    /// Decides one credit: the limit is checked, the figures move, the row is sealed.
    pub(super) fn decide(job: Job, held: &Held) -> Self {
        let (now, amount) = (Utc::now(), 10_000);
        let day = now.date_naive();
        assert!(held.active + amount <= held.limit, "the limit of the floor's accounts is large enough");
        let state = |held: &Held| {
            format!(
                r#"{{"active_credit":"{}","balance":"{}","balance_previous_day":"{}","daily_credit":"{}","day":"{day}","exposition":"{}","outstanding":"{}","version":{}}}"#,
                held.active, held.balance, held.previous, held.daily, held.active, held.balance, held.version
            )
        };
        let mut next = Held {
            version: held.version + 1,
            daily: held.daily + amount,
            active: held.active + amount,
            ..held.clone()
        };
        let (before, after) = (state(held), state(&next));
        let (uuid, message) =
            (Uuid::from_u128(u128::from(job.number) << 64 | 1), Uuid::from_u128(u128::from(job.number) << 64 | 2));
        let name = format!("REQ-{}", job.request);
        let payload = format!(
            r#"{{"requete_id":{},"requete_uuid":"{message}","requete_name":"{name}","type":"credit","account_id":{},"account_name":"Agence {}","amount":"100.00","currency":"XOF","description":null,"execution":1,"expires_at":"{now}"}}"#,
            job.request, job.account, job.account
        );
        let result = format!(r#"{{"movement_uuid":"{uuid}","outcome":"written","status":"success"}}"#);
        let changes = format!(
            r#"{{"active_credit":{{"new":"{}","old":"{}"}},"daily_credit":{{"new":"{}","old":"{}"}}}}"#,
            next.active, held.active, next.daily, held.daily
        );
        let sealed = format!("{}\n{uuid}{name}{message}{payload}{result}{before}{after}{now}", held.last_hash);
        next.last_hash = Sha256::digest(sealed.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            account: job.account,
            request: job.request,
            uuid: uuid.to_string(),
            message: message.to_string(),
            data: format!(r#"{{"from":"processing","status":"closed","movement":"{uuid}"}}"#),
            params: format!(r#"{{"notice":"credit_approved","request":"{name}","amount":"100.00"}}"#),
            name,
            payload,
            result,
            amount,
            exposition_before: held.active,
            exposition_after: next.active,
            before,
            after,
            changes,
            previous_hash: held.last_hash.clone(),
            now,
            day,
            held: next,
        }
    }

    /// Decides one after the other, each on what the ones before it left.
    pub(super) fn decide_all(jobs: Vec<Job>, held: &mut BTreeMap<i64, Held>) -> Vec<Self> {
        let line = |job: Job| {
            let line = Self::decide(job, held.get(&job.account).unwrap());
            held.insert(job.account, line.held.clone());
            line
        };
        jobs.into_iter().map(line).collect()
    }
}

/// A request that waits to be closed.
#[derive(Clone, Copy)]
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) account: i64,
    pub(super) request: i64,
}

/// Requests that wait.
#[derive(Default)]
pub(super) struct Jobs {
    waiting: Mutex<VecDeque<Job>>,
    next: AtomicU64,
}

impl Jobs {
    /// New requests over so many accounts, whose numbers are given in a row; they are to be written before they are taken.
    pub(super) fn make(&self, count: u64, accounts: u64) -> Vec<Job> {
        let job = |_| {
            let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
            // Neighbours in time are not neighbours in the table.
            let account = (number.wrapping_mul(7_919) % accounts + 1) as i64;
            Job { number, account, request: number as i64 }
        };
        (0..count).map(job).collect()
    }

    pub(super) fn replace(&self, jobs: Vec<Job>) {
        *self.waiting.lock().unwrap() = jobs.into();
    }

    pub(super) fn take(&self, count: usize) -> Vec<Job> {
        let mut waiting = self.waiting.lock().unwrap();
        let count = count.min(waiting.len());
        waiting.drain(..count).collect()
    }
}

/// So many rows of so many places, for `VALUES`.
pub(super) fn places(rows: usize, row: &str) -> String {
    vec![row; rows].join(", ")
}

/// `?, ?, …`
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// The rows of an account's history, movement, log and fact, read by hand, every column, and hashed: movements per second.
pub(crate) async fn read_and_hash<C>(url: &str, account: u64) -> f64
where
    C: Connection,
    for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    for<'r> Vec<u8>: Decode<'r, C::Database> + Type<C::Database>,
    usize: ColumnIndex<<C::Database as Database>::Row>,
{
    let sql = format!(
        "SELECT m.*, l.*, f.* FROM mouvement_logs l JOIN mouvements m ON m.id = l.mouvement_id \
         LEFT JOIN estair_facts f ON f.movement_id = m.id \
         WHERE l.account_id = {account} AND l.account_version IS NOT NULL ORDER BY l.account_version"
    );
    let mut connection = C::connect(url).await.unwrap();
    let begun = Instant::now();
    let (mut count, mut hash, mut text) = (0_u64, [0_u8; 32], Vec::new());
    let mut rows = (&mut connection).fetch(AssertSqlSafe(sql));
    while let Some(row) = rows.try_next().await.unwrap() {
        text.clear();
        text.extend_from_slice(&hash);
        for column in 0..row.len() {
            text.extend(row.try_get_unchecked::<Option<Vec<u8>>, _>(column).unwrap().unwrap_or_default());
        }
        hash.copy_from_slice(&Sha256::digest(&text));
        count += 1;
    }
    count as f64 / begun.elapsed().as_secs_f64()
}
