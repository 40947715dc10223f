//! The durable queue (G6), written once for every table of jobs.
//!
//! A job is claimed by comparing and setting its version; each claim leaves a fresh token, and whatever ends a lease names
//! it. `next_attempt_at` is when a job is due: while it is leased, that is the end of the lease, so that one index finds what
//! waits and what was abandoned. No transaction is open while a job is done.
//!
//! # Turns
//!
//! Of an order key one job at a time is due (G9). However many wait behind it, a claim must not look at them all again and
//! again (G13): where there are many, those behind an earlier one are set aside (`behind = 1`), and no claim meets them until
//! their turn. Two rules keep that true, whoever does what at once:
//!
//! - Whatever ends a job for good changes the oldest one of its key that is pending: it is set aside no more, its time is now,
//!   and its version is another one.
//! - A job is set aside at the version at which it was seen together with an earlier one that was pending: not one that is on
//!   its way, which may end by a transaction that looked for the next one before this one was there. So either that one is not
//!   done since, or another one between them is not, or the version is another one and nothing is written.
//!
//! So a job that is set aside has an earlier one that is not done, always.

mod depth;
mod next;
mod settle;

pub(crate) use depth::{Horizons, depth};
pub(crate) use settle::{Ending, Settlements, settle, settle_in};

use estair_core::clock::Timestamp;
use estair_core::queue::{Attempt, AttemptOutcome, Claim, JobStatus, Lease, Leased};
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{BegunAttempt, Columns, Record, Stored, columns_of, list, record, values_of};
use crate::value::Value;
use crate::writes::{in_parts, inserts_into};

/// Attempts of a job that one statement reads.
const ATTEMPTS_AT_ONCE: u32 = 500;

/// Jobs that a claim looks at in one statement, in each of its ways to be due, where those that it looked at first did not do.
const SEEN_AT_ONCE: u32 = 1_000;

/// Jobs that it looks at first, for each that it wants.
const SEEN_FOR_EACH: u32 = 4;

/// How often a claim looks on, when it saw nothing but jobs behind others.
const MAX_LOOKS: usize = 10;

/// Jobs that one statement sets aside.
const ASIDE_AT_ONCE: usize = 250;

const PENDING: &str = JobStatus::Pending.name();
const PROCESSING: &str = JobStatus::Processing.name();

/// A table of jobs and the table of their attempts.
pub(crate) struct JobTable {
    pub(crate) name: &'static str,
    pub(crate) attempts: &'static str,
    /// Jobs with the same value here are done one after the other (G9).
    pub(crate) order_key: &'static str,
    /// The index on that column, status and number. MySQL is told to use it: where one key has most of the rows it would
    /// rather read them all.
    pub(crate) order_index: &'static str,
    /// A further condition for anything to be due.
    pub(crate) gate: &'static str,
    /// Are there jobs of low priority among them, which wait for the end of quiet hours?
    pub(crate) has_low: bool,
    /// Are readers of events told of each step that a job takes?
    pub(crate) is_told: bool,
}

impl JobTable {
    /// What else is set, after a comma, when a job takes a step.
    const fn told(&self) -> &'static str {
        if self.is_told { ", fresh = 1" } else { "" }
    }
}

