//! Who somebody of a host's directory is, as an actor: the role, and what a client has beside it (A4).

use serde::{Deserialize, Serialize};

use crate::actor::{Actor, ClientKind, Role};
use crate::id::{AccountId, UserId};
use crate::refusal::FieldError;

/// Who somebody is: a client of an account, or another role without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Membership {
    /// A client of this account.
    Client(AccountId, ClientKind),
    /// Staff, a service or an auditor, by role.
    Staff(Role),
}

impl Membership {
    /// Who a role makes of somebody. A client has an account, and is an agency unless it is said otherwise; nobody else has an
    /// account or a kind, and nobody is the program itself.
    ///
    /// # Errors
    /// A [`FieldError`] of `role`, `account_id` or `kind`.
    pub fn new(role: Role, account: Option<AccountId>, kind: Option<ClientKind>) -> Result<Self, FieldError> {
        match (role, account, kind) {
            (Role::System, ..) => Err(FieldError::new("role", "is nobody's")),
            (Role::Client, Some(account), kind) => Ok(Self::Client(account, kind.unwrap_or(ClientKind::Agency))),
            (Role::Client, None, _) => Err(FieldError::new("account_id", "is needed for a client")),
            (_, Some(_), _) => Err(FieldError::new("account_id", "only a client has one")),
            (_, None, Some(_)) => Err(FieldError::new("kind", "only a client has one")),
            (role, None, None) => Ok(Self::Staff(role)),
        }
    }

    /// Who somebody becomes when this is said of them: what is left out stays, as far as the role has it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn changed(
        self,
        role: Option<Role>,
        account: Option<AccountId>,
        kind: Option<ClientKind>,
    ) -> Result<Self, FieldError> {
        let role = role.unwrap_or(self.role());
        let is_client = role == Role::Client;
        let account = account.or(self.account().filter(|_| is_client));
        Self::new(role, account, kind.or(self.kind().filter(|_| is_client)))
    }

    /// The role.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Client(..) => Role::Client,
            Self::Staff(role) => role,
        }
    }

    /// A client's account.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::Client(account, _) => Some(account),
            Self::Staff(_) => None,
        }
    }

    /// What kind of client.
    #[must_use]
    pub const fn kind(self) -> Option<ClientKind> {
        match self {
            Self::Client(_, kind) => Some(kind),
            Self::Staff(_) => None,
        }
    }

    /// The actor on whose behalf commands of this person are decided; none for a role that nobody has.
    #[must_use]
    pub const fn actor(self, user: UserId) -> Option<Actor> {
        match self {
            Self::Client(account, kind) => Some(Actor::Client { user, account, kind }),
            Self::Staff(Role::Operation) => Some(Actor::Operation(user)),
            Self::Staff(Role::Finance) => Some(Actor::Finance(user)),
            Self::Staff(Role::Admin) => Some(Actor::Admin(user)),
            Self::Staff(Role::Service) => Some(Actor::service(user)),
            Self::Staff(Role::Auditor) => Some(Actor::Auditor(user)),
            Self::Staff(Role::Client | Role::System) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: A4
    #[test]
    fn a4_a_client_has_an_account_and_nobody_else_has() {
        let account = Some(AccountId(1));
        let agent = Some(ClientKind::Agent);
        for role in Role::ALL {
            let field = |result: Result<Membership, FieldError>| result.map_err(|fault| fault.field);
            let (with, without) = match role {
                Role::Client => (Ok(Membership::Client(AccountId(1), ClientKind::Agent)), Err("account_id".to_owned())),
                Role::System => (Err("role".to_owned()), Err("role".to_owned())),
                role => (Err("account_id".to_owned()), Ok(Membership::Staff(role))),
            };
            assert_eq!(field(Membership::new(role, account, agent)), with, "{role}");
            assert_eq!(field(Membership::new(role, None, None)), without, "{role}");
            let actor =
                Membership::new(role, account.filter(|_| role == Role::Client), None).map(|who| who.actor(UserId(7)));
            assert_eq!(actor.ok().flatten().map(|actor| actor.role()), (role != Role::System).then_some(role));
        }
        assert!(Membership::new(Role::Admin, None, agent).is_err());
        let kind = Membership::new(Role::Client, account, None).map(Membership::kind);
        assert_eq!(kind.ok().flatten(), Some(ClientKind::Agency));
    }

    // rule: A4
    #[test]
    fn a4_what_is_left_out_of_a_change_stays_as_far_as_the_role_has_it() {
        let client = Membership::Client(AccountId(1), ClientKind::Agent);
        let same = |result: Result<Membership, FieldError>| result.ok();
        assert_eq!(same(client.changed(None, None, None)), Some(client));
        assert_eq!(
            same(client.changed(None, Some(AccountId(2)), None)),
            Some(Membership::Client(AccountId(2), ClientKind::Agent))
        );
        assert_eq!(same(client.changed(Some(Role::Finance), None, None)), Some(Membership::Staff(Role::Finance)));
        let staff = Membership::Staff(Role::Finance);
        assert_eq!(same(staff.changed(Some(Role::Client), None, None)), None, "an account is needed");
        assert_eq!(same(staff.changed(None, None, Some(ClientKind::Agent))), None);
    }
}
