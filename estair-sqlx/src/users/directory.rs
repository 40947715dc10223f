//! The directory in the book's own database.

use async_trait::async_trait;
use estair_core::actor::Role;
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::row::Numbers;
use estair_core::store::{StoreError, StoreErrorKind};

use super::table::{Session, SessionTable, UserTable};
use super::{Membership, NewUser, User, UserDirectory};
use crate::book::BookStore;
use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::sql::Sql;
use crate::table::{Stored, list};
use crate::value::Value;
use crate::writes::inserts;

/// Most users that are listed at once.
const MAX_USERS: u32 = 10_000;

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

    async fn all(&self, sql: Sql) -> Result<Vec<User>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, Stored::read).await
    }
}

/// Users `u` under a condition.
fn users(condition: &str) -> Sql {
    Sql::new(format!("SELECT {} FROM estair_users u {condition}", list::<User>("u.")))
}

#[async_trait]
impl<D: Dialect> UserDirectory for Users<D> {
    async fn create_user(&self, user: &NewUser) -> Result<UserId, StoreError> {
        if matches!(user.membership, Membership::Staff(Role::Client | Role::System)) {
            return Err(StoreError::new(StoreErrorKind::Other, "no user has this role without an account"));
        }
        let mut numbers = Numbers::default();
        let mut connection = self.db.writer().await?;
        let mut session = self.db.session(&mut connection);
        session.insert_numbered::<UserTable>(std::iter::once((user.uuid, user)), &mut numbers).await?;
        numbers.get(user.uuid).map(UserId).ok_or_else(|| StoreError::corrupt("a new user has no number"))
    }

    async fn user_of_token(&self, token: Hash) -> Result<Option<User>, StoreError> {
        Ok(self.all(users("WHERE u.token_hash = ?").bind(token)).await?.pop())
    }

    async fn users_of_role(&self, role: Role) -> Result<Vec<User>, StoreError> {
        self.all(users("WHERE u.role = ? ORDER BY u.id LIMIT ?").bind(role.name()).bind(MAX_USERS)).await
    }

    async fn clients_of(&self, account: AccountId) -> Result<Vec<User>, StoreError> {
        let sql = users("WHERE u.role = ? AND u.account_id = ? ORDER BY u.id LIMIT ?").bind(Role::Client.name());
        self.all(sql.bind(Value::key(account.0)).bind(MAX_USERS)).await
    }

    async fn open_session(
        &self,
        secret: Hash,
        user: UserId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let opened = Session { secret, user, at, expires_at };
        let writes = inserts::<D::Driver, SessionTable>(std::iter::once((&opened, ())), &Numbers::default())?;
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute_all(writes).await
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
