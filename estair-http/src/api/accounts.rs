//! Accounts and their indicators (F), and changing them (A1, A2).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::account::{
    Account, AccountDraft, AccountPatch, AccountStatus, Rollout, State as AccountState, rollout_of,
};
use estair_core::actor::{Actor, Role};
use estair_core::ask::Opening;
use estair_core::book::AccountOn;
use estair_core::clock::{BusinessDay, rfc3339};
use estair_core::id::AccountId;
use estair_core::money::Money;
use estair_core::refusal::Refusal;
use estair_core::row::Row;
use estair_core::store::AccountFilter;
use estair_core::text;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{List, created, mark_replayed, object};
use super::head::Head;
use super::state::{Api, fields_about};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::shapes::AmountInput;
use crate::total::total;

const LIST: &str = "accounts";

/// An account with its indicators on a day. Amounts are exact, with the currency's own number of decimals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountShape {
    id: u64,
    uuid: Uuid,
    name: String,
    email: Option<String>,
    /// The host's own name for it.
    reference: Option<String>,
    /// Which system it works with: `legacy`, `shadow` or `live`; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "live")]
    rollout: Option<&'static str>,
    /// `active`, or `suspended`: no request is created on it and none is passed.
    #[schema(example = "active")]
    status: &'static str,
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
    /// What the active credit leaves of the limit; negative under a limit that was lowered.
    #[schema(example = "500000")]
    headroom: String,
    /// The greatest credit that the limit lets pass.
    #[schema(example = "499999")]
    available: String,
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

fn shape(api: &Api, actor: &Actor, row: &Row<AccountId, Account>, state: AccountState, limit: Money) -> AccountShape {
    let indicators = state.indicators;
    let policy = api.access.book().policy();
    let comparison = policy.limit;
    let reads_rollout = actor.role() != Role::Client && actor.role() != Role::Service;
    AccountShape {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        email: row.email.clone(),
        reference: row.reference.as_ref().map(|reference| reference.name.clone()),
        rollout: reads_rollout.then(|| rollout_of(policy, row.id, row).name()),
        status: row.status.name(),
        currency: row.currency().to_string(),
        day: state.day.to_string(),
        version: state.version,
        limit: limit.to_string(),
        headroom: limit.checked_sub(indicators.active_credit).unwrap_or(limit).to_string(),
        available: comparison.available(limit, indicators.active_credit).to_string(),
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
pub(super) fn today(api: &Api, actor: &Actor, row: &Row<AccountId, Account>) -> AccountShape {
    shape(api, actor, row, row.state_on(api.access.today()), row.limit)
}

/// An account as it was on a day (F7).
fn past(api: &Api, actor: &Actor, on: &AccountOn) -> AccountShape {
    shape(api, actor, &on.account, on.state, on.limit)
}

/// Refuses a day that is still to come.
fn not_to_come(day: Option<BusinessDay>, present: BusinessDay) -> Result<(), Refusal> {
    if day.is_some_and(|day| day > present) {
        return Err(Refusal::invalid("day", format_args!("must not be after {present}")));
    }
    Ok(())
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
    /// The host's own name for it, unique among all.
    reference: Option<String>,
}

/// Creates an account.
///
/// With a `reference` that an account has already, and the same content, the answer is that account.
#[utoipa::path(
    post, path = "/api/accounts", operation_id = "createAccount", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewAccount,
    responses(
        (status = 201, description = "The account as it was created", body = AccountShape),
        (status = 200, description = "The account that has this reference", body = AccountShape),
    ),
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
        reference: fields.take_string("reference"),
        faults: fields.finish(),
    };
    let done = api.run(&caller, Opening(draft), key).await?;
    let (row, is_new) = done.answer;
    if is_new {
        return Ok(created(
            &head,
            row.id.0,
            None,
            done.replayed,
            &shape(&api, &caller.actor, &row, row.state(), row.limit),
        ));
    }
    let mut response = object(StatusCode::OK, None, &today(&api, &caller.actor, &row));
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}

