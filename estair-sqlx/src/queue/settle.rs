//! What became of attempts: those that end at the same time end in one transaction, as what waits while one is under way goes
//! together in the next. Who comes alone goes at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use estair_core::clock::Timestamp;
use estair_core::queue::{Lease, Next, Settlement};
use estair_core::store::StoreError;
use uuid::Uuid;

use super::{JobTable, PENDING, PROCESSING};
use crate::dialect::Dialect;
use crate::driver::Driver;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::Columns;
use crate::together::Together;
use crate::value::Value;
use crate::writes::{Parts, Write, changes};

/// What waits to be settled, by table. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Settlements(Arc<Mutex<BTreeMap<&'static str, Line>>>);

type Line = Together<(Lease, Settlement), bool>;

impl Settlements {
    fn of(&self, table: &'static str) -> Line {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(table).or_default().clone()
    }
}

pub(crate) async fn settle<D: Dialect>(
    db: &Connections<D>,
    settlements: &Settlements,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let db = db.clone();
    let all = move |work: Vec<_>| {
        let db = db.clone();
        async move { settle_all(&db, table, &work).await }
    };
    settlements.of(table.name).ask((*lease, settlement.clone()), all).await
}

async fn settle_all<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    work: &[(Lease, Settlement)],
) -> Result<Vec<bool>, StoreError> {
    again!(settle_once(db, table, work).await)
}

async fn settle_once<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    work: &[(Lease, Settlement)],
) -> Result<Vec<bool>, StoreError> {
    let mut transaction = db.begin().await?;
    let settled = settle_many(&mut db.session(&mut transaction), table, work).await?;
    if settled.contains(&true) {
        transaction.commit().await?
    } else {
        transaction.rollback().await?
    }
    Ok(settled)
}

/// Ends a lease and its attempt inside a transaction; false, and nothing written, when the job does not carry its token any
/// more.
pub(crate) async fn settle_in<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let settled = settle_many(session, table, &[(*lease, settlement.clone())]).await?;
    Ok(settled.contains(&true))
}

/// Ends leases and their attempts; says of which jobs. However many they are, they take the same few statements.
async fn settle_many<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    work: &[(Lease, Settlement)],
) -> Result<Vec<bool>, StoreError> {
    let held = held(session, table, work).await?;
    let mut ends = Vec::with_capacity(held.len());
    let mut settled = Vec::with_capacity(work.len());
    for (lease, settlement) in work {
        // Whoever names a lease twice has ended it once.
        let is_new = ends.iter().all(|(held, _): &(&Held, _)| held.id != lease.id);
        let found = held.iter().find(|held| is_new && held.id == lease.id && held.token == lease.token);
        settled.push(found.is_some());
        ends.extend(found.map(|held| (held, settlement)));
    }
    if !ends.is_empty() {
        session.execute_all(end::<D::Driver>(table, &ends)).await?;
        take_turns(session, table, &ends).await?;
    }
    Ok(settled)
}

/// A job on its way, locked.
struct Held {
    id: u64,
    token: Uuid,
    version: u64,
    /// The attempt that is open, and when it began.
    attempt: Option<(u64, Timestamp)>,
    /// The oldest one of its order key that is pending.
    next: Option<u64>,
}

async fn held<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    work: &[(Lease, Settlement)],
) -> Result<Vec<Held>, StoreError> {
    let JobTable { name, attempts, order_key: key, order_index, .. } = table;
    let open = |column| {
        format!(
            "(SELECT a.{column} FROM {attempts} a WHERE a.job_id = j.id AND a.attempt_number = j.attempts_total \
             AND a.outcome IS NULL)"
        )
    };
    let sql = Sql::new(format!(
        "SELECT j.id, j.lease_token, j.version, {}, {}, (SELECT /*+ INDEX(n {order_index}) */ n.id FROM {name} n \
         WHERE n.{key} = j.{key} AND n.status = '{PENDING}' ORDER BY n.{key}, n.status, n.id LIMIT 1) \
         FROM {name} j WHERE j.status = '{PROCESSING}' AND j.id IN ",
        open("id"),
        open("started_at"),
    ));
    let sql = sql.list(work.iter().map(|(lease, _)| Value::key(lease.id))).and(" ORDER BY j.id ").and(D::LOCK);
    let read = |c: &mut Columns<'_, D::Driver>| {
        let (id, token, version) = (c.read()?, c.read()?, c.read()?);
        let (attempt, began): (Option<u64>, Option<Timestamp>) = (c.read()?, c.read()?);
        Ok(Held { id, token, version, attempt: attempt.zip(began), next: c.read()? })
    };
    session.read(sql, read).await
}

