//! Who may ask a Messager that runs apart, and whose messages it carries: its own people's tokens and sessions, those of
//! consoles elsewhere, and the domains with their webhooks.
//!
//! Guarantees: secrets of people and consoles come as hashes and are never stored; who holds a withdrawn token is found by no
//! token and no session, on every process. A rotation leaves what was shown before valid beside the new, until the next one.

use async_trait::async_trait;
use estair_core::actor::Role;
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::store::StoreError;

use super::MessagerDb;
use crate::dialect::Dialect;
use crate::retry::again;
use crate::session::Session;
use crate::sign_in_tries::SignInTry;
use crate::sql::Sql;
use crate::table::{Columns, Stored, columns_of, list, record, values_of};
use crate::value::Value;
use crate::writes::inserts_into;

/// Most tokens, and most domains, that are listed.
const MAX_LISTED: u32 = 10_000;

/// Most sessions that one token has at once.
const MAX_SESSIONS: u32 = 20;

/// How exactly it is noted when something was used: not each call writes.
const USE: chrono::Duration = chrono::Duration::minutes(1);

/// Who holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// One of Messager's own people, of this role.
    Person(Role),
    /// A console elsewhere, which says for whom it asks.
    Console,
}

/// A token to be given.
#[derive(Clone, Debug)]
pub struct NewMessagerToken {
    /// The hash of its secret.
    pub secret: Hash,
    /// Whose it is, or what it is for, in words.
    pub name: String,
    /// Who holds it.
    pub holder: Holder,
    /// When.
    pub at: Timestamp,
}

/// A token, without its secret, which nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagerToken {
    /// Its number.
    pub id: u64,
    /// Whose it is, or what it is for.
    pub name: String,
    /// The role of a person; none for a console.
    pub role: Option<Role>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was last used, to a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

impl MessagerToken {
    /// Who holds it.
    #[must_use]
    pub fn holder(&self) -> Holder {
        self.role.map_or(Holder::Console, Holder::Person)
    }
}

/// A session on Messager's own pages, to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewMessagerSession {
    /// The hash of its secret.
    pub secret: Hash,
    /// The token it is opened with: it ends with it.
    pub token: u64,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A domain whose messages are carried.
#[derive(Clone, PartialEq, Eq)]
pub struct DomainRecord {
    /// Its name.
    pub name: String,
    /// The webhook.
    pub url: String,
    /// The hash of its token.
    pub token: Hash,
    /// That of the token before, which is still good.
    pub former_token: Option<Hash>,
    /// The secrets that sign, parted by blanks, the newest first.
    pub secrets: String,
}

impl std::fmt::Debug for DomainRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DomainRecord").field("name", &self.name).field("url", &self.url).finish_non_exhaustive()
    }
}

/// What a Messager that runs apart keeps of its people, consoles and domains.
#[async_trait]
pub trait MessagerDirectory: Send + Sync {
    /// Gives a token: its number. A secret that another token has is a duplicate.
    async fn create_token(&self, token: &NewMessagerToken) -> Result<u64, StoreError>;

    /// All tokens, newest first.
    async fn tokens(&self) -> Result<Vec<MessagerToken>, StoreError>;

    /// Withdraws a token for good, and ends its sessions. False when there is none, or it was withdrawn before.
    async fn withdraw_token(&self, id: u64, at: Timestamp) -> Result<bool, StoreError>;

    /// The token with this secret, unless it was withdrawn. It is noted when it was used.
    async fn token_of(&self, secret: Hash, now: Timestamp) -> Result<Option<MessagerToken>, StoreError>;

    /// Opens a session; of many that a token has, the oldest ones end.
    async fn open_session(&self, session: &NewMessagerSession) -> Result<(), StoreError>;

    /// The token behind a session, unless either is over.
    async fn token_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<MessagerToken>, StoreError>;

    /// Closes a session, and all that have expired.
    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError>;

    /// Counts a try to sign in, as [`UserDirectory::count_try`](crate::UserDirectory::count_try).
    async fn count_try(&self, one: &SignInTry) -> Result<Option<chrono::Duration>, StoreError>;

