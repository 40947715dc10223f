//! What happened (W8, N3), each fact a link of its account's chain (V2).

use estair_core::fact::{Fact, FactSeal};
use estair_core::id::FactId;

use super::{Json, MoneyOf, record, table};

table! {
    /// Facts. Their numbers among the events are given after the commit.
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
        seal: ..,
    }
    written(fact, () => ()) {
        // What nobody is to be told of needs no fan-out.
        "pending": !fact.notices.is_empty(),
    }
}

record! {
    FactSeal {
        sequence: "sequence",
        subject: "subject_hash",
        previous: "previous_hash",
        hash: "hash",
    }
}
