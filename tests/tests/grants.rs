//! What `deploy/grants` gives the program's own account is what it needs, and no more. That it is enough shows the conformance
//! suite, which runs as that account; here is what it may not, and that no table was forgotten (W4, V4).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use estair_tests::database::{Driver, Kind, grants};
use estair_tests::databases;
use estair_tests::filling::execute;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// What is written once.
const EVIDENCE: [&str; 6] = [
    "mouvement_logs",
    "estair_comments",
    "estair_credit_limit_history",
    "estair_account_changes",
    "estair_shadow_decisions",
    "estair_verifications",
];

async fn tables(kind: Kind, url: &str) -> Vec<String> {
    let here = if kind.driver() == Driver::Postgres { "current_schema()" } else { "DATABASE()" };
    let name = if kind.driver() == Driver::Postgres { "CAST(table_name AS text)" } else { "CAST(table_name AS CHAR)" };
    let sql = AssertSqlSafe(format!("SELECT {name} FROM information_schema.tables WHERE table_schema = {here}"));
    match kind.driver() {
        Driver::Postgres => {
            sqlx::query_scalar(sql).fetch_all(&mut sqlx::PgConnection::connect(url).await.unwrap()).await.unwrap()
        }
        _ => sqlx::query_scalar(sql).fetch_all(&mut sqlx::MySqlConnection::connect(url).await.unwrap()).await.unwrap(),
    }
}

/// What the database says when an account lacks a right, by its own numbers.
async fn refusal(kind: Kind, url: &str, sql: &str) -> Option<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    let done = match kind.driver() {
        Driver::Postgres => sqlx::PgConnection::connect(url).await.unwrap().execute(sql).await.map(drop),
        _ => sqlx::MySqlConnection::connect(url).await.unwrap().execute(sql).await.map(drop),
    };
    Some(done.err()?.into_database_error()?.code()?.into_owned())
}

// rule: W4, V4
async fn w4_the_programs_own_account_changes_no_evidence(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let account = databases.granted(&url).await;
    let script = grants(kind).unwrap();
    for table in tables(kind, &url).await {
        let named = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == table);
        assert!(named, "{kind:?}: nothing is granted of {table}");
    }
    execute(kind, &account, &["SELECT 1 FROM mouvement_logs".to_owned()]).await;
    let mut tried: Vec<String> = Vec::new();
    for table in EVIDENCE {
        tried.extend([format!("UPDATE {table} SET id = 7"), format!("DELETE FROM {table}")]);
    }
    for table in ["mouvements", "requetes_financieres", "helpdesk", "estair_accounts", "estair_facts"] {
        tried.push(format!("DELETE FROM {table}"));
    }
    tried.extend(["UPDATE estair_facts SET data = 'x'", "UPDATE estair_migrations SET version = 2"].map(str::to_owned));
    tried.extend(["DROP TABLE mouvement_logs", "TRUNCATE TABLE mouvement_logs"].map(str::to_owned));
    for sql in tried {
        let code = refusal(kind, &account, &sql).await;
        assert_eq!(
            code.as_deref(),
            Some("42501").filter(|_| kind.driver() == Driver::Postgres).or(Some("42000")),
            "{kind:?}: {sql}"
        );
    }
    // Its tables are up to date: it starts without a right to change them.
    estair_sqlx::migrate_book(&account, &estair_tests::database::options()).await.unwrap();
}

#[tokio::test]
async fn w4_the_programs_own_account_changes_no_evidence_on_mariadb() {
    w4_the_programs_own_account_changes_no_evidence(Kind::MariaDb).await;
}

#[tokio::test]
async fn w4_the_programs_own_account_changes_no_evidence_on_mysql() {
    w4_the_programs_own_account_changes_no_evidence(Kind::MySql).await;
}

#[tokio::test]
async fn w4_the_programs_own_account_changes_no_evidence_on_postgres() {
    w4_the_programs_own_account_changes_no_evidence(Kind::Postgres).await;
}
