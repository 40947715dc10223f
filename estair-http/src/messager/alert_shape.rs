//! What Messager's API gives of its alerts, as JSON.

use estair_core::clock::rfc3339;
use estair_core::notification::NotificationRecord;
use estair_core::queue::{Attempt, Depth};
use estair_core::store::{Slice, Total};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::shape::AttemptShape;
use crate::total::TotalShape;

/// An alert and where it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Alert {
    id: u64,
    /// What it tells: `movement_failed`, `outage` or `outage_over`.
    notice: &'static str,
    audience: &'static str,
    channel: &'static str,
    recipient: String,
    /// The particulars.
    params: Map<String, Value>,
    /// `pending`, `processing`, `completed`, `failed` or `skipped`.
    status: &'static str,
    attempts: u32,
    #[schema(format = DateTime)]
    next_attempt_at: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// What went wrong last, or why it was skipped.
    error: Option<String>,
}

impl From<&NotificationRecord> for Alert {
    fn from(record: &NotificationRecord) -> Self {
        let told = &record.notification;
        Self {
            id: record.id,
            notice: told.notice.name(),
            audience: told.audience.name(),
            channel: told.channel.name(),
            recipient: told.recipient.clone(),
            params: told.params.clone(),
            status: record.status.name(),
            attempts: record.attempts,
            next_attempt_at: rfc3339(record.next_attempt_at),
            created_at: rfc3339(record.created_at),
            completed_at: record.completed_at.map(rfc3339),
            error: record.error.clone(),
        }
    }
}

/// How many alerts wait, and how many ended how.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertDepth {
    pending: u64,
    processing: u64,
    completed: u64,
    failed: u64,
    skipped: u64,
    oldest_pending_age_seconds: Option<u64>,
}

/// A page of alerts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Alerts {
    items: Vec<Alert>,
    depth: AlertDepth,
    /// The `cursor` of the next page; null on the last.
    next_cursor: Option<String>,
    /// With `count=true`: how many there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    total: Option<TotalShape>,
}

impl Alerts {
    pub(super) fn of(slice: &Slice<NotificationRecord>, depth: Depth, next_cursor: Option<String>) -> Self {
        let Depth { pending, processing, completed, failed, skipped, oldest_pending_age_seconds } = depth;
        let depth = AlertDepth { pending, processing, completed, failed, skipped, oldest_pending_age_seconds };
        Self { items: slice.items.iter().map(Alert::from).collect(), depth, next_cursor, total: None }
    }

    /// With how many there are, where that was asked.
    pub(super) fn with_total(self, total: Option<Total>) -> Self {
        Self { total: total.map(TotalShape::from), ..self }
    }
}

/// An alert with every attempt to send it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertInFull {
    #[serde(flatten)]
    alert: Alert,
    log: Vec<AttemptShape>,
}

impl AlertInFull {
    pub(super) fn of(record: &NotificationRecord, attempts: &[Attempt]) -> Self {
        Self { alert: Alert::from(record), log: attempts.iter().map(AttemptShape::from).collect() }
    }
}
