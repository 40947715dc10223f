//! Messager behind HTTP: the client of its API.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use estair_core::clock::Clock;
use estair_core::json::Json;
use estair_core::messager::{Messager, OutgoingMessage, Receipt};
use estair_core::queue::{AttemptOutcome, Report};
use serde::Serialize;
use serde_json::Value;

use crate::client::{ClientError, Received, chain, http_client, read};

/// A Messager that runs elsewhere.
pub struct Remote {
    client: reqwest::Client,
    url: String,
    token: String,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({})", self.url)
    }
}

impl Remote {
    /// The Messager whose API is at `base` (`…/api`), with the domain's token and a timeout for a whole call.
    ///
    /// # Errors
    /// [`ClientError`] when TLS cannot be set up.
    pub fn new(base: &str, token: String, timeout: Duration, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        let url = format!("{}/messages", base.trim_end_matches('/'));
        Ok(Self { client: http_client(timeout)?, url, token, clock })
    }
}

/// A message as its API takes it: written at once, so that the payload stays as it is (G12).
#[derive(Serialize)]
struct Body<'m> {
    domain: &'m str,
    idempotency_key: Option<&'m str>,
    payload: &'m Json,
    #[serde(rename = "type")]
    kind: &'m str,
}

#[async_trait]
impl Messager for Remote {
    async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report> {
        let OutgoingMessage { domain, kind, payload, idempotency_key } = message;
        let body = Body { domain, kind, payload, idempotency_key: idempotency_key.as_deref() };
        let request = self.client.post(&self.url).bearer_auth(&self.token).json(&body);
        match request.send().await {
            Ok(response) => judge(read(response, self.clock.now()).await),
            Err(error) => Err(Report::failed(AttemptOutcome::Retry, chain(&error.without_url()))),
        }
    }
}

/// 200 or 201 with a receipt is success; 400, 409, 413 and 422 will not get better; everything else may.
fn judge(received: Received) -> Result<Receipt, Report> {
    let Received { status, retry_after, body, cut } = received;
    let outcome = match status {
        400 | 409 | 413 | 422 => AttemptOutcome::Permanent,
        _ => AttemptOutcome::Retry,
    };
    let failed = |error: String| Report { retry_after, ..Report::failed(outcome, error).with_status(status) };
    if let Some(error) = cut {
        return Err(failed(error));
    }
    if !(200..=299).contains(&status) {
        let detail = serde_json::from_slice::<Value>(&body).ok();
        let detail = detail.and_then(|body| body.get("code")?.as_str().map(str::to_owned));
        return Err(failed(format!("status {status}{}", detail.map(|code| format!(": {code}")).unwrap_or_default())));
    }
    serde_json::from_slice(&body).map_err(|_| failed(format!("status {status} without a receipt")))
}
