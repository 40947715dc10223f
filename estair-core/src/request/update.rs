//! What people change of a request: a draft's content (R8), its status along the transition table, the desk that holds it,
//! and with its approval the limit that stands against it (R2, T1, C5, C10).

use crate::account::limit::{LimitDraft, set_limit};
use crate::account::rollout::require_live;
use crate::actor::{Origin, Role};
use crate::category::{Desk, Flow, Status, transition, transitions_from};
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, RequestLock, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::money::Amount;
use crate::notice::Notice;
use crate::permission::{Permission, granted};
use crate::refusal::{FieldError, Refusal};
use crate::request::action::{may_assign, may_move, require_sight_of};
use crate::request::edit::{DraftEdit, differences};
use crate::request::pass::{announcement, fits, outbox_entry, validation_fact};
use crate::row::{Account, Link, Pass, Request};

/// What shall change, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestPatch {
    /// The status wanted.
    pub status: Option<Status>,
    /// The desk wanted.
    pub assigned_to: Option<Desk>,
    /// The version the caller has read.
    pub version: Option<u64>,
    /// Why, for the one who is told of it; needed with a limit.
    pub reason: Option<String>,
    /// The account's new limit, set in the same step as the approval that it makes possible (C10).
    pub limit: Option<Amount>,
    /// What changes of a draft's content.
    pub edit: DraftEdit,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl RequestPatch {
    /// What must be locked to decide it.
    pub(crate) fn lock_set(&self, id: RequestId) -> LockSet {
        let mut locks = lock_set(id);
        locks.supports.extend(self.edit.helpdesk_id.flatten());
        locks
    }
}

pub(crate) fn lock_set(id: RequestId) -> LockSet {
    let mut locks = LockSet::default();
    locks.requests.insert(id, RequestLock::default());
    locks
}

/// Decides a change by a person. Content comes first, then a change of hands, then the status, so that one call can do all
/// three.
///
/// # Errors
/// Any refusal of P5, in that order.
pub(crate) fn decide(
    context: &Context<'_>,
    snapshot: &Snapshot,
    id: RequestId,
    patch: &RequestPatch,
) -> Result<Decision, Refusal> {
    let was = snapshot.requests.get(&id).ok_or(Refusal::NotFound { what: "request" })?;
    require_sight_of(context.actor, was)?;
    let account = snapshot.account(was.account).ok_or(Refusal::NotFound { what: "request" })?;
    let (edited, raise) = check_form(context, snapshot, account, was, patch)?;
    let changed = differences(was, &edited);
    if changed.is_empty() && patch.status.is_none() && patch.assigned_to.is_none() {
        // The same content again: nothing happened.
        let answer = PendingAnswer::Request(Link::Id(id), Box::new(was.clone()));
        return Ok(Decision { changes: Changes::default(), answer });
    }
    let account = raise.as_ref().map_or(account, |(raised, _)| raised);
    let mut step = Step { context, account, id, request: edited.revised(context.now), changes: Changes::default() };
    for (field, old, new) in changed {
        let fact = step.fact(FactKind::RequestEdited).with("field", field).with("old", old).with("new", new);
        step.changes.facts.push(fact);
    }
    if let Some(desk) = patch.assigned_to {
        step.assign(desk, patch.status.is_none())?;
    }
    if let Some(status) = patch.status {
        step.go(status, patch.reason.as_deref())?;
    }
    let Step { request, mut changes, .. } = step;
    if let Some((_, mut raising)) = raise {
        // The limit comes before what it lets pass.
        raising.absorb(changes);
        changes = raising;
    }
    changes.requests.put(was.uuid, Some(id), was.version, request.clone());
    Ok(Decision { changes, answer: PendingAnswer::Request(Link::Id(id), Box::new(request)) })
}

/// The account with its new limit, and what that changes.
type Raise = (Account, Changes);

