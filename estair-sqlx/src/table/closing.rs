//! The last states of past days (F7).

use estair_core::account::{Closing, State};

use super::{MoneyOf, record, table};

table! {
    /// Closings, in the currency of their account.
    Closings = "estair_daily_closings" { row: Closing as "closing", id: u64, money: MoneyOf::Account }
    columns {
        account: "account_id",
        state: ..,
    }
}

record! {
    State {
        day: "day",
        version: "version",
        indicators: ..,
    }
}
