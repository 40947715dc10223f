//! What does not come is told: rows of accounts that are not there, comments on nothing, tables that were left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use estair_core::money::Amount;
use estair_core::store::StoreError;

use super::{Import, Mode};
use crate::import::groups::Groups;
use crate::import::mapping::{Place, ThreadTable};
use crate::import::mend::amount;
use crate::import::reading::Reading;
use crate::import::report::Outcome;
use crate::import::rules::{Dirt, Trouble};
use crate::import::settle::Taken;
use crate::import::source::Which;

impl Import {
    /// Rows whose account is not there. First, so that a rule that refuses them does so before anything comes.
    pub(super) async fn tell_orphans(&mut self, groups: &Groups) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let money = mapping.money();
        let places = money.iter().filter_map(|tables| tables.first()).map(|table| table.place());
        for place in places.chain(mapping.threads.iter().map(ThreadTable::place)) {
            let column = place.column("account_id");
            let (values, nobodys) = groups.orphans(place);
            let count = groups.count(&values, place);
            let mut rows = self.rows_of(place, &column, &values, count).await?;
            if nobodys {
                rows.extend(self.rows(place, Which::Without(&column), false).await?);
            }
            for row in rows {
                let reading = Reading::new(&mapping, place, &row, self.now);
                let id = reading.field("id").unwrap_or_default().to_owned();
                let account = reading.field("account_id").unwrap_or_default();
                let trouble = Trouble::new(Dirt::Account, format_args!("there is no account {account:?}"));
                if self.mode == Mode::Compare {
                    let (state, date) = if mapping.threads.iter().any(|table| table.table == place.table) {
                        ("status", "created_at")
                    } else {
                        ("state", "date")
                    };
                    let keys = self.keys(&reading, state, date);
                    let there =
                        reading.field("amount").and_then(|text| amount(text).ok()).map_or(0, Amount::hundredths);
                    self.sums.there(place.table, &keys, account, there);
                }
                self.stays(place.table, &id, &trouble)?;
            }
        }
        Ok(())
    }

    /// Comments whose request or ticket is not there, or did not come.
    pub(super) async fn tell_lost_comments(&mut self) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        for table in &mapping.comments {
            let (place, thread) = (table.place(), table.place().column("thread_id"));
            let counts = self.source.counts(&mapping.prefix, place, &thread).await?;
            let is_lost = |value: &String, taken: &mut Taken| !taken.has(&table.of, value);
            let lost: Vec<String> =
                counts.keys().flatten().filter(|value| is_lost(value, &mut self.taken)).cloned().collect();
            let count = lost.iter().filter_map(|value| counts.get(&Some(value.clone()))).sum();
            let mut rows = self.rows_of(place, &thread, &lost, count).await?;
            if counts.contains_key(&None) {
                rows.extend(self.rows(place, Which::Without(&thread), false).await?);
            }
            for row in rows {
                let reading = Reading::new(&mapping, place, &row, self.now);
                let id = reading.field("id").unwrap_or_default().to_owned();
                let of = reading.field("thread_id").unwrap_or_default();
                let why = format!("{} {of:?} did not come", table.of);
                self.report.note(place.table, &id, Outcome::Quarantined, Some(why));
            }
        }
        Ok(())
    }

    /// Tables that do not come are counted all the same: nothing disappears.
    pub(super) async fn tell_left_out(&mut self) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let none = BTreeMap::new();
        for table in &mapping.left_out {
            let place = Place { table, query: None, columns: &none };
            if self.source.columns(&mapping.prefix, place).await?.is_some() {
                let count = self.source.count(&mapping.prefix, place).await?;
                self.report.count(table, Outcome::LeftOut, count);
            }
        }
        Ok(())
    }
}
