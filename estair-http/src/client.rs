//! The way out: one HTTP client for the calls between ESTAIR and Messager.
//!
//! Its TLS is rustls with ring, given to this client alone: nothing is installed for the process. Redirects are not
//! followed, proxies of the environment not used, answers read up to [`MAX_ANSWER`].

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use estair_core::clock::Timestamp;
use reqwest::{Client, Response, redirect};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// How long a call may take as a whole: less than a lease.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 64 * 1024;

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: {0}")]
pub struct ClientError(String);

/// A client, with this timeout for a whole call.
///
/// # Errors
/// [`ClientError`] when TLS cannot be set up.
pub fn http_client(timeout: Duration) -> Result<Client, ClientError> {
    Client::builder()
        .tls_backend_preconfigured(tls()?)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT.min(timeout))
        .user_agent(concat!("estair/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ClientError(chain(&error)))
}

fn tls() -> Result<ClientConfig, ClientError> {
    let builder =
        || ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let builder = || builder().map_err(|error| ClientError(error.to_string()));
    match builder()?.with_platform_verifier() {
        Ok(verified) => Ok(verified.with_no_client_auth()),
        Err(error) => {
            // A machine without any root certificate can still call a Messager beside it without TLS.
            tracing::warn!(error = %error, "no root certificates: https calls will fail");
            Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
    }
}

/// What came back from a call.
pub(crate) struct Received {
    /// The status.
    pub(crate) status: u16,
    /// `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// The body, as far as it came, and no more of it than its bound.
    pub(crate) body: Vec<u8>,
    /// Why that is not all of it.
    pub(crate) cut: Option<String>,
}

/// Reads an answer, its body only as far as it is bounded.
pub(crate) async fn read(response: Response, now: Timestamp) -> Received {
    read_up_to(response, now, MAX_ANSWER).await
}

/// The same, of an answer that may be as long as this.
pub(crate) async fn read_up_to(mut response: Response, now: Timestamp, most: usize) -> Received {
    let status = response.status().as_u16();
    let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = header.and_then(|text| retry_after(text, now));
    let mut body = Vec::new();
    let cut = loop {
        let room = most.saturating_sub(body.len());
        match response.chunk().await {
            Ok(Some(chunk)) => {
                body.extend(chunk.iter().take(room));
                if chunk.len() > room {
                    break Some(format!("the answer is longer than {most} bytes"));
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(chain(&error.without_url())),
        }
    };
    Received { status, retry_after, body, cut }
}

/// Reads `Retry-After`: seconds, or the instant as HTTP writes it.
pub(crate) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some(at.to_utc().signed_duration_since(now).to_std().unwrap_or_default())
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: G2
    #[test]
    fn g2_retry_after_is_read_in_both_notations() {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:49:07Z").unwrap().to_utc();
        assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-5", now), None);
    }
}
