//! A way back: what came in with a run goes again, whole, while nothing else was done on its accounts (L5).

use std::collections::BTreeMap;
use std::fmt;

use estair_core::audit::{AuditKeys, Head, UndoneImport};
use estair_core::clock::Timestamp;
use estair_core::id::{AccountId, UserId};
use estair_core::store::{StoreError, StoreErrorKind};

use super::runs::{Run, came_with, person_of, scope_of};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, IdempotencyKeys, Stored, row};
use crate::value::Value;

/// Accounts whose rows go by one statement.
const AT_ONCE: usize = 200;

/// What may have been said of an account that only came in: it is no work on it.
const SAID: &str = "kind IN ('account_changed', 'limit_changed', 'chain_keyed')";

/// What goes with an account, in this order: what names a row goes before it.
const OF_ACCOUNTS: [&str; 10] = [
    "estair_shadow_decisions",
    "mouvement_logs",
    "estair_facts",
    "estair_daily_closings",
    "estair_credit_limit_history",
    "estair_account_changes",
    "estair_outbox",
    "requetes_financieres",
    "mouvements",
    "helpdesk",
];

/// Why a run is not undone: then nothing of it goes.
#[derive(Debug)]
#[non_exhaustive]
pub enum NotUndone {
    /// There is no such run, it is not said which of several, or something else was done on its accounts: a sentence that says it.
    Refused(String),
    /// The database's trouble.
    Store(StoreError),
}

impl fmt::Display for NotUndone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(why),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotUndone {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Store(error) => error.source(),
        }
    }
}

impl From<StoreError> for NotUndone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What went again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// The run.
    pub run: u64,
    /// Accounts.
    pub accounts: u64,
    /// Movements.
    pub movements: u64,
    /// Financial requests.
    pub requests: u64,
    /// Support requests.
    pub tickets: u64,
    /// People who had not been here.
    pub people: u64,
    /// People who had: they are disabled, so that what they did keeps its name.
    pub disabled: u64,
}

/// Takes a run away and leaves its sealed row.
pub(super) async fn undo<D: Dialect>(
    session: &mut Session<'_, D>,
    run: &Run,
    keys: Option<&AuditKeys>,
    at: Timestamp,
) -> Result<Undone, NotUndone> {
    let came = came_with(run.id);
    let sql =
        format!("SELECT account_id FROM estair_facts WHERE kind = 'account_created' AND {came} ORDER BY account_id");
    let accounts: Vec<u64> = session.read(Sql::new(sql), Stored::read).await?;
    let mut import = UndoneImport {
        run: run.id,
        began: run.started_at,
        undone: at,
        heads: Vec::new(),
        rows: BTreeMap::new(),
        keyed: keys.is_some(),
    };
    for part in accounts.chunks(AT_ONCE) {
        take_accounts(session, part, &came, &mut import).await?;
    }
    let (people, disabled) = take_people(session, run.id, at).await?;
    let gone = serde_json::to_string(&import)
        .map_err(|error| StoreError::new(StoreErrorKind::Other, "what went cannot be kept").caused_by(error))?;
    let sql = "UPDATE estair_import_runs SET undone_at = ?, gone = ?, seal = ? WHERE id = ? AND undone_at IS NULL";
    let sql = Sql::new(sql).bind(at).bind(gone).bind(import.seal(keys)).bind(Value::key(run.id));
    if session.execute(sql).await? != 1 {
        return Err(NotUndone::Refused("the run was undone at once by somebody else".to_owned()));
    }
    let count = |table: &str| import.rows.get(table).copied().unwrap_or_default();
    Ok(Undone {
        run: run.id,
        accounts: count("estair_accounts"),
        movements: count("mouvements"),
        requests: count("requetes_financieres"),
        tickets: count("helpdesk"),
        people,
        disabled,
    })
}

