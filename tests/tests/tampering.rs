//! What somebody changes by hand in the tables is found, column by column: on each database a book in which every table that
//! is evidence has rows of every kind; then each column of each row is given another value, one at a time, each row is taken
//! away, and `verify`, `verify_messages` or an anchor must tell. What they do not see is on the core's list, and nothing else
//! is (V1, V2, V4).

// A test fails by panicking; the numbers that it forges are any others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::account::{AccountDraft, AccountPatch, AccountStatus, Rollout};
use estair_core::actor::{Actor, Origin};
use estair_core::background::key_chains;
use estair_core::book::Submission;
use estair_core::category::{Category, Desk, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::comment::CommentDraft;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId};
use estair_core::messager::{DOMAIN, Message, MessagerStore, NewMessage, OutgoingMessage, Stored};
use estair_core::movement::{DetailColumn, DetailField, Details, Failure, MovementDraft, MovementType};
use estair_core::policy::Policy;
use estair_core::queue::{Next, Queue, Report, Schedule, Settlement};
use estair_core::request::{DraftEdit, IncomingMessage, RequestDraft, RequestPatch, Sent};
use estair_core::row::Row;
use estair_core::store::StoreErrorKind;
use estair_core::support::{Assignee, SupportDraft, SupportPatch, SupportStatus};
use estair_core::testing::Stores;
use estair_core::testing::world::{
    ADMIN, FINANCE, OPERATION, SERVICE, World, cancellation_draft, client, comment, keys, message_of, posting,
    suspension, units,
};
use estair_core::verify::{Anchor, UNCOVERED, compare, make_anchor, verify, verify_messages};
use estair_sqlx::{BookHandles, migrate_messager, open_book, open_messager};
use estair_tests::database::{Driver, Kind, options};
use estair_tests::{databases, on_each};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

/// Rows of a table that are changed at most, spread over the table; `ESTAIR_TAMPERING_ROWS` sets another number.
fn most_rows() -> usize {
    std::env::var("ESTAIR_TAMPERING_ROWS").map_or(10, |number| number.parse().unwrap())
}

// ---- the book -------------------------------------------------------------------------------------------------------

fn failure() -> Failure {
    let trace = Some("storage: disk é\ncaused by: x".to_owned());
    Failure { error_type: "storage".to_owned(), message: "disk é".to_owned(), trace }
}

/// Every column that a source may fill.
fn details(world: &World) -> Details {
    let mut details = Details::default();
    for (number, DetailColumn { name, field }) in (11..).zip(Details::COLUMNS) {
        match field {
            DetailField::Text { set, .. } => *set(&mut details) = Some(format!("é {name}")),
            DetailField::Number { set, .. } => *set(&mut details) = Some(number),
            DetailField::Instant { set, .. } => *set(&mut details) = Some(world.now()),
        }
    }
    details
}

/// As [`World::run`], from somewhere.
async fn run(world: &World, actor: Actor, command: Command) -> Answer {
    let origin = Origin::new(Some("192.0.2.1"), Some("navigateur é"));
    world.book.run(Submission { origin, ..Submission::new(actor, command) }).await.expect("the command succeeds").answer
}

async fn update(world: &World, actor: Actor, id: RequestId, status: Option<Status>, assigned_to: Option<Desk>) {
    let patch = RequestPatch { status, assigned_to, ..RequestPatch::default() };
    run(world, actor, Command::UpdateRequest(id, patch)).await;
}

fn said(request: RequestId, body: &str) -> Command {
    Command::CommentRequest(request, CommentDraft { body: Some(body.to_owned()), ..CommentDraft::default() })
}

async fn asked(world: &World, account: AccountId, category: Category, amount: i64, kept: bool) -> RequestId {
    let draft = RequestDraft {
        category: Some(category),
        account: Some(account),
        amount: Some(units(amount)),
        description: Some("été 🛫".to_owned()),
        assigned_to: kept.then_some(Desk::Operation),
        ..RequestDraft::default()
    };
    match run(world, OPERATION, Command::CreateRequest(draft)).await {
        Answer::Request(row) => row.id,
        other => panic!("no request: {other:?}"),
    }
}

/// A request's message is taken by Messager, and waits there.
async fn hand_over(world: &World, id: RequestId) {
    let request = world.request(id).await;
    let IncomingMessage { kind, raw, .. } = message_of(id, &request);
    let message = OutgoingMessage { domain: DOMAIN.to_owned(), kind, payload: raw, idempotency_key: None };
    let new = NewMessage::new(message, world.uuid(), &Schedule::messager(), world.now());
    let message_uuid = world.stores.messager.accept(&new).await.unwrap().0.message_uuid;
    let sent = Sent { request: id, execution: request.execution, message_uuid };
    world.run(Actor::System, Command::MarkSent(sent)).await;
}

