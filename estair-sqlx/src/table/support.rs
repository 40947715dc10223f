//! Support requests (S).

use estair_core::id::SupportId;
use estair_core::support::Support;
use estair_core::text::folded;

use super::{MoneyOf, table};

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
    }
    written(support, () => ()) {
        "folded": folded(&format!("{}\n{}", support.name, support.subject)),
    }
}
