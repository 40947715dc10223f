//! Commands as data, the context in which they are decided, and what they answer.
//!
//! A command says what it needs to see ([`Command::needs`]) and is decided on what it was shown
//! ([`Command::decide`]): pure, so that a transaction can be run again and the rules are tested without a database.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::{self, Account, AccountDraft, LimitDraft};
use crate::actor::{Actor, Origin};
use crate::audit::Hash;
use crate::change::{Changes, Held, Needs};
use crate::clock::{Ids, Timestamp};
use crate::external;
use crate::id::{AccountId, Link, MovementId, Numbers, RequestId, Row, SupportId};
use crate::movement::Failure;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::delivery::{Delivery, DeliveryAnswer, Sent};
use crate::request::{self, Request, create, delivery, expiry, update};
use crate::support::{self, Support};

/// Everything that changes the book.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Create an account.
    CreateAccount(AccountDraft),
    /// Set an account's limit (C6).
    SetLimit(AccountId, LimitDraft),
    /// Create a financial request (R, C2).
    CreateRequest(create::Draft),
    /// Change a financial request (T, R2).
    UpdateRequest(RequestId, update::Patch),
    /// Create a support request (S3).
    CreateSupport(support::Draft),
    /// Change a support request (S1).
    UpdateSupport(SupportId, support::Patch),
    /// Comment on a support request (S1).
    CommentSupport(SupportId, support::CommentDraft),
    /// Note that Messager has taken a request's message (G3).
    MarkSent(Sent),
    /// Carry a delivered message into the book (W1, G2).
    Deliver(Delivery),
    /// Post movements from another source, as one atomic group; one alone is a group of one (W6).
    Post(Vec<external::Draft>),
    /// Let a request expire, if it is due (X1).
    Expire(RequestId),
    /// Record that writing a movement failed for a technical reason (W2).
    RecordFailure(Box<FailedEntry>),
}

/// An entry that could not be written, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum FailedEntry {
    /// It came in a message.
    Delivery(Delivery, Failure),
    /// It came from another source, alone or with the others of its group.
    External(Vec<external::Draft>, Failure),
}

/// What a decision is made in: who asks, from where, when, under which policy, with which ids.
#[derive(Debug)]
pub struct Context<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// From where.
    pub origin: &'a Origin,
    /// The instant of the command, read once.
    pub now: Timestamp,
    /// The book's policy.
    pub policy: &'a Policy,
    /// The ids of the command.
    pub ids: &'a mut Ids,
}

/// A command that was decided.
#[derive(Debug)]
pub struct Decision {
    /// What changes.
    pub changes: Changes,
    /// What is answered, once the rows have their numbers.
    pub answer: Pending,
}

/// An answer whose rows have no numbers yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Pending {
    /// An account.
    Account(Link<AccountId>, Box<Account>),
    /// A financial request.
    Request(Link<RequestId>, Box<Request>),
    /// A support request.
    Support(Link<SupportId>, Box<Support>),
    /// A delivery's outcome.
    Delivered(DeliveryAnswer),
    /// Posted movements.
    Posted(Vec<PostedAnswer>),
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
pub enum Answer {
    /// An account.
    Account(Row<AccountId, Account>),
    /// A financial request.
    Request(Row<RequestId, Request>),
    /// A support request.
    Support(Row<SupportId, Support>),
    /// A movement that a delivery wrote, now or before.
    Written {
        /// Its number.
        id: MovementId,
        /// Its uuid.
        uuid: Uuid,
    },
    /// A delivery's business outcome.
    #[serde(skip)]
    Outcome(DeliveryAnswer),
    /// Posted movements.
    Posted(Vec<PostedAnswer>),
    /// Nothing to say.
    Nothing,
}

