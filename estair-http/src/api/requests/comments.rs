//! Comments on financial requests (R9).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use estair_core::comment::CommentDraft;
use estair_core::id::RequestId;
use utoipa::ToSchema;

use crate::api::answer::{List, mark_replayed};
use crate::api::comment::{CommentShape, comment_shape};
use crate::api::head::Head;
use crate::api::state::{Api, fields_about};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::told::author_of;
use crate::total::total;

/// The name under which the list's cursors are made.
const LIST: &str = "requetes.commentaires";

/// A comment to be added. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFinancialRequestComment, example = json!({"body": "Le bordereau suit.", "internal": false}))]
#[expect(dead_code, reason = "documents the body that `comment` reads")]
pub(in crate::api) struct NewRequestComment {
    /// At most 10,000 characters.
    body: String,
    /// For staff alone; not unless it is said, and never a client's. On a draft every comment is.
    internal: Option<bool>,
}

/// Comments on a financial request, while it is not final.
///
/// What is not for staff alone is told: the client's to the desk that holds the request, staff's to the client.
#[utoipa::path(
    post, path = "/api/requetes-financieres/{id}/commentaires", operation_id = "commentFinancialRequest", tag = "requests",
    params(
        ("id" = u64, Path, description = "the request's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again"),
    ),
    request_body = NewRequestComment,
    responses((status = 201, description = "The comment", body = CommentShape)),
)]
pub(in crate::api) async fn comment(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = fields_about(api.view(&caller).request(id), body).await?;
    let key = head.key(&mut fields);
    let draft = CommentDraft {
        body: fields.take_string("body"),
        internal: fields.take_bool("internal"),
        faults: fields.finish(),
    };
    let done = api.run(&caller, (id, draft), key).await?;
    let called = api.access.names(author_of(&caller.actor, &done.answer)).await;
    let shown = comment_shape(&caller.actor, &done.answer, &called);
    let mut response = (StatusCode::CREATED, Json(shown)).into_response();
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}

/// Lists the comments of a financial request, newest first; to a client without those for staff alone.
#[utoipa::path(
    get, path = "/api/requetes-financieres/{id}/commentaires", operation_id = "listFinancialRequestComments", tag = "requests",
    params(
        ("id" = u64, Path, description = "the request's number"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of comments", body = List<CommentShape>)),
)]
pub(in crate::api) async fn comments(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
    uri: Uri,
) -> Result<Json<List<CommentShape>>, Problem> {
    let view = api.view(&caller);
    let mut params = Params::of(&uri);
    let (page, counts) = (params.page(LIST), params.count());
    let (slice, ()) = in_order(view.request_comments(id, page).await, params.finish())?;
    let total = total!(counts, page => view.request_comments(id, page).await?);
    let next_cursor = cursor_after(LIST, &slice);
    let called = api.access.names(slice.items.iter().filter_map(|row| author_of(&caller.actor, row))).await;
    let items = slice.items.iter().map(|row| comment_shape(&caller.actor, row, &called)).collect();
    Ok(Json(List::of(items, next_cursor).with_total(total)))
}
