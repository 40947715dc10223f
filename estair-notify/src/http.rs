//! What the channels over HTTP share: one way to build a client, and to read the other side's wishes.

use estair_core::clock::Timestamp;
use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::cause;
use crate::config::ConfigError;
use crate::tls;

/// Longest call.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 8 * 1024;

/// A client that follows no redirect and uses no proxy of the environment.
pub(crate) fn client(setting: &'static str) -> Result<reqwest::ClientBuilder, ConfigError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls::client(setting, [])?)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("estair/", env!("CARGO_PKG_VERSION"))))
}

/// Ends the building of a client.
pub(crate) fn build(setting: &'static str, builder: reqwest::ClientBuilder) -> Result<reqwest::Client, ConfigError> {
    builder.build().map_err(|error| ConfigError::new(setting, format!("no client: {}", error.without_url())))
}

/// `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some(at.signed_duration_since(now).to_std().unwrap_or(Duration::ZERO))
}

/// The stable name of what went wrong, where the answer is JSON that has one. The rest of the answer is left unread: it
/// may repeat the address, which is a secret.
pub(crate) async fn error_name(mut response: reqwest::Response) -> Option<String> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return None;
        }
    }
    let value: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let places = ["/error/code", "/reason", "/code", "/errno"];
    let name = places.iter().find_map(|place| {
        value.pointer(place).map(|name| match name.as_str() {
            Some(text) => text.to_owned(),
            None => name.to_string(),
        })
    })?;
    let plain = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    plain.then_some(name)
}

/// Why no answer came, without the address, which is a secret: only the root cause is told, which names none.
pub(crate) fn unreached(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let what = if error.is_connect() { "no connection" } else { "no answer" };
    match cause::root(&error.without_url()) {
        Some(cause) => format!("{what}: {cause}"),
        None => what.to_owned(),
    }
}
