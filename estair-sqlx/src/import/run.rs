//! Reading old rows and bringing them in, account by account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use estair_core::Book;
use estair_core::account::Account;
use estair_core::actor::Actor;
use estair_core::book::{Error, Submission};
use estair_core::clock::{System, Timestamp};
use estair_core::command::Command;
use estair_core::email;
use estair_core::hash::Hash;
use estair_core::id::AccountId;
use estair_core::import::{Imported, ImportedAccount, ImportedMovement};
use estair_core::json::Json;
use estair_core::money::Currency;
use estair_core::movement::Source as MoneySource;
use estair_core::movement::{Details, MovementType};
use estair_core::policy::Policy;
use estair_core::row::{Rollout, Row, name_for_reference};
use estair_core::store::{Reader, Store, StoreError, StoreErrorKind};
use estair_core::text::folded;

use super::mapping::{AccountTable, Mapping, MovementTable, column};
use super::mend::{amount, instant, unmangled};
use super::report::{Outcome, Report};
use super::source::{OldRow, Source};
use super::undo::KEY;

/// Accounts whose rows are read together.
const ACCOUNTS_AT_ONCE: usize = 50;
/// Rows that come in by one transaction.
const ROWS_AT_ONCE: usize = 200;

/// The book that rows come into.
#[derive(Clone)]
pub struct Target {
    /// What changes it.
    pub store: Arc<dyn Store>,
    /// What reads it.
    pub reader: Arc<dyn Reader>,
    /// Its policy: keys of the audit trail, offset of the day.
    pub policy: Policy,
}

/// A row that can come in, and as what.
struct Coming {
    table: String,
    id: String,
    imported: Imported,
    /// What was mended of it.
    mended: Option<String>,
}

impl Coming {
    const fn at(&self) -> Timestamp {
        match &self.imported {
            Imported::Account(account) => account.at,
            Imported::Movement(movement) => movement.at,
        }
    }

    fn is_of(&self, account: AccountId) -> bool {
        matches!(&self.imported, Imported::Movement(movement) if movement.account == account)
    }
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
    /// It is told which of them are in the book, as they are there, and whether the balances are the same (L4).
    Compare,
}

/// An import: from a source, by a mapping, into a book.
pub struct Import {
    source: Source,
    mapping: Mapping,
    target: Target,
    mode: Mode,
    /// The instant for what has no date of its own.
    now: Timestamp,
    report: Report,
}

impl Import {
    /// An import that writes, or one that only tells.
    #[must_use]
    pub fn new(source: Source, mapping: Mapping, target: Target, mode: Mode, now: Timestamp) -> Self {
        let report = Report { dry_run: mode != Mode::Write, ..Report::default() };
        Self { source, mapping, target, mode, now, report }
    }

    /// Does it. `progress` hears of each group of accounts: how many of how many are done.
    ///
    /// # Errors
    /// A table or a column that the mapping names and the source does not have; the trouble of either database. What came
    /// before it came whole, and comes no second time.
    pub async fn run(mut self, mut progress: impl FnMut(usize, usize)) -> Result<Report, StoreError> {
        let accounts = self.accounts().await?;
        self.check_tables().await?;
        let known: Vec<_> = accounts.iter().map(|(id, _)| id.clone()).collect();
        let mut done = 0;
        for group in accounts.chunks(ACCOUNTS_AT_ONCE) {
            let read = self.read_accounts(group).await?;
            let currencies: BTreeMap<_, _> = read.iter().map(|(id, one)| (id.clone(), one.account.currency)).collect();
            let history = match self.mapping.opening_balances {
                true => self.opening_balances(group, &currencies),
                false => self.history(&currencies).await?,
            };
            self.bring_accounts(read, &history).await?;
            self.bring(history).await?;
            if self.mode == Mode::Compare {
                self.compare_balances(group, &currencies).await?;
            }
            done += group.len();
            progress(done, accounts.len());
        }
        if !self.mapping.opening_balances {
            self.tell_orphans(&known).await?;
        }
        self.tell_left_out().await?;
        Ok(self.report)
    }

    /// The rows of accounts by number; those without a number are told.
    async fn accounts(&mut self) -> Result<Vec<(String, OldRow)>, StoreError> {
        let AccountTable { table, columns } = self.mapping.accounts.clone();
        let needed = ["id", "name"].map(|field| column(&columns, field).to_lowercase());
        let there = self.columns_of(&table, &needed).await?;
        let id = column(&columns, "id").to_lowercase();
        let wanted: Vec<_> = there.into_iter().collect();
        let rows = self.source.rows(&table, &wanted, None, &[id.as_str()]).await?;
        Ok(rows.into_iter().map(|row| (row.get(&id).cloned().unwrap_or_default(), row)).collect())
    }

