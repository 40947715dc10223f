//! The statement of an account: JSON page by page, or CSV in one stream.

use std::collections::VecDeque;
use std::io;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::id::{AccountId, MovementId, Row};
use estair_core::movement::{Movement, MovementType, Source};
use estair_core::permission::{Permission, require};
use estair_core::read::{Page, Slice, Statement, StatementFilter};
use estair_core::refusal::Refusal;
use futures::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::accounts::find;
use super::movements::{MovementShape, shape};
use super::requests::names;
use crate::actor::{Caller, Id};
use crate::problem::Problem;
use crate::query::{Params, cursor_after};

const LIST: &str = "mouvements";

/// Lines read at once for a CSV.
const CSV_PAGE: u32 = 1_000;

/// A page of an account's statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statement)]
pub(super) struct StatementShape {
    /// The balance before the period.
    #[schema(example = "0")]
    opening_balance: String,
    /// The balance at its end.
    #[schema(example = "25000")]
    closing_balance: String,
    /// Newest first.
    items: Vec<Line>,
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
}

/// A movement with the account after it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatementLine)]
struct Line {
    #[serde(flatten)]
    movement: MovementShape,
    /// The balance after it.
    #[schema(example = "25000")]
    balance_after: Option<String>,
    /// The exposition after it.
    #[schema(example = "25000")]
    exposition_after: Option<String>,
}

fn line(actor: &Actor, row: &Row<MovementId, Movement>) -> Line {
    Line {
        movement: shape(actor, row),
        balance_after: row.posted.map(|posted| posted.balance_after.to_string()),
        exposition_after: row.posted.map(|posted| posted.exposition_after.to_string()),
    }
}

/// Shows the statement of an account, newest movement first.
///
/// As CSV (`Accept: text/csv`) it is the whole period in one answer, unless `limit` or `cursor` ask for a page.
#[utoipa::path(
    get, path = "/api/accounts/{id}/mouvements", operation_id = "getStatement", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("from" = Option<String>, Query, description = "from this business day on, such as 2025-10-21"),
        ("to" = Option<String>, Query, description = "to this business day, included"),
        ("type" = Option<String>, Query, description = "movements of this type"),
        ("source" = Option<String>, Query, description = "movements from this source"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The statement", content(
        (StatementShape = "application/json"),
        (String = "text/csv", example = "id,name,business_day,…"),
    ))),
)]
pub(super) async fn of_account(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    find(&api, &caller.actor, id).await?;
    let mut params = Params::of(&uri);
    let offset = api.host.book.policy().day_offset;
    let filter = StatementFilter {
        from: params.day("from", offset),
        to: params.day("to", offset),
        kind: params.one_of("type", MovementType::from_name, &names!(MovementType)),
        source: params.one_of("source", Source::from_name, &names!(Source)),
    };
    let paged = params.has("limit") || params.has("cursor");
    let page = params.page(LIST);
    params.finish()?;
    require(&caller.actor, Permission::ReadAccounts)?;
    let csv = wants_csv(&headers);
    let page = if csv && !paged { Page { limit: CSV_PAGE, before: None } } else { page };
    let first = read(&api, id, &filter, page).await?;
    let mut response = match csv {
        true => as_csv(Csv { api, actor: caller.actor, id, filter, whole: !paged, next: None }, first.page),
        false => as_json(&caller.actor, &first),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

async fn read(api: &Api, id: AccountId, filter: &StatementFilter, page: Page) -> Result<Statement, Problem> {
    let statement = api.host.reader.statement(id, filter, page).await?;
    Ok(statement.ok_or(Refusal::NotFound { what: "account" })?)
}

fn as_json(actor: &Actor, statement: &Statement) -> Response {
    Json(StatementShape {
        opening_balance: statement.opening_balance.to_string(),
        closing_balance: statement.closing_balance.to_string(),
        items: statement.page.items.iter().map(|row| line(actor, row)).collect(),
        next_cursor: cursor_after(LIST, &statement.page),
    })
    .into_response()
}

/// Does the caller name CSV before JSON?
fn wants_csv(headers: &HeaderMap) -> bool {
    let kinds = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = kinds.flat_map(|value| value.split(',')).map(|kind| kind.split(';').next().unwrap_or("").trim());
    kinds.find(|kind| ["text/csv", "application/json"].contains(kind)) == Some("text/csv")
}

/// A statement on its way out as CSV.
struct Csv {
    api: Api,
    actor: Actor,
    id: AccountId,
    filter: StatementFilter,
    /// Go on after the first page?
    whole: bool,
    next: Option<u64>,
}

const HEADER: &str = "id,uuid,name,business_day,completed_at,type,source,total_operation,currency_code,credit_before,\
credit_after,balance_after,exposition_after,requete_financiere_id,reference,description,source_description,cancelled_at\r\n";

fn as_csv(mut csv: Csv, first: Slice<Row<MovementId, Movement>>) -> Response {
    let name = format!("attachment; filename=\"releve-{}.csv\"", csv.id);
    let begin = VecDeque::from([Bytes::from_static(HEADER.as_bytes()), csv.lines(&first)]);
    csv.next = first.next.filter(|_| csv.whole);
    // Page after page, so that a long period never sits in memory whole.
    let chunks = stream::unfold((csv, begin), async |(mut csv, mut ready)| {
        if let Some(chunk) = ready.pop_front() {
            return Some((Ok(chunk), (csv, ready)));
        }
        let page = Page { limit: CSV_PAGE, before: Some(csv.next.take()?) };
        match read(&csv.api, csv.id, &csv.filter, page).await {
            Ok(statement) => {
                csv.next = statement.page.next;
                Some((Ok(csv.lines(&statement.page)), (csv, ready)))
            }
            // The answer breaks off, so that nobody takes a part for the whole.
            Err(problem) => Some((Err(io::Error::other(problem.code())), (csv, ready))),
        }
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

impl Csv {
    fn lines(&self, slice: &Slice<Row<MovementId, Movement>>) -> Bytes {
        slice.items.iter().map(|row| csv_line(&line(&self.actor, row))).collect::<String>().into()
    }
}

/// A line in the order of [`HEADER`].
fn csv_line(line: &Line) -> String {
    let movement = &line.movement;
    let text = |text: &Option<String>| text.as_deref().map(cell).unwrap_or_default();
    // What the program made itself needs no care: numbers, amounts, instants and names of closed sets.
    let plain = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        movement.id.to_string(),
        movement.uuid.to_string(),
        cell(&movement.name),
        plain(&movement.business_day),
        plain(&movement.completed_at),
        movement.kind.to_owned(),
        movement.source.to_owned(),
        movement.total_operation.clone(),
        movement.currency_code.clone(),
        plain(&movement.credit_before),
        plain(&movement.credit_after),
        plain(&line.balance_after),
        plain(&line.exposition_after),
        movement.requete_financiere_id.map(|id| id.to_string()).unwrap_or_default(),
        text(&movement.reference),
        text(&movement.description),
        text(&movement.source_description),
        plain(&movement.cancelled_at),
    ];
    format!("{}\r\n", cells.join(","))
}

/// A text that somebody wrote: quoted where CSV needs it, and never a formula for the spreadsheet that opens it.
fn cell(text: &str) -> String {
    let formula = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_harmless() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("  @SUM(A1)"), "'  @SUM(A1)");
        assert_eq!(cell("-2,5"), "\"'-2,5\"");
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("Agence \"A\""), "\"Agence \"\"A\"\"\"");
        assert_eq!(cell("Wave 42"), "Wave 42");
    }
}
