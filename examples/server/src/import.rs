//! Old data from the command line (L2, L3).

use std::path::PathBuf;

use estair_core::clock::{Clock, System};
use estair_sqlx::import::{Import, Mapping, Mode, Report, Source, Target, Undone};
use estair_sqlx::{Options as Connect, undo_import};

use crate::error::StartError;
use crate::options::{IMPORT_PASSWORD, Options};
use crate::secrets::DataDir;
use crate::stores::{Stores, book_url};

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

/// Takes away what came in.
///
/// # Errors
/// Accounts on which something else was done since, or the book's trouble.
pub async fn undo(
    options: &Options,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let Undone { accounts, movements } = undo_import(&book_url(options, &data)?, &Connect::default()).await?;
    print(&format!("{accounts} accounts and {movements} movements that had come in are gone"))
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
            Mapping::read(&text.map_err(|error| StartError::new(format_args!("{}: {error}", path.display())))?)?
        }
    };
    let password = std::env::var(IMPORT_PASSWORD).ok();
    let source = Source::open(&task.from, password.as_deref()).await?;
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    let target = Target { store: stores.store, reader: stores.reader, policy: options.policy.clone() };
    let import = Import::new(source, mapping, target, task.mode, System.now());
    let report = import.run(|done, all| tracing::info!(done, all, "accounts")).await?;
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

fn tell(report: &Report, print: &mut impl FnMut(&str) -> Result<bool, StartError>) -> Result<(), StartError> {
    for line in &report.rows {
        let outcome = serde_json::to_value(line.outcome).map_err(StartError::new)?;
        print(&format!("{}\t{}\t{}\t{}", line.table, line.id, outcome.as_str().unwrap_or_default(), line.why))?;
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
