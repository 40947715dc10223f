//! Files of payments from the command line (L7).

use std::path::PathBuf;
use std::sync::Arc;

use estair_core::Book;
use estair_core::actor::{Actor, Origin, Role};
use estair_core::book::View;
use estair_core::clock::System;
use estair_core::id::UserId;
use estair_core::membership::Membership;
use estair_core::movement::Source;
use estair_core::payment_file::Reconciliation;
use estair_http::payments::{MAX_FILE, Outcome, Payments, RowOutcome, counts_of, read};

use crate::error::StartError;
use crate::options::Options;
use crate::secrets::DataDir;
use crate::stores::Stores;

/// What is done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentsTask {
    /// The file.
    pub file: PathBuf,
    /// Whose list it is.
    pub source: Source,
    /// The person to whom the movements are ascribed; nobody when none is named.
    pub by: Option<UserId>,
    /// What is done.
    pub what: What,
}

/// What is done with the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// They are posted.
    Post,
    /// It is told what posting them would come to.
    TryOut,
    /// They are compared with the book.
    Reconcile,
}

/// Does it; false when a row was refused, or the file and the book differ.
///
/// # Errors
/// A file that cannot be read, a person who may not, or the database's trouble.
pub async fn run(
    options: &Options,
    task: PaymentsTask,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    let told = |why: &dyn std::fmt::Display| StartError::new(format_args!("{}: {why}", task.file.display()));
    let length = std::fs::metadata(&task.file).map_err(|error| told(&error))?.len();
    if length > MAX_FILE as u64 {
        return Err(told(&format_args!("at most {MAX_FILE} bytes are read")));
    }
    let bytes = std::fs::read(&task.file).map_err(|error| told(&error))?;
    let file = read(Some(task.source), &bytes).map_err(|why| match why {
        Ok(unreadable) => told(&unreadable),
        Err(refusal) => told(&refusal),
    })?;
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = match task.what {
        What::Post => Stores::to_write(options, &data).await?,
        What::TryOut | What::Reconcile => Stores::open(options, &data).await?,
    };
    let actor = match task.by {
        Some(id) => actor_of(&stores, id).await?,
        None => Actor::System,
    };
    let book = Book::new(Arc::clone(&stores.store), Arc::new(System), Arc::new(System), options.policy.clone());
    let view = View::new(Arc::clone(&stores.reader), actor);
    let payments = Payments { book, view, origin: Origin::default() };
    print(&format!("{} rows, SHA-256 {}", file.lines.len(), file.sha256))?;
    let rows = match task.what {
        What::Post => payments.post(file, None).await.map_err(StartError::new)?,
        What::TryOut => payments.try_out(file).await.map_err(StartError::new)?,
        What::Reconcile => {
            let found = payments.reconcile(file).await.map_err(StartError::new)?;
            return tell_comparison(&found, print);
        }
    };
    for row in &rows {
        print(&line_of(row))?;
    }
    let counts: Vec<_> = counts_of(&rows).iter().map(|(name, count)| format!("{count} {name}")).collect();
    print(&counts.join(", "))?;
    Ok(!rows.iter().any(|row| matches!(row.outcome, Outcome::Refused(_))))
}

fn tell_comparison(
    found: &Reconciliation,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    for line in &found.only_in_file {
        let reference = line.draft.reference.as_deref().unwrap_or("-");
        print(&format!("{}\t{reference}\tonly in the file", line.row))?;
    }
    for row in &found.only_in_book {
        print(&format!("-\t{}\tonly in the book: movement {}", row.reference.as_deref().unwrap_or("-"), row.id))?;
    }
    for pair in &found.different {
        let amount = pair.line.shown_amount().unwrap_or_else(|| "-".to_owned());
        let (row, movement) = (pair.line.row, &pair.movement);
        let reference = movement.reference.as_deref().unwrap_or("-");
        print(&format!(
            "{row}\t{reference}\tdifferent: {amount} in the file, {} in the book, movement {}",
            movement.amount, movement.id
        ))?;
    }
    let (file, book, different) = (found.only_in_file.len(), found.only_in_book.len(), found.different.len());
    print(&format!("{file} only in the file, {book} only in the book, {different} different"))?;
    Ok(file + book + different == 0)
}

fn line_of(row: &RowOutcome) -> String {
    let (reference, name) = (row.reference.as_deref().unwrap_or("-"), row.outcome.name());
    let more = match &row.outcome {
        Outcome::Refused(error) => format!(": {error}"),
        outcome => outcome.movement().map(|id| format!(": movement {id}")).unwrap_or_default(),
    };
    format!("{}\t{reference}\t{name}{more}", row.row)
}

/// A person of the staff, as the actor that the book knows.
async fn actor_of(stores: &Stores, id: UserId) -> Result<Actor, StartError> {
    let user = stores.users.user(id).await?.ok_or_else(|| StartError::new(format_args!("there is no user {id}")))?;
    match user.membership {
        Membership::Staff(Role::Finance) => Ok(Actor::Finance(id)),
        Membership::Staff(Role::Admin) => Ok(Actor::Admin(id)),
        _ => Err(StartError::new(format_args!("user {id} is neither of finance nor an administrator"))),
    }
}
