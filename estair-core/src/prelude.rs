//! What a host names most, by noun: `use estair_core::prelude::*`.

// Who asks.
pub use crate::actor::{Actor, ClientKind, Origin};
// The book, and what can be asked of it.
pub use crate::ask::Ask;
pub use crate::book::{Book, Error, Reply, Submission, Subscriber, View};
pub use crate::policy::Policy;
pub use crate::refusal::Refusal;
// Numbers, money, time.
pub use crate::clock::{Clock, IdSource, Timestamp};
pub use crate::id::{AccountId, MovementId, RequestId, SupportId, UserId};
pub use crate::money::{Amount, Currency, Money};
// Accounts.
pub use crate::account::{Account, AccountDraft, AccountPatch, AccountStatus, LimitDraft};
// Financial requests.
pub use crate::category::{Category, Desk, Status};
pub use crate::request::{Request, RequestDraft, RequestPatch};
// Movements.
pub use crate::movement::{Movement, MovementDraft, MovementType, Source};
// Support requests.
pub use crate::support::{Assignee, CommentDraft, Support, SupportDraft, SupportPatch, SupportStatus};
// Stores, and reading from them.
pub use crate::memory::{MemoryMessager, MemoryStore};
pub use crate::store::{
    AccountReader, FactReader, MovementReader, Page, Reader, Readiness, RequestReader, StoreError, StoreErrorKind,
    SupportReader,
};
// Messager in the same process.
pub use crate::background::InProcess;
#[cfg(feature = "system")]
pub use crate::clock::System;