/// A request goes the whole way: handed to Messager, delivered, answered.
async fn through_messager(world: &World, id: RequestId) {
    let messages: &dyn Queue<Message> = &*world.stores.messager;
    hand_over(world, id).await;
    let leased = messages.claim(&world.claim(1)).await.unwrap().remove(0);
    let message = IncomingMessage::read(leased.job.uuid, &leased.job.kind, leased.job.payload.clone()).unwrap();
    let Answer::Written { id, .. } = world.run(Actor::System, Command::Receive(message)).await else {
        panic!("request {id} is not written")
    };
    let movement = world.stores.reader.movement(id).await.unwrap().unwrap();
    let said = serde_json::json!({ "success": true, "mouvement_id": id, "mouvement_uuid": movement.uuid });
    let report = Report::done(Some(said.into())).with_status(200);
    let done = Settlement { at: world.now(), next: Next::Completed, report };
    assert!(messages.settle(&leased.lease, &done).await.unwrap());
    world.wait(chrono::Duration::microseconds(1_001));
}

/// Rows of every kind in every table that is evidence; sealed with a key from the middle on.
async fn fill(plain: &World) -> World {
    let account = plain.account(1_000).await;
    let other = plain.account(500).await;
    plain.limit(account, 900, "prudence é").await;
    let referred = AccountDraft {
        name: Some("Agence é".to_owned()),
        email: Some("agence@example.test".to_owned()),
        reference: Some("AG-é-1".to_owned()),
        ..AccountDraft::default()
    };
    run(plain, SERVICE, Command::CreateAccount(referred)).await;
    let renamed = AccountPatch {
        name: Some("Évasion".to_owned()),
        email: Some(None),
        reason: Some("rachat".to_owned()),
        ..AccountPatch::default()
    };
    run(plain, ADMIN, Command::UpdateAccount(other, renamed)).await;
    run(plain, FINANCE, suspension(other, "impayé é")).await;
    let active = AccountPatch { status: Some(AccountStatus::Active), ..AccountPatch::default() };
    run(plain, FINANCE, Command::UpdateAccount(other, active)).await;
    for to in [Rollout::Shadow, Rollout::Live] {
        let patch = AccountPatch { rollout: Some(to), ..AccountPatch::default() };
        run(plain, ADMIN, Command::UpdateAccount(other, patch)).await;
    }
    let first = plain.support(account, "sujet").await;
    plain.comment(first, account, "bonjour 🛫").await;
    run(plain, FINANCE, comment(first, "merci")).await;
    let edit = SupportPatch { assigned_to: Some(Assignee::Agent), ..SupportPatch::default() };
    run(plain, OPERATION, Command::UpdateSupport(first, edit)).await;
    let second = plain.support(other, "un autre").await;
    for status in [SupportStatus::InProgress, SupportStatus::Closed] {
        let patch = SupportPatch { status: Some(status), ..SupportPatch::default() };
        run(plain, OPERATION, Command::UpdateSupport(second, patch)).await;
    }

    let continued = SupportDraft {
        subject: Some("suite".to_owned()),
        description: Some("encore é".to_owned()),
        follows: Some(second),
        ..SupportDraft::default()
    };
    run(plain, client(other), Command::CreateSupport(continued)).await;

    // Cash: a fee that failed twice before it was written, and one that nobody passed.
    let fee = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(40)),
        etatsdevente_id: Some(77),
        helpdesk_id: Some(first),
        ..RequestDraft::default()
    };
    let Answer::Request(Row { id: fee, .. }) = run(plain, OPERATION, Command::CreateRequest(fee)).await else {
        panic!("no request")
    };
    update(plain, OPERATION, fee, Some(Status::Waiting), None).await;
    run(plain, client(account), said(fee, "le bordereau suit é")).await;
    update(plain, FINANCE, fee, Some(Status::ToTreat), None).await;
    let message = message_of(fee, &plain.request(fee).await.data);
    for _ in 0..2 {
        let failed = FailedEntry::Message(message.clone(), failure());
        plain.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    }
    through_messager(plain, fee).await;
    let draft = asked(plain, account, Category::Load, 7, true).await;
    let edit = DraftEdit { amount: Some(units(8)), ..DraftEdit::default() };
    run(plain, OPERATION, Command::UpdateRequest(draft, RequestPatch { edit, ..RequestPatch::default() })).await;
    run(plain, FINANCE, said(draft, "à revoir 🛫")).await;

    let world = plain.as_under(Policy { audit_keys: Some(keys(&["one"])), ..Policy::default() });
    assert_eq!(key_chains(&world.book, &*world.stores.reader).await.unwrap().sealed, 3);
    let young = world.account(2_000).await;

    // Credits: written, taken back, marked to be taken back, refused by the check, under way, dead.
    let credits: Vec<_> = [500, 100].map(|amount| world.credit(account, amount)).into();
    let mut ids = Vec::new();
    for credit in credits {
        ids.push(credit.await.id);
    }
    for id in &ids {
        through_messager(&world, *id).await;
    }
    let Answer::Request(Row { id: back, .. }) =
        run(&world, ADMIN, Command::CreateRequest(cancellation_draft(ids[0], account))).await
    else {
        panic!("no cancellation")
    };
    through_messager(&world, back).await;
    let held = RequestDraft { hold: Some(true), ..cancellation_draft(ids[1], account) };
    run(&world, ADMIN, Command::CreateRequest(held)).await;
    world.credit(account, 5_000).await;
    let load = asked(&world, young, Category::Load, 70, false).await;
    update(&world, FINANCE, load, Some(Status::ToTreat), None).await;
    hand_over(&world, load).await;
    let passed = asked(&world, young, Category::Load, 71, false).await;
    update(&world, FINANCE, passed, Some(Status::ToTreat), None).await;

    // Elsewhere: written, failed, a group, the next day.
    let payment = |name: &str| MovementDraft {
        details: details(&world),
        etatsdevente_id: Some(78),
        ..posting(young, MovementType::Payment, units(70), name)
    };
    run(&world, SERVICE, Command::Post(vec![payment("w")])).await;
    let failed = FailedEntry::External(vec![payment("never")], failure());
    run(&world, SERVICE, Command::RecordFailure(Box::new(failed))).await;
    let leg = |account, amount, name: &str| posting(account, MovementType::Transfer, units(amount), name);
    run(&world, SERVICE, Command::Post(vec![leg(account, -5, "out"), leg(other, 5, "in")])).await;
    let dead = world.credit(young, 20).await;
    world.wait(chrono::Duration::days(1));
    world.run(Actor::System, Command::Expire(dead.id)).await;
    for account in [account, other, young] {
        world.post(posting(account, MovementType::Refund, units(3), &format!("tomorrow-{account}"))).await;
    }
    world.wait(chrono::Duration::days(1));
    world.limit(young, 2_500, "saison").await;
    world.account(0).await;
    world
}

