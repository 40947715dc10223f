//! Accounts, with their indicators (F).

use estair_core::account::{Account, Indicators};
use estair_core::id::AccountId;

use super::{MoneyOf, record, table};

table! {
    /// Accounts.
    Accounts = "estair_accounts" { row: Account as "account", id: AccountId, money: MoneyOf::Row("currency") }
    columns {
        uuid: "uuid",
        name: "name",
        email: "email",
        limit: "credit_limit",
        day: "day",
        version: "version",
        indicators: ..,
        last_hash: "last_hash",
        created_at: "created_at",
        updated_at: "updated_at",
    }
    written(account, () => ()) {
        "currency": account.currency(),
    }
}

record! {
    Indicators {
        balance_previous_day: "balance_previous_day",
        balance: "balance",
        daily_credit: "daily_credit",
        active_credit: "active_credit",
    }
}
