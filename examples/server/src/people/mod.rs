//! Who asks: bearer tokens and the console's sessions, kept as hashes in the book's database.

mod links;
mod managed;

pub use links::MailedLinks;

use estair_core::actor::Actor;
use estair_core::book;
use estair_core::clock::{Clock, IdSource, Ids, Timestamp};
use estair_core::hash::Hash;
use estair_core::id::UserId;
use estair_core::membership::Membership;
use estair_core::movement::Source;
use estair_core::store::StoreError;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::Duration;
use estair_http::host::{Authenticate, Sessions, SignInTries, Tries};
use estair_sqlx::{NewSession, NewToken, NewUser, SignInTry, UserDirectory};

use crate::secrets::token;

/// How long a session of the console lasts.
pub(crate) const SESSION_HOURS: i64 = 12;

/// The users of the server.
pub struct People {
    users: Arc<dyn UserDirectory>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// What a token that is given under an idempotency key is made from.
    key: Option<String>,
}

/// A person or service to be created.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Who it is.
    pub membership: Membership,
    /// Its name; none stands for that of its role.
    pub name: Option<String>,
    /// Where its mail goes.
    pub email: Option<String>,
}

/// A user that was created, with the token that is not kept anywhere.
pub struct Created {
    /// The user.
    pub id: UserId,
    /// Its token, to be told once.
    pub secret: String,
}

impl People {
    /// The users of this directory.
    #[must_use]
    pub fn new(users: Arc<dyn UserDirectory>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { users, clock, ids, key: None }
    }

    /// Makes tokens that are given under an idempotency key from a secret of the server's that all nodes share: so the same
    /// call gives the same token again, though no token is kept.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> Arc<dyn UserDirectory> {
        Arc::clone(&self.users)
    }

    /// Creates a person without a token.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn add(&self, person: NewPerson) -> Result<UserId, book::Error> {
        Ok(self.users.create_user(&self.user(person, None), None).await?.made.id)
    }

    /// Creates a person with a token.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn create(&self, person: NewPerson, sources: Vec<Source>) -> Result<Created, book::Error> {
        let secret = token(self.ids.as_ref());
        let new = NewToken { sources, ..NewToken::new(Hash::of(&secret)) };
        let id = self.users.create_user(&self.user(person, Some(new)), None).await?.made.id;
        Ok(Created { id, secret })
    }

    fn user(&self, person: NewPerson, token: Option<NewToken>) -> NewUser {
        let NewPerson { membership, name, email } = person;
        let at = self.clock.now();
        let usual = match membership {
            Membership::Client(account, _) => format!("client of account {account}"),
            Membership::Staff(role) => role.name().to_owned(),
        };
        NewUser {
            uuid: Ids::new(at, self.ids.seed()).draw(),
            membership,
            name: name.unwrap_or(usual),
            email,
            token,
            disabled: false,
            at,
        }
    }
}

#[async_trait]
impl Authenticate for People {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let Some(token) = bearer(parts) else { return Ok(None) };
        let signed_in = self.users.user_of_token(Hash::of(token), self.clock.now()).await?;
        Ok(signed_in.and_then(|signed_in| signed_in.actor()))
    }
}

/// The token of `Authorization: Bearer …`; two such headers are none.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// An instant so much later.
fn after(now: Timestamp, time: Duration) -> Timestamp {
    now.checked_add_signed(time).unwrap_or(now)
}

#[async_trait]
impl Sessions for People {
    async fn sign_in(&self, given: &str) -> Result<Option<String>, StoreError> {
        let (now, secret) = (self.clock.now(), token(self.ids.as_ref()));
        let Some(who) = self.users.user_of_token(Hash::of(given.trim()), now).await? else { return Ok(None) };
        let expires_at = after(now, Duration::hours(SESSION_HOURS));
        let token = who.token.map(|token| token.id);
        let session = NewSession { secret: Hash::of(&secret), user: who.user.id, token, at: now, expires_at };
        self.users.open_session(&session).await?;
        Ok(Some(secret))
    }

    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let signed_in = self.users.user_of_session(Hash::of(secret), self.clock.now()).await?;
        Ok(signed_in.and_then(|signed_in| signed_in.actor()))
    }

    async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        self.users.close_session(Hash::of(secret), self.clock.now()).await
    }
}

#[async_trait]
impl SignInTries for People {
    async fn count(&self, caller: Hash, tries: Tries, at: Timestamp) -> Result<Option<Duration>, StoreError> {
        let Tries { at_once, every } = tries;
        self.users.count_try(&SignInTry { caller, at_once, every, at }).await
    }
}
