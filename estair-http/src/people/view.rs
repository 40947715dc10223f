//! The people of a host as one actor may see and manage them: the only way in which handlers reach them (P1, P2).

use std::sync::Arc;

use estair_core::actor::{Actor, Role};
use estair_core::book::Error;
use estair_core::decision::{IdempotencyKey, Made, Once};
use estair_core::id::UserId;
use estair_core::membership::Membership;
use estair_core::permission::{Permission, granted, require};
use estair_core::refusal::Refusal;
use estair_core::store::{MAX_PAGE, Page, Slice, StoreError};

use super::{GivenToken, NewPerson, People, Person, PersonFilter, PersonPatch, PersonToken};
use crate::runner::to_the_end;

/// People, on behalf of an actor.
#[derive(Clone)]
pub(crate) struct PeopleView {
    people: Arc<dyn People>,
    actor: Actor,
}

const PERSON: Refusal = Refusal::NotFound { what: "person" };

impl PeopleView {
    pub(crate) fn new(people: Arc<dyn People>, actor: Actor) -> Self {
        Self { people, actor }
    }

    /// Refuses who may not manage people.
    pub(crate) fn require(&self) -> Result<(), Refusal> {
        require(&self.actor, Permission::ManagePeople)
    }

    /// People, newest first.
    pub(crate) async fn list(&self, filter: &PersonFilter, page: Page) -> Result<Slice<Person>, Error> {
        self.require()?;
        Ok(self.people.people(filter, page).await?)
    }

    /// Is somebody there whom the actor may know to be there? To a client nobody else exists (P2).
    pub(crate) async fn seen(&self, id: UserId) -> Result<(), Error> {
        self.found(id).await.map(|_| ())
    }

    /// Somebody who is there.
    pub(crate) async fn one(&self, id: UserId) -> Result<Person, Error> {
        let found = self.found(id).await?;
        self.require()?;
        Ok(found)
    }

    async fn found(&self, id: UserId) -> Result<Person, Error> {
        let found = self.people.person(id).await?.ok_or(PERSON)?;
        self.require_sight(id)?;
        Ok(found)
    }

    fn require_sight(&self, id: UserId) -> Result<(), Refusal> {
        let sees = self.actor.account().is_none() || self.actor.user() == Some(id);
        if sees { Ok(()) } else { Err(PERSON) }
    }

    /// The tokens of somebody, newest first.
    pub(crate) async fn tokens(&self, id: UserId) -> Result<Vec<PersonToken>, Error> {
        self.require()?;
        Ok(self.people.tokens(id).await?)
    }

    /// Creates somebody, to the end even when the caller hangs up; `held` is dropped then.
    pub(crate) async fn create(
        &self,
        person: NewPerson,
        key: Option<IdempotencyKey>,
        held: impl Send + 'static,
    ) -> Result<Made<Person>, Error> {
        self.require()?;
        let (people, once) = (Arc::clone(&self.people), self.once(key));
        let work = async move {
            let made = people.create(&person, once.as_ref()).await;
            drop(held);
            made
        };
        to_the_end(work).await?
    }

    /// Changes somebody, to the end. The last one who manages people stays so.
    pub(crate) async fn change(&self, id: UserId, patch: PersonPatch) -> Result<Person, Error> {
        self.require()?;
        let was = self.people.person(id).await?.ok_or(PERSON)?;
        let goes = patch.disabled == Some(true) || patch.membership.is_some_and(|is| !may_manage(is));
        if goes && manages(&was) && self.others_who_manage(id).await?.is_empty() {
            return Err(Refusal::LastAdmin.into());
        }
        let people = Arc::clone(&self.people);
        let changed: Result<_, StoreError> = to_the_end(async move { people.change(id, &patch).await }).await?;
        Ok(changed?.ok_or(PERSON)?)
    }

    /// Gives somebody a token, to the end; `held` is dropped then.
    pub(crate) async fn give_token(
        &self,
        id: UserId,
        name: Option<String>,
        key: Option<IdempotencyKey>,
        held: impl Send + 'static,
    ) -> Result<Made<GivenToken>, Error> {
        self.require()?;
        let (people, once) = (Arc::clone(&self.people), self.once(key));
        let work = async move {
            let given = people.give_token(id, name.as_deref(), once.as_ref()).await;
            drop(held);
            given
        };
        Ok(to_the_end(work).await??.ok_or(PERSON)?)
    }

    /// Withdraws a token, to the end; whose it was. The last one of all who manage people stays. To a client no token of somebody
    /// else exists (P2).
    pub(crate) async fn withdraw_token(&self, token: u64) -> Result<UserId, Error> {
        let missing = Refusal::NotFound { what: "token" };
        let owner = self.people.owner(token).await?.ok_or_else(|| missing.clone())?;
        self.require_sight(owner).map_err(|_| missing.clone())?;
        self.require()?;
        self.require_another_token(owner, token).await?;
        let people = Arc::clone(&self.people);
        let withdrawn: Result<_, StoreError> = to_the_end(async move { people.withdraw_token(token).await }).await?;
        if withdrawn? { Ok(owner) } else { Err(missing.into()) }
    }

    /// Who manages people beside this one.
    async fn others_who_manage(&self, id: UserId) -> Result<Vec<UserId>, StoreError> {
        let filter = PersonFilter { role: Some(Role::Admin), disabled: Some(false), ..PersonFilter::default() };
        let slice = self.people.people(&filter, Page { limit: MAX_PAGE, before: None }).await?;
        let others = slice.items.iter().filter(|person| person.id != id && manages(person));
        Ok(others.map(|person| person.id).collect())
    }

    /// Refuses to withdraw the one token with which somebody still manages people.
    async fn require_another_token(&self, owner: UserId, token: u64) -> Result<(), Error> {
        if !self.people.person(owner).await?.is_some_and(|person| manages(&person)) {
            return Ok(());
        }
        if self.people.tokens(owner).await?.iter().any(|one| one.id != token) {
            return Ok(());
        }
        for other in self.others_who_manage(owner).await? {
            if !self.people.tokens(other).await?.is_empty() {
                return Ok(());
            }
        }
        Err(Refusal::LastAdmin.into())
    }

    fn once(&self, key: Option<IdempotencyKey>) -> Option<Once> {
        key.map(|key| Once { scope: self.actor.scope(), key })
    }
}

/// Is this somebody who may manage people, and is let in?
fn manages(person: &Person) -> bool {
    !person.disabled && may_manage(person.membership)
}

fn may_manage(membership: Membership) -> bool {
    granted(membership.role(), Permission::ManagePeople).is_some()
}
