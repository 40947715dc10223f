//! How support requests and their comments are shown.

use axum::http::StatusCode;
use axum::response::Response;
use estair_core::actor::{Actor, Role};
use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::id::{CommentId, SupportId, UserId};
use estair_core::row::Row;
use estair_core::store::Slice;
use estair_core::support::{Comment, Support, allowed_actions};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{AllowedAction, actions, object};
use super::state::Api;
use crate::people::Called;
use crate::problem::Problem;
use crate::query::cursor_after;

/// The name under which the cursors of comments are made.
pub(super) const COMMENTS: &str = "commentaires";

/// The category of every support request: there is one (S1).
pub(super) const CATEGORY: &str = "support";

/// Comments that a support request shows; the older ones are listed.
const SHOWN_COMMENTS: u32 = 50;

/// A support request with its comments, and what the caller may do with it now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportRequest)]
pub(super) struct SupportShape {
    id: u64,
    uuid: Uuid,
    /// The reference that people read.
    name: String,
    account_id: u64,
    /// Always `support`.
    #[schema(example = "support")]
    category: &'static str,
    subject: String,
    description: String,
    /// `open`, `in_progress`, `waiting`, `closed` or `cancelled`.
    #[schema(example = "open")]
    status: &'static str,
    /// `operation`, `agency` or `agent`.
    #[schema(example = "operation")]
    assigned_to: &'static str,
    etatsdevente_id: Option<u64>,
    created_by: Option<u64>,
    created_at: String,
    updated_at: String,
    /// For the optimistic lock.
    version: u64,
    /// The closed one that it continues.
    follows_id: Option<u64>,
    /// Those that continue it, oldest first.
    followed_by: Vec<u64>,
    /// Who spoke last.
    last_comment: Option<LastCommentShape>,
    /// The 50 newest, oldest first.
    comments: Vec<CommentShape>,
    /// The `cursor` of the list of comments that goes on with the older ones; null where there are none.
    comments_cursor: Option<String>,
    /// What the caller may do with it now.
    allowed_actions: Vec<AllowedAction>,
}

/// Who spoke last on a support request, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastComment)]
struct LastCommentShape {
    at: String,
    /// `client` or `staff`.
    #[schema(example = "client")]
    by: &'static str,
}

pub(super) fn shape(
    actor: &Actor,
    row: &Row<SupportId, Support>,
    comments: Option<&Slice<Row<CommentId, Comment>>>,
    followers: &[SupportId],
    called: &Called,
) -> SupportShape {
    SupportShape {
        id: row.id.0,
        uuid: row.uuid,
        name: row.name.clone(),
        account_id: row.account.0,
        category: CATEGORY,
        subject: row.subject.clone(),
        description: row.description.clone(),
        status: row.status.name(),
        assigned_to: row.assigned_to.name(),
        etatsdevente_id: row.etatsdevente_id,
        created_by: row.created_by.map(|id| id.0),
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
        version: row.version,
        follows_id: row.follows.map(|id| id.0),
        followed_by: followers.iter().map(|id| id.0).collect(),
        last_comment: row.last_comment.map(|last| LastCommentShape { at: rfc3339(last.at), by: last.by.name() }),
        comments: comments
            .iter()
            .flat_map(|slice| slice.items.iter().rev())
            .map(|row| comment_shape(actor, row, called))
            .collect(),
        comments_cursor: comments.and_then(|slice| cursor_after(COMMENTS, slice)),
        allowed_actions: actions(allowed_actions(actor, row)),
    }
}

/// Support requests with their comments, who wrote these, and those that continue them, which one read each gives for all of
/// them.
pub(super) async fn shapes(
    api: &Api,
    view: &View,
    rows: &[Row<SupportId, Support>],
) -> Result<Vec<SupportShape>, Problem> {
    let comments = view.newest_comments(rows, SHOWN_COMMENTS).await?;
    let followers = view.followers(rows).await?;
    let of = |row: &Row<SupportId, Support>| followers.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    let authors = comments.values().flat_map(|slice| &slice.items).filter_map(|row| author_of(view.actor(), row));
    let called = api.access.names(authors).await;
    Ok(rows.iter().map(|row| shape(view.actor(), row, comments.get(&row.id), of(row), &called)).collect())
}

/// A support request as it is now, with its version as `ETag`.
pub(super) async fn shown(
    api: &Api,
    view: &View,
    status: StatusCode,
    row: Row<SupportId, Support>,
) -> Result<Response, Problem> {
    let version = row.version;
    let shown = shapes(api, view, &[row]).await?.pop();
    Ok(object(status, Some(version), &shown))
}

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
        internal: false,
        created_by: author.map(|id| id.0),
        author: author.and_then(|id| called.name(id)).unwrap_or(row.role.name()).to_owned(),
        created_at: rfc3339(row.created_at),
    }
}

/// Who wrote a comment. Who of the staff answers is nothing to a client: the desk does.
pub(super) fn author_of(actor: &Actor, comment: &Comment) -> Option<UserId> {
    comment.author.filter(|_| actor.role() != Role::Client || comment.role == Role::Client)
}
