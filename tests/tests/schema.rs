//! The tables as the specification lists them, read back from the catalogue of each database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use estair_core::id::AccountId;
use estair_core::movement::MovementType;
use estair_core::store::{Page, StatementFilter};
use std::collections::BTreeMap;

use estair_sqlx::dialect::{self, Dialect};
use estair_tests::database::{Databases, Driver, Kind};
use estair_tests::patience::in_time;
use estair_tests::{databases, on_each};
use sqlx::{AssertSqlSafe, Connection, Database, Executor, Row};

/// A column as the specification has it: name, MySQL type, may it be empty.
type Column = (&'static str, &'static str, bool);

const UUID: &str = "varchar(150)";
const ID: &str = "bigint unsigned";
const LINE: &str = "varchar(255)";
const MONEY: &str = "decimal(15,2)";

const MOUVEMENTS: &[Column] = &[
    ("id", ID, false),
    ("uuid", UUID, false),
    ("name", UUID, false),
    ("message_uuid", UUID, true),
    ("type", "enum('credit','debit','payment','refund','transfer','adjustment','credit_cancellation')", false),
    ("source", "enum('helpdesk','bmp','wave','orange','spc','bsp','email_banking','manual')", false),
    ("status", "enum('pending','processing','success','failed','cancelled')", false),
    ("retry_count", "int", false),
    ("max_retries", "int", false),
    ("created", "datetime(6)", true),
    ("subagent", LINE, true),
    ("action", LINE, true),
    ("credit_before", MONEY, true),
    ("credit_after", MONEY, true),
    ("total_operation", MONEY, true),
    ("currency_code", "varchar(3)", true),
    ("state", LINE, true),
    ("terminal", LINE, true),
    ("recordlocator", LINE, true),
    ("office_sb", LINE, true),
    ("office_cn", LINE, true),
    ("document", LINE, true),
    ("first_passenger", LINE, true),
    ("first_segment", LINE, true),
    ("consolidator", LINE, true),
    ("requete_financiere_id", ID, true),
    ("payload", "json", true),
    ("result", "json", true),
    ("error_type", LINE, true),
    ("error_message", "text", true),
    ("error_trace", "text", true),
    ("account_id", ID, true),
    ("document_id", ID, true),
    ("approvisionnement_id", ID, true),
    ("external_id", ID, true),
    ("source_description", "text", true),
    ("description", "text", true),
    ("created_at", "timestamp(6)", false),
    ("updated_at", "timestamp(6)", false),
    ("completed_at", "datetime(6)", true),
    ("modified_by", ID, true),
    ("is_deleted", "tinyint", false),
    ("cancelled_at", "datetime(6)", true),
    ("attempts", "int", false),
    ("etatsdevente_id", ID, true),
    ("helpdesk_id", ID, true),
];

const LOGS: &[Column] = &[
    ("id", ID, false),
    ("mouvement_id", ID, false),
    ("attempt_number", "int", false),
    ("status", "enum('pending','processing','success','failed')", false),
    ("state_before", "json", true),
    ("state_after", "json", true),
    ("changes", "json", true),
    ("duration_ms", "int", true),
    ("error_details", "text", true),
    ("triggered_by", ID, true),
    ("ip_address", "varchar(45)", true),
    ("user_agent", "varchar(512)", true),
    ("created_at", "timestamp(6)", false),
];

const REQUETES: &[Column] = &[
    ("id", ID, false),
    ("uuid", UUID, false),
    ("name", UUID, false),
    ("account_id", ID, false),
    ("category", "enum('load','unload','daily_credit','cancel_credit')", false),
    ("amount", MONEY, false),
    ("description", "text", true),
    ("status", "enum('open','to_treat','processing','closed','cancelled','waiting')", false),
    ("assigned_to", "enum('operation','finance','admin')", false),
    ("expiry_date", "datetime(6)", true),
    ("parent_id", ID, true),
    ("mouvement_id", ID, true),
    ("message_uuid", UUID, true),
    ("etatsdevente_id", ID, true),
    ("helpdesk_id", ID, true),
    ("created_by", ID, true),
    ("version", ID, false),
];

