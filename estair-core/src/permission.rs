//! The permission matrix (P1) as data: what no row grants is refused (P1).

/// Something that an actor wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// Create a financial request.
    CreateRequest(Category),
    /// Read financial requests.
    ReadRequests,
    /// Take a financial request along the transition table.
    MoveRequest(Category),
    /// Say which desk holds a financial request.
    AssignRequest(Category),
    /// Edit the content of a draft (R8).
    EditDrafts,
    /// Comment on a financial request (R9).
    CommentRequests,
    /// Create a support request.
    CreateSupport,
    /// Read support requests.
    ReadSupport,
    /// Edit subject and description of a support request.
    EditSupport,
    /// Comment on a support request.
    CommentSupport,
    /// Take a support request along its table.
    MoveSupport,
    /// Say who holds a support request.
    AssignSupport,
    /// Create accounts.
    CreateAccount,
    /// Change an account's name and address (A1).
    RenameAccount,
    /// Suspend an account, or have it work again (A2).
    SuspendAccount,
    /// Read accounts, movements and statements.
    ReadAccounts,
    /// Read an account's limit, and what has changed of the account.
    ReadLimit,
    /// Set an account's limit (C6).
    SetLimit,
    /// List the movements of all accounts.
    ListMovements,
    /// List the audit trail of all accounts.
    ReadAudit,
    /// Read the daily report (L8).
    ReadReport,
    /// Post movements from other sources (W6).
    PostMovements,
    /// Post what a file of payments lists (L7).
    PostPayments,
    /// Tell what the former system decided (L6).
    TellShadow,
    /// Read what both systems decided (L6).
    ReadShadow,
    /// Say where an account stands between the former system and this one (L6).
    SetRollout,
    /// Carry a message of Messager into the book, mark it sent, expire what is due.
    RunBook,
    /// Read Messager's messages.
    ReadMessages,
    /// Replay Messager's failed messages (G4).
    ReplayMessages,
    /// Pause and resume Messager's deliveries.
    PauseDeliveries,
    /// Read what is told to whom.
    ReadNotifications,
    /// Send messages by hand: to try a channel, or again what failed or was skipped (N3).
    SendNotifications,
    /// Create, change and disable people, give and withdraw their tokens (A4).
    ManagePeople,
}

/// On what a permission holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On what belongs to the actor's own account.
    Own,
    /// On everything.
    All,
}

use crate::actor::{Actor, Role};
use crate::category::Category;
use crate::fact::FactKind;
use crate::id::AccountId;
use crate::refusal::Refusal;
use crate::source::Source;
use Category::{CancelCredit, DailyCredit, Load, Unload};
use Permission as P;

