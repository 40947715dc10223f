//! What people are told, who is told and by which channel: the matrix of notifications as data (N1).

use crate::actor::Role;
use crate::named::named;

pub use crate::channel::{Channel, ChannelName};

named! {
    /// Something that people are told.
    Notice {
        /// A credit was asked for, or needs a decision.
        CreditRequested = "credit_requested",
        /// A credit passed the check by itself and is written.
        CreditAutoApproved = "credit_auto_approved",
        /// A credit waits: by the limit or by finance.
        CreditRefused = "credit_refused",
        /// A credit was passed by finance and is written.
        CreditApproved = "credit_approved",
        /// A load or an unload was created.
        RequestCreated = "request_created",
        /// The movement of a load, an unload or a cancellation is written.
        MovementSucceeded = "movement_succeeded",
        /// A message failed for good (G1).
        MovementFailed = "movement_failed",
        /// A support request was created.
        SupportCreated = "support_created",
        /// A support request is closed.
        SupportResolved = "support_resolved",
        /// A credit request, or a granted credit, expired.
        CreditExpired = "credit_expired",
        /// The use of the limit crossed a threshold.
        CreditThreshold = "credit_threshold",
        /// A load or an unload was put on hold by finance or admin.
        RequestHeld = "request_held",
        /// A load or an unload was sent back by the last check.
        RequestReturned = "request_returned",
        /// Somebody of the staff commented for the client, on a request or a ticket.
        CommentAdded = "comment_added",
        /// The client commented on a request or a ticket.
        CommentReceived = "comment_received",
        /// An account was suspended.
        AccountSuspended = "account_suspended",
        /// A suspended account is active again.
        AccountActive = "account_active",
        /// Many movements failed for good: those that got no alert of their own, together.
        Outage = "outage",
        /// Messages are delivered again after an outage.
        OutageOver = "outage_over",
        /// The figures of a day that is over (L8).
        DailyReport = "daily_report",
    }
}

named! {
    /// To whom.
    Audience {
        /// The account's own people.
        Client = "client",
        /// The finance staff.
        Finance = "finance",
        /// The operation staff.
        Operation = "operation",
        /// The admins.
        Admin = "admin",
        /// The address for critical alerts.
        Critical = "critical",
    }
}

named! {
    /// How urgent it is.
    Priority {
        /// Now, whatever the hour.
        Critical = "critical",
        /// At once.
        High = "high",
        /// Soon.
        Medium = "medium",
        /// When convenient.
        Low = "low",
    }
}

/// A line of the notification matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeRule {
    /// What is told.
    pub notice: Notice,
    /// To whom.
    pub audiences: &'static [Audience],
    /// By which ways.
    pub channels: &'static [Channel],
    /// How urgently.
    pub priority: Priority,
}

const fn rule(
    notice: Notice,
    audiences: &'static [Audience],
    channels: &'static [Channel],
    priority: Priority,
) -> NoticeRule {
    NoticeRule { notice, audiences, channels, priority }
}

