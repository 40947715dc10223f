//! The server's people as its routes and pages name and manage them (A4).

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::book::Error;
use estair_core::clock::Ids;
use estair_core::decision::{Made, Once};
use estair_core::hash::Hash;
use estair_core::id::UserId;
use estair_core::refusal::Refusal;
use estair_core::source::Source;
use estair_core::store::{MAX_PAGE, Page, Slice, StoreError, StoreErrorKind};
use estair_http::people::{GivenToken, Names, NewPerson, Person, PersonFilter, PersonPatch, PersonToken};
use estair_sqlx::{NewToken, NewUser, TokenFilter, User, UserFilter, UserPatch};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::People;
use crate::secrets::token;

#[async_trait]
impl Names for People {
    async fn names(&self, people: &[UserId]) -> Result<BTreeMap<UserId, String>, StoreError> {
        Ok(self.users.names(people).await?.into_iter().collect())
    }
}

#[async_trait]
impl estair_http::people::People for People {
    async fn people(&self, filter: &PersonFilter, page: Page) -> Result<Slice<Person>, StoreError> {
        let PersonFilter { role, account, disabled } = *filter;
        let slice = self.users.users(&UserFilter { role, account, disabled }, page).await?;
        Ok(Slice { items: slice.items.into_iter().map(person).collect(), next: slice.next })
    }

    async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError> {
        Ok(self.users.user(id).await?.map(person))
    }

    async fn tokens(&self, id: UserId) -> Result<Vec<PersonToken>, StoreError> {
        let filter = TokenFilter { user: Some(id), withdrawn: Some(false), ..TokenFilter::default() };
        let slice = self.users.tokens(&filter, Page { limit: MAX_PAGE, before: None }).await?;
        let token = |token: estair_sqlx::Token| PersonToken {
            id: token.id,
            name: token.name,
            created_at: token.created_at,
            last_used_at: token.last_used_at,
        };
        Ok(slice.items.into_iter().map(|(one, _)| token(one)).collect())
    }

    async fn create(&self, new: &NewPerson, once: Option<&Once>) -> Result<Made<Person>, Error> {
        let NewPerson { name, email, membership, disabled } = new.clone();
        let at = self.clock.now();
        let uuid = Ids::new(at, self.ids.seed()).draw();
        let user = NewUser { uuid, membership, name, email, token: None, disabled, at };
        Ok(self.users.create_user(&user, once).await?.map(person))
    }

    async fn change(&self, id: UserId, patch: &PersonPatch) -> Result<Option<Person>, StoreError> {
        let PersonPatch { name, email, membership, disabled } = patch.clone();
        let patch = UserPatch { name, email, membership, disabled };
        Ok(self.users.change_user(id, &patch, self.clock.now()).await?.map(person))
    }

    async fn give_token(
        &self,
        id: UserId,
        name: Option<&str>,
        once: Option<&Once>,
    ) -> Result<Option<Made<GivenToken>>, Error> {
        let secret = match (once, &self.key) {
            (Some(once), Some(key)) => secret_of(once, key)?,
            _ => token(self.ids.as_ref()),
        };
        let (name, sources) = (name.map(str::to_owned), self.sources_of(id).await?);
        let new = NewToken { name, sources, ..NewToken::new(Hash::of(&secret)) };
        let now = self.clock.now();
        let Some(given) = self.users.create_token(id, &new, now, once).await? else { return Ok(None) };
        // The same answer again, though the token may be withdrawn by now; what a server with another secret gave cannot be shown.
        if given.replayed {
            let filter = TokenFilter { secret: Some(Hash::of(&secret)), ..TokenFilter::default() };
            let found = self.users.tokens(&filter, Page { limit: 1, before: None }).await?.items.into_iter().next();
            if found.map(|(token, _)| token.id) != Some(given.made.id) {
                return Err(Refusal::IdempotencyKeyReused.into());
            }
        }
        Ok(Some(given.map(|token| GivenToken { id: token.id, secret })))
    }

    async fn owner(&self, token: u64) -> Result<Option<UserId>, StoreError> {
        let filter = TokenFilter { id: Some(token), withdrawn: Some(false), ..TokenFilter::default() };
        let slice = self.users.tokens(&filter, Page { limit: 1, before: None }).await?;
        Ok(slice.items.first().map(|(_, user)| user.id))
    }

    async fn withdraw_token(&self, token: u64) -> Result<bool, StoreError> {
        self.users.withdraw_token(token, self.clock.now()).await
    }
}

impl People {
    /// What a new token of this person may post: what its newest one may, also when that was withdrawn, so that giving
    /// another one never widens it.
    async fn sources_of(&self, id: UserId) -> Result<Vec<Source>, StoreError> {
        let filter = TokenFilter { user: Some(id), ..TokenFilter::default() };
        let newest = self.users.tokens(&filter, Page { limit: 1, before: None }).await?.items.into_iter().next();
        Ok(newest.map(|(token, _)| token.sources).unwrap_or_default())
    }
}

/// The token of a call that is done once: the same call has the same one, though none is kept, and nobody without the
/// server's secret can make it.
fn secret_of(once: &Once, key: &str) -> Result<String, StoreError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map_err(|error| StoreError::new(StoreErrorKind::Other, "no token can be made").caused_by(error))?;
    for part in ["estair: a token given once", &once.scope, &once.key.key, &once.key.fingerprint.to_string()] {
        mac.update(part.as_bytes());
        mac.update(b"\n");
    }
    Ok(Hash::from_bytes(mac.finalize().into_bytes().into()).to_string())
}

fn person(user: User) -> Person {
    Person {
        id: user.id,
        name: user.name,
        email: user.email,
        membership: user.membership,
        disabled: user.disabled_at.is_some(),
        last_used_at: user.last_used_at,
    }
}
