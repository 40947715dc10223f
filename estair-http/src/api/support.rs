//! Support requests (S).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::actor::{Actor, Role};
use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::command::Command;
use estair_core::id::{AccountId, CommentId, SupportId, UserId};
use estair_core::row::Row;
use estair_core::store::{Slice, SupportFilter};
use estair_core::support::{
    Assignee, Comment, CommentDraft, Support, SupportDraft, SupportPatch, SupportStatus, allowed_actions,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{AllowedAction, List, actions, created, mark_replayed, object};
use super::head::Head;
use super::state::{Api, fields_about};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::people::Called;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_after};
use crate::runner::support_of;

const LIST: &str = "helpdesk";
const COMMENTS: &str = "commentaires";

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
    /// The 50 newest, oldest first.
    comments: Vec<CommentShape>,
    /// The `cursor` of the list of comments that goes on with the older ones; null where there are none.
    comments_cursor: Option<String>,
    /// What the caller may do with it now.
    allowed_actions: Vec<AllowedAction>,
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

fn shape(
    actor: &Actor,
    row: &Row<SupportId, Support>,
    comments: Option<&Slice<Row<CommentId, Comment>>>,
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
        comments: comments
            .iter()
            .flat_map(|slice| slice.items.iter().rev())
            .map(|row| comment_shape(actor, row, called))
            .collect(),
        comments_cursor: comments.and_then(|slice| cursor_after(COMMENTS, slice)),
        allowed_actions: actions(allowed_actions(actor, row)),
    }
}

fn comment_shape(actor: &Actor, row: &Row<CommentId, Comment>, called: &Called) -> CommentShape {
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
fn author_of(actor: &Actor, comment: &Comment) -> Option<UserId> {
    comment.author.filter(|_| actor.role() != Role::Client || comment.role == Role::Client)
}

/// Support requests with their comments and who wrote them, which one read each gives for all of them.
async fn shapes(api: &Api, view: &View, rows: &[Row<SupportId, Support>]) -> Result<Vec<SupportShape>, Problem> {
    let comments = view.newest_comments(rows, SHOWN_COMMENTS).await?;
    let authors = comments.values().flat_map(|slice| &slice.items).filter_map(|row| author_of(view.actor(), row));
    let called = api.access.names(authors).await;
    Ok(rows.iter().map(|row| shape(view.actor(), row, comments.get(&row.id), &called)).collect())
}

/// A support request as it is now, with its version as `ETag`.
async fn shown(api: &Api, view: &View, status: StatusCode, row: Row<SupportId, Support>) -> Result<Response, Problem> {
    let version = row.version;
    let shown = shapes(api, view, &[row]).await?.pop();
    Ok(object(status, Some(version), &shown))
}

/// The category of every support request: there is one (S1).
const CATEGORY: &str = "support";

/// What help is asked for. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSupportRequest, example = json!({"subject": "Billet refusé", "description": "Le PNR ABC123 ne passe pas."}))]
#[expect(dead_code, reason = "documents the body that `create` reads")]
pub(super) struct NewSupport {
    /// One line, at most 255 characters.
    subject: String,
    /// At most 10,000 characters.
    description: String,
    /// `support`, the one there is; may be left out.
    category: Option<String>,
    /// A client's own when it is left out.
    account_id: Option<u64>,
    /// A sale it is about.
    etatsdevente_id: Option<u64>,
}

/// Creates a support request, assigned to operation.
#[utoipa::path(
    post, path = "/api/helpdesk", operation_id = "createSupportRequest", tag = "support",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewSupport,
    responses((status = 201, description = "The support request as it was created", body = SupportShape)),
)]
pub(super) async fn create(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    // There is one category; whoever names it means just that.
    fields.take_enum("category", |name| (name == CATEGORY).then_some(()), [CATEGORY]);
    let draft = SupportDraft {
        subject: fields.take_string("subject"),
        description: fields.take_string("description"),
        account: fields.take_u64("account_id").map(AccountId),
        etatsdevente_id: fields.take_u64("etatsdevente_id"),
        faults: fields.finish(),
    };
    let done = api.run(&caller, Command::CreateSupport(draft), key, support_of).await?;
    let row = done.answer;
    // As it was created: without the comments that came since, when this answer is given again.
    let shown = shape(&caller.actor, &row, None, &Called::default());
    Ok(created(&head, row.id.0, Some(row.version), done.replayed, &shown))
}

