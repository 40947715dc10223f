//! Lists over all accounts: movements, and the audit trail (W5).

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use estair_core::audit::LogStatus;
use estair_core::money::Money;
use estair_core::movement::{MovementStatus, MovementType, Source};
use estair_core::row::{Link, Movement};
use estair_core::store::{LogFilter, MovementFilter, Total};

use super::answer::List;
use super::movements::{LogShape, MovementShape, log_shape, shape};
use super::state::Api;
use crate::caller::Caller;
use crate::names::names;
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::total::{amounts, total};

const MOVEMENTS: &str = "mouvements-tous";
const AUDIT: &str = "audit";

/// Lists the movements of all accounts, newest first, whatever became of them.
#[utoipa::path(
    get, path = "/api/mouvements", operation_id = "listMovements", tag = "movements",
    params(
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("status" = Option<String>, Query, description = "in this status"),
        ("type" = Option<String>, Query, description = "of this type"),
        ("source" = Option<String>, Query, description = "from this source"),
        ("from" = Option<String>, Query, description = "made at or after this instant, or from this day on"),
        ("to" = Option<String>, Query, description = "made before this instant, or until the end of this day"),
        ("etatsdevente_id" = Option<u64>, Query, description = "that this sale caused"),
        ("helpdesk_id" = Option<u64>, Query, description = "behind which this support request is"),
        ("q" = Option<String>, Query, description = "whose name, reference or uuid holds this text"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of movements", body = List<MovementShape>)),
)]
pub(super) async fn movements(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<List<MovementShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = MovementFilter {
        account: params.id("account_id"),
        status: params.one_of("status", MovementStatus::from_name, &names!(MovementStatus)),
        kind: params.one_of("type", MovementType::from_name, &names!(MovementType)),
        source: params.one_of("source", Source::from_name, &names!(Source)),
        from: params.from_instant("from"),
        to: params.to_instant("to"),
        etatsdevente_id: params.id("etatsdevente_id"),
        helpdesk_id: params.id("helpdesk_id"),
        amount: None,
        q: params.question(),
    };
    let (page, counts) = (params.page(MOVEMENTS), params.count());
    params.finish()?;
    let view = api.view(&caller);
    let slice = view.movements(&filter, page).await?;
    let total = match counts {
        true => Some(Total::of(amounts!(page => view.movements(&filter, page).await?, row => moved(row)))),
        false => None,
    };
    let next_cursor = cursor_after(MOVEMENTS, &slice);
    let items = slice.items.iter().map(|row| shape(&caller.actor, row)).collect();
    Ok(Json(List::of(items, next_cursor).with_total(total)))
}

/// Lists the audit trail of all accounts, newest first.
#[utoipa::path(
    get, path = "/api/audit", operation_id = "listAudit", tag = "movements",
    params(
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("triggered_by" = Option<u64>, Query, description = "ascribed to this user"),
        ("status" = Option<String>, Query, description = "`success` or `failed`"),
        ("from" = Option<String>, Query, description = "written at or after this instant, or from this day on"),
        ("to" = Option<String>, Query, description = "written before this instant, or until the end of this day"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of the audit trail", body = List<LogShape>)),
)]
pub(super) async fn audit(State(api): State<Api>, caller: Caller, uri: Uri) -> Result<Json<List<LogShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = LogFilter {
        account: params.id("account_id"),
        triggered_by: params.id("triggered_by"),
        status: params.one_of("status", LogStatus::from_name, &names!(LogStatus)),
        from: params.from_instant("from"),
        to: params.to_instant("to"),
    };
    let (page, counts) = (params.page(AUDIT), params.count());
    params.finish()?;
    let view = api.view(&caller);
    let slice = view.all_logs(&filter, page).await?;
    let total = total!(counts, page => view.all_logs(&filter, page).await?);
    let next_cursor = cursor_after(AUDIT, &slice);
    let shown = slice.items.iter().filter_map(|row| {
        let movement = Link::known(row.movement)?;
        Some(log_shape(&caller.actor, movement, row))
    });
    Ok(Json(List::of(shown.collect(), next_cursor).with_total(total)))
}

/// What a movement adds to a sum: its signed amount, when it was written.
pub(super) fn moved(row: &Movement) -> Option<Money> {
    (row.status == MovementStatus::Success).then_some(row.amount)
}
