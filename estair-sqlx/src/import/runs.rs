//! Runs of an import: which one goes on, and what has come with it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use estair_core::audit::AuditKeys;
use estair_core::clock::Timestamp;
use estair_core::decision::{Answer, IdempotencyKey, Once, Remembered};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, RequestId, SupportId, UserId};
use estair_core::import::RUN;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::StoreError;
use estair_core::support::Support;

use super::undo::{NotUndone, Undone, undo};
use crate::book::BookStore;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{Columns, IdempotencyKeys, Requests, Stored, Supports, row};
use crate::users::User;
use crate::value::Value;

/// A run of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What was read, without a password.
    pub source: String,
    /// What tells it from another: its source and its mapping.
    pub fingerprint: Hash,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; one that did not goes on when it is run again.
    pub finished_at: Option<Timestamp>,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// What an import keeps beside the book, and looks up in it.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Begins a run, or goes on with one of this fingerprint that did not end.
    async fn begin_run(&self, source: &str, fingerprint: Hash, at: Timestamp) -> Result<u64, StoreError>;

    /// Ends a run.
    async fn end_run(&self, run: u64, at: Timestamp) -> Result<(), StoreError>;

    /// All runs, oldest first.
    async fn runs(&self) -> Result<Vec<Run>, StoreError>;

    /// The accounts that came with a run.
    async fn accounts_of_run(&self, run: u64) -> Result<BTreeSet<AccountId>, StoreError>;

    /// The people who came with these runs, by their reference.
    async fn people(&self, runs: &[u64]) -> Result<BTreeMap<String, UserId>, StoreError>;

    /// The financial requests that have one of these numbers or names.
    async fn requests_known(
        &self,
        ids: &[RequestId],
        names: &[String],
    ) -> Result<Vec<Row<RequestId, Request>>, StoreError>;

    /// The support requests that have one of these numbers or names.
    async fn supports_known(
        &self,
        ids: &[SupportId],
        names: &[String],
    ) -> Result<Vec<Row<SupportId, Support>>, StoreError>;

    /// Takes away what came with a run: where none is named, the only one that brought something and was not undone. The former
    /// system's tables are not looked at. It deletes rows of the audit trail: a user that may not, may not do this.
    ///
    /// # Errors
    /// An account on which something else was done since, or no such run: then nothing goes. The database's trouble.
    async fn undo(&self, run: Option<u64>, keys: Option<&AuditKeys>, at: Timestamp) -> Result<Undone, NotUndone>;
}

/// The scope under which a run's people are kept.
pub(super) fn scope_of(run: u64) -> String {
    format!("import:{run}")
}

/// What tells that somebody has come: the reference, in the scope of the run.
pub(super) fn once(run: u64, reference: &str) -> Once {
    let key = IdempotencyKey::new(reference, Hash::of(reference));
    Once { scope: scope_of(run), key }
}

/// What tells a fact of this run: a field of its data, which another one follows.
pub(super) fn came_with(run: u64) -> String {
    format!("data LIKE '%\"{RUN}\":{run},%'")
}

/// A person whom a run brought.
pub(super) fn person_of(kept: Remembered) -> Option<(String, UserId)> {
    let Answer::OfHost(made) = kept.answer else { return None };
    let user: User = serde_json::from_value(made).ok()?;
    Some((kept.key, user.id))
}

impl<D: Dialect> BookStore<D> {
    /// Those of some runs with which anything came: an import that is run again may find that everything is there.
    async fn that_brought_something(&self, runs: Vec<Run>) -> Result<Vec<Run>, StoreError> {
        let mut brought = Vec::with_capacity(runs.len());
        for run in runs {
            let is_empty = self.accounts_of_run(run.id).await?.is_empty() && self.people(&[run.id]).await?.is_empty();
            if !is_empty {
                brought.push(run);
            }
        }
        Ok(brought)
    }
}

#[async_trait]
impl<D: Dialect> Imports for BookStore<D> {
    async fn begin_run(&self, source: &str, fingerprint: Hash, at: Timestamp) -> Result<u64, StoreError> {
        let known = || {
            let open = "SELECT MAX(id) FROM estair_import_runs WHERE fingerprint = ? AND finished_at IS NULL \
                        AND undone_at IS NULL";
            Sql::new(open).bind(fingerprint)
        };
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let mut run = session.read_one(known(), <Option<u64> as Stored>::read).await?.flatten();
        if run.is_none() {
            let row = vec![Value::from(source), Value::from(fingerprint), Value::from(at)];
            let sql = Sql::insert::<D::Driver>("estair_import_runs", &["source", "fingerprint", "started_at"], [row]);
            session.execute(sql).await?;
            run = session.read_one(known(), <Option<u64> as Stored>::read).await?.flatten();
        }
        transaction.commit().await?;
        run.ok_or_else(|| StoreError::corrupt("a new run has no number"))
    }

