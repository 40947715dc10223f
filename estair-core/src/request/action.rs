//! What an actor may do with a financial request now (P4), and with which row of the transition table (T1, R2).

use crate::action::Action;
use crate::actor::{Actor, Role};
use crate::category::{Category, Desk, Status, Transition, transitions_from};
use crate::permission::{Permission, granted, sees};
use crate::row::{AccountStatus, GrantedCredit, Request};

/// What this actor may do with this request now (P4): just the buttons that a front end shows. While the account is
/// suspended it is not passed, and a credit is not handed over (A2).
#[must_use]
pub fn allowed_actions(actor: &Actor, request: &Request, credit: GrantedCredit, account: AccountStatus) -> Vec<Action> {
    let role = actor.role();
    if !sees(actor, request.account) {
        return Vec::new();
    }
    let mut actions = Vec::new();
    let suspended = account == AccountStatus::Suspended;
    if granted(role, Permission::MoveRequest(request.category)).is_some() {
        let rows = transitions_from(request.definition().flow, request.status);
        let rows = rows.filter(|row| may_move(role, request, row) && !(suspended && row.to == Status::ToTreat));
        actions.extend(rows.map(|row| Action::Transition(row.to.name())));
    }
    let held = |desk: Desk| suspended && desk == Desk::Finance && request.status == Status::Open;
    let desks = Desk::ALL.iter().filter(|desk| may_assign(role, request, **desk));
    let desks = desks.filter(|desk| !(held(**desk) && request.definition().limited));
    actions.extend(desks.map(|desk| Action::Assign(desk.name())));
    let cancellable = credit.active && !credit.being_cancelled && request.status == Status::Closed;
    if cancellable && granted(role, Permission::CreateRequest(Category::CancelCredit)).is_some() {
        actions.push(Action::CancelCredit);
    }
    actions
}

/// May this role take this row with this request, as a change? While operation keeps an open request, finance does not
/// move it (R2). What follows from a delivery or an expiry happens with it and never by itself: nothing is closed
/// without its movement (W1), nothing cancelled before its time (T3).
pub(crate) fn may_move(role: Role, request: &Request, row: &Transition) -> bool {
    let kept = request.status == Status::Open && request.assigned_to == Desk::Operation;
    let by_event = row.from == Status::Processing || row.to == Status::Cancelled;
    row.may(role) && !by_event && !(role == Role::Finance && kept)
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
