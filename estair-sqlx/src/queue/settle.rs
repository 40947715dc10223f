//! What became of attempts: those that end at the same time end in one transaction, as what waits while one is under way goes
//! together in the next. Who comes alone goes at once.

use std::collections::BTreeMap;

use estair_core::clock::Timestamp;
use estair_core::queue::{Claim, Lease, Next, Settlement, WentOn};
use estair_core::store::StoreError;
use uuid::Uuid;

use super::next::{Next as Following, go_on};
use super::{JobTable, PENDING, PROCESSING};
use crate::dialect::Dialect;
use crate::driver::Driver;
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Record};
use crate::together::Together;
use crate::value::Value;
use crate::writes::{Parts, Write, changes};

/// Leases of one order key that end, and the claim of what comes next of it, if anything does.
#[derive(Clone)]
pub(crate) struct Ending {
    ended: Vec<(Lease, Settlement)>,
    claim: Option<Claim>,
}

impl Ending {
    /// Of one lease, after which nothing is claimed.
    pub(crate) fn of(lease: &Lease, settlement: &Settlement) -> Self {
        Self { ended: vec![(*lease, settlement.clone())], claim: None }
    }

    /// Of these leases, after which as many jobs are claimed as the claim says.
    pub(crate) fn going_on(ended: &[(Lease, Settlement)], claim: &Claim) -> Self {
        Self { ended: ended.to_vec(), claim: (claim.limit > 0).then_some(*claim) }
    }
}

/// What waits to be settled in a table of jobs.
pub(crate) type Settlements<T> = Together<Ending, WentOn<T>>;

pub(crate) async fn settle<D: Dialect, T: Record + Send + 'static>(
    db: &Connections<D>,
    settlements: &Settlements<T>,
    table: &'static JobTable,
    ending: Ending,
) -> Result<WentOn<T>, StoreError> {
    let db = db.clone();
    let all = move |work: Vec<_>| {
        let db = db.clone();
        async move { settle_all(&db, table, &work).await }
    };
    settlements.ask(ending, all).await
}

async fn settle_all<D: Dialect, T: Record + Send>(
    db: &Connections<D>,
    table: &'static JobTable,
    work: &[Ending],
) -> Result<Vec<WentOn<T>>, StoreError> {
    again!(settle_once(db, table, work).await)
}

async fn settle_once<D: Dialect, T: Record + Send>(
    db: &Connections<D>,
    table: &'static JobTable,
    work: &[Ending],
) -> Result<Vec<WentOn<T>>, StoreError> {
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    let ended: Vec<_> = work.iter().flat_map(|ending| ending.ended.iter().cloned()).collect();
    let mut settled = settle_many(&mut session, table, &ended).await?.into_iter();
    let mut answers = Vec::with_capacity(work.len());
    for ending in work {
        answers.push(WentOn { settled: settled.by_ref().take(ending.ended.len()).collect(), next: Vec::new() });
    }
    if !answers.iter().any(|answer| answer.settled.contains(&true)) {
        transaction.rollback().await?;
        return Ok(answers);
    }
    // Whoever lost a lease does not know what is on its way now.
    let asked = work.iter().zip(&answers).enumerate().filter(|(_, (_, answer))| !answer.settled.contains(&false));
    let following = asked.filter_map(|(place, (ending, _))| {
        Some(Following { place, after: ending.ended.last()?.0.id, claim: ending.claim? })
    });
    for (place, leased) in go_on::<D, T>(&mut session, table, following.collect()).await? {
        if let Some(answer) = answers.get_mut(place) {
            answer.next.push(leased);
        }
    }
    transaction.commit().await?;
    Ok(answers)
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