impl Pending {
    /// The answer, with the numbers that the store gave. None if a number is missing, which a store's contract forbids.
    #[must_use]
    pub fn resolve(self, numbers: &Numbers) -> Option<Answer> {
        Some(match self {
            Self::Account(link, account) => Answer::Account(Row { id: link.resolve(numbers)?, data: *account }),
            Self::Request(link, mut request) => {
                request.movement = match request.movement {
                    Some(link) => Some(Link::Id(link.resolve(numbers)?)),
                    None => None,
                };
                Answer::Request(Row { id: link.resolve(numbers)?, data: *request })
            }
            Self::Support(link, support) => Answer::Support(Row { id: link.resolve(numbers)?, data: *support }),
            Self::Delivered(DeliveryAnswer::Written { id, uuid }) => Answer::Written { id: id.resolve(numbers)?, uuid },
            Self::Delivered(outcome) => Answer::Outcome(outcome),
            Self::Posted(mut answers) => {
                for answer in &mut answers {
                    answer.id = Link::Id(answer.id.resolve(numbers)?);
                }
                Answer::Posted(answers)
            }
            Self::Again(answer) => *answer,
            Self::Nothing => Answer::Nothing,
        })
    }
}

/// A caller's promise that the same key means the same call (W3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key, unique in its actor's scope.
    pub key: String,
    /// The fingerprint of what was asked.
    pub fingerprint: Hash,
}

impl Command {
    /// What the command must see, locked, to be decided.
    #[must_use]
    pub fn needs(&self, actor: &Actor) -> Needs {
        match self {
            Self::CreateAccount(_) => Needs::default(),
            Self::SetLimit(id, _) => account::needs(*id),
            Self::CreateRequest(draft) => draft.needs(actor.account()),
            Self::UpdateRequest(id, _) => update::needs(*id),
            Self::CreateSupport(draft) => draft.needs(actor.account()),
            Self::UpdateSupport(id, _) | Self::CommentSupport(id, _) => {
                Needs { supports: [*id].into(), ..Needs::default() }
            }
            Self::MarkSent(sent) => request::update::needs(sent.request),
            Self::Deliver(delivery) => delivery::needs(delivery),
            Self::Post(drafts) => external::needs(drafts),
            Self::Expire(id) => expiry::needs(*id),
            Self::RecordFailure(failed) => match failed.as_ref() {
                FailedEntry::Delivery(delivery, _) => delivery::needs(delivery),
                FailedEntry::External(drafts, _) => external::needs(drafts),
            },
        }
    }

    /// Decides the command on what it was shown.
    ///
    /// # Errors
    /// The first refusal of P5 that applies.
    pub fn decide(&self, context: &mut Context<'_>, held: &Held) -> Result<Decision, Refusal> {
        match self {
            Self::CreateAccount(draft) => account::create(context, draft),
            Self::SetLimit(id, draft) => account::set_limit(context, held, *id, draft),
            Self::CreateRequest(draft) => create::decide(context, held, draft),
            Self::UpdateRequest(id, patch) => update::decide(context, held, *id, patch),
            Self::CreateSupport(draft) => support::create(context, held, draft),
            Self::UpdateSupport(id, patch) => support::update(context, held, *id, patch),
            Self::CommentSupport(id, body) => support::comment(context, held, *id, body),
            Self::MarkSent(sent) => delivery::mark_sent(context, held, sent),
            Self::Deliver(delivery) => delivery::deliver(context, held, delivery),
            Self::Post(drafts) => external::decide(context, held, drafts),
            Self::Expire(id) => expiry::decide(context, held, *id),
            Self::RecordFailure(failed) => record_failure(context, held, failed),
        }
    }
}

/// A technical failure is recorded unless the movement turns out to be written after all (W2), for whoever could have
/// written it: the trouble may have come before anybody was asked who he is.
fn record_failure(context: &mut Context<'_>, held: &Held, failed: &FailedEntry) -> Result<Decision, Refusal> {
    match failed {
        FailedEntry::Delivery(delivery, failure) => delivery::record_failure(context, held, delivery, failure),
        FailedEntry::External(drafts, failure) => external::record_failure(context, held, drafts, failure),
    }
}
