//! What one caller may take of the service, so that there is enough left for the others.
//!
//! Guarantees: requests of each actor and of each domain are counted, refused credentials and sign-ins of each address;
//! streams and downloads that are open of each actor. All counts take a bounded room. A good credential is never refused
//! for what others at its address tried. Sign-ins and links asked for are counted for all servers on one database, where the host
//! has what counts them ([`Limits::across`]); everything else by each server for itself.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::response::Response;
use chrono::Duration;
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use futures::StreamExt;

use crate::host::{SignInTries, Tries};
use crate::problem::{Problem, RATE_LIMITED, TOO_MANY_AT_ONCE};
use crate::rate_limit::RateLimit;

/// Event streams that an actor may have open.
pub const MAX_STREAMS: usize = 8;
/// Downloads that an actor may have running.
pub const MAX_DOWNLOADS: usize = 2;
/// Refused credentials, and sign-ins, that an address may try in a minute.
pub const TRIES_PER_MINUTE: u32 = 20;
/// Links that may be asked for one e-mail address at once, and the minutes after which there is one more (A6).
const LINKS_AT_ONCE: u32 = 5;
const LINK_EVERY_MINUTES: u32 = 3;
const LINK_EVERY: Duration = Duration::minutes(LINK_EVERY_MINUTES as i64);
/// After this there is one more sign-in for an address.
const TRY_EVERY: Duration = Duration::milliseconds(60_000 / TRIES_PER_MINUTE as i64);
/// Requests a second of a domain's token.
pub const DOMAIN_PER_SECOND: u32 = 5_000;
/// Requests a second of an actor, unless the host says otherwise.
const ACTOR_PER_SECOND: u32 = 200;
/// Seconds after which a place may be free again.
const RETRY_PLACE_AFTER: u64 = 5;

/// What callers may take. One for all routers of a process, so that a caller has one share of it; cheap to clone.
#[derive(Clone)]
pub struct Limits {
    kept: Arc<Kept>,
    /// What counts sign-ins for all servers.
    across: Option<Arc<dyn SignInTries>>,
}

struct Kept {
    actors: RateLimit,
    domains: RateLimit,
    refused: RateLimit,
    sign_ins: SignIns,
    links: SignIns,
    streams: Places,
    downloads: Places,
}

/// Sign-ins of one kind: how many may be tried, and this server's own count.
struct SignIns {
    here: RateLimit,
    tries: Tries,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limits")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(ACTOR_PER_SECOND)
    }
}

