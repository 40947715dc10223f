//! How full a queue is, counted without its history.
//!
//! What is completed or skipped stays so, but for a notification that somebody sends again (N3): then everything is counted
//! again. So what ended before a horizon is
//! counted once and remembered; each call counts what is open, what failed, and what has ended since. The horizon follows an
//! hour behind the clock: a settlement that commits late, or of a machine whose clock is behind, is seen all the same.
//! A clock that goes back behind the horizon makes everything be counted again, and so does the next start.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;
use estair_core::clock::Timestamp;
use estair_core::queue::{Depth, JobStatus};
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::session::Session;
use crate::sql::Sql;

/// How far the horizon is behind the clock.
const BEHIND: Duration = Duration::hours(1);

/// What had ended before an instant.
#[derive(Clone, Copy, Debug)]
struct Ended {
    until: Timestamp,
    completed: u64,
    skipped: u64,
}

/// What had ended in each table of jobs of a database. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Horizons(Arc<Mutex<BTreeMap<&'static str, Ended>>>);

impl Horizons {
    fn of(&self, table: &'static str) -> Option<Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(table).copied()
    }

    /// Counts a table again from its beginning: what had ended in it has begun anew.
    pub(crate) fn forget(&self, table: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(table);
    }

    /// Each horizon is right by itself: of two that are found at once, either may stay.
    fn keep(&self, table: &'static str, ended: Ended) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(table, ended);
    }
}

pub(crate) async fn depth<D: Dialect>(
    db: &Connections<D>,
    horizons: &Horizons,
    table: &'static str,
    now: Timestamp,
) -> Result<Depth, StoreError> {
    let mut reader = db.reader().await?;
    let mut session = db.session(&mut reader);
    let ended = ended(&mut session, table, horizons.of(table), now).await?;
    horizons.keep(table, ended);
    let of = |status: JobStatus| format!("FROM {table} WHERE status = '{status}'");
    // One statement, so that no job is counted in two places, or in none.
    let sql = Sql::new(format!(
        "SELECT (SELECT COUNT(*) {pending}), (SELECT COUNT(*) {}), (SELECT COUNT(*) {}), \
         (SELECT COUNT(*) {} AND completed_at >= ?), (SELECT COUNT(*) {} AND completed_at >= ?), \
         (SELECT MIN(created_at) {pending})",
        of(JobStatus::Processing),
        of(JobStatus::Failed),
        of(JobStatus::Completed),
        of(JobStatus::Skipped),
        pending = of(JobStatus::Pending),
    ));
    let depth = session
        .read_one(sql.bind(ended.until).bind(ended.until), |c| {
            Ok(Depth {
                pending: c.read()?,
                processing: c.read()?,
                failed: c.read()?,
                completed: ended.completed.saturating_add(c.read()?),
                skipped: ended.skipped.saturating_add(c.read()?),
                oldest_pending_age_seconds: c.read::<Option<Timestamp>>()?.map(|oldest| age(oldest, now)),
            })
        })
        .await?;
    depth.ok_or_else(|| StoreError::corrupt("a count gave no row"))
}

/// Moves the horizon to where it belongs now.
async fn ended<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static str,
    known: Option<Ended>,
    now: Timestamp,
) -> Result<Ended, StoreError> {
    let until = now.checked_sub_signed(BEHIND).unwrap_or(now);
    // What ends by a clock behind the horizon would never be counted.
    let known = known.filter(|known| known.until <= now);
    if let Some(known) = known.filter(|known| known.until >= until) {
        return Ok(known);
    }
    let since = known.map(|known| known.until);
    let count = |status: JobStatus| {
        let count = format!("(SELECT COUNT(*) FROM {table} WHERE status = '{status}' AND completed_at < ?");
        Sql::new(count).bind(until).and_if(" AND completed_at >= ?", since).and(")")
    };
    let sql = Sql::new("SELECT ").append(count(JobStatus::Completed)).and(", ").append(count(JobStatus::Skipped));
    let more = session.read_one(sql, |c| Ok((c.read::<u64>()?, c.read()?))).await?;
    let (completed, skipped) = more.ok_or_else(|| StoreError::corrupt("a count gave no row"))?;
    let (before, skipped_before) = known.map_or((0, 0), |known| (known.completed, known.skipped));
    Ok(Ended { until, completed: before.saturating_add(completed), skipped: skipped_before.saturating_add(skipped) })
}

fn age(from: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.signed_duration_since(from).max(Duration::zero()).num_seconds()).unwrap_or(0)
}
