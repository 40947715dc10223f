//! Web push: encrypted messages to browsers through their push services (RFC 8030, 8291, 8292).
//!
//! An endpoint is an address that a user supplied: it is checked when it is subscribed ([`EndpointRules::check`]) and
//! again before each call, and its host is resolved once, to public addresses only. A device that is gone is forgotten.

mod encryption;
mod endpoint;
mod vapid;

use estair_core::clock::{Clock, IdSource};
use estair_core::notice::{Channel, Priority};
use estair_core::notification::{Notification, PushSubscription, Subscriptions};
use estair_core::options;
use estair_core::queue::{AttemptOutcome, Report};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use sha2::{Digest, Sha256};
use url::Url;

use crate::channels::ChannelSender;
use crate::config::ConfigError;
use crate::http;
use crate::templates::{Rendered, Templates};

pub use encryption::{DeviceKeys, EncryptionError, Randomness, check_keys, encrypt};
pub use endpoint::{EndpointError, EndpointRules, is_public, masked};
pub use vapid::{VapidKey, VapidSubject};

/// How long a push service keeps a message for a device that is off.
const TTL: Duration = Duration::from_secs(24 * 3600);
/// Length of a topic: as long as one may be (RFC 8030), and whole base64, which Apple wants it to be.
const TOPIC: usize = 32;

/// What an answer's reason has in it when a key or token of ours is refused, whatever its status: Apple says
/// `VapidPkHashMismatch` and `BadJwtToken`, others `UnauthorizedRegistration`.
const OF_OUR_KEY: [&str; 3] = ["vapid", "jwt", "authoriz"];

options! {
    /// Everything the channel needs.
    pub struct PushSettings {
        /// Our key.
        pub key: VapidKey,
        /// Whom a push service may write to.
        pub subject: VapidSubject,
        /// Which endpoints are called.
        pub endpoints: EndpointRules,
    }
}

impl PushSettings {
    /// With this key and contact, to the push services of the browsers there are.
    #[must_use]
    pub fn new(key: VapidKey, subject: VapidSubject) -> Self {
        Self { key, subject, endpoints: EndpointRules::default() }
    }
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

    /// The device that a notification is for, as it is now: the one place that decides whether it may still be sent to
    /// (N9).
    async fn device(&self, notification: &Notification) -> Result<PushSubscription, Report> {
        let endpoint = &notification.recipient;
        let device = match notification.user {
            // What is meant for a person goes to nobody who has the device now.
            Some(user) => self.subscriptions.devices(&[user]).await.map(|devices| {
                devices.into_iter().map(|(_, device)| device).find(|device| device.endpoint == *endpoint)
            }),
            None => self.subscriptions.device(endpoint).await,
        };
        let device = device.map_err(|error| Report::retry(error.to_string()))?;
        device.ok_or_else(|| Report::skipped("the device is not subscribed any more, or is somebody else's"))
    }

    async fn attempt(&self, notification: &Notification) -> Result<Report, Report> {
        let device = self.device(notification).await?;
        let endpoint =
            self.settings.endpoints.check(&device.endpoint).map_err(|error| Report::permanent(error.to_string()))?;
        let keys =
            DeviceKeys::parse(&device.p256dh, &device.auth).map_err(|error| Report::permanent(error.to_string()))?;
        let rendered = self.templates.render(notification).map_err(|error| Report::permanent(error.to_string()))?;
        let Rendered::Push { payload } = rendered else {
            return Err(Report::permanent("not a push"));
        };
        let body = encrypt(payload.to_string().as_bytes(), &keys, &Randomness::draw(&*self.ids));
        let body = body.map_err(|error| Report::permanent(error.to_string()))?;
        let topic = payload.pointer("/notification/tag").and_then(|tag| tag.as_str()).map(topic);
        let call = self.post(&endpoint, notification.priority(), topic, body).send().await;
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
        let reason = http::error_name(response).await;
        let (outcome, why) = match status {
            _ if is_of_our_key(status, reason.as_deref()) => {
                let device = masked(endpoint);
                tracing::error!(
                    status,
                    reason,
                    device,
                    "a push service refuses our VAPID key: devices must subscribe again if it changed"
                );
                (AttemptOutcome::Retry, "the push service refuses our VAPID key or subject")
            }
            408 | 425 | 429 => (AttemptOutcome::Retry, "the push service asks for patience"),
            413 => (AttemptOutcome::Permanent, "the push service finds the message too large"),
            300..=399 => (AttemptOutcome::Permanent, "the push service answers with a redirect, which is not followed"),
            400..=499 => (AttemptOutcome::Permanent, "the push service refuses the message"),
            _ => (AttemptOutcome::Retry, "the push service is in trouble"),
        };
        let name = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let report = Report::failed(outcome, format!("{why}{name}"));
        Report { retry_after, ..report.with_status(status) }
    }

    /// The device is gone. When it cannot be forgotten now, the next attempt finds it gone again.
    async fn forget(&self, endpoint: &str) -> Report {
        tracing::info!(device = masked(endpoint), "a device is gone");
        match self.subscriptions.forget(endpoint).await {
            Ok(()) => Report::permanent("the device is gone: its subscription is forgotten"),
            Err(error) => {
                Report::retry(format!("the device is gone, its subscription could not be forgotten: {error}"))
            }
        }
    }
}

/// An address that must not be called will not become better; anything else may.
fn unreached(error: reqwest::Error) -> Report {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if let Some(refused) = one.downcast_ref::<EndpointError>() {
            return Report::permanent(refused.to_string());
        }
        cause = one.source();
    }
    Report::retry(http::unreached(error))
}

const fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical | Priority::High => "high",
        Priority::Medium => "normal",
        Priority::Low => "low",
    }
}

/// Is it our key that is refused, and neither the message nor the device?
fn is_of_our_key(status: u16, reason: Option<&str>) -> bool {
    let reason = reason.unwrap_or_default().to_ascii_lowercase();
    matches!(status, 401 | 403) || (status == 400 && OF_OUR_KEY.iter().any(|word| reason.contains(word)))
}

/// What replaces an older message that was not delivered yet: the hash of the notification's own tag.
fn topic(tag: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(tag.as_bytes())).chars().take(TOPIC).collect()
}

#[async_trait]
impl ChannelSender for Push {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Push
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.attempt(notification).await.unwrap_or_else(|report| report)
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

    /// Apple reads a topic as base64, which no text of 4n + 1 characters is.
    #[test]
    fn every_topic_is_32_characters_of_base64() {
        for tag in ["requete-123", "requete-1", "account-7-threshold", "", "é", &"a".repeat(33)] {
            let topic = topic(tag);
            assert_eq!(topic.len(), TOPIC, "{tag}");
            assert!(URL_SAFE_NO_PAD.decode(topic).is_ok(), "{tag}");
        }
        assert_ne!(topic("requete-1"), topic("requete-2"));
    }
}