impl Limits {
    /// So many requests a second and actor, twice as many at once; 0 switches off whatever is counted by time. Streams and
    /// downloads stay bounded.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let unless_off = |rate| if per_second == 0 { 0 } else { rate };
        let sign_ins = Tries { at_once: unless_off(TRIES_PER_MINUTE), every: TRY_EVERY };
        let links = Tries { at_once: unless_off(LINKS_AT_ONCE), every: LINK_EVERY };
        let kept = Kept {
            actors: RateLimit::new(per_second),
            domains: RateLimit::new(unless_off(DOMAIN_PER_SECOND)),
            refused: RateLimit::per_minute(unless_off(TRIES_PER_MINUTE)),
            sign_ins: SignIns { here: RateLimit::per_minute(sign_ins.at_once), tries: sign_ins },
            links: SignIns { here: RateLimit::one_in(LINK_EVERY_MINUTES, links.at_once), tries: links },
            streams: Places::new(MAX_STREAMS),
            downloads: Places::new(MAX_DOWNLOADS),
        };
        Self { kept: Arc::new(kept), across: None }
    }

    /// Sign-ins and links asked for are counted for all servers that share this. What this server's own count refuses, and what is
    /// switched off, is not asked for there.
    #[must_use]
    pub fn across(self, tries: Arc<dyn SignInTries>) -> Self {
        Self { across: Some(tries), ..self }
    }

    /// An actor asks.
    ///
    /// # Errors
    /// 429 when it asks too often.
    pub(crate) fn asks(&self, scope: &str, now: Timestamp) -> Result<(), Problem> {
        self.kept.actors.take(scope, now).map_err(too_often)
    }

    /// A domain hands over a message.
    ///
    /// # Errors
    /// 429 when it does too often.
    pub(crate) fn hands_over(&self, domain: &str, now: Timestamp) -> Result<(), Problem> {
        self.kept.domains.take(domain, now).map_err(too_often)
    }

    /// Credentials from this address were refused.
    ///
    /// # Errors
    /// 429 when too many were.
    pub(crate) fn refused(&self, extensions: &Extensions, now: Timestamp) -> Result<(), Problem> {
        at_address(&self.kept.refused, extensions, now)
    }

    /// Somebody at this address signs in, or asks for a link that does: a host with a way of its own counts it here. The address
    /// is the request's [`ConnectInfo`].
    ///
    /// # Errors
    /// 429 when too many did.
    pub async fn signs_in(&self, extensions: &Extensions, now: Timestamp) -> Result<(), Problem> {
        let Some(address) = address(extensions) else { return Ok(()) };
        self.count(&self.kept.sign_ins, &format!("address:{}", household(address)), now).await
    }

    /// Somebody at this address asks for a link for an e-mail address, known or not: both are counted.
    ///
    /// # Errors
    /// 429 when either was too often.
    #[cfg(feature = "console")]
    pub(crate) async fn asks_for_link(
        &self,
        extensions: &Extensions,
        email: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.signs_in(extensions, now).await?;
        self.count(&self.kept.links, &format!("mail:{}", email.trim().to_lowercase()), now).await
    }

    /// Counts a sign-in here, and then for all servers. Where that cannot be told now, the own count stands alone: signing in
    /// needs the same database.
    async fn count(&self, sign_ins: &SignIns, caller: &str, now: Timestamp) -> Result<(), Problem> {
        sign_ins.here.take(caller, now).map_err(too_often)?;
        let Some(across) = self.across.as_ref().filter(|_| sign_ins.tries.at_once > 0) else { return Ok(()) };
        match across.count(Hash::of(caller), sign_ins.tries, now).await {
            Ok(None) => Ok(()),
            Ok(Some(wait)) => Err(too_often(seconds(wait))),
            Err(error) => {
                tracing::warn!(%error, "a try to sign in is counted by this server alone");
                Ok(())
            }
        }
    }

    /// A place for one more stream of an actor.
    ///
    /// # Errors
    /// 429 when there is none.
    pub(crate) fn stream(&self, scope: &str) -> Result<Place, Problem> {
        self.kept.streams.take(scope).ok_or_else(|| no_place("streams", MAX_STREAMS))
    }

    /// A place for one more download of an actor.
    ///
    /// # Errors
    /// 429 when there is none.
    pub(crate) fn download(&self, scope: &str) -> Result<Place, Problem> {
        self.kept.downloads.take(scope).ok_or_else(|| no_place("downloads", MAX_DOWNLOADS))
    }
}

fn too_often(seconds: u64) -> Problem {
    Problem::http(&RATE_LIMITED, format!("try again in {seconds} s")).retry_after(seconds)
}

fn no_place(what: &str, most: usize) -> Problem {
    let detail = format!("at most {most} {what} are open at once: end one of yours");
    Problem::http(&TOO_MANY_AT_ONCE, detail).retry_after(RETRY_PLACE_AFTER)
}

/// Takes a token of an address; where the host tells none, nothing can be counted.
fn at_address(limit: &RateLimit, extensions: &Extensions, now: Timestamp) -> Result<(), Problem> {
    let Some(address) = address(extensions) else { return Ok(()) };
    limit.take(&household(address), now).map_err(too_often)
}

fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// Whole seconds, at least one.
fn seconds(wait: Duration) -> u64 {
    u64::try_from(wait.num_milliseconds()).unwrap_or(0).div_ceil(1_000).max(1)
}

/// An address as one caller: of IPv6 the network of 64 bits, which everybody has to themselves.
fn household(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string(),
    }
}

/// Things that are open, so many of each actor at most.
#[derive(Clone, Debug)]
struct Places {
    most: usize,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    scope: String,
}

impl Places {
    fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    fn take(&self, scope: &str) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(scope.to_owned()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { places: self.clone(), scope: scope.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.scope) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.scope);
            }
        }
    }
}

impl Place {
    /// Keeps the place until the answer is sent, or its reader is gone.
    pub(crate) fn until_sent(self, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let body = body.into_data_stream().inspect(move |_| {
            let _ = &self;
        });
        Response::from_parts(parts, Body::from_stream(body))
    }
}

#[cfg(test)]
mod tests {
    use estair_core::store::StoreError;

