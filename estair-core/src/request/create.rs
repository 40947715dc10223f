//! Creating a request, and previewing it with the same decision (R2 to R5, C2, C8).

use serde_json::json;

use crate::account::Account;
use crate::actor::Role;
use crate::category::{Category, Definition, Desk, Status};
use crate::change::{Changes, Held, NewOutbox, RequestNeed};
use crate::clock::Timestamp;
use crate::command::{Context, Decision, Pending};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, Link, RequestId, SupportId};
use crate::money::{Amount, Currency, Money};
use crate::movement::MovementStatus;
use crate::notification::Notice;
use crate::permission::{Permission, granted, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::request::{Pass, Request, assigns_to, name_of};
use crate::text;

/// What is asked, as far as it could be read; `faults` are the fields that could not (P5 says when they matter).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The category.
    pub category: Option<Category>,
    /// The account; a client's own when it is left out.
    pub account: Option<AccountId>,
    /// The amount; may be left out where it follows from the parent (R5).
    pub amount: Option<Amount>,
    /// The currency; the account's when it is left out.
    pub currency: Option<Currency>,
    /// Why.
    pub description: Option<String>,
    /// The sale that caused a fee (R3).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it.
    pub helpdesk_id: Option<SupportId>,
    /// The credit request to reverse (R5).
    pub parent: Option<RequestId>,
    /// Create a cancellation that waits for its release (R2).
    pub hold: Option<bool>,
    /// The expiry date the client believes in (R4).
    pub expiry_date: Option<Timestamp>,
    /// The desk that shall hold it (R2).
    pub assigned_to: Option<Desk>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl Draft {
    pub(crate) fn needs(&self, actor_account: Option<AccountId>) -> crate::change::Needs {
        let mut needs = crate::change::Needs::default();
        needs.accounts.extend(self.account.or(actor_account));
        if let Some(parent) = self.parent {
            needs.requests.insert(parent, RequestNeed { account: None, parent: false, credit: true });
        }
        needs.supports.extend(self.helpdesk_id);
        needs
    }
}

/// What would happen to a request, with the figures (the answer of a preview).
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Where it would start, or why it would be refused.
    pub outcome: Result<Status, Refusal>,
    /// The account's limit.
    pub limit: Money,
    /// Its active credit.
    pub active_credit: Money,
    /// The amount asked.
    pub amount: Option<Money>,
    /// What the active credit leaves of the limit.
    pub headroom: Money,
    /// It would wait because the limit is not sufficient.
    pub waits_for_limit: bool,
    /// The next step and who takes it.
    pub next: Option<(Status, Role)>,
}

/// Decides a new request.
///
/// # Errors
/// Any refusal of creation, in the order of P5.
pub fn decide(context: &mut Context<'_>, held: &Held, draft: &Draft) -> Result<Decision, Refusal> {
    let (account_id, account) = find_account(context, held, draft)?;
    let plan = Plan::of(context, held, draft, account_id, account)?;
    let uuid = context.ids.draw();
    let (request, facts) = plan.into_request(context, uuid);
    let link = Link::New(request.uuid);
    let mut changes = Changes { facts, ..Changes::default() };
    if request.status == Status::ToTreat {
        changes.outbox.push(outbox_entry(&request, link, context.now));
    }
    changes.requests.put(request.uuid, None, 0, request.clone());
    Ok(Decision { changes, answer: Pending::Request(link, Box::new(request)) })
}

/// Previews a request: the same decision, nothing kept. What only concerns the form of the question is an error here
/// too; a rule that stands against it is the preview's outcome.
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, [`Refusal::Forbidden`].
pub fn preview(context: &mut Context<'_>, held: &Held, draft: &Draft) -> Result<Preview, Refusal> {
    let (account_id, account) = find_account(context, held, draft)?;
    let figures = |outcome, amount, waits_for_limit, next| Preview {
        outcome,
        waits_for_limit,
        limit: account.limit,
        active_credit: account.indicators.active_credit,
        amount,
        headroom: account.headroom(),
        next,
    };
    match Plan::of(context, held, draft, account_id, account) {
        Ok(plan) => {
            let waits = plan.checked && plan.starts == Status::Waiting;
            Ok(figures(Ok(plan.starts), Some(plan.amount), waits, Some(plan.next())))
        }
        Err(refusal) if is_about_the_question(&refusal) => Err(refusal),
        Err(refusal) => {
            let amount = draft.amount.and_then(|amount| amount.in_currency(account.currency()).ok());
            Ok(figures(Err(refusal), amount, false, None))
        }
    }
}

fn is_about_the_question(refusal: &Refusal) -> bool {
    use crate::refusal::Class;
    match refusal {
        Refusal::CreditCutoffPassed { .. } => false,
        other => other.class() != Class::Conflict,
    }
}

