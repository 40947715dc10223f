//! A small directory of users, for hosts that have none: bearer tokens and sessions, both kept as hashes.

use async_trait::async_trait;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::audit::Hash;
use estair_core::clock::Timestamp;
use estair_core::id::{AccountId, Numbers, UserId};
use estair_core::store::{StoreError, StoreErrorKind};
use uuid::Uuid;

use crate::book::BookStore;
use crate::columns::Columns;
use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::statement::{Sql, Value, row};

/// Most users that are listed at once.
const MAX_USERS: u32 = 10_000;

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

/// The directory in the book's own database.
pub struct Users<D: Dialect> {
    db: Connections<D>,
}

impl<D: Dialect> Users<D> {
    /// Beside a book.
    #[must_use]
    pub fn of(book: &BookStore<D>) -> Self {
        Self { db: book.db.clone() }
    }

    async fn all(&self, condition: Sql) -> Result<Vec<User>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(condition, user).await
    }
}

fn users(condition: &str) -> Sql {
    let columns = "u.id, u.role, u.account_id, u.client_kind, u.name, u.email";
    Sql::new(format!("SELECT {columns} FROM estair_users u {condition}"))
}

fn user<D: Dialect>(c: &mut Columns<'_, D>) -> Result<User, StoreError> {
    let (id, role) = (UserId(c.number()?), c.named(Role::from_name)?);
    let (account, kind) = (c.opt_number()?.map(AccountId), c.opt_named(client_kind)?);
    let membership = match (role, account) {
        (Role::Client, Some(account)) => Membership::Client(account, kind.unwrap_or_default()),
        (Role::Client, None) => return Err(StoreError::corrupt(format_args!("client {id} has no account"))),
        (role, _) => Membership::Staff(role),
    };
    Ok(User { id, membership, name: c.text()?, email: c.opt_text()? })
}

fn client_kind(name: &str) -> Option<ClientKind> {
    [ClientKind::Agency, ClientKind::Agent].into_iter().find(|kind| kind_name(*kind) == name)
}

const fn kind_name(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Agency => "agency",
        ClientKind::Agent => "agent",
    }
}

#[async_trait]
impl<D: Dialect> UserDirectory for Users<D> {
    async fn create_user(&self, user: &NewUser) -> Result<UserId, StoreError> {
        let (role, account, kind) = match user.membership {
            Membership::Client(account, kind) => (Role::Client, Some(account.0), Some(kind_name(kind))),
            Membership::Staff(role) => (role, None, None),
        };
        if matches!(user.membership, Membership::Staff(Role::Client | Role::System)) {
            return Err(StoreError::new(StoreErrorKind::Other, "no user has this role without an account"));
        }
        let columns = ["uuid", "role", "account_id", "client_kind", "name", "email", "token_hash", "created_at"];
        let values = row![user.uuid, role.name(), account, kind, &user.name, user.email.as_ref(), user.token, user.at];
        let mut numbers = Numbers::default();
        let mut connection = self.db.writer().await?;
        let mut session = self.db.session(&mut connection);
        session.insert_numbered("estair_users", &columns, vec![(user.uuid, values)], &mut numbers).await?;
        numbers.get(user.uuid).map(UserId).ok_or_else(|| StoreError::corrupt("a new user has no number"))
    }

    async fn user_of_token(&self, token: Hash) -> Result<Option<User>, StoreError> {
        Ok(self.all(users("WHERE u.token_hash = ?").bind(token)).await?.pop())
    }

    async fn users_of_role(&self, role: Role) -> Result<Vec<User>, StoreError> {
        self.all(users("WHERE u.role = ? ORDER BY u.id LIMIT ?").bind(role.name()).bind(MAX_USERS)).await
    }

    async fn clients_of(&self, account: AccountId) -> Result<Vec<User>, StoreError> {
        let sql = users("WHERE u.role = 'client' AND u.account_id = ? ORDER BY u.id LIMIT ?");
        self.all(sql.bind(Value::key(account.0)).bind(MAX_USERS)).await
    }

    async fn open_session(
        &self,
        secret: Hash,
        user: UserId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let columns = ["secret_hash", "user_id", "created_at", "expires_at"];
        let sql = Sql::insert("estair_sessions", &columns, [row![secret, user.0, at, expires_at]]);
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await.map(|_| ())
    }

    async fn user_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<User>, StoreError> {
        let sql = users("JOIN estair_sessions s ON s.user_id = u.id WHERE s.secret_hash = ? AND s.expires_at > ?");
        Ok(self.all(sql.bind(secret).bind(now)).await?.pop())
    }

    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError> {
        let sql = Sql::new("DELETE FROM estair_sessions WHERE secret_hash = ? OR expires_at <= ?");
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql.bind(secret).bind(now)).await.map(|_| ())
    }
}