const HELPDESK: &[Column] = &[
    ("id", ID, false),
    ("category", "enum('support')", false),
    ("status", "enum('open','in_progress','waiting','closed','cancelled')", false),
    ("assigned_to", "enum('operation','agency','agent')", false),
    ("subject", LINE, false),
    ("description", "text", false),
    ("account_id", ID, false),
    ("etatsdevente_id", ID, true),
    ("version", ID, false),
];

const TABLES: [(&str, &[Column]); 4] =
    [("mouvements", MOUVEMENTS), ("mouvement_logs", LOGS), ("requetes_financieres", REQUETES), ("helpdesk", HELPDESK)];

/// An index: table, columns, unique.
type Index = (&'static str, &'static str, bool);

/// Indexes of the specification.
const INDEXES: [Index; 13] = [
    ("mouvements", "uuid", true),
    ("mouvements", "name", true),
    ("mouvements", "status,created_at", false),
    ("mouvements", "source,status", false),
    ("mouvements", "message_uuid", false),
    ("mouvements", "account_id,status", false),
    ("mouvements", "requete_financiere_id", false),
    ("mouvements", "document_id", false),
    ("mouvements", "approvisionnement_id", false),
    ("mouvement_logs", "mouvement_id,attempt_number", false),
    ("requetes_financieres", "uuid", true),
    ("requetes_financieres", "name", true),
    ("helpdesk", "uuid", true),
];

/// Indexes of ours, by which lists and statements answer as fast with a long book behind them.
const LISTS: [Index; 35] = [
    ("mouvements", "account_id,type,source,account_version", false),
    ("mouvements", "account_id,account_version", true),
    ("mouvements", "created_at,id", false),
    ("mouvements", "business_day,source", false),
    ("mouvement_logs", "account_id,id", false),
    ("mouvement_logs", "triggered_by,id", false),
    ("mouvement_logs", "status,id", false),
    ("mouvement_logs", "created_at,id", false),
    ("mouvement_logs", "account_id,account_version,id", false),
    ("estair_accounts", "reference", true),
    ("estair_accounts", "status,id", false),
    ("estair_account_changes", "account_id,id", false),
    ("estair_credit_limit_history", "account_id,id", false),
    ("estair_comments", "uuid", true),
    ("estair_comments", "request_id,id", false),
    ("estair_comments", "helpdesk_id,id", false),
    ("requetes_financieres", "status,expiry_date,id", false),
    ("requetes_financieres", "status,amount,id", false),
    ("requetes_financieres", "etatsdevente_id,id", false),
    ("requetes_financieres", "helpdesk_id,id", false),
    ("estair_facts", "account_id,sequence", true),
    ("estair_facts", "event", true),
    ("estair_facts", "pending,id", false),
    ("requetes_financieres", "status,assigned_to,category,id", false),
    ("requetes_financieres", "account_id,status,assigned_to,category,id", false),
    ("requetes_financieres", "created_at,id", false),
    ("requetes_financieres", "account_id,created_at,id", false),
    ("helpdesk", "status,assigned_to,id", false),
    ("helpdesk", "account_id,status,assigned_to,id", false),
    ("helpdesk", "turn,id", false),
    ("helpdesk", "account_id,turn,id", false),
    ("helpdesk", "follows_id", false),
    ("estair_notifications", "status,channel,id", false),
    ("estair_notifications", "status,completed_at", false),
    ("estair_outbox", "status,completed_at", false),
];

/// The same in Messager's database.
const MESSAGER_LISTS: [Index; 8] = [
    ("messager_messages", "status,id", false),
    ("messager_messages", "type,status,id", false),
    ("messager_messages", "domain,status,id", false),
    ("messager_messages", "created_at,id", false),
    ("messager_messages", "status,completed_at", false),
    ("messager_messages", "fresh,id", false),
    ("messager_alerts", "status,channel,id", false),
    ("messager_alerts", "status,completed_at", false),
];

