//! What people change of a request: its status along the transition table, and the desk that holds it (R2, T1, C5).

use crate::actor::Origin;
use crate::category::{Desk, Flow, Status, transition, transitions_from};
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, RequestLock, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::notice::Notice;
use crate::permission::{Permission, granted, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::request::action::{may_assign, may_move};
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
    /// Why, for the one who is told of it.
    pub reason: Option<String>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

pub(crate) fn lock_set(id: RequestId) -> LockSet {
    let mut locks = LockSet::default();
    locks.requests.insert(id, RequestLock::default());
    locks
}

/// Decides a change by a person. A change of hands is decided first, so that one call can do both.
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
    require_sight(context.actor, was.account, "request")?;
    let account = snapshot.account(was.account).ok_or(Refusal::NotFound { what: "request" })?;
    check_form(context, was, patch)?;
    let mut step = Step { context, account, id, request: was.revised(context.now), changes: Changes::default() };
    if let Some(desk) = patch.assigned_to {
        step.assign(desk, patch.status.is_none())?;
    }
    if let Some(status) = patch.status {
        step.go(status, patch.reason.as_deref())?;
    }
    let Step { request, mut changes, .. } = step;
    changes.requests.put(was.uuid, Some(id), was.version, request.clone());
    Ok(Decision { changes, answer: PendingAnswer::Request(Link::Id(id), Box::new(request)) })
}

/// The first refusals of P5: value, role, immutable, version.
fn check_form(context: &Context<'_>, was: &Request, patch: &RequestPatch) -> Result<(), Refusal> {
    if !patch.faults.is_empty() {
        return Err(Refusal::Invalid(patch.faults.clone()));
    }
    if patch.status.is_none() && patch.assigned_to.is_none() {
        return Err(Refusal::invalid("status", "status or assigned_to is needed"));
    }
    let role = context.actor.role();
    let wants = [
        patch.status.map(|_| Permission::MoveRequest(was.category)),
        patch.assigned_to.map(|_| Permission::AssignRequest(was.category)),
    ];
    for wanted in wants.into_iter().flatten() {
        if granted(role, wanted).is_none() {
            return Err(Refusal::Forbidden { role, action: wanted.name() });
        }
    }
    if role == crate::actor::Role::Operation && patch.assigned_to == Some(Desk::Admin) {
        return Err(Refusal::Forbidden { role, action: "assign to admin" });
    }
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    match patch.version.filter(|given| *given != was.version) {
        Some(given) => Err(Refusal::StaleVersion { given, current: was.version }),
        None => Ok(()),
    }
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
    fn fact(&self, kind: FactKind) -> Fact {
        Fact::new(kind, self.context.actor, self.context.now, Link::Id(self.request.account))
            .of_request(Link::Id(self.id))
            .with("status", self.request.status.name())
    }

    /// Changes hands. What operation hands over to finance is announced to it, and a credit is checked now (C2).
    fn assign(&mut self, desk: Desk, validate: bool) -> Result<(), Refusal> {
        if !may_assign(self.context.actor.role(), &self.request, desk) {
            return Err(Refusal::AssignmentNotAllowed {
                status: self.request.status.name(),
                assigned_to: self.request.assigned_to.name(),
            });
        }
        let handed_over = desk == Desk::Finance && self.request.status == Status::Open;
        if handed_over && self.request.definition().limited {
            self.account.require_active()?;
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
        if to == Status::ToTreat {
            self.check_passable()?;
        }
        let mut fact_reason = reason;
        match (from, to) {
            (_, Status::ToTreat) | (Status::Waiting, Status::Processing) => self.pass(to, true),
            _ => self.request.status = to,
        }
        let refused = to == Status::Waiting && self.request.definition().flow == Flow::Credit;
        if refused {
            fact_reason = fact_reason.or(Some("refused_by_finance"));
        }
        let mut fact = self.fact(FactKind::RequestMoved).with("from", from.name()).with("to", to.name());
        if let Some(reason) = fact_reason {
            fact = fact.with("reason", reason);
        }
        self.changes.facts.push(if refused { fact.telling([Notice::CreditRefused]) } else { fact });
        Ok(())
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
        let by = crate::actor::Role::ALL.into_iter().filter(|role| row.may(*role)).collect();
        Err(Refusal::TransitionForbidden { from: from.name(), to: to.name(), role, by })
    }

    fn check_passable(&self) -> Result<(), Refusal> {
        self.account.require_active()?;
        if let Some(expiry_date) = self.request.expiry_date.filter(|_| self.request.has_expired(self.context.now)) {
            return Err(Refusal::CreditExpired { expiry_date });
        }
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
