//! Why a page is not shown, or something was not done; shown as a page, or as a bar over the page it happened on.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue};
use axum::response::{IntoResponse, Response};
use estair_core::refusal::Refusal;
use estair_core::store::{StoreError, StoreErrorKind};
use serde_json::Value;

use super::frame::Frame;
use super::guard::render;
use crate::problem::status_of;

/// Why.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// A rule said no.
    Refused(Refusal),
    /// The database could not.
    Store(StoreError),
    /// There is no such page, or nothing behind it.
    NotFound,
    /// The page is there, but not for this method.
    Method,
    /// Nobody is signed in any more.
    SignedOut,
    /// A session that is not of a member of staff.
    NotStaff,
    /// The request does not come from a page of this origin.
    ForeignOrigin,
    /// The form is not of this session.
    ForeignForm,
    /// The form cannot be read.
    Unreadable,
    /// The form is too large.
    TooLarge,
    /// Too many streams are open.
    Busy,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A refusal in words: its title, the rule, what is wrong with which field, and the figures.
pub(super) struct Trouble {
    /// What happened.
    pub(super) title: String,
    /// The rule that refused.
    pub(super) rule: &'static str,
    /// Names and values.
    pub(super) details: Vec<(String, String)>,
}

impl Failure {
    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => status_of(refusal.entry()),
            Self::Store(error) => match error.kind() {
                StoreErrorKind::Corrupt | StoreErrorKind::Other => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotStaff | Self::ForeignOrigin | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The key of its words.
    fn key(&self) -> String {
        match self {
            Self::Refused(refusal) => format!("refusal.{}", refusal.code()),
            Self::Store(_) => "failure.store".to_owned(),
            Self::NotFound => "failure.not_found".to_owned(),
            Self::Method => "failure.method".to_owned(),
            Self::SignedOut => "failure.signed_out".to_owned(),
            Self::NotStaff => "failure.not_staff".to_owned(),
            Self::ForeignOrigin => "failure.foreign_origin".to_owned(),
            Self::ForeignForm => "failure.foreign_form".to_owned(),
            Self::Unreadable => "failure.unreadable".to_owned(),
            Self::TooLarge => "failure.too_large".to_owned(),
            Self::Busy => "failure.busy".to_owned(),
        }
    }

    /// In the words of a page. What the database said is for the log alone.
    pub(super) fn trouble(&self, p: &Frame) -> Trouble {
        if let Self::Store(error) = self {
            tracing::error!(%error, trace = error.trace(), "the console could not reach its data");
        }
        let title = p.word(&self.key());
        let Self::Refused(refusal) = self else { return Trouble { title, rule: "", details: Vec::new() } };
        let details = match refusal {
            Refusal::Invalid(errors) | Refusal::MalformedPayload(errors) => field_errors(p, errors),
            Refusal::InvalidAmount(error) => field_errors(p, std::slice::from_ref(error)),
            other => {
                other.figures().iter().map(|(name, value)| (p.name("field", name), shown(p, name, value))).collect()
            }
        };
        Trouble { title, rule: refusal.entry().rule, details }
    }

    /// The page that says so.
    pub(super) fn page(&self, p: Frame) -> Response {
        let trouble = self.trouble(&p);
        let mut response = render(self.status(), &FailurePage { p, trouble });
        if matches!(self, Self::Method) {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        response
    }
}

fn field_errors(p: &Frame, errors: &[estair_core::refusal::FieldError]) -> Vec<(String, String)> {
    errors.iter().map(|error| (p.name("field", &error.field), p.fault(&error.message))).collect()
}

/// A figure of a refusal as people read it: statuses and roles by their names, the rest as it is.
fn shown(p: &Frame, name: &str, value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(|item| shown(p, name, item)).collect::<Vec<_>>().join(", "),
        Value::String(text) => match name {
            "from" | "to" | "current" | "allowed" => p.any_name(&["status", "support_status", "job"], text),
            "role" | "by" => p.any_name(&["role"], text),
            "assigned_to" => p.any_name(&["desk"], text),
            "cutoff" | "expected" | "expiry_date" => {
                estair_core::clock::parse_timestamp(text).map_or_else(|_| text.clone(), |at| p.at(&at))
            }
            "limit" | "active_credit" | "amount" => super::frame::grouped(p.lang, text),
            _ => text.clone(),
        },
        other => other.to_string(),
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    p: Frame,
    trouble: Trouble,
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure: the guard, which knows the visitor, makes the page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
