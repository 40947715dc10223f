//! Who we are to a push service (RFC 8292): a key, a contact, and a token signed for each endpoint's origin.

use estair_core::clock::{IdSource, Timestamp};
use std::fmt;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use url::Url;

use crate::config::{ConfigError, is_domain};
use crate::push::encryption::{base64url, draw_32, from_base64url};

pub(super) const KEY: &str = "VAPID_PRIVATE_KEY";
const SUBJECT: &str = "VAPID_SUBJECT";
/// How long a token holds: half of what push services allow.
const LIFETIME_SECONDS: i64 = 12 * 3600;

/// Our private key, never shown. Devices subscribe to its public half: another key needs new subscriptions.
#[derive(Clone)]
pub struct VapidKey(SigningKey);

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VapidKey(public: {})", self.public())
    }
}

impl VapidKey {
    /// Reads the private key: base64url of 32 bytes.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let fail = |problem: &str| ConfigError::new(KEY, problem);
        let bytes = from_base64url(text.trim())
            .ok_or_else(|| fail("not base64url; give the private key that was generated, 43 characters"))?;
        if bytes.len() == 65 {
            return Err(fail("this is the public key (65 bytes); give the private one (32 bytes)"));
        }
        if bytes.len() != 32 {
            return Err(fail("not 32 bytes in base64url; give the private key alone, not a PEM or JSON file"));
        }
        SigningKey::from_slice(&bytes).map(Self).map_err(|_| fail("not a private key of P-256"))
    }

    /// A new key from a source of randomness.
    ///
    /// # Errors
    /// When the source gives no usable key.
    pub fn generate(ids: &dyn IdSource) -> Result<Self, ConfigError> {
        let drawn = (0..4).find_map(|_| SigningKey::from_slice(&draw_32(ids)).ok());
        drawn.map(Self).ok_or_else(|| ConfigError::new(KEY, "the source of randomness gives no usable key"))
    }

    /// The private key in base64url, to be kept in a file that the owner alone reads.
    #[must_use]
    pub fn private(&self) -> String {
        base64url(&self.0.to_bytes())
    }

    /// The public key in base64url: the browser's `applicationServerKey`.
    #[must_use]
    pub fn public(&self) -> String {
        base64url(self.0.verifying_key().to_encoded_point(false).as_bytes())
    }

    /// The `Authorization` header for a call to an endpoint.
    #[must_use]
    pub fn authorization(&self, endpoint: &Url, subject: &VapidSubject, now: Timestamp) -> String {
        // The origin has the port where it is not the usual one.
        let audience = endpoint.origin().ascii_serialization();
        let expires = now.timestamp().saturating_add(LIFETIME_SECONDS);
        let header = json!({ "typ": "JWT", "alg": "ES256" }).to_string();
        let claims = json!({ "aud": audience, "exp": expires, "sub": subject.0 }).to_string();
        let signed = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        // Deterministic (RFC 6979): no randomness to go wrong.
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", base64url(&signature.to_bytes()), self.public())
    }
}

/// Whom a push service may write to about our messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VapidSubject(String);

/// Ends of host names that lead nowhere (RFC 2606, RFC 6761, RFC 6762).
const NOWHERE: [&str; 4] = ["localhost", "invalid", "local", "internal"];

impl VapidSubject {
    /// Reads `mailto:…` or `https://…`.
    ///
    /// # Errors
    /// For anything else, and for a host that nobody can reach: push services refuse it, Apple's with `BadJwtToken`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        let contact = match text.strip_prefix("mailto:") {
            Some(address) => address.split_once('@').is_some_and(|(user, host)| is_user(user) && is_host(host)),
            None => is_page(text),
        };
        if contact {
            return Ok(Self(text.to_owned()));
        }
        let problem = "must be a contact that push services can reach, such as mailto:support@example.com or \
            https://example.com/contact: no brackets, no host of this machine alone";
        Err(ConfigError::new(SUBJECT, problem))
    }
}

/// Only letters that need no quotes: some services read no others.
fn is_user(user: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=^_`{|}~".contains(&byte);
    !user.is_empty() && user.bytes().all(plain)
}

fn is_page(text: &str) -> bool {
    let url = text.starts_with("https://").then(|| Url::parse(text).ok()).flatten();
    let named =
        |url: &Url| url.username().is_empty() && url.password().is_none() && url.host_str().is_some_and(is_host);
    url.as_ref().is_some_and(named) && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte))
}

/// A name of the public internet, in ASCII.
fn is_host(host: &str) -> bool {
    let last = host.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
    let leads_somewhere =
        |last: &String| !NOWHERE.contains(&last.as_str()) && !last.bytes().all(|b| b.is_ascii_digit());
    is_domain(host) && last.as_ref().is_some_and(leads_somewhere)
}
