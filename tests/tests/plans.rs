//! Each hot query uses its index when the book has grown: the statements that the store itself sends are heard, and the
//! database is asked how it would run them over a hundred thousand rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::future::Future;

use estair_core::audit::Hash;
use estair_core::category::Status;
use estair_core::change::{Needs, RequestNeed};
use estair_core::dispatch::OutboxEntry;
use estair_core::id::{AccountId, FactId, MovementId, RequestId, SupportId};
use estair_core::messager::{Message, MessagerStore, NewMessage, Submission};
use estair_core::notify::Delivery;
use estair_core::policy::Policy;
use estair_core::queue::{Claim, Leased, Queue, Schedule};
use estair_core::read::{FactFilter, Page, Reader, RequestFilter, StatementFilter, SupportFilter};
use estair_core::testing::world::{World, morning};
use estair_sqlx::dialect::Dialect;
use estair_sqlx::{BookHandles, Value, migrate_messager, open_book, open_messager};
use estair_tests::database::{Databases, Kind, options};
use estair_tests::databases;
use estair_tests::filling::{Filler, execute, quoted};
use estair_tests::listening::statements_of;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Statements are heard process-wide: one database after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// What a statement must be run with, and the indexes of which it must use one.
struct Expect {
    indexes: &'static [&'static str],
    values: Vec<Value>,
    /// The index gives the order too: nothing is sorted.
    ordered: bool,
    /// The statement walks a whole index, newest first, and stops at its limit.
    walks: bool,
}

fn by(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { indexes, values, ordered: false, walks: false }
}

fn in_order_of(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { ordered: true, ..by(indexes, values) }
}

fn newest_of(indexes: &'static [&'static str], values: Vec<Value>) -> Expect {
    Expect { walks: true, ..in_order_of(indexes, values) }
}

fn number(number: i64) -> Value {
    Value::Int(Some(number))
}

fn text(text: &str) -> Value {
    Value::Text(Some(text.to_owned()))
}

fn instant() -> Value {
    Value::Instant(Some(morning()))
}

fn day(day: &str) -> Value {
    Value::Day(Some(day.parse().unwrap()))
}

const PRIMARY: &[&str] = &["PRIMARY"];

/// A statement that was heard, and what is expected of its plan.
struct Hot {
    name: &'static str,
    sql: String,
    expect: Expect,
}

/// Hears what one operation sends: just the statements that are expected.
async fn hear<T>(hot: &mut Vec<Hot>, name: &'static str, run: impl Future<Output = T>, expected: Vec<Expect>) -> T {
    let (done, heard) = statements_of(expected.len(), run).await;
    assert_eq!(heard.len(), expected.len(), "{name} sent {heard:#?}");
    for (sql, expect) in heard.into_iter().zip(expected) {
        hot.push(Hot { name, sql, expect });
    }
    done
}

async fn hear_load(hot: &mut Vec<Hot>, world: &World) {
    let need = RequestNeed { account: None, parent: true, credit: true };
    let needs = Needs {
        accounts: [AccountId(77)].into(),
        requests: [(RequestId(777), need)].into(),
        movements: ["MVT-000000000777".to_owned()].into(),
        supports: [SupportId(77)].into(),
        answers: [("user:1".to_owned(), "key-000000000777".to_owned())].into(),
        mark: Some(Uuid::from_u128(7)),
    };
    let expected = vec![
        by(PRIMARY, vec![number(777)]),
        by(PRIMARY, vec![number(77)]),
        by(PRIMARY, vec![number(77)]),
        by(PRIMARY, vec![number(777)]),
        by(PRIMARY, vec![number(77)]),
        by(&["requetes_financieres_parent"], vec![number(777)]),
        by(&["mouvements_name"], vec![text("MVT-000000000777")]),
        by(&["idempotency_keys_key"], vec![text("user:1"), text("key-000000000777")]),
        by(&["facts_mark"], vec![text("00000000-0000-4000-8000-000000000777")]),
    ];
    let mut transaction = world.stores.store.begin(0).await.unwrap();
    hear(hot, "the locks and looks of a command", transaction.load(&needs), expected).await.unwrap();
    transaction.rollback().await.unwrap();
}

