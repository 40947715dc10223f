//! Comments on support requests (S5).

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use estair_core::id::SupportId;
use estair_core::support::CommentDraft;
use utoipa::ToSchema;

use super::answer::{List, mark_replayed};
use super::comment::{CommentShape, comment_shape};
use super::head::Head;
use super::state::{Api, fields_about};
use super::support_shape::{COMMENTS, SupportShape, commented};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::told::author_of;
use crate::total::total;

/// A comment to be added. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewComment, example = json!({"body": "Merci, c'est réglé."}))]
#[expect(dead_code, reason = "documents the body that `comment` reads")]
pub(super) struct NewComment {
    /// At most 10,000 characters.
    body: String,
}

/// Lists the comments of a support request, newest first.
#[utoipa::path(
    get, path = "/api/helpdesk/{id}/commentaires", operation_id = "listSupportComments", tag = "support",
    params(
        ("id" = u64, Path, description = "the support request's number"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before, or a `comments_cursor`"),
    ),
    responses((status = 200, description = "A page of comments", body = List<CommentShape>)),
)]
pub(super) async fn comments(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<SupportId>,
    uri: Uri,
) -> Result<Json<List<CommentShape>>, Problem> {
    let view = api.view(&caller);
    let mut params = Params::of(&uri);
    let (page, counts) = (params.page(COMMENTS), params.count());
    in_order(view.support(id).await, params.finish())?;
    let slice = view.comments(id, page).await?;
    let total = total!(counts, page => view.comments(id, page).await?);
    let next_cursor = cursor_after(COMMENTS, &slice);
    let called = api.access.names(slice.items.iter().filter_map(|row| author_of(&caller.actor, row))).await;
    let items = slice.items.iter().map(|row| comment_shape(&caller.actor, row, &called)).collect();
    Ok(Json(List::of(items, next_cursor).with_total(total)))
}

/// Comments on a support request.
#[utoipa::path(
    post, path = "/api/helpdesk/{id}/commentaires", operation_id = "commentSupportRequest", tag = "support",
    params(
        ("id" = u64, Path, description = "the support request's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again"),
    ),
    request_body = NewComment,
    responses((status = 201, description = "The support request with its newest comments", body = SupportShape)),
)]
pub(super) async fn comment(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<SupportId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let view = api.view(&caller);
    let mut fields = fields_about(view.support(id), body).await?;
    let key = head.key(&mut fields);
    let draft = CommentDraft { body: fields.take_string("body"), internal: None, faults: fields.finish() };
    let done = api.run(&caller, (id, draft), key).await?;
    let (row, comment) = done.answer;
    let mut response = commented(&api, &view, row, comment).await?;
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}
