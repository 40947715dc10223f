//! What a host gives to the routers: the book and its stores, who asks, and how sessions of the console are kept.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chrono::Duration;
use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::hash::Hash;
use estair_core::messager::MessagerView;
use estair_core::notification::{Notifications, Subscriptions};
use estair_core::store::{AuditReader, Reader, StoreError};

use crate::events::{EventKey, Sources};
use crate::people::{Names, People};

/// Tells who asks. The host's own: the routers know no passwords and no tokens.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// The actor behind a request's headers; none when nobody is signed in, or the credentials are wrong: the two look
    /// the same.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError>;
}

/// Sessions that a person may have open.
pub const MAX_SESSIONS: usize = 20;

/// Sessions of the console: a secret in a cookie stands for an actor.
///
/// An implementation keeps at most [`MAX_SESSIONS`] of a person: one more ends the one that is longest unused, so that signing
/// in again and again takes a bounded room.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session for whoever this token belongs to; gives the cookie's secret. None for a wrong token.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn sign_in(&self, token: &str) -> Result<Option<String>, StoreError>;

    /// The actor of a session that is open.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError>;

    /// Ends a session.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn sign_out(&self, secret: &str) -> Result<(), StoreError>;
}

/// What somebody may try so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// So many at once.
    pub at_once: u32,
    /// And after so much time one more.
    pub every: Duration,
}

/// How often somebody tries to sign in or asks for a link, counted for all servers on one database
/// ([`Limits::across`](crate::limits::Limits::across)).
///
/// An implementation keeps nothing of a caller who has as many tries free as at first, so that callers who are made up take room for
/// minutes only.
#[async_trait]
pub trait SignInTries: Send + Sync {
    /// Counts a try of the caller with this hash; gives how long it has to wait where none is free, and does not count it then.
    ///
    /// # Errors
    /// When the host cannot tell now: the try is counted by this server alone.
    async fn count(&self, caller: Hash, tries: Tries, now: Timestamp) -> Result<Option<Duration>, StoreError>;
}

/// A link that somebody asks for, to sign in with (A6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAsked {
    /// The address, as it was typed.
    pub email: String,
    /// The language of the page where it was asked: `fr` or `en`.
    pub language: &'static str,
    /// The page of the console, as a path below its prefix, that the link leads to in the end.
    pub next: Option<String>,
}

/// Signs people in to the console with links that are mailed to them (A6).
///
/// An implementation guarantees: a link is good once, on whichever node, for 15 minutes; who is disabled, or is no person, gets none
/// and is signed in by none; its secret is kept nowhere but in the mail. The link leads to `/sign-in/link?link=…&next=…` of the
/// console.
#[async_trait]
pub trait SignInLinks: Send + Sync {
    /// Mails a link to whoever has this address. Asked after the answer is given, so that nobody learns from it, or from its time,
    /// whether there was anybody; how often, the console bounds.
    ///
    /// # Errors
    /// When the host cannot now; it is logged, nobody is told.
    async fn mail(&self, asked: LinkAsked) -> Result<(), StoreError>;

    /// Uses a link up and opens a session; gives the cookie's secret. None when the link is not good any more, or never was.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn sign_in(&self, link: &str) -> Result<Option<String>, StoreError>;
}

/// The book and all that the API and the console show of it. Cheap to clone.
///
/// Routers take it apart: no handler holds a reader or a store, only views of them for the actor who asks.
#[derive(Clone)]
pub struct Host {
    /// The book.
    pub book: Book,
    /// Its reads.
    pub reader: Arc<dyn Reader>,
    /// What verifying it reads.
    pub audit: Arc<dyn AuditReader>,
    /// Its notifications.
    pub notifications: Arc<dyn Notifications>,
    /// The devices and choices of its people.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Messager, over its store ([`Stored`](estair_core::messager::Stored)) or over its API
    /// ([`RemoteMessager`](crate::messager::RemoteMessager)): console and API show and work it.
    pub messager: Option<Arc<dyn MessagerView>>,
    /// Who asks.
    pub authenticate: Arc<dyn Authenticate>,
    /// What its people are called; without it they are told by their numbers.
    pub names: Option<Arc<dyn Names>>,
    /// Its people, where they are managed here: without it there are no routes and no pages for that.
    pub people: Option<Arc<dyn People>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
    /// What seals the ids of events; the same on every node.
    pub event_key: EventKey,
}

impl Host {
    /// Where what happens is read.
    pub(crate) fn event_sources(&self) -> Sources {
        Sources {
            reader: Some(Arc::clone(&self.reader)),
            messager: self.messager.clone(),
            clock: Arc::clone(&self.clock),
        }
    }
}
