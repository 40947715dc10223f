//! What happened (W8, N3).

use estair_core::fact::Fact;
use estair_core::id::FactId;
use uuid::Uuid;

use super::{Json, MoneyOf, table};

table! {
    /// Facts, each written with the mark of its transaction.
    Facts = "estair_facts" { row: Fact as "fact", id: FactId, money: MoneyOf::Nothing }
    columns {
        kind: "kind",
        at: "happened_at",
        role: "role",
        user: "user_id",
        account: "account_id",
        request: "request_id",
        support: "support_id",
        movement: "movement_id",
        data: "data" as Json,
        notices: "notices" as Json,
    }
    written(fact, mark => Uuid) {
        "mark": mark,
        // What nobody is to be told of needs no fan-out.
        "told": fact.notices.is_empty(),
    }
}
