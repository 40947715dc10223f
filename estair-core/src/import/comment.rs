//! A comment of a former system, on a ticket or a request that comes in.

use crate::actor::Role;
use crate::clock::Timestamp;
use crate::decision::Context;
use crate::id::UserId;
use crate::refusal::Refusal;
use crate::row::{Comment, Thread};
use crate::text;

/// A comment of a former system: it comes in with its ticket or request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedComment {
    /// Who wrote it.
    pub author: Option<UserId>,
    /// In which role.
    pub role: Role,
    /// What.
    pub body: String,
    /// For staff alone; on a ticket nothing is.
    pub internal: bool,
    /// When.
    pub at: Timestamp,
}

impl ImportedComment {
    /// As it will be in its thread.
    pub(super) fn said(&self, context: &mut Context<'_>, thread: Thread) -> Result<Comment, Refusal> {
        let body = text::bounded("body", &self.body, text::MAX_TEXT);
        Ok(Comment {
            uuid: context.ids.draw(),
            thread,
            author: self.author,
            role: self.role,
            body: body.map_err(|fault| Refusal::Invalid(vec![fault]))?,
            internal: self.internal,
            created_at: self.at,
        })
    }
}