/// What ends these leases, and their attempts. What a job had as its result stays where the attempt gave none.
fn end<D: Driver>(table: &JobTable, ends: &[(&Held, &Settlement)]) -> Vec<Write> {
    let (with, without): (Vec<_>, Vec<_>) = ends.iter().partition(|(_, settlement)| settlement.report.result.is_some());
    let mut writes = Vec::new();
    for jobs in [without, with] {
        let mut columns = vec!["status", "next_attempt_at", "completed_at", "last_error", "lease_token", "version"];
        columns.extend(table.is_told.then_some("fresh"));
        columns.extend(jobs.iter().any(|(_, settlement)| settlement.report.result.is_some()).then_some("result"));
        let rows = jobs.into_iter().map(|(held, settlement)| end_of_lease(table, held, settlement)).collect();
        writes.extend(changes::<D>(table.name, &columns, rows));
    }
    let attempts =
        ends.iter().filter_map(|(held, settlement)| Some(end_of_attempt(held.attempt?, settlement))).collect();
    writes.extend(changes::<D>(table.attempts, &["duration_ms", "http_status", "outcome", "error"], attempts));
    writes
}

fn end_of_lease(table: &JobTable, held: &Held, settlement: &Settlement) -> Parts {
    let Settlement { at, next, report } = settlement;
    let (due, ended) = match next {
        Next::Retry { at } => (*at, None),
        Next::Completed | Next::Skipped | Next::Failed => (*at, Some(*at)),
    };
    let mut values = vec![
        Value::from(next.status().name()),
        Value::from(due),
        Value::from(ended),
        Value::from(report.error.as_ref()),
        Value::Text(None),
        Value::key(held.version.saturating_add(1)),
    ];
    values.extend(table.is_told.then_some(Value::from(1_u64)));
    values.extend(report.result.as_ref().map(|result| Value::from(result.to_string())));
    (held.id, vec![("version", Value::key(held.version))], values)
}

fn end_of_attempt((id, began): (u64, Timestamp), settlement: &Settlement) -> Parts {
    let report = &settlement.report;
    let took = settlement.at.signed_duration_since(began).num_milliseconds();
    let values = vec![
        Value::from(u64::try_from(took).unwrap_or(0)),
        Value::from(report.http_status),
        Value::from(report.outcome.name()),
        Value::from(report.error.as_ref()),
    ];
    (id, vec![("outcome", Value::Text(None))], values)
}

/// The next jobs of their order keys take their turns from now on: whose backlog is long does not go before others (G13).
async fn take_turns<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    ends: &[(&Held, &Settlement)],
) -> Result<(), StoreError> {
    let over = ends.iter().filter(|(_, settlement)| !matches!(settlement.next, Next::Retry { .. }));
    let turns: BTreeMap<_, _> = over.filter_map(|(held, settlement)| Some((held.next?, settlement.at))).collect();
    // They ended together: the last of these instants is as good as each.
    let Some(now) = turns.values().max() else { return Ok(()) };
    let sql = Sql::new(format!(
        "UPDATE {} SET next_attempt_at = CASE WHEN next_attempt_at < ? THEN ? ELSE next_attempt_at END, behind = 0, \
         version = version + 1 WHERE status = '{PENDING}' AND id IN ",
        table.name
    ));
    let sql = sql.bind(*now).bind(*now).list(turns.keys().map(|id| Value::key(*id)));
    session.execute(sql).await.map(|_| ())
}
