//! Support requests (S).

use estair_core::id::SupportId;
use estair_core::support::{LastComment, Support};
use estair_core::text::folded;

use super::{MoneyOf, record, table};

table! {
    /// Support requests.
    Supports = "helpdesk" { row: Support as "support request", id: SupportId, money: MoneyOf::Nothing }
    columns {
        uuid: "uuid",
        name: "name",
        account: "account_id",
        subject: "subject",
        description: "description",
        status: "status",
        assigned_to: "assigned_to",
        etatsdevente_id: "etatsdevente_id",
        created_by: "created_by",
        created_at: "created_at",
        updated_at: "updated_at",
        version: "version",
        follows: "follows_id",
        last_comment: ..,
    }
    written(support, () => ()) {
        "folded": folded(&format!("{}\n{}\n{}", support.name, support.subject, support.description)),
        "turn": support.turn(),
    }
}

record! {
    LastComment {
        at: "last_comment_at",
        by: "last_comment_by",
    }
}
