//! Changing a support request: its texts, who holds it, its status, and what is said with it (S1, S6).

use crate::comment;
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::FactKind;
use crate::id::SupportId;
use crate::notice::Notice;
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Assignee, Link, Support, SupportStatus};
use crate::support::comment::{handed, holder_after, last, said, told};
use crate::support::transition::check_transition;
use crate::support::{fact, find};
use crate::text;

/// What shall change of a support request, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportPatch {
    /// The status wanted.
    pub status: Option<SupportStatus>,
    /// Who shall hold it.
    pub assigned_to: Option<Assignee>,
    /// The new subject.
    pub subject: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// What is said with it, in the same step (S6).
    pub comment: Option<String>,
    /// The version the caller has read.
    pub version: Option<u64>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// Decides a change of texts, of hands, of status, a comment, or several at once: one step, and one message (S6).
///
/// # Errors
/// Any refusal of P5, in that order.
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    id: SupportId,
    patch: &SupportPatch,
) -> Result<Decision, Refusal> {
    let was = find(context, snapshot, id)?;
    let Texts { subject, description, comment } = check_texts(was, patch)?;
    check_roles(context, patch)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    if let Some(given) = patch.version.filter(|given| *given != was.version) {
        return Err(Refusal::StaleVersion { given, current: was.version });
    }
    if let Some(to) = patch.status {
        check_transition(context.actor.role(), was.status, to)?;
    }
    if patch.assigned_to == Some(was.assigned_to) {
        return Err(Refusal::AssignmentNotAllowed { status: was.status.name(), assigned_to: was.assigned_to.name() });
    }
    let comment = comment.map(|body| said(context, id, body));
    let spoken = || comment.as_ref().map_or(was.assigned_to, |_| holder_after(context, was.assigned_to));
    let support = Support {
        subject,
        description,
        status: patch.status.unwrap_or(was.status),
        assigned_to: patch.assigned_to.unwrap_or_else(spoken),
        last_comment: comment.as_ref().map(last).or(was.last_comment),
        version: was.version.saturating_add(1),
        updated_at: context.now,
        ..was.clone()
    };
    let of = |kind| fact(context, kind, &support, Link::Id(id));
    let mut changes = Changes::default();
    if support.subject != was.subject || support.description != was.description {
        changes.facts.push(of(FactKind::SupportEdited));
    }
    let resolved = support.status == SupportStatus::Closed;
    changes.facts.extend(comment.as_ref().map(|comment| told(context, &support, id, comment, !resolved)));
    changes.facts.extend(handed(context, was, &support, id));
    if support.status != was.status {
        let moved = of(FactKind::SupportMoved).with("from", was.status.name()).with("to", support.status.name());
        let moved = match comment.as_ref().filter(|_| resolved) {
            Some(comment) => comment::holding(moved, comment),
            None => moved,
        };
        changes.facts.push(moved.telling(resolved.then_some(Notice::SupportResolved)));
    }
    changes.comments.extend(comment);
    if !changes.facts.is_empty() {
        changes.supports.put(was.uuid, Some(id), was.version, support.clone());
        return Ok(Decision { changes, answer: PendingAnswer::Support(Link::Id(id), Box::new(support)) });
    }
    // The same texts again: nothing happened.
    Ok(Decision { changes, answer: PendingAnswer::Support(Link::Id(id), Box::new(was.clone())) })
}

/// Texts that can be.
struct Texts {
    subject: String,
    description: String,
    comment: Option<String>,
}

fn check_texts(was: &Support, patch: &SupportPatch) -> Result<Texts, Refusal> {
    let mut faults = patch.faults.clone();
    let mut read = |field: &str, given: &Option<String>, was: &str, max| match given {
        None => was.to_owned(),
        Some(text) => text::bounded(field, text, max).map_err(|fault| faults.push(fault)).unwrap_or_default(),
    };
    let subject = read("subject", &patch.subject, &was.subject, text::MAX_LINE);
    let description = read("description", &patch.description, &was.description, text::MAX_TEXT);
    let comment = patch.comment.as_deref().map(|text| text::bounded("comment", text, text::MAX_TEXT)).transpose();
    let comment = comment.map_err(|fault| faults.push(fault)).unwrap_or_default();
    let texts = [&patch.subject, &patch.description, &patch.comment];
    let nothing = patch.status.is_none() && patch.assigned_to.is_none() && texts.iter().all(|text| text.is_none());
    if nothing && faults.is_empty() {
        faults.push(FieldError::new("status", "status, assigned_to, subject, description or comment is needed"));
    }
    if faults.is_empty() { Ok(Texts { subject, description, comment }) } else { Err(Refusal::Invalid(faults)) }
}

/// Each field is some roles' own (S1). Which transition is whose, among the roles that move requests, is decided later: it is
/// the table's.
fn check_roles(context: &Context<'_>, patch: &SupportPatch) -> Result<(), Refusal> {
    if patch.subject.is_some() || patch.description.is_some() {
        require(context.actor, Permission::EditSupport)?;
    }
    if patch.assigned_to.is_some() {
        require(context.actor, Permission::AssignSupport)?;
    }
    if patch.status.is_some() {
        require(context.actor, Permission::MoveSupport)?;
    }
    if patch.comment.is_some() {
        require(context.actor, Permission::CommentSupport)?;
    }
    Ok(())
}