async fn hear_requests(hot: &mut Vec<Hot>, reader: &dyn Reader) {
    let page = Page { limit: 50, before: None };
    let one = reader.request(RequestId(777));
    hear(hot, "one request", one, vec![by(PRIMARY, vec![number(777)])]).await.unwrap();

    let all = RequestFilter::default();
    let newest = vec![newest_of(PRIMARY, vec![number(51)])];
    hear(hot, "the newest requests", reader.requests(&all, page), newest).await.unwrap();
    let next = vec![in_order_of(PRIMARY, vec![number(5_000), number(51)])];
    let before = Page { limit: 50, before: Some(5_000) };
    hear(hot, "the next page of requests", reader.requests(&all, before), next).await.unwrap();
    let waiting = RequestFilter { status: vec![Status::Waiting], ..RequestFilter::default() };
    // Few enough to be sorted, if the database likes that better.
    let few = &["requetes_financieres_listed", "requetes_financieres_status"];
    let few = vec![by(few, vec![text("waiting"), number(51)])];
    hear(hot, "requests of a rare status", reader.requests(&waiting, page), few).await.unwrap();
    let closed = RequestFilter { status: vec![Status::Closed], ..RequestFilter::default() };
    let many = &["requetes_financieres_listed", "PRIMARY"];
    let many = vec![newest_of(many, vec![text("closed"), number(51)])];
    hear(hot, "requests of a frequent status", reader.requests(&closed, page), many).await.unwrap();
    let own = RequestFilter { account: Some(AccountId(77)), ..RequestFilter::default() };
    let by_account = vec![in_order_of(&["requetes_financieres_account"], vec![number(77), number(51)])];
    hear(hot, "requests of an account", reader.requests(&own, page), by_account).await.unwrap();

    let due = vec![
        by(&["requetes_financieres_status"], vec![instant(), number(32)]),
        by(&["mouvements_credit"], vec![instant(), number(32)]),
    ];
    hear(hot, "credits that are due", reader.due(morning(), true, 32), due).await.unwrap();
    let under_way = &["requetes_financieres_listed", "requetes_financieres_status"];
    let under_way = vec![by(under_way, vec![number(5), number(1_000)])];
    hear(hot, "requests under way", reader.under_way(Some(RequestId(5)), 1_000), under_way).await.unwrap();

    let tickets = SupportFilter { account: Some(AccountId(77)), ..SupportFilter::default() };
    let of_account = vec![in_order_of(&["helpdesk_account"], vec![number(77), number(51)])];
    hear(hot, "support requests of an account", reader.supports(&tickets, page), of_account).await.unwrap();
}

async fn hear_account(hot: &mut Vec<Hot>, reader: &dyn Reader, id: AccountId) {
    let one = i64::try_from(id.0).unwrap();
    hear(hot, "one account", reader.account(id), vec![by(PRIMARY, vec![number(one)])]).await.unwrap();
    let page = Page { limit: 50, before: None };
    let lines = &["mouvements_sequence", "mouvements_day"];
    let whole = vec![
        by(PRIMARY, vec![number(one)]),
        in_order_of(&["mouvements_day"], vec![number(one)]),
        in_order_of(&["mouvements_sequence"], vec![number(one), number(51)]),
    ];
    hear(hot, "a statement", reader.statement(id, &StatementFilter::default(), page), whole).await.unwrap();
    let filter = StatementFilter {
        from: Some("2025-10-20".parse().unwrap()),
        to: Some("2025-10-21".parse().unwrap()),
        ..StatementFilter::default()
    };
    let period = vec![
        by(PRIMARY, vec![number(one)]),
        in_order_of(&["mouvements_day"], vec![number(one), day("2025-10-20")]),
        in_order_of(&["mouvements_day"], vec![number(one), day("2025-10-21")]),
        by(lines, vec![number(one), day("2025-10-20"), day("2025-10-21"), number(51)]),
    ];
    hear(hot, "a statement of a period", reader.statement(id, &filter, page), period).await.unwrap();
    let past = reader.closing(id, "2025-10-20".parse().unwrap());
    let closing = vec![by(&["daily_closings_day"], vec![number(one), day("2025-10-20")])];
    hear(hot, "an account as of a past day", past, closing).await.unwrap();

    let trail = vec![by(&["mouvement_logs_attempt"], vec![number(777)])];
    hear(hot, "the trail of a movement", reader.logs(MovementId(777)), trail).await.unwrap();
    let movements = &["mouvements_account", "PRIMARY"];
    let movements = vec![by(movements, vec![number(one), number(50_000), number(1_000)])];
    let audit = reader.audit_movements(id, Some(MovementId(50_000)), 1_000);
    hear(hot, "movements to be verified", audit, movements).await.unwrap();
    let after = vec![number(one), number(50_000), number(50_000), number(50_000), number(1_000)];
    let links = vec![by(&["mouvement_logs_chain"], after)];
    let chain = reader.audit_logs(id, (50_000, 50_000), 1_000);
    hear(hot, "links to be verified", chain, links).await.unwrap();
}