/// The matrix: a line a role.
pub const MATRIX: [(Role, Scope, &[Permission]); 7] = [
    (
        Role::Client,
        Scope::Own,
        &[
            P::CreateRequest(DailyCredit),
            P::ReadRequests,
            P::CommentRequests,
            P::CreateSupport,
            P::ReadSupport,
            P::EditSupport,
            P::CommentSupport,
            P::ReadAccounts,
            P::ReadLimit,
        ],
    ),
    (
        Role::Operation,
        Scope::All,
        &[
            P::CreateRequest(Load),
            P::CreateRequest(Unload),
            P::CreateRequest(DailyCredit),
            P::ReadRequests,
            P::MoveRequest(Load),
            P::MoveRequest(Unload),
            P::MoveRequest(DailyCredit),
            P::AssignRequest(Load),
            P::AssignRequest(Unload),
            P::AssignRequest(DailyCredit),
            P::EditDrafts,
            P::CommentRequests,
            P::CreateSupport,
            P::ReadSupport,
            P::EditSupport,
            P::CommentSupport,
            P::MoveSupport,
            P::AssignSupport,
            P::ReadAccounts,
            P::ReadLimit,
            P::ReadShadow,
            P::ListMovements,
            P::ReadAudit,
            P::ReadReport,
            P::ReadMessages,
            P::ReadNotifications,
            P::SendNotifications,
        ],
    ),
    (
        Role::Finance,
        Scope::All,
        &[
            P::ReadRequests,
            P::MoveRequest(Load),
            P::MoveRequest(Unload),
            P::MoveRequest(DailyCredit),
            P::CommentRequests,
            P::ReadSupport,
            P::CommentSupport,
            P::AssignSupport,
            P::SuspendAccount,
            P::ReadAccounts,
            P::ReadLimit,
            P::ListMovements,
            P::ReadAudit,
            P::ReadReport,
            P::SetLimit,
            P::PostPayments,
            P::ReadShadow,
            P::ReadMessages,
            P::ReplayMessages,
            P::ReadNotifications,
            P::SendNotifications,
        ],
    ),
    (
        Role::Admin,
        Scope::All,
        &[
            P::CreateRequest(CancelCredit),
            P::ReadRequests,
            P::MoveRequest(Load),
            P::MoveRequest(Unload),
            P::MoveRequest(DailyCredit),
            P::MoveRequest(CancelCredit),
            P::AssignRequest(Load),
            P::AssignRequest(Unload),
            P::AssignRequest(DailyCredit),
            P::AssignRequest(CancelCredit),
            P::EditDrafts,
            P::CommentRequests,
            P::ReadSupport,
            P::EditSupport,
            P::CommentSupport,
            P::MoveSupport,
            P::AssignSupport,
            P::CreateAccount,
            P::RenameAccount,
            P::SuspendAccount,
            P::ReadAccounts,
            P::ReadLimit,
            P::ListMovements,
            P::ReadAudit,
            P::ReadReport,
            P::SetLimit,
            P::PostPayments,
            P::ReadShadow,
            P::SetRollout,
            P::ReadMessages,
            P::ReplayMessages,
            P::PauseDeliveries,
            P::ReadNotifications,
            P::SendNotifications,
            P::ManagePeople,
        ],
    ),
    (
        Role::Service,
        Scope::All,
        &[P::CreateAccount, P::ReadAccounts, P::ListMovements, P::PostMovements, P::TellShadow],
    ),
    (
        Role::System,
        Scope::All,
        &[
            P::CreateRequest(CancelCredit),
            P::ReadRequests,
            P::MoveRequest(Load),
            P::MoveRequest(Unload),
            P::MoveRequest(DailyCredit),
            P::MoveRequest(CancelCredit),
            P::ReadSupport,
            P::ReadAccounts,
            P::ReadLimit,
            P::PostPayments,
            P::RunBook,
            P::ReadMessages,
        ],
    ),
    (
        Role::Auditor,
        Scope::All,
        &[
            P::ReadRequests,
            P::ReadSupport,
            P::ReadAccounts,
            P::ReadLimit,
            P::ListMovements,
            P::ReadAudit,
            P::ReadReport,
            P::ReadShadow,
            P::ReadMessages,
            P::ReadNotifications,
        ],
    ),
];

impl Permission {
    /// What it is called in a refusal and in the documentation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            P::CreateRequest(Load) => "create a load",
            P::CreateRequest(Unload) => "create an unload",
            P::CreateRequest(DailyCredit) => "create a daily_credit",
            P::CreateRequest(CancelCredit) => "create a cancel_credit",
            P::ReadRequests => "read financial requests",
            P::MoveRequest(_) => "move such a request",
            P::AssignRequest(_) => "assign such a request",
            P::EditDrafts => "edit a draft",
            P::CommentRequests => "comment on a financial request",
            P::CreateSupport => "create a support request",
            P::ReadSupport => "read support requests",
            P::EditSupport => "edit a support request",
            P::CommentSupport => "comment on a support request",
            P::MoveSupport => "move a support request",
            P::AssignSupport => "assign a support request",
            P::CreateAccount => "create an account",
            P::RenameAccount => "rename an account",
            P::SuspendAccount => "suspend an account",
            P::ReadAccounts => "read accounts and movements",
            P::ReadLimit => "read a limit",
            P::SetLimit => "set a limit",
            P::ListMovements => "list movements",
            P::ReadAudit => "read the audit trail",
            P::ReadReport => "read the daily report",
            P::PostMovements => "post movements",
            P::PostPayments => "post files of payments",
            P::TellShadow => "tell what the former system decided",
            P::ReadShadow => "read what both systems decided",
            P::SetRollout => "switch an account",
            P::RunBook => "act as the system",
            P::ReadMessages => "read messages",
            P::ReplayMessages => "replay messages",
            P::PauseDeliveries => "pause deliveries",
            P::ReadNotifications => "read notifications",
            P::SendNotifications => "send notifications by hand",
            P::ManagePeople => "manage people and tokens",
        }
    }

    /// Its stable name, as callers read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            P::CreateRequest(Load) => "create_load",
            P::CreateRequest(Unload) => "create_unload",
            P::CreateRequest(DailyCredit) => "create_daily_credit",
            P::CreateRequest(CancelCredit) => "create_cancel_credit",
            P::ReadRequests => "read_requests",
            P::MoveRequest(Load) => "move_load",
            P::MoveRequest(Unload) => "move_unload",
            P::MoveRequest(DailyCredit) => "move_daily_credit",
            P::MoveRequest(CancelCredit) => "move_cancel_credit",
            P::AssignRequest(Load) => "assign_load",
            P::AssignRequest(Unload) => "assign_unload",
            P::AssignRequest(DailyCredit) => "assign_daily_credit",
            P::AssignRequest(CancelCredit) => "assign_cancel_credit",
            P::EditDrafts => "edit_drafts",
            P::CommentRequests => "comment_requests",
            P::CreateSupport => "create_support",
            P::ReadSupport => "read_support",
            P::EditSupport => "edit_support",
            P::CommentSupport => "comment_support",
            P::MoveSupport => "move_support",
            P::AssignSupport => "assign_support",
            P::CreateAccount => "create_account",
            P::RenameAccount => "rename_account",
            P::SuspendAccount => "suspend_account",
            P::ReadAccounts => "read_accounts",
            P::ReadLimit => "read_limit",
            P::SetLimit => "set_limit",
            P::ListMovements => "list_movements",
            P::ReadAudit => "read_audit",
            P::ReadReport => "read_report",
            P::PostMovements => "post_movements",
            P::PostPayments => "post_payments",
            P::TellShadow => "tell_shadow",
            P::ReadShadow => "read_shadow",
            P::SetRollout => "set_rollout",
            P::RunBook => "run_book",
            P::ReadMessages => "read_messages",
            P::ReplayMessages => "replay_messages",
            P::PauseDeliveries => "pause_deliveries",
            P::ReadNotifications => "read_notifications",
            P::SendNotifications => "send_notifications",
            P::ManagePeople => "manage_people",
        }
    }
}

