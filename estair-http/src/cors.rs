//! Calls from pages of other origins (CORS): a front that is served elsewhere may call the API with its bearer token.
//!
//! Guarantees: only origins that the host lists are let in, each named whole; there is no `*`. Credentials of the browser (cookies)
//! are never let in from elsewhere, so that a page of another origin has nothing but the token it was given. Only
//! [`api()`](crate::api()) has this layer: the webhook, Messager, the console and the probes are no business of other pages.

use std::str::FromStr;
use std::time::Duration;

use axum::Router;
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember what a preflight was answered.
const REMEMBERED: Duration = Duration::from_secs(600);

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// What a page may send beside what every page may.
const SENT: [HeaderName; 5] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    header::IF_MATCH,
    HeaderName::from_static("last-event-id"),
];

/// What a page may read beside what every page may.
const READ: [HeaderName; 4] = [
    HeaderName::from_static("idempotent-replayed"),
    HeaderName::from_static("x-request-id"),
    header::ETAG,
    header::RETRY_AFTER,
];

/// The origins whose pages may call the API: none by default. Read from a text such as
/// `https://front.example.test,http://localhost:4200`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<HeaderValue>);

/// Why a text names no origins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginsError {
    /// `*` would let in every page there is.
    #[error("every origin (*) is not allowed: name each")]
    Every,
    /// What is not an origin.
    #[error("{0:?} is no origin such as https://front.example.test or http://localhost:4200")]
    NoOrigin(String),
}

impl FromStr for Origins {
    type Err = OriginsError;

    /// Reads origins with commas between them.
    fn from_str(text: &str) -> Result<Self, OriginsError> {
        let given = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        given.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

/// An origin as a browser writes it: in small letters, without the port that its scheme has anyway.
fn origin(text: &str) -> Result<HeaderValue, OriginsError> {
    if text == "*" {
        return Err(OriginsError::Every);
    }
    let wrong = || OriginsError::NoOrigin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return Err(wrong()) };
    let port = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    let is_web = *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP;
    // What follows the authority would be a path, a slash alone too: no origin has one.
    let is_whole = text.len() == scheme.as_str().len() + "://".len() + authority.as_str().len();
    let host = authority.host();
    if !(is_web && is_whole && is_host(host) && has_port_or_none(authority)) {
        return Err(wrong());
    }
    let port = authority.port_u16().filter(|given| *given != port).map(|port| format!(":{port}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{scheme}://{host}{port}").to_ascii_lowercase()).map_err(|_| wrong())
}

/// A name or an address; what may stand for several names is none.
fn is_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(plain),
    }
}

/// Nothing but a host and a port: no name of a user, no port that is no number.
fn has_port_or_none(authority: &Authority) -> bool {
    match authority.port_u16() {
        Some(port) => authority.as_str().len() == authority.host().len() + format!(":{port}").len(),
        None => authority.as_str() == authority.host(),
    }
}

impl Origins {
    /// Is nobody let in?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The router, answering pages of these origins; as it is when there are none.
    pub(crate) fn surround<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        if self.is_empty() {
            return router;
        }
        let layer = CorsLayer::new()
            .allow_origin(AllowOrigin::list(self.0.clone()))
            .allow_methods(METHODS)
            .allow_headers(SENT)
            .expose_headers(READ)
            .max_age(REMEMBERED);
        router.layer(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let read = |text: &str| text.parse::<Origins>().map(|origins| origins.0);
        assert_eq!(read("").unwrap(), Vec::<HeaderValue>::new());
        for (given, kept) in [
            ("https://front.example.test", "https://front.example.test"),
            ("HTTPS://Front.Example.test:443", "https://front.example.test"),
            ("http://localhost:80", "http://localhost"),
            ("http://localhost:4200", "http://localhost:4200"),
            ("https://10.0.0.1:80", "https://10.0.0.1:80"),
            ("http://[::1]:4200", "http://[::1]:4200"),
        ] {
            assert_eq!(read(given).unwrap(), [HeaderValue::from_str(kept).unwrap()], "{given}");
        }
        assert_eq!(read("https://a.test, http://b.test ,").unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_origin_or_stands_for_many_is_refused() {
        assert_eq!("*".parse::<Origins>(), Err(OriginsError::Every));
        assert_eq!("https://a.test,*".parse::<Origins>(), Err(OriginsError::Every));
        for text in [
            "null",
            "front.example.test",
            "localhost:4200",
            "//a.test",
            "https://",
            "https://a.test/",
            "https://a.test/front",
            "https://a.test?x",
            "https://*.a.test",
            "https://user@a.test",
            "https://a.test:",
            "https://a.test:99999",
            "https://a.test:0443",
            "ftp://a.test",
            "https://a b.test",
            "https://é.test",
            "https://a.test;https://b.test",
        ] {
            assert_eq!(text.parse::<Origins>(), Err(OriginsError::NoOrigin(text.to_owned())), "{text}");
        }
    }
}
