//! What people do not want to be told.

use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};

use super::{MoneyOf, table};

/// Somebody does not want to be told something by a channel.
pub(crate) struct OptOut {
    pub(crate) user: UserId,
    pub(crate) notice: Notice,
    pub(crate) channel: Channel,
}

table! {
    /// Choices of people.
    OptOuts = "estair_preferences" { row: OptOut as "choice", id: u64, money: MoneyOf::Nothing }
    columns {
        user: "user_id",
        notice: "notice",
        channel: "channel",
    }
}
