//! The durable queue (G6), written once for every table of jobs.
//!
//! A job is claimed by comparing and setting its version; each claim leaves a fresh token, and whatever ends a lease names
//! it. `next_attempt_at` is when a job is due: while it is leased, that is the end of the lease, so that one condition on
//! one index finds what waits and what was abandoned. No transaction is open while a job is done.

use estair_core::clock::Timestamp;
use estair_core::queue::{Attempt, AttemptOutcome, Claim, JobStatus, Lease, Leased, Next, Settlement};
use estair_core::store::StoreError;

use crate::columns::Columns;
use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::outgoing;
use crate::statement::{Session, Sql, Value, inserts, row};

/// How often an operation on a queue is tried when it meets another one.
pub(crate) const MAX_ATTEMPTS: u32 = 6;

/// A table of jobs and the table of their attempts.
pub(crate) struct JobTable {
    pub(crate) table: &'static str,
    pub(crate) attempts: &'static str,
    /// The columns that hold what is to be done.
    pub(crate) columns: &'static str,
    /// Jobs with the same value here are done one after the other (G9).
    pub(crate) order_key: Option<&'static str>,
    /// A further condition for anything to be due.
    pub(crate) gate: &'static str,
}

/// What a table of jobs holds.
pub(crate) trait Job: Sized + Send {
    /// Its table.
    const TABLE: &'static JobTable;

