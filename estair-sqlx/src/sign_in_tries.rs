//! How often somebody tries to sign in, counted in a table that all servers on one database share.
//!
//! Guarantees: of however many servers, no more tries are granted than there are; a row goes when it says nothing any more, so the
//! table holds who tried within the last minutes. A clock that went wrong locks nobody out for longer than a right one would twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Duration;
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::store::{StoreError, StoreErrorKind};

use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::retry::again;
use crate::sql::Sql;
use crate::table::Stored;

/// How often a process looks for rows that say nothing any more, in microseconds.
const SWEEP: i64 = 10_000_000;

/// A try to sign in, or a link that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct SignInTry {
    /// The hash of who tries.
    pub caller: Hash,
    /// So many are free at once.
    pub at_once: u32,
    /// After so much time there is one more.
    pub every: Duration,
    /// When.
    pub at: Timestamp,
}

/// A table of tries. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Tries {
    table: &'static str,
    /// When this process last swept it.
    swept: Arc<AtomicI64>,
}

impl Tries {
    pub(crate) fn new(table: &'static str) -> Self {
        Self { table, swept: Arc::default() }
    }

    /// Counts a try; gives how long the caller has to wait where none is free.
    pub(crate) async fn count<D: Dialect>(
        &self,
        db: &Connections<D>,
        one: &SignInTry,
    ) -> Result<Option<Duration>, StoreError> {
        let wait = again!(self.count_once(db, one).await)?;
        self.sweep(db, one.at.timestamp_micros()).await;
        Ok(wait)
    }

    async fn count_once<D: Dialect>(
        &self,
        db: &Connections<D>,
        one: &SignInTry,
    ) -> Result<Option<Duration>, StoreError> {
        let (now, every) = (one.at.timestamp_micros(), one.every.num_microseconds().unwrap_or(i64::MAX));
        let all = every.saturating_mul(one.at_once.into());
        // One is free up to here; what no right clock can have written says nothing.
        let (free, wrong) = (now.saturating_add(all.saturating_sub(every)), now.saturating_add(all.saturating_mul(2)));
        let (mut connection, table) = (db.writer().await?, self.table);
        let mut session = db.session(&mut connection);
        let sql = format!(
            "UPDATE {table} SET full_at = CASE WHEN full_at > ? AND full_at <= ? THEN full_at ELSE ? END + ? \
             WHERE caller = ? AND (full_at <= ? OR full_at > ?)"
        );
        let sql = Sql::new(sql).bind(now).bind(wrong).bind(now).bind(every);
        if session.execute(sql.bind(one.caller).bind(free).bind(wrong)).await? > 0 {
            return Ok(None);
        }
        let sql = Sql::new(format!("INSERT INTO {table} (caller, full_at) VALUES (?, ?)"));
        match session.execute(sql.bind(one.caller).bind(now.saturating_add(every))).await {
            Err(error) if error.kind() == StoreErrorKind::Duplicate => {}
            done => return done.map(|_| None),
        }
        let sql = Sql::new(format!("SELECT full_at FROM {table} WHERE caller = ?")).bind(one.caller);
        let full_at =
            session.read_one(sql, <u64 as Stored>::read).await?.and_then(|full_at| i64::try_from(full_at).ok());
        let wait = full_at.filter(|full_at| *full_at > free && *full_at <= wrong).map(|full_at| full_at - free);
        // Somebody else put the row there a moment ago, or took it away.
        let moved = || StoreError::new(StoreErrorKind::Contention, "a count of tries changed at once");
        wait.map(|wait| Some(Duration::microseconds(wait))).ok_or_else(moved)
    }

    /// Deletes what says nothing any more; nothing fails when that does.
    async fn sweep<D: Dialect>(&self, db: &Connections<D>, now: i64) {
        let swept = self.swept.load(Ordering::Relaxed);
        let is_due = now.abs_diff(swept) >= SWEEP.unsigned_abs();
        if !is_due || self.swept.compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let deleted = async {
            let mut connection = db.writer().await?;
            let sql = Sql::new(format!("DELETE FROM {} WHERE full_at <= ?", self.table)).bind(now);
            db.session(&mut connection).execute(sql).await
        };
        if let Err(error) = deleted.await {
            tracing::debug!(%error, "counts of tries that are over are not deleted");
        }
    }
}
