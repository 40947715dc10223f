//! A request that every rule let through: what it will be. Creating and previewing rest on the same plan.

use crate::account::rollout::require_live;
use crate::actor::Role;
use crate::category::{Definition, Desk, Status};
use crate::clock::Timestamp;
use crate::decision::{Context, Snapshot};
use crate::fact::Fact;
use crate::id::AccountId;
use crate::money::Money;
use crate::permission::{Permission, granted, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::request::action::{assigns_to, is_visible};
use crate::request::pass::fits;
use crate::row::{Account, MovementStatus, Pass, Request, name_of};
use crate::text;

use super::create::{RequestDraft, creation_facts};

/// The account the draft is about: named, or the client's own, or its parent's (R5).
pub(super) fn find_account<'s>(
    context: &Context<'_>,
    snapshot: &'s Snapshot,
    draft: &RequestDraft,
) -> Result<(AccountId, &'s Account), Refusal> {
    let of_parent = || draft.parent.and_then(|parent| snapshot.requests.get(&parent)).map(|parent| parent.account);
    let Some(id) = draft.account.or(context.actor.account()).or_else(of_parent) else {
        if draft.parent.is_some() && draft.faults.is_empty() {
            return Err(Refusal::InvalidParent);
        }
        let unread = draft.faults.iter().any(|fault| fault.field == "account_id");
        let missing = FieldError::new("account_id", "is needed");
        let faults = draft.faults.iter().cloned().chain((!unread).then_some(missing));
        return Err(Refusal::Invalid(faults.collect()));
    };
    require_sight(context.actor, id, "account")?;
    let account = snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    Ok((id, account))
}

/// A request that every rule let through: what it will be.
pub(super) struct Plan<'a> {
    pub(super) definition: &'static Definition,
    pub(super) draft: &'a RequestDraft,
    pub(super) account_id: AccountId,
    pub(super) account: &'a Account,
    pub(super) amount: Money,
    pub(super) description: Option<String>,
    pub(super) expiry_date: Option<Timestamp>,
    pub(super) starts: Status,
    pub(super) desk: Desk,
    pub(super) kept: bool,
    pub(super) checked: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        context: &Context<'_>,
        snapshot: &'a Snapshot,
        draft: &'a RequestDraft,
        account_id: AccountId,
        account: &'a Account,
    ) -> Result<Self, Refusal> {
        let definition = check_values(context, snapshot, draft, account_id, account)?;
        let amount = amount_of(context, definition, snapshot, draft, account)?;
        let description = text::optional("description", draft.description.as_deref(), text::MAX_TEXT)
            .map_err(|error| Refusal::Invalid(vec![error]))?;
        let expiry_date = expiry_of(context, definition, draft)?;
        require(context.actor, Permission::CreateRequest(definition.category))?;
        let desk = desk_of(context, definition, draft)?;
        require_live(context, account_id, account)?;
        if !definition.reverses_parent {
            account.require_active()?;
        }
        check_cutoff(context, expiry_date)?;
        check_parent(definition, snapshot, draft, account_id)?;
        let kept = definition.may_be_kept && desk == Desk::Operation;
        let checked = definition.limited && context.policy.auto_validation && !kept;
        let starts = match definition.starts {
            _ if draft.hold == Some(true) => Status::Waiting,
            Status::Open if checked && fits(context, account, amount) => Status::ToTreat,
            Status::Open if checked => Status::Waiting,
            start => start,
        };
        Ok(Self {
            definition,
            draft,
            account_id,
            account,
            amount,
            description,
            expiry_date,
            starts,
            desk,
            kept,
            checked,
        })
    }

    /// What comes next and who does it.
    pub(super) fn next(&self) -> (Status, Role) {
        match self.starts {
            Status::Open if self.desk == Desk::Operation => (Status::Open, Role::Operation),
            Status::Waiting if self.definition.reverses_parent => (Status::Processing, Role::Admin),
            Status::Open | Status::Waiting => (Status::ToTreat, Role::Finance),
            _ => (Status::Processing, Role::System),
        }
    }

    pub(super) fn into_request(self, context: &Context<'_>, uuid: uuid::Uuid) -> (Request, Vec<Fact>) {
        let author = context.actor.user();
        let request = Request {
            uuid,
            name: name_of(uuid, context.now),
            account: self.account_id,
            category: self.definition.category,
            amount: self.amount,
            description: self.description,
            status: self.starts,
            assigned_to: self.desk,
            draft: self.kept,
            expiry_date: self.expiry_date,
            parent: self.draft.parent,
            etatsdevente_id: self.draft.etatsdevente_id,
            helpdesk_id: self.draft.helpdesk_id,
            movement: None,
            message_uuid: None,
            created_by: author,
            created_at: context.now,
            updated_at: context.now,
            version: 1,
            execution: u32::from(self.starts == Status::ToTreat),
            passed: (self.starts == Status::ToTreat).then_some(Pass {
                by: author,
                by_hand: self.definition.starts == Status::ToTreat,
                origin: context.origin.clone(),
            }),
            sent_back: None,
        };
        let facts = creation_facts(context, &request, self.account, self.checked);
        (request, facts)
    }
}