/// The first refusals of P5: value, role, immutable, version, and content that is a draft's alone. What is asked, read: the
/// content as it would be, the limit as it is to be.
fn check_form(
    context: &Context<'_>,
    snapshot: &Snapshot,
    account: &Account,
    was: &Request,
    patch: &RequestPatch,
) -> Result<(Request, Option<Raise>), Refusal> {
    if let Some(only) = patch.faults.first().filter(|fault| patch.faults.len() == 1 && fault.field == "amount") {
        return Err(Refusal::InvalidAmount(only.clone()));
    }
    if !patch.faults.is_empty() {
        return Err(Refusal::Invalid(patch.faults.clone()));
    }
    if patch.status.is_none() && patch.assigned_to.is_none() && patch.edit.is_empty() && patch.limit.is_none() {
        return Err(Refusal::invalid("status", "status, assigned_to or what a draft asks is needed"));
    }
    let edited = patch.edit.applied(snapshot, account, was)?;
    let raise = patch.limit.map(|limit| raised(context, account, was, patch, limit)).transpose()?;
    check_role(context, was, patch)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    if let Some(given) = patch.version.filter(|given| *given != was.version) {
        return Err(Refusal::StaleVersion { given, current: was.version });
    }
    if !patch.edit.is_empty() && !was.is_editable() {
        return Err(Refusal::NotADraft { status: was.status.name() });
    }
    Ok((edited, raise))
}

/// The limit that an approval raises (C10): of a credit, on its way to `to_treat`, higher than it is, and with a reason.
fn raised(
    context: &Context<'_>,
    account: &Account,
    was: &Request,
    patch: &RequestPatch,
    limit: Amount,
) -> Result<Raise, Refusal> {
    if patch.status != Some(Status::ToTreat) || !was.definition().limited {
        return Err(Refusal::invalid("limit", "is for a credit, with the status to_treat"));
    }
    let draft = LimitDraft { limit: Some(limit), reason: patch.reason.clone(), faults: Vec::new() };
    let (raised, changes) = set_limit(context, was.account, account, &draft)?;
    if raised.limit <= account.limit {
        return Err(Refusal::invalid("limit", format_args!("must be higher than it is, {}", account.limit)));
    }
    Ok((raised, changes))
}

fn check_role(context: &Context<'_>, was: &Request, patch: &RequestPatch) -> Result<(), Refusal> {
    let role = context.actor.role();
    let edits = !patch.edit.is_empty();
    // Who updates nothing of a category is told so before whether it is a draft.
    if edits && granted(role, Permission::AssignRequest(was.category)).is_none() {
        return Err(Refusal::Forbidden { role, action: Permission::EditDrafts.name() });
    }
    let wants = [
        edits.then_some(Permission::EditDrafts),
        patch.limit.map(|_| Permission::SetLimit),
        patch.status.map(|_| Permission::MoveRequest(was.category)),
        patch.assigned_to.map(|_| Permission::AssignRequest(was.category)),
    ];
    for wanted in wants.into_iter().flatten() {
        if granted(role, wanted).is_none() {
            return Err(Refusal::Forbidden { role, action: wanted.name() });
        }
    }
    if role == Role::Operation && patch.assigned_to == Some(Desk::Admin) {
        return Err(Refusal::Forbidden { role, action: "assign to admin" });
    }
    Ok(())
}

/// A request on its way through one command.
struct Step<'a> {
    context: &'a Context<'a>,
    account: &'a Account,
    id: RequestId,
    request: Request,
    changes: Changes,
}

