//! What both systems decided (L6).

use estair_core::shadow::ShadowDecision;

use super::{MoneyOf, table};

table! {
    /// Decisions of both systems, in the currency of their account.
    ShadowDecisions = "estair_shadow_decisions" {
        row: ShadowDecision as "shadow decision", id: u64, money: MoneyOf::Account
    }
    columns {
        uuid: "uuid",
        account: "account_id",
        at: "decided_at",
        day: "day",
        category: "category",
        amount: "amount",
        draft: "draft",
        ours: "ours",
        code: "code",
        limit: "credit_limit",
        active_credit: "active_credit",
        legacy: "legacy",
        legacy_limit: "legacy_limit",
        legacy_active_credit: "legacy_active_credit",
        legacy_balance: "legacy_balance",
        agree: "agree",
        by: "told_by",
        created_at: "created_at",
    }
    written(_, () => ()) {
    }
}
