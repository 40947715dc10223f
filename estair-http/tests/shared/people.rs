//! A host's people, in memory: one of each role, named, and those that are created.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use estair_core::actor::{ClientKind, Role};
use estair_core::book::Error;
use estair_core::decision::{Made, Once};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::refusal::Refusal;
use estair_core::store::{Page, Slice, StoreError};
use estair_http::people::{GivenToken, Names, NewPerson, People, Person, PersonFilter, PersonPatch, PersonToken};

/// The people of the worlds of these tests, by number, name and role.
const FOLK: [(u64, &str, Membership); 8] = [
    (1, "Orange", Membership::Staff(Role::Service)),
    (11, "Awa Koné", Membership::Client(AccountId(1), ClientKind::Agency)),
    (12, "Binta Diallo", Membership::Client(AccountId(2), ClientKind::Agent)),
    (21, "Ousmane Sow", Membership::Staff(Role::Operation)),
    (22, "Fatou Ndiaye", Membership::Staff(Role::Finance)),
    (23, "Aminata Ba", Membership::Staff(Role::Admin)),
    (24, "Wave", Membership::Staff(Role::Service)),
    (26, "Cabinet Diop", Membership::Staff(Role::Auditor)),
];

/// When everything happens.
const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

#[derive(Default)]
struct State {
    people: BTreeMap<u64, Person>,
    tokens: BTreeMap<u64, (UserId, PersonToken, String)>,
    answers: BTreeMap<(String, String), (Hash, u64)>,
}

/// A host's people.
pub(crate) struct Folk(Mutex<State>);

impl Default for Folk {
    fn default() -> Self {
        let person = |(id, name, membership): (u64, &str, Membership)| {
            let email = (membership.role() != Role::Service).then(|| format!("p{id}@example.test"));
            let (id, name) = (UserId(id), name.to_owned());
            (id.0, Person { id, name, email, membership, disabled: false, last_used_at: None })
        };
        Self(Mutex::new(State { people: FOLK.into_iter().map(person).collect(), ..State::default() }))
    }
}

impl Folk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    /// The number that an earlier call made.
    fn recalled(&self, once: Option<&Once>) -> Result<Option<u64>, Refusal> {
        let Some(Once { scope, key }) = once else { return Ok(None) };
        match self.answers.get(&(scope.clone(), key.key.clone())) {
            Some((fingerprint, _)) if *fingerprint != key.fingerprint => Err(Refusal::IdempotencyKeyReused),
            found => Ok(found.map(|(_, number)| *number)),
        }
    }

    fn remember(&mut self, once: Option<&Once>, number: u64) {
        if let Some(Once { scope, key }) = once {
            self.answers.insert((scope.clone(), key.key.clone()), (key.fingerprint, number));
        }
    }
}

#[async_trait]
impl Names for Folk {
    async fn names(&self, people: &[UserId]) -> Result<BTreeMap<UserId, String>, StoreError> {
        let state = self.state();
        Ok(people.iter().filter_map(|id| Some((*id, state.people.get(&id.0)?.name.clone()))).collect())
    }
}

#[async_trait]
impl People for Folk {
    async fn people(&self, filter: &PersonFilter, page: Page) -> Result<Slice<Person>, StoreError> {
        let state = self.state();
        let fits = |person: &&Person| {
            filter.role.is_none_or(|role| person.membership.role() == role)
                && filter.account.is_none_or(|account| person.membership.account() == Some(account))
                && filter.disabled.is_none_or(|disabled| person.disabled == disabled)
                && page.before.is_none_or(|before| person.id.0 < before)
        };
        let rows = state.people.values().rev().filter(fits).take(page.limit as usize + 1).cloned().collect();
        Ok(Slice::of(rows, page.limit, |person: &Person| person.id.0))
    }

    async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError> {
        Ok(self.state().people.get(&id.0).cloned())
    }

    async fn tokens(&self, id: UserId) -> Result<Vec<PersonToken>, StoreError> {
        let state = self.state();
        let own = state.tokens.values().rev().filter(|(owner, ..)| *owner == id);
        Ok(own.map(|(_, token, _)| token.clone()).collect())
    }

    async fn create(&self, new: &NewPerson, once: Option<&Once>) -> Result<Made<Person>, Error> {
        let mut state = self.state();
        if let Some(number) = state.recalled(once)? {
            return Ok(Made { made: state.people[&number].clone(), replayed: true });
        }
        let number = state.people.keys().next_back().copied().unwrap_or_default() + 1;
        let NewPerson { name, email, membership, disabled } = new.clone();
        let made = Person { id: UserId(number), name, email, membership, disabled, last_used_at: None };
        state.people.insert(number, made.clone());
        state.remember(once, number);
        Ok(Made { made, replayed: false })
    }

    async fn change(&self, id: UserId, patch: &PersonPatch) -> Result<Option<Person>, StoreError> {
        let mut state = self.state();
        let Some(person) = state.people.get_mut(&id.0) else { return Ok(None) };
        let PersonPatch { name, email, membership, disabled } = patch.clone();
        person.name = name.unwrap_or_else(|| person.name.clone());
        person.email = email.unwrap_or_else(|| person.email.clone());
        person.membership = membership.unwrap_or(person.membership);
        person.disabled = disabled.unwrap_or(person.disabled);
        Ok(Some(person.clone()))
    }

    async fn give_token(
        &self,
        id: UserId,
        name: Option<&str>,
        once: Option<&Once>,
    ) -> Result<Option<Made<GivenToken>>, Error> {
        let mut state = self.state();
        if let Some(id) = state.recalled(once)? {
            let secret = state.tokens[&id].2.clone();
            return Ok(Some(Made { made: GivenToken { id, secret }, replayed: true }));
        }
        if !state.people.contains_key(&id.0) {
            return Ok(None);
        }
        let number = state.tokens.keys().next_back().copied().unwrap_or_default() + 1;
        let secret = format!("secret-{number}");
        let token = PersonToken { id: number, name: name.map(str::to_owned), created_at: AT, last_used_at: None };
        state.tokens.insert(number, (id, token, secret.clone()));
        state.remember(once, number);
        Ok(Some(Made { made: GivenToken { id: number, secret }, replayed: false }))
    }

    async fn owner(&self, token: u64) -> Result<Option<UserId>, StoreError> {
        Ok(self.state().tokens.get(&token).map(|(owner, ..)| *owner))
    }

    async fn withdraw_token(&self, token: u64) -> Result<bool, StoreError> {
        Ok(self.state().tokens.remove(&token).is_some())
    }
}
