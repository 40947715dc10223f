//! Writing what was decided (W1): the same path for one command and for many.
//!
//! What gets a number comes first (its number is needed by what refers to it), in one INSERT a table; then all the rest,
//! one UPDATE a table among it. Every update names the version each row was decided on and must find them all.

use estair_core::decision::{Changes, Remembered};
use estair_core::row::Numbers;
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::driver::Driver;
use crate::session::Session;
use crate::table::{
    AccountChanges, Accounts, Closings, Comments, Facts, IdempotencyKeys, LimitChanges, Logs, Movements, Outbox,
    Requests, Supports,
};
use crate::writes::{Write, inserts, updates};

pub(super) async fn save<D: Dialect>(session: &mut Session<'_, D>, changes: &Changes) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    insert_numbered(session, changes, &mut numbers).await?;
    let mut writes = changed::<D::Driver>(changes, &numbers)?;
    writes.extend(added::<D::Driver>(changes, &numbers)?);
    session.execute_all(writes).await?;
    Ok(numbers)
}

/// The rows that others refer to.
async fn insert_numbered<D: Dialect>(
    session: &mut Session<'_, D>,
    changes: &Changes,
    numbers: &mut Numbers,
) -> Result<(), StoreError> {
    let accounts = changes.accounts.inserts().map(|row| (row.uuid, row));
    session.insert_numbered::<Accounts>(accounts, numbers).await?;
    let requests = changes.requests.inserts().map(|row| (row.uuid, row));
    session.insert_numbered::<Requests>(requests, numbers).await?;
    let movements = changes.movements.inserts().map(|row| (row.uuid, row));
    session.insert_numbered::<Movements>(movements, numbers).await?;
    let supports = changes.supports.inserts().map(|row| (row.uuid, row));
    session.insert_numbered::<Supports>(supports, numbers).await
}

/// The rows that change, each to be found once at the version it was read.
fn changed<D: Driver>(changes: &Changes, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    // INVARIANT: every movement writes its account, version + 1: on a cluster whose nodes lock apart, that is what makes
    // one of two commits fail.
    let accounts = changes.accounts.updates().map(|(id, was, row)| (id.0, Some(was), row));
    // A movement has no version: whoever changes it has locked its account.
    let movements = changes.movements.updates().map(|(id, _, row)| (id.0, None, row));
    let requests = changes.requests.updates().map(|(id, was, row)| (id.0, Some(was), row));
    let supports = changes.supports.updates().map(|(id, was, row)| (id.0, Some(was), row));

    let mut writes = updates::<D, Accounts>(accounts, numbers)?;
    writes.extend(updates::<D, Movements>(movements, numbers)?);
    writes.extend(updates::<D, Requests>(requests, numbers)?);
    writes.extend(updates::<D, Supports>(supports, numbers)?);
    Ok(writes)
}

/// The rows that are only ever added.
fn added<D: Driver>(changes: &Changes, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    let closings = changes.closings.iter().map(|closing| (closing, ()));
    let limits = changes.limits.iter().map(|(account, change)| (change, *account));
    let account_changes = changes.account_changes.iter().map(|(account, change)| (change, *account));
    let logs = changes.logs.iter().map(|log| (log, ()));
    let comments = changes.comments.iter().map(|(support, comment)| (comment, *support));
    // INVARIANT: a place in an account's chain of facts is taken once: a unique name, and the number of facts that the
    // account keeps is written with it.
    let facts = changes.facts.iter().map(|fact| (fact, ()));
    let outbox = changes.outbox.iter().map(|entry| (entry, ()));

    let mut writes = inserts::<D, Closings>(closings, numbers)?;
    writes.extend(inserts::<D, LimitChanges>(limits, numbers)?);
    writes.extend(inserts::<D, AccountChanges>(account_changes, numbers)?);
    writes.extend(inserts::<D, Logs>(logs, numbers)?);
    writes.extend(inserts::<D, Comments>(comments, numbers)?);
    writes.extend(inserts::<D, Facts>(facts, numbers)?);
    writes.extend(inserts::<D, Outbox>(outbox, numbers)?);
    Ok(writes)
}

/// Keeps answers under their idempotency keys (W3).
pub(super) async fn remember<D: Dialect>(
    session: &mut Session<'_, D>,
    answers: &[Remembered],
) -> Result<(), StoreError> {
    let answers = answers.iter().map(|answer| (answer, ()));
    session.execute_all(inserts::<D::Driver, IdempotencyKeys>(answers, &Numbers::default())?).await
}
