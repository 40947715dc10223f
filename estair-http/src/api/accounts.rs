//! Accounts, their indicators (F) and their limits (C6).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::account::{Account, AccountDraft, LimitChange, LimitDraft, State as AccountState};
use estair_core::clock::rfc3339;
use estair_core::command::Command;
use estair_core::id::AccountId;
use estair_core::money::Money;
use estair_core::refusal::Refusal;
use estair_core::row::Row;
use estair_core::store::AccountFilter;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{List, created, object};
use super::head::Head;
use super::state::{Api, fields_about};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::runner::account_of;
use crate::shapes::AmountInput;

const LIST: &str = "accounts";
const LIMITS: &str = "limites";

/// An account with its indicators on a day. Amounts are exact, with the currency's own number of decimals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountShape {
    id: u64,
    uuid: Uuid,
    name: String,
    email: Option<String>,
    #[schema(example = "XOF")]
    currency: String,
    /// The business day of the figures.
    #[schema(example = "2025-10-21")]
    day: String,
    /// How many movements the account had.
    version: u64,
    /// The credit limit at the end of that day.
    #[schema(example = "1000000")]
    limit: String,
    #[schema(example = "0")]
    balance_previous_day: String,
    #[schema(example = "-150000")]
    balance: String,
    /// What is owed: the balance without its sign when it is negative.
    #[schema(example = "150000")]
    outstanding: String,
    /// The credits of that day that are not cancelled.
    #[schema(example = "500000")]
    daily_credit: String,
    /// The credits of all days that are not cancelled.
    #[schema(example = "500000")]
    active_credit: String,
    /// `balance + daily_credit - outstanding`: a negative balance weighs twice.
    #[schema(example = "200000")]
    exposition: String,
    created_at: String,
    updated_at: String,
}

fn shape(row: &Row<AccountId, Account>, state: AccountState, limit: Money) -> AccountShape {
    let indicators = state.indicators;
    AccountShape {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        email: row.email.clone(),
        currency: row.currency().to_string(),
        day: state.day.to_string(),
        version: state.version,
        limit: limit.to_string(),
        balance_previous_day: indicators.balance_previous_day.to_string(),
        balance: indicators.balance.to_string(),
        outstanding: indicators.outstanding().to_string(),
        daily_credit: indicators.daily_credit.to_string(),
        active_credit: indicators.active_credit.to_string(),
        exposition: indicators.stored_exposition().to_string(),
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
    }
}

/// An account as it is today, rolled to the day (F7).
fn today(api: &Api, row: &Row<AccountId, Account>) -> AccountShape {
    shape(row, row.state_on(api.access.today()), row.limit)
}

/// An account to be created. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Agence Plateau", "email": "plateau@example.test", "limit": "1000000"}))]
#[expect(dead_code, reason = "documents the body that `create` reads")]
pub(super) struct NewAccount {
    name: String,
    email: Option<String>,
    /// XOF when it is left out.
    currency: Option<String>,
    /// Nothing when it is left out.
    limit: Option<AmountInput>,
}

/// Creates an account.
#[utoipa::path(
    post, path = "/api/accounts", operation_id = "createAccount", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewAccount,
    responses((status = 201, description = "The account as it was created", body = AccountShape)),
)]
pub(super) async fn create(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let draft = AccountDraft {
        name: fields.take_string("name"),
        email: fields.take_string("email"),
        currency: fields.take_currency("currency"),
        limit: fields.take_amount("limit"),
        faults: fields.finish(),
    };
    let done = api.run(&caller, Command::CreateAccount(draft), key, account_of).await?;
    let row = done.answer;
    Ok(created(&head, row.id.0, None, done.replayed, &shape(&row, row.state(), row.limit)))
}

