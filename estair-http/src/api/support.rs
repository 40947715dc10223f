//! Support requests (S).

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::id::{AccountId, SupportId};
use estair_core::store::{SupportFilter, SupportSort};
use estair_core::support::{Assignee, Side, SupportDraft, SupportPatch, SupportStatus};
use utoipa::ToSchema;

use super::answer::{List, created};
use super::head::Head;
use super::state::{Api, fields_about};
use super::support_shape::{CATEGORY, SupportShape, shape, shapes, shown};
use crate::body::Body;
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::people::Called;
use crate::problem::Problem;
use crate::query::{Params, cursor_after};
use crate::total::total;

const LIST: &str = "helpdesk";
const QUEUE: &str = "helpdesk-queue";

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
    /// The closed or cancelled one of the same account that it continues.
    follows_id: Option<u64>,
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
        follows: fields.take_u64("follows_id").map(SupportId),
        faults: fields.finish(),
    };
    let done = api.run(&caller, draft, key).await?;
    let row = done.answer;
    // As it was created: without the comments that came since, when this answer is given again.
    let shown = shape(&caller.actor, &row, None, &[], Vec::new(), &Called::default());
    Ok(created(&head, row.id.0, Some(row.version), done.replayed, &shown))
}

/// Lists support requests, newest first.
///
/// As a queue, the oldest first: those that the client has answered, those that nobody has answered yet, those that are with
/// the client, and the final ones.
#[utoipa::path(
    get, path = "/api/helpdesk", operation_id = "listSupportRequests", tag = "support",
    params(
        ("status" = Option<String>, Query, description = "one status or several, separated by commas or repeated"),
        ("account_id" = Option<u64>, Query, description = "of this account"),
        ("assigned_to" = Option<String>, Query, description = "held by"),
        ("awaiting" = Option<String>, Query, description = "which wait for `staff` or for the `client` to speak"),
        ("q" = Option<String>, Query, description = "whose name, subject, description or account's name holds this text"),
        ("sort" = Option<String>, Query, description = "`newest`, the default, or `queue`"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
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
        uuid: None,
        etatsdevente_id: None,
        status: params.any_of("status", SupportStatus::from_name, &names!(SupportStatus)),
        account: params.id("account_id"),
        assigned_to: params.one_of("assigned_to", Assignee::from_name, &names!(Assignee)),
        awaiting: params.one_of("awaiting", Side::from_name, &names!(Side)),
        q: params.question(),
        sort: params.one_of("sort", sort_of, &["newest", "queue"]).unwrap_or_default(),
    };
    let list = if filter.sort == SupportSort::Queue { QUEUE } else { LIST };
    let (page, counts) = (params.page(list), params.count());
    params.finish()?;
    let view = api.view(&caller);
    let slice = view.supports(filter.clone(), page).await?;
    let total = total!(counts, page => view.supports(filter.clone(), page).await?);
    let next_cursor = cursor_after(list, &slice);
    Ok(Json(List::of(shapes(&api, &view, &slice.items).await?, next_cursor).with_total(total)))
}

fn sort_of(name: &str) -> Option<SupportSort> {
    match name {
        "newest" => Some(SupportSort::Newest),
        "queue" => Some(SupportSort::Queue),
        _ => None,
    }
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
    /// What is said with it: both or neither, and one message. At most 10,000 characters.
    comment: Option<String>,
    /// The version that was read; `If-Match` says the same.
    version: Option<u64>,
}

/// Changes a support request: texts, status, assignee, and a comment with it.
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
    fields.refuse_null(["status", "assigned_to", "subject", "description", "comment"]);
    let patch = SupportPatch {
        status: fields.take_enum("status", SupportStatus::from_name, names!(SupportStatus)),
        assigned_to: fields.take_enum("assigned_to", Assignee::from_name, names!(Assignee)),
        subject: fields.take_string("subject"),
        description: fields.take_string("description"),
        comment: fields.take_string("comment"),
        version: head.version(&mut fields),
        faults: fields.finish(),
    };
    let row = api.run(&caller, (id, patch), None).await?.answer;
    shown(&api, &view, StatusCode::OK, row).await
}