    /// The domains, by name.
    async fn domains(&self) -> Result<Vec<DomainRecord>, StoreError>;

    /// Adds a domain. False when there is one of this name.
    async fn add_domain(&self, domain: &DomainRecord) -> Result<bool, StoreError>;

    /// Changes a domain that is as it was read. False when it is not any more.
    async fn change_domain(&self, was: &DomainRecord, domain: &DomainRecord) -> Result<bool, StoreError>;
}

record! {
    MessagerToken {
        id: "id",
        name: "name",
        role: "role",
        created_at: "created_at",
        last_used_at: "last_used_at",
        withdrawn_at: "withdrawn_at",
    }
}

record! {
    DomainRecord {
        name: "name",
        url: "url",
        token: "token_hash",
        former_token: "former_token_hash",
        secrets: "secrets",
    }
}

/// A token's row when it is written.
struct TokenRow {
    name: String,
    role: Option<Role>,
    secret: Hash,
    at: Timestamp,
}

record! {
    TokenRow {
        name: "name",
        role: "role",
        secret: "secret_hash",
        at: "created_at",
    }
}

record! {
    NewMessagerSession {
        secret: "secret_hash",
        token: "token_id",
        at: "created_at",
        expires_at: "expires_at",
    }
}

impl<D: Dialect> MessagerDb<D> {
    async fn all<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, read).await
    }

    async fn give_once(&self, new: &NewMessagerToken) -> Result<u64, StoreError> {
        let role = match new.holder {
            Holder::Person(role) => Some(role),
            Holder::Console => None,
        };
        let row = TokenRow { name: new.name.clone(), role, secret: new.secret, at: new.at };
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        insert(&mut session, "messager_tokens", &columns_of::<TokenRow>(), values_of(&row)?).await?;
        let sql = Sql::new("SELECT id FROM messager_tokens WHERE secret_hash = ?").bind(new.secret);
        let id = session.read_one(sql, <u64 as Stored>::read).await?;
        transaction.commit().await?;
        id.ok_or_else(|| StoreError::corrupt("a new token has no number"))
    }

    async fn withdraw_once(&self, id: u64, at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let sql = Sql::new("UPDATE messager_tokens SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL");
        let withdrawn = session.execute(sql.bind(at).bind(Value::key(id))).await? > 0;
        session.execute(Sql::new("DELETE FROM messager_sessions WHERE token_id = ?").bind(Value::key(id))).await?;
        transaction.commit().await?;
        Ok(withdrawn)
    }

    async fn open_once(&self, new: &NewMessagerSession) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let oldest = Sql::new("SELECT id FROM messager_sessions WHERE token_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?");
        let oldest = oldest.bind(Value::key(new.token)).bind(MAX_SESSIONS.saturating_sub(2));
        if let Some(oldest) = session.read_one(oldest, <u64 as Stored>::read).await? {
            let sql = Sql::new("DELETE FROM messager_sessions WHERE token_id = ? AND id < ?");
            session.execute(sql.bind(Value::key(new.token)).bind(Value::key(oldest))).await?;
        }
        insert(&mut session, "messager_sessions", &columns_of::<NewMessagerSession>(), values_of(new)?).await?;
        transaction.commit().await
    }

    /// Notes that a token was used; nobody waits for that, and nothing fails without it.
    fn note_use(&self, token: &MessagerToken, now: Timestamp) {
        if token.last_used_at.is_some_and(|last| now.signed_duration_since(last).abs() < USE) {
            return;
        }
        let (this, id) = (self.clone(), token.id);
        tokio::spawn(async move {
            let sql = Sql::new("UPDATE messager_tokens SET last_used_at = ? WHERE id = ?");
            if let Err(error) = this.execute(sql.bind(now).bind(Value::key(id))).await {
                tracing::debug!(%error, "that a token was used is not noted");
            }
        });
    }
}

