//! The statement of an account: its filters, and the same as a CSV file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use estair_core::id::AccountId;
use estair_core::movement::{MovementType, Source};
use estair_core::permission::{Permission, require};
use estair_core::read::{Page, StatementFilter};
use estair_core::refusal::Refusal;

use super::Console;
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::session::Visitor;
use crate::csv;

/// Which movements the fields ask for, and which page.
pub(super) fn read_filter(f: &Fields) -> Result<(StatementFilter, Page), Refusal> {
    let mut faults = Vec::new();
    let filter = StatementFilter {
        from: f.parse("from", &mut faults),
        to: f.parse("to", &mut faults),
        kind: f.read("type", &mut faults, MovementType::from_name),
        source: f.read("source", &mut faults, Source::from_name),
    };
    faults.extend(filter.faults());
    let page = f.page(&mut faults);
    accept(faults)?;
    Ok((filter, page))
}

/// The statement as a file, newest first, whole however long it is.
pub(super) async fn csv(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let account: AccountId = id_in_path(&id)?;
    let (filter, _) = read_filter(&f)?;
    let reader = Arc::clone(&console.host.reader);
    let page = Page { limit: csv::PAGE, before: None };
    let first = reader.statement(account, &filter, page).await?.ok_or(Refusal::NotFound { what: "account" })?;
    Ok(csv::Statement { reader, account, filter }.file(first.page, true))
}
