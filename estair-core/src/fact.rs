//! Facts: what happened, once, in the order in which it was committed.
//!
//! One table serves four readers: the timeline of a request, the event stream, subscribers of the host (W8) and the
//! notifications, which are fanned out from the facts that carry notices (N3). So a business transaction writes one
//! row for what happened, and nobody can be told of something that was rolled back.

use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::audit::Sealing;
use crate::audit::text::ObjectText;
use crate::clock::Timestamp;
use crate::hash::{Hash, canonical_map};
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
        /// An account's name, address or status changed (A1, A2).
        AccountChanged = "account_changed",
        /// From here on the account's chains are sealed with the host's key (W4).
        ChainKeyed = "chain_keyed",
        /// An account's limit was set (C6).
        LimitChanged = "limit_changed",
        /// The use of a limit crossed a threshold.
        ThresholdCrossed = "threshold_crossed",
        /// A financial request was created.
        RequestCreated = "request_created",
        /// A field of a draft changed (R8).
        RequestEdited = "request_edited",
        /// Somebody commented on a financial request (R9).
        RequestCommented = "request_commented",
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
    /// What only the fact knows: from which status to which, why, with which figures. What the rows it is about say, it does
    /// not say again.
    pub data: Map<String, Value>,
    /// What people are told of it.
    pub notices: Vec<Notice>,
    /// Its place in the account's chain of facts; none until everything is decided (V2).
    pub seal: Option<FactSeal>,
}

/// A fact's place in its account's chain (V2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSeal {
    /// Its number among the account's facts: 1 for the first.
    pub sequence: u64,
    /// The hash of the row that it is about, as this fact left it ([`evidence`](crate::audit::evidence)); none where it
    /// left none.
    pub subject: Option<Hash>,
    /// The seal of the fact before.
    pub previous: Hash,
    /// Its own.
    pub hash: Hash,
}

/// The uuids of what a fact is about: evidence names no number that the database made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactUuids {
    /// Of the account.
    pub account: Uuid,
    /// Of the financial request.
    pub request: Option<Uuid>,
    /// Of the support request.
    pub support: Option<Uuid>,
    /// Of the movement.
    pub movement: Option<Uuid>,
}

/// The particular of a fact that is for staff alone.
const INTERNAL: &str = "internal";

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
            seal: None,
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

    /// For staff alone, where it is: what happened to a draft (R8), an internal comment (R9).
    #[must_use]
    pub fn internal(self, internal: bool) -> Self {
        if internal { self.with(INTERNAL, true) } else { self }
    }

    /// Is it for staff alone?
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.data.get(INTERNAL).is_some_and(|internal| internal == true)
    }

    /// Of which people are told.
    #[must_use]
    pub fn telling(mut self, notices: impl IntoIterator<Item = Notice>) -> Self {
        self.notices.extend(notices);
        self
    }

    /// The text that its seal covers, behind the seal of the fact before.
    #[must_use]
    pub fn text_after(&self, previous: Hash, sequence: u64, subject: Option<Hash>, uuids: &FactUuids) -> String {
        let notices = self.notices.iter().map(|notice| format!("\"{notice}\"")).collect::<Vec<_>>().join(",");
        ObjectText::after(previous, 512)
            .show("account", Some(uuids.account))
            .at("at", Some(self.at))
            .json("data", canonical_map(&self.data))
            .show("kind", Some(self.kind))
            .show("movement", uuids.movement)
            .json("notices", format_args!("[{notices}]"))
            .show("request", uuids.request)
            .show("role", Some(self.role))
            .number("sequence", Some(sequence))
            .show("subject", subject)
            .show("support", uuids.support)
            .number("user", self.user.map(|user| user.0))
            .end()
    }

    /// Is this the fact's own seal?
    #[must_use]
    pub fn is_sealed_by(&self, seal: &FactSeal, uuids: &FactUuids, sealing: Sealing<'_>) -> bool {
        let text = self.text_after(seal.previous, seal.sequence, seal.subject, uuids);
        sealing.believe(text.as_bytes(), seal.hash)
    }
}
