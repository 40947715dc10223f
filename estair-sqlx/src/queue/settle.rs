//! What became of attempts: those that end at the same time end in one transaction, as what waits while one is under way goes
//! together in the next. Who comes alone goes at once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use estair_core::clock::Timestamp;
use estair_core::queue::{Lease, Next, Settlement};
use estair_core::store::{StoreError, StoreErrorKind};
use futures::channel::oneshot;

use super::{JobTable, PENDING, PROCESSING};
use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::{Session, read_rows};
use crate::sql::Sql;
use crate::table::{Columns, Stored};
use crate::value::Value;

/// Settlements of one transaction.
const TOGETHER: usize = 64;

/// What waits to be settled, by table.
#[derive(Clone, Default)]
pub(crate) struct Settlements(Arc<Mutex<BTreeMap<&'static str, Line>>>);

#[derive(Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// Somebody works through it.
    driven: bool,
}

struct Waiting {
    lease: Lease,
    settlement: Settlement,
    told: oneshot::Sender<Result<bool, StoreError>>,
}

impl Settlements {
    fn lines(&self) -> MutexGuard<'_, BTreeMap<&'static str, Line>> {
        // Every change of a line is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; true when nobody works through the line.
    fn add(&self, table: &'static str, one: Waiting) -> bool {
        let mut lines = self.lines();
        let line = lines.entry(table).or_default();
        line.waiting.push_back(one);
        !std::mem::replace(&mut line.driven, true)
    }

    /// What goes next; nothing when nobody waits: then nobody works through the line any more.
    fn next(&self, table: &'static str) -> Vec<Waiting> {
        let mut lines = self.lines();
        let line = lines.entry(table).or_default();
        let count = line.waiting.len().min(TOGETHER);
        line.driven = count > 0;
        line.waiting.drain(..count).collect()
    }
}

/// Whoever works through a line.
struct Driver<D: Dialect> {
    db: Connections<D>,
    settlements: Settlements,
    table: &'static JobTable,
    done: bool,
}

impl<D: Dialect> Drop for Driver<D> {
    /// Dropped with its runtime, or died: whoever waits is told, and the next one begins anew.
    fn drop(&mut self) {
        if !self.done {
            self.settlements.lines().remove(self.table.name);
        }
    }
}

impl<D: Dialect> Driver<D> {
    async fn drive(mut self) {
        loop {
            // Others may be about to settle as well.
            tokio::task::yield_now().await;
            let group = self.settlements.next(self.table.name);
            if group.is_empty() {
                self.done = true;
                return;
            }
            let work: Vec<_> = group.iter().map(|one| (one.lease, one.settlement.clone())).collect();
            match settle_all(&self.db, self.table, &work).await {
                Ok(settled) => tell(group.into_iter().zip(settled.into_iter().map(Ok))),
                // One of them may be what the database does not take: each for itself.
                Err(error) if work.len() > 1 && error.kind() != StoreErrorKind::Unavailable => {
                    for (one, work) in group.into_iter().zip(&work) {
                        let settled = settle_all(&self.db, self.table, std::slice::from_ref(work)).await;
                        let settled = settled.map(|settled| settled.first().copied().unwrap_or_default());
                        tell([(one, settled)].into_iter());
                    }
                }
                Err(error) => tell(group.into_iter().map(|one| (one, Err(error.clone())))),
            }
        }
    }
}

/// Who has gone does not hear of it.
fn tell(told: impl Iterator<Item = (Waiting, Result<bool, StoreError>)>) {
    told.for_each(|(one, outcome)| drop(one.told.send(outcome)));
}

pub(crate) async fn settle<D: Dialect>(
    db: &Connections<D>,
    settlements: &Settlements,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let (told, outcome) = oneshot::channel();
    let one = Waiting { lease: *lease, settlement: settlement.clone(), told };
    if settlements.add(table.name, one) {
        let driver = Driver { db: db.clone(), settlements: settlements.clone(), table, done: false };
        tokio::spawn(driver.drive());
    }
    outcome.await.map_err(|_| StoreError::new(StoreErrorKind::Unavailable, "a settlement was interrupted"))?
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

/// Ends leases and their attempts; says of which jobs.
async fn settle_many<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    work: &[(Lease, Settlement)],
) -> Result<Vec<bool>, StoreError> {
    let ends = work.iter().map(|(lease, settlement)| end_lease(table, lease, settlement)).collect();
    let settled: Vec<bool> = session.execute_each(ends).await?.into_iter().map(|found| found > 0).collect();
    let ended: Vec<_> = work.iter().zip(&settled).filter(|(_, settled)| **settled).map(|(one, _)| one).collect();
    if !ended.is_empty() {
        end_attempts(session, table, &ended).await?;
        take_turns(session, table, &ended).await?;
    }
    Ok(settled)
}

/// The next jobs of their order keys take their turns from now on: whose backlog is long does not go before others (G13).
async fn take_turns<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    ended: &[&(Lease, Settlement)],
) -> Result<(), StoreError> {
    let JobTable { name, order_key: key, order_index, .. } = table;
    let over: Vec<_> = ended.iter().filter(|(_, settlement)| !matches!(settlement.next, Next::Retry { .. })).collect();
    let next = |(lease, _): &&&(Lease, Settlement)| {
        Sql::new(format!(
            "SELECT /*+ INDEX(j {order_index}) */ j.id FROM {name} j WHERE j.{key} = (SELECT d.{key} FROM {name} d WHERE d.id = ?) \
             AND j.status = '{PENDING}' ORDER BY j.{key}, j.status, j.id LIMIT 1"
        ))
        .bind(Value::key(lease.id))
    };
    let rows = session.rows_of(over.iter().map(next).collect()).await?;
    let mut turns = Vec::new();
    for ((_, settlement), rows) in over.iter().zip(rows) {
        if let Some(next) = read_rows::<D, u64>(&rows, <u64 as Stored>::read)?.first() {
            let sql = Sql::new(format!(
                "UPDATE {name} SET next_attempt_at = CASE WHEN next_attempt_at < ? THEN ? ELSE next_attempt_at END, \
                 behind = 0, version = version + 1 WHERE id = ? AND status = '{PENDING}'"
            ));
            turns.push(sql.bind(settlement.at).bind(settlement.at).bind(Value::key(*next)));
        }
    }
    session.execute_each(turns).await.map(|_| ())
}

