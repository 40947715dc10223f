//! The tables of users and of their sessions.

use estair_core::actor::{ClientKind, Role};
use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, UserId};
use estair_core::store::StoreError;

use super::{Membership, NewUser, User};
use crate::table::{MoneyOf, flattened, record, table};

table! {
    /// Users.
    UserTable = "estair_users" { row: NewUser as "user", id: u64, money: MoneyOf::Nothing }
    columns {
        uuid: "uuid",
        membership: ..,
        name: "name",
        email: "email",
        token: "token_hash",
        at: "created_at",
    }
}

record! {
    User {
        id: "id",
        membership: ..,
        name: "name",
        email: "email",
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
            (Role::Client, Some(account)) => Ok(Membership::Client(account, kind.unwrap_or_default())),
            (Role::Client, None) => Err(StoreError::corrupt("a client has no account")),
            (role, _) => Ok(Membership::Staff(role)),
        }
    }
}

/// A session of the console, by the hash of its secret.
pub(crate) struct Session {
    pub(super) secret: Hash,
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    pub(super) expires_at: Timestamp,
}

table! {
    /// Sessions.
    SessionTable = "estair_sessions" { row: Session as "session", id: u64, money: MoneyOf::Nothing }
    columns {
        secret: "secret_hash",
        user: "user_id",
        at: "created_at",
        expires_at: "expires_at",
    }
}