async fn take_accounts<D: Dialect>(
    session: &mut Session<'_, D>,
    part: &[u64],
    came: &str,
    import: &mut UndoneImport,
) -> Result<(), NotUndone> {
    let ids = || part.iter().map(|id| Value::key(*id));
    let sql = "SELECT id, uuid, version, last_hash, fact_count, last_fact_hash FROM estair_accounts WHERE id IN ";
    let read = |c: &mut Columns<'_, D::Driver>| {
        let (account, uuid) = (AccountId(c.read()?), c.read()?);
        Ok(Head { account, uuid, links: c.read()?, link: c.read()?, facts: c.read()?, fact: c.read()? })
    };
    let sql = Sql::new(sql).list(ids()).and(" ORDER BY id ").and(D::LOCK);
    import.heads.extend(session.read(sql, read).await?);
    let other = Sql::new("SELECT account_id FROM estair_facts WHERE account_id IN ")
        .list(ids())
        .and(&format!(" AND NOT ({came}) AND NOT ({SAID}) ORDER BY account_id LIMIT 1"));
    if let Some(account) = session.read_one(other, <u64 as Stored>::read).await? {
        let problem = format!("the import stays: something else was done on account {account} since");
        return Err(NotUndone::Refused(problem));
    }
    let comments =
        "DELETE FROM estair_comments WHERE request_id IN (SELECT id FROM requetes_financieres WHERE account_id IN ";
    let sql = Sql::new(comments).list(ids()).and(") OR helpdesk_id IN (SELECT id FROM helpdesk WHERE account_id IN ");
    take(session, "estair_comments", sql.list(ids()).and(")"), import).await?;
    for table in OF_ACCOUNTS {
        let sql = Sql::new(format!("DELETE FROM {table} WHERE account_id IN ")).list(ids());
        take(session, table, sql, import).await?;
    }
    let sql = Sql::new("DELETE FROM estair_accounts WHERE id IN ").list(ids());
    Ok(take(session, "estair_accounts", sql, import).await?)
}

async fn take<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &str,
    sql: Sql,
    import: &mut UndoneImport,
) -> Result<(), StoreError> {
    let count = session.execute(sql).await?;
    let rows = import.rows.entry(table.to_owned()).or_default();
    *rows = rows.saturating_add(count);
    Ok(())
}

/// People who came and never were here go with their devices; the others are disabled, and their sessions end.
async fn take_people<D: Dialect>(
    session: &mut Session<'_, D>,
    run: u64,
    at: Timestamp,
) -> Result<(u64, u64), StoreError> {
    let scope = scope_of(run);
    let kept = Sql::select::<IdempotencyKeys>().and("scope = ?").bind(scope.as_str());
    let kept = session.read(kept, row::<IdempotencyKeys, _>).await?;
    let people: Vec<UserId> = kept.into_iter().filter_map(|row| person_of(row.data)).map(|(_, id)| id).collect();
    let (mut gone, mut disabled) = (0_u64, 0_u64);
    for part in people.chunks(AT_ONCE) {
        let ids = || part.iter().map(|id| Value::key(id.0));
        for table in ["estair_push_subscriptions", "estair_preferences", "estair_seen", "estair_sessions"] {
            session.execute(Sql::new(format!("DELETE FROM {table} WHERE user_id IN ")).list(ids())).await?;
        }
        let unused = "DELETE FROM estair_users WHERE last_used_at IS NULL AND NOT EXISTS \
                      (SELECT 1 FROM estair_tokens t WHERE t.user_id = estair_users.id) AND id IN ";
        gone = gone.saturating_add(session.execute(Sql::new(unused).list(ids())).await?);
        let rest = Sql::new("UPDATE estair_users SET disabled_at = ? WHERE disabled_at IS NULL AND id IN ").bind(at);
        disabled = disabled.saturating_add(session.execute(rest.list(ids())).await?);
    }
    session.execute(Sql::new("DELETE FROM estair_idempotency_keys WHERE scope = ?").bind(scope.as_str())).await?;
    Ok((gone, disabled))
}
