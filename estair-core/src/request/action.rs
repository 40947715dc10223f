//! What an actor may do with a financial request now (P4), and with which row of the transition table (T1, R2).

use crate::action::Action;
use crate::actor::{Actor, Role};
use crate::category::{Category, Desk, Status, Transition, transitions_from};
use crate::permission::{Permission, granted, sees};
use crate::refusal::Refusal;
use crate::row::{GrantedCredit, Request, Standing};

/// What this actor may do with this request now (P4): just the buttons that a front end shows. While the account is
/// suspended it is not passed, and a credit is not handed over (A2); while it works with the former system nothing is (L6).
#[must_use]
pub fn allowed_actions(
    actor: &Actor,
    request: &Request,
    credit: GrantedCredit,
    account: impl Into<Standing>,
) -> Vec<Action> {
    let standing = account.into();
    let role = actor.role();
    if !is_visible(actor, request) {
        return Vec::new();
    }
    let mut actions = Vec::new();
    let elsewhere = standing == Standing::Elsewhere;
    let passes = |row: &Transition| {
        row.to == Status::ToTreat || (elsewhere && row.from == Status::Waiting && row.to == Status::Processing)
    };
    if granted(role, Permission::MoveRequest(request.category)).is_some() {
        let rows = transitions_from(request.definition().flow, request.status);
        let rows = rows.filter(|row| may_move(role, request, row) && !(standing != Standing::Works && passes(row)));
        actions.extend(rows.map(|row| Action::Transition(row.to.name())));
    }
    let handed_over = |desk: Desk| desk == Desk::Finance && request.status == Status::Open;
    let stopped = elsewhere || (standing == Standing::Suspended && request.definition().limited);
    let desks = Desk::ALL.iter().filter(|desk| may_assign(role, request, **desk));
    let desks = desks.filter(|desk| !(handed_over(**desk) && stopped));
    actions.extend(desks.map(|desk| Action::Assign(desk.name())));
    actions.extend((request.is_editable() && granted(role, Permission::EditDrafts).is_some()).then_some(Action::Edit));
    let may_comment = !request.status.is_final() && granted(role, Permission::CommentRequests).is_some();
    actions.extend(may_comment.then_some(Action::Comment));
    let cancellable = credit.active && !credit.being_cancelled && request.status == Status::Closed;
    if cancellable && !elsewhere && granted(role, Permission::CreateRequest(Category::CancelCredit)).is_some() {
        actions.push(Action::CancelCredit);
    }
    actions
}

/// Is it there for this actor: of its account, and no draft where the actor is a client (P2, R8)?
#[must_use]
pub fn is_visible(actor: &Actor, request: &Request) -> bool {
    sees(actor, request.account) && !(request.draft && actor.role() == Role::Client)
}

/// Hides what is not there for this actor.
pub(crate) fn require_sight_of(actor: &Actor, request: &Request) -> Result<(), Refusal> {
    if is_visible(actor, request) { Ok(()) } else { Err(Refusal::NotFound { what: "request" }) }
}

/// May this role take this row with this request, as a change? While operation keeps an open request, finance does not
/// move it (R2), and a draft nobody (R8). What follows from a delivery or an expiry happens with it and never by itself: nothing is closed
/// without its movement (W1), nothing cancelled before its time (T3).
pub(crate) fn may_move(role: Role, request: &Request, row: &Transition) -> bool {
    let kept = request.status == Status::Open && request.assigned_to == Desk::Operation;
    let held_back = request.draft || (role == Role::Finance && kept);
    let by_event = row.from == Status::Processing || row.to == Status::Cancelled;
    row.may(role) && !by_event && !held_back
}

/// May this role put this request on this desk now (R2)? Only while nobody has passed it, and not where it is already.
pub(crate) fn may_assign(role: Role, request: &Request, desk: Desk) -> bool {
    assigns_to(role, request.category, desk)
        && matches!(request.status, Status::Open | Status::Waiting)
        && request.assigned_to != desk
}

/// Operation sets operation or finance, admin any desk (R2).
pub(crate) fn assigns_to(role: Role, category: Category, desk: Desk) -> bool {
    let may = granted(role, Permission::AssignRequest(category)).is_some();
    may && (role == Role::Admin || desk != Desk::Admin)
}