    /// Every table and column that the mapping needs must be there, before anything comes.
    async fn check_tables(&mut self) -> Result<(), StoreError> {
        if self.mapping.opening_balances {
            let AccountTable { table, columns } = self.mapping.accounts.clone();
            let balance = column(&columns, "balance").to_lowercase();
            return self.columns_of(&table, &[balance]).await.map(|_| ());
        }
        for table in self.mapping.movements.clone() {
            let mut needed: Vec<_> = ["id", "account_id", "amount", "date"]
                .iter()
                .map(|field| column(&table.columns, field).to_lowercase())
                .collect();
            needed.extend(table.only.keys().map(|name| name.to_lowercase()));
            self.columns_of(&table.table, &needed).await?;
        }
        Ok(())
    }

    async fn columns_of(&mut self, table: &str, needed: &[String]) -> Result<BTreeSet<String>, StoreError> {
        let wrong =
            |why: String| StoreError::new(StoreErrorKind::Other, format_args!("the source of the import: {why}"));
        let there = self.source.columns(table).await?.ok_or_else(|| wrong(format!("has no table {table}")))?;
        match needed.iter().find(|name| !there.contains(*name)) {
            Some(missing) => Err(wrong(format!("table {table} has no column {missing}"))),
            None => Ok(there),
        }
    }

    /// Reads accounts; those that cannot come are told.
    async fn read_accounts(&mut self, group: &[(String, OldRow)]) -> Result<BTreeMap<String, ReadAccount>, StoreError> {
        let mut read = BTreeMap::new();
        let table = self.mapping.accounts.table.clone();
        for (id, row) in group {
            match self.account_of(&table, id, row) {
                Ok((account, mended)) => {
                    let there = self.target.reader.account(AccountId(account.id)).await?;
                    if let Some(why) = there.as_ref().and_then(|there| is_of_somebody_else(there, &account)) {
                        self.report.note(&table, id, Outcome::Quarantined, Some(why));
                        continue;
                    }
                    read.insert(id.clone(), ReadAccount { account, mended, is_there: there.is_some() });
                }
                Err(why) => self.report.note(&table, id, Outcome::Quarantined, Some(why)),
            }
        }
        Ok(read)
    }

    /// Brings accounts in, each as of the first thing that is known of it: no day of it is closed before.
    async fn bring_accounts(
        &mut self,
        accounts: BTreeMap<String, ReadAccount>,
        history: &[Coming],
    ) -> Result<(), StoreError> {
        let table = self.mapping.accounts.table.clone();
        let mut coming = Vec::new();
        for (id, ReadAccount { mut account, mended, is_there }) in accounts {
            if is_there {
                self.report.note(&table, &id, Outcome::Known, None);
                continue;
            }
            let of_account = history.iter().filter(|one| one.is_of(AccountId(account.id)));
            account.at = of_account.map(Coming::at).min().unwrap_or(self.now);
            coming.push(Coming { table: table.clone(), id, imported: Imported::Account(account), mended });
        }
        self.bring(coming).await
    }

    fn account_of(&self, table: &str, id: &str, row: &OldRow) -> Result<(ImportedAccount, Option<String>), String> {
        let columns = &self.mapping.accounts.columns;
        let field = |name: &str| row.get(&column(columns, name).to_lowercase()).map(|text| text.trim().to_owned());
        let number = id.parse::<u64>().ok().filter(|number| (1..=i64::MAX as u64).contains(number));
        let number = number.ok_or_else(|| format!("{id:?} is no number of an account"))?;
        let mut mended = Vec::new();
        let mut name = field("name").filter(|name| !name.is_empty()).ok_or("it has no name")?;
        if let Some(better) = unmangled(&name) {
            mended.push(format!("name {name:?} is {better:?}"));
            name = better;
        }
        let currency = field("currency").filter(|code| !code.is_empty()).unwrap_or_else(|| "XOF".to_owned());
        let currency: Currency = currency.to_uppercase().parse().map_err(|error| format!("currency: {error}"))?;
        let limit = field("limit").filter(|limit| !limit.is_empty()).unwrap_or_else(|| "0".to_owned());
        let limit = amount(&limit).map_err(|why| format!("limit: {why}"))?;
        let given = field("email").filter(|email| !email.is_empty());
        let email = given.as_deref().and_then(|given| email::checked("email", given).ok());
        if let (Some(given), None) = (&given, &email) {
            mended.push(format!("no mail reaches {given:?}: it comes without an address"));
        }
        let account =
            ImportedAccount { id: number, name, email, currency, limit, from: format!("{table}-{id}"), at: self.now };
        Ok((account, (!mended.is_empty()).then(|| mended.join("; "))))
    }

