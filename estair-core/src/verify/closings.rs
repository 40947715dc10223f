//! Each day that a chain left behind has its closing, and no other day has one (F7).

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::BusinessDay;
use crate::id::AccountId;
use crate::row::{Account, Closing, Row, State};
use crate::store::{AuditReader, StoreError};
use crate::verify::{Finding, Report};

pub(super) async fn check(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    closed: &BTreeMap<BusinessDay, State>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let first = BusinessDay::new(chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default());
    let last = BusinessDay::new(chrono::NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default());
    let kept = reader.closings(stored.id, first, last).await?;
    let kept: BTreeMap<_, _> = kept.iter().map(|Closing { state, .. }| (state.day, *state)).collect();
    // A closing that came since the account was read is committed with a movement that follows it.
    let now = reader.account(stored.id).await?.map_or(0, |now| now.version);
    for day in closed.keys().chain(kept.keys()).collect::<BTreeSet<_>>() {
        let problem = match (closed.get(day), kept.get(day)) {
            (Some(chain), Some(kept)) if chain == kept => continue,
            (Some(_), Some(_)) => "differs from the chain",
            (Some(_), None) => "is missing",
            (None, Some(kept)) if (stored.version..now).contains(&kept.version) => continue,
            (None, _) => "is of a day that had no movements",
        };
        report.find(Finding::on_account(stored.id, format_args!("the closing of {day} {problem}")));
    }
    Ok(())
}
