//! Everything that changes the book, as data.
//!
//! A command says what must be locked ([`Command::lock_set`]) and is decided on the snapshot of it
//! ([`Command::decide`]): pure, so that a transaction can be run again and the rules are tested without a database.

use crate::account::{self, AccountDraft, AccountPatch, LimitDraft};
use crate::actor::Actor;
use crate::comment::CommentDraft;
use crate::decision::{Context, Decision, LockSet, Snapshot};
use crate::id::{AccountId, RequestId, SupportId};
use crate::import::Imported;
use crate::movement::{MovementDraft, external};
use crate::refusal::Refusal;
use crate::request::{self, IncomingMessage, RequestDraft, RequestPatch, Sent};
use crate::row::Failure;
use crate::shadow::{self, ShadowDraft};
use crate::support::{self, SupportDraft, SupportPatch};

/// Everything that changes the book.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// Create an account.
    CreateAccount(AccountDraft),
    /// Change an account's name, address or status (A1, A2).
    UpdateAccount(AccountId, AccountPatch),
    /// Set an account's limit (C6).
    SetLimit(AccountId, LimitDraft),
    /// Seal an account's chains with the host's key from now on, where they are not (W4).
    KeyChain(AccountId),
    /// Create a financial request (R, C2).
    CreateRequest(RequestDraft),
    /// Change a financial request: a draft's content, its desk, its status (T, R2, R8, C10).
    UpdateRequest(RequestId, RequestPatch),
    /// Comment on a financial request (R9).
    CommentRequest(RequestId, CommentDraft),
    /// Create a support request (S3).
    CreateSupport(SupportDraft),
    /// Change a support request (S1).
    UpdateSupport(SupportId, SupportPatch),
    /// Comment on a support request (S1).
    CommentSupport(SupportId, CommentDraft),
    /// Note that Messager has taken a request's message (G3).
    MarkSent(Sent),
    /// Hand a request over once more, whose message or movement is lost (G14).
    SendAgain(Sent),
    /// Carry a delivered message into the book (W1, G2).
    Receive(IncomingMessage),
    /// Post movements from another source, as one atomic group; one alone is a group of one (W6).
    Post(Vec<MovementDraft>),
    /// Decide what the former system decided, and keep both answers (L6).
    Shadow(Box<ShadowDraft>),
    /// Bring in a row of a former system (L3).
    Import(Imported),
    /// Let a request expire, if it is due (X1).
    Expire(RequestId),
    /// Record that writing a movement failed for a technical reason (W2).
    RecordFailure(Box<FailedEntry>),
}

/// An entry that could not be written, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum FailedEntry {
    /// It came in a message.
    Message(IncomingMessage, Failure),
    /// It came from another source, alone or with the others of its group.
    External(Vec<MovementDraft>, Failure),
}

impl Command {
    /// Its name, for traces.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CreateAccount(..) => "create_account",
            Self::UpdateAccount(..) => "update_account",
            Self::SetLimit(..) => "set_limit",
            Self::KeyChain(..) => "key_chain",
            Self::CreateRequest(..) => "create_request",
            Self::UpdateRequest(..) => "update_request",
            Self::CommentRequest(..) => "comment_request",
            Self::CreateSupport(..) => "create_support",
            Self::UpdateSupport(..) => "update_support",
            Self::CommentSupport(..) => "comment_support",
            Self::MarkSent(..) => "mark_sent",
            Self::SendAgain(..) => "send_again",
            Self::Receive(..) => "receive",
            Self::Post(..) => "post",
            Self::Shadow(..) => "shadow",
            Self::Import(..) => "import",
            Self::Expire(..) => "expire",
            Self::RecordFailure(..) => "record_failure",
        }
    }

    /// Does it carry on what was accepted before? Where callers wait together, it goes before what is new.
    #[must_use]
    pub const fn carries_on(&self) -> bool {
        matches!(self, Self::MarkSent(_) | Self::Receive(_) | Self::RecordFailure(_))
    }

    /// What must be locked and read for the command to be decided.
    #[must_use]
    pub fn lock_set(&self, actor: &Actor) -> LockSet {
        match self {
            Self::CreateAccount(draft) => draft.lock_set(),
            Self::UpdateAccount(id, _) => AccountPatch::lock_set(*id),
            Self::SetLimit(id, _) | Self::KeyChain(id) => account::limit::lock_set(*id),
            Self::CreateRequest(draft) => draft.lock_set(actor.account()),
            Self::UpdateRequest(id, patch) => patch.lock_set(*id),
            Self::CommentRequest(id, _) => request::update::lock_set(*id),
            Self::CreateSupport(draft) => draft.lock_set(actor.account()),
            Self::UpdateSupport(id, _) | Self::CommentSupport(id, _) => {
                LockSet { supports: [*id].into(), ..LockSet::default() }
            }
            Self::MarkSent(sent) | Self::SendAgain(sent) => request::update::lock_set(sent.request),
            Self::Receive(message) => request::incoming::lock_set(message),
            Self::Post(drafts) => external::lock_set(drafts),
            Self::Shadow(draft) => shadow::lock_set(draft),
            Self::Import(imported) => imported.lock_set(),
            Self::Expire(id) => request::expiry::lock_set(*id),
            Self::RecordFailure(failed) => match failed.as_ref() {
                FailedEntry::Message(message, _) => request::incoming::lock_set(message),
                FailedEntry::External(drafts, _) => external::lock_set(drafts),
            },
        }
    }

    /// Decides the command on the snapshot of its lock set.
    ///
    /// # Errors
    /// The first refusal that applies, in the order of P5.
    pub fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        match self {
            Self::CreateAccount(draft) => account::create::decide(context, snapshot, draft),
            Self::UpdateAccount(id, patch) => account::change::decide(context, snapshot, *id, patch),
            Self::SetLimit(id, draft) => account::limit::decide(context, snapshot, *id, draft),
            Self::KeyChain(id) => account::keyed::decide(context, snapshot, *id),
            Self::CreateRequest(draft) => request::create::decide(context, snapshot, draft),
            Self::UpdateRequest(id, patch) => request::update::decide(context, snapshot, *id, patch),
            Self::CommentRequest(id, draft) => request::comment::decide(context, snapshot, *id, draft),
            Self::CreateSupport(draft) => support::create::decide(context, snapshot, draft),
            Self::UpdateSupport(id, patch) => support::update::decide(context, snapshot, *id, patch),
            Self::CommentSupport(id, body) => support::comment::decide(context, snapshot, *id, body),
            Self::MarkSent(sent) => request::sent::decide(context, snapshot, sent),
            Self::SendAgain(lost) => request::lost::decide(context, snapshot, lost),
            Self::Receive(message) => request::incoming::decide(context, snapshot, message),
            Self::Post(drafts) => external::decide(context, snapshot, drafts),
            Self::Shadow(draft) => shadow::decide(context, snapshot, draft),
            Self::Import(imported) => imported.decide(context, snapshot),
            Self::Expire(id) => request::expiry::decide(context, snapshot, *id),
            Self::RecordFailure(failed) => record_failure(context, snapshot, failed),
        }
    }
}

/// A technical failure is recorded unless the movement turns out to be written after all (W2), for whoever could have
/// written it: the trouble may have come before anybody was asked who he is.
fn record_failure(context: &mut Context<'_>, snapshot: &Snapshot, failed: &FailedEntry) -> Result<Decision, Refusal> {
    match failed {
        FailedEntry::Message(message, failure) => {
            request::incoming::record_failure(context, snapshot, message, failure)
        }
        FailedEntry::External(drafts, failure) => external::record_failure(context, snapshot, drafts, failure),
    }
}
