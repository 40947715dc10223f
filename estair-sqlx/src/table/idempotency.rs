//! Answers given, kept for good in the transaction of their effect (W3).

use estair_core::decision::Remembered;

use super::{Json, MoneyOf, table};

table! {
    /// Answers by their scope and key.
    IdempotencyKeys = "estair_idempotency_keys" { row: Remembered as "answer", id: u64, money: MoneyOf::Nothing }
    columns {
        scope: "scope",
        key: "idempotency_key",
        fingerprint: "fingerprint",
        answer: "answer" as Json,
        at: "created_at",
    }
}