    async fn end_run(&self, run: u64, at: Timestamp) -> Result<(), StoreError> {
        let sql = Sql::new("UPDATE estair_import_runs SET finished_at = ? WHERE id = ?").bind(at).bind(Value::key(run));
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await.map(|_| ())
    }

    async fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let sql =
            "SELECT id, source, fingerprint, started_at, finished_at, undone_at FROM estair_import_runs ORDER BY id";
        let read = |c: &mut Columns<'_, D::Driver>| {
            Ok(Run {
                id: c.read()?,
                source: c.read()?,
                fingerprint: c.read()?,
                started_at: c.read()?,
                finished_at: c.read()?,
                undone_at: c.read()?,
            })
        };
        self.all(Sql::new(sql), read).await
    }

    async fn accounts_of_run(&self, run: u64) -> Result<BTreeSet<AccountId>, StoreError> {
        let came = came_with(run);
        let sql = format!("SELECT account_id FROM estair_facts WHERE kind = 'account_created' AND {came}");
        Ok(self.all(Sql::new(sql), <AccountId as Stored>::read).await?.into_iter().collect())
    }

    async fn people(&self, runs: &[u64]) -> Result<BTreeMap<String, UserId>, StoreError> {
        if runs.is_empty() {
            return Ok(BTreeMap::new());
        }
        let scopes = runs.iter().map(|run| Value::from(scope_of(*run)));
        let sql = Sql::select::<IdempotencyKeys>().and("scope IN ").list(scopes).and(" ORDER BY id");
        let kept = self.all(sql, row::<IdempotencyKeys, _>).await?;
        Ok(kept.into_iter().filter_map(|row| person_of(row.data)).collect())
    }

    async fn requests_known(
        &self,
        ids: &[RequestId],
        names: &[String],
    ) -> Result<Vec<Row<RequestId, Request>>, StoreError> {
        let sql = known(Sql::select::<Requests>(), ids.iter().map(|id| id.0), names);
        match sql {
            Some(sql) => self.all(sql, row::<Requests, _>).await,
            None => Ok(Vec::new()),
        }
    }

    async fn supports_known(
        &self,
        ids: &[SupportId],
        names: &[String],
    ) -> Result<Vec<Row<SupportId, Support>>, StoreError> {
        let sql = known(Sql::select::<Supports>(), ids.iter().map(|id| id.0), names);
        match sql {
            Some(sql) => self.all(sql, row::<Supports, _>).await,
            None => Ok(Vec::new()),
        }
    }

    async fn undo(&self, run: Option<u64>, keys: Option<&AuditKeys>, at: Timestamp) -> Result<Undone, NotUndone> {
        let mut live = self.runs().await?;
        live.retain(|run| run.undone_at.is_none());
        if run.is_none() {
            live = self.that_brought_something(live).await?;
        }
        let run = which(live, run)?;
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let undone = undo(&mut session, &run, keys, at).await;
        match undone {
            Ok(undone) => Ok(transaction.commit().await.map(|()| undone)?),
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }
}

/// The run that is meant, of those that were not undone: with its number any, without one the only one that brought something.
fn which(live: Vec<Run>, wanted: Option<u64>) -> Result<Run, NotUndone> {
    let named: Vec<_> = live.iter().map(|run| format!("{} ({})", run.id, run.source)).collect();
    let mut left = live.into_iter().filter(|run| wanted.is_none_or(|wanted| wanted == run.id));
    match (left.next(), left.next(), wanted) {
        (Some(run), None, _) => Ok(run),
        (Some(_), Some(_), _) => Err(NotUndone::Refused(format!("which run? {}", named.join(", ")))),
        (None, _, Some(wanted)) => Err(NotUndone::Refused(format!("there is no import run {wanted} to undo"))),
        (None, _, None) => Err(NotUndone::Refused("there is no import to undo".to_owned())),
    }
}

/// Rows by number or name; none where nothing is asked.
fn known(sql: Sql, ids: impl Iterator<Item = u64>, names: &[String]) -> Option<Sql> {
    let ids: Vec<_> = ids.map(Value::key).collect();
    let names: Vec<_> = names.iter().map(|name| Value::from(name.as_str())).collect();
    match (ids.is_empty(), names.is_empty()) {
        (true, true) => None,
        (false, true) => Some(sql.and("id IN ").list(ids)),
        (true, false) => Some(sql.and("name IN ").list(names)),
        (false, false) => Some(sql.and("id IN ").list(ids).and(" OR name IN ").list(names)),
    }
}
