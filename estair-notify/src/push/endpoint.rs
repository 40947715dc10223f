//! Which endpoints are called: an endpoint is a URL that a user supplied.
//!
//! Guarantees: https on port 443 without user or password, a host of the allow list; every address that the host
//! resolves to is public, and the call goes to just those addresses (the check and the connection share one resolution).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::config::{ConfigError, is_loopback};

const SETTING: &str = "push services";
/// Longest endpoint, in bytes.
const MAX_ENDPOINT: usize = 2_048;

/// Characters of an endpoint that are shown.
const LAST: usize = 4;

/// The push services of the browsers in use.
const PUSH_SERVICES: [&str; 5] = [
    "fcm.googleapis.com",
    "android.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
];

/// Why an endpoint is not called. It does not repeat the endpoint, which is a secret of its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not a URL, or an absurdly long one.
    #[error("the endpoint is not a URL")]
    NotAUrl,
    /// Another scheme.
    #[error("the endpoint is not https")]
    NotHttps,
    /// Another port.
    #[error("the endpoint is not on port 443")]
    Port,
    /// It carries a user or a password.
    #[error("the endpoint carries a user or a password")]
    Credentials,
    /// Not a push service that is allowed.
    #[error("the endpoint's host is not an allowed push service")]
    Host,
    /// The host has an address of a private network.
    #[error("the endpoint's host has an address that is not public")]
    PrivateAddress,
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRules {
    hosts: Vec<HostPattern>,
    loopback: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostPattern {
    Exactly(String),
    Under(String),
}

impl Default for EndpointRules {
    fn default() -> Self {
        let hosts = PUSH_SERVICES.iter().map(|pattern| HostPattern::new(pattern)).collect();
        Self { hosts, loopback: false }
    }
}

impl HostPattern {
    fn new(pattern: &str) -> Self {
        match pattern.strip_prefix("*.") {
            Some(domain) => Self::Under(format!(".{domain}")),
            None => Self::Exactly(pattern.to_owned()),
        }
    }

    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exactly(name) => host == name,
            Self::Under(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        }
    }
}

impl EndpointRules {
    /// These push services only: host names, or `*.domain` for all under a domain.
    ///
    /// # Errors
    /// When one is not a host name.
    pub fn parse<'a>(hosts: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let fail = || ConfigError::new(SETTING, "give host names such as push.example.test or *.push.example.test");
        let mut patterns = Vec::new();
        for pattern in hosts {
            let name = pattern.strip_prefix("*.").unwrap_or(pattern);
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
            if !plain || !name.contains('.') || name.starts_with('.') || name.parse::<IpAddr>().is_ok() {
                return Err(fail());
            }
            patterns.push(HostPattern::new(pattern));
        }
        if patterns.is_empty() { Err(fail()) } else { Ok(Self { hosts: patterns, loopback: false }) }
    }

    /// Loopback addresses too, on any port and without TLS: for a push service in a test or a demonstration.
    #[must_use]
    pub fn and_loopback(self) -> Self {
        Self { loopback: true, ..self }
    }

    /// Checks an endpoint: when a device subscribes, and before each call.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(&self, endpoint: &str) -> Result<Url, EndpointError> {
        if endpoint.len() > MAX_ENDPOINT {
            return Err(EndpointError::NotAUrl);
        }
        let url = Url::parse(endpoint).map_err(|_| EndpointError::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if self.loopback && matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(is_loopback) {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(EndpointError::NotHttps);
        }
        if url.port_or_known_default() != Some(443) {
            return Err(EndpointError::Port);
        }
        match url.host() {
            Some(Host::Domain(host)) if self.hosts.iter().any(|pattern| pattern.matches(host)) => Ok(url),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(EndpointError::PrivateAddress),
            _ => Err(EndpointError::Host),
        }
    }

    pub(super) fn resolver(&self) -> Arc<PublicResolver> {
        Arc::new(PublicResolver { loopback: self.loopback })
    }
}

/// Resolves names to public addresses; a name with any other address is refused as a whole.
pub(super) struct PublicResolver {
    loopback: bool,
}

impl fmt::Debug for PublicResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicResolver")
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed = |address: &SocketAddr| is_public(address.ip()) || (loopback && address.ip().is_loopback());
            if !found.iter().all(allowed) {
                return Err(EndpointError::PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// An endpoint as people and logs may see it: its host and its last characters. The whole of it lets anybody push.
#[must_use]
pub fn masked(endpoint: &str) -> String {
    let url = Url::parse(endpoint).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let path = endpoint.chars().count().saturating_sub(host.chars().count());
    // Of a short one nothing is left to guess.
    let shown = if path > 8 * LAST { LAST } else { 0 };
    let skipped = endpoint.chars().count().saturating_sub(shown);
    format!("{host}/…{}", endpoint.chars().skip(skipped).collect::<String>())
}

/// Is it an address of the public internet? Loopback, private, link-local, shared, documentation, multicast and reserved
/// ranges are not, nor are IPv6 forms that stand for such an IPv4 address.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match (a, b, c, d, e, f) {
        (0x64, 0xff9b, 0, 0, 0, 0) => embedded(g, h), // NAT64
        (0x2002, ..) => embedded(b, c),               // 6to4
        (0x2001, 0..=0x1ff | 0xdb8, ..) => false,     // protocol assignments (Teredo too), documentation
        // Only 2000::/3 is given out: mapped, loopback, local and multicast addresses are outside of it.
        _ => (0x2000..=0x3fff).contains(&a),
    }
}
