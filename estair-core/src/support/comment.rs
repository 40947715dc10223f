//! Commenting on a support request (S1).

use crate::comment::{CommentDraft, told, written};
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::FactKind;
use crate::id::SupportId;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Link, Support, Thread};
use crate::support::{fact, find};

/// Decides a comment, by whoever may update the request while it is not final (S1).
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
    let comment = written(context, Thread::Support(id), body, false);
    let support = Support { version: was.version.saturating_add(1), updated_at: context.now, ..was.clone() };
    let fact = told(fact(context, FactKind::SupportCommented, &support, Link::Id(id)), &comment);
    let mut changes = Changes { facts: vec![fact], comments: vec![comment], ..Changes::default() };
    changes.supports.put(was.uuid, Some(id), was.version, support.clone());
    Ok(Decision { changes, answer: PendingAnswer::Support(Link::Id(id), Box::new(support)) })
}
