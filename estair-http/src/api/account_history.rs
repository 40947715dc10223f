//! The limit of an account (C6), and all that has changed of the account (A1, A2).

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use estair_core::account::{AccountChange, LimitChange, LimitDraft};
use estair_core::actor::Role;
use estair_core::clock::{Timestamp, rfc3339};
use estair_core::id::AccountId;
use estair_core::row::Row;
use estair_core::store::{MAX_PAGE, Page, Total};
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::{AccountShape, today};
use super::answer::List;
use super::state::{Api, fields_about};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after, cursor_of};
use crate::shapes::AmountInput;
use crate::total::{TotalShape, amounts, total};

const LIMITS: &str = "limites";
const HISTORY: &str = "historique-compte";

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
    /// With `count=true`: how many there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    total: Option<TotalShape>,
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
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
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
    let (page, counts) = (params.page(LIMITS), params.count());
    let view = api.view(&caller);
    let ((row, slice), ()) = in_order(view.limit(id, page).await, params.finish())?;
    let total = total!(counts, page => view.limit(id, page).await?.1).map(TotalShape::from);
    let next_cursor = cursor_after(LIMITS, &slice);
    let history = slice.items.into_iter().map(|row| row.data.into()).collect();
    let (limit, currency) = (row.limit.to_string(), row.currency().to_string());
    Ok(Json(LimitShape { limit, currency, history, next_cursor, total }))
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
    let done = api.run(&caller, (id, draft), None).await?;
    Ok(Json(today(&api, &caller.actor, &done.answer)))
}

/// Something that changed of an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountHistoryEntry)]
pub(super) struct HistoryEntry {
    at: String,
    /// `name`, `email`, `status` or `limit`.
    #[schema(example = "status")]
    field: &'static str,
    #[schema(example = "active")]
    old: Option<String>,
    #[schema(example = "suspended")]
    new: Option<String>,
    /// For all but clients.
    #[serde(flatten)]
    inside: Option<HistoryInside>,
}

/// What of a change a client is not told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountHistoryInside)]
struct HistoryInside {
    /// The user who changed it.
    by: Option<u64>,
    reason: Option<String>,
}

/// A change, with its place in the history that it is of.
struct Change {
    at: Timestamp,
    place: Source,
    entry: HistoryEntry,
}

/// Two histories are shown as one.
#[derive(Clone, Copy)]
enum Source {
    Account(u64),
    Limit(u64),
}

/// Shows what has changed of an account, newest first: its name, address, status and limit.
///
/// To a client without who did it and why.
#[utoipa::path(
    get, path = "/api/accounts/{id}/historique", operation_id = "getAccountHistory", tag = "accounts",
    params(
        ("id" = u64, Path, description = "the account's number"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of changes", body = List<HistoryEntry>)),
)]
pub(super) async fn history(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<AccountId>,
    uri: Uri,
) -> Result<Json<List<HistoryEntry>>, Problem> {
    let view = api.view(&caller);
    let mut params = Params::of(&uri);
    let ((limit, place), counts) = (params.page_after(HISTORY, read_place), params.count());
    in_order(view.account(id).await, params.finish())?;
    let (account, limits) = place.unwrap_or_default();
    let page = |before| Page { limit: limit.saturating_add(1).min(MAX_PAGE), before };
    let is_client = caller.actor.role() == Role::Client;
    let changes = view.account_history(id, page(account)).await?;
    let changes = changes.items.into_iter().map(|row| of_account(row, is_client)).collect();
    let limits_page = view.limit(id, page(limits)).await?.1;
    let of_limits = limits_page.items.into_iter().map(|row| of_limit(row, is_client)).collect();
    let total = match counts {
        true => {
            let of_account = amounts!(page => view.account_history(id, page).await?, _ => None).len();
            let of_limits = amounts!(page => view.limit(id, page).await?.1, _ => None).len();
            Some(Total::counted((of_account + of_limits) as u64))
        }
        false => None,
    };
    Ok(Json(merged(changes, of_limits, limit, (account, limits)).with_total(total)))
}

/// The newest of both, each in its own order, and how to go on.
fn merged(
    account: Vec<Change>,
    limits: Vec<Change>,
    limit: u32,
    mut place: (Option<u64>, Option<u64>),
) -> List<HistoryEntry> {
    let (mut account, mut limits) = (account.into_iter().peekable(), limits.into_iter().peekable());
    let mut items = Vec::new();
    while items.len() < limit as usize {
        let later = match (account.peek(), limits.peek()) {
            (Some(change), Some(limit)) => change.at >= limit.at,
            (change, _) => change.is_some(),
        };
        let Some(change) = (if later { account.next() } else { limits.next() }) else { break };
        match change.place {
            Source::Account(id) => place.0 = Some(id),
            Source::Limit(id) => place.1 = Some(id),
        }
        items.push(change.entry);
    }
    let more = account.peek().is_some() || limits.peek().is_some();
    let text = |id: Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
    let next_cursor = more.then(|| cursor_of(HISTORY, &format!("{}.{}", text(place.0), text(place.1))));
    List::of(items, next_cursor)
}

/// After which change of each history a page begins.
fn read_place(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let read = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    let (account, limits) = text.split_once('.')?;
    Some((read(account)?, read(limits)?))
}

fn of_account(row: Row<u64, AccountChange>, is_client: bool) -> Change {
    let AccountChange { at, by, field, old, new, reason } = row.data;
    let inside = (!is_client).then(|| HistoryInside { by: by.map(|user| user.0), reason });
    let entry = HistoryEntry { at: rfc3339(at), field: field.name(), old, new, inside };
    Change { at, place: Source::Account(row.id), entry }
}

fn of_limit(row: Row<u64, LimitChange>, is_client: bool) -> Change {
    let LimitChange { at, by, old, new, reason } = row.data;
    let inside = (!is_client).then(|| HistoryInside { by: by.map(|user| user.0), reason: Some(reason) });
    let (old, new) = (Some(old.to_string()), Some(new.to_string()));
    Change {
        at,
        place: Source::Limit(row.id),
        entry: HistoryEntry { at: rfc3339(at), field: "limit", old, new, inside },
    }
}
