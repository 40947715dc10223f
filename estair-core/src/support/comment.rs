//! Commenting on a support request (S1).

use crate::audit::evidence;
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::FactKind;
use crate::id::SupportId;
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Comment, Link, Support};
use crate::support::{fact, find};
use crate::text;

/// Decides a comment, by whoever may update the request while it is not final (S1).
///
/// # Errors
/// Any refusal of P5, in that order.
pub(crate) fn decide(
    context: &Context<'_>,
    snapshot: &Snapshot,
    id: SupportId,
    body: &CommentDraft,
) -> Result<Decision, Refusal> {
    let was = find(context, snapshot, id)?;
    if !body.faults.is_empty() {
        return Err(Refusal::Invalid(body.faults.clone()));
    }
    let text = text::bounded("body", body.body.as_deref().unwrap_or_default(), text::MAX_TEXT)
        .map_err(|fault| Refusal::Invalid(vec![fault]))?;
    require(context.actor, Permission::CommentSupport)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    let actor = context.actor;
    let comment = Comment { author: actor.user(), role: actor.role(), body: text, created_at: context.now };
    let support = Support { version: was.version.saturating_add(1), updated_at: context.now, ..was.clone() };
    let mut changes = Changes {
        facts: vec![
            fact(context, FactKind::SupportCommented, &support, Link::Id(id))
                .with("comment", evidence::of_comment(&comment).to_string()),
        ],
        comments: vec![(id, comment)],
        ..Changes::default()
    };
    changes.supports.put(was.uuid, Some(id), was.version, support.clone());
    Ok(Decision { changes, answer: PendingAnswer::Support(Link::Id(id), Box::new(support)) })
}

/// A comment to be added, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommentDraft {
    /// What.
    pub body: Option<String>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}
