//! Both sides, row by row, sum by sum and balance by balance (L4).

use std::collections::BTreeMap;

use estair_core::actor::Actor;
use estair_core::import::Imported;
use estair_core::money::Amount;
use estair_core::movement::MovementType;
use estair_core::store::StoreError;

use super::{Import, Mode, ROWS_AT_ONCE, store_error};
use crate::import::coming::{Coming, Keys, Known};
use crate::import::compare::{There, look};
use crate::import::mapping::plain;
use crate::import::mend::{amount, instant};
use crate::import::reading::Reading;
use crate::import::report::{BalanceLine, Outcome, decimal};
use crate::import::rules::Trouble;
use crate::import::source::OldRow;

impl Import {
    pub(super) fn keys(&self, reading: &Reading<'_>, state: &str, date: &str) -> Keys {
        if self.mode != Mode::Compare {
            return Keys::default();
        }
        let offset = self.mapping.offset().unwrap_or_default();
        let at = reading.field(date).and_then(|text| instant(text, offset).ok());
        let day = at.map_or_else(|| "?".to_owned(), |at| self.target.policy.day_offset.day_of(at).to_string());
        Keys { state: plain(reading.field(state).unwrap_or_default()), day }
    }

    pub(super) fn sum_there(
        &mut self,
        reading: &Reading<'_>,
        keys: &Keys,
        account: &Result<Known, Trouble>,
        amount: impl Fn(&Reading<'_>) -> Option<Amount>,
    ) {
        if self.mode == Mode::Compare {
            let written = || reading.field("account_id").unwrap_or_default().to_owned();
            let account = account.as_ref().map_or_else(|_| written(), |known| known.id.to_string());
            self.sums.there(reading.place.table, keys, &account, amount(reading).map_or(0, Amount::hundredths));
        }
    }

    /// An old balance, of which an opening balance is expected unless it is nothing.
    pub(super) fn sum_balance_there(&mut self, table: &str, keys: &Keys, account: String, text: &str) {
        let hundredths = amount(text).map_or(0, Amount::hundredths);
        if self.mode == Mode::Compare && (hundredths != 0 || amount(text).is_err()) {
            self.sums.there(table, keys, &account, hundredths);
        }
    }

    /// Tells of each row whether the book has it as it is there.
    pub(super) async fn compare(&mut self, coming: &[Coming], missing: &str) -> Result<(), StoreError> {
        for part in coming.chunks(ROWS_AT_ONCE) {
            let there = self.there(part).await?;
            for one in part.iter().filter(|one| one.has_row) {
                let found = look(one, &there);
                if let (Ok(hundredths), Mode::Compare, Some(account)) = (&found, self.mode, one.imported.account()) {
                    self.sums.here(&one.table, &one.sums, &account.to_string(), *hundredths);
                }
                let outcome = if found.is_err() { Outcome::Quarantined } else { Outcome::Known };
                self.report.note(&one.table, &one.id, outcome, found.err().map(|why| format!("{why}{missing}")));
                for (table, id, _) in &one.comments {
                    self.report.note(table, id, outcome, None);
                }
            }
        }
        Ok(())
    }

    /// What the book has of these rows.
    pub(super) async fn there(&self, part: &[Coming]) -> Result<There, StoreError> {
        let mut there = There::default();
        let (mut requests, mut tickets, mut owed) = (Vec::new(), Vec::new(), Vec::new());
        let mut movements = Vec::new();
        for one in part {
            match &one.imported {
                Imported::Movement(movement) => {
                    movements.push(movement.name());
                    owed.extend((movement.kind == MovementType::Credit).then(|| movement.from.reference.clone()));
                }
                Imported::Request(request) => requests.extend(request.id),
                Imported::Ticket(ticket) => tickets.push(ticket.id),
                Imported::Account(_) => {}
            }
        }
        for row in self.target.imports.requests_known(&[], &owed).await? {
            movements.push(row.movement_name());
            there.owed.insert(row.name.clone(), row.uuid);
        }
        let requests = self.target.imports.requests_known(&requests, &[]).await?;
        there.requests = requests.into_iter().map(|row| (row.id, row)).collect();
        let tickets = self.target.imports.supports_known(&tickets, &[]).await?;
        there.tickets = tickets.into_iter().map(|row| (row.id, row)).collect();
        if !movements.is_empty() {
            let known = self.book().movements_named(&Actor::System, movements).await;
            there.movements = known.map_err(store_error)?;
        }
        Ok(there)
    }

    /// The balances that the former system kept, beside those of the book (F1).
    pub(super) async fn compare_balances(
        &mut self,
        group: &[(String, OldRow)],
        known: &BTreeMap<String, Known>,
    ) -> Result<(), StoreError> {
        let balance = self.mapping.accounts.place().column("balance");
        let table = format!("{} (balance, side by side)", self.mapping.accounts.table);
        let name = self.mapping.accounts.place().column("name");
        for (id, row) in group {
            let ours = match known.get(id) {
                Some(known) => self.target.reader.account(known.id).await?,
                None => None,
            };
            let ours = ours.map(|account| account.indicators.balance.amount());
            let text = row.get(&balance);
            let there = text.map(|text| amount(text).map_or_else(|_| text.clone(), shown));
            let line = BalanceLine {
                account: id.clone(),
                name: row.get(&name).cloned().unwrap_or_default(),
                difference: text.and_then(|text| difference(amount(text).ok()?, ours?)),
                there,
                here: ours.map(shown),
            };
            // An account that did not come, or has no balance there, is told where its row is.
            if let (Some(_), Some(text)) = (known.get(id), text) {
                let same = line.is_same();
                let here = line.here.as_deref().unwrap_or("none");
                let why = (!same).then(|| format!("{text} there, {here} in the book"));
                self.report.note(&table, id, if same { Outcome::Known } else { Outcome::Quarantined }, why);
            }
            self.report.balances.push(line);
        }
        Ok(())
    }
}

fn shown(amount: Amount) -> String {
    decimal(amount.hundredths().into())
}

/// What the book has more than the former system.
fn difference(there: Amount, here: Amount) -> Option<String> {
    let gap = i128::from(here.hundredths()).checked_sub(there.hundredths().into())?;
    Some(decimal(gap))
}
