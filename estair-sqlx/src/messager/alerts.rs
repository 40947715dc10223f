//! The alerts of Messager: which are held, and what was decided on them ([`estair_core::notification::outage`]).

use estair_core::clock::Timestamp;
use estair_core::notice::Channel;
use estair_core::notification::NewNotification;
use estair_core::notification::outage::{AlertDecision, ChannelAlerts, HeldAlert, OutageState};
use estair_core::queue::JobStatus;
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::notifications;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Alerts, Stored, list};
use crate::value::Value;

/// Inserts alerts, which wait for a decision.
pub(super) async fn hold<D: Dialect>(
    session: &mut Session<'_, D>,
    alerts: &[NewNotification],
) -> Result<(), StoreError> {
    notifications::hold::<D, Alerts>(session, alerts).await
}

/// What is remembered of a channel, and its held alerts.
pub(super) async fn of_channel<D: Dialect>(
    db: &Connections<D>,
    channel: Channel,
    limit: u32,
) -> Result<ChannelAlerts, StoreError> {
    let mut reader = db.reader().await?;
    let mut session = db.session(&mut reader);
    // The state first: what is held by then and decided by somebody else meanwhile changes its version.
    let (version, watch) = state(&mut session, channel).await?;
    let held = held(&mut session, channel, limit).await?;
    let (mut delivered_at, mut failed) = (None, 0);
    if watch.is_open() {
        let of = |what: &str, status: JobStatus| {
            Sql::new(format!("SELECT {what} FROM messager_messages WHERE status = '{status}'"))
        };
        let last = of("MAX(completed_at)", JobStatus::Completed);
        delivered_at = session.read_one(last, <Option<Timestamp> as Stored>::read).await?.flatten();
        failed = session.read_one(of("COUNT(*)", JobStatus::Failed), Stored::read).await?.unwrap_or(0);
    }
    Ok(ChannelAlerts { channel, version, watch, held, delivered_at, failed })
}

async fn state<D: Dialect>(session: &mut Session<'_, D>, channel: Channel) -> Result<(u64, OutageState), StoreError> {
    let sql = Sql::new("SELECT version, state FROM messager_outages WHERE channel = ?").bind(channel.name());
    let kept = session.read_one(sql, |c| Ok((c.read::<u64>()?, c.read::<Option<serde_json::Value>>()?))).await?;
    let (version, state) = kept.ok_or_else(|| StoreError::corrupt(format_args!("{channel} has no outage state")))?;
    let unreadable =
        |error| StoreError::corrupt(format_args!("the outage state of {channel} is unreadable")).caused_by(error);
    let state: Option<OutageState> = state.map(serde_json::from_value).transpose().map_err(unreadable)?;
    Ok((version, state.unwrap_or_default()))
}

async fn held<D: Dialect>(
    session: &mut Session<'_, D>,
    channel: Channel,
    limit: u32,
) -> Result<Vec<HeldAlert>, StoreError> {
    let alert = list::<HeldAlert>("");
    let sql =
        Sql::new(format!("SELECT {alert} FROM messager_alerts WHERE held = 1 AND channel = ? ORDER BY id LIMIT ?"));
    session.read(sql.bind(channel.name()).bind(limit), Stored::read).await
}

/// Saves what was decided, all or nothing; false when somebody else was faster.
pub(super) async fn settle<D: Dialect>(db: &Connections<D>, decided: &AlertDecision) -> Result<bool, StoreError> {
    again!(settle_once(db, decided).await)
}

/// The version is the fence: it is compared and set first, so that of two who decide at once the second writes nothing.
async fn settle_once<D: Dialect>(db: &Connections<D>, decided: &AlertDecision) -> Result<bool, StoreError> {
    let AlertDecision { channel, version, at, watch, released, grouped, reason, messages } = decided;
    let as_json = |error| StoreError::corrupt("an outage state cannot be written as JSON").caused_by(error);
    let state = serde_json::to_string(watch).map_err(as_json)?;
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    let sql =
        Sql::new("UPDATE messager_outages SET state = ?, version = version + 1 WHERE channel = ? AND version = ?");
    if session.execute(sql.bind(state).bind(channel.name()).bind(*version)).await? == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    let let_go = "UPDATE messager_alerts SET held = 0, version = version + 1";
    if !released.is_empty() {
        let sql = Sql::new(let_go).and(" WHERE held = 1 AND id IN ");
        session.execute(sql.list(released.iter().map(|id| Value::key(*id)))).await?;
    }
    if !grouped.is_empty() {
        let sql = Sql::new(let_go).and(", status = ?, last_error = ?, completed_at = ?");
        let sql = sql.bind(JobStatus::Skipped.name()).bind(reason).bind(*at).and(" WHERE held = 1 AND id IN ");
        session.execute(sql.list(grouped.iter().map(|id| Value::key(*id)))).await?;
    }
    notifications::insert_missing::<D, Alerts>(&mut session, &notifications::of_no_request(messages)).await?;
    transaction.commit().await?;
    Ok(true)
}
