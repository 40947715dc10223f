//! Web push: encrypted messages to browsers through their push services (RFC 8030, 8291, 8292).
//!
//! An endpoint is an address that a user supplied: it is checked when it is subscribed ([`EndpointRules::check`]) and
//! again before each call, and its host is resolved once, to public addresses only. A device that is gone is forgotten.

mod encryption;
mod endpoint;
mod vapid;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::clock::{Clock, IdSource};
use estair_core::notification::{Channel, Priority};
use estair_core::notify::{Delivery, Subscriptions};
use estair_core::queue::{AttemptOutcome, Report};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use sha2::{Digest, Sha256};
use url::Url;

use crate::channels::ChannelSender;
use crate::config::ConfigError;
use crate::http;
use crate::templates::{Rendered, Templates};
use crate::verdict::{later, never, skipped};

pub use encryption::{DeviceKeys, EncryptionError, Randomness, encrypt};
pub use endpoint::{EndpointError, EndpointRules, is_public};
pub use vapid::{VapidKey, VapidSubject};

/// How long a push service keeps a message for a device that is off.
const TTL: Duration = Duration::from_secs(24 * 3600);
/// Longest topic (RFC 8030).
const MAX_TOPIC: usize = 32;

/// Everything the channel needs.
pub struct PushSettings {
    /// Our key.
    pub key: VapidKey,
    /// Whom a push service may write to.
    pub subject: VapidSubject,
    /// Which endpoints are called.
    pub endpoints: EndpointRules,
}

/// The channel.
pub struct Push {
    settings: PushSettings,
    client: reqwest::Client,
    templates: Templates,
    subscriptions: Arc<dyn Subscriptions>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Push {
    /// Pushes to the devices of these subscriptions; `ids` gives the randomness of the encryption.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        settings: PushSettings,
        templates: Templates,
        subscriptions: Arc<dyn Subscriptions>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, ConfigError> {
        let builder = http::client(vapid::KEY)?.dns_resolver(settings.endpoints.resolver());
        let client = http::build(vapid::KEY, builder)?;
        Ok(Self { settings, client, templates, subscriptions, clock, ids })
    }

    async fn attempt(&self, delivery: &Delivery) -> Result<Report, Report> {
        let device = self.subscriptions.device(&delivery.recipient).await.map_err(|error| later(error.to_string()))?;
        let device = device.ok_or_else(|| skipped("the device is not subscribed any more"))?;
        let endpoint = self.settings.endpoints.check(&device.endpoint).map_err(|error| never(error.to_string()))?;
        let keys = DeviceKeys::parse(&device.p256dh, &device.auth).map_err(|error| never(error.to_string()))?;
        let rendered = self.templates.render(delivery).map_err(|error| never(error.to_string()))?;
        let Rendered::Push { payload } = rendered else {
            return Err(never("not a push"));
        };
        let body = encrypt(payload.to_string().as_bytes(), &keys, &Randomness::draw(&*self.ids));
        let body = body.map_err(|error| never(error.to_string()))?;
        let topic = payload.pointer("/notification/tag").and_then(|tag| tag.as_str()).map(topic);
        let call = self.post(&endpoint, delivery.priority(), topic, body).send().await;
        let response = call.map_err(unreached)?;
        Ok(self.judge(response, &device.endpoint).await)
    }

    fn post(
        &self,
        endpoint: &Url,
        priority: Priority,
        topic: Option<String>,
        body: Vec<u8>,
    ) -> reqwest::RequestBuilder {
        let PushSettings { key, subject, .. } = &self.settings;
        let request = self
            .client
            .post(endpoint.clone())
            .header(AUTHORIZATION, key.authorization(endpoint, subject, self.clock.now()))
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("TTL", TTL.as_secs())
            .header("Urgency", urgency(priority))
            .body(body);
        match topic {
            Some(topic) => request.header("Topic", topic),
            None => request,
        }
    }

    async fn judge(&self, response: reqwest::Response, endpoint: &str) -> Report {
        let status = response.status().as_u16();
        let retry_after = http::retry_after(response.headers(), self.clock.now());
        if (200..300).contains(&status) {
            return Report::done(None).with_status(status);
        }
        if matches!(status, 404 | 410) {
            return self.forget(endpoint).await.with_status(status);
        }
        let name = http::error_name(response).await.map(|name| format!(" ({name})")).unwrap_or_default();
        let (outcome, why) = match status {
            401 | 403 => {
                tracing::error!(
                    status,
                    "a push service refuses our VAPID key: devices must subscribe again if it changed"
                );
                (AttemptOutcome::Retry, "the push service refuses our VAPID key or subject")
            }
            408 | 429 => (AttemptOutcome::Retry, "the push service asks for patience"),
            413 => (AttemptOutcome::Permanent, "the push service finds the message too large"),
            300..=399 => (AttemptOutcome::Permanent, "the push service answers with a redirect, which is not followed"),
            400..=499 => (AttemptOutcome::Permanent, "the push service refuses the message"),
            _ => (AttemptOutcome::Retry, "the push service is in trouble"),
        };
        let report = Report::failed(outcome, format!("{why}{name}"));
        Report { retry_after, ..report.with_status(status) }
    }

    /// The device is gone. When it cannot be forgotten now, the next attempt finds it gone again.
    async fn forget(&self, endpoint: &str) -> Report {
        match self.subscriptions.forget(endpoint).await {
            Ok(()) => never("the device is gone: its subscription is forgotten"),
            Err(error) => later(format!("the device is gone, its subscription could not be forgotten: {error}")),
        }
    }
}

/// An address that must not be called will not become better; anything else may.
fn unreached(error: reqwest::Error) -> Report {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if let Some(refused) = one.downcast_ref::<EndpointError>() {
            return never(refused.to_string());
        }
        cause = one.source();
    }
    later(http::unreached(error))
}

const fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical | Priority::High => "high",
        Priority::Medium => "normal",
        Priority::Low => "low",
    }
}

/// What replaces an older message that was not delivered yet: the notification's own tag, hashed where it is no topic.
fn topic(tag: &str) -> String {
    let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain && !tag.is_empty() && tag.len() <= MAX_TOPIC {
        return tag.to_owned();
    }
    URL_SAFE_NO_PAD.encode(Sha256::digest(tag.as_bytes())).chars().take(MAX_TOPIC).collect()
}

#[async_trait]
impl ChannelSender for Push {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Push
    }

    async fn send(&self, _: u64, delivery: &Delivery) -> Report {
        self.attempt(delivery).await.unwrap_or_else(|report| report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_that_resolves_to_a_private_address_is_never_called() {
        let builder = http::client(vapid::KEY).unwrap().dns_resolver(EndpointRules::default().resolver());
        let client = http::build(vapid::KEY, builder).unwrap();
        // The one name that resolves to a loopback address on every machine.
        let error = client.post("https://localhost/canary").send().await.unwrap_err();
        let report = unreached(error);
        assert_eq!(report.outcome, AttemptOutcome::Permanent);
        assert!(report.error.is_some_and(|why| why.contains("not public") && !why.contains("canary")));
    }

    #[test]
    fn topics_are_tags_or_their_hash_and_fit() {
        assert_eq!(topic("requete-123"), "requete-123");
        for tag in ["", "é", &"a".repeat(33)] {
            let topic = topic(tag);
            assert_eq!(topic.len(), MAX_TOPIC, "{tag}");
            assert!(topic.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
        }
    }
}