/// The account the draft is about: named, or the client's own, or its parent's (R5).
fn find_account<'h>(context: &Context<'_>, held: &'h Held, draft: &Draft) -> Result<(AccountId, &'h Account), Refusal> {
    let of_parent = || draft.parent.and_then(|parent| held.requests.get(&parent)).map(|parent| parent.account);
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
    let account = held.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    Ok((id, account))
}

/// A request that every rule let through: what it will be.
struct Plan<'a> {
    definition: &'static Definition,
    draft: &'a Draft,
    account_id: AccountId,
    account: &'a Account,
    amount: Money,
    description: Option<String>,
    expiry_date: Option<Timestamp>,
    starts: Status,
    desk: Desk,
    checked: bool,
}

impl<'a> Plan<'a> {
    fn of(
        context: &Context<'_>,
        held: &'a Held,
        draft: &'a Draft,
        account_id: AccountId,
        account: &'a Account,
    ) -> Result<Self, Refusal> {
        let definition = check_values(held, draft, account_id, account)?;
        let amount = amount_of(context, definition, held, draft, account)?;
        let description = text::optional("description", draft.description.as_deref(), text::MAX_TEXT)
            .map_err(|error| Refusal::Invalid(vec![error]))?;
        let expiry_date = expiry_of(context, definition, draft)?;
        require(context.actor, Permission::CreateRequest(definition.category))?;
        let desk = desk_of(context, definition, draft)?;
        check_parent(definition, held, draft, account_id)?;
        let kept = definition.may_be_kept && desk == Desk::Operation;
        let checked = definition.limited && context.policy.auto_validation && !kept;
        let starts = match definition.starts {
            _ if draft.hold == Some(true) => Status::Waiting,
            Status::Open if checked && fits(context, account, amount) => Status::ToTreat,
            Status::Open if checked => Status::Waiting,
            start => start,
        };
        Ok(Self { definition, draft, account_id, account, amount, description, expiry_date, starts, desk, checked })
    }

    /// What comes next and who does it.
    fn next(&self) -> (Status, Role) {
        match self.starts {
            Status::Open if self.desk == Desk::Operation => (Status::Open, Role::Operation),
            Status::Waiting if self.definition.reverses_parent => (Status::Processing, Role::Admin),
            Status::Open | Status::Waiting => (Status::ToTreat, Role::Finance),
            _ => (Status::Processing, Role::System),
        }
    }

    fn into_request(self, context: &Context<'_>, uuid: uuid::Uuid) -> (Request, Vec<Fact>) {
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
            passed: (self.starts == Status::ToTreat)
                .then_some(Pass { by: author, by_hand: self.definition.starts == Status::ToTreat }),
        };
        let facts = creation_facts(context, &request, self.account, self.checked);
        (request, facts)
    }
}

/// What creation says: the request is there, and where the automatic check took it (C2).
fn creation_facts(context: &Context<'_>, request: &Request, account: &Account, checked: bool) -> Vec<Fact> {
    let link = Link::New(request.uuid);
    let mut created = Fact::new(FactKind::RequestCreated, context.actor, context.now, Link::Id(request.account))
        .of_request(link)
        .with_all(request.particulars(account));
    if request.assigned_to != Desk::Operation {
        created = created.telling(announcement(request));
    }
    if !checked {
        return vec![created];
    }
    // The request was open for no longer than the check took: the timeline says so all the same.
    created = created.with("decision_needed", request.status == Status::Waiting);
    let moved = validation_fact(context, request, link, account);
    vec![created.with("status", Status::Open.name()), moved]
}

/// Who is told that a request has come to finance's desk: "credit requested", or "load or unload created".
pub(crate) fn announcement(request: &Request) -> Option<Notice> {
    use crate::category::Flow;
    match request.definition().flow {
        Flow::Credit => Some(Notice::CreditRequested),
        Flow::Cash => Some(Notice::RequestCreated),
        Flow::Cancellation => None,
    }
}

/// Auto-validation's transition, with its figures; a credit that waits is told to its client (C2).
pub(crate) fn validation_fact(
    context: &Context<'_>,
    request: &Request,
    link: Link<RequestId>,
    account: &Account,
) -> Fact {
    let refused = request.status == Status::Waiting;
    let fact = Fact::new(FactKind::RequestMoved, &crate::actor::Actor::System, context.now, Link::Id(request.account))
        .of_request(link)
        .with_all(request.particulars(account))
        .with("from", Status::Open.name())
        .with("to", request.status.name())
        .with("limit", account.limit.to_string())
        .with("active_credit", account.indicators.active_credit.to_string());
    if refused { fact.with("reason", "credit_limit_exceeded").telling([Notice::CreditRefused]) } else { fact }
}

