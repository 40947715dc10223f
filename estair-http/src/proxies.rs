//! Who is behind a proxy: `X-Forwarded-For` and `X-Forwarded-Proto`, believed from proxies that the host trusts, and from
//! nobody else.
//!
//! Guarantees: without a trusted proxy the peer is the caller, whatever the headers say. Behind them the last address that
//! is not one of theirs counts, so that nobody gives themselves another. The address that is found is what the audit keeps
//! (W5) and what limits count. `Forwarded` is not read: a proxy that sets the other passes on what its caller wrote there.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The proxies that are trusted: none by default. Cheap enough to clone once a router.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// An address, or all that begin as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u32,
}

/// Why a text names no proxies.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address and no network such as 10.0.0.0/8")]
pub struct ProxiesError(String);

/// The request came to a trusted proxy over https; found among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverHttps;

impl FromStr for Proxies {
    type Err = ProxiesError;

    /// Reads addresses and networks with commas between them.
    fn from_str(text: &str) -> Result<Self, ProxiesError> {
        let given = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        given.map(|one| network(one).ok_or_else(|| ProxiesError(one.to_owned()))).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = width(address);
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some(Network { address, bits })
}

const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let number = |address: IpAddr| match address {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        let beside = width(self.address) - self.bits;
        let begin = |address: IpAddr| number(address).checked_shr(beside).unwrap_or(0);
        width(self.address) == width(address) && begin(self.address) == begin(address)
    }
}

impl Proxies {
    /// Is this one of them?
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.holds(address))
    }

    /// The caller's address: the peer's, or, when that is a trusted proxy, the last one of `X-Forwarded-For` that is none.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let values: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let places = values.iter().rev().flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        for place in places {
            if !self.trust(client) {
                return client;
            }
            // What cannot be read was said by whom we do not know: whoever passed it on counts.
            let Some(before) = address(place.trim()) else { return client };
            client = before;
        }
        client
    }

    /// Did the caller come to a trusted proxy over https?
    #[must_use]
    pub fn is_https(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        // The nearest proxy wrote the last one.
        let last = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
        let last = last.and_then(|text| text.rsplit(',').next()).map(str::trim);
        self.trust(peer) && last.is_some_and(|last| last.eq_ignore_ascii_case("https"))
    }

    /// The router, to which every caller has their own address: whatever is inside finds it as the peer's.
    pub fn surround<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.layer(from_fn_with_state(self, see_through))
    }
}

async fn see_through(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let client = proxies.client(peer.ip(), request.headers());
        let https = proxies.is_https(peer.ip(), request.headers());
        // The port belongs to the peer alone.
        let port = if client == peer.ip().to_canonical() { peer.port() } else { 0 };
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, port)));
        if https {
            request.extensions_mut().insert(OverHttps);
        }
    }
    next.run(request).await
}

/// An address as proxies write it: alone, with a port, in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = plain.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for one in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(one));
        }
        proxies.parse::<Proxies>().unwrap().client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(client("", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.0/8", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        let chain = ["192.0.2.66, 198.51.100.1, 10.0.0.2"];
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &chain), "198.51.100.1");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["192.0.2.66", "198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["10.0.0.9, 10.0.0.2"]), "10.0.0.9", "all of them are ours");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["198.51.100.1, unknown"]), "10.1.2.3");
        assert_eq!(client("10.0.0.0/8", "10.1.2.3", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("::1, 127.0.0.1", "::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client("127.0.0.1", "::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn addresses_and_networks_are_read_and_nothing_else() {
        for good in ["", "10.0.0.1", "10.0.0.0/8, 2001:db8::/32", "0.0.0.0/0", "::/0"] {
            assert!(good.parse::<Proxies>().is_ok(), "{good}");
        }
        for bad in ["proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "*"] {
            assert_eq!(bad.parse::<Proxies>(), Err(ProxiesError(bad.to_owned())));
        }
        assert!("0.0.0.0/0".parse::<Proxies>().unwrap().trust("203.0.113.7".parse().unwrap()));
        assert!(!"0.0.0.0/0".parse::<Proxies>().unwrap().trust("2001:db8::7".parse().unwrap()));
    }

    #[test]
    fn https_is_believed_from_a_proxy_alone() {
        let proxies: Proxies = "10.0.0.0/8".parse().unwrap();
        let mut headers = HeaderMap::new();
        let ours = "10.0.0.1".parse().unwrap();
        assert!(!proxies.is_https(ours, &headers));
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http, HTTPS"));
        assert!(proxies.is_https(ours, &headers));
        assert!(!proxies.is_https("203.0.113.7".parse().unwrap(), &headers));
        headers.append(FORWARDED_PROTO, HeaderValue::from_static("http"));
        assert!(!proxies.is_https(ours, &headers));
    }

    #[tokio::test]
    async fn whatever_is_inside_finds_the_callers_address() {
        use axum::body::Body;
        use axum::routing::get;
        use tower::ServiceExt;

        let shown = |request: Request| async move {
            let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied().unwrap();
            format!("{peer} {}", request.extensions().get::<OverHttps>().is_some())
        };
        let router = "10.0.0.0/8".parse::<Proxies>().unwrap().surround(Router::new().route("/", get(shown)));
        for (peer, seen) in [("10.0.0.1:7", "198.51.100.1:0 true"), ("203.0.113.7:7", "203.0.113.7:7 false")] {
            let peer: SocketAddr = peer.parse().unwrap();
            let request = Request::get("/").extension(ConnectInfo(peer));
            let request = request.header(FORWARDED_FOR, "198.51.100.1").header(FORWARDED_PROTO, "https");
            let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
            assert_eq!(body, seen.as_bytes());
        }
    }
}
