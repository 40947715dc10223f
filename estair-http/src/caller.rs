//! Who asks, from where, and about which object.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use estair_core::actor::{Actor, Origin};
use estair_core::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use estair_core::refusal::Refusal;

use crate::body::MAX_ID;
use crate::events::StillWelcome;
use crate::host::Authenticate;
use crate::people::TokenId;
use crate::problem::Problem;

/// The one who asks, authenticated by the host.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// From where (W5).
    pub origin: Origin,
}

impl Caller {
    /// Asks the host who this is.
    ///
    /// # Errors
    /// 401 when nobody is signed in, 503 when the host cannot tell.
    pub async fn of(authenticate: &dyn Authenticate, parts: &Parts) -> Result<Self, Problem> {
        let actor = authenticate.actor(parts).await?.ok_or(Refusal::Unauthenticated)?;
        Ok(Self::from_actor(actor, parts))
    }

    /// An actor that the host has named, with where it comes from.
    pub(crate) fn from_actor(actor: Actor, parts: &Parts) -> Self {
        Self { actor, origin: origin_of(parts) }
    }
}

/// Asks the host again and again who this is: a token that was withdrawn ends its streams.
pub(crate) fn by_credentials(authenticate: Arc<dyn Authenticate>, parts: Parts, actor: Actor) -> StillWelcome {
    let parts = Arc::new(parts);
    Box::new(move || {
        let (authenticate, parts) = (Arc::clone(&authenticate), Arc::clone(&parts));
        Box::pin(async move { authenticate.actor(&parts).await.map_or(true, |now| now == Some(actor)) })
    })
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Arc<dyn Authenticate>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Self>() {
            Some(caller) => Ok(caller.clone()),
            None => Self::of(Arc::<dyn Authenticate>::from_ref(state).as_ref(), parts).await,
        }
    }
}

/// The caller's address and program. Behind a proxy [`Proxies`](crate::proxies::Proxies) tell the address; a host that knows
/// better says so by an [`Origin`] among the request's extensions.
#[must_use]
pub fn origin_of(parts: &Parts) -> Origin {
    if let Some(origin) = parts.extensions.get::<Origin>() {
        return origin.clone();
    }
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    let program = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin::new(address.as_deref(), program)
}

/// The number of a row, as a path writes it: digits alone, no greater than a database has.
#[must_use]
pub fn read_id<T: From<u64>>(text: &str) -> Option<T> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= MAX_ID).map(T::from)
}

/// An id in a path. What is no id is not found, like an id of nothing.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

/// Something with an id, as a refusal calls it.
pub trait Named: From<u64> {
    /// What it is called.
    const WHAT: &'static str;
}

macro_rules! named {
    ($($id:ty = $what:literal),*) => { $(impl Named for $id { const WHAT: &'static str = $what; })* };
}
/// The number of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationId(pub u64);

impl From<u64> for NotificationId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

named!(
    RequestId = "request",
    SupportId = "support request",
    AccountId = "account",
    MovementId = "movement",
    NotificationId = "notification",
    UserId = "person",
    TokenId = "token"
);

impl<S: Send + Sync, T: Named> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text).unwrap_or_default();
        read_id(&text).map(Self).ok_or_else(|| Refusal::NotFound { what: T::WHAT }.into())
    }
}
