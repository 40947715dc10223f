//! The directory in the book's own database.

use async_trait::async_trait;
use estair_core::actor::Role;
use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::decision::{Made, Once};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::refusal::Refusal;
use estair_core::row::Numbers;
use estair_core::store::{Page, Slice, StoreError, StoreErrorKind};

use super::table::{Person, SessionTable, SignInLinkTable, TokenRow, TokenTable, UserRow, UserTable, email_key};
use super::{
    NewSession, NewSignInLink, NewToken, NewUser, SessionByLink, SignedIn, Token, TokenFilter, User, UserDirectory,
    UserFilter, UserPatch,
};
use crate::book::BookStore;
use crate::dialect::Dialect;
use crate::once::{recalled, remember};
use crate::pool::Connections;
use crate::retry::again;
use crate::session::Session;
use crate::sign_in_tries::{SignInTry, Tries};
use crate::sql::Sql;
use crate::table::{Columns, Stored, Table, columns_of, list, values_of};
use crate::value::Value;
use crate::writes::inserts;

/// Most users that are listed at once.
const MAX_USERS: u32 = 10_000;

/// Most users of one address.
const MAX_OF_EMAIL: u32 = 100;

/// Most sessions that a user has at once.
const MAX_SESSIONS: u32 = 20;

/// Most links that are good for a user at once.
const MAX_LINKS: u32 = 5;

/// How exactly it is noted when something was used: not each call writes.
const USE: chrono::Duration = chrono::Duration::minutes(1);

/// The directory in the book's own database.
pub struct Users<D: Dialect> {
    db: Connections<D>,
    tries: Tries,
}

impl<D: Dialect> Users<D> {
    /// Beside a book.
    #[must_use]
    pub fn of(book: &BookStore<D>) -> Self {
        Self { db: book.db.clone(), tries: Tries::new("estair_sign_in_tries") }
    }

