//! How many rows a list has, and what they come to.

use std::collections::BTreeMap;
use std::fmt;

use crate::money::{Currency, Money};

/// Rows that are counted one by one; of more it is said that there are more.
pub const MAX_COUNTED: u32 = 10_000;

/// How many rows there are in all, whatever a page shows of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// How many; [`MAX_COUNTED`] where there are more.
    pub count: u64,
    /// There are more than were counted; then nothing is summed.
    pub more: bool,
    /// The sum in each currency; none for rows that have no amount.
    pub sums: Option<BTreeMap<Currency, Sum>>,
}

/// A sum of amounts of one currency, which may be greater than any amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    hundredths: i128,
    currency: Currency,
}

impl Total {
    /// Of rows with their amounts, of which a store gives one more than are counted at most. A row without an amount counts,
    /// and adds to no sum.
    pub fn of(rows: impl IntoIterator<Item = Option<Money>>) -> Self {
        let (mut count, mut sums) = (0_u64, BTreeMap::new());
        for amount in rows {
            count = count.saturating_add(1);
            let Some(amount) = amount else { continue };
            let sum = sums.entry(amount.currency()).or_insert(Sum { hundredths: 0, currency: amount.currency() });
            sum.hundredths = sum.hundredths.saturating_add(amount.hundredths().into());
        }
        Self::bounded(count, Some(sums))
    }

    /// Of rows that have no amounts, counted up to one more than [`MAX_COUNTED`].
    #[must_use]
    pub fn counted(count: u64) -> Self {
        Self::bounded(count, None)
    }

    fn bounded(count: u64, sums: Option<BTreeMap<Currency, Sum>>) -> Self {
        let most = u64::from(MAX_COUNTED);
        if count > most { Self { count: most, more: true, sums: None } } else { Self { count, more: false, sums } }
    }
}

/// The exact sum with its currency's own number of decimals, without the code.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let (whole, rest) = (self.hundredths.unsigned_abs() / 100, self.hundredths.unsigned_abs() % 100);
        match self.currency.decimals() {
            0 => write!(f, "{sign}{whole}"),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}
