//! Going on: what ends the leases of an order key leases its next jobs, in the same transaction.

use std::collections::BTreeSet;

use estair_core::clock::Timestamp;
use estair_core::queue::{Claim, JobStatus, Lease, Leased};
use estair_core::store::StoreError;

use super::{JobTable, PENDING, PROCESSING, Seen, begin_attempts, take, won};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Record};
use crate::value::Value;

/// A wish for what comes next of the order key of a job that is done.
pub(super) struct Next {
    /// Whose wish it is.
    pub(super) place: usize,
    /// The job.
    pub(super) after: u64,
    pub(super) claim: Claim,
}

/// Leases what comes next; for each job whose wish it meets.
pub(super) async fn go_on<D: Dialect, T: Record + Send>(
    session: &mut Session<'_, D>,
    table: &'static JobTable,
    wishes: Vec<Next>,
) -> Result<Vec<(usize, Leased<T>)>, StoreError> {
    // They come at the same time: the latest claim is as good as each.
    let Some(claim) = wishes.iter().map(|wish| wish.claim).max_by_key(|claim| claim.now) else { return Ok(Vec::new()) };
    let seen = next_jobs(session, table, &wishes, claim.now).await?;
    let seen = as_they_are(session, table, seen).await?;
    let (places, candidates): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    if candidates.is_empty() || session.execute(take(table, &claim, &candidates)).await? == 0 {
        return Ok(Vec::new());
    }
    let won = won::<D, T>(session, table, &claim, &candidates).await?;
    let (taken, jobs): (Vec<_>, Vec<_>) = won.into_iter().unzip();
    begin_attempts(session, table, &claim, &[], &taken).await?;
    let place = |id: u64| candidates.iter().position(|one| one.id == id).and_then(|at| places.get(at).copied());
    let leased = taken.into_iter().zip(jobs).filter_map(|(taken, job)| {
        let lease = Lease { id: taken.id, token: claim.token };
        Some((place(taken.id)?, Leased { lease, attempts: taken.attempts, created_at: taken.created_at, job }))
    });
    Ok(leased.collect())
}

/// Locks what was seen: of each key up to the first that has changed since, as nothing may be leased behind what somebody else
/// has now (G9).
async fn as_they_are<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    seen: Vec<(usize, Seen)>,
) -> Result<Vec<(usize, Seen)>, StoreError> {
    let is_one_each = seen.windows(2).all(|pair| matches!(pair, [(one, _), (other, _)] if one != other));
    // One that has changed is not taken, and where one writes at a time none has.
    if D::ONE_WRITER || is_one_each {
        return Ok(seen);
    }
    let sql = Sql::new(format!("SELECT id, version FROM {} WHERE id IN ", table.name));
    let sql = sql.list(seen.iter().map(|(_, one)| Value::key(one.id))).and(" ORDER BY id ").and(D::LOCK);
    let locked: BTreeSet<(u64, u64)> = session.read(sql, |c| Ok((c.read()?, c.read()?))).await?.into_iter().collect();
    let mut changed = BTreeSet::new();
    let mut same = seen;
    same.retain(|(place, one)| {
        if !locked.contains(&(one.id, one.version)) {
            changed.insert(*place);
        }
        !changed.contains(place)
    });
    Ok(same)
}

/// The first jobs of each key that are pending, up to the first that is not due; none of a key of which one is on its way. Each
/// key is a walk of its own of the index, and the last one is asked again up to the next power of two, so that there are few texts.
async fn next_jobs<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &JobTable,
    wishes: &[Next],
    now: Timestamp,
) -> Result<Vec<(usize, Seen)>, StoreError> {
    let JobTable { name, order_key: key, order_index, gate, has_low, .. } = table;
    let quiet = if *has_low && wishes.iter().any(|wish| wish.claim.quiet) { " AND j.low = 0" } else { "" };
    let of_key = format!("{key} = (SELECT a.{key} FROM {name} a WHERE a.id = ?)");
    let mut sql = Sql::new("");
    let ways = wishes.len().next_power_of_two();
    for (way, wish) in wishes.iter().chain(wishes.last().into_iter().cycle()).take(ways).enumerate() {
        let all = if way == 0 { "" } else { " UNION ALL " };
        sql = sql.and(&format!(
            "{all}SELECT * FROM (SELECT /*+ INDEX(j {order_index}) */ {way} AS way, j.id, j.version, j.next_attempt_at, \
             CASE WHEN j.next_attempt_at <= ?{gate}{quiet} THEN 1 ELSE 0 END AS is_due FROM {name} j \
             WHERE j.{of_key} AND j.status = '{PENDING}' AND NOT EXISTS (SELECT 1 FROM {name} o \
             WHERE o.{of_key} AND o.status = '{PROCESSING}') ORDER BY j.{key}, j.status, j.id LIMIT ?) way{way}"
        ));
        sql = sql.bind(now).bind(wish.after).bind(wish.after).bind(wish.claim.limit);
    }
    let read = |c: &mut Columns<'_, D::Driver>| {
        let way: u64 = c.read()?;
        let (id, version, next_attempt_at) = (c.read()?, c.read()?, c.read()?);
        let seen =
            Seen { id, version, status: JobStatus::Pending, next_attempt_at, is_behind: false, is_held_up: false };
        Ok((usize::try_from(way).unwrap_or(usize::MAX), seen, c.read::<bool>()?))
    };
    let mut found = session.read(sql, read).await?;
    // No order is promised of what several walks found together.
    found.sort_by_key(|(way, seen, _)| (*way, seen.id));
    let mut next = Vec::with_capacity(found.len());
    for (way, wish) in wishes.iter().enumerate() {
        let of_key = found.iter().filter(|(of, ..)| *of == way).take_while(|(_, _, is_due)| *is_due);
        next.extend(of_key.map(|(_, seen, _)| (wish.place, *seen)));
    }
    Ok(next)
}
