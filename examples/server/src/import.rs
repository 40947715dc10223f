//! Old data from the command line (L2, L3).

use std::fmt::Display;
use std::fs::OpenOptions;
use std::path::PathBuf;

use estair_core::clock::{Clock, System, Timestamp};
use estair_core::store::{StoreError, StoreErrorKind};
use estair_sqlx::import::{AboveLimit, Import, Mapping, Mode, Report, Source, Target, Undone, decimal};

use crate::error::StartError;
use crate::options::{IMPORT_PASSWORD, Options};
use crate::secrets::DataDir;
use crate::stores::Stores;

/// What is brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportTask {
    /// The source: a directory of CSV files, or the URL of a database.
    pub from: String,
    /// The mapping; the default one when none is named.
    pub mapping: Option<PathBuf>,
    /// Where the report goes, as JSON, or as a page if the name ends in `.html`.
    pub report: Option<PathBuf>,
    /// What is done with the rows.
    pub mode: Mode,
}

/// Takes away what a run brought in.
///
/// # Errors
/// Accounts on which something else was done since, or the book's trouble.
pub async fn undo(
    options: &Options,
    run: Option<u64>,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::to_write(options, &data).await?;
    let undone = stores.imports.undo(run, options.policy.audit_keys.as_ref(), System.now()).await?;
    let Undone { run, accounts, movements, requests, tickets, people, disabled } = undone;
    if disabled > 0 {
        print(&format!("{disabled} people who had been here are disabled: what they did keeps its name"))?;
    }
    print(&format!(
        "run {run} is undone: {accounts} accounts, {movements} movements, {requests} requests, {tickets} tickets and {people} \
         people that had come in are gone"
    ))
}

/// Does it; false when rows were left in quarantine.
///
/// # Errors
/// A mapping or a source that cannot be read, or the book's trouble.
pub async fn run(
    options: &Options,
    task: ImportTask,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    let mapping = match &task.mapping {
        None => Mapping::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let of_file = |why: &dyn Display| StartError::new(format_args!("{}: {why}", path.display()));
            let mapping = Mapping::read(&text.map_err(|error| of_file(&error))?);
            mapping.map_err(|error| of_file(&error.message()))?
        }
    };
    let password = std::env::var(IMPORT_PASSWORD).ok();
    if let Some(path) = &task.report {
        // Before all the work: it may not be writable.
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map_err(|error| StartError::new(format_args!("{}: {error}", path.display())))?;
    }
    let source = Source::open(&task.from, password.as_deref()).await.map_err(of_import)?;
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = match task.mode {
        Mode::Write => Stores::to_write(options, &data).await?,
        Mode::DryRun | Mode::Compare => Stores::open(options, &data).await?,
    };
    let target = Target {
        store: stores.store,
        reader: stores.reader,
        imports: stores.imports,
        people: Some((stores.users, stores.subscriptions)),
        policy: options.policy.clone(),
    };
    let import = Import::new(source, mapping, target, task.mode, System.now());
    let begun = System.now();
    let report = import.run(|done, all| progress(begun, done, all)).await.map_err(of_import)?;
    tell(&report, &mut print)?;
    if let Some(path) = &task.report {
        let as_page = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
        let text = match as_page {
            true => report.to_html(),
            false => serde_json::to_string_pretty(&report).map_err(StartError::new)? + "\n",
        };
        std::fs::write(path, text).map_err(|error| StartError::new(format_args!("{}: {error}", path.display())))?;
    }
    Ok(report.is_clean())
}

/// What is wrong with the source or a row is no trouble of the book's storage, and is told as it is.
fn of_import(error: StoreError) -> StartError {
    match error.kind() {
        StoreErrorKind::Other => StartError::new(error.message()),
        _ => error.into(),
    }
}

/// How far it is, how fast, and how long it still takes, in seconds.
fn progress(begun: Timestamp, done: u64, all: u64) {
    let taken = u64::try_from(System.now().signed_duration_since(begun).num_milliseconds()).unwrap_or_default().max(1);
    let rate = done.saturating_mul(1_000) / taken;
    let left = all.saturating_sub(done).checked_div(rate);
    tracing::info!(done, all, rate, left, "rows");
}

fn tell(report: &Report, print: &mut impl FnMut(&str) -> Result<bool, StartError>) -> Result<(), StartError> {
    for line in &report.rows {
        let outcome = serde_json::to_value(line.outcome).map_err(StartError::new)?;
        print(&format!("{}\t{}\t{}\t{}", line.table, line.id, outcome.as_str().unwrap_or_default(), line.why))?;
    }
    for line in report.sums.iter().filter(|line| !line.is_same()) {
        let (there, here) = (line.there, line.here);
        print(&format!(
            "{} by {} {}: {} rows of {} there, {} of {} in the book",
            line.table,
            line.by,
            line.value,
            there.count,
            decimal(there.hundredths),
            here.count,
            decimal(here.hundredths)
        ))?;
    }
    for AboveLimit { account, name, limit, owed } in &report.above_limit {
        print(&format!("account {account} {name}: {owed} owed, its limit is {limit}"))?;
    }
    for (table, counts) in &report.tables {
        let outcomes = serde_json::to_string(&counts.outcomes).map_err(StartError::new)?;
        print(&format!("{table}: {} rows read, {outcomes}", counts.read))?;
    }
    if report.dry_run {
        print("nothing was written")?;
    }
    Ok(())
}
