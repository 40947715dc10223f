//! How many rows a list has in all, where that is asked (`count=true`): counted page by page, as far as lists are counted.

use std::collections::BTreeMap;

use estair_core::money::Currency;
use estair_core::store::{Sum, Total};
use serde::Serialize;
use utoipa::ToSchema;

/// How many rows a list has, and what they come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Total)]
pub(crate) struct TotalShape {
    /// How many; 10000 where there are more.
    #[schema(example = 2)]
    count: u64,
    /// There are more than 10,000: nothing is summed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    more: bool,
    /// The exact sum in each currency, where the list has amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = json!({"XOF": "750000"}))]
    amounts: Option<BTreeMap<String, String>>,
}

impl From<Total> for TotalShape {
    fn from(total: Total) -> Self {
        let shown = |sums: BTreeMap<Currency, Sum>| {
            sums.into_iter().map(|(currency, sum)| (currency.to_string(), sum.to_string())).collect()
        };
        Self { count: total.count, more: total.more, amounts: total.sums.map(shown) }
    }
}

/// The amounts of the rows of a list, read page by page as far as lists are counted: `$page` names the page that `$slice` is,
/// `$row` the row whose `$amount` it is.
macro_rules! amounts {
    ($page:ident => $slice:expr, $row:pat => $amount:expr) => {{
        let mut amounts: Vec<Option<estair_core::money::Money>> = Vec::new();
        let mut $page = estair_core::store::Page { limit: estair_core::store::MAX_PAGE, before: None };
        loop {
            let slice = $slice;
            amounts.extend(slice.items.iter().map(|$row| $amount));
            match slice.next {
                Some(next) if amounts.len() <= estair_core::store::MAX_COUNTED as usize => $page.before = Some(next),
                _ => break amounts,
            }
        }
    }};
}
pub(crate) use amounts;

/// How many rows a list has, where that is asked and the list has no amounts.
macro_rules! total {
    ($asked:expr, $page:ident => $slice:expr) => {
        match $asked {
            true => {
                let counted = $crate::total::amounts!($page => $slice, _ => None).len();
                Some(estair_core::store::Total::counted(counted as u64))
            }
            false => None,
        }
    };
}
pub(crate) use total;
