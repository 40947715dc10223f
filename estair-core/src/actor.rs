//! Who asks: a client, a member of staff, a trusted service, or the system itself.

use crate::id::{AccountId, UserId};
use crate::named::named;
use crate::source::Sources;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The roles of the permission matrix (P1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An agency or an agent, bound to one account.
    Client,
    /// Staff that takes requests in and answers support.
    Operation,
    /// Staff that decides on money.
    Finance,
    /// Staff that may do all manual work.
    Admin,
    /// A trusted integration.
    Service,
    /// The program itself: scheduler, dispatcher, webhook.
    System,
    /// Reads what staff read, the audit trail and what verifying finds; changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] =
        [Self::Client, Self::Operation, Self::Finance, Self::Admin, Self::Service, Self::System, Self::Auditor];

    /// The role's stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Operation => "operation",
            Self::Finance => "finance",
            Self::Admin => "admin",
            Self::Service => "service",
            Self::System => "system",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Operation, finance or admin.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Operation | Self::Finance | Self::Admin)
    }

    /// Is it shown what staff are shown? Staff, and the auditor.
    #[must_use]
    pub const fn reads_as_staff(self) -> bool {
        self.is_staff() || matches!(self, Self::Auditor)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

named! {
    /// What kind of client: the rights are the same.
    ClientKind {
        /// An agency.
        Agency = "agency",
        /// An agent.
        Agent = "agent",
    }
}

/// The one on whose behalf a command is decided. The host authenticates; the core decides what the actor may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A client: sees and does what belongs to its own account.
    Client {
        /// The person.
        user: UserId,
        /// Its account.
        account: AccountId,
        /// Agency or agent.
        kind: ClientKind,
    },
    /// A member of the operation staff.
    Operation(UserId),
    /// A member of the finance staff.
    Finance(UserId),
    /// An administrator.
    Admin(UserId),
    /// A trusted integration, with the sources whose movements it may post.
    Service(UserId, Sources),
    /// The program itself.
    System,
    /// Somebody who reads everything and changes nothing.
    Auditor(UserId),
}

impl Actor {
    /// A trusted integration that posts movements of every source.
    #[must_use]
    pub const fn service(user: UserId) -> Self {
        Self::Service(user, Sources::ALL)
    }

    /// The actor's role.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Client { .. } => Role::Client,
            Self::Operation(_) => Role::Operation,
            Self::Finance(_) => Role::Finance,
            Self::Admin(_) => Role::Admin,
            Self::Service(..) => Role::Service,
            Self::System => Role::System,
            Self::Auditor(_) => Role::Auditor,
        }
    }

    /// The user behind the actor; none for the system.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Client { user, .. } | Self::Operation(user) | Self::Finance(user) | Self::Admin(user) => Some(*user),
            Self::Service(user, _) | Self::Auditor(user) => Some(*user),
            Self::System => None,
        }
    }

    /// The only account this actor belongs to, when it belongs to one.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Client { account, .. } => Some(*account),
            _ => None,
        }
    }

    /// The name under which this actor's idempotency keys are kept.
    #[must_use]
    pub fn scope(&self) -> String {
        match self.user() {
            Some(user) => format!("{}:{user}", self.role()),
            None => self.role().name().to_owned(),
        }
    }
}

/// Longest user agent that the audit keeps, in characters.
const MAX_USER_AGENT: usize = 512;

/// Longest address that the audit keeps, in characters.
const MAX_IP_ADDRESS: usize = 45;

/// From where a command came (W5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    ip_address: Option<String>,
    user_agent: Option<String>,
}

impl Origin {
    /// An origin; what is longer than the audit's columns is cut, control characters are dropped.
    #[must_use]
    pub fn new(ip_address: Option<&str>, user_agent: Option<&str>) -> Self {
        let clean = |text: &str, max: usize| text.chars().filter(|c| !c.is_control()).take(max).collect::<String>();
        Self {
            ip_address: ip_address.map(|text| clean(text, MAX_IP_ADDRESS)),
            user_agent: user_agent.map(|text| clean(text, MAX_USER_AGENT)),
        }
    }

    /// The address of the caller.
    #[must_use]
    pub fn ip_address(&self) -> Option<&str> {
        self.ip_address.as_deref()
    }

    /// The program of the caller.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}