    async fn all<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, read).await
    }

    async fn create_once(&self, new: &NewUser, once: Option<&Once>) -> Result<Result<Made<User>, Refusal>, StoreError> {
        let NewUser { uuid, membership, name, email, token, disabled, at } = new;
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        match recalled(&mut session, once).await? {
            Ok(None) => {}
            Ok(Some(made)) => return transaction.rollback().await.map(|()| Ok(Made { made, replayed: true })),
            Err(refusal) => return transaction.rollback().await.map(|()| Err(refusal)),
        }
        let disabled_at = disabled.then_some(*at);
        let person = Person::new(*membership, name, email.as_deref(), disabled_at);
        let (row, mut numbers) = (UserRow { uuid: *uuid, person, at: *at }, Numbers::default());
        session.insert_numbered::<UserTable>(std::iter::once((*uuid, &row)), &mut numbers).await?;
        let id = numbers.get(*uuid).map(UserId).ok_or_else(|| StoreError::corrupt("a new user has no number"))?;
        if let Some(token) = token {
            insert_token(&mut session, id, token, *at).await?;
        }
        let made = User {
            id,
            membership: *membership,
            name: name.clone(),
            email: email.clone(),
            created_at: *at,
            disabled_at,
            last_used_at: None,
        };
        remember(&mut session, once, &made, *at).await?;
        transaction.commit().await?;
        Ok(Ok(Made { made, replayed: false }))
    }

    async fn change_once(&self, id: UserId, patch: &UserPatch, at: Timestamp) -> Result<Option<User>, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let Some(was) = locked(&mut session, id).await? else {
            transaction.rollback().await?;
            return Ok(None);
        };
        let UserPatch { name, email, membership, disabled } = patch;
        let disabled_at = match disabled {
            Some(true) => was.disabled_at.or(Some(at)),
            Some(false) => None,
            None => was.disabled_at,
        };
        let user = User {
            membership: membership.unwrap_or(was.membership),
            name: name.clone().unwrap_or(was.name),
            email: email.clone().unwrap_or(was.email),
            disabled_at,
            ..was
        };
        let person = Person::new(user.membership, &user.name, user.email.as_deref(), disabled_at);
        let sets: Vec<_> = columns_of::<Person>().into_iter().map(|column| format!("{column} = ?")).collect();
        let sql = Sql::new(format!("UPDATE estair_users SET {} WHERE id = ?", sets.join(", ")));
        let sql = values_of(&person)?.into_iter().fold(sql, Sql::bind);
        session.execute(sql.bind(Value::key(id.0))).await?;
        if disabled_at.is_some() {
            let sql = Sql::new("DELETE FROM estair_sessions WHERE user_id = ?");
            session.execute(sql.bind(Value::key(id.0))).await?;
        }
        if disabled_at.is_some() || email.is_some() {
            let sql = Sql::new("DELETE FROM estair_sign_in_links WHERE user_id = ?");
            session.execute(sql.bind(Value::key(id.0))).await?;
        }
        transaction.commit().await?;
        Ok(Some(user))
    }

    async fn give_once(
        &self,
        user: UserId,
        token: &NewToken,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Result<Option<Made<Token>>, Refusal>, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        match recalled(&mut session, once).await? {
            Ok(None) => {}
            Ok(Some(made)) => return transaction.rollback().await.map(|()| Ok(Some(Made { made, replayed: true }))),
            Err(refusal) => return transaction.rollback().await.map(|()| Err(refusal)),
        }
        if locked(&mut session, user).await?.is_none() {
            transaction.rollback().await?;
            return Ok(Ok(None));
        }
        let id = insert_token(&mut session, user, token, at).await?;
        let NewToken { name, sources, .. } = token.clone();
        let made = Token { id, user, name, sources, created_at: at, last_used_at: None, withdrawn_at: None };
        remember(&mut session, once, &made, at).await?;
        transaction.commit().await?;
        Ok(Ok(Some(Made { made, replayed: false })))
    }

    async fn withdraw_once(&self, id: u64, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let sql = Sql::new("UPDATE estair_tokens SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL");
        let withdrawn = session.execute(sql.bind(at).bind(Value::key(id))).await? > 0;
        session.execute(Sql::new("DELETE FROM estair_sessions WHERE token_id = ?").bind(Value::key(id))).await?;
        transaction.commit().await?;
        Ok(withdrawn)
    }

    async fn open_once(&self, new: &NewSession) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        locked(&mut session, new.user).await?;
        insert_session(&mut session, new).await?;
        transaction.commit().await
    }

    async fn link_once(&self, new: &NewSignInLink) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        locked(&mut session, new.user).await?;
        make_room::<D, SignInLinkTable>(&mut session, new.user, MAX_LINKS).await?;
        session.execute(Sql::new("DELETE FROM estair_sign_in_links WHERE expires_at <= ?").bind(new.at)).await?;
        session.execute_all(inserts::<D::Driver, SignInLinkTable>(once(new), &Numbers::default())?).await?;
        transaction.commit().await
    }

    async fn open_by_link_once(&self, new: &SessionByLink) -> Result<Option<UserId>, StoreError> {
        let SessionByLink { link, secret, at, expires_at } = *new;
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let sql = Sql::new("SELECT user_id FROM estair_sign_in_links WHERE secret_hash = ? AND expires_at > ?");
        let user = session.read_one(sql.bind(link).bind(at), <UserId as Stored>::read).await?;
        let Some(user) = user else { return transaction.rollback().await.map(|()| None) };
        let is_let_in = locked(&mut session, user).await?.is_some_and(|user| user.disabled_at.is_none());
        let used = Sql::new("DELETE FROM estair_sign_in_links WHERE secret_hash = ?").bind(link);
        // Of two who read it, the second finds nothing to delete.
        if !is_let_in || session.execute(used).await? == 0 {
            return transaction.rollback().await.map(|()| None);
        }
        insert_session(&mut session, &NewSession { secret, user, token: None, at, expires_at }).await?;
        transaction.commit().await?;
        Ok(Some(user))
    }

    async fn close_once(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError> {
        let sql = Sql::new("DELETE FROM estair_sessions WHERE secret_hash = ? OR expires_at <= ?");
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql.bind(secret).bind(now)).await.map(|_| ())
    }

    /// Who is found, and notes that it was used. Nobody waits for that note, and nothing fails without it.
    async fn signed_in(&self, sql: Sql, now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        let read = |c: &mut Columns<'_, D::Driver>| Ok(SignedIn { user: c.read()?, token: c.read()? });
        let Some(found) = self.all(sql, read).await?.pop() else { return Ok(None) };
        let is_noted = |last: Option<Timestamp>| last.is_some_and(|last| now.signed_duration_since(last).abs() < USE);
        let token = found.token.as_ref().filter(|token| !is_noted(token.last_used_at)).map(|token| token.id);
        if token.is_some() || !is_noted(found.user.last_used_at) {
            tokio::spawn(note_use(self.db.clone(), found.user.id, token, now));
        }
        Ok(Some(found))
    }
}

