//! What a command answers: first as it was decided, then with the numbers that the store gave.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{AccountId, CommentId, MovementId, RequestId, SupportId};
use crate::named::named;
use crate::refusal::Explanation;
use crate::row::{Account, Comment, Link, Numbers, Request, Row, ShadowDecision, Support};

/// An answer whose rows have no numbers yet.
#[derive(Clone, Debug, PartialEq)]
pub enum PendingAnswer {
    /// An account.
    Account(Link<AccountId>, Box<Account>),
    /// An account that was there already under its reference (A7).
    KnownAccount(AccountId, Box<Account>),
    /// A financial request.
    Request(Link<RequestId>, Box<Request>),
    /// A support request.
    Support(Link<SupportId>, Box<Support>),
    /// A comment that was added.
    Comment(Box<Comment>),
    /// A support request with the comment that was added to it.
    Commented(Link<SupportId>, Box<Support>, Uuid),
    /// A delivery's outcome.
    Delivered(IncomingAnswer),
    /// Posted movements.
    Posted(Vec<PostedAnswer>),
    /// What both systems decided.
    Shadow(Box<ShadowDecision>),
    /// An answer that was given before, under the same idempotency key.
    Again(Box<Answer>),
    /// Nothing to say.
    Nothing,
}

/// What became of one posted movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedAnswer {
    /// The source's reference.
    pub reference: String,
    /// Written now, or known before.
    pub created: bool,
    /// Its number.
    pub id: Link<MovementId>,
    /// Its uuid.
    pub uuid: Uuid,
}

/// What a command answers. It can be kept under an idempotency key and given again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Answer {
    /// An account.
    Account(Row<AccountId, Account>),
    /// An account that was there already under its reference (A7).
    KnownAccount(Row<AccountId, Account>),
    /// A financial request.
    Request(Row<RequestId, Request>),
    /// A support request.
    Support(Row<SupportId, Support>),
    /// A comment that was added.
    Comment(Row<CommentId, Comment>),
    /// A support request with the comment that was added to it.
    Commented(Row<SupportId, Support>, CommentId),
    /// A movement that a delivery wrote, now or before.
    Written {
        /// Its number.
        id: MovementId,
        /// Its uuid.
        uuid: Uuid,
    },
    /// A delivery's business outcome.
    #[serde(skip)]
    Outcome(IncomingAnswer),
    /// Posted movements.
    Posted(Vec<PostedAnswer>),
    /// What both systems decided (L6).
    Shadow(Box<ShadowDecision>),
    /// What a host made beside the book, in its own words.
    OfHost(serde_json::Value),
    /// Nothing to say.
    Nothing,
}

impl PendingAnswer {
    /// The answer, with the numbers that the store gave. None if a number is missing, which a store's contract forbids.
    #[must_use]
    pub fn resolve(self, numbers: &Numbers) -> Option<Answer> {
        Some(match self {
            Self::Account(link, account) => Answer::Account(Row { id: link.resolve(numbers)?, data: *account }),
            Self::KnownAccount(id, account) => Answer::KnownAccount(Row { id, data: *account }),
            Self::Request(link, mut request) => {
                request.movement = match request.movement {
                    Some(link) => Some(Link::Id(link.resolve(numbers)?)),
                    None => None,
                };
                Answer::Request(Row { id: link.resolve(numbers)?, data: *request })
            }
            Self::Support(link, support) => Answer::Support(Row { id: link.resolve(numbers)?, data: *support }),
            Self::Comment(comment) => {
                Answer::Comment(Row { id: Link::<CommentId>::New(comment.uuid).resolve(numbers)?, data: *comment })
            }
            Self::Commented(link, support, comment) => {
                let comment = Link::<CommentId>::New(comment).resolve(numbers)?;
                Answer::Commented(Row { id: link.resolve(numbers)?, data: *support }, comment)
            }
            Self::Delivered(IncomingAnswer::Written { id, uuid }) => Answer::Written { id: id.resolve(numbers)?, uuid },
            Self::Delivered(outcome) => Answer::Outcome(outcome),
            Self::Posted(mut answers) => {
                for answer in &mut answers {
                    answer.id = Link::Id(answer.id.resolve(numbers)?);
                }
                Answer::Posted(answers)
            }
            Self::Shadow(decision) => Answer::Shadow(decision),
            Self::Again(answer) => *answer,
            Self::Nothing => Answer::Nothing,
        })
    }
}

named! {
    /// Business outcomes of a delivery that wrote no movement (G2).
    BusinessOutcome {
        /// Refused by a rule at the last check.
        Waiting = "waiting",
        /// The credit request has expired.
        Expired = "expired",
        /// The request was cancelled.
        Cancelled = "cancelled",
        /// The message belongs to an earlier execution.
        Superseded = "superseded",
        /// Nobody passed this request.
        NotReady = "not_ready",
    }
}

/// The answer to a delivery.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum IncomingAnswer {
    /// The movement, written now or before.
    Written {
        /// Its number.
        id: Link<MovementId>,
        /// Its uuid.
        uuid: Uuid,
    },
    /// A business outcome: no failure, no movement.
    Outcome {
        /// Which.
        outcome: BusinessOutcome,
        /// The rule that refused, where one did.
        error: Option<Explanation>,
    },
}