    /// One adjustment an account, of the balance that the former system kept.
    fn opening_balances(&mut self, group: &[(String, OldRow)], currencies: &BTreeMap<String, Currency>) -> Vec<Coming> {
        let balance = column(&self.mapping.accounts.columns, "balance").to_lowercase();
        let table = format!("{} (balance)", self.mapping.accounts.table);
        let mut coming = Vec::new();
        for (id, row) in group.iter().filter(|(id, _)| currencies.contains_key(id)) {
            let text = row.get(&balance).cloned().unwrap_or_else(|| "0".to_owned());
            let opening = amount(&text).and_then(|opening| match currencies.get(id) {
                Some(currency) => opening.in_currency(*currency).map(|_| opening).map_err(|error| error.to_string()),
                None => Err("its account did not come".to_owned()),
            });
            match opening {
                Ok(opening) if opening.hundredths() == 0 => {
                    self.report.note(&table, id, Outcome::LeftOut, Some("the balance is 0".to_owned()));
                }
                Ok(opening) => {
                    let movement = ImportedMovement {
                        account: AccountId(id.parse().unwrap_or_default()),
                        kind: MovementType::Adjustment,
                        source: MoneySource::Manual,
                        amount: opening,
                        reference: format!("opening-{}-{id}", self.mapping.accounts.table),
                        details: Details {
                            description: Some("solde d'ouverture".to_owned()),
                            external_id: id.parse().ok(),
                            ..Details::default()
                        },
                        payload: payload(row),
                        at: self.now,
                    };
                    let imported = Imported::Movement(Box::new(movement));
                    coming.push(Coming { table: table.clone(), id: id.clone(), imported, mended: None });
                }
                Err(why) => self.report.note(&table, id, Outcome::Quarantined, Some(why)),
            }
        }
        coming
    }

    /// The money of these accounts, each account's in the order of its dates.
    async fn history(&mut self, currencies: &BTreeMap<String, Currency>) -> Result<Vec<Coming>, StoreError> {
        let accounts: Vec<_> = currencies.keys().cloned().collect();
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let mut coming: Vec<Coming> = Vec::new();
        for table in self.mapping.movements.clone() {
            let of = column(&table.columns, "account_id").to_lowercase();
            let id = column(&table.columns, "id").to_lowercase();
            let wanted: Vec<_> = self.columns_of(&table.table, &[]).await?.into_iter().collect();
            for row in self.source.rows(&table.table, &wanted, Some((&of, accounts.as_slice())), &[id.as_str()]).await?
            {
                let number = row.get(&id).cloned().unwrap_or_default();
                match self.movement_of(&table, &of, &number, &row, currencies) {
                    Ok(Some(one)) => coming.push(one),
                    Ok(None) => self.report.note(&table.table, &number, Outcome::LeftOut, None),
                    Err(why) => self.report.note(&table.table, &number, Outcome::Quarantined, Some(why)),
                }
            }
        }
        // Of one account in the order of dates; of one instant in the order in which they were read.
        coming.sort_by_key(Coming::at);
        Ok(coming)
    }