async fn note_use<D: Dialect>(db: Connections<D>, user: UserId, token: Option<u64>, now: Timestamp) {
    let note = async {
        let mut connection = db.writer().await?;
        let mut session = db.session(&mut connection);
        let used = |table: &str, id: u64| {
            Sql::new(format!("UPDATE {table} SET last_used_at = ? WHERE id = ?")).bind(now).bind(Value::key(id))
        };
        session.execute(used(UserTable::NAME, user.0)).await?;
        if let Some(token) = token {
            session.execute(used(TokenTable::NAME, token)).await?;
        }
        Ok::<(), StoreError>(())
    };
    if let Err(error) = note.await {
        tracing::debug!(%error, "that a token was used is not noted");
    }
}

fn once<T>(row: &T) -> impl Iterator<Item = (&T, ())> {
    std::iter::once((row, ()))
}

/// A user that nobody else changes until the transaction ends.
async fn locked<D: Dialect>(session: &mut Session<'_, D>, id: UserId) -> Result<Option<User>, StoreError> {
    session.read_one(users("WHERE u.id = ? ").bind(Value::key(id.0)).and(D::LOCK), Stored::read).await
}

async fn insert_token<D: Dialect>(
    session: &mut Session<'_, D>,
    user: UserId,
    token: &NewToken,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let NewToken { secret, name, sources } = token.clone();
    let row = TokenRow { user, name, secret, sources, at };
    session.execute_all(inserts::<D::Driver, TokenTable>(once(&row), &Numbers::default())?).await?;
    let sql = Sql::new("SELECT id FROM estair_tokens WHERE secret_hash = ?").bind(secret);
    let id = session.read_one(sql, <u64 as Stored>::read).await?;
    id.ok_or_else(|| StoreError::corrupt("a new token has no number"))
}

async fn insert_session<D: Dialect>(session: &mut Session<'_, D>, new: &NewSession) -> Result<(), StoreError> {
    make_room::<D, SessionTable>(session, new.user, MAX_SESSIONS).await?;
    session.execute_all(inserts::<D::Driver, SessionTable>(once(new), &Numbers::default())?).await.map(|_| ())
}

/// Deletes the oldest rows of a user, so that with one more there are no more than these.
async fn make_room<D: Dialect, T: Table>(
    session: &mut Session<'_, D>,
    user: UserId,
    most: u32,
) -> Result<(), StoreError> {
    let oldest = Sql::new(format!("SELECT id FROM {} WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?", T::NAME));
    let oldest = oldest.bind(Value::key(user.0)).bind(most.saturating_sub(2));
    if let Some(oldest) = session.read_one(oldest, <u64 as Stored>::read).await? {
        let sql = Sql::new(format!("DELETE FROM {} WHERE user_id = ? AND id < ?", T::NAME));
        session.execute(sql.bind(Value::key(user.0)).bind(Value::key(oldest))).await?;
    }
    Ok(())
}

/// Users `u` under a condition.
fn users(condition: &str) -> Sql {
    Sql::new(format!("SELECT {} FROM estair_users u {condition}", list::<User>("u.")))
}

/// Adds whether an instant is known.
fn and_known(sql: Sql, column: &str, known: Option<bool>) -> Sql {
    match known {
        Some(true) => sql.and(&format!(" AND {column} IS NOT NULL")),
        Some(false) => sql.and(&format!(" AND {column} IS NULL")),
        None => sql,
    }
}

#[async_trait]
impl<D: Dialect> UserDirectory for Users<D> {
    async fn create_user(&self, user: &NewUser, once: Option<&Once>) -> Result<Made<User>, Error> {
        check(user.membership)?;
        Ok(again!(self.create_once(user, once).await)??)
    }

