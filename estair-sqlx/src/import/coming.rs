//! A row that can come in, and as what.

use estair_core::clock::Timestamp;
use estair_core::id::AccountId;
use estair_core::import::Imported;
use estair_core::money::Currency;

/// A row that can come in.
pub(super) struct Coming {
    pub(super) table: String,
    pub(super) id: String,
    pub(super) imported: Imported,
    /// What was mended of it.
    pub(super) mended: Option<String>,
    /// Has it a row of its own? The movement that takes a credit back at its expiry has none.
    pub(super) has_row: bool,
    /// A credit that is still owed: it becomes the movement of a request.
    pub(super) owed: bool,
    /// What it is called in the sums of a comparison.
    pub(super) sums: Keys,
    /// Comments that come with it: table, number, what was mended.
    pub(super) comments: Vec<(String, String, Option<String>)>,
}

/// State and day of a row, as the former system says them.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    pub(super) state: String,
    pub(super) day: String,
}

impl Coming {
    pub(super) const fn at(&self) -> Timestamp {
        self.imported.at()
    }

    pub(super) fn is_of(&self, account: AccountId) -> bool {
        self.imported.account() == Some(account)
    }
}

/// An account whose rows can come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) id: AccountId,
    pub(super) currency: Currency,
    /// It came with this run, or will: its rows come. The rows of another one are looked up.
    pub(super) of_run: bool,
}
