//! What the book knows of a failure, asked of an ESTAIR elsewhere when an alert is sent (N5).

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, FixedOffset};
use estair_core::clock::Clock;
use estair_core::messager::DOMAIN;
use estair_core::notification::Notification;
use estair_core::notification::alert::{message_of, told_with};
use estair_core::store::{StoreError, StoreErrorKind};
use serde::Deserialize;
use serde_json::json;

use super::transport::{Endpoint, Endpoints};
use crate::client::{ClientError, TIMEOUT, chain, http_client, read};
use crate::loops::BookErrors;
use crate::signature::{ID, SIGNATURE, TIMESTAMP};

/// How the webhook's address ends, and that of the route which tells of failures.
const WEBHOOK: (&str, &str) = ("/movement", "/failure");

/// An ESTAIR elsewhere, asked for the book's error of an alert over the signed route beside its webhook.
pub struct AskEstair {
    client: reqwest::Client,
    endpoints: Endpoints,
    clock: Arc<dyn Clock>,
}

impl AskEstair {
    /// Asks where these webhooks are.
    ///
    /// # Errors
    /// [`ClientError`] when TLS cannot be set up.
    pub fn new(endpoints: Endpoints, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        Ok(Self { client: http_client(TIMEOUT)?, endpoints, clock })
    }
}

/// What ESTAIR tells of a failure, as far as an alert shows it.
#[derive(Deserialize)]
struct Told {
    error_message: Option<String>,
    error_trace: Option<String>,
    failed_at: Option<DateTime<FixedOffset>>,
}

#[async_trait]
impl BookErrors for AskEstair {
    async fn explained(&self, alert: &Notification) -> Result<Option<Notification>, StoreError> {
        let (Some(message), Some(Endpoint { url, secrets })) = (message_of(alert), self.endpoints.of(DOMAIN)) else {
            return Ok(None);
        };
        let Some(base) = url.strip_suffix(WEBHOOK.0) else { return Ok(None) };
        let (id, now) = (message.to_string(), self.clock.now());
        let body = json!({ "message_uuid": message }).to_string();
        let request = self
            .client
            .post(format!("{base}{}", WEBHOOK.1))
            .header("content-type", "application/json")
            .header(SIGNATURE, secrets.sign(&id, now, body.as_bytes()))
            .header(TIMESTAMP, now.timestamp())
            .header(ID, id);
        let away = |why: String| StoreError::new(StoreErrorKind::Unavailable, format_args!("ESTAIR: {why}"));
        let response = request.body(body).send().await.map_err(|error| away(chain(&error.without_url())))?;
        let received = read(response, now).await;
        match received.status {
            200 => {}
            404 => return Ok(None),
            status => return Err(away(format!("status {status}"))),
        }
        let told: Told = serde_json::from_slice(&received.body).map_err(|error| away(error.to_string()))?;
        let at = told.failed_at.map_or(now, |at| at.to_utc());
        Ok(told.error_message.map(|error| told_with(alert, &error, told.error_trace.as_deref(), at)))
    }
}
