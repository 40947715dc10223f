//! What the book knows of a movement that failed for good, for the alert that tells of it (N5).
//!
//! Messager writes the alert with the failure, in its own database, from what the webhook answered; an answer repeats no
//! error of a database. The book keeps that error and its trace with the movement (W2). A host that holds the book adds
//! them when the alert is sent; without them the alert is whole, only less precise.

use serde_json::json;
use uuid::Uuid;

use crate::clock::rfc3339;
use crate::fact::FactKind;
use crate::id::{MovementId, RequestId};
use crate::notice::Notice;
use crate::notification::Notification;
use crate::row::{Movement, MovementStatus, Row};
use crate::store::{FactFilter, Reader, StoreError};
use crate::text::{clipped, excerpt};

/// Longest error of the book that an alert shows, in characters.
const ERROR: usize = 1_000;

/// Longest trace of the book that an alert shows, in characters.
const TRACE: usize = 4_000;

/// Facts of a request that are looked through.
const FACTS: u32 = 1_000;

/// The alert with the book's own error: `book_error`, `book_trace`, and `book_at`, when it was kept. None when the book has
/// nothing to add: it is no such alert, or the message left no failed movement.
///
/// # Errors
/// The book's trouble; the alert is to be sent as it is.
pub async fn explained(alert: &Notification, reader: &dyn Reader) -> Result<Option<Notification>, StoreError> {
    let Some((request, message)) = subject_of(alert) else { return Ok(None) };
    let Some(movement) = failed_movement(request, reader).await? else { return Ok(None) };
    // Numbers of another domain's requests may be the same; an older failure belongs to another message.
    if movement.status != MovementStatus::Failed || movement.message_uuid != Some(message) {
        return Ok(None);
    }
    let Some(failure) = &movement.failure else { return Ok(None) };
    let mut told = alert.clone();
    told.params.insert("book_error".to_owned(), json!(excerpt(&failure.message, ERROR)));
    told.params.insert("book_trace".to_owned(), json!(failure.trace.as_deref().map(|trace| clipped(trace, TRACE))));
    told.params.insert("book_at".to_owned(), json!(rfc3339(movement.updated_at)));
    Ok(Some(told))
}

/// The request and the message that an alert is about.
fn subject_of(alert: &Notification) -> Option<(RequestId, Uuid)> {
    let request = alert.params.get("requete_id")?.as_u64()?;
    let message = alert.params.get("message_uuid")?.as_str()?.parse().ok()?;
    (alert.notice == Notice::MovementFailed).then_some((RequestId(request), message))
}

/// The movement that a request's failures name: all name the same one (W2).
async fn failed_movement(
    request: RequestId,
    reader: &dyn Reader,
) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
    let facts = reader.facts(FactFilter::Request(request), FACTS).await?;
    let failed = facts.iter().find(|fact| fact.kind == FactKind::MovementFailed);
    match failed.and_then(|fact| fact.movement).and_then(|link| link.known()) {
        Some(id) => reader.movement(id).await,
        None => Ok(None),
    }
}
