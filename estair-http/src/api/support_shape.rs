//! How support requests and their comments are shown.

use axum::http::StatusCode;
use axum::response::Response;
use estair_core::actor::Actor;
use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::id::{CommentId, SupportId};
use estair_core::row::Row;
use estair_core::store::{Page, Slice};
use estair_core::support::{Comment, Support, allowed_actions};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{AllowedAction, actions, object};
use super::comment::{CommentShape, comment_shape};
use super::requests::{RequestShape, named, names_of};
use super::state::Api;
use crate::people::Called;
use crate::problem::Problem;
use crate::query::cursor_after;
use crate::told::author_of;

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
    /// The financial requests behind it: its fees. To a client without drafts.
    requetes: Vec<RequestShape>,
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
    requetes: Vec<RequestShape>,
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
        requetes,
    }
}

/// Support requests with their comments, who wrote these, those that continue them and the financial requests behind them, which
/// one read each gives for all of them.
pub(super) async fn shapes(
    api: &Api,
    view: &View,
    rows: &[Row<SupportId, Support>],
) -> Result<Vec<SupportShape>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let comments = view.newest_comments(rows, SHOWN_COMMENTS).await?;
    let followers = view.followers(rows).await?;
    let behind = view.requests_behind(rows).await?;
    let accounts = names_of(view, behind.values().flatten()).await?;
    let authors = comments.values().flat_map(|slice| &slice.items).filter_map(|row| author_of(view.actor(), row));
    let called = api.access.names(authors).await;
    let shown = |row: &Row<SupportId, Support>| {
        let followers = followers.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let behind = behind.get(&row.id).into_iter().flatten().map(|fee| named(fee, accounts.as_ref()));
        shape(view.actor(), row, comments.get(&row.id), followers, behind.collect(), &called)
    };
    Ok(rows.iter().map(shown).collect())
}

/// A support request as a comment left it, which is what the call is answered again under its key: with no comment after that
/// one, and no fee after it. Nothing continued it then, as it was not final (S4).
pub(super) async fn commented(
    api: &Api,
    view: &View,
    row: Row<SupportId, Support>,
    comment: CommentId,
) -> Result<Response, Problem> {
    let page = Page { limit: SHOWN_COMMENTS, before: comment.0.checked_add(1) };
    let comments = view.comments(row.id, page).await?;
    let rows = [row];
    let mut behind = view.requests_behind(&rows).await?;
    let [row] = rows;
    let mut behind = behind.remove(&row.id).unwrap_or_default();
    behind.retain(|request| request.created_at <= row.updated_at);
    let authors = comments.items.iter().filter_map(|row| author_of(view.actor(), row));
    let called = api.access.names(authors).await;
    let accounts = names_of(view, &behind).await?;
    let fees = behind.iter().map(|fee| named(fee, accounts.as_ref())).collect();
    let shown = shape(view.actor(), &row, Some(&comments), &[], fees, &called);
    Ok(object(StatusCode::CREATED, Some(row.version), &shown))
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
