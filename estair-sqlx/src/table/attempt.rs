//! Attempts of jobs, in the table that belongs to each queue (G5).

use estair_core::clock::Timestamp;
use estair_core::queue::Attempt;

use super::record;

record! {
    Attempt {
        number: "attempt_number",
        started_at: "started_at",
        duration_ms: "duration_ms",
        http_status: "http_status",
        outcome: "outcome",
        error: "error",
        replayed_by: "replayed_by",
        reason: "reason",
    }
}

/// An attempt that begins.
pub(crate) struct BegunAttempt {
    pub(crate) job: u64,
    pub(crate) number: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) replayed_by: Option<String>,
    pub(crate) reason: Option<String>,
}

record! {
    BegunAttempt {
        job: "job_id",
        number: "attempt_number",
        started_at: "started_at",
        replayed_by: "replayed_by",
        reason: "reason",
    }
}