async fn hear_facts(hot: &mut Vec<Hot>, book: &BookHandles) {
    let reader = book.reader.as_ref();
    let after = vec![in_order_of(PRIMARY, vec![number(99_900), number(100)])];
    hear(hot, "facts after an id", reader.facts(FactFilter::After(FactId(99_900)), 100), after).await.unwrap();
    let timeline = vec![in_order_of(&["facts_request"], vec![number(777), number(100)])];
    let request = reader.facts(FactFilter::Request(RequestId(777)), 100);
    hear(hot, "the timeline of a request", request, timeline).await.unwrap();
    let untold = vec![in_order_of(&["facts_told"], vec![number(32)])];
    hear(hot, "facts that nobody was told of", book.outgoing.untold(32), untold).await.unwrap();
    let token = vec![by(&["estair_users_token"], vec![text("token-000000000777")])];
    hear(hot, "the user of a token", book.users.user_of_token(Hash::of("none")), token).await.unwrap();
}

/// What one claim of one job sends: candidates, compare and set, what was won, and the attempt of an abandoned one never.
async fn hear_claim<T>(
    hot: &mut Vec<Hot>,
    name: &'static str,
    queue: &dyn Queue<T>,
    due: &'static [&'static str],
    ordered_by_account: bool,
) -> Vec<Leased<T>> {
    let now = morning() + chrono::Duration::days(1);
    let claim = Claim { limit: 1, now, until: now + chrono::Duration::minutes(1), token: Uuid::from_u128(9) };
    let mut candidates = vec![Value::Instant(Some(morning()))];
    candidates.extend(ordered_by_account.then(instant));
    candidates.push(number(32));
    let token = || text(&Uuid::from_u128(9).to_string());
    let expected = vec![
        by(due, candidates),
        by(PRIMARY, vec![token(), instant(), number(777), number(0)]),
        by(PRIMARY, vec![token(), number(777)]),
    ];
    hear(hot, name, queue.claim(&claim), expected).await.unwrap()
}

fn submission(key: &str) -> Submission {
    let payload = serde_json::json!({ "account_id": 1 });
    Submission {
        domain: "estair-helpdesk".to_owned(),
        kind: "load_request".to_owned(),
        payload,
        idempotency_key: Some(key.to_owned()),
    }
}

async fn hear_messager(hot: &mut Vec<Hot>, messager: &dyn MessagerStore) {
    let uuid = Uuid::from_u128(77);
    let message = NewMessage::new(submission("key-000000000777"), uuid, &Schedule::messager(), morning());
    messager.accept(&message).await.unwrap();
    let again = NewMessage { message: Message { uuid: Uuid::from_u128(78), ..message.message.clone() }, ..message };
    let key = vec![by(&["messages_key"], vec![text("estair-helpdesk"), text("key-000000000777")])];
    hear(hot, "a message that came before", messager.accept(&again), key).await.unwrap();
    let due = &["messages_due", "messages_order", "messages_completed"];
    hear_claim::<Message>(hot, "claim of messages", messager, due, true).await;
    let unknown = Uuid::from_u128(79);
    let by_uuid = vec![by(&["messages_uuid"], vec![text("00000000-0000-4000-8000-000000000777")])];
    hear(hot, "one message by its uuid", messager.message(unknown), by_uuid).await.unwrap();
}

/// One job in each queue, so that a claim has something to win.
fn first_jobs(filler: Filler) -> Vec<String> {
    let at = filler.noon("2025-10-21");
    let outbox = "INSERT INTO outbox (account_id, request_id, request_uuid, execution, next_attempt_at, created_at)";
    let deliveries = "INSERT INTO deliveries \
                      (notice, audience, channel, recipient, params, next_attempt_at, created_at)";
    vec![
        format!("{outbox} VALUES (1, 1, 'first', 1, {at}, {at})"),
        format!("{deliveries} VALUES ('credit_requested', 'finance', 'email', 'f@example.test', '{{}}', {at}, {at})"),
    ]
}

