//! A book and a Messager that have grown: a hundred thousand rows in each table.

use estair_tests::filling::{Filler, quoted};

use crate::expected::{CATEGORIES, DESKS, SOURCES, TYPES};

/// One job in each queue, so that a claim has something to win.
pub(crate) fn first_jobs(filler: Filler) -> Vec<String> {
    let at = filler.noon("2025-10-21");
    let outbox =
        "INSERT INTO estair_outbox (account_id, request_id, request_uuid, execution, next_attempt_at, created_at)";
    let notifications = "INSERT INTO estair_notifications \
                         (notice, audience, channel, recipient, params, next_attempt_at, created_at)";
    vec![
        format!("{outbox} VALUES (1, 1, 'first', 1, {at}, {at})"),
        format!(
            "{notifications} VALUES ('credit_requested', 'finance', 'email', 'f@example.test', '{{}}', {at}, {at})"
        ),
    ]
}

/// One of these texts, by the number of the row.
fn one_of(number: &str, texts: &[&str]) -> String {
    let cases: String = (0..).zip(texts).map(|(place, text)| format!(" WHEN {place} THEN '{text}'")).collect();
    format!("CASE ({number}) % {}{cases} END", texts.len())
}

/// A book that has grown: what is finished is many, what is open is few.
pub(crate) fn grown_book(filler: Filler) -> Vec<String> {
    let (past, day) = (filler.noon("2025-10-20"), "'2025-10-20'".to_owned());
    let one = || "100".to_owned();
    let account = "1 + n % 1000".to_owned();
    let mut sql = filler.numbers();
    let id = || "n + 1".to_owned();
    let accounts = [
        ("id", id()),
        ("uuid", filler.uuid()),
        ("name", filler.text("Agence ")),
        ("reference", filler.text("AG-")),
        ("reference_content", quoted(&"0".repeat(64))),
        ("credit_limit", one()),
        ("day", day.clone()),
        ("balance_previous_day", one()),
        ("balance", one()),
        ("daily_credit", one()),
        ("active_credit", one()),
        ("last_hash", quoted("0")),
        ("last_fact_hash", quoted("0")),
        ("folded", quoted("agence")),
    ];
    sql.push(filler.insert("estair_accounts", &accounts, "n < 100000"));
    let statuses = [
        ("closed", "n % 1000 > 2 AND n % 3 <> 0", past.as_str()),
        // Loads: they never expire.
        ("waiting", "n % 1000 > 2 AND n % 3 = 0", "NULL"),
        ("to_treat", "n % 1000 = 1", past.as_str()),
        ("open", "n % 1000 = 2", past.as_str()),
    ];
    for (status, condition, expiry) in statuses {
        // Admin holds what is closed, and nothing that waits.
        let desk = if status == "closed" { one_of("n", DESKS) } else { one_of("n", &["finance", "operation"]) };
        let requests = [
            ("id", id()),
            ("uuid", filler.uuid()),
            ("name", filler.text("REQ-")),
            ("account_id", "CASE WHEN n % 2 = 0 THEN 1 ELSE 1 + n % 1000 END".to_owned()),
            ("category", one_of("n", CATEGORIES)),
            ("amount", one()),
            ("status", quoted(status)),
            ("assigned_to", desk),
            ("expiry_date", expiry.to_owned()),
            ("parent_id", "n + 1".to_owned()),
            ("version", "1".to_owned()),
            ("folded", quoted("req")),
            ("created_at", past.clone()),
        ];
        sql.push(filler.insert("requetes_financieres", &requests, condition));
    }
    // Half of the movements are of one account, which has payments by one way alone; the others have everything.
    let (kinds, sources) = (one_of("n", TYPES.get(1..).unwrap()), one_of("n", SOURCES));
    let halves = [
        ("1", "n < 50000 AND n > 100", quoted("payment"), quoted("wave")),
        (account.as_str(), "n >= 50000", kinds, sources),
        ("1", "n <= 100", quoted("credit"), quoted("helpdesk")),
    ];
    for (account, condition, kind, source) in halves {
        let movements = [
            ("id", id()),
            ("uuid", filler.uuid()),
            ("name", filler.text("MVT-")),
            ("message_uuid", filler.uuid()),
            ("type", kind),
            ("source", source),
            ("status", quoted("success")),
            ("total_operation", one()),
            ("account_id", account.to_owned()),
            ("requete_financiere_id", "n + 1".to_owned()),
            ("business_day", day.clone()),
            ("account_version", "n + 1".to_owned()),
            ("balance_after", one()),
            ("folded", quoted("mvt")),
        ];
        sql.push(filler.insert("mouvements", &movements, condition));
    }
    let logs = [
        ("mouvement_id", "n + 1".to_owned()),
        ("status", quoted("success")),
        ("account_id", account.clone()),
        ("account_version", "n + 1".to_owned()),
        ("triggered_by", "n % 1000".to_owned()),
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
    sql.push(filler.insert("estair_daily_closings", &closings, "n < 100000"));
    let limits = [
        ("account_id", account.to_owned()),
        ("changed_at", at()),
        ("old_limit", "1".to_owned()),
        ("new_limit", "1".to_owned()),
        ("reason", quoted("?")),
    ];
    sql.push(filler.insert("estair_credit_limit_history", &limits, "n < 100000"));
    let changes = [("account_id", account.to_owned()), ("changed_at", at()), ("field", quoted("name"))];
    sql.push(filler.insert("estair_account_changes", &changes, "n < 100000"));
    let tickets = [
        ("id", "n + 1".to_owned()),
        ("uuid", filler.uuid()),
        ("name", filler.text("SUP-")),
        ("account_id", account.to_owned()),
        ("subject", quoted("?")),
        ("description", quoted("?")),
        ("status", one_of("n", &["open", "in_progress", "waiting", "closed", "cancelled"])),
        ("assigned_to", one_of("n", &["operation", "agent", "agency"])),
        ("version", "1".to_owned()),
        ("folded", quoted("sup")),
        ("follows_id", "n".to_owned()),
        ("turn", one_of("n", &["answered", "created", "given", "over"])),
    ];
    sql.push(filler.insert("helpdesk", &tickets, "n < 100000"));
    let comments = [
        ("uuid", filler.uuid()),
        ("helpdesk_id", "n % 20000 + 1".to_owned()),
        ("author_role", quoted("operation")),
        ("body", quoted("?")),
        ("created_at", at()),
    ];
    sql.push(filler.insert("estair_comments", &comments, "n < 100000"));
    // Those whose notices are pending are the ones without a number yet.
    for (event, pending, condition) in [("n + 1", "0", "n < 99950"), ("NULL", "1", "n >= 99950")] {
        let facts = [
            ("kind", quoted("movement_written")),
            ("happened_at", at()),
            ("role", quoted("system")),
            ("account_id", account.to_owned()),
            ("request_id", "n + 1".to_owned()),
            ("data", quoted("{}")),
            ("notices", quoted("[]")),
            ("sequence", "n + 1".to_owned()),
            ("previous_hash", quoted("0")),
            ("hash", quoted("0")),
            ("event", event.to_owned()),
            ("pending", pending.to_owned()),
        ];
        sql.push(filler.insert("estair_facts", &facts, condition));
    }
    let keys = [
        ("scope", quoted("user:1")),
        ("idempotency_key", filler.text("key-")),
        ("fingerprint", quoted("0")),
        ("answer", quoted("{}")),
        ("created_at", at()),
    ];
    sql.push(filler.insert("estair_idempotency_keys", &keys, "n < 100000"));
    let users = [
        ("id", "n + 1".to_owned()),
        ("uuid", filler.uuid()),
        ("role", quoted("client")),
        ("account_id", account.to_owned()),
        ("name", quoted("?")),
        ("created_at", at()),
    ];
    sql.push(filler.insert("estair_users", &users, "n < 100000"));
    let tokens = [("user_id", "n + 1".to_owned()), ("secret_hash", filler.text("token-")), ("created_at", at())];
    sql.push(filler.insert("estair_tokens", &tokens, "n < 100000"));
    for (status, condition) in [("completed", "n < 99950"), ("pending", "n >= 99950")] {
        let outbox = [
            ("account_id", account.to_owned()),
            ("request_id", "n + 1".to_owned()),
            ("request_uuid", filler.uuid()),
            ("execution", "1".to_owned()),
            ("status", quoted(status)),
            ("next_attempt_at", at()),
            ("created_at", at()),
            ("completed_at", ended(status, past)),
        ];
        sql.push(filler.insert("estair_outbox", &outbox, condition));
    }
    sql.extend(grown_notifications(filler, past, "estair_notifications"));
    sql
}

/// When a job of this status ended.
fn ended(status: &str, at: &str) -> String {
    if status == "pending" { "NULL".to_owned() } else { at.to_owned() }
}

fn grown_notifications(filler: Filler, past: &str, table: &str) -> Vec<String> {
    let at = || past.to_owned();
    let statuses =
        [("completed", "n < 99950 AND n % 5 <> 0"), ("failed", "n < 99950 AND n % 5 = 0"), ("pending", "n >= 99950")];
    let mut sql = Vec::new();
    for (status, condition) in statuses {
        let notifications = [
            ("notice", quoted("movement_succeeded")),
            ("audience", quoted("client")),
            ("channel", one_of("n", &["email", "teams", "push"])),
            ("recipient", quoted("a@example.test")),
            ("params", quoted("{}")),
            ("order_key", filler.text("o-")),
            ("status", quoted(status)),
            ("next_attempt_at", at()),
            ("created_at", at()),
            ("completed_at", ended(status, past)),
        ];
        sql.push(filler.insert(table, &notifications, condition));
    }
    sql
}

pub(crate) fn grown_messager(filler: Filler) -> Vec<String> {
    let at = filler.noon("2025-10-20");
    let mut sql = filler.numbers();
    let statuses = [
        ("completed", "n < 99950 AND n % 5 > 1"),
        ("failed", "n < 99950 AND n % 5 = 1"),
        ("skipped", "n < 99950 AND n % 5 = 0"),
        ("pending", "n >= 99950"),
    ];
    for (status, condition) in statuses {
        let messages = [
            ("uuid", filler.uuid()),
            ("domain", quoted("estair-helpdesk")),
            ("type", quoted("load_request")),
            ("payload", quoted("{}")),
            ("folded", quoted("{}")),
            ("idempotency_key", filler.text("k-")),
            ("order_key", filler.text("o-")),
            ("max_retries", "3".to_owned()),
            ("status", quoted(status)),
            ("next_attempt_at", at.clone()),
            ("created_at", at.clone()),
            ("completed_at", ended(status, &at)),
        ];
        sql.push(filler.insert("messager_messages", &messages, condition));
    }
    sql.extend(grown_notifications(filler, &at, "messager_alerts"));
    sql
}

pub(crate) const MESSAGER_TABLES: [&str; 2] = ["messager_messages", "messager_alerts"];

pub(crate) const BOOK_TABLES: [&str; 15] = [
    "estair_accounts",
    "estair_account_changes",
    "estair_credit_limit_history",
    "requetes_financieres",
    "mouvements",
    "mouvement_logs",
    "estair_daily_closings",
    "helpdesk",
    "estair_comments",
    "estair_facts",
    "estair_idempotency_keys",
    "estair_users",
    "estair_tokens",
    "estair_outbox",
    "estair_notifications",
];
