//! Writing what was decided (W1): the same path for one command and for many.
//!
//! What others refer to gets its number first: where whoever writes is alone (SQLite), it is the one after the last, and
//! everything goes in one call, the commit too; one new row goes in one statement with all the rest where parts of a statement
//! may refer to it (PostgreSQL); elsewhere one INSERT a table comes before the rest. Every update names what each row was when
//! it was decided on, and must find them all.

use estair_core::decision::{Changes, Remembered};
use estair_core::row::Numbers;
use estair_core::store::StoreError;
use uuid::Uuid;

use super::held::Held;
use crate::dialect::Dialect;
use crate::driver::{Driver, Folding};
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{
    AccountChanges, Accounts, Closings, Comments, Facts, IdempotencyKeys, LimitChanges, Logs, Movements, Outbox,
    Requests, ShadowDecisions, Supports, Table, values,
};
use crate::value::Value;
use crate::writes::{Change, Guard, Write, inserts, inserts_into, updates};

pub(super) async fn save<D: Dialect>(
    session: &mut Session<'_, D>,
    held: &mut Held,
    changes: &Changes,
) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    match D::Driver::FOLDING {
        Folding::Script => {
            let (known, writes) = all(session, held, changes).await?;
            session.execute_all(writes).await?;
            numbers = known;
        }
        Folding::With if let Some((uuid, insert)) = the_new_row::<D::Driver>(changes)? => {
            numbers.insert(uuid, u64::MAX);
            let writes = rest::<D::Driver>(held, changes, &numbers)?;
            let number = session.with(Some(insert), writes).await?;
            let number = number.ok_or_else(|| StoreError::corrupt("an inserted row has no number"))?;
            numbers.insert(uuid, number);
        }
        _ => {
            insert_numbered(session, changes, &mut numbers).await?;
            session.execute_all(rest::<D::Driver>(held, changes, &numbers)?).await?;
        }
    }
    held.forget();
    Ok(numbers)
}

/// Everything that is written, in the order in which it may be, once the numbers are known.
pub(super) async fn all<D: Dialect>(
    session: &mut Session<'_, D>,
    held: &mut Held,
    changes: &Changes,
) -> Result<(Numbers, Vec<Write>), StoreError> {
    let numbers = held.number(session, changes).await?;
    let mut writes = numbered::<D::Driver, Accounts>(changes.accounts.inserts().map(|row| (row.uuid, row)), &numbers)?;
    writes.extend(numbered::<D::Driver, Requests>(changes.requests.inserts().map(|row| (row.uuid, row)), &numbers)?);
    writes.extend(numbered::<D::Driver, Movements>(changes.movements.inserts().map(|row| (row.uuid, row)), &numbers)?);
    writes.extend(numbered::<D::Driver, Supports>(changes.supports.inserts().map(|row| (row.uuid, row)), &numbers)?);
    writes.extend(numbered::<D::Driver, Comments>(changes.comments.iter().map(|row| (row.uuid, row)), &numbers)?);
    writes.extend(rest::<D::Driver>(held, changes, &numbers)?);
    Ok((numbers, writes))
}

