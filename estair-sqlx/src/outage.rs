//! The alerts of Messager: which are held, and what was decided on them ([`estair_core::outage`]).

use estair_core::notification::Channel;
use estair_core::outage::{Decided, Held, Seen, Watch};
use estair_core::store::StoreError;

use crate::columns::Columns;
use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::outgoing::{DELIVERIES, insert_missing};
use crate::queue::Job;
use crate::statement::{Session, Sql, Value};

pub(crate) async fn seen<D: Dialect>(db: &Connections<D>, channel: Channel, limit: u32) -> Result<Seen, StoreError> {
    let mut reader = db.reader().await?;
    let mut session = db.session(&mut reader);
    // The watch first: what is held by then and decided by somebody else meanwhile changes its version.
    let (version, watch) = watch(&mut session, channel).await?;
    let held = held(&mut session, channel, limit).await?;
    let (mut delivered_at, mut failed) = (None, 0);
    if watch.is_open() {
        let sql = Sql::new("SELECT MAX(completed_at) FROM messages WHERE status = 'completed'");
        delivered_at = session.read_one(sql, |c| c.opt_instant()).await?.flatten();
        let sql = Sql::new("SELECT COUNT(*) FROM messages WHERE status = 'failed'");
        failed = session.read_one(sql, |c| c.number()).await?.unwrap_or(0);
    }
    Ok(Seen { channel, version, watch, held, delivered_at, failed })
}

async fn watch<D: Dialect>(session: &mut Session<'_, D>, channel: Channel) -> Result<(u64, Watch), StoreError> {
    let sql = Sql::new("SELECT version, state FROM outages WHERE channel = ?").bind(channel.name());
    let kept = session.read_one(sql, |c| Ok((c.number()?, c.opt_json()?))).await?;
    let (version, state) = kept.ok_or_else(|| StoreError::corrupt("a channel has no watch"))?;
    let as_watch = |state| serde_json::from_value(state);
    let watch = state.map(as_watch).transpose();
    let watch = watch.map_err(|error| StoreError::corrupt("the watch of a channel is unreadable").caused_by(error))?;
    Ok((version, watch.unwrap_or_default()))
}

async fn held<D: Dialect>(session: &mut Session<'_, D>, channel: Channel, limit: u32) -> Result<Vec<Held>, StoreError> {
    let columns = DELIVERIES.columns;
    let sql = Sql::new(format!("SELECT id, created_at, {columns} FROM deliveries WHERE held = 1 AND channel = ?"));
    let read = |c: &mut Columns<'_, D>| Ok(Held { id: c.number()?, at: c.instant()?, delivery: Job::read(c)? });
    session.read(sql.bind(channel.name()).and(" ORDER BY id LIMIT ?").bind(limit), read).await
}

/// The version is the fence: it is compared and set first, so that of two who decide at once the second writes nothing.
pub(crate) async fn settle<D: Dialect>(db: &Connections<D>, decided: &Decided) -> Result<bool, StoreError> {
    let Decided { channel, version, at, watch, released, grouped, reason, messages } = decided;
    let as_json = |error| StoreError::corrupt("a watch cannot be written as text").caused_by(error);
    let state = serde_json::to_string(watch).map_err(as_json)?;
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    let sql = Sql::new("UPDATE outages SET state = ?, version = version + 1 WHERE channel = ? AND version = ?");
    if session.execute(sql.bind(state).bind(channel.name()).bind(*version)).await? == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    let let_go = "UPDATE deliveries SET held = 0, version = version + 1";
    if !released.is_empty() {
        let sql = Sql::new(let_go).and(" WHERE held = 1 AND id IN ");
        session.execute(sql.list(released.iter().map(|id| Value::key(*id)))).await?;
    }
    if !grouped.is_empty() {
        let sql = Sql::new(let_go).and(", status = 'skipped', last_error = ?, completed_at = ?").bind(reason).bind(*at);
        let sql = sql.and(" WHERE held = 1 AND id IN ");
        session.execute(sql.list(grouped.iter().map(|id| Value::key(*id)))).await?;
    }
    insert_missing(&mut session, messages, None).await?;
    transaction.commit().await?;
    Ok(true)
}