    fn movement_of(
        &self,
        table: &MovementTable,
        of: &str,
        number: &str,
        row: &OldRow,
        currencies: &BTreeMap<String, Currency>,
    ) -> Result<Option<Coming>, String> {
        let field =
            |name: &str| row.get(&column(&table.columns, name).to_lowercase()).map(|text| text.trim().to_owned());
        for (name, values) in &table.only {
            let value = row.get(&name.to_lowercase()).map(|text| text.trim()).unwrap_or_default();
            let value = folded(&unmangled(value).unwrap_or_else(|| value.to_owned()));
            if !values.iter().any(|wanted| folded(wanted) == value) {
                return Ok(None);
            }
        }
        let account = row.get(of).cloned().unwrap_or_default();
        let kind = table.kind()?;
        let given = amount(&field("amount").ok_or("it has no amount")?)?;
        let signed = if table.unsigned { signed(kind, given)? } else { given };
        let currency = currencies.get(&account).ok_or("its account did not come")?;
        signed.in_currency(*currency).map_err(|error| error.to_string())?;
        let at = instant(&field("date").ok_or("it has no date")?, self.mapping.offset()?)?;
        if at > self.now {
            return Err("its date is still to come".to_owned());
        }
        let description = field("description").map(|text| unmangled(&text).unwrap_or(text));
        let own = number.parse().ok();
        let details = Details {
            created: Some(at),
            description: description.filter(|text| !text.is_empty()),
            approvisionnement_id: own.filter(|_| table.table == "approvisionnements"),
            document_id: own.filter(|_| table.table == "factures"),
            external_id: own,
            ..Details::default()
        };
        let movement = ImportedMovement {
            account: AccountId(account.parse().map_err(|_| "its account has no number")?),
            kind,
            source: table.source()?,
            amount: signed,
            reference: format!("{}-{number}", table.table),
            details,
            payload: payload(row),
            at,
        };
        let imported = Imported::Movement(Box::new(movement));
        Ok(Some(Coming { table: table.table.clone(), id: number.to_owned(), imported, mended: None }))
    }

    /// Rows of money whose account is not there.
    async fn tell_orphans(&mut self, known: &[String]) -> Result<(), StoreError> {
        let known: BTreeSet<_> = known.iter().map(String::as_str).collect();
        for table in self.mapping.movements.clone() {
            let of = column(&table.columns, "account_id").to_lowercase();
            let id = column(&table.columns, "id").to_lowercase();
            let wanted = [id.clone(), of.clone()];
            for row in self.source.rows(&table.table, &wanted, None, &[id.as_str()]).await? {
                let account = row.get(&of).map(String::as_str).unwrap_or_default();
                if !known.contains(account) {
                    let why = format!("there is no account {account:?}");
                    let number = row.get(&id).map(String::as_str).unwrap_or_default();
                    self.report.note(&table.table, number, Outcome::Quarantined, Some(why));
                }
            }
        }
        Ok(())
    }

    /// Tables that do not come are counted all the same: nothing disappears.
    async fn tell_left_out(&mut self) -> Result<(), StoreError> {
        for table in self.mapping.left_out.clone() {
            let Some(columns) = self.source.columns(&table).await? else { continue };
            let Some(first) = columns.iter().find(|name| *name == "id").or_else(|| columns.first()).cloned() else {
                continue;
            };
            for row in self.source.rows(&table, std::slice::from_ref(&first), None, &[]).await? {
                let id = row.get(&first).map(String::as_str).unwrap_or_default();
                self.report.note(&table, id, Outcome::LeftOut, None);
            }
        }
        Ok(())
    }

    /// Tells of each row whether the book has it as it is there.
    async fn compare(&mut self, coming: &[Coming]) -> Result<(), StoreError> {
        let (clock, ids) = (Arc::new(System), Arc::new(System));
        let book = Book::new(Arc::clone(&self.target.store), clock, ids, self.target.policy.clone());
        for part in coming.chunks(ROWS_AT_ONCE) {
            let wanted = |one: &Coming| match &one.imported {
                Imported::Movement(movement) => Some(name_for_reference(movement.source, &movement.reference)),
                Imported::Account(_) => None,
            };
            let known = match book.movements_named(&Actor::System, part.iter().filter_map(wanted)).await {
                Ok(known) => known,
                Err(Error::Store(error)) => return Err(error),
                Err(Error::Refused(refusal)) => return Err(StoreError::new(StoreErrorKind::Other, refusal)),
            };
            for one in part {
                let Imported::Movement(movement) = &one.imported else {
                    self.report.note(&one.table, &one.id, Outcome::Quarantined, Some("is not in the book".to_owned()));
                    continue;
                };
                let row = wanted(one).and_then(|name| known.get(&name));
                let problem = match row {
                    None => Some("is not in the book".to_owned()),
                    Some(row) if row.account != movement.account => Some(format!("is on account {}", row.account)),
                    Some(row) if row.amount.amount() != movement.amount => {
                        Some(format!("{} there, {} in the book", movement.amount, row.amount))
                    }
                    Some(_) => None,
                };
                let outcome = if problem.is_some() { Outcome::Quarantined } else { Outcome::Known };
                self.report.note(&one.table, &one.id, outcome, problem);
            }
        }
        Ok(())
    }

