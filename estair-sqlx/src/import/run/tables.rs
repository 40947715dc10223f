//! What there is to be read of the former tables: they are there, with the columns that the mapping names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::store::{StoreError, StoreErrorKind};

use super::{Import, Mode, VALUES_AT_ONCE};
use crate::import::groups::Groups;
use crate::import::mapping::{Place, ThreadTable};
use crate::import::report::Outcome;
use crate::import::rules::{Dirt, Rule, Trouble};
use crate::import::settle::Left;
use crate::import::source::{OldRow, Which};

impl Import {
    /// Every table and column that the mapping needs must be there, before anything comes.
    pub(super) async fn check_tables(&mut self) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let balance = ["id", "name", "balance"];
        let of_accounts = if mapping.opening_balances { &balance[..] } else { &balance[..2] };
        self.check(mapping.accounts.place(), of_accounts, &[]).await?;
        let mut kept = (*mapping).clone();
        kept.people = match &mapping.people {
            Some(table) if self.is_missing(table.place(), table.optional).await? => None,
            people => people.clone(),
        };
        kept.devices = match &mapping.devices {
            Some(table) if self.is_missing(table.place(), table.optional).await? => None,
            devices => devices.clone(),
        };
        kept.threads.clear();
        for table in &mapping.threads {
            if !self.is_missing(table.place(), table.optional).await? {
                kept.threads.push(table.clone());
            }
        }
        if mapping.opening_balances {
            kept.movements.clear();
        }
        if let Some(people) = &kept.people {
            self.check(people.place(), &["id", "role"], &[]).await?;
        }
        if let Some(devices) = &kept.devices {
            self.check(devices.place(), &["id", "user_id", "endpoint", "p256dh", "auth"], &[]).await?;
        }
        for table in &kept.threads {
            self.check(table.place(), &["id", "category", "status", "account_id", "created_at"], &[]).await?;
        }
        for table in &kept.comments {
            self.check(table.place(), &["id", "thread_id", "body", "date"], &[]).await?;
        }
        for table in &kept.movements {
            let owed = table.owed.iter().flat_map(|owed| owed.keys());
            let said: Vec<_> =
                table.only.keys().chain(owed).chain(&table.type_by).map(|name| name.to_lowercase()).collect();
            self.check(table.place(), &["id", "account_id", "amount", "date"], &said).await?;
        }
        if kept.people.is_none() {
            self.authors = self.authors.take().filter(|_| mapping.people.is_none());
        }
        self.mapping = Arc::new(kept);
        Ok(())
    }

    /// Is a table missing that may be? The report says so.
    pub(super) async fn is_missing(&mut self, place: Place<'_>, optional: bool) -> Result<bool, StoreError> {
        let prefix = self.mapping.prefix.clone();
        if !optional || self.source.columns(&prefix, place).await?.is_some() {
            return Ok(false);
        }
        let line = crate::import::report::Line {
            table: place.table.to_owned(),
            id: "-".to_owned(),
            outcome: Outcome::LeftOut,
            why: "there is no such table".to_owned(),
        };
        self.report.rows.push(line);
        Ok(true)
    }

    pub(super) async fn check(
        &mut self,
        place: Place<'_>,
        fields: &[&str],
        columns: &[String],
    ) -> Result<(), StoreError> {
        let wrong =
            |why: String| StoreError::new(StoreErrorKind::Other, format_args!("the source of the import: {why}"));
        let (prefix, table) = (self.mapping.prefix.clone(), place.table);
        let there = self.source.columns(&prefix, place).await?;
        let there = there.ok_or_else(|| wrong(format!("has no table {prefix}{table}")))?;
        let needed = fields.iter().map(|field| place.column(field)).chain(columns.iter().cloned());
        if let Some(missing) = needed.into_iter().find(|name| !there.contains(name)) {
            return Err(wrong(format!("table {table} has no column {missing}")));
        }
        let key = (table.to_owned(), place.query.map(str::to_owned));
        self.columns.insert(key, there.into_iter().collect());
        Ok(())
    }

    pub(super) async fn rows(
        &mut self,
        place: Place<'_>,
        which: Which<'_>,
        exactly: bool,
    ) -> Result<Vec<OldRow>, StoreError> {
        let key = (place.table.to_owned(), place.query.map(str::to_owned));
        let columns = self.columns.get(&key).cloned().unwrap_or_default();
        self.source.rows(&self.mapping.prefix, place, &columns, which, exactly).await
    }

    /// The rows of these values of a column. First as the database compares them, which an index may serve; where that does not
    /// find them all, as texts.
    pub(super) async fn rows_of(
        &mut self,
        place: Place<'_>,
        column: &str,
        values: &[String],
        count: u64,
    ) -> Result<Vec<OldRow>, StoreError> {
        let mut rows = Vec::new();
        for exactly in [false, true] {
            rows.clear();
            for part in values.chunks(VALUES_AT_ONCE) {
                // Where a column cannot be compared with a text at all, the second look says what is wrong.
                match self.rows(place, Which::Among(column, part), exactly).await {
                    Ok(found) => rows.extend(found),
                    Err(error) if exactly => return Err(error),
                    Err(_) => break,
                }
            }
            if rows.len() as u64 == count {
                break;
            }
        }
        Ok(rows)
    }

    /// The rows of accounts by number; those whose number stands twice are told.
    pub(super) async fn accounts(&mut self) -> Result<Vec<(String, OldRow)>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let place = mapping.accounts.place();
        let (id, mut known, mut accounts) = (place.column("id"), BTreeSet::new(), Vec::new());
        for row in self.rows(place, Which::All, false).await? {
            let number = row.get(&id).cloned().unwrap_or_default();
            match known.insert(number.clone()) {
                true => accounts.push((number, row)),
                false => self.stays(place.table, &number, &Trouble::new(Dirt::Number, "its number stands twice"))?,
            }
        }
        Ok(accounts)
    }

    /// Accounts whose rows are read together, by how many they have.
    pub(super) async fn groups(&mut self, accounts: Vec<(String, OldRow)>) -> Result<Groups, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let mut counts = BTreeMap::new();
        let money = mapping.money();
        let places = money.iter().filter_map(|tables| tables.first()).map(|table| table.place());
        for place in places.chain(mapping.threads.iter().map(ThreadTable::place)) {
            let of = self.source.counts(&mapping.prefix, place, &place.column("account_id")).await?;
            counts.insert((place.table.to_owned(), place.query.map(str::to_owned)), of);
        }
        let instead = mapping.instead.account.clone().filter(|_| mapping.rule(Dirt::Account) == Rule::Map);
        Ok(Groups::of(accounts, counts, instead))
    }

    /// A row that does not come: told, or the end of the import where the rule refuses it.
    pub(super) fn stays(&mut self, table: &str, id: &str, trouble: &Trouble) -> Result<(), StoreError> {
        if self.mapping.rule(trouble.dirt) == Rule::Refuse && self.mode != Mode::Compare {
            return Err(trouble.refused(table, id));
        }
        self.report.note(table, id, Outcome::Quarantined, Some(trouble.why.clone()));
        Ok(())
    }

    pub(super) fn stay(&mut self, left: Vec<Left>) -> Result<(), StoreError> {
        for (one, trouble) in left {
            self.stays(&one.table, &one.id, &trouble)?;
            for (table, id, _) in one.comments {
                self.report.note(&table, &id, Outcome::Quarantined, Some(format!("{} did not come", one.id)));
            }
        }
        Ok(())
    }
}
