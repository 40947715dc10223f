//! Messages, whole, and where they are (G5). Payload and result are the exact texts that came (G12).

use estair_core::clock::Timestamp;
use estair_core::json::Json;
use estair_core::messager::{Message, MessageEvent, NewMessage};
use estair_core::queue::JobStatus;
use estair_core::text::folded;

use super::{MoneyOf, record, table};

table! {
    /// Messages.
    Messages = "messager_messages" { row: NewMessage as "message", id: u64, money: MoneyOf::Nothing }
    columns {
        message: ..,
        idempotency_key: "idempotency_key",
        order_key: "order_key",
        max_retries: "max_retries",
        at: "created_at",
    }
    written(new, () => ()) {
        "next_attempt_at": new.at,
        "folded": folded(&searched(&new.message)),
    }
}

/// What is searched of a message (A5).
fn searched(message: &Message) -> String {
    format!("{}\n{}", message.uuid, message.payload)
}

record! {
    Message {
        uuid: "uuid",
        domain: "domain",
        kind: "type",
        payload: "payload",
    }
}

/// A message and where it is, as the table has it.
pub(crate) struct MessageColumns {
    pub(crate) id: u64,
    pub(crate) message: Message,
    pub(crate) status: JobStatus,
    pub(crate) attempts: u32,
    pub(crate) max_retries: u32,
    pub(crate) next_attempt_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) result: Option<Json>,
}

record! {
    MessageColumns {
        id: "id",
        message: ..,
        status: "status",
        attempts: "attempts",
        max_retries: "max_retries",
        next_attempt_at: "next_attempt_at",
        created_at: "created_at",
        completed_at: "completed_at",
        result: "result",
    }
}

record! {
    MessageEvent {
        number: "number",
        id: "message_id",
        uuid: "uuid",
        kind: "type",
        status: "status",
        retry_count: "retry_count",
        at: "numbered_at",
    }
}
