//! A group of accounts comes with all that belongs to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use estair_core::clock::Timestamp;
use estair_core::id::AccountId;
use estair_core::import::{Imported, ImportedAccount, ImportedMovement, Origin};
use estair_core::money::{Amount, Currency};
use estair_core::movement::{Details, MovementType, Sign, Source as MoneySource};
use estair_core::store::StoreError;
use estair_core::text::MAX_LINE;

use super::{Import, Mode, ReadAccount, VALUES_AT_ONCE};
use crate::import::coming::{Coming, Keys, Known};
use crate::import::groups::{Group, Groups};
use crate::import::mapping::{MovementTable, Place, ThreadTable, has};
use crate::import::mend::{amount, instant};
use crate::import::reading::{Reading, is_of_somebody_else, payload};
use crate::import::report::{AboveLimit, Outcome};
use crate::import::rules::{Dirt, Trouble};
use crate::import::settle::{names, numbers, parents};
use crate::import::source::{OldRow, Which};
use crate::import::threads::{self, With};
use crate::import::{money, people};

impl Import {
    pub(super) async fn bring_group(
        &mut self,
        group: &Group,
        groups: &Groups,
        clients: &mut BTreeMap<Option<String>, Vec<OldRow>>,
    ) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let read = self.read_accounts(&group.accounts).await?;
        let known: BTreeMap<_, _> = read.iter().map(|(id, one)| (id.clone(), self.known(one))).collect();
        let limits: Vec<_> = read.values().map(|one| one.account.clone()).collect();
        let money = match mapping.opening_balances {
            true => self.opening_balances(&group.accounts, &known)?,
            false => self.money(group, groups, &known).await?,
        };
        let mut threads = Vec::new();
        for table in &mapping.threads {
            threads.push((table, self.rows_of_group(table.place(), group, groups).await?));
        }
        self.bring_accounts(read, &money, &threads, groups, &known).await?;
        let mut came = Vec::new();
        for (id, _) in &group.accounts {
            came.extend(clients.remove(&Some(id.clone())).unwrap_or_default());
        }
        let accounts = known.iter().map(|(id, known)| (id.clone(), known.id)).collect();
        self.bring_people(came, &accounts).await?;
        let threads = self.threads(threads, groups, &known).await?;
        let (tickets, requests): (Vec<_>, Vec<_>) =
            threads.into_iter().partition(|one| matches!(one.imported, Imported::Ticket(_)));
        let first = |one: &Coming| matches!(&one.imported, Imported::Request(request) if request.parent.is_none());
        let (first, second): (Vec<_>, Vec<_>) = requests.into_iter().partition(first);
        self.note_limits(&limits, &money);
        let rows = tickets.into_iter().chain(first).chain(second).chain(money).collect();
        self.bring(rows, &known).await?;
        if self.mode == Mode::Compare {
            self.compare_balances(&group.accounts, &known).await?;
        }
        Ok(())
    }

    pub(super) fn known(&self, one: &ReadAccount) -> Known {
        let id = AccountId(one.account.id);
        Known { id, currency: one.account.currency, of_run: !one.is_there || self.came.contains(&id) }
    }

    /// Reads accounts; those that cannot come are told.
    pub(super) async fn read_accounts(
        &mut self,
        group: &[(String, OldRow)],
    ) -> Result<BTreeMap<String, ReadAccount>, StoreError> {
        let mut read = BTreeMap::new();
        let mapping = Arc::clone(&self.mapping);
        let table = mapping.accounts.table.as_str();
        for (id, row) in group {
            let reading = Reading::new(&mapping, mapping.accounts.place(), row, self.now);
            match self.account_of(table, id, reading) {
                Ok((account, mended)) => {
                    let there = self.target.reader.account(AccountId(account.id)).await?;
                    let taken = |there| is_of_somebody_else(there, account.id, &account.name, account.currency);
                    if let Some(trouble) = there.as_ref().and_then(|there| taken(&there.data)) {
                        self.stays(table, id, &trouble)?;
                        continue;
                    }
                    read.insert(id.clone(), ReadAccount { account, mended, is_there: there.is_some() });
                }
                Err(trouble) => self.stays(table, id, &trouble)?,
            }
        }
        Ok(read)
    }

    pub(super) fn account_of(
        &self,
        table: &str,
        id: &str,
        mut reading: Reading<'_>,
    ) -> Result<(ImportedAccount, Option<String>), Trouble> {
        let number = reading.own_number()?;
        let given = reading.field("name").ok_or_else(|| Trouble::new(Dirt::Name, "it has no name"))?.to_owned();
        let mut name = given.clone();
        if let Some(better) = reading.text("name").filter(|better| *better != given) {
            reading.mended(format_args!("name {given:?} is {better:?}"));
            name = better;
        }
        let name = reading.cut("name", name, MAX_LINE)?;
        let currency = reading.field("currency").unwrap_or("XOF").to_uppercase();
        let currency: Currency =
            currency.parse().map_err(|error| Trouble::new(Dirt::Currency, format_args!("currency: {error}")))?;
        let limit = amount(reading.field("limit").unwrap_or("0"));
        let limit = limit.map_err(|why| Trouble::new(Dirt::Amount, format_args!("limit: {why}")))?;
        let email = people::address(&mut reading)?;
        let from = Origin { reference: format!("{table}-{id}"), run: self.run };
        let account = ImportedAccount { id: number, name, email, currency, limit, from, at: self.now };
        Ok((account, reading.said()))
    }

    /// Brings accounts in, each as of the first thing that is known of it: no day of it is closed before.
    pub(super) async fn bring_accounts(
        &mut self,
        accounts: BTreeMap<String, ReadAccount>,
        money: &[Coming],
        threads: &[(&ThreadTable, Vec<OldRow>)],
        groups: &Groups,
        known: &BTreeMap<String, Known>,
    ) -> Result<(), StoreError> {
        let table = self.mapping.accounts.table.clone();
        let begun = self.first_threads(threads, groups);
        let mut coming = Vec::new();
        for (id, ReadAccount { mut account, mended, is_there }) in accounts {
            if is_there {
                self.report.note(&table, &id, Outcome::Known, None);
                continue;
            }
            let of_account = money.iter().filter(|one| one.is_of(AccountId(account.id))).map(Coming::at);
            account.at = of_account.chain(begun.get(&id).copied()).min().unwrap_or(self.now);
            coming.push(Coming {
                table: table.clone(),
                id,
                imported: Imported::Account(account),
                mended,
                has_row: true,
                owed: false,
                sums: Keys::default(),
                comments: Vec::new(),
            });
        }
        self.bring(coming, known).await
    }

    /// When the first request or ticket of each account was created, as far as that can be read.
    pub(super) fn first_threads(
        &self,
        threads: &[(&ThreadTable, Vec<OldRow>)],
        groups: &Groups,
    ) -> BTreeMap<String, Timestamp> {
        let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
        let offset = self.mapping.offset().unwrap_or_default();
        for (table, rows) in threads {
            let (created, account) = (table.place().column("created_at"), table.place().column("account_id"));
            for row in rows {
                let at = row.get(&created).and_then(|text| instant(text, offset).ok()).filter(|at| *at <= self.now);
                let Some(at) = at else { continue };
                let account = groups.account_of(row.get(&account).map(String::as_str)).0.to_owned();
                first.entry(account).and_modify(|first| *first = at.min(*first)).or_insert(at);
            }
        }
        first
    }

    /// One adjustment an account, of the balance that the former system kept.
    pub(super) fn opening_balances(
        &mut self,
        group: &[(String, OldRow)],
        known: &BTreeMap<String, Known>,
    ) -> Result<Vec<Coming>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let balance = mapping.accounts.place().column("balance");
        let table = format!("{} (balance)", mapping.accounts.table);
        let said = mapping.opening().ok().flatten().filter(|at| *at <= self.now);
        let as_of = said.unwrap_or(self.now);
        let day = said.map(|at| self.target.policy.day_offset.day_of(at).to_string());
        let keys = Keys { day: day.unwrap_or_default(), ..Keys::default() };
        let mut coming = Vec::new();
        for (id, row) in group {
            let text = row.get(&balance).cloned().unwrap_or_else(|| "0".to_owned());
            self.sum_balance_there(
                &table,
                &keys,
                known.get(id).map_or(id.clone(), |known| known.id.to_string()),
                &text,
            );
            let Some(known) = known.get(id) else { continue };
            let opening = amount(&text).and_then(|opening| {
                opening.in_currency(known.currency).map(|_| opening).map_err(|error| error.to_string())
            });
            match opening {
                Ok(opening) if opening.hundredths() == 0 => {
                    self.report.note(&table, id, Outcome::LeftOut, Some("the balance is 0".to_owned()));
                }
                Ok(opening) => {
                    let movement = ImportedMovement {
                        account: known.id,
                        kind: MovementType::Adjustment,
                        source: MoneySource::Manual,
                        amount: opening,
                        request: None,
                        from: Origin { reference: format!("opening-{}-{id}", mapping.accounts.table), run: self.run },
                        details: Details {
                            description: Some("solde d'ouverture".to_owned()),
                            external_id: id.parse().ok(),
                            ..Details::default()
                        },
                        payload: payload(row),
                        at: as_of,
                    };
                    coming.push(Coming {
                        table: table.clone(),
                        id: id.clone(),
                        imported: Imported::Movement(Box::new(movement)),
                        mended: None,
                        has_row: true,
                        owed: false,
                        sums: keys.clone(),
                        comments: Vec::new(),
                    });
                }
                Err(why) => self.stays(&table, id, &Trouble::new(Dirt::Amount, why))?,
            }
        }
        Ok(coming)
    }

    pub(super) async fn rows_of_group(
        &mut self,
        place: Place<'_>,
        group: &Group,
        groups: &Groups,
    ) -> Result<Vec<OldRow>, StoreError> {
        let column = place.column("account_id");
        let values = groups.values(group, place);
        let count = groups.count(&values, place);
        let mut rows = self.rows_of(place, &column, &values, count).await?;
        if groups.takes_nobodys(group) {
            rows.extend(self.rows(place, Which::Without(&column), false).await?);
        }
        Ok(rows)
    }

    /// The money of these accounts, each account's in the order of its dates.
    pub(super) async fn money(
        &mut self,
        group: &Group,
        groups: &Groups,
        known: &BTreeMap<String, Known>,
    ) -> Result<Vec<Coming>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let cutoff = self.target.policy.cutoff;
        let mut coming: Vec<Coming> = Vec::new();
        for tables in mapping.money() {
            let Some(place) = tables.first().map(|table| table.place()) else { continue };
            for row in self.rows_of_group(place, group, groups).await? {
                let mut reading = Reading::new(&mapping, place, &row, self.now);
                let id = reading.field("id").unwrap_or_default().to_owned();
                let account = account_of(&mut reading, groups, known);
                let keys = self.keys(&reading, "state", "date");
                self.sum_there(&reading, &keys, &account, |reading| signed_there(reading, &tables));
                let read = account.and_then(|account| money::read(reading, &tables, account, self.run, cutoff, keys));
                match read {
                    Ok(read) if read.is_empty() => self.report.note(place.table, &id, Outcome::LeftOut, None),
                    Ok(read) => coming.extend(read),
                    Err(trouble) => self.stays(place.table, &id, &trouble)?,
                }
            }
        }
        let (mut coming, left) = numbers(coming, &mut self.taken);
        self.stay(left)?;
        // Of one account in the order of dates; of one instant in the order in which they were read.
        coming.sort_by_key(Coming::at);
        Ok(coming)
    }

    /// Requests and tickets of these accounts, with what was said on them.
    pub(super) async fn threads(
        &mut self,
        tables: Vec<(&ThreadTable, Vec<OldRow>)>,
        groups: &Groups,
        known: &BTreeMap<String, Known>,
    ) -> Result<Vec<Coming>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let cutoff = self.target.policy.cutoff;
        let mut threads = Vec::new();
        for (table, rows) in tables {
            let place = table.place();
            let mut coming = Vec::new();
            for row in rows {
                let mut reading = Reading::new(&mapping, place, &row, self.now);
                let id = reading.field("id").unwrap_or_default().to_owned();
                let account = account_of(&mut reading, groups, known);
                let keys = self.keys(&reading, "status", "created_at");
                self.sum_there(&reading, &keys, &account, |reading| {
                    let is_money = reading.field("category").and_then(|category| table.kind(category));
                    let is_money = is_money.is_some_and(|kind| kind != crate::import::mapping::ThreadKind::Ticket);
                    reading.field("amount").filter(|_| is_money).and_then(|text| amount(text).ok())
                });
                let read = account.and_then(|account| {
                    let with = With { table, account, authors: &self.authors, run: self.run, cutoff };
                    threads::read(reading, with, keys)
                });
                match read {
                    Ok(read) => coming.push(read),
                    Err(trouble) => self.stays(place.table, &id, &trouble)?,
                }
            }
            self.attach_comments(&table.table, &mut coming).await?;
            threads.extend(coming);
        }
        let (coming, left) = numbers(threads, &mut self.taken);
        self.stay(left)?;
        let (coming, left) = parents(coming);
        self.stay(left)?;
        let imports = Arc::clone(&self.target.imports);
        let (coming, left) = names(coming, &mapping, imports.as_ref(), &mut self.taken).await?;
        self.stay(left)?;
        Ok(coming)
    }

    /// What was said on requests and tickets goes with them.
    pub(super) async fn attach_comments(&mut self, of: &str, coming: &mut [Coming]) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        for table in mapping.comments.iter().filter(|table| table.of == of) {
            let (place, thread) = (table.place(), table.place().column("thread_id"));
            let ids: Vec<_> = coming.iter().map(|one| one.id.clone()).collect();
            let places: BTreeMap<_, _> = ids.iter().cloned().enumerate().map(|(place, id)| (id, place)).collect();
            for part in ids.chunks(VALUES_AT_ONCE) {
                for row in self.rows(place, Which::Among(&thread, part), true).await? {
                    let mut reading = Reading::new(&mapping, place, &row, self.now);
                    let id = reading.field("id").unwrap_or_default().to_owned();
                    let thread = row.get(&thread).and_then(|thread| places.get(thread)).copied();
                    let Some(one) = thread.and_then(|place| coming.get_mut(place)) else { continue };
                    match threads::comment(&mut reading, table, &self.authors) {
                        Err(trouble) => self.stays(place.table, &id, &trouble)?,
                        Ok(mut said) => {
                            let comments = match &mut one.imported {
                                Imported::Ticket(ticket) => {
                                    said.internal = false;
                                    &mut ticket.comments
                                }
                                Imported::Request(request) => &mut request.comments,
                                _ => continue,
                            };
                            comments.push(said);
                            comments.sort_by_key(|comment| comment.at);
                            one.comments.push((place.table.to_owned(), id, reading.said()));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Accounts of which more is still owed than their limit is: no limit is checked.
    pub(super) fn note_limits(&mut self, accounts: &[ImportedAccount], money: &[Coming]) {
        for account in accounts {
            let of_account = money.iter().filter(|one| one.owed && one.is_of(AccountId(account.id)));
            let amounts = of_account.filter_map(|one| match &one.imported {
                Imported::Movement(movement) => Some(i128::from(movement.amount.hundredths())),
                _ => None,
            });
            let owed: i128 = amounts.sum();
            if owed > i128::from(account.limit.hundredths()) {
                self.report.above_limit.push(AboveLimit {
                    account: account.id,
                    name: account.name.clone(),
                    limit: account.limit.to_string(),
                    owed: crate::import::report::decimal(owed),
                });
            }
        }
    }
}

/// The account of a row: its own, or the one that stands for one that is not there.
fn account_of(reading: &mut Reading<'_>, groups: &Groups, known: &BTreeMap<String, Known>) -> Result<Known, Trouble> {
    let written = reading.row.get(&reading.place.column("account_id")).map(String::as_str);
    let (account, is_instead) = groups.account_of(written);
    if is_instead {
        let written = written.unwrap_or_default();
        reading.mended(format_args!("there is no account {written:?}: on account {account}"));
    }
    known.get(account).copied().ok_or_else(|| Trouble::new(Dirt::Account, "its account did not come"))
}

/// An amount as it would come: with the sign of its type.
fn signed_there(reading: &Reading<'_>, tables: &[&MovementTable]) -> Option<Amount> {
    let given = amount(reading.field("amount")?).ok()?;
    let value_of = |column: &str| reading.column(column);
    let table = tables.iter().find(|table| has(&table.only, value_of)).or(tables.first())?;
    let is_out = table.kind(value_of).ok()?.rule().sign == Sign::Negative;
    match table.unsigned && is_out {
        true => Amount::from_hundredths(given.hundredths().saturating_neg()).ok(),
        false => Some(given),
    }
}