/// A book that has grown: what is finished is many, what is open is few.
fn grown_book(filler: Filler) -> Vec<String> {
    let (past, day) = (filler.noon("2025-10-20"), "'2025-10-20'".to_owned());
    let one = || "100".to_owned();
    let account = "1 + n % 1000".to_owned();
    let mut sql = filler.numbers();
    let id = || "n + 1".to_owned();
    let accounts = [
        ("id", id()),
        ("uuid", filler.uuid()),
        ("name", filler.text("Agence ")),
        ("credit_limit", one()),
        ("day", day.clone()),
        ("balance_previous_day", one()),
        ("balance", one()),
        ("daily_credit", one()),
        ("active_credit", one()),
        ("last_hash", quoted("0")),
    ];
    sql.push(filler.insert("accounts", &accounts, "n < 100000"));
    for (status, condition) in [("closed", "n % 1000 > 2"), ("to_treat", "n % 1000 = 1"), ("waiting", "n % 1000 = 2")] {
        let requests = [
            ("id", id()),
            ("uuid", filler.uuid()),
            ("name", filler.text("REQ-")),
            ("account_id", account.clone()),
            ("category", quoted("daily_credit")),
            ("amount", one()),
            ("status", quoted(status)),
            ("assigned_to", quoted("finance")),
            ("expiry_date", past.clone()),
            ("parent_id", "n + 1".to_owned()),
            ("version", "1".to_owned()),
        ];
        sql.push(filler.insert("requetes_financieres", &requests, condition));
    }
    // Half of the movements are of one account.
    let halves = [
        ("1", "n < 50000 AND n > 100", "payment"),
        (account.as_str(), "n >= 50000", "payment"),
        ("1", "n <= 100", "credit"),
    ];
    for (account, condition, kind) in halves {
        let movements = [
            ("id", id()),
            ("uuid", filler.uuid()),
            ("name", filler.text("MVT-")),
            ("type", quoted(kind)),
            ("source", quoted("wave")),
            ("status", quoted("success")),
            ("total_operation", one()),
            ("account_id", account.to_owned()),
            ("requete_financiere_id", "n + 1".to_owned()),
            ("business_day", day.clone()),
            ("account_version", "n + 1".to_owned()),
            ("balance_after", one()),
        ];
        sql.push(filler.insert("mouvements", &movements, condition));
    }
    let logs = [
        ("mouvement_id", "n + 1".to_owned()),
        ("status", quoted("success")),
        ("account_id", account.clone()),
        ("account_version", "n + 1".to_owned()),
    ];
    sql.push(filler.insert("mouvement_logs", &logs, "n < 99000"));
    sql.extend(grown_surroundings(filler, &past, &day, &account));
    sql
}

fn grown_surroundings(filler: Filler, past: &str, day: &str, account: &str) -> Vec<String> {
    let at = || past.to_owned();
    let mut sql = Vec::new();
    let closings = [
        ("account_id", "n + 1".to_owned()),
        ("day", day.to_owned()),
        ("version", "1".to_owned()),
        ("balance_previous_day", "1".to_owned()),
        ("balance", "1".to_owned()),
        ("daily_credit", "1".to_owned()),
        ("active_credit", "1".to_owned()),
    ];
    sql.push(filler.insert("daily_closings", &closings, "n < 100000"));
    let tickets = [
        ("uuid", filler.uuid()),
        ("name", filler.text("SUP-")),
        ("account_id", account.to_owned()),
        ("subject", quoted("?")),
        ("description", quoted("?")),
        ("status", quoted("closed")),
        ("assigned_to", quoted("operation")),
        ("version", "1".to_owned()),
    ];
    sql.push(filler.insert("helpdesk", &tickets, "n < 100000"));
    for (told, condition) in [("1", "n < 99950"), ("0", "n >= 99950")] {
        let facts = [
            ("mark", filler.uuid()),
            ("kind", quoted("movement_written")),
            ("happened_at", at()),
            ("role", quoted("system")),
            ("account_id", account.to_owned()),
            ("request_id", "n + 1".to_owned()),
            ("data", quoted("{}")),
            ("notices", quoted("[]")),
            ("told", told.to_owned()),
        ];
        sql.push(filler.insert("facts", &facts, condition));
    }
    let keys = [
        ("scope", quoted("user:1")),
        ("idempotency_key", filler.text("key-")),
        ("fingerprint", quoted("0")),
        ("answer", quoted("{}")),
        ("created_at", at()),
    ];
    sql.push(filler.insert("idempotency_keys", &keys, "n < 100000"));
    let users = [
        ("uuid", filler.uuid()),
        ("role", quoted("client")),
        ("account_id", account.to_owned()),
        ("name", quoted("?")),
        ("token_hash", filler.text("token-")),
        ("created_at", at()),
    ];
    sql.push(filler.insert("estair_users", &users, "n < 100000"));
    for (status, condition) in [("completed", "n < 99950"), ("pending", "n >= 99950")] {
        let outbox = [
            ("account_id", account.to_owned()),
            ("request_id", "n + 1".to_owned()),
            ("request_uuid", filler.uuid()),
            ("execution", "1".to_owned()),
            ("status", quoted(status)),
            ("next_attempt_at", at()),
            ("created_at", at()),
        ];
        sql.push(filler.insert("outbox", &outbox, condition));
        let deliveries = [
            ("notice", quoted("movement_succeeded")),
            ("audience", quoted("client")),
            ("channel", quoted("email")),
            ("recipient", quoted("a@example.test")),
            ("params", quoted("{}")),
            ("status", quoted(status)),
            ("next_attempt_at", at()),
            ("created_at", at()),
        ];
        sql.push(filler.insert("deliveries", &deliveries, condition));
    }
    sql
}

