//! A small directory of users, for hosts that have none: bearer tokens and sessions, both kept as hashes.

mod directory;
mod table;

pub use directory::Users;

use async_trait::async_trait;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::store::StoreError;
use uuid::Uuid;

/// Who a user is, as an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// A client of this account.
    Client(AccountId, ClientKind),
    /// Staff or a service, by role.
    Staff(Role),
}

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Its own name among all rows.
    pub uuid: Uuid,
    /// Who it is.
    pub membership: Membership,
    /// The person's or the service's name.
    pub name: String,
    /// Where its mail goes.
    pub email: Option<String>,
    /// The hash of its bearer token.
    pub token: Option<Hash>,
    /// When.
    pub at: Timestamp,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Who it is.
    pub membership: Membership,
    /// The person's or the service's name.
    pub name: String,
    /// Where its mail goes.
    pub email: Option<String>,
}

impl User {
    /// The actor on whose behalf commands are decided; none for a role that no user has.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        let user = self.id;
        match self.membership {
            Membership::Client(account, kind) => Some(Actor::Client { user, account, kind }),
            Membership::Staff(Role::Operation) => Some(Actor::Operation(user)),
            Membership::Staff(Role::Finance) => Some(Actor::Finance(user)),
            Membership::Staff(Role::Admin) => Some(Actor::Admin(user)),
            Membership::Staff(Role::Service) => Some(Actor::Service(user)),
            Membership::Staff(Role::Client | Role::System) => None,
        }
    }
}

/// The users of a host, their tokens and their sessions. Secrets come as hashes: they are never stored.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// Creates a user; a token that another user has is refused as a duplicate.
    async fn create_user(&self, user: &NewUser) -> Result<UserId, StoreError>;

    /// The user with this token.
    async fn user_of_token(&self, token: Hash) -> Result<Option<User>, StoreError>;

    /// The users of a role, at most 10,000.
    async fn users_of_role(&self, role: Role) -> Result<Vec<User>, StoreError>;

    /// The client's users of an account, at most 10,000.
    async fn clients_of(&self, account: AccountId) -> Result<Vec<User>, StoreError>;

    /// Opens a session.
    async fn open_session(
        &self,
        secret: Hash,
        user: UserId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// The user of a session that has not expired.
    async fn user_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<User>, StoreError>;

    /// Closes a session, and all that have expired.
    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError>;
}