/// Lists support requests, newest first.
#[utoipa::path(
    get, path = "/api/helpdesk", operation_id = "listSupportRequests", tag = "support",
    params(
        ("status" = Option<String>, Query, description = "one status or several, separated by commas or repeated"),
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("assigned_to" = Option<String>, Query, description = "held by"),
        ("q" = Option<String>, Query, description = "whose name or subject holds this text"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of support requests", body = List<SupportShape>)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<List<SupportShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = SupportFilter {
        status: params.any_of("status", SupportStatus::from_name, &names!(SupportStatus)),
        account: params.id("account_id"),
        assigned_to: params.one_of("assigned_to", Assignee::from_name, &names!(Assignee)),
        q: params.question(),
    };
    let page = params.page(LIST);
    params.finish()?;
    let view = api.view(&caller);
    let slice = view.supports(filter, page).await?;
    let next_cursor = cursor_after(LIST, &slice);
    Ok(Json(List { items: shapes(&api, &view, &slice.items).await?, next_cursor }))
}

/// Shows one support request with its comments.
#[utoipa::path(
    get, path = "/api/helpdesk/{id}", operation_id = "getSupportRequest", tag = "support",
    params(("id" = u64, Path, description = "its number")),
    responses((status = 200, description = "The support request, with its version as `ETag`", body = SupportShape)),
)]
pub(super) async fn one(State(api): State<Api>, caller: Caller, Id(id): Id<SupportId>) -> Result<Response, Problem> {
    let view = api.view(&caller);
    let row = view.support(id).await?;
    shown(&api, &view, StatusCode::OK, row).await
}

/// What shall change. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupportRequestPatch, example = json!({"status": "in_progress", "version": 1}))]
#[expect(dead_code, reason = "documents the body that `update` reads")]
pub(super) struct SupportChange {
    status: Option<String>,
    assigned_to: Option<String>,
    subject: Option<String>,
    description: Option<String>,
    /// The version that was read; `If-Match` says the same.
    version: Option<u64>,
}

/// Changes a support request: texts, status, assignee.
#[utoipa::path(
    patch, path = "/api/helpdesk/{id}", operation_id = "updateSupportRequest", tag = "support",
    params(
        ("id" = u64, Path, description = "its number"),
        ("If-Match" = Option<String>, Header, description = "the version that was read, instead of `version`"),
    ),
    request_body = SupportChange,
    responses((status = 200, description = "The support request as it is now", body = SupportShape)),
)]
pub(super) async fn update(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<SupportId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let view = api.view(&caller);
    let mut fields = fields_about(view.support(id), body).await?;
    let patch = SupportPatch {
        status: fields.take_enum("status", SupportStatus::from_name, names!(SupportStatus)),
        assigned_to: fields.take_enum("assigned_to", Assignee::from_name, names!(Assignee)),
        subject: fields.take_string("subject"),
        description: fields.take_string("description"),
        version: head.version(&mut fields),
        faults: fields.finish(),
    };
    let row = api.run(&caller, Command::UpdateSupport(id, patch), None, support_of).await?.answer;
    shown(&api, &view, StatusCode::OK, row).await
}

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
    let page = params.page(COMMENTS);
    in_order(view.support(id).await, params.finish())?;
    let slice = view.comments(id, page).await?;
    let next_cursor = cursor_after(COMMENTS, &slice);
    let called = api.access.names(slice.items.iter().filter_map(|row| author_of(&caller.actor, row))).await;
    let items = slice.items.iter().map(|row| comment_shape(&caller.actor, row, &called)).collect();
    Ok(Json(List { items, next_cursor }))
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
    let draft = CommentDraft { body: fields.take_string("body"), faults: fields.finish() };
    let done = api.run(&caller, Command::CommentSupport(id, draft), key, support_of).await?;
    let mut response = shown(&api, &view, StatusCode::CREATED, done.answer).await?;
    mark_replayed(&mut response, done.replayed);
    Ok(response)
}
