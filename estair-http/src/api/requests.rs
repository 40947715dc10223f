//! Financial requests (R, T, C).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use estair_core::book::View;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::rfc3339;
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::request::{GrantedCredit, Request, RequestDraft, RequestPatch};
use estair_core::row::Row;
use estair_core::store::RequestFilter;
use estair_core::text;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{AllowedAction, List, actions, created, object};
use super::head::Head;
use super::state::{Api, fields_about};
use crate::body::{Body, Fields};
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::shapes::AmountInput;

/// The name under which the list's cursors are made.
const LIST: &str = "requetes";

/// A financial request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FinancialRequest)]
pub(super) struct RequestShape {
    #[schema(example = 123)]
    id: u64,
    uuid: Uuid,
    /// The reference that people read.
    #[schema(example = "REQ-20251021-3F9A2C7D4E10")]
    name: String,
    account_id: u64,
    /// `load`, `unload`, `daily_credit` or `cancel_credit`.
    #[schema(example = "daily_credit")]
    category: &'static str,
    /// Exact, with the currency's own number of decimals.
    #[schema(example = "500000")]
    amount: String,
    #[schema(example = "XOF")]
    currency: String,
    description: Option<String>,
    /// `open`, `to_treat`, `processing`, `waiting`, `closed` or `cancelled`.
    #[schema(example = "to_treat")]
    status: &'static str,
    /// `operation`, `finance` or `admin`.
    #[schema(example = "finance")]
    assigned_to: &'static str,
    /// Credits only.
    #[schema(example = "2025-10-21T18:00:00Z")]
    expiry_date: Option<String>,
    /// The credit request that a `cancel_credit` reverses.
    parent_id: Option<u64>,
    etatsdevente_id: Option<u64>,
    helpdesk_id: Option<u64>,
    /// The movement it became.
    mouvement_id: Option<u64>,
    /// The message that carried it.
    message_uuid: Option<Uuid>,
    /// Null when the system created it.
    created_by: Option<u64>,
    created_at: String,
    updated_at: String,
    /// For the optimistic lock.
    version: u64,
}

/// A financial request, with what the caller may do with it now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FinancialRequestWithActions)]
pub(super) struct OneRequest {
    #[serde(flatten)]
    request: RequestShape,
    allowed_actions: Vec<AllowedAction>,
}

fn shape(row: &Row<RequestId, Request>) -> RequestShape {
    RequestShape {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        account_id: row.account.0,
        category: row.category.name(),
        amount: row.amount.to_string(),
        currency: row.amount.currency().to_string(),
        description: row.description.clone(),
        status: row.status.name(),
        assigned_to: row.assigned_to.name(),
        expiry_date: row.expiry_date.map(rfc3339),
        parent_id: row.parent.map(|id| id.0),
        etatsdevente_id: row.etatsdevente_id,
        helpdesk_id: row.helpdesk_id.map(|id| id.0),
        mouvement_id: row.movement.and_then(|link| link.known()).map(|id| id.0),
        message_uuid: row.message_uuid,
        created_by: row.created_by.map(|id| id.0),
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
        version: row.version,
    }
}

async fn with_actions(
    view: &View,
    row: &Row<RequestId, Request>,
    credit: GrantedCredit,
) -> Result<OneRequest, Problem> {
    Ok(OneRequest { request: shape(row), allowed_actions: actions(view.request_actions(row, credit).await?) })
}

