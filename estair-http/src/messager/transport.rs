//! From Messager to the webhook of a message's domain, signed anew at each attempt (G7).

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use estair_core::clock::Clock;
use estair_core::json::Json;
use estair_core::messager::{Message, Transport, WebhookResponse};
use serde::Serialize;
use uuid::Uuid;

use crate::client::{ClientError, Received, chain, http_client, read};
use crate::signature::{ID, SIGNATURE, Secrets, TIMESTAMP};

/// Where a domain takes its messages.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The webhook.
    pub url: String,
    /// The secrets it knows.
    pub secrets: Secrets,
}

/// Where the domains take their messages; a host may change it while it runs. Cheap to clone: clones share it.
#[derive(Clone, Debug, Default)]
pub struct Endpoints(Arc<RwLock<BTreeMap<String, Endpoint>>>);

impl Endpoints {
    /// These are the webhooks from now on, by domain.
    pub fn set(&self, endpoints: impl IntoIterator<Item = (String, Endpoint)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = endpoints.into_iter().collect();
    }

    pub(super) fn of(&self, domain: &str) -> Option<Endpoint> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(domain).cloned()
    }
}

impl<T: IntoIterator<Item = (String, Endpoint)>> From<T> for Endpoints {
    fn from(endpoints: T) -> Self {
        Self(Arc::new(RwLock::new(endpoints.into_iter().collect())))
    }
}

/// Delivers over HTTP.
pub struct HttpTransport {
    client: reqwest::Client,
    endpoints: Endpoints,
    clock: Arc<dyn Clock>,
}

impl HttpTransport {
    /// A transport to these webhooks, by domain, with a timeout for a whole call.
    ///
    /// # Errors
    /// [`ClientError`] when TLS cannot be set up.
    pub fn new(endpoints: impl Into<Endpoints>, timeout: Duration, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        Ok(Self { client: http_client(timeout)?, endpoints: endpoints.into(), clock })
    }
}

/// A delivery: written at once, so that the payload stays as it came (G12).
#[derive(Serialize)]
struct Envelope<'m> {
    message_uuid: Uuid,
    payload: &'m Json,
    #[serde(rename = "type")]
    kind: &'m str,
}

#[async_trait]
impl Transport for HttpTransport {
    async fn call(&self, message: &Message) -> WebhookResponse {
        let Some(endpoint) = self.endpoints.of(&message.domain) else {
            return WebhookResponse {
                error: Some("the domain has no webhook".to_owned()),
                ..WebhookResponse::default()
            };
        };
        let Message { uuid, kind, payload, .. } = message;
        let Ok(body) = serde_json::to_string(&Envelope { message_uuid: *uuid, kind, payload }) else {
            return WebhookResponse {
                error: Some("the message cannot be written".to_owned()),
                ..WebhookResponse::default()
            };
        };
        let (id, now) = (message.uuid.to_string(), self.clock.now());
        let request = self
            .client
            .post(&endpoint.url)
            .header("content-type", "application/json")
            .header(SIGNATURE, endpoint.secrets.sign(&id, now, body.as_bytes()))
            .header(TIMESTAMP, now.timestamp())
            .header(ID, id);
        let response = match request.body(body).send().await {
            Ok(response) => response,
            Err(error) => {
                return WebhookResponse { error: Some(chain(&error.without_url())), ..WebhookResponse::default() };
            }
        };
        let Received { status, retry_after, body, cut } = read(response, self.clock.now()).await;
        let whole = std::str::from_utf8(&body).ok().filter(|_| cut.is_none());
        let json = whole.and_then(Json::parse);
        let text = json.is_none().then(|| String::from_utf8_lossy(&body).into_owned());
        WebhookResponse { status: Some(status), body: json, text, error: cut, retry_after }
    }
}
