//! The errors of the databases, sorted by what is done about them.
//!
//! Contention is run again, a duplicate is read and compared, what is unavailable is tried later. An error at the end
//! of a transaction that leaves open whether it happened is [`StoreErrorKind::CommitUnknown`].

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::error::DatabaseError;

use crate::driver::{Driver, Trouble};

/// An error of any statement but a commit.
pub(crate) fn fault<D: Driver>(error: sqlx::Error) -> StoreError {
    let kind = kind_of::<D>(&error);
    let message = match (&error, kind) {
        (sqlx::Error::Database(database), _) => answered::<D>(database.as_ref()),
        (sqlx::Error::PoolTimedOut, _) => "no connection became free in time".to_owned(),
        (sqlx::Error::Configuration(reason), _) => reason.to_string(),
        (_, StoreErrorKind::Unavailable) => "the database cannot be reached".to_owned(),
        _ => "a statement failed".to_owned(),
    };
    StoreError::new(kind, message).caused_by(error)
}

/// An error of the first connection. Its cause is told in its own words: nothing works before somebody has mended it. They
/// may name the address, the user and the database; no server repeats a password.
pub(crate) fn connect_fault<D: Driver>(error: sqlx::Error) -> StoreError {
    let cause = match &error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => cause.to_string(),
        _ => return fault::<D>(error),
    };
    StoreError::new(kind_of::<D>(&error), format_args!("the database cannot be opened: {cause}")).caused_by(error)
}

/// What is wrong, as far as somebody who runs the database can mend it; else the database's own code for it.
fn answered<D: Driver>(error: &dyn DatabaseError) -> String {
    match (D::trouble(error), error.code()) {
        (Trouble::ReadOnly, _) => "the database is read-only".to_owned(),
        (Trouble::Full, _) => "the disk of the database is full".to_owned(),
        (_, Some(code)) => format!("the database answered with error {code}"),
        (_, None) => "the database answered with an error".to_owned(),
    }
}

/// An error of a commit: unless the database itself said no, as it does when its disk is full, it may have happened.
pub(crate) fn commit_fault<D: Driver>(error: sqlx::Error) -> StoreError {
    let said_no = match &error {
        // A server that goes down in the middle may have done it.
        sqlx::Error::Database(database) => {
            !matches!(D::trouble(database.as_ref()), Trouble::Unavailable | Trouble::Crowded)
        }
        _ => false,
    };
    if said_no {
        return fault::<D>(error);
    }
    StoreError::new(StoreErrorKind::CommitUnknown, "the answer to a commit was lost").caused_by(error)
}

fn kind_of<D: Driver>(error: &sqlx::Error) -> StoreErrorKind {
    match error {
        sqlx::Error::Database(database) => match D::trouble(database.as_ref()) {
            Trouble::Contention => StoreErrorKind::Contention,
            Trouble::Unavailable | Trouble::Crowded | Trouble::ReadOnly | Trouble::Full => StoreErrorKind::Unavailable,
            Trouble::Other if database.is_unique_violation() => StoreErrorKind::Duplicate,
            Trouble::Other => StoreErrorKind::Other,
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => StoreErrorKind::Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnIndexOutOfBounds { .. } => {
            StoreErrorKind::Corrupt
        }
        _ => StoreErrorKind::Other,
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;

    use sqlx::error::ErrorKind;

    use super::*;

    /// What SQLite answers, by its code.
    #[derive(Debug)]
    struct Answered(&'static str);

    impl fmt::Display for Answered {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Answered {}

    impl DatabaseError for Answered {
        fn message(&self) -> &str {
            "it says no"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn a_commit_that_finds_no_room_did_not_happen_and_one_without_an_answer_may_have() {
        let commit = |code| commit_fault::<sqlx::Sqlite>(sqlx::Error::Database(Box::new(Answered(code))));
        let full = commit("13");
        assert_eq!(full.kind(), StoreErrorKind::Unavailable, "{full}");
        assert!(full.to_string().contains("full"), "{full}");
        assert_eq!(commit("5").kind(), StoreErrorKind::Contention);
        // An error of the disk in the middle of it.
        assert_eq!(commit("10").kind(), StoreErrorKind::CommitUnknown);
        let cut = commit_fault::<sqlx::Sqlite>(sqlx::Error::WorkerCrashed);
        assert_eq!(cut.kind(), StoreErrorKind::CommitUnknown);
    }
}