/// Does the amount stay under the limit now (C1)?
pub(crate) fn fits(context: &Context<'_>, account: &Account, amount: Money) -> bool {
    context.policy.limit.allows(account.limit, account.indicators.active_credit, amount)
}

/// The entry that sends a request to Messager (G3).
pub(crate) fn outbox_entry(request: &Request, link: Link<RequestId>, at: Timestamp) -> NewOutbox {
    let Request { account, uuid, execution, .. } = request;
    NewOutbox { account: *account, request: link, request_uuid: *uuid, execution: *execution, at }
}

/// Values that cannot be, whoever asks: they come before permissions (P5).
fn check_values(
    held: &Held,
    draft: &Draft,
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
    if let Some(given) = draft.currency.filter(|given| *given != account.currency()) {
        return Err(Refusal::CurrencyMismatch { expected: account.currency().to_string(), given: given.to_string() });
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
        let fits =
            held.requests.get(&parent).is_some_and(|row| row.account == account_id && row.definition().grants_credit());
        if !fits {
            return Err(Refusal::InvalidParent);
        }
    }
    if let Some(support) = draft.helpdesk_id {
        let fits = held.supports.get(&support).is_some_and(|row| row.account == account_id);
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
    held: &Held,
    draft: &Draft,
    account: &Account,
) -> Result<Money, Refusal> {
    // Who reads no requests learns no amount of one.
    let told = granted(context.actor.role(), Permission::ReadRequests).is_some();
    let full = draft.parent.and_then(|parent| held.requests.get(&parent)).map(|parent| parent.amount);
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
fn expiry_of(context: &Context<'_>, definition: &Definition, draft: &Draft) -> Result<Option<Timestamp>, Refusal> {
    let Some(expiry) = definition.expiry.of(context.now, context.policy.cutoff) else {
        if draft.expiry_date.is_some() {
            let message = format_args!("is not for a {}", definition.category).to_string();
            return Err(Refusal::invalid("expiry_date", message));
        }
        return Ok(None);
    };
    if context.now >= expiry {
        return Err(Refusal::CreditCutoffPassed { cutoff: expiry });
    }
    match draft.expiry_date {
        Some(given) if given != expiry => Err(Refusal::InvalidExpiry { expected: expiry }),
        _ => Ok(Some(expiry)),
    }
}

/// The desk: the category's own, or operation's while it finalises (R2).
fn desk_of(context: &Context<'_>, definition: &Definition, draft: &Draft) -> Result<Desk, Refusal> {
    let role = context.actor.role();
    match draft.assigned_to {
        None => Ok(definition.desk),
        Some(desk) if desk == definition.desk => Ok(desk),
        Some(desk) if assigns_to(role, definition.category, desk) => Ok(desk),
        Some(_) => Err(Refusal::Forbidden { role, action: "assign such a request" }),
    }
}

/// The parent's credit must be granted, not cancelled, and not be under cancellation (R5).
fn check_parent(definition: &Definition, held: &Held, draft: &Draft, account_id: AccountId) -> Result<(), Refusal> {
    let Some((id, parent)) = draft.parent.and_then(|id| Some((id, held.requests.get(&id)?))) else {
        return Ok(());
    };
    debug_assert!(definition.reverses_parent && parent.account == account_id);
    if parent.status != Status::Closed {
        return Err(Refusal::CreditNotGranted { status: parent.status.name() });
    }
    let credit = held.movement_of(parent).filter(|known| known.row.status == MovementStatus::Success);
    if credit.is_none_or(|known| known.row.cancelled_at.is_some()) {
        return Err(Refusal::CreditAlreadyCancelled);
    }
    if held.live_cancellations.contains(&id) {
        return Err(Refusal::CancellationInProgress);
    }
    Ok(())
}

impl Preview {
    /// The preview as the API gives it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let (outcome, code) = match &self.outcome {
            Ok(status) => (status.name(), self.waits_for_limit.then_some("credit_limit_exceeded")),
            Err(refusal) => ("refused", Some(refusal.code())),
        };
        let mut object = json!({
            "outcome": outcome,
            "limit": self.limit.to_string(),
            "active_credit": self.active_credit.to_string(),
            "amount": self.amount.map(|amount| amount.to_string()),
            "headroom": self.headroom.to_string(),
            "next": self.next.map(|(status, by)| json!({ "status": status.name(), "by": by.name() })),
        });
        if let (Some(code), Some(map)) = (code, object.as_object_mut()) {
            map.insert("code".into(), code.into());
        }
        object
    }
}
