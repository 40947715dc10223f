//! The statement of an account: its filters, and the same as a CSV file.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use estair_core::id::AccountId;
use estair_core::movement::{MovementType, Source};
use estair_core::refusal::Refusal;
use estair_core::store::{Page, StatementFilter};

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::path::Id;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::csv;
use crate::limits::Place;
use crate::releve::Releve;

/// Which movements the fields ask for, and which page.
pub(super) fn read_filter(console: &Console, f: &Form) -> Result<(StatementFilter, Page), Refusal> {
    let mut faults = Vec::new();
    let offset = console.access.book().policy().day_offset;
    let filter = StatementFilter {
        from: f.day("from", offset, &mut faults),
        to: f.day("to", offset, &mut faults),
        kind: f.read("type", &mut faults, MovementType::from_name),
        source: f.read("source", &mut faults, Source::from_name),
        without_payloads: true,
        ..StatementFilter::default()
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
    Id(account): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let place = console.download_place(&visitor)?;
    let (filter, _) = read_filter(&console, &f)?;
    let first = view.statement(account, &filter, Page { limit: csv::PAGE, before: None }).await?;
    Ok(place.until_sent(csv::Statement { view, account, filter }.file(first.page, true)))
}

/// The statement for people as CSV for a French spreadsheet, oldest first.
pub(super) async fn sheet(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(account): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let (_place, releve) = releve(&console, &visitor, account, &f).await?;
    Ok(crate::releve::csv(&releve))
}

/// The same as a workbook.
pub(super) async fn workbook(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(account): Id<AccountId>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let (_place, releve) = releve(&console, &visitor, account, &f).await?;
    Ok(crate::releve::xlsx(&releve)?)
}

async fn releve(
    console: &Console,
    visitor: &Visitor,
    account: AccountId,
    f: &Form,
) -> Result<(Place, Releve), Failure> {
    let place = console.download_place(visitor)?;
    let (filter, _) = read_filter(console, f)?;
    Ok((place, Releve::read(&console.view(visitor), account, filter).await?))
}
