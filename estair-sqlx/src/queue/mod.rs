//! The durable queue (G6), written once for every table of jobs.
//!
//! A job is claimed by comparing and setting its version; each claim leaves a fresh token, and whatever ends a lease names
//! it. `next_attempt_at` is when a job is due: while it is leased, that is the end of the lease, so that one condition on
//! one index finds what waits and what was abandoned. No transaction is open while a job is done.

mod depth;

pub(crate) use depth::{Horizons, depth};

use estair_core::clock::Timestamp;
use estair_core::queue::{Attempt, AttemptOutcome, Claim, JobStatus, Lease, Leased, Next, Settlement};
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{BegunAttempt, Columns, Record, Stored, columns_of, list, record, values_of};
use crate::value::Value;
use crate::writes::inserts_into;

/// Attempts of a job that are shown at most.
const MAX_SHOWN: u32 = 1_000;

const PENDING: &str = JobStatus::Pending.name();
const PROCESSING: &str = JobStatus::Processing.name();

/// A table of jobs and the table of their attempts.
pub(crate) struct JobTable {
    pub(crate) name: &'static str,
    pub(crate) attempts: &'static str,
    /// Jobs with the same value here are done one after the other (G9).
    pub(crate) order_key: &'static str,
    /// A further condition for anything to be due.
    pub(crate) gate: &'static str,
}

/// Makes a store the queue of a kind of job, which it has in this table.
macro_rules! jobs {
    ($store:ident, $job:ty, $table:expr) => {
        #[async_trait::async_trait]
        impl<D: $crate::dialect::Dialect> estair_core::queue::Queue<$job> for $store<D> {
            async fn claim(
                &self,
                claim: &estair_core::queue::Claim,
            ) -> Result<Vec<estair_core::queue::Leased<$job>>, estair_core::store::StoreError> {
                $crate::queue::claim(&self.db, &$table, claim).await
            }

            async fn settle(
                &self,
                lease: &estair_core::queue::Lease,
                settlement: &estair_core::queue::Settlement,
            ) -> Result<bool, estair_core::store::StoreError> {
                $crate::queue::settle(&self.db, &$table, lease, settlement).await
            }

            async fn release(
                &self,
                leases: &[estair_core::queue::Lease],
                now: estair_core::clock::Timestamp,
            ) -> Result<(), estair_core::store::StoreError> {
                $crate::queue::release(&self.db, &$table, leases, now).await
            }

            async fn depth(
                &self,
                now: estair_core::clock::Timestamp,
            ) -> Result<estair_core::queue::Depth, estair_core::store::StoreError> {
                $crate::queue::depth(&self.db, &self.horizons, $table.name, now).await
            }
        }
    };
}
pub(crate) use jobs;

/// A job that may be claimed, as it was seen.
struct Candidate {
    id: u64,
    version: u64,
    status: JobStatus,
}

record! {
    Candidate {
        id: "id",
        version: "version",
        status: "status",
    }
}

pub(crate) async fn claim<D: Dialect, T: Record + Send>(
    db: &Connections<D>,
    table: &'static JobTable,
    claim: &Claim,
) -> Result<Vec<Leased<T>>, StoreError> {
    again!(claim_once(db, table, claim).await)
}

async fn claim_once<D: Dialect, T: Record + Send>(
    db: &Connections<D>,
    table: &'static JobTable,
    claim: &Claim,
) -> Result<Vec<Leased<T>>, StoreError> {
    let candidates = {
        let mut reader = db.reader().await?;
        db.session(&mut reader).read(due(table, claim), <Candidate as Stored>::read).await?
    };
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    if session.execute(take(table, claim, &candidates)).await? == 0 {
        transaction.rollback().await?;
        return Ok(Vec::new());
    }
    let won = won::<D, T>(&mut session, table, claim, &candidates).await?;
    let was_leased = |id: u64| candidates.iter().any(|one| one.id == id && one.status == JobStatus::Processing);
    let abandoned: Vec<_> = won.iter().map(|(taken, _)| taken.id).filter(|id| was_leased(*id)).collect();
    let (taken, jobs): (Vec<_>, Vec<_>) = won.into_iter().unzip();
    begin_attempts(&mut session, table, claim, &abandoned, &taken).await?;
    transaction.commit().await?;
    let leased = |(taken, job): (Taken, T)| {
        let lease = Lease { id: taken.id, token: claim.token };
        Leased { lease, attempts: taken.attempts, created_at: taken.created_at, job }
    };
    Ok(taken.into_iter().zip(jobs).map(leased).collect())
}