/// Inserts rows under numbers that are known.
fn numbered<'a, D: Driver, T: Table<Row: 'a, With = ()>>(
    rows: impl Iterator<Item = (Uuid, &'a T::Row)>,
    numbers: &Numbers,
) -> Result<Vec<Write>, StoreError> {
    let row = |(uuid, row): (Uuid, &T::Row)| {
        let mut values = values::<T>(row, (), numbers)?;
        values.insert(0, Value::from(numbers.get(uuid)));
        Ok(values)
    };
    let rows: Vec<_> = rows.map(row).collect::<Result<_, StoreError>>()?;
    let columns: Vec<_> = ["id"].iter().chain(T::columns()).copied().collect();
    Ok(inserts_into::<D>(T::NAME, &columns, rows))
}

/// The one row that gets a number, if there is just one, and none keeps a number that it had.
fn the_new_row<D: Driver>(changes: &Changes) -> Result<Option<(Uuid, Sql)>, StoreError> {
    if !changes.numbers.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    rows.extend(insert_of::<D, Accounts>(changes.accounts.inserts().map(|row| (row.uuid, row)))?);
    rows.extend(insert_of::<D, Requests>(changes.requests.inserts().map(|row| (row.uuid, row)))?);
    rows.extend(insert_of::<D, Movements>(changes.movements.inserts().map(|row| (row.uuid, row)))?);
    rows.extend(insert_of::<D, Supports>(changes.supports.inserts().map(|row| (row.uuid, row)))?);
    rows.extend(insert_of::<D, Comments>(changes.comments.iter().map(|row| (row.uuid, row)))?);
    Ok(rows.pop().filter(|_| rows.is_empty()))
}

/// At most two of these rows.
fn insert_of<'a, D: Driver, T: Table<Row: 'a, With = ()>>(
    rows: impl Iterator<Item = (Uuid, &'a T::Row)>,
) -> Result<Vec<(Uuid, Sql)>, StoreError> {
    let numbers = Numbers::default();
    let insert = |(uuid, row)| Ok((uuid, Sql::insert::<D>(T::NAME, T::columns(), [values::<T>(row, (), &numbers)?])));
    rows.take(2).map(insert).collect()
}

/// The rows that others refer to.
async fn insert_numbered<D: Dialect>(
    session: &mut Session<'_, D>,
    changes: &Changes,
    numbers: &mut Numbers,
) -> Result<(), StoreError> {
    let accounts = changes.accounts.inserts().map(|row| (row.uuid, row));
    session.insert_numbered_as::<Accounts>(accounts, &changes.numbers, numbers).await?;
    let requests = changes.requests.inserts().map(|row| (row.uuid, row));
    session.insert_numbered_as::<Requests>(requests, &changes.numbers, numbers).await?;
    let movements = changes.movements.inserts().map(|row| (row.uuid, row));
    session.insert_numbered::<Movements>(movements, numbers).await?;
    let supports = changes.supports.inserts().map(|row| (row.uuid, row));
    session.insert_numbered_as::<Supports>(supports, &changes.numbers, numbers).await?;
    let comments = changes.comments.iter().map(|row| (row.uuid, row));
    session.insert_numbered::<Comments>(comments, numbers).await
}

/// The rows that change, and those that are added and have no number that others need.
fn rest<D: Driver>(held: &Held, changes: &Changes, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    let mut writes = changed::<D>(held, changes, numbers)?;
    writes.extend(added::<D>(changes, numbers)?);
    Ok(writes)
}

/// The rows that change, each to be found once as it was read.
fn changed<D: Driver>(held: &Held, changes: &Changes, numbers: &Numbers) -> Result<Vec<Write>, StoreError> {
    // INVARIANT: every movement writes its account, version + 1: on a cluster whose nodes lock apart, that is what makes
    // one of two commits fail.
    let accounts = changes.accounts.updates().map(|(id, was, row)| Change {
        id: id.0,
        guard: Guard::Version(was),
        was: held.accounts.get(&id),
        row,
    });
    // A movement has no version: what tells of each of its changes stands for one.
    let movements = changes.movements.updates().map(|(id, _, row)| {
        let guard = Guard::Columns(&["status", "attempts", "cancelled_at"]);
        Change { id: id.0, guard, was: held.movements.get(&id), row }
    });
    let requests = changes.requests.updates().map(|(id, was, row)| Change {
        id: id.0,
        guard: Guard::Version(was),
        was: held.requests.get(&id),
        row,
    });
    let supports = changes.supports.updates().map(|(id, was, row)| Change {
        id: id.0,
        guard: Guard::Version(was),
        was: held.supports.get(&id),
        row,
    });

    let mut writes = updates::<D, Movements>(movements, numbers)?;
    writes.extend(updates::<D, Accounts>(accounts, numbers)?);
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
    // INVARIANT: a place in an account's chain of facts is taken once: a unique name, and the number of facts that the
    // account keeps is written with it.
    let facts = changes.facts.iter().map(|fact| (fact, ()));
    let outbox = changes.outbox.iter().map(|entry| (entry, ()));
    let shadows = changes.shadows.iter().map(|decision| (decision, ()));

    let mut writes = inserts::<D, Closings>(closings, numbers)?;
    writes.extend(inserts::<D, LimitChanges>(limits, numbers)?);
    writes.extend(inserts::<D, AccountChanges>(account_changes, numbers)?);
    writes.extend(inserts::<D, Logs>(logs, numbers)?);
    writes.extend(inserts::<D, Facts>(facts, numbers)?);
    writes.extend(inserts::<D, Outbox>(outbox, numbers)?);
    writes.extend(inserts::<D, ShadowDecisions>(shadows, numbers)?);
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