/// What is asked for. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFinancialRequest, example = json!({"category": "daily_credit", "amount": 500_000, "currency": "XOF"}))]
#[expect(dead_code, reason = "documents the body that `draft_of` reads")]
pub(super) struct NewRequest {
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

fn draft_of(mut fields: Fields) -> RequestDraft {
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
pub(super) async fn create(
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
pub(super) struct PreviewShape {
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
    /// The next step.
    next: Option<NextStep>,
}

/// The next step of a request, and the role that takes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents what the core's preview renders")]
pub(super) struct NextStep {
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
pub(super) async fn preview(State(api): State<Api>, caller: Caller, body: Body) -> Result<Response, Problem> {
    let preview = api.access.book().preview(caller.actor, &draft_of(body.fields()?)).await?;
    Ok(Json(preview.to_json()).into_response())
}

/// Lists financial requests, newest first.
///
/// A client sees its own account's; another account's id as a filter gives an empty list, as an unknown one does.
#[utoipa::path(
    get, path = "/api/requetes-financieres", operation_id = "listFinancialRequests", tag = "requests",
    params(
        ("status" = Option<String>, Query, description = "one status or several, separated by commas or repeated"),
        ("category" = Option<String>, Query, description = "of this category"),
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("assigned_to" = Option<String>, Query, description = "held by this desk"),
        ("created_from" = Option<String>, Query, description = "created at or after this instant, or from this day on"),
        ("created_to" = Option<String>, Query, description = "created before this instant, or until the end of this day"),
        ("q" = Option<String>, Query, description = "whose name or description holds this text"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of requests", body = List<RequestShape>)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<List<RequestShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = RequestFilter {
        status: params.any_of("status", Status::from_name, &names!(Status)),
        category: params.one_of("category", Category::from_caller, &names!(Category)),
        account: params.id("account_id"),
        assigned_to: params.one_of("assigned_to", Desk::from_name, &names!(Desk)),
        created_from: params.from_instant("created_from"),
        created_to: params.to_instant("created_to"),
        q: params.question(),
    };
    let page = params.page(LIST);
    params.finish()?;
    let slice = api.view(&caller).requests(filter, page).await?;
    let next_cursor = cursor_after(LIST, &slice);
    Ok(Json(List { items: slice.items.iter().map(shape).collect(), next_cursor }))
}

/// Shows one financial request.
#[utoipa::path(
    get, path = "/api/requetes-financieres/{id}", operation_id = "getFinancialRequest", tag = "requests",
    params(("id" = u64, Path, description = "its number")),
    responses((status = 200, description = "The request, with its version as `ETag`", body = OneRequest)),
)]
pub(super) async fn one(State(api): State<Api>, caller: Caller, Id(id): Id<RequestId>) -> Result<Response, Problem> {
    let view = api.view(&caller);
    let (row, credit) = view.request(id).await?;
    Ok(object(StatusCode::OK, Some(row.version), &with_actions(&view, &row, credit).await?))
}

/// What shall change. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FinancialRequestPatch, example = json!({"status": "to_treat", "version": 3}))]
#[expect(dead_code, reason = "documents the body that `update` reads")]
pub(super) struct RequestChange {
    /// The status wanted.
    status: Option<String>,
    /// The desk wanted.
    assigned_to: Option<String>,
    /// The version that was read; `If-Match` says the same.
    version: Option<u64>,
    /// Why: told to the client when its credit is refused.
    reason: Option<String>,
}

/// Moves a request along the transition table, or puts it on another desk.
#[utoipa::path(
    patch, path = "/api/requetes-financieres/{id}", operation_id = "updateFinancialRequest", tag = "requests",
    params(
        ("id" = u64, Path, description = "its number"),
        ("If-Match" = Option<String>, Header, description = "the version that was read, instead of `version`"),
    ),
    request_body = RequestChange,
    responses((status = 200, description = "The request as it is now", body = OneRequest)),
)]
pub(super) async fn update(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = fields_about(api.view(&caller).request(id), body).await?;
    let patch = RequestPatch {
        status: fields.take_enum("status", Status::from_name, names!(Status)),
        assigned_to: fields.take_enum("assigned_to", Desk::from_name, names!(Desk)),
        version: head.version(&mut fields),
        reason: fields.take_text("reason", text::MAX_TEXT),
        faults: fields.finish(),
    };
    let row = api.run(&caller, (id, patch), None).await?.answer;
    let shown = with_actions(&api.view(&caller), &row, GrantedCredit::default()).await?;
    Ok(object(StatusCode::OK, Some(row.version), &shown))
}
