//! The statement of an account: JSON page by page, or CSV in one stream.

use std::cmp::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::{Movement, MovementType, Source};
use estair_core::row::Row;
use estair_core::store::{Page, Statement, StatementFilter, Total};
use mime::{Mime, MimeIter};
use serde::Serialize;
use utoipa::ToSchema;

use super::movement_list::moved;
use super::movements::{MovementShape, shape};
use super::state::Api;
use crate::caller::{Caller, Id};
use crate::csv;
use crate::names::names;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::total::{TotalShape, amounts};

const LIST: &str = "mouvements";

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
    /// With `count=true`: how many there are in all, and the sum of what was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    total: Option<TotalShape>,
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
/// As CSV (`Accept: text/csv`, by name and preferred to JSON) it is the whole period in one answer, unless `limit` or `cursor` ask for a page.
#[utoipa::path(
    get, path = "/api/accounts/{id}/mouvements", operation_id = "getStatement", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("from" = Option<String>, Query, description = "from this business day on, such as 2025-10-21; not after `to`"),
        ("to" = Option<String>, Query, description = "to this business day, included"),
        ("type" = Option<String>, Query, description = "movements of this type"),
        ("source" = Option<String>, Query, description = "movements from this source"),
        ("etatsdevente_id" = Option<u64>, Query, description = "movements of this sale operation"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
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
    let view = api.view(&caller);
    let mut params = Params::of(&uri);
    let offset = api.access.book().policy().day_offset;
    let as_csv = wants_csv(&headers);
    let filter = StatementFilter {
        from: params.day("from", offset),
        to: params.day("to", offset),
        kind: params.one_of("type", MovementType::from_name, &names!(MovementType)),
        source: params.one_of("source", Source::from_name, &names!(Source)),
        etatsdevente_id: params.id("etatsdevente_id"),
        without_payloads: as_csv,
    };
    params.faults(filter.faults());
    let paged = params.has("limit") || params.has("cursor");
    let (page, counts) = (params.page(LIST), params.count());
    in_order(view.account(id).await, params.finish())?;
    let page = if as_csv && !paged { Page { limit: csv::PAGE, before: None } } else { page };
    let first = view.statement(id, &filter, page).await?;
    let total = match counts && !as_csv {
        true => Some(Total::of(amounts!(page => view.statement(id, &filter, page).await?.page, row => moved(row)))),
        false => None,
    };
    let mut response = match as_csv {
        true => csv::Statement { view, account: id, filter }.file(first.page, !paged),
        false => as_json(&caller.actor, &first, total),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

fn as_json(actor: &Actor, statement: &Statement, total: Option<Total>) -> Response {
    Json(StatementShape {
        opening_balance: statement.opening_balance.to_string(),
        closing_balance: statement.closing_balance.to_string(),
        items: statement.page.items.iter().map(|row| line(actor, row)).collect(),
        next_cursor: cursor_after(LIST, &statement.page),
        total: total.map(TotalShape::from),
    })
    .into_response()
}

/// Does the caller name CSV and want it more than JSON? Of what is wanted alike, the first.
fn wants_csv(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(MimeIter::new).filter_map(Result::ok);
    let wishes: Vec<_> = ranges.filter_map(|range| Some((quality(&range)?, range))).collect();
    let place = |name: &&str| wishes.iter().position(|(_, range)| range.essence_str() == *name);
    let wish = |names: &[&str]| names.iter().find_map(place);
    let quality = |place: usize| wishes.get(place).map_or(0.0, |(quality, _)| *quality);
    let Some(csv) = wish(&["text/csv"]).filter(|csv| quality(*csv) > 0.0) else { return false };
    // The narrowest range that JSON is in says how much it is wanted.
    wish(&["application/json", "application/*", "*/*"]).is_none_or(|json| {
        match quality(csv).total_cmp(&quality(json)) {
            Ordering::Greater => true,
            Ordering::Equal => csv < json,
            Ordering::Less => false,
        }
    })
}

/// How much a media range is wanted, from 0, not at all, to 1; none when it cannot be read.
fn quality(range: &Mime) -> Option<f32> {
    let Some(weight) = range.get_param("q") else { return Some(1.0) };
    weight.as_str().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))
}
