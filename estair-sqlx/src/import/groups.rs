//! Accounts whose rows are read together: as many as have about so many rows, so that memory stays the same however many there are.

use std::collections::{BTreeMap, BTreeSet};

use super::mapping::Place;
use super::source::OldRow;

/// Rows that are read together; one account's always are.
const ROWS: u64 = 10_000;
/// Accounts whose rows are read together.
const ACCOUNTS: usize = 200;

/// How many rows of a table each account has; those without an account under none.
type Counts = BTreeMap<Option<String>, u64>;

/// A group of accounts.
pub(super) struct Group {
    /// The accounts, with their rows.
    pub(super) accounts: Vec<(String, OldRow)>,
    /// Rows of all tables.
    pub(super) rows: u64,
    /// Does it hold the account that stands for those that are not there?
    has_instead: bool,
}

/// All groups, and how many rows each table has of each account.
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    known: BTreeSet<String>,
    counts: BTreeMap<(String, Option<String>), Counts>,
    /// The account that stands for one that is not there.
    instead: Option<String>,
    rows: u64,
}

impl Groups {
    pub(super) fn of(
        accounts: Vec<(String, OldRow)>,
        counts: BTreeMap<(String, Option<String>), Counts>,
        instead: Option<String>,
    ) -> Self {
        let known: BTreeSet<_> = accounts.iter().map(|(id, _)| id.clone()).collect();
        let instead = instead.filter(|id| known.contains(id));
        let mut groups: Vec<Group> = Vec::new();
        for (id, row) in accounts {
            let own = Some(id.clone());
            let rows: u64 = counts.values().filter_map(|counts| counts.get(&own)).sum();
            let has_instead = instead.as_ref() == Some(&id);
            match groups.last_mut().filter(|group| group.rows + rows <= ROWS && group.accounts.len() < ACCOUNTS) {
                Some(group) => {
                    group.accounts.push((id, row));
                    group.rows += rows;
                    group.has_instead |= has_instead;
                }
                None => groups.push(Group { accounts: vec![(id, row)], rows, has_instead }),
            }
        }
        let rows = groups.iter().map(|group| group.rows).sum();
        Self { groups, known, counts, instead, rows }
    }

    /// Rows of all groups.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    fn counts(&self, place: Place<'_>) -> Option<&Counts> {
        self.counts.get(&(place.table.to_owned(), place.query.map(str::to_owned)))
    }

    /// Values of the account's column that are of no account.
    fn unknown(&self, place: Place<'_>) -> Vec<String> {
        let values = self.counts(place).into_iter().flat_map(|counts| counts.keys().flatten());
        values.filter(|value| !self.known.contains(*value)).cloned().collect()
    }

    /// The values of the account's column whose rows this group has.
    pub(super) fn values(&self, group: &Group, place: Place<'_>) -> Vec<String> {
        let counts = self.counts(place);
        let own = group.accounts.iter().map(|(id, _)| id.clone());
        let own = own.filter(|id| counts.is_some_and(|counts| counts.contains_key(&Some(id.clone()))));
        own.chain(group.has_instead.then(|| self.unknown(place)).into_iter().flatten()).collect()
    }

    /// How many rows have these values.
    pub(super) fn count(&self, values: &[String], place: Place<'_>) -> u64 {
        let counts = self.counts(place);
        values.iter().filter_map(|value| counts?.get(&Some(value.clone()))).sum()
    }

    /// Are rows without an account those of this group?
    pub(super) const fn takes_nobodys(&self, group: &Group) -> bool {
        group.has_instead
    }

    /// The account that a value stands for, and whether that is another one.
    pub(super) fn account_of<'a>(&'a self, value: Option<&'a str>) -> (&'a str, bool) {
        let value = value.unwrap_or_default();
        match &self.instead {
            Some(instead) if !self.known.contains(value) => (instead, true),
            _ => (value, false),
        }
    }

    /// The values that are of no account and for which none stands, and whether there are rows without one.
    pub(super) fn orphans(&self, place: Place<'_>) -> (Vec<String>, bool) {
        if self.instead.is_some() {
            return (Vec::new(), false);
        }
        let nobodys = self.counts(place).is_some_and(|counts| counts.contains_key(&None));
        (self.unknown(place), nobodys)
    }
}
