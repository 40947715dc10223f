//! Comments on support requests (S1).

use estair_core::id::{CommentId, SupportId};
use estair_core::support::Comment;

use super::{MoneyOf, record, table};

table! {
    /// Comments, each written with its support request.
    Comments = "estair_comments" { row: Comment as "comment", id: CommentId, money: MoneyOf::Nothing }
    columns {
        author: "author_id",
        role: "author_role",
        body: "body",
        created_at: "created_at",
    }
    written(_, support => SupportId) {
        "helpdesk_id": support,
    }
}

/// A comment, and on what.
pub(crate) struct CommentOf {
    pub(crate) support: SupportId,
    pub(crate) comment: Comment,
}

record! {
    CommentOf {
        support: "helpdesk_id",
        comment: ..,
    }
}
