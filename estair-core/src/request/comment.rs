//! Commenting on a financial request (R9).

use crate::actor::Role;
use crate::comment::{CommentDraft, told, written};
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::notice::{DESK, Notice};
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::request::action::require_sight_of;
use crate::row::{Link, Request, Thread};

/// Decides a comment, by whoever may see the request, while it is not final. What is said on a draft is for staff alone (R8); so
/// is what staff marks so, and that changes nothing of the request: neither its version nor when it last changed.
///
/// # Errors
/// Any refusal of P5, in that order.
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    id: RequestId,
    draft: &CommentDraft,
) -> Result<Decision, Refusal> {
    let was = snapshot.requests.get(&id).ok_or(Refusal::NotFound { what: "request" })?;
    require_sight_of(context.actor, was)?;
    snapshot.account(was.account).ok_or(Refusal::NotFound { what: "request" })?;
    let body = draft.text()?;
    require(context.actor, Permission::CommentRequests)?;
    let role = context.actor.role();
    let marked = draft.internal == Some(true);
    if marked && role == Role::Client {
        return Err(Refusal::Forbidden { role, action: "comment for staff alone" });
    }
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    let comment = written(context, Thread::Request(id), body, marked || was.draft);
    let request = if comment.internal { was.clone() } else { was.revised(context.now) };
    let fact = Fact::new(FactKind::RequestCommented, context.actor, context.now, Link::Id(was.account))
        .of_request(Link::Id(id))
        .with("status", was.status.name());
    let fact = if comment.internal { fact } else { telling(fact, role, was) };
    let mut changes =
        Changes { facts: vec![told(fact, &comment)], comments: vec![comment.clone()], ..Changes::default() };
    // Also where nothing of it changes: the fact is sealed over the request, which has to be the newest one.
    changes.requests.put(was.uuid, Some(id), was.version, request);
    Ok(Decision { changes, answer: PendingAnswer::Comment(Box::new(comment)) })
}

/// What the client says is told to the desk that holds the request, what staff says to the client.
fn telling(fact: Fact, role: Role, request: &Request) -> Fact {
    match role {
        Role::Client => fact.with(DESK, request.assigned_to.name()).telling([Notice::CommentReceived]),
        _ => fact.telling([Notice::CommentAdded]),
    }
}