    /// Reads [`JobTable::columns`].
    fn read<D: Dialect>(columns: &mut Columns<'_, D>) -> Result<Self, StoreError>;
}

/// Makes a store the queue of a kind of job.
macro_rules! jobs {
    ($store:ident, $job:ty) => {
        #[async_trait::async_trait]
        impl<D: $crate::dialect::Dialect> estair_core::queue::Queue<$job> for $store<D> {
            async fn claim(
                &self,
                claim: &estair_core::queue::Claim,
            ) -> Result<Vec<estair_core::queue::Leased<$job>>, estair_core::store::StoreError> {
                $crate::queue::claim(&self.db, claim).await
            }

            async fn settle(
                &self,
                lease: &estair_core::queue::Lease,
                settlement: &estair_core::queue::Settlement,
            ) -> Result<bool, estair_core::store::StoreError> {
                $crate::queue::settle(&self.db, <$job as $crate::queue::Job>::TABLE, lease, settlement).await
            }

            async fn release(
                &self,
                leases: &[estair_core::queue::Lease],
                now: estair_core::clock::Timestamp,
            ) -> Result<(), estair_core::store::StoreError> {
                $crate::queue::release(&self.db, <$job as $crate::queue::Job>::TABLE, leases, now).await
            }

            async fn depth(
                &self,
                now: estair_core::clock::Timestamp,
            ) -> Result<estair_core::queue::Depth, estair_core::store::StoreError> {
                $crate::depth::depth(&self.db, <$job as $crate::queue::Job>::TABLE, now).await
            }
        }
    };
}
pub(crate) use jobs;

/// Runs an operation again while it meets contention.
macro_rules! again {
    ($operation:expr) => {{
        let mut attempt = 0;
        loop {
            match $operation {
                Err(error)
                    if error.kind() == estair_core::store::StoreErrorKind::Contention
                        && attempt < $crate::queue::MAX_ATTEMPTS =>
                {
                    attempt += 1;
                    tokio::time::sleep($crate::book::backoff(attempt)).await;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use again;

/// A job that may be claimed, as it was seen.
struct Candidate {
    id: u64,
    version: u64,
    abandoned: bool,
}

pub(crate) async fn claim<D: Dialect, T: Job>(
    db: &Connections<D>,
    claim: &Claim,
) -> Result<Vec<Leased<T>>, StoreError> {
    again!(claim_once(db, claim).await)
}

async fn claim_once<D: Dialect, T: Job>(db: &Connections<D>, claim: &Claim) -> Result<Vec<Leased<T>>, StoreError> {
    let candidates = {
        let mut reader = db.reader().await?;
        candidates(&mut db.session(&mut reader), T::TABLE, claim).await?
    };
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    if session.execute(take(T::TABLE, claim, &candidates)).await? == 0 {
        transaction.rollback().await?;
        return Ok(Vec::new());
    }
    let won = won::<D, T>(&mut session, claim, &candidates).await?;
    let taken = won.iter().map(|won| won.leased.lease.id);
    let abandoned: Vec<_> = candidates.iter().filter(|one| one.abandoned).map(|one| one.id).collect();
    let abandoned: Vec<_> = taken.filter(|id| abandoned.contains(id)).collect();
    begin_attempts(&mut session, T::TABLE, claim, &abandoned, &won).await?;
    transaction.commit().await?;
    Ok(won.into_iter().map(|won| won.leased).collect())
}

/// Reads, without a lock, what is due. Of an order key only the oldest unfinished job is, and only while no other one is
/// on its way (a replay may be older than what is on its way).
async fn candidates<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    claim: &Claim,
) -> Result<Vec<Candidate>, StoreError> {
    let name = table.table;
    let mut sql = Sql::new(format!(
        "SELECT j.id, j.version, j.status FROM {name} j \
         WHERE j.status IN ('pending', 'processing') AND j.next_attempt_at <= ?{}",
        table.gate
    ))
    .bind(claim.now);
    if let Some(key) = table.order_key {
        // Two questions, so that each is answered by the index on key, status and id, however long the history of the key.
        let other = format!("AND NOT EXISTS (SELECT 1 FROM {name} o WHERE o.{key} = j.{key} AND o.status =");
        sql = sql
            .and(&format!(
                " {other} 'pending' AND o.id < j.id) \
                 {other} 'processing' AND o.id <> j.id AND (o.id < j.id OR o.next_attempt_at > ?))"
            ))
            .bind(claim.now);
    }
    let sql = sql.and(" ORDER BY j.next_attempt_at, j.id LIMIT ?").bind(claim.limit);
    session
        .read(sql, |c| {
            let (id, version, status) = (c.number()?, c.number()?, c.named(JobStatus::from_name)?);
            Ok(Candidate { id, version, abandoned: status == JobStatus::Processing })
        })
        .await
}

/// Compares and sets: whoever changes a job's version has it.
fn take(table: &JobTable, claim: &Claim, candidates: &[Candidate]) -> Sql {
    let sql = Sql::new(format!(
        "UPDATE {} SET status = 'processing', lease_token = ?, next_attempt_at = ?, attempts = attempts + 1, \
         attempts_total = attempts_total + 1, version = version + 1 WHERE ",
        table.table
    ));
    let sql = sql.bind(claim.token).bind(claim.until);
    let same = vec!["(id = ? AND version = ?)"; candidates.len()].join(" OR ");
    candidates.iter().fold(sql.and(&same), |sql, one| sql.bind(one.id).bind(one.version))
}

/// A job that was claimed.
struct Won<T> {
    leased: Leased<T>,
    number: u32,
    replayed_by: Option<String>,
    reason: Option<String>,
}

async fn won<D: Dialect, T: Job>(
    session: &mut Session<'_, D>,
    claim: &Claim,
    candidates: &[Candidate],
) -> Result<Vec<Won<T>>, StoreError> {
    let JobTable { table, columns, .. } = T::TABLE;
    let sql = Sql::new(format!(
        "SELECT id, attempts, attempts_total, created_at, replayed_by, replay_reason, {columns} FROM {table} \
         WHERE lease_token = ? AND id IN "
    ));
    let sql = sql.bind(claim.token).list(candidates.iter().map(|one| Value::key(one.id))).and(" ORDER BY id");
    session
        .read(sql, |c| {
            let lease = Lease { id: c.number()?, token: claim.token };
            let (attempts, number, created_at) = (c.small()?, c.small()?, c.instant()?);
            let (replayed_by, reason) = (c.opt_text()?, c.opt_text()?);
            let leased = Leased { lease, attempts, created_at, job: T::read(c)? };
            Ok(Won { leased, number, replayed_by, reason })
        })
        .await
}

/// Writes the attempts before the calls are made; those of abandoned leases end as unknown (G5).
async fn begin_attempts<D: Dialect, T>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    claim: &Claim,
    abandoned: &[u64],
    won: &[Won<T>],
) -> Result<(), StoreError> {
    if !abandoned.is_empty() {
        let sql =
            Sql::new(format!("UPDATE {} SET outcome = 'unknown' WHERE outcome IS NULL AND job_id IN ", table.attempts));
        session.execute(sql.list(abandoned.iter().map(|id| Value::key(*id)))).await?;
    }
    let columns = ["job_id", "attempt_number", "started_at", "replayed_by", "reason"];
    let rows = won
        .iter()
        .map(|one| row![one.leased.lease.id, one.number, claim.now, one.replayed_by.as_ref(), one.reason.as_ref()]);
    session.execute_all(inserts::<D>(table.attempts, &columns, rows.collect()).collect()).await?;
    let replayed = won.iter().filter(|one| one.replayed_by.is_some()).map(|one| Value::key(one.leased.lease.id));
    let replayed: Vec<_> = replayed.collect();
    if !replayed.is_empty() {
        // Who replayed it is told by the first attempt of the cycle alone (G4).
        let sql = Sql::new(format!("UPDATE {} SET replayed_by = NULL, replay_reason = NULL WHERE id IN ", table.table));
        session.execute(sql.list(replayed)).await?;
    }
    Ok(())
}

pub(crate) async fn settle<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    again!(settle_once(db, table, lease, settlement).await)
}

async fn settle_once<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    if session.execute(end_lease(table, lease, settlement)).await? == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    end_attempt(&mut session, table, lease, settlement).await?;
    outgoing::hold(&mut session, &settlement.alerts).await?;
    transaction.commit().await?;
    Ok(true)
}

fn end_lease(table: &JobTable, lease: &Lease, settlement: &Settlement) -> Sql {
    let Settlement { at, next, report, .. } = settlement;
    let (due, ended) = match next {
        Next::Retry { at } => (*at, None),
        Next::Completed | Next::Skipped | Next::Failed => (*at, Some(*at)),
    };
    let sql = Sql::new(format!(
        "UPDATE {} SET status = ?, next_attempt_at = ?, completed_at = ?, last_error = ?, \
         result = COALESCE(?, result), lease_token = NULL, version = version + 1 \
         WHERE id = ? AND lease_token = ? AND status = 'processing'",
        table.table
    ));
    sql.bind(next.status().name())
        .bind(due)
        .bind(ended)
        .bind(report.error.as_ref())
        .bind(Value::json(report.result.as_ref()))
        .bind(Value::key(lease.id))
        .bind(lease.token)
}

async fn end_attempt<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<(), StoreError> {
    let name = table.attempts;
    let sql = Sql::new(format!("SELECT id, started_at FROM {name} WHERE job_id = ? AND outcome IS NULL"));
    let open = session.read(sql.bind(Value::key(lease.id)), |c| Ok((c.number()?, c.instant()?))).await?;
    let report = &settlement.report;
    for (id, started_at) in open {
        let took = settlement.at.signed_duration_since(started_at).num_milliseconds();
        let sql = Sql::new(format!(
            "UPDATE {name} SET duration_ms = ?, http_status = ?, outcome = ?, error = ? WHERE id = ?"
        ));
        let sql = sql.bind(u64::try_from(took).unwrap_or(0)).bind(report.http_status.map(u32::from));
        let sql = sql.bind(report.outcome.name()).bind(report.error.as_ref()).bind(Value::key(id));
        session.execute(sql).await?;
    }
    Ok(())
}

pub(crate) async fn release<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    leases: &[Lease],
    now: Timestamp,
) -> Result<(), StoreError> {
    if leases.is_empty() {
        return Ok(());
    }
    again!(release_once(db, table, leases, now).await)
}

async fn release_once<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    leases: &[Lease],
    now: Timestamp,
) -> Result<(), StoreError> {
    let JobTable { table: name, attempts, .. } = table;
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    for lease in leases {
        // A replay whose first attempt was never made keeps its who and why.
        let open =
            |column| format!("(SELECT {column} FROM {attempts} a WHERE a.job_id = {name}.id AND a.outcome IS NULL)");
        let sql = Sql::new(format!(
            "UPDATE {name} SET replayed_by = {}, replay_reason = {}, status = 'pending', next_attempt_at = ?, \
             attempts = attempts - 1, attempts_total = attempts_total - 1, lease_token = NULL, version = version + 1 \
             WHERE id = ? AND lease_token = ? AND status = 'processing'",
            open("a.replayed_by"),
            open("a.reason"),
        ));
        if session.execute(sql.bind(now).bind(Value::key(lease.id)).bind(lease.token)).await? == 1 {
            let sql = Sql::new(format!("DELETE FROM {attempts} WHERE job_id = ? AND outcome IS NULL"));
            session.execute(sql.bind(Value::key(lease.id))).await?;
        }
    }
    transaction.commit().await
}

/// The attempts of a job, oldest first.
pub(crate) async fn attempts<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    job: u64,
) -> Result<Vec<Attempt>, StoreError> {
    let sql = Sql::new(format!(
        "SELECT attempt_number, started_at, duration_ms, http_status, outcome, error, replayed_by, reason FROM {} \
         WHERE job_id = ? ORDER BY attempt_number LIMIT 1000",
        table.attempts
    ));
    let status = |number: Option<u64>| number.and_then(|number| u16::try_from(number).ok());
    session
        .read(sql.bind(Value::key(job)), |c| {
            Ok(Attempt {
                number: c.small()?,
                started_at: c.instant()?,
                duration_ms: c.opt_number()?,
                http_status: status(c.opt_number()?),
                outcome: c.opt_named(AttemptOutcome::from_name)?,
                error: c.opt_text()?,
                replayed_by: c.opt_text()?,
                reason: c.opt_text()?,
            })
        })
        .await
}