// ---- a hand in the tables -------------------------------------------------------------------------------------------

/// Somebody who may do everything in the database.
enum Hand {
    Sqlite(sqlx::SqliteConnection),
    MySql(sqlx::MySqlConnection),
    Postgres(sqlx::PgConnection),
}

impl Hand {
    /// One whom no foreign key stops, nor on SQLite the check of a column.
    async fn new(kind: Kind, url: &str) -> Self {
        let mut hand = match kind.driver() {
            Driver::Sqlite => Self::Sqlite(sqlx::SqliteConnection::connect(url).await.unwrap()),
            Driver::MySql => Self::MySql(sqlx::MySqlConnection::connect(url).await.unwrap()),
            Driver::Postgres => Self::Postgres(sqlx::PgConnection::connect(url).await.unwrap()),
        };
        let free = match kind.driver() {
            Driver::Sqlite => "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
            Driver::MySql => "SET SESSION foreign_key_checks = 0",
            Driver::Postgres => "SET session_replication_role = replica",
        };
        hand.execute(free).await.unwrap();
        hand
    }

    async fn execute(&mut self, sql: &str) -> sqlx::Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Self::MySql(connection) => connection.execute(sql).await.map(drop),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
        }
    }

    /// Rows of texts.
    async fn rows(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        let sql = AssertSqlSafe(sql.to_owned());
        macro_rules! texts {
            ($connection:expr) => {{
                let rows = $connection.fetch_all(sql).await.unwrap();
                let cell = |row: &_, place| sqlx::Row::try_get_unchecked::<Option<String>, _>(row, place).unwrap();
                rows.iter().map(|row| (0..row.len()).map(|place| cell(row, place)).collect()).collect()
            }};
        }
        match self {
            Self::Sqlite(connection) => texts!(connection),
            Self::MySql(connection) => texts!(connection),
            Self::Postgres(connection) => texts!(connection),
        }
    }

    const fn text_type(&self) -> &'static str {
        match self {
            Self::MySql(_) => "CHAR",
            Self::Sqlite(_) | Self::Postgres(_) => "TEXT",
        }
    }

    /// The columns of each table, from the database's own catalogue.
    async fn catalogue(&mut self) -> BTreeMap<String, Vec<String>> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid"
            }
            Self::MySql(_) => {
                "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR) FROM information_schema.columns \
                 WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
            }
            Self::Postgres(_) => {
                "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM information_schema.columns \
                 WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.rows(sql).await {
            let [table, column] = row.try_into().unwrap();
            tables.entry(table.unwrap()).or_default().push(column.unwrap());
        }
        tables
    }

    /// Keeps a table as it is.
    async fn keep(&mut self, table: &str) {
        self.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
    }

    /// Makes a table what it was.
    async fn put_back(&mut self, table: &str) {
        self.execute(&format!("DELETE FROM {table}")).await.unwrap();
        self.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await.unwrap();
    }
}

