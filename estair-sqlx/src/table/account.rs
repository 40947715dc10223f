//! Accounts, with their indicators (F).

use estair_core::account::{Account, Indicators, Reference};
use estair_core::id::AccountId;
use estair_core::row::{Keyed, Switched, Trail};
use estair_core::text::folded;

use super::{MoneyOf, record, table};

table! {
    /// Accounts.
    Accounts = "estair_accounts" { row: Account as "account", id: AccountId, money: MoneyOf::Row("currency") }
    columns {
        uuid: "uuid",
        name: "name",
        email: "email",
        rollout: ..,
        reference: ..,
        status: "status",
        limit: "credit_limit",
        day: "day",
        version: "version",
        indicators: ..,
        last_hash: "last_hash",
        trail: ..,
        keyed: ..,
        created_at: "created_at",
        updated_at: "updated_at",
    }
    written(account, () => ()) {
        "currency": account.currency(),
        "folded": folded(&account.name),
    }
}

record! {
    Reference {
        name: "reference",
        content: "reference_content",
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

record! {
    Switched {
        to: "rollout",
        version: "rollout_version",
    }
}

record! {
    Trail {
        count: "fact_count",
        hash: "last_fact_hash",
    }
}

record! {
    Keyed {
        version: "keyed_version",
        facts: "keyed_facts",
        seal: "keyed_seal",
    }
}