    async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.all(users("WHERE u.id = ?").bind(Value::key(id.0)), Stored::read).await?.pop())
    }

    async fn users(&self, filter: &UserFilter, page: Page) -> Result<Slice<User>, StoreError> {
        let UserFilter { role, account, disabled } = filter;
        let sql = users("WHERE 1 = 1")
            .and_if(" AND u.role = ?", role.map(Role::name))
            .and_if(" AND u.account_id = ?", account.map(|account| Value::key(account.0)));
        let sql = and_known(sql, "u.disabled_at", *disabled).page("u.id", page);
        Ok(Slice::of(self.all(sql, <User as Stored>::read).await?, page.limit, |user| user.id.0))
    }

    async fn change_user(&self, id: UserId, patch: &UserPatch, at: Timestamp) -> Result<Option<User>, StoreError> {
        patch.membership.map_or(Ok(()), check)?;
        again!(self.change_once(id, patch, at).await)
    }

    async fn names(&self, users: &[UserId]) -> Result<Vec<(UserId, String)>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let sql = Sql::new("SELECT id, name FROM estair_users WHERE id IN ");
        self.all(sql.list(users.iter().map(|user| Value::key(user.0))), |c| Ok((c.read()?, c.read()?))).await
    }

    async fn create_token(
        &self,
        user: UserId,
        token: &NewToken,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Option<Made<Token>>, Error> {
        Ok(again!(self.give_once(user, token, at, once).await)??)
    }

    async fn tokens(&self, filter: &TokenFilter, page: Page) -> Result<Slice<(Token, User)>, StoreError> {
        let (token, user) = (list::<Token>("t."), list::<User>("u."));
        let from = "estair_tokens t JOIN estair_users u ON u.id = t.user_id WHERE 1 = 1";
        let sql = Sql::new(format!("SELECT {token}, {user} FROM {from}"))
            .and_if(" AND t.id = ?", filter.id.map(Value::key))
            .and_if(" AND t.secret_hash = ?", filter.secret)
            .and_if(" AND t.user_id = ?", filter.user.map(|user| Value::key(user.0)));
        let sql = and_known(sql, "t.withdrawn_at", filter.withdrawn).page("t.id", page);
        let rows = self.all(sql, |c| Ok((c.read::<Token>()?, c.read::<User>()?))).await?;
        Ok(Slice::of(rows, page.limit, |(token, _)| token.id))
    }

    async fn withdraw_token(&self, id: u64, at: Timestamp) -> Result<bool, StoreError> {
        again!(self.withdraw_once(id, at).await)
    }

    async fn user_of_token(&self, secret: Hash, now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        let (user, token) = (list::<User>("u."), list::<Token>("t."));
        let sql = Sql::new(format!(
            "SELECT {user}, {token} FROM estair_tokens t JOIN estair_users u ON u.id = t.user_id \
             WHERE t.secret_hash = ? AND t.withdrawn_at IS NULL AND u.disabled_at IS NULL"
        ));
        self.signed_in(sql.bind(secret), now).await
    }

    async fn users_of_role(&self, role: Role) -> Result<Vec<User>, StoreError> {
        let sql = users("WHERE u.role = ? AND u.disabled_at IS NULL ORDER BY u.id LIMIT ?");
        self.all(sql.bind(role.name()).bind(MAX_USERS), Stored::read).await
    }

    async fn clients_of(&self, account: AccountId) -> Result<Vec<User>, StoreError> {
        let sql = users("WHERE u.role = ? AND u.account_id = ? AND u.disabled_at IS NULL ORDER BY u.id LIMIT ?");
        let sql = sql.bind(Role::Client.name()).bind(Value::key(account.0)).bind(MAX_USERS);
        self.all(sql, Stored::read).await
    }

    async fn users_of_email(&self, email: &str) -> Result<Vec<User>, StoreError> {
        let sql = users("WHERE u.email_key = ? AND u.disabled_at IS NULL ORDER BY u.id LIMIT ?");
        self.all(sql.bind(email_key(email)).bind(MAX_OF_EMAIL), Stored::read).await
    }

    async fn open_session(&self, session: &NewSession) -> Result<(), StoreError> {
        again!(self.open_once(session).await)
    }

    async fn user_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
        let (user, token) = (list::<User>("u."), list::<Token>("t."));
        let sql = Sql::new(format!(
            "SELECT {user}, {token} FROM estair_sessions s JOIN estair_users u ON u.id = s.user_id \
             LEFT JOIN estair_tokens t ON t.id = s.token_id WHERE s.secret_hash = ? AND s.expires_at > ? \
             AND u.disabled_at IS NULL AND t.withdrawn_at IS NULL"
        ));
        self.signed_in(sql.bind(secret).bind(now), now).await
    }

    async fn create_sign_in_link(&self, link: &NewSignInLink) -> Result<(), StoreError> {
        again!(self.link_once(link).await)
    }

    async fn open_session_by_link(&self, session: &SessionByLink) -> Result<Option<UserId>, StoreError> {
        again!(self.open_by_link_once(session).await)
    }

    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError> {
        again!(self.close_once(secret, now).await)
    }

    async fn count_try(&self, one: &SignInTry) -> Result<Option<chrono::Duration>, StoreError> {
        self.tries.count(&self.db, one).await
    }
}

/// No user is the program itself, nor a client of no account.
fn check(membership: Membership) -> Result<(), StoreError> {
    match membership {
        Membership::Staff(Role::Client | Role::System) => {
            Err(StoreError::new(StoreErrorKind::Other, "no user has this role without an account"))
        }
        _ => Ok(()),
    }
}
