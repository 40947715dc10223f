//! Reading old rows and bringing them in, account by account.

mod accounts;
mod both_sides;
mod bringing;
mod left_out;
mod people;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::import::ImportedAccount;
use estair_core::notification::Subscriptions;
use estair_core::policy::Policy;
use estair_core::store::{Reader, Store, StoreError, StoreErrorKind};

use super::compare::Sums;
use super::mapping::Mapping;
use super::report::Report;
use super::runs::Imports;
use super::settle::Taken;
use super::source::Source;
use super::threads::Authors;
use crate::users::UserDirectory;

/// Rows that come in by one transaction.
const ROWS_AT_ONCE: usize = 500;
/// Values by which rows are looked for at once.
const VALUES_AT_ONCE: usize = 500;

/// The book that rows come into.
#[derive(Clone)]
pub struct Target {
    /// What changes it.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// What is kept of runs beside it.
    pub imports: Arc<dyn Imports>,
    /// Its people and their devices; none where the host keeps its people itself: they have the numbers there that they had.
    pub people: Option<(Arc<dyn UserDirectory>, Arc<dyn Subscriptions>)>,
    /// Its policy: keys of the audit trail, offset of the day, cut-off.
    pub policy: Policy,
}

/// An account that can come, or is there already.
struct ReadAccount {
    account: ImportedAccount,
    mended: Option<String>,
    is_there: bool,
}

/// What is done with the rows that can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They come.
    Write,
    /// It is told that they would.
    DryRun,
    /// It is told which of them are in the book, as they are there, and whether sums and balances are the same (L4).
    Compare,
}

/// An import: from a source, by a mapping, into a book.
pub struct Import {
    source: Source,
    mapping: Arc<Mapping>,
    target: Target,
    mode: Mode,
    /// The instant of the run: what has no date of its own has this one.
    now: Timestamp,
    run: u64,
    /// Accounts that came with this run before it was killed.
    came: BTreeSet<AccountId>,
    authors: Authors,
    /// People that came, by their reference.
    people: BTreeMap<String, UserId>,
    columns: BTreeMap<(String, Option<String>), Vec<String>>,
    taken: Taken,
    sums: Sums,
    report: Report,
}

impl Import {
    /// An import that writes, or one that only tells.
    #[must_use]
    pub fn new(source: Source, mapping: Mapping, target: Target, mode: Mode, now: Timestamp) -> Self {
        let report = Report { dry_run: mode != Mode::Write, ..Report::default() };
        let authors = (mapping.people.is_some() && target.people.is_some()).then(BTreeMap::new);
        Self {
            source,
            mapping: Arc::new(mapping),
            target,
            mode,
            now,
            run: 0,
            came: BTreeSet::new(),
            authors,
            people: BTreeMap::new(),
            columns: BTreeMap::new(),
            taken: Taken::default(),
            sums: Sums::default(),
            report,
        }
    }

    /// Does it. `progress` hears after each group of accounts how many rows of how many are done.
    ///
    /// # Errors
    /// A table or a column that the mapping names and the source does not have; a row that a rule refuses; the trouble of either
    /// database. What came before it came whole, and comes no second time.
    pub async fn run(mut self, mut progress: impl FnMut(u64, u64)) -> Result<Report, StoreError> {
        self.check_tables().await?;
        let accounts = self.accounts().await?;
        self.begin().await?;
        let groups = self.groups(accounts).await?;
        self.tell_orphans(&groups).await?;
        let mut clients = self.people_by_account(&groups).await?;
        let mut done = 0_u64;
        for group in &groups.groups {
            self.bring_group(group, &groups, &mut clients).await?;
            done = done.saturating_add(group.rows);
            progress(done, groups.rows());
        }
        self.bring_people(clients.into_values().flatten().collect(), &BTreeMap::new()).await?;
        self.bring_devices().await?;
        self.tell_lost_comments().await?;
        self.tell_left_out().await?;
        if self.mode == Mode::Write {
            self.target.imports.end_run(self.run, self.now).await?;
        }
        if self.mode == Mode::Compare {
            self.report.sums = self.sums.lines();
        }
        Ok(self.report)
    }

    /// Begins the run, or goes on with the one that was killed, as of its own instant.
    async fn begin(&mut self) -> Result<(), StoreError> {
        let fingerprint = Hash::of(format!("{}\n{:?}", self.source.name(), self.mapping));
        if self.mode == Mode::Write {
            self.target.imports.begin_run(self.source.name(), fingerprint, self.now).await?;
        }
        let mut runs = self.target.imports.runs().await?;
        runs.retain(|run| run.undone_at.is_none());
        // Another former system has other people under the same numbers.
        let same: Vec<_> = runs.iter().filter(|run| run.source == self.source.name()).map(|run| run.id).collect();
        self.people = self.target.imports.people(&same).await?;
        if self.mode != Mode::Compare {
            runs.retain(|run| run.fingerprint == fingerprint && run.finished_at.is_none());
        }
        if let Some(run) = runs.pop() {
            (self.run, self.now) = (run.id, run.started_at);
            self.came = self.target.imports.accounts_of_run(run.id).await?;
        }
        Ok(())
    }
}

fn store_error(error: Error) -> StoreError {
    match error {
        Error::Store(error) => error,
        Error::Refused(refusal) => StoreError::new(StoreErrorKind::Other, refusal),
    }
}
