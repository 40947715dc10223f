//! Deciding by our rules what the former system decided.

use crate::actor::{Actor, ClientKind};
use crate::category::Category;
use crate::clock::Timestamp;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::id::{AccountId, UserId};
use crate::json::Json;
use crate::money::{Amount, Money};
use crate::permission::{Permission, granted, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::request::RequestDraft;
use crate::row::{Account, Rollout, ShadowDecision, ShadowOutcome, Switched};

/// What the former system did with a request, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShadowDraft {
    /// The account.
    pub account: Option<AccountId>,
    /// The request, as for creating one.
    pub request: RequestDraft,
    /// The same, as it came.
    pub raw: Option<Json>,
    /// The instant as of which it is decided; now when it is left out.
    pub at: Option<Timestamp>,
    /// What the former system said.
    pub legacy: LegacyAnswer,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// What the former system said, and on which figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyAnswer {
    /// Its outcome.
    pub outcome: Option<ShadowOutcome>,
    /// Its limit.
    pub limit: Option<Amount>,
    /// Its active credit.
    pub active_credit: Option<Amount>,
    /// Its balance.
    pub balance: Option<Amount>,
}

/// The account, and what the former system granted on it.
pub(crate) fn lock_set(draft: &ShadowDraft) -> LockSet {
    let mut locks = draft.request.lock_set(draft.account);
    locks.accounts.extend(draft.account);
    locks.granted_elsewhere.extend(draft.account.map(|account| (account, draft.at)));
    locks
}

/// Decides the request as its author would have asked for it, on the figures of the former system where they are given, else on
/// the account's with what that system granted the same day before.
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, or [`Refusal::Forbidden`]. What our rules refuse is no error: it is our answer.
pub(crate) fn decide(context: &mut Context<'_>, snapshot: &Snapshot, draft: &ShadowDraft) -> Result<Decision, Refusal> {
    if let Some(id) = draft.account {
        require_sight(context.actor, id, "account")?;
        snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    }
    let Values { id, legacy, raw } = values(draft, context.now)?;
    let account = snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    let figures = Figures::of(account, &draft.legacy)?;
    require(context.actor, Permission::TellShadow)?;

    let at = draft.at.unwrap_or(context.now);
    let day = context.policy.day_offset.day_of(at);
    let granted = snapshot.granted_elsewhere.get(&id).into_iter().flat_map(|granted| granted.values());
    let before = granted.filter(|one| context.policy.day_offset.day_of(one.at) == day && one.at <= at);
    let seen = figures.seen_by_our_rules(account, before.map(|one| one.amount))?;
    let (limit, active_credit) = (seen.limit, seen.indicators.active_credit);
    let mut basis = snapshot.clone();
    basis.accounts.insert(id, seen);

    let request = RequestDraft { account: Some(id), ..draft.request.clone() };
    let author = author_of(id, context.actor.user(), request.category);
    let mut then =
        Context { actor: &author, origin: context.origin, now: at, policy: context.policy, ids: &mut *context.ids };
    let (ours, code) = match request.preview(&mut then, &basis) {
        Ok(preview) => match &preview.outcome {
            Ok(status) => (
                ShadowOutcome::from_name(status.name()).unwrap_or(ShadowOutcome::Refused),
                preview.waits_for_limit.then_some("credit_limit_exceeded"),
            ),
            Err(refusal) => (ShadowOutcome::Refused, Some(refusal.code())),
        },
        Err(refusal) => (ShadowOutcome::Refused, Some(refusal.code())),
    };
    let decision = ShadowDecision {
        uuid: context.ids.draw(),
        account: id,
        at,
        day,
        category: request.category,
        amount: request.amount.and_then(|amount| amount.in_currency(account.currency()).ok()),
        draft: raw,
        ours,
        code: code.map(str::to_owned),
        limit,
        active_credit,
        legacy,
        legacy_limit: figures.limit,
        legacy_active_credit: figures.active_credit,
        legacy_balance: figures.balance,
        agree: ours == legacy,
        by: context.actor.user(),
        created_at: context.now,
    };
    let changes = Changes { shadows: vec![decision.clone()], ..Changes::default() };
    Ok(Decision { changes, answer: PendingAnswer::Shadow(Box::new(decision)) })
}

/// What is needed, and there.
struct Values {
    id: AccountId,
    legacy: ShadowOutcome,
    raw: Json,
}

fn values(draft: &ShadowDraft, now: Timestamp) -> Result<Values, Refusal> {
    let mut faults = draft.faults.clone();
    let mut need = |field: &str, there: bool| {
        let told = faults.iter().any(|fault| fault.field == field || fault.field.starts_with(&format!("{field}.")));
        if !there && !told {
            faults.push(FieldError::new(field, "is needed"));
        }
    };
    need("account_id", draft.account.is_some());
    need("draft", draft.raw.is_some());
    need("legacy.outcome", draft.legacy.outcome.is_some());
    if draft.request.account.is_some_and(|id| Some(id) != draft.account) {
        faults.push(FieldError::new("draft.account_id", "is another account"));
    }
    if draft.at.is_some_and(|at| at > now) {
        faults.push(FieldError::new("at", "must not be in the future"));
    }
    match (draft.account, draft.legacy.outcome, draft.raw.clone()) {
        (Some(id), Some(legacy), Some(raw)) if faults.is_empty() => Ok(Values { id, legacy, raw }),
        _ => Err(Refusal::Invalid(faults)),
    }
}

/// The former system's figures, in the account's currency.
struct Figures {
    limit: Option<Money>,
    active_credit: Option<Money>,
    balance: Option<Money>,
}

impl Figures {
    fn of(account: &Account, given: &LegacyAnswer) -> Result<Self, Refusal> {
        let money = |field: &str, amount: Option<Amount>| {
            let money = amount.map(|amount| amount.in_currency(account.currency())).transpose();
            money.map_err(|error| Refusal::amount(field, error))
        };
        Ok(Self {
            limit: money("legacy.figures.limit", given.limit)?,
            active_credit: money("legacy.figures.active_credit", given.active_credit)?,
            balance: money("legacy.figures.balance", given.balance)?,
        })
    }

    /// The account on which our rules decide, as if it were live.
    fn seen_by_our_rules(&self, account: &Account, granted: impl Iterator<Item = Money>) -> Result<Account, Refusal> {
        let mut seen = account.clone();
        seen.rollout = Some(Switched { to: Rollout::Live, version: account.version });
        seen.limit = self.limit.unwrap_or(seen.limit);
        seen.indicators.balance = self.balance.unwrap_or(seen.indicators.balance);
        seen.indicators.active_credit = match self.active_credit {
            Some(active) => active,
            None => granted
                .into_iter()
                .try_fold(seen.indicators.active_credit, |sum, one| sum.checked_add(one))
                .map_err(|_| Refusal::AmountOutOfRange { figure: "active_credit" })?,
        };
        Ok(seen)
    }
}

/// Who asks for such a request: the client where it may, else the desk that may.
fn author_of(account: AccountId, user: Option<UserId>, category: Option<Category>) -> Actor {
    let user = user.unwrap_or(UserId(0));
    let client = Actor::Client { user, account, kind: ClientKind::Agency };
    let Some(category) = category else { return client };
    let may = |actor: &Actor| granted(actor.role(), Permission::CreateRequest(category)).is_some();
    [client, Actor::Operation(user)].into_iter().find(may).unwrap_or(Actor::Admin(user))
}
