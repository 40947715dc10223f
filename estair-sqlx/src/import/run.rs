//! Reading old rows and bringing them in, account by account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::book::{Error, Submission};
use estair_core::clock::{System, Timestamp};
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::import::{Imported, ImportedAccount, ImportedMovement, Origin};
use estair_core::money::{Amount, Currency};
use estair_core::movement::{Details, MovementType, Sign, Source as MoneySource};
use estair_core::notification::Subscriptions;
use estair_core::policy::Policy;
use estair_core::store::{Reader, Store, StoreError, StoreErrorKind};
use estair_core::text::MAX_LINE;

use super::coming::{Coming, Keys, Known};
use super::compare::{Sums, There, look};
use super::groups::{Group, Groups};
use super::mapping::{Mapping, MovementTable, Place, ThreadTable, has, plain};
use super::mend::{amount, instant};
use super::reading::{Reading, is_of_somebody_else, payload};
use super::report::{AboveLimit, Outcome, Report};
use super::rules::{Dirt, Rule, Trouble};
use super::runs::{Imports, once};
use super::settle::{Left, Taken, names, numbers, parents};
use super::source::{OldRow, Source, Which};
use super::threads::{self, Authors, With};
use super::{money, people};
use crate::users::UserDirectory;

/// Rows that come in by one transaction.
const ROWS_AT_ONCE: usize = 500;
/// Values by which rows are looked for at once.
const VALUES_AT_ONCE: usize = 500;

/// The book that rows come into.
#[derive(Clone)]
pub struct Target {
    /// What changes it.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// What is kept of runs beside it.
    pub imports: Arc<dyn Imports>,
    /// Its people and their devices; none where the host keeps its people itself: they have the numbers there that they had.
    pub people: Option<(Arc<dyn UserDirectory>, Arc<dyn Subscriptions>)>,
    /// Its policy: keys of the audit trail, offset of the day, cut-off.
    pub policy: Policy,
}

/// An account that can come, or is there already.
struct ReadAccount {
    account: ImportedAccount,
    mended: Option<String>,
    is_there: bool,
}

/// What is done with the rows that can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They come.
    Write,
    /// It is told that they would.
    DryRun,
    /// It is told which of them are in the book, as they are there, and whether sums and balances are the same (L4).
    Compare,
}

/// An import: from a source, by a mapping, into a book.
pub struct Import {
    source: Source,
    mapping: Arc<Mapping>,
    target: Target,
    mode: Mode,
    /// The instant of the run: what has no date of its own has this one.
    now: Timestamp,
    run: u64,
    /// Accounts that came with this run before it was killed.
    came: BTreeSet<AccountId>,
    authors: Authors,
    /// People that came, by their reference.
    people: BTreeMap<String, UserId>,
    columns: BTreeMap<(String, Option<String>), Vec<String>>,
    taken: Taken,
    sums: Sums,
    report: Report,
}

impl Import {
    /// An import that writes, or one that only tells.
    #[must_use]
    pub fn new(source: Source, mapping: Mapping, target: Target, mode: Mode, now: Timestamp) -> Self {
        let report = Report { dry_run: mode != Mode::Write, ..Report::default() };
        let authors = (mapping.people.is_some() && target.people.is_some()).then(BTreeMap::new);
        Self {
            source,
            mapping: Arc::new(mapping),
            target,
            mode,
            now,
            run: 0,
            came: BTreeSet::new(),
            authors,
            people: BTreeMap::new(),
            columns: BTreeMap::new(),
            taken: Taken::default(),
            sums: Sums::default(),
            report,
        }
    }

    /// Does it. `progress` hears after each group of accounts how many rows of how many are done.
    ///
    /// # Errors
    /// A table or a column that the mapping names and the source does not have; a row that a rule refuses; the trouble of either
    /// database. What came before it came whole, and comes no second time.
    pub async fn run(mut self, mut progress: impl FnMut(u64, u64)) -> Result<Report, StoreError> {
        self.check_tables().await?;
        let accounts = self.accounts().await?;
        self.begin().await?;
        let groups = self.groups(accounts).await?;
        self.tell_orphans(&groups).await?;
        let mut clients = self.people_by_account(&groups).await?;
        let mut done = 0_u64;
        for group in &groups.groups {
            self.bring_group(group, &groups, &mut clients).await?;
            done = done.saturating_add(group.rows);
            progress(done, groups.rows());
        }
        self.bring_people(clients.into_values().flatten().collect(), &BTreeMap::new()).await?;
        self.bring_devices().await?;
        self.tell_lost_comments().await?;
        self.tell_left_out().await?;
        if self.mode == Mode::Write {
            self.target.imports.end_run(self.run, self.now).await?;
        }
        if self.mode == Mode::Compare {
            self.report.sums = self.sums.lines();
        }
        Ok(self.report)
    }

