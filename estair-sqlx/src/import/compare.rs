//! Both sides, row by row and summed: what the former system has, and what the book has of it (L4).

use std::collections::BTreeMap;

use estair_core::category::Status;
use estair_core::id::RequestId;
use estair_core::import::{Imported, ImportedMovement};
use estair_core::movement::Movement;
use estair_core::row::{Row, name_for_request};

use super::coming::{Coming, Keys};
use super::report::{Sum, SumLine};

/// Counts and sums on both sides, by what rows have in common.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<(String, &'static str, String), (Sum, Sum)>);

impl Sums {
    /// A row of the former system, with its amount in hundredths where it has one that can be read.
    pub(super) fn there(&mut self, table: &str, keys: &Keys, account: &str, hundredths: i64) {
        self.each(table, keys, account, |(there, _)| add(there, hundredths));
    }

    /// What the book has of it.
    pub(super) fn here(&mut self, table: &str, keys: &Keys, account: &str, hundredths: i64) {
        self.each(table, keys, account, |(_, here)| add(here, hundredths));
    }

    fn each(&mut self, table: &str, keys: &Keys, account: &str, mut add: impl FnMut(&mut (Sum, Sum))) {
        let values = [("table", ""), ("state", keys.state.as_str()), ("day", keys.day.as_str()), ("account", account)];
        for (by, value) in values {
            add(self.0.entry((table.to_owned(), by, value.to_owned())).or_default());
        }
    }

    pub(super) fn lines(self) -> Vec<SumLine> {
        let line = |((table, by, value), (there, here))| SumLine { table, by, value, there, here };
        self.0.into_iter().map(line).collect()
    }
}

fn add(sum: &mut Sum, hundredths: i64) {
    sum.count = sum.count.saturating_add(1);
    sum.hundredths = sum.hundredths.saturating_add(hundredths.into());
}

/// What the book has of rows that are compared.
#[derive(Default)]
pub(super) struct There {
    pub(super) movements: BTreeMap<String, Row<estair_core::id::MovementId, Movement>>,
    pub(super) requests: BTreeMap<RequestId, Row<RequestId, estair_core::request::Request>>,
    pub(super) tickets:
        BTreeMap<estair_core::id::SupportId, Row<estair_core::id::SupportId, estair_core::support::Support>>,
    /// The requests of credits that are owed, by their name: the movement has another name then.
    pub(super) owed: BTreeMap<String, uuid::Uuid>,
}

/// What the book has of a row, in hundredths; else what is off.
pub(super) fn look(one: &Coming, there: &There) -> Result<i64, String> {
    let missing = || "is not in the book".to_owned();
    match &one.imported {
        Imported::Account(_) => Err(missing()),
        Imported::Movement(movement) => {
            let row =
                there.movements.get(&movement.name()).or_else(|| there.movements.get(&by_request(movement, there)?));
            let row = row.ok_or_else(missing)?;
            let amount = row.amount.amount();
            let problem = match () {
                () if row.account != movement.account => format!("is on account {}", row.account),
                () if amount != movement.amount => format!("{} there, {amount} in the book", movement.amount),
                () if row.kind != movement.kind => format!("a {} there, a {} in the book", movement.kind, row.kind),
                () => return Ok(amount.hundredths()),
            };
            Err(problem)
        }
        Imported::Request(request) => {
            let row = request.id.and_then(|id| there.requests.get(&id)).ok_or_else(missing)?;
            let amount = row.amount.amount();
            let moved_on =
                row.status == request.status || (row.status == Status::Cancelled && !request.status.is_final());
            let problem = match () {
                () if !request.is(row) => format!("its number is that of {}", row.name),
                () if amount != request.amount => format!("{} there, {amount} in the book", request.amount),
                () if !moved_on => format!("{} there, {} in the book", request.status, row.status),
                () => return Ok(amount.hundredths()),
            };
            Err(problem)
        }
        Imported::Ticket(ticket) => {
            let row = there.tickets.get(&ticket.id).ok_or_else(missing)?;
            match () {
                () if !ticket.is(row) => Err(format!("its number is that of {}", row.name)),
                () if row.status != ticket.status => {
                    Err(format!("{} there, {} in the book", ticket.status, row.status))
                }
                () => Ok(0),
            }
        }
    }
}

fn by_request(movement: &ImportedMovement, there: &There) -> Option<String> {
    there.owed.get(&movement.from.reference).map(|uuid| name_for_request(*uuid))
}
