//! What a transaction holds beside its locks: the rows as they were read, and the numbers that new rows get.

use std::collections::BTreeMap;

use estair_core::account::Account;
use estair_core::decision::{Changes, Snapshot};
use estair_core::id::{AccountId, MovementId, RequestId, SupportId};
use estair_core::movement::Movement;
use estair_core::request::Request;
use estair_core::row::{Link, Numbers};
use estair_core::store::StoreError;
use estair_core::support::Support;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Accounts, Columns, Comments, Movements, Requests, Supports, Table};

/// Rows as they were read, and where the numbers of new ones go on.
#[derive(Default)]
pub(super) struct Held {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) requests: BTreeMap<RequestId, Request>,
    pub(super) movements: BTreeMap<MovementId, Movement>,
    pub(super) supports: BTreeMap<SupportId, Support>,
    /// The last number of each table whose rows have one, where whoever writes is alone.
    last: Option<BTreeMap<String, u64>>,
}

/// The last numbers that were given, of every table in which others look for them.
pub(super) fn last_numbers() -> Sql {
    let names = [Accounts::NAME, Requests::NAME, Movements::NAME, Supports::NAME, Comments::NAME];
    let names = names.map(|name| format!("'{name}'"));
    Sql::new(format!("SELECT name, seq FROM sqlite_sequence WHERE name IN ({})", names.join(", ")))
}

impl Held {
    /// Remembers what was read.
    pub(super) fn keep(&mut self, snapshot: &Snapshot) {
        self.accounts.clone_from(&snapshot.accounts);
        self.requests.clone_from(&snapshot.requests);
        self.supports.clone_from(&snapshot.supports);
        let known = snapshot.movements.values().filter_map(|known| match known.id {
            Link::Id(id) => Some((id, known.row.clone())),
            Link::New(_) => None,
        });
        self.movements = known.collect();
    }

    /// Forgets them: they were written since.
    pub(super) fn forget(&mut self) {
        self.accounts.clear();
        self.requests.clear();
        self.movements.clear();
        self.supports.clear();
    }

    /// Notes where numbers go on.
    pub(super) fn go_on(&mut self, last: Vec<(String, u64)>) {
        self.last = Some(last.into_iter().collect());
    }

    /// Gives every new row its number: the one that it keeps, or the one after the last of its table. Whoever writes is alone
    /// until the transaction ends.
    pub(super) async fn number<D: Dialect>(
        &mut self,
        session: &mut Session<'_, D>,
        changes: &Changes,
    ) -> Result<Numbers, StoreError> {
        if self.last.is_none() && has_new_rows(changes) {
            let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?));
            let last = session.read(last_numbers(), read).await?;
            self.go_on(last);
        }
        let mut numbers = Numbers::default();
        self.keep_of::<Accounts>(changes.accounts.inserts().map(|row| row.uuid), &changes.numbers, &mut numbers);
        self.keep_of::<Requests>(changes.requests.inserts().map(|row| row.uuid), &changes.numbers, &mut numbers);
        self.keep_of::<Supports>(changes.supports.inserts().map(|row| row.uuid), &changes.numbers, &mut numbers);
        self.number_of::<Accounts>(changes.accounts.inserts().map(|row| row.uuid), &mut numbers);
        self.number_of::<Requests>(changes.requests.inserts().map(|row| row.uuid), &mut numbers);
        self.number_of::<Movements>(changes.movements.inserts().map(|row| row.uuid), &mut numbers);
        self.number_of::<Supports>(changes.supports.inserts().map(|row| row.uuid), &mut numbers);
        self.number_of::<Comments>(changes.comments.iter().map(|row| row.uuid), &mut numbers);
        Ok(numbers)
    }

    /// Rows keep the numbers that they had; the later ones go on from the largest.
    fn keep_of<T: Table>(
        &mut self,
        uuids: impl Iterator<Item = Uuid>,
        kept: &BTreeMap<Uuid, u64>,
        numbers: &mut Numbers,
    ) {
        let Some(last) = &mut self.last else { return };
        for (uuid, number) in uuids.filter_map(|uuid| Some((uuid, *kept.get(&uuid)?))) {
            let last = last.entry(T::NAME.to_owned()).or_default();
            *last = number.max(*last);
            numbers.insert(uuid, number);
        }
    }

    fn number_of<T: Table>(&mut self, uuids: impl Iterator<Item = Uuid>, numbers: &mut Numbers) {
        let Some(last) = &mut self.last else { return };
        for uuid in uuids {
            if numbers.get(uuid).is_some() {
                continue;
            }
            let number = last.entry(T::NAME.to_owned()).or_default();
            *number = number.saturating_add(1);
            numbers.insert(uuid, *number);
        }
    }
}

/// Rows that others refer to.
fn has_new_rows(changes: &Changes) -> bool {
    changes.accounts.inserts().next().is_some()
        || changes.requests.inserts().next().is_some()
        || changes.movements.inserts().next().is_some()
        || changes.supports.inserts().next().is_some()
        || !changes.comments.is_empty()
}