/// Lists accounts, newest first, with the figures of today, or of a past day.
#[utoipa::path(
    get, path = "/api/accounts", operation_id = "listAccounts", tag = "accounts",
    params(
        ("q" = Option<String>, Query, description = "whose name holds this text"),
        ("reference" = Option<String>, Query, description = "which has this reference"),
        ("status" = Option<String>, Query, description = "`active` or `suspended`"),
        ("rollout" = Option<String>, Query, description = "`legacy`, `shadow` or `live`"),
        ("day" = Option<String>, Query, description = "a past business day, such as 2025-10-21"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
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
    let filter = AccountFilter {
        account: None,
        q: params.question(),
        reference: params.text("reference", text::MAX_LINE),
        uuid: None,
        status: params.one_of("status", AccountStatus::from_name, &names!(AccountStatus)),
        rollout: params.one_of("rollout", Rollout::from_name, &names!(Rollout)),
    };
    let offset = api.access.book().policy().day_offset;
    let (page, counts, day) = (params.page(LIST), params.count(), params.day("day", offset));
    params.finish()?;
    let present = api.access.today();
    not_to_come(day, present)?;
    let view = api.view(&caller);
    let (items, next_cursor) = match day.filter(|day| *day < present) {
        Some(day) => {
            let slice = view.accounts_on(filter.clone(), page, day, offset).await?;
            (slice.items.iter().map(|on| past(&api, &caller.actor, on)).collect(), cursor_after(LIST, &slice))
        }
        None => {
            let slice = view.accounts(filter.clone(), page).await?;
            (slice.items.iter().map(|row| today(&api, &caller.actor, row)).collect(), cursor_after(LIST, &slice))
        }
    };
    let total = total!(counts, page => view.accounts(filter.clone(), page).await?);
    Ok(Json(List::of(items, next_cursor).with_total(total)))
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
    not_to_come(day, present)?;
    let shown = match day {
        Some(day) if day < present => past(&api, &caller.actor, &view.account_on(id, day, offset).await?),
        _ => today(&api, &caller.actor, &row),
    };
    Ok(object(StatusCode::OK, None, &shown))
}

/// What shall change. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountPatch, example = json!({"status": "suspended", "reason": "impayé de septembre"}))]
#[expect(dead_code, reason = "documents the body that `update` reads")]
pub(super) struct AccountChangeBody {
    /// For admin.
    name: Option<String>,
    /// For admin; null takes the address away.
    email: Option<String>,
    /// `active` or `suspended`; for finance and admin.
    status: Option<String>,
    /// `legacy`, `shadow` or `live`; for admin. Not taken back once movements were written.
    rollout: Option<String>,
    /// Why; needed to suspend, and never told to the client.
    reason: Option<String>,
    /// The version that was read, which counts its movements; `If-Match` says the same.
    version: Option<u64>,
}

/// Changes an account's name, its address, or whether it works. What is so already changes nothing.
#[utoipa::path(
    patch, path = "/api/accounts/{id}", operation_id = "updateAccount", tag = "accounts",
    params(
        ("id" = u64, Path, description = "its number"),
        ("If-Match" = Option<String>, Header, description = "the version that was read, instead of `version`"),
    ),
    request_body = AccountChangeBody,
    responses((status = 200, description = "The account as it is now", body = AccountShape)),
)]
pub(super) async fn update(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    head: Head,
    body: Body,
) -> Result<Json<AccountShape>, Problem> {
    let mut fields = fields_about(api.view(&caller).account(id), body).await?;
    fields.refuse_null(["name", "status", "rollout"]);
    let patch = AccountPatch {
        name: fields.take_string("name"),
        email: if fields.take_null("email") { Some(None) } else { fields.take_string("email").map(Some) },
        status: fields.take_enum("status", AccountStatus::from_name, names!(AccountStatus)),
        rollout: fields.take_enum("rollout", Rollout::from_name, names!(Rollout)),
        reason: fields.take_string("reason"),
        version: head.version(&mut fields),
        faults: fields.finish(),
    };
    let row = api.run(&caller, (id, patch), None).await?.answer;
    Ok(Json(today(&api, &caller.actor, &row)))
}
