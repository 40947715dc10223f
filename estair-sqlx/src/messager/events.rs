//! What became of messages, numbered as the book's events are ([`MessageEvent`]).
//!
//! Whatever changes a message marks it (`fresh = 1`) in the same statement, so that no change waits for another one's number.
//! Numbers are given afterwards. INVARIANT: a number is unique, so of two who give the same ones, on one node or on two, one
//! fails and begins again: what it gives then lies behind. So no number is seen before those below it.

use estair_core::clock::Timestamp;
use estair_core::messager::MessageEvent;
use estair_core::store::{EventRange, MAX_EVENTS, StoreError, StoreErrorKind};

use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Stored, columns_of, list, values_of};
use crate::value::Value;
use crate::writes::inserts_into;

const TABLE: &str = "messager_events";

/// Messages that get their numbers in one transaction at most.
const MAX_NUMBERED: u32 = 200;

/// A message that changed since it was numbered last.
struct Fresh {
    id: u64,
    version: u64,
    event: MessageEvent,
}

/// The events after a number, oldest first.
pub(super) async fn after<D: Dialect>(
    db: &Connections<D>,
    after: u64,
    limit: u32,
) -> Result<Vec<MessageEvent>, StoreError> {
    let sql = format!("SELECT {} FROM {TABLE} WHERE number > ? ORDER BY number LIMIT ?", list::<MessageEvent>(""));
    let mut connection = db.reader().await?;
    db.session(&mut connection).read(Sql::new(sql).bind(Value::key(after)).bind(limit), Stored::read).await
}

/// The events that are kept.
pub(super) async fn range<D: Dialect>(db: &Connections<D>, since: Timestamp) -> Result<EventRange, StoreError> {
    let mut connection = db.reader().await?;
    let mut session = db.session(&mut connection);
    let last = last(&mut session).await?;
    let before_first = last.saturating_sub(MAX_EVENTS);
    let first = format!(
        "SELECT number FROM {TABLE} WHERE number > ? AND number <= ? AND numbered_at >= ? ORDER BY number LIMIT 1"
    );
    let sql = Sql::new(first).bind(Value::key(before_first)).bind(Value::key(last)).bind(since);
    let first = session.read_one(sql, <u64 as Stored>::read).await?;
    Ok(EventRange { before_first: first.map_or(last, |first| first.saturating_sub(1)), last })
}

async fn last<D: Dialect>(session: &mut Session<'_, D>) -> Result<u64, StoreError> {
    let sql = Sql::new(format!("SELECT MAX(number) FROM {TABLE}"));
    Ok(session.read_one(sql, <Option<u64> as Stored>::read).await?.flatten().unwrap_or(0))
}

/// Gives numbers to what changed, once.
pub(super) async fn number<D: Dialect>(db: &Connections<D>, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let (last, fresh) = {
        let mut connection = db.reader().await?;
        let mut session = db.session(&mut connection);
        // The last number first: a change that gets one in between is not among the fresh ones any more.
        (last(&mut session).await?, fresh(&mut session, limit.min(MAX_NUMBERED)).await?)
    };
    if fresh.is_empty() {
        return Ok(0);
    }
    let mut transaction = db.begin().await?;
    let given = give(&mut db.session(&mut transaction), last, &fresh, now).await;
    match given {
        Ok(()) => transaction.commit().await?,
        Err(error) if error.kind() == StoreErrorKind::Duplicate => {
            let met = "somebody else numbers the messages at once";
            return Err(StoreError::new(StoreErrorKind::Contention, met).caused_by(error));
        }
        Err(error) => return Err(error),
    }
    Ok(fresh.len() as u64)
}

async fn fresh<D: Dialect>(session: &mut Session<'_, D>, limit: u32) -> Result<Vec<Fresh>, StoreError> {
    let sql = Sql::new(
        "SELECT id, version, attempts, uuid, type, status FROM messager_messages WHERE fresh = 1 ORDER BY id LIMIT ?",
    );
    let read = |c: &mut Columns<'_, D::Driver>| {
        let (id, version, attempts): (u64, u64, u32) = (c.read()?, c.read()?, c.read()?);
        let event = MessageEvent {
            number: 0,
            id,
            uuid: c.read()?,
            kind: c.read()?,
            status: c.read()?,
            retry_count: attempts.saturating_sub(1),
            at: Timestamp::UNIX_EPOCH,
        };
        Ok(Fresh { id, version, event })
    };
    session.read(sql.bind(limit), read).await
}

/// The numbers after the last one go to what changed. What changes again meanwhile stays fresh: it gets another number.
async fn give<D: Dialect>(
    session: &mut Session<'_, D>,
    last: u64,
    fresh: &[Fresh],
    now: Timestamp,
) -> Result<(), StoreError> {
    let numbers = last.saturating_add(1)..;
    let rows =
        numbers.zip(fresh).map(|(number, one)| values_of(&MessageEvent { number, at: now, ..one.event.clone() }));
    let rows = rows.collect::<Result<_, _>>()?;
    session.execute_all(inserts_into::<D::Driver>(TABLE, &columns_of::<MessageEvent>(), rows)).await?;
    let same = vec!["(id = ? AND version = ?)"; fresh.len()].join(" OR ");
    let sql = Sql::new(format!("UPDATE messager_messages SET fresh = 0 WHERE {same}"));
    let sql = fresh.iter().fold(sql, |sql, one| sql.bind(Value::key(one.id)).bind(one.version));
    session.execute(Sql { varies: fresh.len() > 2, ..sql }).await?;
    let newest = last.saturating_add(fresh.len() as u64);
    if let Some(old) = newest.checked_sub(MAX_EVENTS).filter(|old| *old > 0) {
        let sql = Sql::new(format!("DELETE FROM {TABLE} WHERE number <= ?"));
        session.execute(sql.bind(Value::key(old))).await?;
    }
    Ok(())
}