/// Makes a store the queue of a kind of job, which it has in this table.
macro_rules! jobs {
    ($store:ident, $job:ty, $table:expr, $settlements:ident) => {
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
                let ending = $crate::queue::Ending::of(lease, settlement);
                let ended = $crate::queue::settle(&self.db, &self.$settlements, &$table, ending).await?;
                Ok(ended.settled.contains(&true))
            }

            async fn settle_and_go_on(
                &self,
                ended: &[(estair_core::queue::Lease, estair_core::queue::Settlement)],
                claim: &estair_core::queue::Claim,
            ) -> Result<estair_core::queue::WentOn<$job>, estair_core::store::StoreError> {
                let ending = $crate::queue::Ending::going_on(ended, claim);
                $crate::queue::settle(&self.db, &self.$settlements, &$table, ending).await
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

/// A job whose time has come, as it was seen.
#[derive(Clone, Copy)]
struct Seen {
    id: u64,
    version: u64,
    status: JobStatus,
    next_attempt_at: Timestamp,
    /// An earlier one of its order key is pending.
    is_behind: bool,
    /// Another one of its order key is on its way.
    is_held_up: bool,
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
    let candidates = candidates(db, table, claim).await?;
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

/// What may be claimed, those whose time came first: read without a lock. Many that are behind others are set aside, so that
/// those after them are seen.
async fn candidates<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    claim: &Claim,
) -> Result<Vec<Seen>, StoreError> {
    let mut due = Vec::new();
    let first = claim.limit.saturating_mul(SEEN_FOR_EACH).min(SEEN_AT_ONCE);
    let looks = std::iter::once(first).chain(std::iter::repeat_n(SEEN_AT_ONCE, MAX_LOOKS));
    for most in looks {
        let seen = look(db, table, claim, most).await?;
        let is_all = seen.len() < most as usize;
        let (behind, others): (Vec<_>, Vec<_>) = seen.into_iter().partition(|one| one.is_behind);
        due = others.into_iter().filter(|one| !one.is_held_up).collect();
        due.sort_unstable_by_key(|one: &Seen| (one.next_attempt_at, one.id));
        due.truncate(claim.limit as usize);
        let is_enough = due.len() == claim.limit as usize || is_all;
        // The few that were looked at first are not worth a write yet.
        if is_enough || most == SEEN_AT_ONCE && !set_aside(db, table, behind).await? {
            break;
        }
    }
    Ok(due)
}

async fn look<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    claim: &Claim,
    most: u32,
) -> Result<Vec<Seen>, StoreError> {
    let read = |c: &mut Columns<'_, D::Driver>| {
        let id = c.read()?;
        let is_earlier = |first: Option<u64>| first.is_some_and(|first| first < id);
        Ok(Seen {
            id,
            version: c.read()?,
            status: c.read()?,
            next_attempt_at: c.read()?,
            is_behind: is_earlier(c.read()?),
            // Both are read, whatever the first one says.
            is_held_up: is_earlier(c.read()?) | c.read::<bool>()?,
        })
    };
    let mut reader = db.reader().await?;
    db.session(&mut reader).read(whose_time_has_come(table, claim, most), read).await
}

/// What is pending and whose time has come, and what was leased until now at the latest; also what says that its time, or the
/// end of its lease, is later than any clock that is right can have written (G11). Each of these ways is a walk of one index.
/// Of an order key a job is not due behind an earlier one that is not done, nor while another one is on its way: a replay may
/// be older than what is on its way.
fn whose_time_has_come(table: &JobTable, claim: &Claim, most: u32) -> Sql {
    let JobTable { name, order_key: key, order_index, gate, has_low, .. } = table;
    let of_key = |status: &str| {
        format!(
            "(SELECT /*+ INDEX(o {order_index}) */ o.id FROM {name} o WHERE o.{key} = d.order_key AND o.status = '{status}'"
        )
    };
    // In the order of the whole index: MySQL does not see that a part of it has one value, and would sort.
    let first = |status: &str| format!("{} ORDER BY o.{key}, o.status, o.id LIMIT 1)", of_key(status));
    let mut sql = Sql::new(format!(
        "SELECT d.id, d.version, d.status, d.next_attempt_at, {}, {}, CASE WHEN EXISTS {} \
         AND o.id <> d.id AND o.next_attempt_at > ? AND o.next_attempt_at <= ?) THEN 1 ELSE 0 END FROM (",
        first(PENDING),
        first(PROCESSING),
        of_key(PROCESSING),
    ));
    sql = sql.bind(claim.now).bind(claim.latest_until);
    let priorities: &[&str] = match (has_low, claim.quiet) {
        (false, _) => &[""],
        (true, true) => &[" AND j.low = 0"],
        (true, false) => &[" AND j.low = 0", " AND j.low = 1"],
    };
    let ways = [(PENDING, "<= ?", claim.now), (PENDING, "> ?", claim.latest)].into_iter();
    let ways = ways.chain([(PROCESSING, "<= ?", claim.now), (PROCESSING, "> ?", claim.latest_until)]);
    let ways = ways.flat_map(|way| priorities.iter().map(move |priority| (way, priority)));
    for (number, ((status, come, bound), priority)) in ways.enumerate() {
        sql = sql
            .and(if number == 0 { "" } else { " UNION ALL " })
            .and(&format!(
                "SELECT * FROM (SELECT j.id, j.version, j.status, j.next_attempt_at, j.{key} AS order_key FROM {name} j \
                 WHERE j.status = '{status}' AND j.behind = 0{priority} AND j.next_attempt_at {come}{gate} \
                 ORDER BY j.next_attempt_at, j.id LIMIT ?) way{number}"
            ))
            .bind(bound)
            .bind(most);
    }
    sql.and(") d")
}