    /// Begins the run, or goes on with the one that was killed, as of its own instant.
    async fn begin(&mut self) -> Result<(), StoreError> {
        let fingerprint = Hash::of(format!("{}\n{:?}", self.source.name(), self.mapping));
        if self.mode == Mode::Write {
            self.target.imports.begin_run(self.source.name(), fingerprint, self.now).await?;
        }
        let mut runs = self.target.imports.runs().await?;
        runs.retain(|run| run.undone_at.is_none());
        // Another former system has other people under the same numbers.
        let same: Vec<_> = runs.iter().filter(|run| run.source == self.source.name()).map(|run| run.id).collect();
        self.people = self.target.imports.people(&same).await?;
        if self.mode != Mode::Compare {
            runs.retain(|run| run.fingerprint == fingerprint && run.finished_at.is_none());
        }
        if let Some(run) = runs.pop() {
            (self.run, self.now) = (run.id, run.started_at);
            self.came = self.target.imports.accounts_of_run(run.id).await?;
        }
        Ok(())
    }

    // ---- what is there to be read -----------------------------------------------------------------------------------

    /// Every table and column that the mapping needs must be there, before anything comes.
    async fn check_tables(&mut self) -> Result<(), StoreError> {
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
    async fn is_missing(&mut self, place: Place<'_>, optional: bool) -> Result<bool, StoreError> {
        let prefix = self.mapping.prefix.clone();
        if !optional || self.source.columns(&prefix, place).await?.is_some() {
            return Ok(false);
        }
        let line = super::report::Line {
            table: place.table.to_owned(),
            id: "-".to_owned(),
            outcome: Outcome::LeftOut,
            why: "there is no such table".to_owned(),
        };
        self.report.rows.push(line);
        Ok(true)
    }

    async fn check(&mut self, place: Place<'_>, fields: &[&str], columns: &[String]) -> Result<(), StoreError> {
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

    async fn rows(&mut self, place: Place<'_>, which: Which<'_>, exactly: bool) -> Result<Vec<OldRow>, StoreError> {
        let key = (place.table.to_owned(), place.query.map(str::to_owned));
        let columns = self.columns.get(&key).cloned().unwrap_or_default();
        self.source.rows(&self.mapping.prefix, place, &columns, which, exactly).await
    }

    /// The rows of these values of a column. First as the database compares them, which an index may serve; where that does not
    /// find them all, as texts.
    async fn rows_of(
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
    async fn accounts(&mut self) -> Result<Vec<(String, OldRow)>, StoreError> {
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
    async fn groups(&mut self, accounts: Vec<(String, OldRow)>) -> Result<Groups, StoreError> {
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

    // ---- a row that stays -------------------------------------------------------------------------------------------

    /// A row that does not come: told, or the end of the import where the rule refuses it.
    fn stays(&mut self, table: &str, id: &str, trouble: &Trouble) -> Result<(), StoreError> {
        if self.mapping.rule(trouble.dirt) == Rule::Refuse && self.mode != Mode::Compare {
            return Err(trouble.refused(table, id));
        }
        self.report.note(table, id, Outcome::Quarantined, Some(trouble.why.clone()));
        Ok(())
    }

    fn stay(&mut self, left: Vec<Left>) -> Result<(), StoreError> {
        for (one, trouble) in left {
            self.stays(&one.table, &one.id, &trouble)?;
            for (table, id, _) in one.comments {
                self.report.note(&table, &id, Outcome::Quarantined, Some(format!("{} did not come", one.id)));
            }
        }
        Ok(())
    }

    // ---- a group of accounts ----------------------------------------------------------------------------------------

    async fn bring_group(
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

    fn known(&self, one: &ReadAccount) -> Known {
        let id = AccountId(one.account.id);
        Known { id, currency: one.account.currency, of_run: !one.is_there || self.came.contains(&id) }
    }

    /// Reads accounts; those that cannot come are told.
    async fn read_accounts(&mut self, group: &[(String, OldRow)]) -> Result<BTreeMap<String, ReadAccount>, StoreError> {
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

    fn account_of(
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
    async fn bring_accounts(
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
    fn first_threads(&self, threads: &[(&ThreadTable, Vec<OldRow>)], groups: &Groups) -> BTreeMap<String, Timestamp> {
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
    fn opening_balances(
        &mut self,
        group: &[(String, OldRow)],
        known: &BTreeMap<String, Known>,
    ) -> Result<Vec<Coming>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let balance = mapping.accounts.place().column("balance");
        let table = format!("{} (balance)", mapping.accounts.table);
        let as_of = mapping.opening().ok().flatten().filter(|at| *at <= self.now).unwrap_or(self.now);
        let mut coming = Vec::new();
        for (id, row) in group {
            let Some(known) = known.get(id) else { continue };
            let text = row.get(&balance).cloned().unwrap_or_else(|| "0".to_owned());
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
                        sums: Keys::default(),
                        comments: Vec::new(),
                    });
                }
                Err(why) => self.stays(&table, id, &Trouble::new(Dirt::Amount, why))?,
            }
        }
        Ok(coming)
    }

    async fn rows_of_group(
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
    async fn money(
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
    async fn threads(
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
                    let is_money = is_money.is_some_and(|kind| kind != super::mapping::ThreadKind::Ticket);
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
    async fn attach_comments(&mut self, of: &str, coming: &mut [Coming]) -> Result<(), StoreError> {
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
    fn note_limits(&mut self, accounts: &[ImportedAccount], money: &[Coming]) {
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
                    owed: super::report::decimal(owed),
                });
            }
        }
    }

    // ---- people -----------------------------------------------------------------------------------------------------

    /// People by the account whose clients they are; staff come at once.
    async fn people_by_account(
        &mut self,
        groups: &Groups,
    ) -> Result<BTreeMap<Option<String>, Vec<OldRow>>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let mut by_account: BTreeMap<Option<String>, Vec<OldRow>> = BTreeMap::new();
        let Some(table) = &mapping.people else { return Ok(by_account) };
        let place = table.place();
        let account = place.column("account_id");
        for row in self.rows(place, Which::All, false).await? {
            let of = row.get(&account).map(|account| account.trim()).filter(|account| !account.is_empty());
            let of = of.map(|account| groups.account_of(Some(account)).0.to_owned());
            by_account.entry(of).or_default().push(row);
        }
        let staff = by_account.remove(&None).unwrap_or_default();
        self.bring_people(staff, &BTreeMap::new()).await?;
        Ok(by_account)
    }

    async fn bring_people(
        &mut self,
        rows: Vec<OldRow>,
        accounts: &BTreeMap<String, AccountId>,
    ) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let Some(table) = &mapping.people else { return Ok(()) };
        for row in rows {
            let mut reading = Reading::new(&mapping, table.place(), &row, self.now);
            let id = reading.field("id").unwrap_or_default().to_owned();
            if !self.taken.take(&table.table, &id) {
                self.stays(&table.table, &id, &Trouble::new(Dirt::Number, "its number stands twice"))?;
                continue;
            }
            match people::person(&mut reading, table, accounts, self.now) {
                Err(trouble) => self.stays(&table.table, &id, &trouble)?,
                Ok(person) => self.bring_person(&table.table, &id, &person, reading.said()).await?,
            }
        }
        Ok(())
    }

    async fn bring_person(
        &mut self,
        table: &str,
        id: &str,
        person: &crate::users::NewUser,
        mended: Option<String>,
    ) -> Result<(), StoreError> {
        let reference = format!("{table}-{id}");
        let Some((users, _)) = self.target.people.clone() else {
            self.report.note(table, id, Outcome::LeftOut, Some("the host keeps its people itself".to_owned()));
            return Ok(());
        };
        let user = match (self.people.get(&reference).copied(), self.mode) {
            (Some(user), _) => {
                self.report.note(table, id, Outcome::Known, None);
                user
            }
            (None, Mode::Compare) => {
                self.report.note(table, id, Outcome::Quarantined, Some("is not among the people".to_owned()));
                return Ok(());
            }
            (None, mode) => {
                let outcome = if mended.is_some() { Outcome::Mended } else { Outcome::Comes };
                self.report.note(table, id, outcome, mended);
                match mode {
                    Mode::Write => {
                        let made = users.create_user(person, Some(&once(self.run, &reference))).await;
                        made.map_err(store_error)?.made.id
                    }
                    _ => UserId(id.parse().unwrap_or_default()),
                }
            }
        };
        if let Some(authors) = &mut self.authors {
            authors.insert(id.to_owned(), user);
        }
        Ok(())
    }

    async fn bring_devices(&mut self) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let Some(table) = &mapping.devices else { return Ok(()) };
        let Some((_, subscriptions)) = self.target.people.clone() else { return Ok(()) };
        for row in self.rows(table.place(), Which::All, false).await? {
            let reading = Reading::new(&mapping, table.place(), &row, self.now);
            let id = reading.field("id").unwrap_or_default().to_owned();
            let user = reading.field("user_id").unwrap_or_default();
            let owner = match &self.authors {
                None => user.parse().ok().map(UserId),
                Some(authors) => authors.get(user).copied(),
            };
            let owner = owner.ok_or_else(|| Trouble::new(Dirt::Author, format_args!("person {user:?} did not come")));
            let read = owner.and_then(|owner| Ok((owner, people::device(&reading)?)));
            let (owner, device) = match read {
                Ok(read) => read,
                Err(trouble) => {
                    self.stays(&table.table, &id, &trouble)?;
                    continue;
                }
            };
            let there = subscriptions.device(&device.endpoint).await?;
            let taken = || Trouble::new(Dirt::Device, "its endpoint is known with other keys");
            match (there, self.mode) {
                (Some(there), _) if there.has_keys_of(&device) => {
                    self.report.note(&table.table, &id, Outcome::Known, None)
                }
                (Some(_), _) => self.stays(&table.table, &id, &taken())?,
                (None, Mode::Compare) => {
                    self.report.note(&table.table, &id, Outcome::Quarantined, Some("is not there".to_owned()));
                }
                (None, Mode::DryRun) => self.report.note(&table.table, &id, Outcome::Comes, None),
                (None, Mode::Write) => match subscriptions.subscribe(owner, &device, self.now).await? {
                    true => self.report.note(&table.table, &id, Outcome::Comes, None),
                    false => self.stays(&table.table, &id, &taken())?,
                },
            }
        }
        Ok(())
    }

    // ---- what does not come -----------------------------------------------------------------------------------------

    /// Rows whose account is not there. First, so that a rule that refuses them does so before anything comes.
    async fn tell_orphans(&mut self, groups: &Groups) -> Result<(), StoreError> {
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
    async fn tell_lost_comments(&mut self) -> Result<(), StoreError> {
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
    async fn tell_left_out(&mut self) -> Result<(), StoreError> {
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

    // ---- both sides -------------------------------------------------------------------------------------------------

    fn keys(&self, reading: &Reading<'_>, state: &str, date: &str) -> Keys {
        if self.mode != Mode::Compare {
            return Keys::default();
        }
        let offset = self.mapping.offset().unwrap_or_default();
        let at = reading.field(date).and_then(|text| instant(text, offset).ok());
        let day = at.map_or_else(|| "?".to_owned(), |at| self.target.policy.day_offset.day_of(at).to_string());
        Keys { state: plain(reading.field(state).unwrap_or_default()), day }
    }

    fn sum_there(
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

    /// Tells of each row whether the book has it as it is there.
    async fn compare(&mut self, coming: &[Coming], missing: &str) -> Result<(), StoreError> {
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
    async fn there(&self, part: &[Coming]) -> Result<There, StoreError> {
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
    async fn compare_balances(
        &mut self,
        group: &[(String, OldRow)],
        known: &BTreeMap<String, Known>,
    ) -> Result<(), StoreError> {
        let balance = self.mapping.accounts.place().column("balance");
        let table = format!("{} (balance, side by side)", self.mapping.accounts.table);
        for (id, row) in group {
            let (Some(known), Some(text)) = (known.get(id), row.get(&balance)) else { continue };
            let ours = self.target.reader.account(known.id).await?;
            let ours = ours.map(|account| account.indicators.balance.amount());
            let same = ours.is_some() && amount(text).ok() == ours;
            let shown = ours.map_or_else(|| "none".to_owned(), |ours| ours.to_string());
            let outcome = if same { Outcome::Known } else { Outcome::Quarantined };
            self.report.note(&table, id, outcome, (!same).then(|| format!("{text} there, {shown} in the book")));
        }
        Ok(())
    }

    // ---- bringing ---------------------------------------------------------------------------------------------------

    fn book(&self) -> Book {
        // Nobody is told: the notices of a policy are for what happens here.
        let policy = Policy { told_types: Vec::new(), thresholds: Vec::new(), ..self.target.policy.clone() };
        Book::new(Arc::clone(&self.target.store), Arc::new(System), Arc::new(System), policy)
    }

    /// Brings rows in, in their order. Those of accounts that came with another run are looked up: history goes into an account
    /// once.
    async fn bring(&mut self, coming: Vec<Coming>, known: &BTreeMap<String, Known>) -> Result<(), StoreError> {
        if self.mode == Mode::Compare {
            return self.compare(&coming, "").await;
        }
        let others: BTreeSet<_> = known.values().filter(|known| !known.of_run).map(|known| known.id).collect();
        let is_others = |one: &Coming| one.imported.account().is_some_and(|account| others.contains(&account));
        let (others, own): (Vec<_>, Vec<_>) = coming.into_iter().partition(is_others);
        self.compare(&others, ": its account came before; undo that run and it comes").await?;
        let mut own = own.into_iter();
        loop {
            let mut part: Vec<_> = own.by_ref().take(ROWS_AT_ONCE).collect();
            if part.is_empty() {
                return Ok(());
            }
            if self.mode == Mode::Write {
                self.write(&mut part).await?;
            } else {
                part.iter().for_each(|one| self.note(one, false));
            }
        }
    }

    async fn write(&mut self, part: &mut [Coming]) -> Result<(), StoreError> {
        let book = self.book();
        self.ask_for_credits(&book, part).await?;
        let submission = |imported: &Imported| Submission::new(Actor::System, Command::Import(imported.clone()));
        let replies = book.run_all(part.iter().map(|one| submission(&one.imported)).collect()).await;
        for (one, reply) in part.iter().zip(replies) {
            match reply {
                Ok(reply) => self.note(one, is_known(&reply.answer)),
                Err(Error::Refused(refusal)) => self.refused(one, &refusal.to_string()),
                Err(Error::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Credits that are still owed become movements of requests: made now, or by a run that was killed.
    async fn ask_for_credits(&self, book: &Book, part: &mut [Coming]) -> Result<(), StoreError> {
        let owed: Vec<_> =
            part.iter_mut().filter(|one| one.owed).filter_map(|one| owed_of(&mut one.imported)).collect();
        let names: Vec<_> = owed.iter().map(|movement| movement.from.reference.clone()).collect();
        let known = self.target.imports.requests_known(&[], &names).await?;
        let mut known: BTreeMap<String, RequestId> = known.into_iter().map(|row| (row.name.clone(), row.id)).collect();
        let missing = owed.iter().filter(|movement| !known.contains_key(&movement.from.reference));
        let requests = missing.map(|movement| Imported::Request(Box::new(money::request_of(movement))));
        let requests = requests.map(|request| Submission::new(Actor::System, Command::Import(request))).collect();
        for reply in book.run_all(requests).await {
            match reply.map(|reply| reply.answer) {
                Ok(Answer::Request(row)) => drop(known.insert(row.name.clone(), row.id)),
                // What is refused of the request is refused of its movement, which is told.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(Error::Store(error)) => return Err(error),
            }
        }
        for movement in owed {
            movement.request = known.get(&movement.from.reference).copied();
        }
        Ok(())
    }

    fn note(&mut self, one: &Coming, known: bool) {
        if !one.has_row {
            return;
        }
        let rows = std::iter::once((&one.table, &one.id, &one.mended));
        for (table, id, mended) in rows.chain(one.comments.iter().map(|(table, id, mended)| (table, id, mended))) {
            match (known, mended) {
                (true, _) => self.report.note(table, id, Outcome::Known, None),
                (false, Some(mended)) => self.report.note(table, id, Outcome::Mended, Some(mended.clone())),
                (false, None) => self.report.note(table, id, Outcome::Comes, None),
            }
        }
    }

    fn refused(&mut self, one: &Coming, why: &str) {
        if !one.has_row {
            let (table, id) = (one.table.clone(), one.id.clone());
            let why = format!("it is not cancelled at its expiry: {why}");
            self.report.rows.push(super::report::Line { table, id, outcome: Outcome::Quarantined, why });
            return;
        }
        self.report.note(&one.table, &one.id, Outcome::Quarantined, Some(why.to_owned()));
        for (table, id, _) in &one.comments {
            self.report.note(table, id, Outcome::Quarantined, Some(format!("{} did not come", one.id)));
        }
    }
}

/// Was it there before?
fn is_known(answer: &Answer) -> bool {
    match answer {
        Answer::Posted(posted) => posted.iter().all(|one| !one.created),
        Answer::Nothing => true,
        _ => false,
    }
}

fn owed_of(imported: &mut Imported) -> Option<&mut ImportedMovement> {
    match imported {
        Imported::Movement(movement) => Some(movement),
        _ => None,
    }
}

fn store_error(error: Error) -> StoreError {
    match error {
        Error::Store(error) => error,
        Error::Refused(refusal) => StoreError::new(StoreErrorKind::Other, refusal),
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
