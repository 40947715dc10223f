//! The statement of an account for people: a workbook, or CSV for a French spreadsheet.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use estair_core::id::AccountId;
use estair_core::movement::{MovementType, Source};
use estair_core::permission::Permission;
use estair_core::store::StatementFilter;

use super::state::Api;
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::problem::{Problem, in_order};
use crate::query::Params;
use crate::releve::{Releve, csv, xlsx};

/// Gives an account's statement as a workbook, oldest movement first.
#[utoipa::path(
    get, path = "/api/accounts/{id}/releve.xlsx", operation_id = "getStatementWorkbook", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("from" = Option<String>, Query, description = "from this business day on, such as 2025-10-21; not after `to`"),
        ("to" = Option<String>, Query, description = "to this business day, included"),
        ("type" = Option<String>, Query, description = "movements of this type"),
        ("source" = Option<String>, Query, description = "movements from this source"),
        ("etatsdevente_id" = Option<u64>, Query, description = "movements of this sale operation"),
    ),
    responses((status = 200, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)),
)]
pub(super) async fn workbook(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
) -> Result<Response, Problem> {
    let releve = read(&api, &caller, id, Params::of(&uri)).await?;
    Ok(xlsx(&releve)?)
}

/// Gives an account's statement as CSV for a French spreadsheet, oldest movement first.
#[utoipa::path(
    get, path = "/api/accounts/{id}/releve.csv", operation_id = "getStatementSheet", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("format" = Option<String>, Query, description = "`excel`, the one there is"),
        ("from" = Option<String>, Query, description = "from this business day on, such as 2025-10-21; not after `to`"),
        ("to" = Option<String>, Query, description = "to this business day, included"),
        ("type" = Option<String>, Query, description = "movements of this type"),
        ("source" = Option<String>, Query, description = "movements from this source"),
        ("etatsdevente_id" = Option<u64>, Query, description = "movements of this sale operation"),
    ),
    responses((status = 200, description = "The file: a byte order mark, semicolons, decimal commas",
        content_type = "text/csv", body = String)),
)]
pub(super) async fn sheet(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut params = Params::of(&uri);
    params.one_of("format", |name| (name == "excel").then_some(()), &["excel"]);
    Ok(csv(&read(&api, &caller, id, params).await?))
}

async fn read(api: &Api, caller: &Caller, id: AccountId, mut params: Params) -> Result<Releve, Problem> {
    let view = api.view(caller);
    let offset = api.access.book().policy().day_offset;
    let filter = StatementFilter {
        from: params.day("from", offset),
        to: params.day("to", offset),
        kind: params.one_of("type", MovementType::from_name, &names!(MovementType)),
        source: params.one_of("source", Source::from_name, &names!(Source)),
        etatsdevente_id: params.id("etatsdevente_id"),
        without_payloads: true,
    };
    params.faults(filter.faults());
    in_order(view.account(id).await, params.finish())?;
    // Whose it is, and staff: not who only posts movements.
    view.require(Permission::ReadLimit)?;
    Ok(Releve::read(&view, id, filter).await?)
}
