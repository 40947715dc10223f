//! Writing what was decided (W1): the same path for one command and for many.
//!
//! What gets a number comes first (its number is needed by what refers to it), in one INSERT a table; then all the rest,
//! one UPDATE a table among it. Every update names the version each row was decided on and must find them all.

use estair_core::change::{Changes, Remembered};
use estair_core::id::{AccountId, MovementId, Numbers, RequestId, SupportId};
use estair_core::store::StoreError;
use uuid::Uuid;

use super::{movements, rows};
use crate::dialect::Dialect;
use crate::statement::{Change, Session, Value, Write, inserts, row, updates};

pub(crate) async fn save<D: Dialect>(
    session: &mut Session<'_, D>,
    changes: &Changes,
    mark: Uuid,
) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    insert_numbered(session, changes, &mut numbers).await?;
    let mut writes = changed::<D>(changes, &numbers)?;
    writes.extend(additions::<D>(changes, mark, &numbers)?);
    session.execute_all(writes).await?;
    Ok(numbers)
}

/// The rows that others refer to.
async fn insert_numbered<D: Dialect>(
    session: &mut Session<'_, D>,
    changes: &Changes,
    numbers: &mut Numbers,
) -> Result<(), StoreError> {
    let accounts = changes.accounts.inserts().map(|row| (row.uuid, rows::account_values(row))).collect();
    session.insert_numbered("accounts", &rows::ACCOUNT, accounts, numbers).await?;
    let requests = changes.requests.inserts().map(|row| Ok((row.uuid, rows::request_values(row, numbers)?)));
    let requests = requests.collect::<Result<Vec<_>, StoreError>>()?;
    session.insert_numbered("requetes_financieres", &rows::REQUEST, requests, numbers).await?;
    let new = changes.movements.inserts().map(|row| (row.uuid, movements::movement_values(row))).collect();
    session.insert_numbered("mouvements", &movements::MOVEMENT, new, numbers).await?;
    let supports = changes.supports.inserts().map(|row| (row.uuid, rows::support_values(row))).collect();
    session.insert_numbered("helpdesk", &rows::SUPPORT, supports, numbers).await
}

/// The rows that change, each to be found once at the version it was read.
fn changed<D: Dialect>(changes: &Changes, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    // INVARIANT: every movement writes its account, version + 1: on a cluster whose nodes lock apart, that is what makes
    // one of two commits fail.
    let accounts = changes.accounts.updates();
    let accounts = accounts.map(|(AccountId(id), was, row)| versioned(id, was, rows::account_values(row))).collect();
    let movements = changes.movements.updates();
    let movements = movements
        .map(|(MovementId(id), _, row)| Change { id, was: None, values: movements::movement_values(row) })
        .collect();
    let requests = changes.requests.updates();
    let requests = requests
        .map(|(RequestId(id), was, row)| Ok(versioned(id, was, rows::request_values(row, numbers)?)))
        .collect::<Result<_, StoreError>>()?;
    let supports = changes.supports.updates();
    let supports = supports.map(|(SupportId(id), was, row)| versioned(id, was, rows::support_values(row))).collect();

    let mut writes = updates::<D>("accounts", &rows::ACCOUNT, accounts);
    writes.extend(updates::<D>("mouvements", &movements::MOVEMENT, movements));
    writes.extend(updates::<D>("requetes_financieres", &rows::REQUEST, requests));
    writes.extend(updates::<D>("helpdesk", &rows::SUPPORT, supports));
    Ok(writes)
}

fn versioned(id: u64, was: u64, values: Vec<Value>) -> Change {
    Change { id, was: Some(was), values }
}

/// The rows that are only ever added.
fn additions<D: Dialect>(changes: &Changes, mark: Uuid, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    let closings = changes.closings.iter().map(rows::closing_values).collect();
    let limits = changes.limits.iter();
    let limits = limits.map(|(account, change)| Ok(rows::limit_values(rows::resolve(*account, numbers)?, change)));
    let limits = limits.collect::<Result<Vec<_>, StoreError>>()?;
    let logs = changes.logs.iter().map(|log| movements::log_values(log, numbers)).collect::<Result<Vec<_>, _>>()?;
    let comments = changes.comments.iter().map(|(support, comment)| rows::comment_values(*support, comment)).collect();
    let facts = changes.facts.iter().map(|fact| rows::fact_values(fact, mark, numbers));
    let facts = facts.collect::<Result<Vec<_>, _>>()?;
    let outbox = outbox(changes, numbers)?;
    let fact_columns: Vec<_> = rows::FACT.into_iter().chain(rows::FACT_NOTES).collect();

    let mut writes: Vec<_> = inserts::<D>("daily_closings", &rows::CLOSING, closings).collect();
    writes.extend(inserts::<D>("credit_limit_history", &rows::LIMIT, limits));
    writes.extend(inserts::<D>("mouvement_logs", &movements::LOG, logs));
    writes.extend(inserts::<D>("helpdesk_comments", &rows::COMMENT, comments));
    writes.extend(inserts::<D>("facts", &fact_columns, facts));
    writes.extend(inserts::<D>("outbox", &OUTBOX, outbox));
    Ok(writes)
}

const OUTBOX: [&str; 6] = ["account_id", "request_id", "request_uuid", "execution", "next_attempt_at", "created_at"];

fn outbox(changes: &Changes, numbers: &Numbers) -> Result<Vec<Vec<Value>>, StoreError> {
    let values = changes.outbox.iter().map(|entry| {
        let request: RequestId = rows::resolve(entry.request, numbers)?;
        Ok(row![entry.account.0, request.0, entry.request_uuid, entry.execution, entry.at, entry.at])
    });
    values.collect()
}

/// Keeps answers under their idempotency keys (W3).
pub(crate) async fn remember<D: Dialect>(
    session: &mut Session<'_, D>,
    answers: &[Remembered],
) -> Result<(), StoreError> {
    let as_json = |error| StoreError::corrupt("an answer cannot be written as text").caused_by(error);
    let rows = answers.iter().map(|one| {
        let answer = serde_json::to_string(&one.answer).map_err(as_json)?;
        Ok(row![&one.scope, &one.key, one.fingerprint, answer, one.at])
    });
    let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
    let columns = ["scope", "idempotency_key", "fingerprint", "answer", "created_at"];
    session.execute_all(inserts::<D>("idempotency_keys", &columns, rows).collect()).await
}