impl Step<'_> {
    /// A fact about the request as it is by now; of a draft it is for staff alone.
    fn fact(&self, kind: FactKind) -> Fact {
        Fact::new(kind, self.context.actor, self.context.now, Link::Id(self.request.account))
            .of_request(Link::Id(self.id))
            .with("status", self.request.status.name())
            .internal(self.request.draft)
    }

    /// Changes hands. What operation hands over to finance is announced to it, and a credit is checked now (C2); a draft
    /// becomes a request (R8).
    fn assign(&mut self, desk: Desk, validate: bool) -> Result<(), Refusal> {
        if !may_assign(self.context.actor.role(), &self.request, desk) {
            return Err(Refusal::AssignmentNotAllowed {
                status: self.request.status.name(),
                assigned_to: self.request.assigned_to.name(),
            });
        }
        let handed_over = desk == Desk::Finance && self.request.status == Status::Open;
        if handed_over {
            require_live(self.context, self.request.account, self.account)?;
        }
        if handed_over && self.request.definition().limited {
            self.account.require_active()?;
        }
        if handed_over && self.request.draft {
            self.check_alive()?;
            self.request.draft = false;
        }
        let from = std::mem::replace(&mut self.request.assigned_to, desk);
        let mut fact = self.fact(FactKind::RequestAssigned).with("from", from.name()).with("to", desk.name());
        if handed_over {
            fact = fact.telling(announcement(&self.request));
        }
        let checked = self.request.definition().limited && self.context.policy.auto_validation;
        if !(handed_over && validate && checked) || self.request.has_expired(self.context.now) {
            self.changes.facts.push(fact);
            return Ok(());
        }
        if fits(self.context, self.account, self.request.amount) {
            self.pass(Status::ToTreat, false);
        } else {
            self.request.status = Status::Waiting;
        }
        let waits = self.request.status == Status::Waiting;
        self.changes.facts.push(fact.with("decision_needed", waits));
        let moved = validation_fact(self.context, &self.request, Link::Id(self.id), self.account);
        self.changes.facts.push(moved);
        Ok(())
    }

    /// Takes a transition of the table (T1), with the checks that stand before `to_treat` (C5, X2).
    fn go(&mut self, to: Status, reason: Option<&str>) -> Result<(), Refusal> {
        let from = self.request.status;
        self.check_transition(from, to)?;
        if matches!((from, to), (_, Status::ToTreat) | (Status::Waiting, Status::Processing)) {
            require_live(self.context, self.request.account, self.account)?;
        }
        if to == Status::ToTreat {
            self.check_passable()?;
        }
        match (from, to) {
            (_, Status::ToTreat) | (Status::Waiting, Status::Processing) => self.pass(to, true),
            _ => self.request.status = to,
        }
        let told = self.told_of(to);
        let refused = told == Some(Notice::CreditRefused);
        let reason = reason.or(refused.then_some("refused_by_finance"));
        let mut fact = self.fact(FactKind::RequestMoved).with("from", from.name()).with("to", to.name());
        if let Some(reason) = reason {
            fact = fact.with("reason", reason);
        }
        self.changes.facts.push(fact.telling(told));
        Ok(())
    }

    /// Who hears that it waits: the client of a credit; operation, of a load or an unload that somebody else put on hold.
    fn told_of(&self, to: Status) -> Option<Notice> {
        match self.request.definition().flow {
            _ if to != Status::Waiting => None,
            Flow::Credit => Some(Notice::CreditRefused),
            Flow::Cash => (self.context.actor.role() != Role::Operation).then_some(Notice::RequestHeld),
            Flow::Cancellation => None,
        }
    }

    fn check_transition(&self, from: Status, to: Status) -> Result<(), Refusal> {
        let (flow, role) = (self.request.definition().flow, self.context.actor.role());
        let Some(row) = transition(flow, from, to) else {
            let allowed = transitions_from(flow, from).map(|row| row.to.name()).collect();
            return Err(Refusal::TransitionNotAllowed { from: from.name(), to: to.name(), allowed });
        };
        if may_move(role, &self.request, row) {
            return Ok(());
        }
        let by = Role::ALL.into_iter().filter(|role| row.may(*role)).collect();
        Err(Refusal::TransitionForbidden { from: from.name(), to: to.name(), role, by })
    }

    /// A credit that has expired is dead, however late the scheduler (X2).
    fn check_alive(&self) -> Result<(), Refusal> {
        match self.request.expiry_date.filter(|_| self.request.has_expired(self.context.now)) {
            Some(expiry_date) => Err(Refusal::CreditExpired { expiry_date }),
            None => Ok(()),
        }
    }

    fn check_passable(&self) -> Result<(), Refusal> {
        self.account.require_active()?;
        self.check_alive()?;
        if self.request.definition().limited && !fits(self.context, self.account, self.request.amount) {
            return Err(Refusal::CreditLimitExceeded {
                limit: self.account.limit,
                active_credit: self.account.indicators.active_credit,
                amount: self.request.amount,
            });
        }
        Ok(())
    }

    /// Lets it through to Messager: the next execution, with its outbox entry (G3).
    fn pass(&mut self, to: Status, by_hand: bool) {
        let present = self.context.actor.user();
        let by = if by_hand { present } else { self.request.created_by };
        // From where somebody else once asked is not known here any more.
        let origin = if by == present { self.context.origin.clone() } else { Origin::default() };
        self.request = self.request.clone().passed(to, Pass { by, by_hand, origin });
        self.changes.outbox.push(outbox_entry(&self.request, Link::Id(self.id), self.context.now));
    }
}