/// Names that columns of closed sets may hold.
const NAMES: [&str; 37] = [
    "open",
    "to_treat",
    "processing",
    "closed",
    "cancelled",
    "waiting",
    "in_progress",
    "pending",
    "success",
    "failed",
    "load",
    "unload",
    "daily_credit",
    "cancel_credit",
    "operation",
    "finance",
    "admin",
    "agency",
    "agent",
    "credit",
    "debit",
    "payment",
    "refund",
    "transfer",
    "helpdesk",
    "wave",
    "manual",
    "bsp",
    "client",
    "staff",
    "active",
    "suspended",
    "service",
    "system",
    "XOF",
    "EUR",
    "support",
];

/// A digit becomes another one.
fn turned(text: &str, place: usize) -> Option<String> {
    let digit = text.as_bytes().get(place).filter(|byte| byte.is_ascii_digit())?;
    let other = char::from(b'0' + (digit - b'0' + 1) % 10);
    Some(format!("{}{other}{}", &text[..place], &text[place + 1..]))
}

/// What somebody may write in place of a value, the most plausible first. None is an empty column.
fn others(column: &str, value: Option<&str>, seen: &BTreeSet<String>) -> Vec<Option<String>> {
    let mut others: Vec<Option<String>> = Vec::new();
    let mut add = |text: Option<String>| others.extend(text.map(Some));
    let is_instant = |text: &str| text.len() >= 19 && text.as_bytes()[4] == b'-' && text.as_bytes()[13] == b':';
    match value {
        Some(text) if is_instant(text) => add(turned(text, 15)),
        Some(text) if text.len() == 10 && text.as_bytes()[4] == b'-' => {
            add(turned(text, 9));
            add(turned(text, 3));
        }
        Some(text) if text.len() == 36 && text.matches('-').count() == 4 => {
            add(Some("0199ffff-ffff-7fff-8fff-ffffffffffff".to_owned()));
        }
        Some(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            add(Some("ab".repeat(32)));
        }
        Some(text) if text.starts_with(['{', '[']) => {
            let last = text.rfind(|c: char| c.is_ascii_digit());
            add(last.and_then(|place| turned(text, place)));
            add((text == "{}").then(|| r#"{"forged":1}"#.to_owned()));
            add((text == "[]").then(|| r#"["request_created"]"#.to_owned()));
            add(text.strip_suffix('}').map(|rest| format!(r#"{rest},"forged":1}}"#)));
        }
        Some(text) if text.parse::<f64>().is_ok() => {
            let is_flag = ["is_deleted", "passed_by_hand"].contains(&column);
            add(is_flag.then(|| if text == "0" { "1" } else { "0" }.to_owned()));
            for more in [100, 1, 1_000] {
                let number = text.parse::<f64>().unwrap() + f64::from(more);
                add(Some(if text.contains('.') { format!("{number:.2}") } else { format!("{number:.0}") }));
            }
        }
        Some(_) if column.starts_with("currency") => add(Some("EUR".to_owned())),
        Some(text) if NAMES.contains(&text) => {
            seen.iter().chain(&NAMES.map(str::to_owned)).for_each(|name| add(Some(name.clone())));
        }
        Some(text) => {
            seen.iter().filter(|other| other.as_str() != text).take(2).for_each(|other| add(Some(other.clone())));
            add(Some(format!("{text}x")));
        }
        None => {
            seen.iter().take(2).for_each(|other| add(Some(other.clone())));
            let texts: &[&str] = match column {
                _ if column.ends_with("_at") || column.ends_with("_date") => {
                    &["2025-10-21 08:00:00", "2025-10-21T08:00:00.000000Z"]
                }
                _ if column.ends_with("hash") || column.ends_with("seal") => &[],
                _ if column.ends_with("uuid") => &["0199ffff-ffff-7fff-8fff-ffffffffffff"],
                _ => &["7", "100", "2025-10-20", r#"{"forged":1}"#],
            };
            texts.iter().for_each(|text| add(Some((*text).to_owned())));
            add(Some("cd".repeat(32)));
        }
    }
    others.retain(|other| other.as_deref() != value);
    others
}

// ---- what is found --------------------------------------------------------------------------------------------------

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