/// The matrix of notifications (N1): who is told what, by which channel. "Movement failed, retries 1-2" has no line: nobody
/// is told. The lines of outages stand for alerts that are told together ([`crate::notification::outage`]), the last one for the
/// report of a day (L8).
pub const MATRIX: [NoticeRule; 20] = {
    use Audience::{Admin, Client, Critical, Finance, Operation};
    use Channel::{Email, Push, Teams};
    [
        rule(Notice::CreditRequested, &[Finance], &[Email, Teams, Push], Priority::High),
        rule(Notice::CreditAutoApproved, &[Client], &[Email, Push], Priority::Medium),
        rule(Notice::CreditRefused, &[Client], &[Email, Push], Priority::High),
        rule(Notice::CreditApproved, &[Client], &[Email, Push], Priority::Medium),
        rule(Notice::RequestCreated, &[Finance], &[Email, Teams, Push], Priority::High),
        rule(Notice::MovementSucceeded, &[Client], &[Email, Push], Priority::Medium),
        rule(Notice::MovementFailed, &[Critical], &[Email, Teams], Priority::Critical),
        rule(Notice::SupportCreated, &[Operation], &[Email, Teams, Push], Priority::High),
        rule(Notice::SupportResolved, &[Client], &[Email, Push], Priority::Low),
        rule(Notice::CreditExpired, &[Client, Finance], &[Email, Teams, Push], Priority::Medium),
        rule(Notice::CreditThreshold, &[Client, Finance], &[Email, Push], Priority::Medium),
        rule(Notice::RequestHeld, &[Operation], &[Email, Push], Priority::Medium),
        rule(Notice::RequestReturned, &[Operation, Finance], &[Email, Push], Priority::Medium),
        rule(Notice::CommentAdded, &[Client], &[Email, Push], Priority::Medium),
        rule(Notice::CommentReceived, &[Operation, Finance, Admin], &[Email, Push], Priority::Medium),
        rule(Notice::AccountSuspended, &[Client], &[Email, Push], Priority::High),
        rule(Notice::AccountActive, &[Client], &[Email, Push], Priority::High),
        rule(Notice::Outage, &[Critical], &[Email, Teams], Priority::Critical),
        rule(Notice::OutageOver, &[Critical], &[Email, Teams], Priority::Critical),
        rule(Notice::DailyReport, &[Finance], &[Email], Priority::Low),
    ]
};

/// The particular of a fact that names the desk which is told: `operation`, `finance` or `admin`.
pub const DESK: &str = "desk";

impl Notice {
    /// The notice's line in the matrix.
    #[must_use]
    pub fn rule(self) -> NoticeRule {
        // Every notice has its line, in the order of the enumeration: a test holds the two together.
        MATRIX.into_iter().find(|line| line.notice == self).unwrap_or(rule(self, &[], &[], Priority::Low))
    }

    /// Whom it reaches by which way. A client has no part in a shared channel (N1).
    #[must_use]
    pub fn routes(self) -> Vec<(Audience, Channel)> {
        let line = self.rule();
        let pairs = line.audiences.iter().flat_map(|a| line.channels.iter().map(move |c| (*a, *c)));
        pairs.filter(|(audience, channel)| *audience != Audience::Client || !channel.is_shared()).collect()
    }

    /// Of those it may go to, does it go to this audience? A client's comment goes to one desk alone: the one that the fact
    /// names under [`DESK`].
    #[must_use]
    pub fn goes_to(self, audience: Audience, desk: Option<&str>) -> bool {
        self != Self::CommentReceived || desk == Some(audience.name())
    }

    /// May somebody choose not to get it? Critical alerts may not be switched off.
    #[must_use]
    pub fn may_opt_out(self) -> bool {
        self.rule().priority != Priority::Critical
    }
}

impl Audience {
    /// The audience that people of this role belong to. Critical alerts go to an address, not to a role.
    #[must_use]
    pub const fn of(role: Role) -> Option<Self> {
        match role {
            Role::Client => Some(Self::Client),
            Role::Finance => Some(Self::Finance),
            Role::Operation => Some(Self::Operation),
            Role::Admin => Some(Self::Admin),
            Role::Service | Role::System | Role::Auditor => None,
        }
    }
}

/// What somebody of this role may choose not to get, and by which channel: what reaches the person itself. A Teams channel
/// is everybody's, a critical alert may not be switched off.
#[must_use]
pub fn choices(role: Role) -> Vec<(Notice, Channel)> {
    let Some(audience) = Audience::of(role) else { return Vec::new() };
    let routes = MATRIX.into_iter().filter(|line| line.notice.may_opt_out() && line.audiences.contains(&audience));
    let own = routes.flat_map(|line| line.channels.iter().map(move |channel| (line.notice, *channel)));
    own.filter(|(_, channel)| !channel.is_shared()).collect()
}
