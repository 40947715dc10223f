//! Changes of accounts: of their names, addresses and statuses (A1, A2).

use estair_core::account::AccountChange;
use estair_core::id::AccountId;
use estair_core::row::Link;

use super::{MoneyOf, table};

table! {
    /// Changes of accounts, each written with its account.
    AccountChanges = "estair_account_changes" {
        row: AccountChange as "change of an account", id: u64, money: MoneyOf::Nothing
    }
    columns {
        at: "changed_at",
        by: "changed_by",
        field: "field",
        old: "old_value",
        new: "new_value",
        reason: "reason",
    }
    written(_, account => Link<AccountId>) {
        "account_id": account,
    }
}
