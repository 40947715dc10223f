//! Comments: what is asked for, and what becomes of it on a financial request (R9) and on a support request (S1) alike.

use serde_json::Value;

use crate::audit::evidence;
use crate::decision::Context;
use crate::fact::Fact;
use crate::refusal::{FieldError, Refusal};
use crate::row::{Comment, Thread};
use crate::text;

/// A comment to be added, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommentDraft {
    /// What.
    pub body: Option<String>,
    /// For staff alone; not unless it is said (R9). On a support request nothing is.
    pub internal: Option<bool>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl CommentDraft {
    /// The text, within its bound.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with what could not be read, or what is wrong with the text.
    pub(crate) fn text(&self) -> Result<String, Refusal> {
        if !self.faults.is_empty() {
            return Err(Refusal::Invalid(self.faults.clone()));
        }
        text::bounded("body", self.body.as_deref().unwrap_or_default(), text::MAX_TEXT)
            .map_err(|fault| Refusal::Invalid(vec![fault]))
    }
}

/// What the actor writes now.
pub(crate) fn written(context: &mut Context<'_>, thread: Thread, body: String, internal: bool) -> Comment {
    let (author, role) = (context.actor.user(), context.actor.role());
    Comment { uuid: context.ids.draw(), thread, author, role, body, internal, created_at: context.now }
}

/// The particular of a fact under which it keeps the hash of the comment that it tells of (V2).
pub const HASH: &str = "comment";

/// The particular of a fact that names the comment it tells of.
pub const UUID: &str = "comment_uuid";

/// A fact that tells of a comment: it keeps its hash, so that a change or a removal is found (V2), and is for staff alone where the
/// comment is.
#[must_use]
pub(crate) fn told(fact: Fact, comment: &Comment) -> Fact {
    holding(fact.with(HASH, evidence::of_comment(comment).to_string()), comment).internal(comment.internal)
}

/// A fact whose message holds what a comment says. The text itself stands in the comment alone.
#[must_use]
pub(crate) fn holding(fact: Fact, comment: &Comment) -> Fact {
    fact.with(UUID, comment.uuid.to_string())
}

/// The comment that a fact tells of, by its uuid.
#[must_use]
pub fn told_by(fact: &Fact) -> Option<uuid::Uuid> {
    fact.data.get(UUID).and_then(Value::as_str)?.parse().ok()
}