    /// The balances that the former system kept, beside those of the book (F1).
    async fn compare_balances(
        &mut self,
        group: &[(String, OldRow)],
        currencies: &BTreeMap<String, Currency>,
    ) -> Result<(), StoreError> {
        let balance = column(&self.mapping.accounts.columns, "balance").to_lowercase();
        let table = format!("{} (balance, side by side)", self.mapping.accounts.table);
        for (id, row) in group.iter().filter(|(id, _)| currencies.contains_key(id)) {
            let Some(text) = row.get(&balance) else { continue };
            let ours = self.target.reader.account(AccountId(id.parse().unwrap_or_default())).await?;
            let ours = ours.map(|account| account.indicators.balance.amount());
            let same = ours.is_some() && amount(text).ok() == ours;
            let shown = ours.map_or_else(|| "none".to_owned(), |ours| ours.to_string());
            let outcome = if same { Outcome::Known } else { Outcome::Quarantined };
            self.report.note(&table, id, outcome, (!same).then(|| format!("{text} there, {shown} in the book")));
        }
        Ok(())
    }

    /// Brings rows in, in their order, each under a key of its own.
    async fn bring(&mut self, coming: Vec<Coming>) -> Result<(), StoreError> {
        if self.mode == Mode::Compare {
            return self.compare(&coming).await;
        }
        if self.mode == Mode::DryRun {
            for one in coming {
                let outcome = if one.mended.is_some() { Outcome::Mended } else { Outcome::Comes };
                self.report.note(&one.table, &one.id, outcome, one.mended);
            }
            return Ok(());
        }
        for part in coming.chunks(ROWS_AT_ONCE) {
            // Nobody is told: the notices of a policy are for what happens here.
            let policy = Policy { told_types: Vec::new(), thresholds: Vec::new(), ..self.target.policy.clone() };
            let book = Book::new(Arc::clone(&self.target.store), Arc::new(System), Arc::new(System), policy);
            let submissions = part.iter().map(|one| {
                let mut submission = Submission::new(Actor::System, Command::Import(one.imported.clone()));
                submission.key = Some(key_of(one));
                submission
            });
            let replies = book.run_all(submissions.collect()).await;
            for (one, reply) in part.iter().zip(replies) {
                match reply {
                    Ok(reply) if reply.replayed => self.report.note(&one.table, &one.id, Outcome::Known, None),
                    Ok(_) => {
                        let outcome = if one.mended.is_some() { Outcome::Mended } else { Outcome::Comes };
                        self.report.note(&one.table, &one.id, outcome, one.mended.clone());
                    }
                    Err(Error::Refused(refusal)) => {
                        self.report.note(&one.table, &one.id, Outcome::Quarantined, Some(refusal.to_string()));
                    }
                    Err(Error::Store(error)) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// What tells that a row has come: its table and number, whatever else is said of it.
fn key_of(one: &Coming) -> estair_core::decision::IdempotencyKey {
    let key = format!("{KEY}{}", Hash::of(format!("{}\n{}", one.table, one.id)));
    estair_core::decision::IdempotencyKey { fingerprint: Hash::of(key.as_bytes()), key }
}

/// An account that is there under this number, and did not come from here: only one that came still works with the former
/// system alone.
fn is_of_somebody_else(there: &Row<AccountId, Account>, account: &ImportedAccount) -> Option<String> {
    let came = there.rollout.is_some_and(|switched| switched.to == Rollout::Legacy);
    let same = came && there.name == account.name && there.currency() == account.currency;
    (!same).then(|| format!("number {} is taken by {:?}", account.id, there.name))
}

/// An amount that stands without the sign of its type.
fn signed(kind: MovementType, given: estair_core::money::Amount) -> Result<estair_core::money::Amount, String> {
    use estair_core::movement::Sign;
    if given.hundredths() <= 0 {
        return Err(format!("the amount of a {kind} is more than 0 in its table, and this is {given}"));
    }
    match kind.rule().sign {
        Sign::Negative => {
            estair_core::money::Amount::from_hundredths(-given.hundredths()).map_err(|error| error.to_string())
        }
        _ => Ok(given),
    }
}

/// The row as it came (G12).
fn payload(row: &OldRow) -> Option<Json> {
    Json::parse(&serde_json::to_string(row).ok()?)
}
