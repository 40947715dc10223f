//! Facts: what happened, once, in the order in which it was committed.
//!
//! One table serves four readers: the timeline of a request, the event stream, subscribers of the host (W8) and the
//! notifications, which are fanned out from the facts that carry notices (N3). So a business transaction writes one
//! row for what happened, and nobody can be told of something that was rolled back.

use crate::actor::{Actor, Role};
use crate::clock::Timestamp;
use crate::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use crate::named::named;
use crate::notice::Notice;
use crate::row::Link;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

named! {
    /// What happened.
    FactKind {
        /// An account was created.
        AccountCreated = "account_created",
        /// An account's limit was set (C6).
        LimitChanged = "limit_changed",
        /// The use of a limit crossed a threshold.
        ThresholdCrossed = "threshold_crossed",
        /// A financial request was created.
        RequestCreated = "request_created",
        /// A financial request changed hands.
        RequestAssigned = "request_assigned",
        /// A financial request took a transition.
        RequestMoved = "request_moved",
        /// Messager took the request's message.
        MessageSent = "message_sent",
        /// A movement was written.
        MovementWritten = "movement_written",
        /// An attempt to write one failed for a technical reason (W2).
        MovementFailed = "movement_failed",
        /// A support request was created.
        SupportCreated = "support_created",
        /// A support request took a transition.
        SupportMoved = "support_moved",
        /// A support request changed hands.
        SupportAssigned = "support_assigned",
        /// Subject or description of a support request changed.
        SupportEdited = "support_edited",
        /// Somebody commented on a support request.
        SupportCommented = "support_commented",
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What.
    pub kind: FactKind,
    /// When.
    pub at: Timestamp,
    /// By which role.
    pub role: Role,
    /// By whom; none for the system.
    pub user: Option<UserId>,
    /// On which account.
    pub account: Link<AccountId>,
    /// On which financial request.
    pub request: Option<Link<RequestId>>,
    /// On which support request.
    pub support: Option<Link<SupportId>>,
    /// With which movement.
    pub movement: Option<Link<MovementId>>,
    /// The details: statuses, amounts, names, whatever a message needs to be written later.
    pub data: Map<String, Value>,
    /// What people are told of it.
    pub notices: Vec<Notice>,
}

impl Fact {
    /// A fact about an account; the rest is added with the `of_…` and `with` methods.
    #[must_use]
    pub fn new(kind: FactKind, actor: &Actor, at: Timestamp, account: Link<AccountId>) -> Self {
        Self {
            kind,
            at,
            role: actor.role(),
            user: actor.user(),
            account,
            request: None,
            support: None,
            movement: None,
            data: Map::new(),
            notices: Vec::new(),
        }
    }

    /// About this financial request.
    #[must_use]
    pub fn of_request(self, request: Link<RequestId>) -> Self {
        Self { request: Some(request), ..self }
    }

    /// About this support request.
    #[must_use]
    pub fn of_support(self, support: Link<SupportId>) -> Self {
        Self { support: Some(support), ..self }
    }

    /// With this movement.
    #[must_use]
    pub fn of_movement(self, movement: Link<MovementId>) -> Self {
        Self { movement: Some(movement), ..self }
    }

    /// With a particular.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.data.insert(key.to_owned(), value.into());
        self
    }

    /// With all these details.
    #[must_use]
    pub fn with_all(mut self, data: Map<String, Value>) -> Self {
        self.data.extend(data);
        self
    }

    /// Of which people are told.
    #[must_use]
    pub fn telling(mut self, notices: impl IntoIterator<Item = Notice>) -> Self {
        self.notices.extend(notices);
        self
    }
}