/// Values that cannot be, whoever asks: they come before permissions (P5).
fn check_values(
    context: &Context<'_>,
    snapshot: &Snapshot,
    draft: &RequestDraft,
    account_id: AccountId,
    account: &Account,
) -> Result<&'static Definition, Refusal> {
    if let Some(only) = draft.faults.first().filter(|fault| draft.faults.len() == 1 && fault.field == "amount") {
        return Err(Refusal::InvalidAmount(only.clone()));
    }
    if !draft.faults.is_empty() {
        return Err(Refusal::Invalid(draft.faults.clone()));
    }
    let category = draft.category.ok_or_else(|| Refusal::invalid("category", "is needed"))?;
    let definition = category.definition();
    // Where there is no amount, it is its parent's (R5), in the parent's currency.
    if draft.amount.is_some() || draft.currency.is_some() {
        account.require_currency(draft.currency)?;
    }
    if draft.hold.is_some() && !definition.reverses_parent {
        return Err(Refusal::invalid("hold", format_args!("is not for a {category}")));
    }
    if !definition.may_be_kept && draft.assigned_to.is_some_and(|desk| desk != definition.desk) {
        return Err(Refusal::invalid("assigned_to", format_args!("is {} for a new {category}", definition.desk)));
    }
    match (definition.reverses_parent, draft.parent) {
        (true, None) => return Err(Refusal::invalid("parent_id", "is needed")),
        (false, Some(_)) => return Err(Refusal::invalid("parent_id", format_args!("is not for a {category}"))),
        _ => {}
    }
    if let Some(parent) = draft.parent {
        let fits = snapshot.requests.get(&parent).is_some_and(|row| {
            row.account == account_id && row.definition().grants_credit() && is_visible(context.actor, row)
        });
        if !fits {
            return Err(Refusal::InvalidParent);
        }
    }
    if let Some(support) = draft.helpdesk_id {
        let fits = snapshot.supports.get(&support).is_some_and(|row| row.account == account_id);
        if !fits {
            return Err(Refusal::invalid("helpdesk_id", "is no support request of this account"));
        }
    }
    Ok(definition)
}

/// The amount: positive, of the account's currency; a cancellation's is its parent's (M2, M3, R5).
fn amount_of(
    context: &Context<'_>,
    definition: &Definition,
    snapshot: &Snapshot,
    draft: &RequestDraft,
    account: &Account,
) -> Result<Money, Refusal> {
    // Who reads no requests learns no amount of one.
    let told = granted(context.actor.role(), Permission::ReadRequests).is_some();
    let full = draft.parent.and_then(|parent| snapshot.requests.get(&parent)).map(|parent| parent.amount);
    let given = draft.amount.map(|amount| amount.in_currency(account.currency())).transpose();
    let given = given.map_err(|error| Refusal::amount("amount", error))?;
    match (given, full.filter(|_| definition.reverses_parent)) {
        (Some(given), Some(full)) if given != full => {
            let full = if told { full.to_string() } else { "amount of its parent".to_owned() };
            Err(Refusal::InvalidAmount(FieldError::new("amount", format_args!("can only be the full {full}"))))
        }
        (_, Some(full)) => Ok(full),
        (Some(given), None) if given.is_positive() => Ok(given),
        (Some(_), None) => Err(Refusal::InvalidAmount(FieldError::new("amount", "must be more than 0"))),
        (None, None) => Err(Refusal::InvalidAmount(FieldError::new("amount", "is needed"))),
    }
}

/// The expiry date: the day's cut-off, which a client may repeat but not choose (R4).
fn expiry_of(
    context: &Context<'_>,
    definition: &Definition,
    draft: &RequestDraft,
) -> Result<Option<Timestamp>, Refusal> {
    let Some(expiry) = definition.expiry.of(context.now, context.policy.cutoff) else {
        if draft.expiry_date.is_some() {
            let message = format_args!("is not for a {}", definition.category).to_string();
            return Err(Refusal::invalid("expiry_date", message));
        }
        return Ok(None);
    };
    match draft.expiry_date {
        Some(given) if given != expiry => Err(Refusal::InvalidExpiry { expected: expiry }),
        _ => Ok(Some(expiry)),
    }
}

/// Asking at or after the cut-off is refused (R4); who may not ask at all is told that first (P5).
fn check_cutoff(context: &Context<'_>, expiry_date: Option<Timestamp>) -> Result<(), Refusal> {
    match expiry_date {
        Some(cutoff) if context.now >= cutoff => Err(Refusal::CreditCutoffPassed { cutoff }),
        _ => Ok(()),
    }
}

/// The desk: the category's own, or operation's while it finalises (R2).
fn desk_of(context: &Context<'_>, definition: &Definition, draft: &RequestDraft) -> Result<Desk, Refusal> {
    let role = context.actor.role();
    match draft.assigned_to {
        None => Ok(definition.desk),
        Some(desk) if desk == definition.desk => Ok(desk),
        Some(desk) if assigns_to(role, definition.category, desk) => Ok(desk),
        Some(_) => Err(Refusal::Forbidden { role, action: "assign such a request" }),
    }
}

/// The parent's credit must be granted, not cancelled, and not be under cancellation (R5).
fn check_parent(
    definition: &Definition,
    snapshot: &Snapshot,
    draft: &RequestDraft,
    account_id: AccountId,
) -> Result<(), Refusal> {
    let Some((id, parent)) = draft.parent.and_then(|id| Some((id, snapshot.requests.get(&id)?))) else {
        return Ok(());
    };
    debug_assert!(definition.reverses_parent && parent.account == account_id);
    if parent.status != Status::Closed {
        return Err(Refusal::CreditNotGranted { status: parent.status.name() });
    }
    let credit = snapshot.movement_of(parent).filter(|known| known.row.status == MovementStatus::Success);
    if credit.is_none_or(|known| known.row.cancelled_at.is_some()) {
        return Err(Refusal::CreditAlreadyCancelled);
    }
    if snapshot.live_cancellations.contains(&id) {
        return Err(Refusal::CancellationInProgress);
    }
    Ok(())
}