/// What is due, to be read without a lock. Of an order key only the oldest unfinished job is, and only while no other one is
/// on its way (a replay may be older than what is on its way).
fn due(table: &JobTable, claim: &Claim) -> Sql {
    let JobTable { name, order_key: key, gate, .. } = table;
    // Two questions, so that each is answered by the index on key, status and id, however long the history of the key.
    let other = format!("AND NOT EXISTS (SELECT 1 FROM {name} o WHERE o.{key} = j.{key} AND o.status =");
    Sql::new(format!(
        "SELECT {} FROM {name} j WHERE j.status IN ('{PENDING}', '{PROCESSING}') AND j.next_attempt_at <= ?{gate} \
         {other} '{PENDING}' AND o.id < j.id) \
         {other} '{PROCESSING}' AND o.id <> j.id AND (o.id < j.id OR o.next_attempt_at > ?)) \
         ORDER BY j.next_attempt_at, j.id LIMIT ?",
        list::<Candidate>("j."),
    ))
    .bind(claim.now)
    .bind(claim.now)
    .bind(claim.limit)
}

/// Compares and sets: whoever changes a job's version has it.
fn take(table: &JobTable, claim: &Claim, candidates: &[Candidate]) -> Sql {
    let sql = Sql::new(format!(
        "UPDATE {} SET status = '{PROCESSING}', lease_token = ?, next_attempt_at = ?, attempts = attempts + 1, \
         attempts_total = attempts_total + 1, version = version + 1 WHERE ",
        table.name
    ));
    let sql = sql.bind(claim.token).bind(claim.until);
    let same = vec!["(id = ? AND version = ?)"; candidates.len()].join(" OR ");
    candidates.iter().fold(sql.and(&same), |sql, one| sql.bind(one.id).bind(one.version))
}

/// Where a job is that was claimed.
struct Taken {
    id: u64,
    /// Attempts of the present cycle, and of all.
    attempts: u32,
    number: u32,
    created_at: Timestamp,
    replayed_by: Option<String>,
    reason: Option<String>,
}

record! {
    Taken {
        id: "id",
        attempts: "attempts",
        number: "attempts_total",
        created_at: "created_at",
        replayed_by: "replayed_by",
        reason: "replay_reason",
    }
}

async fn won<D: Dialect, T: Record + Send>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    claim: &Claim,
    candidates: &[Candidate],
) -> Result<Vec<(Taken, T)>, StoreError> {
    let (taken, job) = (list::<Taken>(""), list::<T>(""));
    let sql = Sql::new(format!("SELECT {taken}, {job} FROM {} WHERE lease_token = ? AND id IN ", table.name));
    let sql = sql.bind(claim.token).list(candidates.iter().map(|one| Value::key(one.id))).and(" ORDER BY id");
    session.read(sql, |c| Ok((c.read()?, c.read()?))).await
}

