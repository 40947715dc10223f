//! Changing a financial request: what a draft asks (R8), its desk (R2), its status (T), and the limit with it (C10).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::category::{Desk, Status};
use estair_core::id::{RequestId, SupportId};
use estair_core::request::{DraftEdit, GrantedCredit, RequestPatch};
use estair_core::text;
use utoipa::ToSchema;

use super::{OneRequest, with_actions};
use crate::api::answer::object;
use crate::api::head::Head;
use crate::api::state::{Api, fields_about};
use crate::body::{Body, Fields};
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::problem::Problem;
use crate::shapes::AmountInput;

/// What shall change. What is left out stays; null empties what may be empty. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FinancialRequestPatch, example = json!({"status": "to_treat", "version": 3}))]
#[expect(dead_code, reason = "documents the body that `update` reads")]
pub(in crate::api) struct RequestChange {
    /// The status wanted.
    status: Option<String>,
    /// The desk wanted.
    assigned_to: Option<String>,
    /// The version that was read; `If-Match` says the same.
    version: Option<u64>,
    /// Why: told to the client when its credit is refused, to operation when a load or an unload is put on hold; needed with a
    /// limit.
    reason: Option<String>,
    /// With the status `to_treat` of a credit, by finance and admin: the account's new limit, higher than it is, set in the
    /// same step.
    limit: Option<AmountInput>,
    /// Of a draft: how much.
    amount: Option<AmountInput>,
    /// Of a draft: why.
    description: Option<String>,
    /// Of a draft: the sale that caused a fee.
    etatsdevente_id: Option<u64>,
    /// Of a draft: the support request behind it.
    helpdesk_id: Option<u64>,
}

/// The fields of a decision: those that a change and an entry of a lot share.
pub(super) fn decision_of(fields: &mut Fields) -> RequestPatch {
    fields.refuse_null(["status", "assigned_to", "limit"]);
    RequestPatch {
        status: fields.take_enum("status", Status::from_name, names!(Status)),
        assigned_to: fields.take_enum("assigned_to", Desk::from_name, names!(Desk)),
        reason: fields.take_text("reason", text::MAX_TEXT),
        limit: fields.take_amount("limit"),
        ..RequestPatch::default()
    }
}

fn edit_of(fields: &mut Fields) -> DraftEdit {
    fields.refuse_null(["amount"]);
    DraftEdit {
        amount: fields.take_amount("amount"),
        description: fields.take_change("description", Fields::take_string),
        etatsdevente_id: fields.take_change("etatsdevente_id", Fields::take_u64),
        helpdesk_id: fields.take_change("helpdesk_id", |fields, name| fields.take_u64(name).map(SupportId)),
    }
}

/// Moves a request along the transition table, puts it on another desk, or edits a draft.
///
/// Several in one call are one step: first what the draft asks, then the desk, then the status.
#[utoipa::path(
    patch, path = "/api/requetes-financieres/{id}", operation_id = "updateFinancialRequest", tag = "requests",
    params(
        ("id" = u64, Path, description = "its number"),
        ("If-Match" = Option<String>, Header, description = "the version that was read, instead of `version`"),
    ),
    request_body = RequestChange,
    responses((status = 200, description = "The request as it is now", body = OneRequest)),
)]
pub(in crate::api) async fn update(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = fields_about(api.view(&caller).request(id), body).await?;
    let decision = decision_of(&mut fields);
    let edit = edit_of(&mut fields);
    let version = head.version(&mut fields);
    let patch = RequestPatch { edit, version, faults: fields.finish(), ..decision };
    let row = api.run(&caller, (id, patch), None).await?.answer;
    let shown = with_actions(&api.view(&caller), &row, GrantedCredit::default()).await?;
    Ok(object(StatusCode::OK, Some(row.version), &shown))
}
