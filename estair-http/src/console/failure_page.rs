//! A failure in words: as a bar over the page it happened on, or as a page of its own.

use askama::Template;
use axum::http::header::{ALLOW, HeaderValue};
use axum::response::Response;
use estair_core::clock::parse_timestamp;
use estair_core::refusal::{FieldError, Refusal};
use serde_json::Value;

use super::failure::{Failure, Trouble};
use super::frame::Frame;
use super::numbers::grouped;
use super::render::render;

impl Frame {
    /// With the bar that says what was refused.
    pub(super) fn after(mut self, failure: Option<&Failure>) -> Self {
        self.trouble = failure.map(|failure| failure.trouble(&self));
        self
    }
}

impl Failure {
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

fn field_errors(p: &Frame, errors: &[FieldError]) -> Vec<(String, String)> {
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
                parse_timestamp(text).map_or_else(|_| text.clone(), |at| p.at(&at))
            }
            "limit" | "active_credit" | "amount" => grouped(p.lang, text),
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