impl Permission {
    /// What somebody needs who is to see a fact of this kind.
    #[must_use]
    pub const fn to_read(kind: FactKind) -> Self {
        match kind {
            FactKind::AccountCreated
            | FactKind::AccountChanged
            | FactKind::ChainKeyed
            | FactKind::LimitChanged
            | FactKind::ThresholdCrossed
            | FactKind::MovementWritten
            | FactKind::MovementFailed => Self::ReadAccounts,
            FactKind::RequestCreated
            | FactKind::RequestEdited
            | FactKind::RequestCommented
            | FactKind::RequestAssigned
            | FactKind::RequestMoved
            | FactKind::MessageSent
            | FactKind::MessageLost => Self::ReadRequests,
            FactKind::SupportCreated
            | FactKind::SupportMoved
            | FactKind::SupportAssigned
            | FactKind::SupportEdited
            | FactKind::SupportCommented => Self::ReadSupport,
        }
    }
}

/// All that the matrix grants a role, in its order.
#[must_use]
pub fn permissions_of(role: Role) -> &'static [Permission] {
    MATRIX.iter().find(|(r, _, _)| *r == role).map_or(&[], |(_, _, permissions)| permissions)
}

/// What the matrix grants a role; none is a refusal (P1).
#[must_use]
pub fn granted(role: Role, permission: Permission) -> Option<Scope> {
    let (_, scope, permissions) = MATRIX.iter().find(|(r, _, _)| *r == role)?;
    permissions.contains(&permission).then_some(*scope)
}

/// Refuses what the matrix does not grant, wherever it would be done.
///
/// # Errors
/// [`Refusal::Forbidden`] (P1).
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Refusal> {
    if granted(actor.role(), permission).is_some() {
        return Ok(());
    }
    Err(Refusal::Forbidden { role: actor.role(), action: permission.name() })
}

/// Refuses movements of a source that the actor may not post: a service may be confined to some.
///
/// # Errors
/// [`Refusal::Forbidden`] (P1).
pub fn require_source(actor: &Actor, source: Source) -> Result<(), Refusal> {
    match actor {
        Actor::Service(_, sources) if !sources.contains(source) => {
            Err(Refusal::Forbidden { role: actor.role(), action: "post movements of this source" })
        }
        _ => Ok(()),
    }
}

/// Does the actor see what belongs to this account? A foreign object does not exist for a client (P2).
#[must_use]
pub fn sees(actor: &Actor, account: AccountId) -> bool {
    actor.account().is_none_or(|own| own == account)
}

/// Hides what the actor does not see (P2).
///
/// # Errors
/// [`Refusal::NotFound`], the same as for something that does not exist.
pub fn require_sight(actor: &Actor, account: AccountId, what: &'static str) -> Result<(), Refusal> {
    if sees(actor, account) { Ok(()) } else { Err(Refusal::NotFound { what }) }
}