    use super::*;

    #[test]
    fn a_place_is_free_again_when_what_took_it_is_over() {
        let limits = Limits::new(0);
        let mut taken: Vec<_> = (0..MAX_STREAMS).map(|_| limits.stream("a").unwrap()).collect();
        assert_eq!(limits.stream("a").unwrap_err().code(), "too_many_at_once");
        assert!(limits.stream("b").is_ok() && limits.download("a").is_ok());
        taken.pop();
        let again = limits.stream("a").unwrap();
        assert!(limits.stream("a").is_err());
        drop((taken, again));
        assert!(limits.kept.streams.taken.lock().unwrap().is_empty(), "nothing is kept of who has none");
    }

    /// Another server's count: refuses once it has heard so many.
    #[derive(Default)]
    struct Elsewhere {
        heard: Mutex<Vec<(Hash, Tries)>>,
        away: bool,
    }

    #[async_trait::async_trait]
    impl SignInTries for Elsewhere {
        async fn count(&self, caller: Hash, tries: Tries, _: Timestamp) -> Result<Option<Duration>, StoreError> {
            if self.away {
                return Err(StoreError::new(estair_core::store::StoreErrorKind::Unavailable, "away"));
            }
            let mut heard = self.heard.lock().unwrap();
            heard.push((caller, tries));
            Ok((heard.len() > 5).then(|| Duration::milliseconds(1_500)))
        }
    }

    #[tokio::test]
    async fn sign_ins_are_counted_here_and_for_all_servers() {
        let extensions = |last| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::from(([203, 0, 113, last], 1))));
            extensions
        };
        let (here, now) = (extensions(7), Timestamp::UNIX_EPOCH);
        let elsewhere = Arc::new(Elsewhere::default());
        let off = Limits::new(0).across(elsewhere.clone());
        for _ in 0..30 {
            off.signs_in(&here, now).await.unwrap();
        }
        assert!(elsewhere.heard.lock().unwrap().is_empty(), "what is switched off is counted nowhere");
        let on = Limits::default().across(elsewhere.clone());
        for number in 0..30 {
            let tried = on.signs_in(&here, now).await;
            assert_eq!(tried.is_ok(), number < 5, "{number}");
            assert_eq!(
                tried.err().and_then(|problem| problem.seconds()),
                [None, Some(2), Some(3)][usize::from(number >= 5) + usize::from(number >= 20)]
            );
        }
        assert_eq!(
            on.refused(&here, now).map_err(|problem| problem.code()),
            Ok(()),
            "other limits are each server's own"
        );
        let tries = Tries { at_once: 20, every: Duration::seconds(3) };
        assert_eq!(
            *elsewhere.heard.lock().unwrap(),
            vec![(Hash::of("address:203.0.113.7"), tries); 20],
            "what is refused here is not asked"
        );

        let away = Limits::default().across(Arc::new(Elsewhere { away: true, ..Elsewhere::default() }));
        let mut heard = 0;
        for _ in 0..30 {
            heard += u32::from(away.signs_in(&here, now).await.is_ok());
        }
        assert_eq!(heard, 20, "this server counts alone");
    }

    #[test]
    fn a_household_is_one_caller() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
    }

    #[test]
    fn nothing_a_second_switches_off_what_is_counted_by_time() {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 1))));
        let now = Timestamp::UNIX_EPOCH;
        let off = Limits::new(0);
        assert!((0..100).all(|_| off.refused(&extensions, now).is_ok() && off.asks("a", now).is_ok()));
        let on = Limits::default();
        let served = (0..100).filter(|_| on.refused(&extensions, now).is_ok()).count();
        assert_eq!(served, 20);
        assert!(on.refused(&Extensions::new(), now).is_ok(), "who has no address is not counted");
    }

    #[test]
    fn a_domain_has_five_thousand_a_second() {
        let (limits, now) = (Limits::default(), Timestamp::UNIX_EPOCH);
        let served = (0..20_000).filter(|_| limits.hands_over("helpdesk", now).is_ok()).count();
        assert_eq!(served, 10_000, "twice as many at once");
        let later = now + chrono::Duration::seconds(1);
        let served = (0..20_000).filter(|_| limits.hands_over("helpdesk", later).is_ok()).count();
        assert_eq!(served, 5_000);
        assert!(limits.hands_over("other", now).is_ok());
    }
}
