//! Commenting on a support request (S1, S5).

use crate::actor::Role;
use crate::comment;
use crate::comment::CommentDraft;
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::SupportId;
use crate::notice::{Audience, DESK, Notice};
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Assignee, Comment, LastComment, Link, Side, Support, Thread};
use crate::support::{fact, find};

/// Decides a comment, by whoever may update the request while it is not final (S1). It is told; a client's gives the ticket
/// back to operation (S5).
///
/// # Errors
/// Any refusal of P5, in that order.
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    id: SupportId,
    draft: &CommentDraft,
) -> Result<Decision, Refusal> {
    let was = find(context, snapshot, id)?;
    let body = draft.text()?;
    require(context.actor, Permission::CommentSupport)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    let comment = said(context, id, body);
    let support = Support {
        assigned_to: holder_after(context, was.assigned_to),
        last_comment: Some(last(&comment)),
        version: was.version.saturating_add(1),
        updated_at: context.now,
        ..was.clone()
    };
    let mut changes = Changes::default();
    changes.facts.push(told(context, &support, id, &comment, true));
    changes.facts.extend(handed(context, was, &support, id));
    let answer = PendingAnswer::Commented(Link::Id(id), Box::new(support.clone()), comment.uuid);
    changes.comments.push(comment);
    changes.supports.put(was.uuid, Some(id), was.version, support);
    Ok(Decision { changes, answer })
}

/// A comment that is made now.
pub(super) fn said(context: &mut Context<'_>, id: SupportId, body: String) -> Comment {
    comment::written(context, Thread::Support(id), body, false)
}

/// What the ticket keeps of its last comment.
pub(super) fn last(comment: &Comment) -> LastComment {
    LastComment { at: comment.created_at, by: Side::of(comment.role) }
}

/// Who holds a ticket after the actor has spoken: operation after a client (S5).
pub(super) fn holder_after(context: &Context<'_>, holder: Assignee) -> Assignee {
    if context.actor.role() == Role::Client { Assignee::Operation } else { holder }
}

/// What a comment says: its seal, and who is told of it, unless another message of the same step holds it (S6).
pub(super) fn told(context: &Context<'_>, support: &Support, id: SupportId, comment: &Comment, alone: bool) -> Fact {
    let fact = fact(context, FactKind::SupportCommented, support, Link::Id(id));
    let fact = comment::told(fact, comment);
    match Side::of(comment.role) {
        _ if !alone => fact,
        Side::Client => fact.with(DESK, Audience::Operation.name()).telling([Notice::CommentReceived]),
        Side::Staff => fact.telling([Notice::CommentAdded]),
    }
}

/// The fact of a change of hands, where there was one.
pub(super) fn handed(context: &Context<'_>, was: &Support, support: &Support, id: SupportId) -> Option<Fact> {
    let (from, to) = (was.assigned_to, support.assigned_to);
    let fact = || fact(context, FactKind::SupportAssigned, support, Link::Id(id));
    (from != to).then(|| fact().with("from", from.name()).with("to", to.name()))
}
