//! A small directory of people and services, for hosts that have none (A4): bearer tokens, sessions and links that
//! sign in, all kept as hashes.
//!
//! Guarantees: who is disabled, or whose token is withdrawn, is found by no token and no session from then on, on every node;
//! nothing is deleted but sessions and links, so that who did something long ago still has a name.

mod directory;
mod table;

pub use directory::Users;

use async_trait::async_trait;
use estair_core::actor::{Actor, Role};
use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::decision::{Made, Once};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::movement::{Source, Sources};
use estair_core::store::{Page, Slice, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sign_in_tries::SignInTry;

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
    /// Its first token.
    pub token: Option<NewToken>,
    /// Is it disabled from the start?
    pub disabled: bool,
    /// When.
    pub at: Timestamp,
}

/// A token to be given.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The hash of its secret.
    pub secret: Hash,
    /// What it is for, in a person's words.
    pub name: Option<String>,
    /// The only sources whose movements may be posted with it; all when there are none.
    pub sources: Vec<Source>,
}

impl NewToken {
    /// A token for everything that its user may do.
    #[must_use]
    pub const fn new(secret: Hash) -> Self {
        Self { secret, name: None, sources: Vec::new() }
    }
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Who it is.
    pub membership: Membership,
    /// The person's or the service's name.
    pub name: String,
    /// Where its mail goes.
    pub email: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When one of its tokens or sessions was last used, to a minute.
    pub last_used_at: Option<Timestamp>,
}

impl User {
    /// The actor on whose behalf commands are decided; none for a role that no user has.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.membership.actor(self.id)
    }
}

/// What is to change of a user; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another address, or none any more.
    pub email: Option<Option<String>>,
    /// Another role or account.
    pub membership: Option<Membership>,
    /// To be disabled, or enabled again.
    pub disabled: Option<bool>,
}

/// Which users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Of this role.
    pub role: Option<Role>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Disabled, or not.
    pub disabled: Option<bool>,
}

/// A token, without its secret, which nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its number.
    pub id: u64,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: Option<String>,
    /// The only sources whose movements may be posted with it; all when there are none.
    pub sources: Vec<Source>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it, or a session that was opened with it, was last used, to a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Which tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// The one of this number.
    pub id: Option<u64>,
    /// The one with this secret, as its hash.
    pub secret: Option<Hash>,
    /// Of this user.
    pub user: Option<UserId>,
    /// Withdrawn, or not.
    pub withdrawn: Option<bool>,
}

/// Who has shown a token, or the secret of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is.
    pub user: User,
    /// The token, or the one with which the session was opened.
    pub token: Option<Token>,
}

impl SignedIn {
    /// The actor on whose behalf commands are decided: a service posts movements of its token's sources alone.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        match (self.user.actor()?, &self.token) {
            (Actor::Service(user, _), Some(token)) => Some(Actor::Service(user, Sources::only(&token.sources))),
            (actor, _) => Some(actor),
        }
    }
}

/// A session to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    /// The hash of its secret.
    pub secret: Hash,
    /// Whose it is.
    pub user: UserId,
    /// The token with which it is opened: it ends with it.
    pub token: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A link that signs in, to be mailed (A6).
#[derive(Clone, Copy, Debug)]
pub struct NewSignInLink {
    /// The hash of its secret.
    pub secret: Hash,
    /// Whom it signs in.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// A session that a link opens: whose it is, the link says.
#[derive(Clone, Copy, Debug)]
pub struct SessionByLink {
    /// The hash of the link's secret.
    pub link: Hash,
    /// The hash of the session's secret.
    pub secret: Hash,
    /// When.
    pub at: Timestamp,
    /// Until when the session is open.
    pub expires_at: Timestamp,
}

/// The users of a host, their tokens, their sessions and the links that are mailed to them. Secrets come as hashes: they are never stored.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// Creates a user, with its first token when it has one; a secret that another token has is refused as a duplicate. The same
    /// call with the same key creates one, and gives it again as it was created; another call with it is refused.
    async fn create_user(&self, user: &NewUser, once: Option<&Once>) -> Result<Made<User>, Error>;

    /// One user, disabled or not.
    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// Users, disabled or not, newest first.
    async fn users(&self, filter: &UserFilter, page: Page) -> Result<Slice<User>, StoreError>;

    /// Changes a user, and gives it as it is then; none when there is no such user. The sessions of one who is disabled end, and so do
    /// the links that were mailed to one who is disabled or has another address.
    async fn change_user(&self, id: UserId, patch: &UserPatch, at: Timestamp) -> Result<Option<User>, StoreError>;

    /// The names of those of these users that there are, disabled or not, in one read.
    async fn names(&self, users: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError>;

    /// Gives a token; none when there is no such user. A secret that another token has is a duplicate. The same call with the
    /// same key gives one; another call with it is refused.
    async fn create_token(
        &self,
        user: UserId,
        token: &NewToken,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Option<Made<Token>>, Error>;

    /// Tokens with their users, newest first.
    async fn tokens(&self, filter: &TokenFilter, page: Page) -> Result<Slice<(Token, User)>, StoreError>;

    /// Withdraws a token for good, and ends the sessions that were opened with it. False when there is no such token, or it was
    /// withdrawn before.
    async fn withdraw_token(&self, id: u64, at: Timestamp) -> Result<bool, StoreError>;

    /// Who has this token, unless it was withdrawn or its user is disabled. It is noted when it was used.
    async fn user_of_token(&self, secret: Hash, now: Timestamp) -> Result<Option<SignedIn>, StoreError>;

    /// The users of a role that are not disabled, at most 10,000.
    async fn users_of_role(&self, role: Role) -> Result<Vec<User>, StoreError>;

    /// The client's users of an account that are not disabled, at most 10,000.
    async fn clients_of(&self, account: AccountId) -> Result<Vec<User>, StoreError>;

    /// The users with this address, whatever its case, that are not disabled, at most 100.
    async fn users_of_email(&self, email: &str) -> Result<Vec<User>, StoreError>;

    /// Opens a session; of many that a user has, the oldest ones end.
    async fn open_session(&self, session: &NewSession) -> Result<(), StoreError>;

    /// Who has this session, unless it has expired, its token was withdrawn or its user is disabled. It is noted when it was
    /// used.
    async fn user_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<SignedIn>, StoreError>;

    /// Keeps a link that signs in; of many that a user has, the oldest ones are good no more. What has expired goes.
    async fn create_sign_in_link(&self, link: &NewSignInLink) -> Result<(), StoreError>;

    /// Uses a link up and opens a session with it, both or neither: whoever comes first, on any node, has it, nobody else. None
    /// when there is no such link, it was used, it has expired, or its user is disabled.
    async fn open_session_by_link(&self, session: &SessionByLink) -> Result<Option<UserId>, StoreError>;

    /// Closes a session, and all that have expired.
    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError>;

    /// Counts a try to sign in for all servers on this database; gives how long the caller has to wait where none is free. One
    /// that has to wait is not counted.
    async fn count_try(&self, one: &SignInTry) -> Result<Option<chrono::Duration>, StoreError>;
}
