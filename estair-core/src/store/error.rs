//! A store's trouble, and what can be done about it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// What kind of trouble a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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

    /// What went wrong, without its kind.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
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