fn grown_messager(filler: Filler) -> Vec<String> {
    let at = filler.noon("2025-10-20");
    let mut sql = filler.numbers();
    for (status, condition) in [("completed", "n < 99950"), ("pending", "n >= 99950")] {
        let messages = [
            ("uuid", filler.uuid()),
            ("domain", quoted("estair-helpdesk")),
            ("type", quoted("load_request")),
            ("payload", quoted("{}")),
            ("idempotency_key", filler.text("k-")),
            ("order_key", filler.text("o-")),
            ("max_retries", "3".to_owned()),
            ("status", quoted(status)),
            ("next_attempt_at", at.clone()),
            ("created_at", at.clone()),
        ];
        sql.push(filler.insert("messages", &messages, condition));
    }
    sql
}

const BOOK_TABLES: [&str; 11] = [
    "accounts",
    "requetes_financieres",
    "mouvements",
    "mouvement_logs",
    "daily_closings",
    "helpdesk",
    "facts",
    "idempotency_keys",
    "estair_users",
    "outbox",
    "deliveries",
];

/// How a database tells its plans.
trait Explains: Dialect {
    const EXPLAIN: &'static str;

    /// A line of a plan as text.
    fn line(row: &Self::Row) -> String;

    /// Does this line read a whole table, or a whole index?
    fn scans(line: &str) -> bool;

    /// Does this line sort?
    fn sorts(line: &str) -> bool;

    /// Does the plan use this index?
    fn uses(plan: &str, index: &str) -> bool;
}

impl Explains for sqlx::Sqlite {
    const EXPLAIN: &'static str = "EXPLAIN QUERY PLAN";

    fn line(row: &Self::Row) -> String {
        row.get::<String, _>(3)
    }

    fn scans(line: &str) -> bool {
        // The pause of a domain: one row.
        line.starts_with("SCAN") && line != "SCAN d"
    }

    fn sorts(line: &str) -> bool {
        line.contains("TEMP B-TREE")
    }

    fn uses(plan: &str, index: &str) -> bool {
        match index {
            "PRIMARY" => plan.contains("INTEGER PRIMARY KEY") || plan.contains("SCAN requetes_financieres"),
            // The index of a UNIQUE has a name of SQLite's own.
            _ => {
                let table = BOOK_TABLES.iter().chain(&["messages"]).find(|table| index.starts_with(**table)).unwrap();
                plan.contains(&format!("INDEX {index} ")) || plan.contains(&format!("sqlite_autoindex_{table}_"))
            }
        }
    }
}

impl Explains for sqlx::MySql {
    // Other formats may be the default of a server.
    const EXPLAIN: &'static str = "EXPLAIN FORMAT = TRADITIONAL";

    fn line(row: &Self::Row) -> String {
        let text = |name: &str| row.try_get_unchecked::<Option<String>, _>(name).unwrap().unwrap_or_default();
        format!("table={} type={} key={} {}", text("table"), text("type"), text("key"), text("Extra"))
    }

    fn scans(line: &str) -> bool {
        (line.contains("type=ALL") || line.contains("type=index ")) && !line.starts_with("table=d ")
    }

    fn sorts(line: &str) -> bool {
        line.contains("filesort")
    }

    fn uses(plan: &str, index: &str) -> bool {
        // A row found while planning has no index in the plan: it was looked up by its key.
        plan.contains(&format!("key={index} ")) || plan.contains("no matching row") || plan.contains("Impossible WHERE")
    }
}

