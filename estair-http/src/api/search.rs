//! One search over all that the caller may see.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use estair_core::messager::MessageFilter;
use estair_core::permission::Permission;
use estair_core::refusal::Refusal;
use estair_core::store::Page;
use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::{AccountShape, today};
use super::movements::{MovementShape, shape as movement};
use super::requests::{RequestShape, shape as request};
use super::state::Api;
use super::support_shape::{SupportShape, shapes as supports};
use crate::caller::Caller;
use crate::messager::MessageShape;
use crate::problem::Problem;
use crate::query::Params;

/// Rows of each kind.
const MOST: u32 = 10;

/// What was found, at most 10 of each kind, newest first. What the caller may not read is empty.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchResult)]
pub(super) struct FoundShape {
    accounts: Vec<AccountShape>,
    requetes: Vec<RequestShape>,
    helpdesk: Vec<SupportShape>,
    mouvements: Vec<MovementShape>,
    messages: Vec<MessageShape>,
}

/// Finds accounts, requests, support requests, movements and messages: by name, reference, uuid, whole amount or sale.
#[utoipa::path(
    get, path = "/api/recherche", operation_id = "search", tag = "search",
    params(("q" = String, Query, description = "what to look for, at most 100 characters")),
    responses((status = 200, description = "What was found", body = FoundShape)),
)]
pub(super) async fn search(State(api): State<Api>, caller: Caller, uri: Uri) -> Result<Json<FoundShape>, Problem> {
    let mut params = Params::of(&uri);
    let q = params.question();
    params.finish()?;
    let q = q.ok_or_else(|| Refusal::invalid("q", "is needed"))?;
    let view = api.view(&caller);
    let found = view.search(&q, MOST).await?;
    let messages = match api.access.messager(caller.actor) {
        Some(messager) if view.may(Permission::ReadMessages) => {
            let filter = MessageFilter { q: Some(q), ..MessageFilter::default() };
            messager.messages(&filter, Page { limit: MOST, before: None }).await?.items
        }
        _ => Vec::new(),
    };
    Ok(Json(FoundShape {
        accounts: found.accounts.iter().map(|row| today(&api, &caller.actor, row)).collect(),
        requetes: found.requests.iter().map(request).collect(),
        helpdesk: supports(&api, &view, &found.supports).await?,
        mouvements: found.movements.iter().map(|row| movement(&caller.actor, row)).collect(),
        messages: messages.iter().map(MessageShape::from).collect(),
    }))
}
