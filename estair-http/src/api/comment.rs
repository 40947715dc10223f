//! A comment, as it is shown on financial requests and on support requests alike.

use estair_core::actor::Actor;
use estair_core::clock::rfc3339;
use estair_core::id::CommentId;
use estair_core::row::{Comment, Row};
use serde::Serialize;
use utoipa::ToSchema;

use crate::people::Called;
use crate::told::author_of;

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub(super) struct CommentShape {
    id: u64,
    body: String,
    /// For staff alone.
    internal: bool,
    /// The user who wrote it; to a client null where that was staff.
    created_by: Option<u64>,
    /// What the user is called, or else on whose behalf they spoke: `client`, or the desk, which is what a client is told of
    /// staff.
    #[schema(example = "operation")]
    author: String,
    created_at: String,
}

pub(super) fn comment_shape(actor: &Actor, row: &Row<CommentId, Comment>, called: &Called) -> CommentShape {
    let author = author_of(actor, row);
    CommentShape {
        id: row.id.0,
        body: row.body.clone(),
        internal: row.internal,
        created_by: author.map(|id| id.0),
        author: author.and_then(|id| called.name(id)).unwrap_or(row.role.name()).to_owned(),
        created_at: rfc3339(row.created_at),
    }
}
