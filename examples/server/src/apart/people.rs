//! Who asks a Messager apart: its own people by their tokens, and consoles elsewhere, which say for whom they ask.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chrono::Duration;
use estair_core::actor::{Actor, Role};
use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::hash::Hash;
use estair_core::id::UserId;
use estair_core::store::StoreError;
use estair_http::host::{Authenticate, Sessions, SignInTries, Tries};
use estair_http::messager::console_token;
use estair_sqlx::{Holder, MessagerDirectory, MessagerToken, NewMessagerSession, SignInTry};

use crate::people::{SESSION_HOURS, bearer};
use crate::secrets::token;

/// The people and consoles of a Messager apart.
pub(super) struct Staff {
    directory: Arc<dyn MessagerDirectory>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Staff {
    pub(super) fn new(directory: Arc<dyn MessagerDirectory>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { directory, clock, ids }
    }
}

/// The person who holds a token; none for a console, which is nobody by itself.
fn person(token: &MessagerToken) -> Option<Actor> {
    let user = UserId(token.id);
    match token.holder() {
        Holder::Person(Role::Operation) => Some(Actor::Operation(user)),
        Holder::Person(Role::Finance) => Some(Actor::Finance(user)),
        Holder::Person(Role::Admin) => Some(Actor::Admin(user)),
        Holder::Person(Role::Auditor) => Some(Actor::Auditor(user)),
        Holder::Person(_) | Holder::Console => None,
    }
}

#[async_trait]
impl Authenticate for Staff {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let Some(shown) = bearer(parts) else { return Ok(None) };
        let Some(token) = self.directory.token_of(Hash::of(shown), self.clock.now()).await? else { return Ok(None) };
        Ok(match token.holder() {
            Holder::Console => console_token::actor_of(parts),
            Holder::Person(_) => person(&token),
        })
    }
}

#[async_trait]
impl Sessions for Staff {
    async fn sign_in(&self, given: &str) -> Result<Option<String>, StoreError> {
        let (now, secret) = (self.clock.now(), token(self.ids.as_ref()));
        let Some(held) = self.directory.token_of(Hash::of(given.trim()), now).await? else { return Ok(None) };
        if person(&held).is_none() {
            return Ok(None);
        }
        let expires_at = now.checked_add_signed(Duration::hours(SESSION_HOURS)).unwrap_or(now);
        let session = NewMessagerSession { secret: Hash::of(&secret), token: held.id, at: now, expires_at };
        self.directory.open_session(&session).await?;
        Ok(Some(secret))
    }

    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let held = self.directory.token_of_session(Hash::of(secret), self.clock.now()).await?;
        Ok(held.and_then(|held| person(&held)))
    }

    async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        self.directory.close_session(Hash::of(secret), self.clock.now()).await
    }
}

#[async_trait]
impl SignInTries for Staff {
    async fn count(&self, caller: Hash, tries: Tries, at: Timestamp) -> Result<Option<Duration>, StoreError> {
        let Tries { at_once, every } = tries;
        self.directory.count_try(&SignInTry { caller, at_once, every, at }).await
    }
}
