//! Changes of limits (C6).

use estair_core::account::LimitChange;
use estair_core::id::AccountId;
use estair_core::row::Link;

use super::{MoneyOf, table};

table! {
    /// Changes of limits, each written with its account and in its currency.
    LimitChanges = "estair_credit_limit_history" {
        row: LimitChange as "change of a limit", id: u64, money: MoneyOf::Account
    }
    columns {
        at: "changed_at",
        by: "changed_by",
        old: "old_limit",
        new: "new_limit",
        reason: "reason",
    }
    written(_, account => Link<AccountId>) {
        "account_id": account,
    }
}
