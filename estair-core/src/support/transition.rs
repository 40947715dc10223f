//! The transitions of support requests as data, and what an actor may do with one now (S1, S2, P4).

use crate::action::Action;
use crate::actor::{Actor, Role};
use crate::permission::{Permission, granted, sees};
use crate::refusal::Refusal;
use crate::row::{Assignee, Support, SupportStatus};

/// The transitions of support requests (S1). All of it is operation's; admin does the same but cancels nothing (S1).
pub const TRANSITIONS: [(SupportStatus, SupportStatus); 5] = [
    (SupportStatus::Open, SupportStatus::InProgress),
    (SupportStatus::Open, SupportStatus::Waiting),
    (SupportStatus::Waiting, SupportStatus::InProgress),
    (SupportStatus::InProgress, SupportStatus::Closed),
    (SupportStatus::Open, SupportStatus::Cancelled),
];

/// May this role take a support request to this status, where the table has it?
#[must_use]
pub fn may_move(role: Role, to: SupportStatus) -> bool {
    let granted = granted(role, Permission::MoveSupport).is_some();
    granted && (role == Role::Operation || to != SupportStatus::Cancelled)
}

pub(super) fn check_transition(role: Role, from: SupportStatus, to: SupportStatus) -> Result<(), Refusal> {
    if !TRANSITIONS.contains(&(from, to)) {
        let allowed = TRANSITIONS.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.name()).collect();
        return Err(Refusal::TransitionNotAllowed { from: from.name(), to: to.name(), allowed });
    }
    if !may_move(role, to) {
        let by = Role::ALL.into_iter().filter(|role| may_move(*role, to)).collect();
        return Err(Refusal::TransitionForbidden { from: from.name(), to: to.name(), role, by });
    }
    Ok(())
}

/// What this actor may do with this support request now (P4).
#[must_use]
pub fn allowed_actions(actor: &Actor, support: &Support) -> Vec<Action> {
    let role = actor.role();
    if support.status.is_final() || !sees(actor, support.account) {
        return Vec::new();
    }
    let may = |permission| granted(role, permission).is_some();
    let mut actions = Vec::new();
    let moves = TRANSITIONS.iter().filter(|(from, to)| *from == support.status && may_move(role, *to));
    actions.extend(moves.map(|(_, to)| Action::Transition(to.name())));
    if may(Permission::AssignSupport) {
        let others = Assignee::ALL.iter().filter(|one| **one != support.assigned_to);
        actions.extend(others.map(|one| Action::Assign(one.name())));
    }
    actions.extend(may(Permission::EditSupport).then_some(Action::Edit));
    actions.extend(may(Permission::CommentSupport).then_some(Action::Comment));
    actions
}
