//! What people have been shown.

use estair_core::id::UserId;
use estair_core::notification::Shown;

use super::{MoneyOf, table};

/// Somebody was shown a version of something.
pub(crate) struct Seen {
    pub(crate) user: UserId,
    pub(crate) what: Shown,
    pub(crate) which: u64,
    pub(crate) version: u64,
}

table! {
    /// Marks of people.
    SeenMarks = "estair_seen" { row: Seen as "mark", id: u64, money: MoneyOf::Nothing }
    columns {
        user: "user_id",
        what: "noun",
        which: "noun_id",
        version: "version",
    }
}
