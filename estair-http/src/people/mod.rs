//! The people of a host, as it lets ESTAIR name and manage them (A4).
//!
//! Both traits are the host's: with [`Names`] people are named where a number would stand, with [`People`] there are routes and
//! pages that manage them. A host without one goes without; how tokens are made and kept is nothing to this crate.

mod called;
mod view;

pub(crate) use called::Called;
pub(crate) use view::PeopleView;

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::actor::Role;
use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::decision::{Made, Once};
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::store::{Page, Slice, StoreError};

/// Names people by their numbers.
#[async_trait]
pub trait Names: Send + Sync {
    /// The names of those of these people whom the host knows, whether they are still let in or not; in one read.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn names(&self, people: &[UserId]) -> Result<BTreeMap<UserId, String>, StoreError>;
}

/// Somebody of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The number.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Who that is, as an actor.
    pub membership: Membership,
    /// Is this person shut out?
    pub disabled: bool,
    /// When a token or a session was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Somebody to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The name, of one line.
    pub name: String,
    /// Where mail goes: an address that mail can reach (A3).
    pub email: Option<String>,
    /// Who that is, as an actor.
    pub membership: Membership,
    /// Is this person shut out from the start?
    pub disabled: bool,
}

/// What is to change of somebody; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another address, or none any more.
    pub email: Option<Option<String>>,
    /// Another role, account or kind.
    pub membership: Option<Membership>,
    /// To be shut out, or let in again.
    pub disabled: Option<bool>,
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    /// Of this role.
    pub role: Option<Role>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Shut out, or not.
    pub disabled: Option<bool>,
}

/// A token that somebody has, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonToken {
    /// Its number.
    pub id: u64,
    /// What it is for, in a person's words.
    pub name: Option<String>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it, or a session opened with it, was last used.
    pub last_used_at: Option<Timestamp>,
}

/// A service is no person whom mail reaches; everybody else has an address when created.
pub(crate) fn needs_email(role: Role) -> bool {
    role != Role::Service
}

/// A role that somebody may have, by its name: the program itself is nobody.
pub(crate) fn role_of(name: &str) -> Option<Role> {
    Role::from_name(name).filter(|role| *role != Role::System)
}

/// The number of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenId(pub u64);

impl From<u64> for TokenId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

/// A token that was given just now, with its secret, which nobody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenToken {
    /// Its number.
    pub id: u64,
    /// What is shown this once.
    pub secret: String,
}

/// Manages the people of a host.
///
/// An implementation guarantees: who is disabled, or whose token is withdrawn, is told by
/// [`Authenticate`](crate::host::Authenticate) and [`Sessions`](crate::host::Sessions) from then on to be nobody, on every
/// node. What creates and carries a key is done once: the same call gives the same answer again, another call with the same key is
/// [`Refusal::IdempotencyKeyReused`](estair_core::Refusal::IdempotencyKeyReused).
#[async_trait]
pub trait People: Send + Sync {
    /// People, newest first.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn people(&self, filter: &PersonFilter, page: Page) -> Result<Slice<Person>, StoreError>;

    /// One of them.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError>;

    /// The tokens of somebody that were not withdrawn, newest first, at most [`MAX_PAGE`](estair_core::store::MAX_PAGE).
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn tokens(&self, id: UserId) -> Result<Vec<PersonToken>, StoreError>;

    /// Creates somebody.
    ///
    /// # Errors
    /// A key that belongs to another call, or the host's trouble.
    async fn create(&self, person: &NewPerson, once: Option<&Once>) -> Result<Made<Person>, Error>;

    /// Changes somebody; none when there is nobody of this number.
    ///
    /// # Errors
    /// The host's trouble.
    async fn change(&self, id: UserId, patch: &PersonPatch) -> Result<Option<Person>, StoreError>;

    /// Gives somebody a token; none when there is nobody of this number.
    ///
    /// # Errors
    /// A key that belongs to another call, or the host's trouble.
    async fn give_token(
        &self,
        id: UserId,
        name: Option<&str>,
        once: Option<&Once>,
    ) -> Result<Option<Made<GivenToken>>, Error>;

    /// Whose token this is; none when there is no such token, or it was withdrawn.
    ///
    /// # Errors
    /// When the host cannot tell now.
    async fn owner(&self, token: u64) -> Result<Option<UserId>, StoreError>;

    /// Withdraws a token for good, with the sessions that were opened with it. False when there is none, or it was withdrawn.
    ///
    /// # Errors
    /// The host's trouble.
    async fn withdraw_token(&self, token: u64) -> Result<bool, StoreError>;
}
