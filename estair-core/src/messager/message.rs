//! A message: as ESTAIR hands it over, and as Messager keeps it.

use crate::json::Json;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::queue::{Report, Schedule};

/// The domain of ESTAIR's own messages.
pub const DOMAIN: &str = "estair-helpdesk";

/// A message that ESTAIR asks Messager to carry.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingMessage {
    /// Whose message it is.
    pub domain: String,
    /// Its type.
    pub kind: String,
    /// What it carries.
    pub payload: Json,
    /// The same key is the same message (G3).
    pub idempotency_key: Option<String>,
}

/// What Messager gives for a message it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The message's uuid.
    pub message_uuid: Uuid,
    /// The message's number.
    pub message_id: u64,
}

/// Messager, as ESTAIR sees it: in the same process, or behind HTTP.
#[async_trait]
pub trait Messager: Send + Sync {
    /// Hands a message over; the same key again gives the same receipt. A report of failure says whether and when to
    /// try again.
    async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report>;
}

/// A message, as Messager keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its uuid: the same on every retry and replay.
    pub uuid: Uuid,
    /// Whose it is.
    pub domain: String,
    /// Its type.
    pub kind: String,
    /// What it carries.
    pub payload: Json,
}

/// A message to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// The message.
    pub message: Message,
    /// The caller's key.
    pub idempotency_key: Option<String>,
    /// Messages with the same order key are delivered one after the other (G9).
    pub order_key: Option<String>,
    /// Retries its schedule has.
    pub max_retries: u32,
    /// When it came.
    pub at: Timestamp,
}

impl NewMessage {
    /// A submission, to be kept under this uuid.
    #[must_use]
    pub fn new(submission: OutgoingMessage, uuid: Uuid, schedule: &Schedule, at: Timestamp) -> Self {
        let OutgoingMessage { domain, kind, payload, idempotency_key } = submission;
        // Messages of one account keep their order (G9).
        let account = payload.get("account_id").and_then(|id| id.as_str().parse::<u64>().ok());
        let order_key = account.map(|id| format!("{domain}:{id}"));
        let max_retries = schedule.max_retries().unwrap_or(u32::MAX);
        Self { message: Message { uuid, domain, kind, payload }, idempotency_key, order_key, max_retries, at }
    }
}
