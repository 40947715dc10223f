//! What an attempt came to, as the three channels say it.

use estair_core::queue::{AttemptOutcome, Report};

/// A delivery that will never work, for this reason.
pub(crate) fn never(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Permanent, reason)
}

/// A delivery that may work later.
pub(crate) fn later(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Retry, reason)
}

/// A delivery that has nowhere to go.
pub(crate) fn skipped(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Skipped, reason)
}
