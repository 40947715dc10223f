//! What the book knows of a movement that failed for good, for the alert that tells of it (N5).
//!
//! Messager writes the alert with the failure, in its own database, from what the webhook answered; an answer repeats no
//! error of a database. The book keeps that error and its trace with the movement (W2). A host that holds the book adds
//! them when the alert is sent; without them the alert is whole, only less precise.

use serde_json::json;
use uuid::Uuid;

use crate::clock::{Timestamp, rfc3339};
use crate::notice::Notice;
use crate::notification::Notification;
use crate::row::MovementStatus;
use crate::store::{MovementReader, StoreError};
use crate::text::{clipped, excerpt};

/// Longest error of the book that an alert shows, in characters.
const ERROR: usize = 1_000;

/// Longest trace of the book that an alert shows, in characters.
const TRACE: usize = 4_000;

/// The alert with the book's own error: `book_error`, `book_trace`, and `book_at`, when it was kept. None when the book has
/// nothing to add: it is no such alert, or the message left no failed movement.
///
/// # Errors
/// The book's trouble; the alert is to be sent as it is.
pub async fn explained(alert: &Notification, reader: &dyn MovementReader) -> Result<Option<Notification>, StoreError> {
    let Some(message) = message_of(alert) else { return Ok(None) };
    let Some(movement) = reader.movement_of_message(message).await? else { return Ok(None) };
    if movement.status != MovementStatus::Failed {
        return Ok(None);
    }
    let Some(failure) = &movement.failure else { return Ok(None) };
    Ok(Some(told_with(alert, &failure.message, failure.trace.as_deref(), movement.updated_at)))
}

/// The alert with this error of the book, its trace, and when it was kept.
#[must_use]
pub fn told_with(alert: &Notification, error: &str, trace: Option<&str>, at: Timestamp) -> Notification {
    let mut told = alert.clone();
    told.params.insert("book_error".to_owned(), json!(excerpt(error, ERROR)));
    told.params.insert("book_trace".to_owned(), json!(trace.map(|trace| clipped(trace, TRACE))));
    told.params.insert("book_at".to_owned(), json!(rfc3339(at)));
    told
}

/// The message that an alert is about; none for another notification.
#[must_use]
pub fn message_of(alert: &Notification) -> Option<Uuid> {
    let message = alert.params.get("message_uuid")?.as_str()?.parse().ok()?;
    (alert.notice == Notice::MovementFailed).then_some(message)
}
