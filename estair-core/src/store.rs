//! The contract between the rules and a database.
//!
//! A store does three things for a command: it locks and reads what the command needs, it writes what was decided, it
//! commits. It holds no rule. What must hold for each method is proven by [`testing`](crate::testing), one suite for
//! every store.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::change::{Changes, Held, Needs, Remembered};
use crate::id::Numbers;

/// What kind of trouble a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// A deadlock, a lock that was waited for too long: run the whole operation again.
    Contention,
    /// A unique name exists already: read it and compare.
    Duplicate,
    /// A row was not found at the version it was read: somebody wrote around the lock.
    VersionConflict,
    /// The database cannot be reached, or takes no writes.
    Unavailable,
    /// The commit was sent and its answer lost: it may have happened.
    CommitUnknown,
    /// What is stored cannot be what was written.
    Corrupt,
    /// Anything else.
    Other,
}

impl StoreErrorKind {
    /// A stable name, kept with failed movements (W2).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contention => "contention",
            Self::Duplicate => "duplicate",
            Self::VersionConflict => "version_conflict",
            Self::Unavailable => "unavailable",
            Self::CommitUnknown => "commit_unknown",
            Self::Corrupt => "corrupt",
            Self::Other => "storage",
        }
    }
}

/// A store's trouble, with its cause.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// A trouble of this kind.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string(), source: None }
    }

    /// With its cause.
    #[must_use]
    pub fn caused_by(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// What is stored cannot be what was written.
    #[must_use]
    pub fn corrupt(message: impl fmt::Display) -> Self {
        Self::new(StoreErrorKind::Corrupt, message)
    }

    /// Says what the trouble is about, before the message.
    #[must_use]
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// The chain of causes, for the failed movement's trace (W2).
    #[must_use]
    pub fn trace(&self) -> String {
        let mut trace = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            trace = format!("{trace}\ncaused by: {error}");
            cause = error.source();
        }
        trace
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A transaction as far as the rules need it: load, then save. It may be the store's own, or the host's.
///
/// After any error a unit is never used again.
#[async_trait]
pub trait Unit: Send {
    /// Locks and reads what is needed, in the order accounts, requests, support requests, each by id. What does not
    /// exist is left out. Requests and support requests bring their accounts, locked too. Until the transaction ends,
    /// nobody else changes what was loaded.
    async fn load(&mut self, needs: &Needs) -> Result<Held, StoreError>;

    /// Writes everything that was decided, under a mark by which a later [`load`](Self::load) recognises that the
    /// transaction was committed. Each update must find its row, at its version, exactly once; each unique name must be
    /// new. Gives the numbers of the inserted accounts, requests, movements and support requests, by uuid.
    async fn save(&mut self, changes: &Changes, mark: Uuid) -> Result<Numbers, StoreError>;

    /// Keeps answers under their idempotency keys: with the effect, or not at all.
    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError>;
}

/// A transaction that the store owns. Dropped without a commit, it is as if it had never been.
#[async_trait]
pub trait Transaction: Unit {
    /// Makes everything durable and visible at once. [`StoreErrorKind::CommitUnknown`] when the answer was lost.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    /// Ends the transaction without a trace, before the locks are needed elsewhere.
    async fn rollback(self: Box<Self>) -> Result<(), StoreError>;
}

/// A database that holds the book.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction. `attempt` counts how often the same operation was tried before: a store waits a little,
    /// with jitter, before it begins a retry.
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError>;
}