/// Writes the attempts before the calls are made; those of abandoned leases end as unknown (G5).
async fn begin_attempts<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    claim: &Claim,
    abandoned: &[u64],
    taken: &[Taken],
) -> Result<(), StoreError> {
    if !abandoned.is_empty() {
        let (name, unknown) = (table.attempts, AttemptOutcome::Unknown);
        let sql = Sql::new(format!("UPDATE {name} SET outcome = '{unknown}' WHERE outcome IS NULL AND job_id IN "));
        session.execute(sql.list(abandoned.iter().map(|id| Value::key(*id)))).await?;
    }
    let begun = |one: &Taken| BegunAttempt {
        job: one.id,
        number: one.number,
        started_at: claim.now,
        replayed_by: one.replayed_by.clone(),
        reason: one.reason.clone(),
    };
    let rows = taken.iter().map(|one| values_of(&begun(one))).collect::<Result<_, _>>()?;
    session.execute_all(inserts_into::<D::Driver>(table.attempts, &columns_of::<BegunAttempt>(), rows)).await?;
    let replayed = taken.iter().filter(|one| one.replayed_by.is_some()).map(|one| Value::key(one.id));
    let replayed: Vec<_> = replayed.collect();
    if !replayed.is_empty() {
        // Who replayed it is told by the first attempt of the cycle alone (G4).
        let sql = Sql::new(format!("UPDATE {} SET replayed_by = NULL, replay_reason = NULL WHERE id IN ", table.name));
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
    if settle_in(&mut db.session(&mut transaction), table, lease, settlement).await? {
        transaction.commit().await?;
        return Ok(true);
    }
    transaction.rollback().await?;
    Ok(false)
}

/// Ends a lease and its attempt inside a transaction; false, and nothing written, when the job does not carry its token any
/// more.
pub(crate) async fn settle_in<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    lease: &Lease,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    if session.execute(end_lease(table, lease, settlement)).await? == 0 {
        return Ok(false);
    }
    end_attempt(session, table, lease, settlement).await?;
    Ok(true)
}

fn end_lease(table: &JobTable, lease: &Lease, settlement: &Settlement) -> Sql {
    let Settlement { at, next, report } = settlement;
    let (due, ended) = match next {
        Next::Retry { at } => (*at, None),
        Next::Completed | Next::Skipped | Next::Failed => (*at, Some(*at)),
    };
    let sql = Sql::new(format!(
        "UPDATE {} SET status = ?, next_attempt_at = ?, completed_at = ?, last_error = ?, \
         result = COALESCE(?, result), lease_token = NULL, version = version + 1 \
         WHERE id = ? AND lease_token = ? AND status = '{PROCESSING}'",
        table.name
    ));
    sql.bind(next.status().name())
        .bind(due)
        .bind(ended)
        .bind(report.error.as_ref())
        .bind(report.result.as_ref().map(ToString::to_string))
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
    let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<u64>()?, c.read::<Timestamp>()?));
    let open = session.read(sql.bind(Value::key(lease.id)), read).await?;
    let report = &settlement.report;
    for (id, started_at) in open {
        let took = settlement.at.signed_duration_since(started_at).num_milliseconds();
        let sql = Sql::new(format!(
            "UPDATE {name} SET duration_ms = ?, http_status = ?, outcome = ?, error = ? WHERE id = ?"
        ));
        let sql = sql.bind(u64::try_from(took).unwrap_or(0)).bind(report.http_status);
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
    let JobTable { name, attempts, .. } = table;
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    for lease in leases {
        // A replay whose first attempt was never made keeps its who and why.
        let open =
            |column| format!("(SELECT {column} FROM {attempts} a WHERE a.job_id = {name}.id AND a.outcome IS NULL)");
        let sql = Sql::new(format!(
            "UPDATE {name} SET replayed_by = {}, replay_reason = {}, status = '{PENDING}', next_attempt_at = ?, \
             attempts = attempts - 1, attempts_total = attempts_total - 1, lease_token = NULL, version = version + 1 \
             WHERE id = ? AND lease_token = ? AND status = '{PROCESSING}'",
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
    let (columns, name) = (list::<Attempt>(""), table.attempts);
    let sql =
        Sql::new(format!("SELECT {columns} FROM {name} WHERE job_id = ? ORDER BY attempt_number LIMIT {MAX_SHOWN}"));
    session.read(sql.bind(Value::key(job)), Stored::read).await
}