fn end_lease(table: &JobTable, lease: &Lease, settlement: &Settlement) -> Sql {
    let Settlement { at, next, report } = settlement;
    let (due, ended) = match next {
        Next::Retry { at } => (*at, None),
        Next::Completed | Next::Skipped | Next::Failed => (*at, Some(*at)),
    };
    let sql = Sql::new(format!(
        "UPDATE {} SET status = ?, next_attempt_at = ?, completed_at = ?, last_error = ?, \
         result = COALESCE(?, result), lease_token = NULL, version = version + 1{} \
         WHERE id = ? AND lease_token = ? AND status = '{PROCESSING}'",
        table.name, table.told
    ));
    sql.bind(next.status().name())
        .bind(due)
        .bind(ended)
        .bind(report.error.as_ref())
        .bind(report.result.as_ref().map(ToString::to_string))
        .bind(Value::key(lease.id))
        .bind(lease.token)
}

/// Ends the attempts that are open.
async fn end_attempts<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    ended: &[&(Lease, Settlement)],
) -> Result<(), StoreError> {
    let name = table.attempts;
    let sql = Sql::new(format!("SELECT id, job_id, started_at FROM {name} WHERE outcome IS NULL AND job_id IN "));
    let sql = sql.list(ended.iter().map(|(lease, _)| Value::key(lease.id)));
    let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<u64>()?, c.read::<u64>()?, c.read::<Timestamp>()?));
    let open = session.read(sql, read).await?;
    let mut ends = Vec::with_capacity(open.len());
    for (id, job, started_at) in open {
        let Some((_, settlement)) = ended.iter().find(|(lease, _)| lease.id == job) else { continue };
        let report = &settlement.report;
        let took = settlement.at.signed_duration_since(started_at).num_milliseconds();
        let sql = Sql::new(format!(
            "UPDATE {name} SET duration_ms = ?, http_status = ?, outcome = ?, error = ? WHERE id = ?"
        ));
        let sql = sql.bind(u64::try_from(took).unwrap_or(0)).bind(report.http_status);
        ends.push(sql.bind(report.outcome.name()).bind(report.error.as_ref()).bind(Value::key(id)));
    }
    session.execute_each(ends).await.map(|_| ())
}
