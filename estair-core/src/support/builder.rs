//! Making drafts and patches in code.

use crate::id::AccountId;
use crate::row::{Assignee, SupportStatus};
use crate::support::{CommentDraft, SupportDraft, SupportPatch};

impl SupportDraft {
    /// A support request about something, in one line and in full; of a client's own account unless
    /// [`account`](Self::account) says otherwise.
    #[must_use]
    pub fn new(subject: impl Into<String>, description: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), description: Some(description.into()), ..Self::default() }
    }

    /// Of which account.
    #[must_use]
    pub fn account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// The sale that it is about.
    #[must_use]
    pub fn etatsdevente(self, id: u64) -> Self {
        Self { etatsdevente_id: Some(id), ..self }
    }
}

impl SupportPatch {
    /// It goes to this status (S1).
    #[must_use]
    pub fn to(status: SupportStatus) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// It passes to this side.
    #[must_use]
    pub fn assigned_to(self, assignee: Assignee) -> Self {
        Self { assigned_to: Some(assignee), ..self }
    }
}

impl CommentDraft {
    /// A comment.
    #[must_use]
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: Some(body.into()), ..Self::default() }
    }
}
