//! The statement of an account: its filters, and the same as a CSV file.

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use estair_core::clock::rfc3339;
use estair_core::id::{AccountId, MovementId, Row};
use estair_core::movement::{Movement, MovementType, Source};
use estair_core::permission::{Permission, require};
use estair_core::read::{Page, StatementFilter};
use estair_core::refusal::Refusal;
use estair_core::store::StoreError;
use futures::stream;

use super::Console;
use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::session::Visitor;

/// Movements that one read of a file brings.
const BATCH: u32 = 1_000;

/// Which movements the fields ask for, and which page.
pub(super) fn read_filter(f: &Fields) -> Result<(StatementFilter, Page), Refusal> {
    let mut faults = Vec::new();
    let filter = StatementFilter {
        from: f.parse("from", &mut faults),
        to: f.parse("to", &mut faults),
        kind: f.read("type", &mut faults, MovementType::from_name),
        source: f.read("source", &mut faults, Source::from_name),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    Ok((filter, page))
}

const HEADER: &str = "id,name,day,completed_at,type,source,total_operation,currency_code,balance_after,exposition_after,reference,description\r\n";

/// The statement as a file, newest first, written page by page however long it is.
pub(super) async fn csv(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadAccounts)?;
    let id: AccountId = id_in_path(&id)?;
    let (filter, _) = read_filter(&f)?;
    let page = Page { limit: BATCH, before: None };
    let reader = console.host.reader.clone();
    let first = reader.statement(id, &filter, page).await?.ok_or(Refusal::NotFound { what: "account" })?;
    let begun = (Some(first.page), true);
    let parts = stream::try_unfold(begun, move |(slice, is_first)| {
        let reader = reader.clone();
        async move {
            let Some(slice) = slice else { return Ok::<_, StoreError>(None) };
            let mut text = String::from(if is_first { HEADER } else { "" });
            slice.items.iter().for_each(|movement| text.push_str(&line(movement)));
            let next = match slice.next {
                Some(before) => reader.statement(id, &filter, Page { limit: BATCH, before: Some(before) }).await?,
                None => None,
            };
            Ok(Some((Bytes::from(text), (next.map(|statement| statement.page), false))))
        }
    });
    let name = format!("attachment; filename=\"compte-{id}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(parts)).into_response())
}

fn line(movement: &Row<MovementId, Movement>) -> String {
    let posted = movement.posted.as_ref();
    let cells = [
        movement.id.to_string(),
        text_cell(&movement.name),
        posted.map(|posted| posted.day.to_string()).unwrap_or_default(),
        movement.completed_at.map(rfc3339).unwrap_or_default(),
        movement.kind.name().to_owned(),
        movement.source.name().to_owned(),
        movement.amount.to_string(),
        movement.amount.currency().to_string(),
        posted.map(|posted| posted.balance_after.to_string()).unwrap_or_default(),
        posted.map(|posted| posted.exposition_after.to_string()).unwrap_or_default(),
        text_cell(movement.reference.as_deref().unwrap_or_default()),
        text_cell(movement.details.description.as_deref().unwrap_or_default()),
    ];
    format!("{}\r\n", cells.join(","))
}

/// A text in quotes where it needs them; one that a spreadsheet would run as a formula begins with an apostrophe.
fn text_cell(text: &str) -> String {
    let runs = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let harmless = if runs { format!("'{text}") } else { text.to_owned() };
    if harmless.contains(['"', ',', '\r', '\n', ';', '\'']) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_nor_two_cells() {
        assert_eq!(text_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(text_cell("@cmd"), "\"'@cmd\"");
        assert_eq!(text_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(text_cell("Agence du Port"), "Agence du Port");
    }
}