async fn insert<D: Dialect>(
    session: &mut Session<'_, D>,
    table: &'static str,
    columns: &[&str],
    row: Vec<Value>,
) -> Result<(), StoreError> {
    session.execute_all(inserts_into::<D::Driver>(table, columns, vec![row])).await
}

#[async_trait]
impl<D: Dialect> MessagerDirectory for MessagerDb<D> {
    async fn create_token(&self, token: &NewMessagerToken) -> Result<u64, StoreError> {
        again!(self.give_once(token).await)
    }

    async fn tokens(&self) -> Result<Vec<MessagerToken>, StoreError> {
        let sql = format!("SELECT {} FROM messager_tokens ORDER BY id DESC LIMIT ?", list::<MessagerToken>(""));
        self.all(Sql::new(sql).bind(MAX_LISTED), Stored::read).await
    }

    async fn withdraw_token(&self, id: u64, at: Timestamp) -> Result<bool, StoreError> {
        again!(self.withdraw_once(id, at).await)
    }

    async fn token_of(&self, secret: Hash, now: Timestamp) -> Result<Option<MessagerToken>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT {} FROM messager_tokens WHERE secret_hash = ? AND withdrawn_at IS NULL",
            list::<MessagerToken>("")
        ));
        let found = self.all(sql.bind(secret), <MessagerToken as Stored>::read).await?.pop();
        found.iter().for_each(|token| self.note_use(token, now));
        Ok(found)
    }

    async fn open_session(&self, session: &NewMessagerSession) -> Result<(), StoreError> {
        again!(self.open_once(session).await)
    }

    async fn token_of_session(&self, secret: Hash, now: Timestamp) -> Result<Option<MessagerToken>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT {} FROM messager_sessions s JOIN messager_tokens t ON t.id = s.token_id \
             WHERE s.secret_hash = ? AND s.expires_at > ? AND t.withdrawn_at IS NULL",
            list::<MessagerToken>("t.")
        ));
        let found = self.all(sql.bind(secret).bind(now), <MessagerToken as Stored>::read).await?.pop();
        found.iter().for_each(|token| self.note_use(token, now));
        Ok(found)
    }

    async fn close_session(&self, secret: Hash, now: Timestamp) -> Result<(), StoreError> {
        let sql = Sql::new("DELETE FROM messager_sessions WHERE secret_hash = ? OR expires_at <= ?");
        self.execute(sql.bind(secret).bind(now)).await.map(|_| ())
    }

    async fn count_try(&self, one: &SignInTry) -> Result<Option<chrono::Duration>, StoreError> {
        self.tries.count(&self.db, one).await
    }

    async fn domains(&self) -> Result<Vec<DomainRecord>, StoreError> {
        // The row that stands for all of them has no webhook.
        let sql = Sql::new(format!(
            "SELECT {} FROM messager_domains WHERE url IS NOT NULL ORDER BY name LIMIT ?",
            list::<DomainRecord>("")
        ));
        self.all(sql.bind(MAX_LISTED), Stored::read).await
    }

    async fn add_domain(&self, domain: &DomainRecord) -> Result<bool, StoreError> {
        let row = values_of(domain)?;
        let added = again!({
            let mut connection = self.db.writer().await?;
            let mut session = self.db.session(&mut connection);
            insert(&mut session, "messager_domains", &columns_of::<DomainRecord>(), row.clone()).await
        });
        match added {
            Err(error) if error.kind() == estair_core::store::StoreErrorKind::Duplicate => Ok(false),
            added => added.map(|()| true),
        }
    }

    async fn change_domain(&self, was: &DomainRecord, domain: &DomainRecord) -> Result<bool, StoreError> {
        let sql = "UPDATE messager_domains SET url = ?, token_hash = ?, former_token_hash = ?, secrets = ? \
                   WHERE name = ? AND url = ? AND token_hash = ? AND secrets = ?";
        let sql = Sql::new(sql).bind(&domain.url).bind(domain.token).bind(domain.former_token).bind(&domain.secrets);
        let sql = sql.bind(&was.name).bind(&was.url).bind(was.token).bind(&was.secrets);
        Ok(self.execute(sql).await? > 0)
    }
}
