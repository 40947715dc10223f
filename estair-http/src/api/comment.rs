//! A comment, as it is shown on financial requests and on support requests alike.

use estair_core::actor::{Actor, Role};
use estair_core::clock::rfc3339;
use estair_core::id::CommentId;
use estair_core::row::{Comment, Row};
use serde::Serialize;
use utoipa::ToSchema;

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
    /// On whose behalf: `client`, or the desk.
    #[schema(example = "operation")]
    author: &'static str,
    created_at: String,
}

pub(super) fn comment_shape(actor: &Actor, row: &Row<CommentId, Comment>) -> CommentShape {
    // Who of the staff answers is nothing to a client: the desk does.
    let is_shown = actor.role() != Role::Client || row.role == Role::Client;
    CommentShape {
        id: row.id.0,
        body: row.body.clone(),
        internal: row.internal,
        created_by: row.author.filter(|_| is_shown).map(|id| id.0),
        author: row.role.name(),
        created_at: rfc3339(row.created_at),
    }
}