impl Explains for sqlx::Postgres {
    const EXPLAIN: &'static str = "EXPLAIN";

    fn line(row: &Self::Row) -> String {
        row.get::<String, _>(0)
    }

    fn scans(line: &str) -> bool {
        line.contains("Seq Scan") && !line.contains("on domains")
    }

    fn sorts(line: &str) -> bool {
        line.trim_start_matches([' ', '-', '>']).starts_with("Sort ")
    }

    fn uses(plan: &str, index: &str) -> bool {
        let name = if index == "PRIMARY" { "_pkey" } else { index };
        plan.contains(name)
    }
}

/// What is wrong with a plan; nothing when it is as expected.
async fn judged<D: Explains>(connection: &mut D::Connection, hot: &Hot) -> Option<String> {
    let mut values = D::Arguments::default();
    for value in &hot.expect.values {
        D::bind(&mut values, value.clone()).unwrap();
    }
    let rows = D::read(connection, format!("{} {}", D::EXPLAIN, hot.sql), values, false).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {}: {error}", hot.name, hot.sql));
    let lines: Vec<_> = rows.iter().map(D::line).collect();
    let plan = lines.join("\n");
    let Expect { indexes, ordered, walks, .. } = &hot.expect;
    let problem = if !walks && lines.iter().any(|line| D::scans(line)) {
        "reads a whole table"
    } else if *ordered && lines.iter().any(|line| D::sorts(line)) {
        "sorts"
    } else if !indexes.iter().any(|index| D::uses(&plan, index)) {
        "does not use its index"
    } else {
        return None;
    };
    Some(format!("{}: {problem}, {indexes:?} is expected\n{}\n{plan}\n", hot.name, hot.sql))
}

async fn each_hot_query_uses_its_index<D: Explains>(kind: Kind)
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
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
    let empty = ["DELETE FROM messages".to_owned()];
    let messager_sql: Vec<_> =
        empty.into_iter().chain(grown_messager(filler)).chain(filler.analyze(&["messages"])).collect();
    execute(kind, &messager_url, &messager_sql).await;

    let mut problems = Vec::new();
    for (url, hot) in [(&book_url, &of_book), (&messager_url, &of_messager)] {
        let mut connection = D::Connection::connect(url).await.unwrap();
        for statement in D::session(&options()) {
            connection.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        for hot in hot {
            problems.extend(judged::<D>(&mut connection, hot).await);
        }
        connection.close().await.unwrap();
    }
    assert!(problems.is_empty(), "{kind:?}: {} of {} plans:\n{}", problems.len(), of_book.len(), problems.join("\n"));
}

async fn hear_all(hot: &mut Vec<Hot>, book: &BookHandles, kind: Kind, url: &str) {
    let BookHandles { store, reader, outbox, outgoing, subscriptions, .. } = book.clone();
    let messager = std::sync::Arc::new(estair_core::memory::MemoryMessager::new());
    let stores = estair_core::testing::Stores { store, reader, outbox, outgoing, subscriptions, messager };
    let world = World::over(stores, Policy::default());
    let id = world.account(1_000).await;
    execute(kind, url, &first_jobs(Filler(kind))).await;
    hear_load(hot, &world).await;
    hear_requests(hot, book.reader.as_ref()).await;
    hear_account(hot, book.reader.as_ref(), id).await;
    execute(kind, url, &["DELETE FROM facts".to_owned()]).await;
    hear_facts(hot, book).await;
    hear_claim::<OutboxEntry>(hot, "claim of the outbox", book.outbox.as_ref(), &["outbox_due"], true).await;
    hear_claim::<Delivery>(hot, "claim of deliveries", book.outgoing.as_ref(), &["deliveries_due"], false).await;
}

#[tokio::test]
async fn sqlite_uses_its_indexes() {
    each_hot_query_uses_its_index::<sqlx::Sqlite>(Kind::Sqlite).await;
}

#[tokio::test]
async fn mariadb_uses_its_indexes() {
    each_hot_query_uses_its_index::<sqlx::MySql>(Kind::MariaDb).await;
}

#[tokio::test]
async fn mysql_uses_its_indexes() {
    each_hot_query_uses_its_index::<sqlx::MySql>(Kind::MySql).await;
}

#[tokio::test]
async fn postgres_uses_its_indexes() {
    each_hot_query_uses_its_index::<sqlx::Postgres>(Kind::Postgres).await;
}
