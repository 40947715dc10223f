//! What became of messages, numbered as the book's events are: what event streams show.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::queue::JobStatus;

/// Where a message was when somebody looked after a change of it was committed. It has a number among the events: given
/// after the commit, one after the other, so that a reader who has seen a number has seen every event before it. Steps that
/// follow each other before they are numbered are one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEvent {
    /// The number.
    pub number: u64,
    /// The message's number.
    pub id: u64,
    /// Its uuid.
    pub uuid: Uuid,
    /// Its type.
    pub kind: String,
    /// Where it was.
    pub status: JobStatus,
    /// Retries of its cycle until then.
    pub retry_count: u32,
    /// When it was numbered.
    pub at: Timestamp,
}
