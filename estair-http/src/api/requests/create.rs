//! Creating a financial request (R), and saying what would become of it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use estair_core::category::{Category, Desk};
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::request::{GrantedCredit, RequestDraft};
use utoipa::ToSchema;

use super::{OneRequest, with_actions};
use crate::api::answer::created;
use crate::api::head::Head;
use crate::api::state::Api;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::names::names;
use crate::problem::Problem;
use crate::shapes::AmountInput;

/// What is asked for. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFinancialRequest, example = json!({"category": "daily_credit", "amount": 500_000, "currency": "XOF"}))]
#[expect(dead_code, reason = "documents the body that `draft_of` reads")]
pub(in crate::api) struct NewRequest {
    /// `load`, `unload`, `daily_credit` (`credit` is accepted too) or `cancel_credit`.
    category: String,
    /// May be left out for a `cancel_credit`, whose amount is its parent's.
    amount: Option<AmountInput>,
    /// The account's when it is left out; no other is accepted.
    currency: Option<String>,
    /// A client's own when it is left out.
    account_id: Option<u64>,
    description: Option<String>,
    /// The sale that caused a fee.
    etatsdevente_id: Option<u64>,
    /// The support request behind it.
    helpdesk_id: Option<u64>,
    /// For a `cancel_credit`: the credit request it reverses.
    parent_id: Option<u64>,
    /// For a `cancel_credit`: wait until an admin releases it.
    hold: Option<bool>,
    /// May be left out; otherwise it must be the day's cut-off. Also as `2025-10-21 18:00` in UTC.
    #[schema(example = "2025-10-21T18:00:00Z")]
    expiry_date: Option<String>,
    /// `operation` keeps it while finalising it.
    assigned_to: Option<String>,
}

pub(in crate::api) fn draft_of(mut fields: Fields) -> RequestDraft {
    RequestDraft {
        category: fields.take_enum("category", Category::from_caller, names!(Category)),
        amount: fields.take_amount("amount"),
        currency: fields.take_currency("currency"),
        account: fields.take_u64("account_id").map(AccountId),
        description: fields.take_string("description"),
        etatsdevente_id: fields.take_u64("etatsdevente_id"),
        helpdesk_id: fields.take_u64("helpdesk_id").map(SupportId),
        parent: fields.take_u64("parent_id").map(RequestId),
        hold: fields.take_bool("hold"),
        expiry_date: fields.take_timestamp("expiry_date"),
        assigned_to: fields.take_enum("assigned_to", Desk::from_name, names!(Desk)),
        faults: fields.finish(),
    }
}

/// Creates a financial request.
///
/// A `daily_credit` is checked against the account's limit at once: it starts `to_treat` or `waiting`.
#[utoipa::path(
    post, path = "/api/requetes-financieres", operation_id = "createFinancialRequest", tag = "requests",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewRequest,
    responses((status = 201, description = "The request as it was created, with where it is in `Location`", body = OneRequest)),
)]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let done = api.run(&caller, draft_of(fields), key).await?;
    let row = done.answer;
    let shown = with_actions(&api.view(&caller), &row, GrantedCredit::default()).await?;
    Ok(created(&head, row.id.0, Some(row.version), done.replayed, &shown))
}

/// What would become of a request.
#[derive(ToSchema)]
#[schema(as = Preview)]
#[expect(dead_code, reason = "documents what the core's preview renders")]
pub(in crate::api) struct PreviewShape {
    /// `open`, `to_treat`, `waiting` or `refused`.
    #[schema(example = "to_treat")]
    outcome: String,
    /// Why it would wait or be refused.
    code: Option<String>,
    #[schema(example = "1000000")]
    limit: String,
    #[schema(example = "0")]
    active_credit: String,
    #[schema(example = "500000")]
    amount: Option<String>,
    /// What the active credit leaves of the limit.
    #[schema(example = "1000000")]
    headroom: String,
    /// The greatest amount that the limit would let pass now.
    #[schema(example = "999999")]
    available: String,
    /// The next step.
    next: Option<NextStep>,
}

/// The next step of a request, and the role that takes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents what the core's preview renders")]
pub(in crate::api) struct NextStep {
    #[schema(example = "processing")]
    status: String,
    #[schema(example = "system")]
    by: String,
}

/// Says what would become of a request. Nothing is stored.
#[utoipa::path(
    post, path = "/api/requetes-financieres/preview", operation_id = "previewFinancialRequest", tag = "requests",
    request_body = NewRequest,
    responses((status = 200, description = "What would happen, with the figures behind it", body = PreviewShape)),
)]
pub(in crate::api) async fn preview(State(api): State<Api>, caller: Caller, body: Body) -> Result<Response, Problem> {
    let preview = api.access.book().preview(caller.actor, &draft_of(body.fields()?)).await?;
    Ok(Json(preview.to_json()).into_response())
}
