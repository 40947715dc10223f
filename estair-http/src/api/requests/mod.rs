//! Financial requests (R, T, C).

pub(super) mod comments;
pub(super) mod create;
pub(super) mod lot;
pub(super) mod update;

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::account::Account;
use estair_core::actor::Role;
use estair_core::book::View;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{Timestamp, rfc3339};
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::money::Amount;
use estair_core::request::{GrantedCredit, Request};
use estair_core::row::Row;
use estair_core::store::{CreditState, Page, RequestFilter, RequestOrder, Slice};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{AllowedAction, List, actions, object};
use super::state::Api;
use crate::body::MAX_ID;
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::problem::Problem;
use crate::query::{Params, cursor_of};

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
    /// In a list, for staff: the account's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    account_name: Option<String>,
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

pub(super) fn shape(row: &Row<RequestId, Request>) -> RequestShape {
    RequestShape {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        account_id: row.account.0,
        account_name: None,
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

pub(super) async fn with_actions(
    view: &View,
    row: &Row<RequestId, Request>,
    credit: GrantedCredit,
) -> Result<OneRequest, Problem> {
    Ok(OneRequest { request: shape(row), allowed_actions: actions(view.request_actions(row, credit).await?) })
}

/// Lists financial requests, newest first unless another order is asked for.
///
/// A client sees its own account's, and no draft; another account's id as a filter gives an empty list, as an unknown one does.
#[utoipa::path(
    get, path = "/api/requetes-financieres", operation_id = "listFinancialRequests", tag = "requests",
    params(
        ("status" = Option<String>, Query, description = "one status or several, separated by commas or repeated"),
        ("category" = Option<String>, Query, description = "of this category"),
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("assigned_to" = Option<String>, Query, description = "held by this desk"),
        ("created_from" = Option<String>, Query, description = "created at or after this instant, or from this day on"),
        ("created_to" = Option<String>, Query, description = "created before this instant, or until the end of this day"),
        ("etatsdevente_id" = Option<u64>, Query, description = "of this sale operation"),
        ("helpdesk_id" = Option<u64>, Query, description = "of this support request"),
        ("credit" = Option<String>, Query, description = "`active`: granted and not cancelled; `expired`: those of them that are past their expiry"),
        ("q" = Option<String>, Query, description = "this text in name, uuid, description or the account's name; the whole amount; the sale operation's number"),
        ("sort" = Option<String>, Query, description = "`newest` (when left out), `oldest`, `expiry` (soonest first, without one last) or `amount` (greatest first)"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
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
    let sort = params.one_of("sort", Sort::from_name, &Sort::NAMES).unwrap_or(Sort::Newest);
    let (limit, place) = params.page_after(sort.cursors(), |text| Place::read(text, sort));
    let (counts, filter) = (params.count(), filter_of(&mut params, api.access.now(), sort.order(place)));
    params.finish()?;
    let view = api.view(&caller);
    let page = Page { limit, before: place.map(|place| place.before) };
    let slice = view.requests(filter.clone(), page).await?;
    let total = if counts { Some(view.count_requests(filter).await?) } else { None };
    let names = names_of(&view, &slice.items).await?;
    let items = slice.items.iter().map(|row| named(row, names.as_ref())).collect();
    Ok(Json(List::of(items, next_cursor(sort, &slice)).with_total(total)))
}

/// Accounts by their number.
type Accounts = BTreeMap<AccountId, Row<AccountId, Account>>;

/// The accounts of requests, whose names staff are shown with them; none for a client.
pub(super) async fn names_of(
    view: &View,
    rows: impl IntoIterator<Item = &Row<RequestId, Request>>,
) -> Result<Option<Accounts>, Problem> {
    if view.actor().role() == Role::Client {
        return Ok(None);
    }
    let ids: BTreeSet<_> = rows.into_iter().map(|row| row.account).collect();
    Ok(Some(view.accounts_of(&ids.into_iter().collect::<Vec<_>>()).await?))
}

/// A request as a list shows it.
pub(super) fn named(row: &Row<RequestId, Request>, names: Option<&Accounts>) -> RequestShape {
    let account = names.and_then(|names| names.get(&row.account));
    RequestShape { account_name: account.map(|account| account.name.clone()), ..shape(row) }
}

fn filter_of(params: &mut Params, now: Timestamp, order: RequestOrder) -> RequestFilter {
    let credit = |name: &str| match name {
        "active" => Some(true),
        "expired" => Some(false),
        _ => None,
    };
    RequestFilter {
        status: params.any_of("status", Status::from_name, &names!(Status)),
        category: params.one_of("category", Category::from_caller, &names!(Category)),
        account: params.id("account_id"),
        assigned_to: params.one_of("assigned_to", Desk::from_name, &names!(Desk)),
        created_from: params.from_instant("created_from"),
        created_to: params.to_instant("created_to"),
        etatsdevente_id: params.id("etatsdevente_id"),
        helpdesk_id: params.id::<SupportId>("helpdesk_id"),
        credit: params
            .one_of("credit", credit, &["active", "expired"])
            .map(|active| if active { CreditState::Active } else { CreditState::Expired(now) }),
        draft: None,
        q: params.question(),
        order,
    }
}

/// In which order the list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Newest,
    Oldest,
    Expiry,
    Amount,
}

impl Sort {
    const NAMES: [&str; 4] = ["newest", "oldest", "expiry", "amount"];

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "newest" => Self::Newest,
            "oldest" => Self::Oldest,
            "expiry" => Self::Expiry,
            "amount" => Self::Amount,
            _ => return None,
        })
    }

    /// The name under which its cursors are made: a cursor of another order leads nowhere.
    const fn cursors(self) -> &'static str {
        match self {
            Self::Newest => "requetes",
            Self::Oldest => "requetes.oldest",
            Self::Expiry => "requetes.expiry",
            Self::Amount => "requetes.amount",
        }
    }

    fn order(self, place: Option<Place>) -> RequestOrder {
        match self {
            Self::Newest => RequestOrder::Newest,
            Self::Oldest => RequestOrder::Oldest,
            Self::Expiry => RequestOrder::Expiry,
            Self::Amount => RequestOrder::Amount(place.and_then(|place| place.amount)),
        }
    }
}

/// The row that a page ended with: its number, and where the list is sorted by it, the amount that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    before: u64,
    amount: Option<Amount>,
}

impl Place {
    fn read(text: &str, sort: Sort) -> Option<Self> {
        let (number, amount) = match (sort, text.split_once('@')) {
            (Sort::Amount, Some((number, amount))) => (number, Some(amount.parse().ok()?)),
            (Sort::Newest | Sort::Oldest | Sort::Expiry, None) => (text, None),
            _ => return None,
        };
        number.parse().ok().filter(|before| *before <= MAX_ID).map(|before| Self { before, amount })
    }
}

fn next_cursor(sort: Sort, slice: &Slice<Row<RequestId, Request>>) -> Option<String> {
    let (before, last) = (slice.next?, slice.items.last()?);
    let place = match sort {
        Sort::Amount => format!("{before}@{}", last.amount.amount()),
        _ => before.to_string(),
    };
    Some(cursor_of(sort.cursors(), &place))
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
