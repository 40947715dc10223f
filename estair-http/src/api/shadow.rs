//! Beside the former system: what it decided, decided here too (L6).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use estair_core::clock::rfc3339;
use estair_core::id::AccountId;
use estair_core::json::Json as Text;
use estair_core::row::Row;
use estair_core::shadow::{LegacyAnswer, ShadowDecision, ShadowDraft, ShadowOutcome};
use estair_core::store::{ShadowFilter, Total};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::mark_replayed;
use super::head::Head;
use super::requests::create::{NewRequest, draft_of};
use super::state::Api;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::names::names;
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::shapes::AmountInput;
use crate::total::{TotalShape, amounts};

/// The name under which the report's cursors are made.
const LIST: &str = "shadow";

/// What the former system did. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "account_id": 1, "draft": {"category": "daily_credit", "amount": 500_000}, "at": "2025-10-21T09:00:00Z",
    "legacy": {"outcome": "to_treat", "figures": {"limit": "1000000", "active_credit": "0", "balance": "0"}},
}))]
#[expect(dead_code, reason = "documents the body that `tell` reads")]
pub(super) struct NewShadow {
    account_id: u64,
    /// The request, as for creating one.
    draft: NewRequest,
    /// The instant as of which it is decided; now when it is left out.
    at: Option<String>,
    legacy: NewLegacy,
}

/// What the former system said. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `tell` reads")]
struct NewLegacy {
    /// `to_treat`, `waiting`, `open` or `refused`.
    outcome: String,
    /// On which figures: then ours rest on them too. Without them, what it granted that day counts as active.
    figures: Option<NewFigures>,
}

/// Figures of the former system. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `tell` reads")]
struct NewFigures {
    limit: Option<AmountInput>,
    active_credit: Option<AmountInput>,
    balance: Option<AmountInput>,
}

/// What our rules say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowOurs)]
struct Ours {
    /// `to_treat`, `waiting`, `open` or `refused`.
    #[schema(example = "waiting")]
    outcome: &'static str,
    /// Why it waits or is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "credit_limit_exceeded")]
    code: Option<String>,
}

/// What the former system said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowLegacy)]
struct Legacy {
    #[schema(example = "to_treat")]
    outcome: &'static str,
    /// As far as they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<Figures>,
}

/// Figures, as far as they are known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowFigures)]
struct Figures {
    #[schema(example = "1000000")]
    limit: Option<String>,
    #[schema(example = "0")]
    active_credit: Option<String>,
    #[schema(example = "0")]
    balance: Option<String>,
}

/// Both answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowAnswers)]
pub(super) struct Both {
    ours: Ours,
    legacy: Legacy,
    /// Do both have the same outcome?
    agree: bool,
}

/// Both answers to a request, as they were kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowDecision)]
struct Kept {
    id: u64,
    account_id: u64,
    /// The instant as of which it was decided.
    at: String,
    category: Option<&'static str>,
    #[schema(example = "500000")]
    amount: Option<String>,
    /// The request, exactly as it came.
    #[schema(value_type = Object)]
    draft: Text,
    /// The limit on which our answer rests.
    #[schema(example = "1000000")]
    limit: String,
    /// The active credit on which it rests.
    #[schema(example = "0")]
    active_credit: String,
    #[serde(flatten)]
    both: Both,
    /// Who told; null for nobody known.
    created_by: Option<u64>,
    created_at: String,
}

/// What both systems decided, newest first, and how often they agreed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShadowReport)]
pub(super) struct Report {
    /// In all, or of the account that is asked for.
    agreements: u64,
    /// In all, or of the account that is asked for.
    disagreements: u64,
    items: Vec<Kept>,
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
    /// With `count=true`: how many there are in all, and what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    total: Option<TotalShape>,
}

fn both(decision: &ShadowDecision) -> Both {
    let text = |money: Option<estair_core::money::Money>| money.map(|money| money.to_string());
    let figures = Figures {
        limit: text(decision.legacy_limit),
        active_credit: text(decision.legacy_active_credit),
        balance: text(decision.legacy_balance),
    };
    let given = figures.limit.is_some() || figures.active_credit.is_some() || figures.balance.is_some();
    Both {
        ours: Ours { outcome: decision.ours.name(), code: decision.code.clone() },
        legacy: Legacy { outcome: decision.legacy.name(), figures: given.then_some(figures) },
        agree: decision.agree,
    }
}

