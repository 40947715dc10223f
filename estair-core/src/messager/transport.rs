//! The way to the webhook, and what its answer means (G2).

use async_trait::async_trait;
use serde_json::Value;

use crate::json::Json;
use std::time::Duration;

use crate::messager::Message;
use crate::queue::{AttemptOutcome, Report};
use crate::text::excerpt;

/// The webhook's answer, as far as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebhookResponse {
    /// The HTTP status, if one came.
    pub status: Option<u16>,
    /// The body, if it is JSON.
    pub body: Option<Json>,
    /// The body as text, as far as it came, if it is not JSON.
    pub text: Option<String>,
    /// What went wrong on the way.
    pub error: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// Carries messages to the webhook of their domain, signed anew at each attempt (G7).
#[async_trait]
pub trait Transport: Send + Sync {
    /// Calls the webhook once. Never longer than its own timeout, which is shorter than a lease.
    async fn call(&self, message: &Message) -> WebhookResponse;
}

/// What a webhook's answer means (G2): 200 with `success` is done, business outcomes included; 400, 409, 413 and 422 are
/// permanent; everything else is tried again.
#[must_use]
pub fn judge(reply: WebhookResponse) -> Report {
    let understood = reply
        .body
        .as_ref()
        .is_some_and(|body| body.get("success").is_some_and(|success| matches!(success.as_str(), "true" | "false")));
    let outcome = match reply.status {
        Some(200..=299) if understood => AttemptOutcome::Done,
        Some(400 | 409 | 413 | 422) => AttemptOutcome::Permanent,
        _ => AttemptOutcome::Retry,
    };
    let error = (outcome != AttemptOutcome::Done).then(|| error_of(&reply));
    Report { outcome, http_status: reply.status, error, result: reply.body, retry_after: reply.retry_after }
}

/// Longest part of an answer that an attempt's error repeats, in characters.
const EXCERPT: usize = 1_000;

/// What an attempt's error says: the answer's own words, whoever gave it, so that a proxy's page is kept too (G5).
fn error_of(reply: &WebhookResponse) -> String {
    let Some(status) = reply.status else {
        return reply.error.clone().unwrap_or_else(|| "no answer".to_owned());
    };
    let said = reply.text.as_deref().map(|text| excerpt(text, EXCERPT)).filter(|said| !said.is_empty());
    match (&reply.body, said, &reply.error) {
        (Some(body), ..) => problem_of(status, body),
        (None, Some(said), Some(error)) => format!("status {status}: {said} ({error})"),
        (None, Some(said), None) => format!("status {status}: {said}"),
        (None, None, Some(error)) => format!("status {status}: {error}"),
        (None, None, None) => format!("status {status} with an empty answer"),
    }
}

fn problem_of(status: u16, body: &Json) -> String {
    let value = body.value();
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match (text("code"), text("detail")) {
        (Some(code), Some(detail)) => format!("{code}: {detail}"),
        (Some(code), None) => code.to_owned(),
        _ => format!("status {status} without success: {}", excerpt(body.as_str(), EXCERPT)),
    }
}
