//! Who asks: bearer tokens and the console's sessions, kept as hashes in the book's database.

use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::clock::{Clock, IdSource, Ids};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::store::{StoreError, StoreErrorKind};
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::Duration;
use estair_http::host::{Authenticate, Sessions};
use estair_sqlx::{Membership, NewUser, UserDirectory};

use crate::secrets::token;

/// How long a session of the console lasts.
const SESSION_HOURS: i64 = 12;

/// The users of the server.
pub struct People {
    users: Arc<dyn UserDirectory>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
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
        Self { users, clock, ids }
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> Arc<dyn UserDirectory> {
        Arc::clone(&self.users)
    }

    /// Creates a user with a token.
    ///
    /// # Errors
    /// A client without an account, another role with one, or the database's trouble.
    pub async fn create(
        &self,
        role: Role,
        account: Option<AccountId>,
        email: Option<&str>,
    ) -> Result<Created, StoreError> {
        let wrong = |text: &str| StoreError::new(StoreErrorKind::Other, text);
        let (membership, name) = match (role, account) {
            (Role::Client, Some(account)) => {
                (Membership::Client(account, ClientKind::Agency), format!("client of account {account}"))
            }
            (Role::Client, None) => return Err(wrong("a client needs an account")),
            (_, Some(_)) => return Err(wrong("only a client has an account")),
            (role, None) => (Membership::Staff(role), role.name().to_owned()),
        };
        let (now, secret) = (self.clock.now(), token(self.ids.as_ref()));
        let user = NewUser {
            uuid: Ids::new(now, self.ids.seed()).draw(),
            membership,
            name,
            email: email.map(str::to_owned),
            token: Some(Hash::of(&secret)),
            at: now,
        };
        let id = self.users.create_user(&user).await?;
        Ok(Created { id, secret })
    }
}

#[async_trait]
impl Authenticate for People {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let Some(token) = bearer(parts) else { return Ok(None) };
        let user = self.users.user_of_token(Hash::of(token)).await?;
        Ok(user.and_then(|user| user.actor()))
    }
}

/// The token of `Authorization: Bearer …`; two such headers are none.
fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

#[async_trait]
impl Sessions for People {
    async fn sign_in(&self, given: &str) -> Result<Option<String>, StoreError> {
        let Some(user) = self.users.user_of_token(Hash::of(given.trim())).await? else { return Ok(None) };
        let (now, secret) = (self.clock.now(), token(self.ids.as_ref()));
        let until = now.checked_add_signed(Duration::hours(SESSION_HOURS)).unwrap_or(now);
        self.users.open_session(Hash::of(&secret), user.id, now, until).await?;
        Ok(Some(secret))
    }

    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let user = self.users.user_of_session(Hash::of(secret), self.clock.now()).await?;
        Ok(user.and_then(|user| user.actor()))
    }

    async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        self.users.close_session(Hash::of(secret), self.clock.now()).await
    }
}
