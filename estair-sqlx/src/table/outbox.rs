//! What is to be handed to Messager (G3).

use estair_core::decision::NewOutboxEntry;
use estair_core::row::OutboxEntry;

use super::{MoneyOf, record, table};

table! {
    /// Entries of the outbox.
    Outbox = "estair_outbox" { row: NewOutboxEntry as "outbox entry", id: u64, money: MoneyOf::Nothing }
    columns {
        account: "account_id",
        request: "request_id",
        request_uuid: "request_uuid",
        execution: "execution",
        at: "created_at",
    }
    written(entry, () => ()) {
        "next_attempt_at": entry.at,
    }
}

// What a worker needs of an entry.
record! {
    OutboxEntry {
        request: "request_id",
        execution: "execution",
    }
}
