//! What can be asked of a book, each with the kind of its answer: the one place where a command and its answer meet.

use crate::account::{Account, AccountDraft, AccountPatch, LimitDraft};
use crate::command::Command;
use crate::comment::CommentDraft;
use crate::decision::{Answer, Delivered, PostedAnswer};
use crate::id::{AccountId, CommentId, RequestId, SupportId};
use crate::movement::MovementDraft;
use crate::request::{IncomingMessage, Request, RequestDraft, RequestPatch, Sent};
use crate::row::{Comment, Row, ShadowDecision};
use crate::shadow::ShadowDraft;
use crate::support::{Support, SupportDraft, SupportPatch};

/// Something that can be asked, and has an answer of its own kind: a draft, what shall change with the number of what it
/// changes, or any [`Command`] (whose answer may be any).
pub trait Ask {
    /// What it is answered with.
    type Answer;

    /// The command that does it.
    fn into_command(self) -> Command;

    /// Its own answer. None for the answer to something else.
    fn answer(answer: Answer) -> Option<Self::Answer>;
}

macro_rules! asks {
    ($($(#[$doc:meta])* $ask:ty => $answer:ty { $from:pat => $command:expr, $of:pat => $given:expr $(,)? })*) => {
        $($(#[$doc])*
        impl Ask for $ask {
            type Answer = $answer;

            fn into_command(self) -> Command {
                let $from = self;
                $command
            }

            fn answer(answer: Answer) -> Option<$answer> {
                match answer {
                    $of => Some($given),
                    _ => None,
                }
            }
        })*
    };
}

asks! {
    /// An account's name, address or status.
    (AccountId, AccountPatch) => Row<AccountId, Account> {
        (id, patch) => Command::UpdateAccount(id, patch), Answer::Account(row) => row,
    }
    /// An account's limit.
    (AccountId, LimitDraft) => Row<AccountId, Account> {
        (id, draft) => Command::SetLimit(id, draft), Answer::Account(row) => row,
    }
    /// A new financial request.
    RequestDraft => Row<RequestId, Request> {
        draft => Command::CreateRequest(draft), Answer::Request(row) => row,
    }
    /// A financial request, changed.
    (RequestId, RequestPatch) => Row<RequestId, Request> {
        (id, patch) => Command::UpdateRequest(id, patch), Answer::Request(row) => row,
    }
    /// A comment on a financial request.
    (RequestId, CommentDraft) => Row<CommentId, Comment> {
        (id, draft) => Command::CommentRequest(id, draft), Answer::Comment(row) => row,
    }
    /// A new support request.
    SupportDraft => Row<SupportId, Support> {
        draft => Command::CreateSupport(draft), Answer::Support(row) => row,
    }
    /// A support request, changed.
    (SupportId, SupportPatch) => Row<SupportId, Support> {
        (id, patch) => Command::UpdateSupport(id, patch), Answer::Support(row) => row,
    }
    /// A comment on a support request: the request as it is then, and the comment's number.
    (SupportId, CommentDraft) => (Row<SupportId, Support>, CommentId) {
        (id, draft) => Command::CommentSupport(id, draft), Answer::Commented(row, comment) => (row, comment),
    }
    /// What the former system decided (L6).
    ShadowDraft => Box<ShadowDecision> {
        draft => Command::Shadow(Box::new(draft)), Answer::Shadow(decision) => decision,
    }
    /// A request's message that Messager has taken.
    Sent => () {
        sent => Command::MarkSent(sent), Answer::Nothing => (),
    }
    /// Movements from elsewhere, all or none (W6).
    Vec<MovementDraft> => Vec<PostedAnswer> {
        drafts => Command::Post(drafts), Answer::Posted(answers) => answers,
    }
}

/// A new account, or the one that is there under its reference (A7).
impl Ask for AccountDraft {
    type Answer = Row<AccountId, Account>;

    fn into_command(self) -> Command {
        Command::CreateAccount(self)
    }

    fn answer(answer: Answer) -> Option<Self::Answer> {
        Opening::answer(answer).map(|(row, _)| row)
    }
}

/// An account to be created, for who wants to hear whether it is new or was there under its reference (A7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening(pub AccountDraft);

/// The account, and whether it is new.
impl Ask for Opening {
    type Answer = (Row<AccountId, Account>, bool);

    fn into_command(self) -> Command {
        Command::CreateAccount(self.0)
    }

    fn answer(answer: Answer) -> Option<Self::Answer> {
        match answer {
            Answer::Account(row) => Some((row, true)),
            Answer::KnownAccount(row) => Some((row, false)),
            _ => None,
        }
    }
}

/// One movement from elsewhere.
impl Ask for MovementDraft {
    type Answer = PostedAnswer;

    fn into_command(self) -> Command {
        Command::Post(vec![self])
    }

    fn answer(answer: Answer) -> Option<PostedAnswer> {
        <Vec<Self> as Ask>::answer(answer)?.pop()
    }
}

/// A delivered message.
impl Ask for IncomingMessage {
    type Answer = Delivered;

    fn into_command(self) -> Command {
        Command::Receive(self)
    }

    fn answer(answer: Answer) -> Option<Delivered> {
        Delivered::of(answer)
    }
}

/// Anything, answered with anything.
impl Ask for Command {
    type Answer = Answer;

    fn into_command(self) -> Command {
        self
    }

    fn answer(answer: Answer) -> Option<Answer> {
        Some(answer)
    }
}