/// Sets jobs aside that are behind others, each as it was seen. False when there were none.
async fn set_aside<D: Dialect>(
    db: &Connections<D>,
    table: &'static JobTable,
    behind: Vec<Seen>,
) -> Result<bool, StoreError> {
    let pending = behind.into_iter().filter(|one| one.status == JobStatus::Pending).collect();
    let mut writer = db.writer().await?;
    let mut session = db.session(&mut writer);
    let mut count = 0;
    for part in in_parts::<Seen>(pending, ASIDE_AT_ONCE) {
        let sql = Sql::new(format!("UPDATE {} SET behind = 1, version = version + 1 WHERE ", table.name));
        count += session.execute(as_seen(sql, &part)).await?;
    }
    Ok(count > 0)
}

/// Compares and sets: whoever changes a job's version has it.
fn take(table: &JobTable, claim: &Claim, candidates: &[Seen]) -> Sql {
    let sql = Sql::new(format!(
        "UPDATE {} SET status = '{PROCESSING}', lease_token = ?, next_attempt_at = ?, attempts = attempts + 1, \
         attempts_total = attempts_total + 1, behind = 0, version = version + 1{} WHERE ",
        table.name,
        table.told()
    ));
    as_seen(sql.bind(claim.token).bind(claim.until), candidates)
}

/// Adds a condition: these jobs, each at the version at which it was seen. The last one is named again up to the next power of
/// two, so that there are few texts of statements.
fn as_seen(sql: Sql, jobs: &[Seen]) -> Sql {
    let count = jobs.len().next_power_of_two();
    let same = vec!["(id = ? AND version = ?)"; count].join(" OR ");
    let jobs = jobs.iter().chain(jobs.last().into_iter().cycle()).take(count);
    jobs.fold(sql.and(&same), |sql, one| sql.bind(one.id).bind(one.version))
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
    candidates: &[Seen],
) -> Result<Vec<(Taken, T)>, StoreError> {
    let (taken, job) = (list::<Taken>(""), list::<T>(""));
    let sql = Sql::new(format!("SELECT {taken}, {job} FROM {} WHERE lease_token = ? AND id IN ", table.name));
    let sql = sql.bind(claim.token).list(candidates.iter().map(|one| Value::key(one.id)));
    let mut won: Vec<(Taken, T)> = session.read(sql, |c| Ok((c.read()?, c.read()?))).await?;
    won.sort_by_key(|(taken, _)| candidates.iter().position(|one| one.id == taken.id));
    Ok(won)
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
    let (JobTable { name, attempts, .. }, told) = (table, table.told());
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    for lease in leases {
        // A replay whose first attempt was never made keeps its who and why.
        let open =
            |column| format!("(SELECT {column} FROM {attempts} a WHERE a.job_id = {name}.id AND a.outcome IS NULL)");
        let sql = Sql::new(format!(
            "UPDATE {name} SET replayed_by = {}, replay_reason = {}, status = '{PENDING}', next_attempt_at = ?, \
             attempts = attempts - 1, attempts_total = attempts_total - 1, lease_token = NULL, version = version + 1{told} \
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

/// The attempts of a job, all of them, oldest first (G5).
pub(crate) async fn attempts<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    job: u64,
) -> Result<Vec<Attempt>, StoreError> {
    let (columns, name) = (list::<Attempt>(""), table.attempts);
    let mut attempts: Vec<Attempt> = Vec::new();
    loop {
        let sql = Sql::new(format!("SELECT {columns} FROM {name} WHERE job_id = ?"))
            .bind(Value::key(job))
            .and_if(" AND attempt_number > ?", attempts.last().map(|last| last.number))
            .and(" ORDER BY attempt_number LIMIT ?")
            .bind(ATTEMPTS_AT_ONCE);
        let more = session.read(sql, <Attempt as Stored>::read).await?;
        let is_last = more.len() < ATTEMPTS_AT_ONCE as usize;
        attempts.extend(more);
        if is_last {
            return Ok(attempts);
        }
    }
}