/// Rows of texts that a query of the catalogue gives.
async fn ask(kind: Kind, url: &str, sql: &str) -> Vec<Vec<String>> {
    fn texts<R: Row>(row: &R) -> Vec<String>
    where
        for<'r> Option<String>: sqlx::Decode<'r, R::Database>,
        usize: sqlx::ColumnIndex<R>,
    {
        let text = |at| row.try_get_unchecked::<Option<String>, usize>(at).unwrap().unwrap_or_default();
        (0..row.len()).map(text).collect()
    }
    async fn on<C: Connection>(url: &str, sql: &str) -> Vec<<C::Database as Database>::Row>
    where
        for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    {
        let mut connection = C::connect(url).await.unwrap();
        connection.fetch_all(AssertSqlSafe(sql.to_owned())).await.unwrap()
    }
    let answer = async {
        match kind.driver() {
            Driver::Sqlite => on::<sqlx::SqliteConnection>(url, sql).await.iter().map(texts).collect(),
            Driver::Postgres => on::<sqlx::PgConnection>(url, sql).await.iter().map(texts).collect(),
            Driver::MySql => on::<sqlx::MySqlConnection>(url, sql).await.iter().map(texts).collect(),
        }
    };
    in_time(sql, answer).await
}

/// The columns of a table: name to type and whether it may be empty.
async fn columns(kind: Kind, url: &str, table: &str) -> BTreeMap<String, (String, bool)> {
    let sql = match kind.driver() {
        Driver::Sqlite => format!(
            "SELECT name, lower(type), CASE WHEN \"notnull\" = 0 AND pk = 0 THEN 'YES' ELSE 'NO' END \
             FROM pragma_table_info('{table}')"
        ),
        Driver::Postgres => format!(
            "SELECT column_name::text, CASE WHEN data_type = 'numeric' THEN 'numeric(' || numeric_precision || ',' || \
             numeric_scale || ')' ELSE data_type::text END, is_nullable::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
        Driver::MySql => format!(
            "SELECT column_name, column_type, is_nullable FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        ),
    };
    let rows = ask(kind, url, &sql).await;
    rows.into_iter().map(|row| (row[0].clone(), (row[1].clone(), row[2] == "YES"))).collect()
}

/// The type that a column of the specification has on a database.
fn expected(kind: Kind, mysql: &str) -> &str {
    let base = mysql.split(['(', ' ']).next().unwrap();
    match (kind, base) {
        // MariaDB shows display widths, and keeps JSON as text.
        (Kind::MariaDb, "bigint") => return "bigint(20) unsigned",
        (Kind::MariaDb, "int") => return "int(11)",
        (Kind::MariaDb, "tinyint") => return "tinyint(4)",
        (Kind::MariaDb, "json") => return "longtext",
        _ => {}
    }
    match (kind.driver(), base) {
        (Driver::MySql, _) => mysql,
        (Driver::Sqlite, "bigint" | "int" | "tinyint" | "decimal") => "integer",
        (Driver::Sqlite, _) => "text",
        (Driver::Postgres, "bigint") => "bigint",
        (Driver::Postgres, "int") => "integer",
        (Driver::Postgres, "tinyint") => "smallint",
        (Driver::Postgres, "decimal") => "numeric(15,2)",
        (Driver::Postgres, "datetime" | "timestamp") => "timestamp with time zone",
        (Driver::Postgres, _) => "text",
    }
}

async fn every_column_is_there(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    for (table, wanted) in TABLES {
        let found = columns(kind, &url, table).await;
        for (name, mysql, nullable) in wanted {
            let column = found.get(*name).unwrap_or_else(|| panic!("{kind:?}: {table}.{name} is missing"));
            assert_eq!(column.0, expected(kind, mysql), "{kind:?}: the type of {table}.{name}");
            assert_eq!(column.1, *nullable, "{kind:?}: may {table}.{name} be empty");
        }
    }
}

/// Each index as its columns and whether it is unique.
async fn indexes(kind: Kind, url: &str, table: &str) -> Vec<(String, bool)> {
    let sql = match kind.driver() {
        Driver::Sqlite => format!(
            "SELECT group_concat(c.name, ','), CASE WHEN i.\"unique\" THEN 'yes' ELSE 'no' END \
             FROM pragma_index_list('{table}') i, pragma_index_info(i.name) c GROUP BY i.name"
        ),
        Driver::Postgres => format!(
            "SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place) \
             JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number), \
             CASE WHEN x.indisunique THEN 'yes' ELSE 'no' END \
             FROM pg_index x WHERE x.indrelid = '{table}'::regclass"
        ),
        Driver::MySql => format!(
            "SELECT GROUP_CONCAT(column_name ORDER BY seq_in_index), CASE WHEN MAX(non_unique) = 0 THEN 'yes' ELSE 'no' END \
             FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '{table}' \
             GROUP BY index_name"
        ),
    };
    let rows = ask(kind, url, &sql).await;
    rows.into_iter().map(|row| (row[0].clone(), row[1] == "yes")).collect()
}

async fn every_index_is_there(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    has_indexes(kind, &url, INDEXES.into_iter().chain(LISTS)).await;
    // The others keep the row's key at the end of each index by themselves.
    let of_account = (kind.driver() == Driver::Postgres).then_some(("mouvements", "account_id,status,id", false));
    has_indexes(kind, &url, of_account).await;
    let url = databases.create().await;
    estair_sqlx::migrate_messager(&url, &estair_tests::database::options()).await.unwrap();
    has_indexes(kind, &url, MESSAGER_LISTS).await;
}

async fn has_indexes(kind: Kind, url: &str, wanted: impl IntoIterator<Item = Index>) {
    for (table, columns, unique) in wanted {
        let found = indexes(kind, url, table).await;
        assert!(found.contains(&(columns.to_owned(), unique)), "{kind:?}: {table} ({columns}) is not among {found:?}");
    }
}

/// rule: W4: an audit trail does not vanish with its movement.
async fn w4_a_movement_with_a_trail_cannot_be_deleted(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let sql = match kind.driver() {
        Driver::Sqlite => {
            "SELECT on_delete FROM pragma_foreign_key_list('mouvement_logs') WHERE \"from\" = 'mouvement_id'"
        }
        Driver::Postgres => {
            "SELECT CASE confdeltype WHEN 'r' THEN 'RESTRICT' ELSE 'another' END FROM pg_constraint \
             WHERE conrelid = 'mouvement_logs'::regclass AND contype = 'f'"
        }
        Driver::MySql => {
            "SELECT delete_rule FROM information_schema.referential_constraints \
             WHERE constraint_schema = DATABASE() AND table_name = 'mouvement_logs'"
        }
    };
    assert_eq!(ask(kind, &url, sql).await, [["RESTRICT"]], "{kind:?}");
}

/// What a column must refuse, on every database: a value outside its enumeration.
async fn an_enumeration_refuses_other_values(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let entry = "INSERT INTO estair_outbox (account_id, request_id, request_uuid, execution, next_attempt_at, created_at, status) \
                 VALUES (1, 1, 'u', 1, '2025-10-21 08:00:00', '2025-10-21 08:00:00', 'pending')";
    execute(kind, &url, entry).await.unwrap();
    let refused = execute(kind, &url, "UPDATE estair_outbox SET status = 'asleep'").await;
    assert!(refused.is_err(), "{kind:?} took an unknown status");
}

async fn execute(kind: Kind, url: &str, sql: &'static str) -> sqlx::Result<()> {
    let done = async {
        match kind.driver() {
            Driver::Sqlite => sqlx::SqliteConnection::connect(url).await?.execute(sql).await.map(|_| ()),
            Driver::Postgres => sqlx::PgConnection::connect(url).await?.execute(sql).await.map(|_| ()),
            Driver::MySql => sqlx::MySqlConnection::connect(url).await?.execute(sql).await.map(|_| ()),
        }
    };
    in_time(sql, done).await
}

/// A database that was not migrated is refused, with the way out; two migrations at once are one, and again is nothing.
async fn migrations_are_safe(kind: Kind) {
    let databases: Databases = databases!(kind);
    let url = databases.create().await;
    let options = estair_tests::database::options();
    let book = estair_sqlx::open_book(&url, &options).await.unwrap();
    let refused = book.reader.ready().await.unwrap_err().to_string();
    assert!(refused.contains("migrate_"), "{kind:?}: {refused}");
    let both = tokio::join!(estair_sqlx::migrate_book(&url, &options), estair_sqlx::migrate_book(&url, &options),);
    both.0.unwrap();
    both.1.unwrap();
    // Killed after the tables and before the note: the step runs again.
    execute(kind, &url, "DELETE FROM estair_migrations").await.unwrap();
    estair_sqlx::migrate_book(&url, &options).await.unwrap();
    estair_sqlx::migrate_book(&url, &options).await.unwrap();
    book.reader.ready().await.unwrap();
}

/// A Messager's database whose step was killed before its note comes up to date.
async fn messagers_migrations_are_safe(kind: Kind) {
    let databases: Databases = databases!(kind);
    let url = databases.create().await;
    let options = estair_tests::database::options();
    estair_sqlx::migrate_messager(&url, &options).await.unwrap();
    execute(kind, &url, "DELETE FROM messager_migrations WHERE version = 1").await.unwrap();
    let messager = estair_sqlx::open_messager(&url, &options).await.unwrap();
    let refused = messager.ready().await.unwrap_err().to_string();
    assert!(refused.contains("at version 0, not 1"), "{kind:?}: {refused}");
    estair_sqlx::migrate_messager(&url, &options).await.unwrap();
    messager.ready().await.unwrap();
}

/// A step that was killed after its tables and before its note runs again over what was written meanwhile, and keeps it.
async fn a_migration_that_runs_again_keeps_the_data(kind: Kind) {
    let databases: Databases = databases!(kind);
    let url = databases.migrated().await;
    let options = estair_tests::database::options();
    let data = [
        "INSERT INTO estair_accounts (uuid, name, credit_limit, day, version, balance_previous_day, balance, \
         daily_credit, active_credit, last_hash, last_fact_hash, folded) VALUES \
         ('00000000-0000-4000-8000-000000000001', 'Agence', 0, '2025-10-20', 1, 0, 50000, 0, 0, \
         '0000000000000000000000000000000000000000000000000000000000000000', \
         '0000000000000000000000000000000000000000000000000000000000000000', 'agence')",
        "INSERT INTO mouvements (uuid, name, type, source, status, account_id, total_operation, business_day, \
         account_version, credit_before, credit_after, balance_after, folded) VALUES \
         ('00000000-0000-4000-8000-000000000002', 'MVT-WAVE-1', 'payment', 'wave', 'success', 1, 50000, \
         '2025-10-20', 1, 0, 50000, 50000, 'mvt-wave-1')",
        "DELETE FROM estair_migrations",
        "DROP INDEX mouvements_listed",
    ];
    // MySQL makes a table with its indexes, or not at all: there, a kill leaves no table without one.
    let left = if kind.driver() == Driver::MySql { &data[..3] } else { &data[..] };
    let left: Vec<_> = left.iter().map(|statement| (*statement).to_owned()).collect();
    estair_tests::filling::execute(kind, &url, &left).await;
    let book = estair_sqlx::open_book(&url, &options).await.unwrap();
    let refused = book.reader.ready().await.unwrap_err().to_string();
    assert!(refused.contains("at version 0, not 1"), "{kind:?}: {refused}");
    estair_sqlx::migrate_book(&url, &options).await.unwrap();
    book.reader.ready().await.unwrap();
    has_indexes(kind, &url, INDEXES.into_iter().chain(LISTS)).await;

    let payments = StatementFilter { kind: Some(MovementType::Payment), ..StatementFilter::default() };
    let statement = book.reader.statement(AccountId(1), &payments, Page::default()).await.unwrap().unwrap();
    let lines: Vec<_> = statement.page.items.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(lines, ["MVT-WAVE-1"], "{kind:?}");
    assert_eq!(statement.page.items[0].posted.unwrap().balance_after, statement.closing_balance);
}

/// What a former build has made is refused, by the migration and by the probe, and nothing of it is changed.
async fn tables_of_a_former_build_are_refused_and_left_alone(kind: Kind) {
    let databases: Databases = databases!(kind);
    let options = estair_tests::database::options();
    let notes = "CREATE TABLE estair_migrations (component varchar(50) NOT NULL, version int NOT NULL, \
                 PRIMARY KEY (component, version))";
    let table = |name: &str| format!("CREATE TABLE {name} (id int NOT NULL PRIMARY KEY)");
    let note = |component: &str| {
        vec![notes.to_owned(), format!("INSERT INTO estair_migrations (component, version) VALUES ('{component}', 1)")]
    };
    let of_book = ["accounts", "daily_closings", "idempotency_keys", "outbox_attempts"].map(table);
    let of_messager = ["domains", "messages", "message_attempts", "delivery_attempts"].map(table);

    let url = databases.create().await;
    let book = estair_sqlx::open_book(&url, &options).await.unwrap();
    estair_tests::filling::execute(kind, &url, &[&of_book[..], &note("book")].concat()).await;
    let before = tables(kind, &url).await;
    let refused = [estair_sqlx::migrate_book(&url, &options).await, book.reader.ready().await];
    for refused in refused.map(|refused| refused.unwrap_err().to_string()) {
        assert!(refused.contains("of the book were made by a former build"), "{kind:?}: {refused}");
    }
    assert_eq!(tables(kind, &url).await, before, "{kind:?}");

    let url = databases.create().await;
    let messager = estair_sqlx::open_messager(&url, &options).await.unwrap();
    estair_tests::filling::execute(kind, &url, &[&of_messager[..], &note("messager")].concat()).await;
    let before = tables(kind, &url).await;
    let refused = [estair_sqlx::migrate_messager(&url, &options).await, messager.ready().await];
    for refused in refused.map(|refused| refused.unwrap_err().to_string()) {
        assert!(refused.contains("of the messager were made by a former build"), "{kind:?}: {refused}");
    }
    assert_eq!(tables(kind, &url).await, before, "{kind:?}");

    // A step of the same number and of another text.
    let url = databases.migrated().await;
    execute(kind, &url, "UPDATE estair_migrations SET fingerprint = 'of another text'").await.unwrap();
    let book = estair_sqlx::open_book(&url, &options).await.unwrap();
    let refused = [estair_sqlx::migrate_book(&url, &options).await, book.reader.ready().await];
    for refused in refused.map(|refused| refused.unwrap_err().to_string()) {
        assert!(refused.contains("former build"), "{kind:?}: {refused}");
    }
}

/// The names of all tables.
async fn tables(kind: Kind, url: &str) -> Vec<Vec<String>> {
    let sql = match kind.driver() {
        Driver::Sqlite => dialect::Sqlite::TABLES,
        Driver::MySql => dialect::MySql::TABLES,
        Driver::Postgres => dialect::Postgres::TABLES,
    };
    let mut names = ask(kind, url, sql).await;
    names.sort();
    names
}

on_each!(
    every_column_is_there,
    every_index_is_there,
    w4_a_movement_with_a_trail_cannot_be_deleted,
    an_enumeration_refuses_other_values,
    migrations_are_safe,
    messagers_migrations_are_safe,
    a_migration_that_runs_again_keeps_the_data,
    tables_of_a_former_build_are_refused_and_left_alone,
);
