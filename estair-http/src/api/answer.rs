//! How handlers answer: objects with their version, what was created, pages of lists, what the caller may do next.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use estair_core::action::Action;
use estair_core::store::Total;
use serde::Serialize;
use utoipa::ToSchema;

use super::head::Head;
use crate::idempotency::REPLAYED;
use crate::total::TotalShape;

/// A page of a list, and how to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List<T> {
    /// Newest first.
    pub(super) items: Vec<T>,
    /// The `cursor` of the next page; null on the last.
    pub(super) next_cursor: Option<String>,
    /// With `count=true`: how many there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub(super) total: Option<TotalShape>,
}

impl<T> List<T> {
    pub(super) const fn of(items: Vec<T>, next_cursor: Option<String>) -> Self {
        Self { items, next_cursor, total: None }
    }

    /// With how many there are, where that was asked.
    pub(super) fn with_total(self, total: Option<Total>) -> Self {
        Self { total: total.map(TotalShape::from), ..self }
    }
}

/// Something that the caller may do now (P4).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AllowedAction {
    /// `transition`, `assign`, `edit`, `comment` or `cancel_credit`.
    #[schema(example = "transition")]
    action: &'static str,
    /// The status or the assignee it leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "to_treat")]
    to: Option<&'static str>,
}

pub(super) fn actions(actions: Vec<Action>) -> Vec<AllowedAction> {
    actions.into_iter().map(|action| AllowedAction { action: action.name(), to: action.to() }).collect()
}

/// An object, with its version as `ETag` where it has one to be changed against.
pub(super) fn object<T: Serialize>(status: StatusCode, version: Option<u64>, body: &T) -> Response {
    let mut response = (status, Json(body)).into_response();
    let tag = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok());
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Something that was created: 201, where it is, and whether it was created by an earlier call with the same key.
pub(super) fn created<T: Serialize>(head: &Head, id: u64, version: Option<u64>, replayed: bool, body: &T) -> Response {
    let mut response = object(StatusCode::CREATED, version, body);
    let place = format!("{}/{id}", head.original.path().trim_end_matches('/'));
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    mark_replayed(&mut response, replayed);
    response
}

/// Says that an answer was given before.
pub(super) fn mark_replayed(response: &mut Response, replayed: bool) {
    if replayed {
        response.headers_mut().insert(HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
    }
}
