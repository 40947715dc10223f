//! The tables of users, of their tokens and of their sessions.

use estair_core::actor::{ClientKind, Role};
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::movement::Source;
use estair_core::store::StoreError;
use uuid::Uuid;

use super::{NewSession, NewSignInLink, Token, User};
use crate::driver::Driver;
use crate::table::{Columns, MoneyOf, Stored, Values, Way, flattened, record, table};

/// A user that is written for the first time.
pub(crate) struct UserRow {
    pub(super) uuid: Uuid,
    pub(super) person: Person,
    pub(super) at: Timestamp,
}

table! {
    /// Users.
    UserTable = "estair_users" { row: UserRow as "user", id: u64, money: MoneyOf::Nothing }
    columns {
        uuid: "uuid",
        person: ..,
        at: "created_at",
    }
}

/// What may change of a user.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) membership: Membership,
    pub(super) name: String,
    pub(super) email: Option<String>,
    /// The address as it is looked for.
    pub(super) email_key: Option<String>,
    pub(super) disabled_at: Option<Timestamp>,
}

impl Person {
    pub(super) fn new(membership: Membership, name: &str, email: Option<&str>, disabled_at: Option<Timestamp>) -> Self {
        let (name, email_key) = (name.to_owned(), email.map(email_key));
        Self { membership, name, email: email.map(str::to_owned), email_key, disabled_at }
    }
}

/// An address as it is looked for: nobody minds its case.
pub(super) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

record! {
    Person {
        membership: ..,
        name: "name",
        email: "email",
        email_key: "email_key",
        disabled_at: "disabled_at",
    }
}

record! {
    User {
        id: "id",
        membership: ..,
        name: "name",
        email: "email",
        created_at: "created_at",
        disabled_at: "disabled_at",
        last_used_at: "last_used_at",
    }
}

/// A role, and what a client has beside it.
struct MembershipColumns {
    role: Role,
    account: Option<AccountId>,
    kind: Option<ClientKind>,
}

record! {
    MembershipColumns {
        role: "role",
        account: "account_id",
        kind: "client_kind",
    }
}

flattened!(Membership as MembershipColumns);

impl From<&Membership> for MembershipColumns {
    fn from(membership: &Membership) -> Self {
        match *membership {
            Membership::Client(account, kind) => Self { role: Role::Client, account: Some(account), kind: Some(kind) },
            Membership::Staff(role) => Self { role, account: None, kind: None },
        }
    }
}

impl MembershipColumns {
    fn unflattened(self) -> Result<Membership, StoreError> {
        let Self { role, account, kind } = self;
        match (role, account) {
            (Role::Client, Some(account)) => Ok(Membership::Client(account, kind.unwrap_or(ClientKind::Agency))),
            (Role::Client, None) => Err(StoreError::corrupt("a client has no account")),
            (role, _) => Ok(Membership::Staff(role)),
        }
    }
}

/// A token that is written for the first time.
pub(crate) struct TokenRow {
    pub(super) user: UserId,
    pub(super) name: Option<String>,
    pub(super) secret: Hash,
    pub(super) sources: Vec<Source>,
    pub(super) at: Timestamp,
}

table! {
    /// Tokens.
    TokenTable = "estair_tokens" { row: TokenRow as "token", id: u64, money: MoneyOf::Nothing }
    columns {
        user: "user_id",
        name: "name",
        secret: "secret_hash",
        sources: "sources" as Sources,
        at: "created_at",
    }
}

record! {
    Token {
        id: "id",
        user: "user_id",
        name: "name",
        sources: "sources" as Sources,
        created_at: "created_at",
        last_used_at: "last_used_at",
        withdrawn_at: "withdrawn_at",
    }
}

/// Sources by their names, parted by blanks; an empty column is a list of none.
pub(super) struct Sources;

impl Way<Vec<Source>> for Sources {
    fn write(sources: &Vec<Source>, values: &mut Values<'_>) -> Result<(), StoreError> {
        let names: Vec<_> = sources.iter().map(|source| source.name()).collect();
        (!names.is_empty()).then(|| names.join(" ")).write(values)
    }

    fn write_nothing(values: &mut Values<'_>) {
        String::write_nothing(values);
    }

    fn read_any<D: Driver>(columns: &mut Columns<'_, D>) -> Result<Option<Vec<Source>>, StoreError> {
        let read = |text: &str| text.split_whitespace().map(Source::from_name).collect::<Option<Vec<_>>>();
        Ok(Some(columns.parse(read)?.unwrap_or_default()))
    }
}

table! {
    /// Sessions.
    SessionTable = "estair_sessions" { row: NewSession as "session", id: u64, money: MoneyOf::Nothing }
    columns {
        secret: "secret_hash",
        user: "user_id",
        token: "token_id",
        at: "created_at",
        expires_at: "expires_at",
    }
}

table! {
    /// Links that sign in.
    SignInLinkTable = "estair_sign_in_links" { row: NewSignInLink as "sign_in_link", id: u64, money: MoneyOf::Nothing }
    columns {
        secret: "secret_hash",
        user: "user_id",
        at: "created_at",
        expires_at: "expires_at",
    }
}