fn kept(row: &Row<u64, ShadowDecision>) -> Kept {
    Kept {
        id: row.id,
        account_id: row.account.0,
        at: rfc3339(row.at),
        category: row.category.map(|category| category.name()),
        amount: row.amount.map(|amount| amount.to_string()),
        draft: row.draft.clone(),
        limit: row.limit.to_string(),
        active_credit: row.active_credit.to_string(),
        both: both(row),
        created_by: row.by.map(|user| user.0),
        created_at: rfc3339(row.created_at),
    }
}

/// Decides by our rules what the former system decided: for the service.
///
/// Nothing of it is in the book; both answers are kept. The figures of the former system are the basis where they are given,
/// else what it granted on the account that day counts as active.
#[utoipa::path(
    post, path = "/api/shadow", operation_id = "tellShadow", tag = "accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewShadow,
    responses((status = 201, description = "Both answers, which are kept", body = Both)),
)]
pub(super) async fn tell(State(api): State<Api>, caller: Caller, head: Head, body: Body) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let draft = shadow_draft_of(fields);
    let done = api.run(&caller, draft, key).await?;
    let mut response = (StatusCode::CREATED, Json(both(&done.answer))).into_response();
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}

fn shadow_draft_of(mut fields: Fields) -> ShadowDraft {
    let account = fields.take_u64("account_id").map(AccountId);
    let at = fields.take_timestamp("at");
    let raw = fields.take("draft");
    let mut request = raw.as_ref().map(|raw| draft_of(Fields::nested("draft", raw))).unwrap_or_default();
    let mut faults = std::mem::take(&mut request.faults);
    let legacy = fields.take("legacy");
    let legacy = legacy.map(|raw| legacy_of(Fields::nested("legacy", &raw), &mut faults)).unwrap_or_default();
    faults.extend(fields.finish());
    ShadowDraft { account, request, raw: raw.and_then(|raw| Text::parse(raw.get())), at, legacy, faults }
}

fn legacy_of(mut fields: Fields, faults: &mut Vec<estair_core::refusal::FieldError>) -> LegacyAnswer {
    let outcome = fields.take_enum("outcome", ShadowOutcome::from_name, names!(ShadowOutcome));
    let figures = fields.take("figures");
    let mut figures = figures.map(|raw| Fields::nested("legacy.figures", &raw)).unwrap_or_default();
    let answer = LegacyAnswer {
        outcome,
        limit: figures.take_amount("limit"),
        active_credit: figures.take_amount("active_credit"),
        balance: figures.take_amount("balance"),
    };
    faults.extend(fields.finish());
    faults.extend(figures.finish());
    answer
}

/// Shows what both systems decided, newest first, and how often they agreed: for staff.
#[utoipa::path(
    get, path = "/api/shadow", operation_id = "reportShadow", tag = "accounts",
    params(
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("agree" = Option<bool>, Query, description = "`false` for the disagreements alone"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of them", body = Report)),
)]
pub(super) async fn report(State(api): State<Api>, caller: Caller, uri: Uri) -> Result<Json<Report>, Problem> {
    let mut params = Params::of(&uri);
    let filter = ShadowFilter {
        account: params.id("account_id"),
        agree: params.one_of("agree", |text| text.parse::<bool>().ok(), &["true", "false"]),
    };
    let (page, wants_total) = (params.page(LIST), params.count());
    params.finish()?;
    let view = api.view(&caller);
    let slice = view.shadows(&filter, page).await?;
    let total = match wants_total {
        true => Some(Total::of(amounts!(page => view.shadows(&filter, page).await?, row => row.amount)).into()),
        false => None,
    };
    let counts = view.shadow_counts(filter.account).await?;
    Ok(Json(Report {
        agreements: counts.agreements,
        disagreements: counts.disagreements,
        next_cursor: cursor_after(LIST, &slice),
        items: slice.items.iter().map(kept).collect(),
        total,
    }))
}