/// Lists accounts, newest first, with today's figures.
#[utoipa::path(
    get, path = "/api/accounts", operation_id = "listAccounts", tag = "accounts",
    params(
        ("q" = Option<String>, Query, description = "whose name holds this text"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of accounts", body = List<AccountShape>)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<List<AccountShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = AccountFilter { q: params.question(), ..AccountFilter::default() };
    let page = params.page(LIST);
    params.finish()?;
    let slice = api.view(&caller).accounts(filter, page).await?;
    let next_cursor = cursor_after(LIST, &slice);
    Ok(Json(List::of(slice.items.iter().map(|row| today(&api, row)).collect(), next_cursor)))
}

/// Shows one account with its figures of today, or of a past day.
#[utoipa::path(
    get, path = "/api/accounts/{id}", operation_id = "getAccount", tag = "accounts",
    params(
        ("id" = u64, Path, description = "its number"),
        ("day" = Option<String>, Query, description = "a past business day, such as 2025-10-21"),
    ),
    responses((status = 200, description = "The account on that day", body = AccountShape)),
)]
pub(super) async fn one(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
) -> Result<Response, Problem> {
    let view = api.view(&caller);
    let offset = api.access.book().policy().day_offset;
    let mut params = Params::of(&uri);
    let day = params.day("day", offset);
    let (row, ()) = in_order(view.account(id).await, params.finish())?;
    let present = api.access.today().max(row.day);
    let shown = match day {
        Some(day) if day > present => {
            return Err(Refusal::invalid("day", format_args!("must not be after {present}")).into());
        }
        Some(day) if day < present => {
            let past = view.account_on(id, day, offset).await?;
            shape(&past.account, past.state, past.limit)
        }
        _ => today(&api, &row),
    };
    Ok(object(StatusCode::OK, None, &shown))
}

/// A limit and how it came to be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limit)]
pub(super) struct LimitShape {
    #[schema(example = "1000000")]
    limit: String,
    #[schema(example = "XOF")]
    currency: String,
    /// Newest first.
    history: Vec<LimitChangeShape>,
    /// The `cursor` of the older changes; null on the last page.
    next_cursor: Option<String>,
}

/// A change of a limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LimitChange)]
struct LimitChangeShape {
    at: String,
    /// The user who set it.
    by: Option<u64>,
    #[schema(example = "500000")]
    old: String,
    #[schema(example = "1000000")]
    new: String,
    reason: String,
}

impl From<LimitChange> for LimitChangeShape {
    fn from(change: LimitChange) -> Self {
        Self {
            at: rfc3339(change.at),
            by: change.by.map(|user| user.0),
            old: change.old.to_string(),
            new: change.new.to_string(),
            reason: change.reason,
        }
    }
}

/// Shows an account's limit and its history.
#[utoipa::path(
    get, path = "/api/accounts/{id}/limit", operation_id = "getLimit", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("limit" = Option<u32>, Query, description = "1 to 200 changes, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The limit with its history", body = LimitShape)),
)]
pub(super) async fn limit(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
) -> Result<Json<LimitShape>, Problem> {
    let mut params = Params::of(&uri);
    let page = params.page(LIMITS);
    let ((row, slice), ()) = in_order(api.view(&caller).limit(id, page).await, params.finish())?;
    let next_cursor = cursor_after(LIMITS, &slice);
    let history = slice.items.into_iter().map(|row| row.data.into()).collect();
    Ok(Json(LimitShape { limit: row.limit.to_string(), currency: row.currency().to_string(), history, next_cursor }))
}

/// A new limit. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"limit": "1500000", "reason": "garantie bancaire reçue"}))]
#[expect(dead_code, reason = "documents the body that `set_limit` reads")]
pub(super) struct NewLimit {
    /// Not negative; one below the active credit only stops new credits.
    limit: AmountInput,
    reason: String,
}

/// Sets an account's limit.
#[utoipa::path(
    put, path = "/api/accounts/{id}/limit", operation_id = "setLimit", tag = "accounts",
    params(("id" = u64, Path, description = "the account's number")),
    request_body = NewLimit,
    responses((status = 200, description = "The account with its new limit", body = AccountShape)),
)]
pub(super) async fn set_limit(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    body: Body,
) -> Result<Json<AccountShape>, Problem> {
    let mut fields = fields_about(api.view(&caller).account(id), body).await?;
    let draft = LimitDraft {
        limit: fields.take_amount("limit"),
        reason: fields.take_string("reason"),
        faults: fields.finish(),
    };
    let done = api.run(&caller, Command::SetLimit(id, draft), None, account_of).await?;
    Ok(Json(today(&api, &done.answer)))
}
