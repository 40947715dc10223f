//! What is done with a file: its rows are posted, tried out, or compared with the book.

use std::collections::BTreeMap;

use axum::body::Bytes;
use estair_core::Book;
use estair_core::actor::{Actor, Origin};
use estair_core::book::{Error, Submission, View};
use estair_core::command::Command;
use estair_core::decision::{IdempotencyKey, PendingAnswer, PostedAnswer};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, MovementId};
use estair_core::money::{Amount, Currency};
use estair_core::movement::{Movement, MovementDraft, MovementType, Source};
use estair_core::payment_file::{AccountBy, Form, Line, Reconciliation, days_of, reconcile};
use estair_core::permission::Permission;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::row::Row;
use estair_core::store::{AccountFilter, MAX_PAGE, Page, StatementFilter, StoreError};

use super::{Unreadable, sheet_of};
use crate::runner;

/// Rows that are decided in one transaction.
const AT_ONCE: usize = 500;
/// Movements that a page of a statement may have.
const MAX_STATEMENT: u32 = 1_000;

/// A file, read.
#[derive(Clone, Debug)]
pub struct File {
    /// Whose list it is.
    pub source: Source,
    /// Its SHA-256.
    pub sha256: Hash,
    /// Its rows.
    pub lines: Vec<Line>,
    /// Has it a column of dates?
    pub is_dated: bool,
}

/// Reads a file of this source; of the one whose own form it has when none is named.
///
/// # Errors
/// What cannot be read, as a refusal; `Err(Ok(…))` when it is too large.
pub fn read(source: Option<Source>, bytes: &[u8]) -> Result<File, Result<Unreadable, Refusal>> {
    let sha256 = Hash::of(bytes);
    let sheet = sheet_of(bytes).map_err(|unreadable| match unreadable {
        Unreadable::TooLarge(_) => Ok(unreadable),
        Unreadable::Broken(why) => Err(Refusal::Invalid(vec![FieldError::new("file", why)])),
    })?;
    let unknown = || Refusal::invalid("source", "is not to be told from the columns");
    let source = source.or_else(|| Form::source_of(&sheet)).ok_or_else(unknown).map_err(Err)?;
    let form = Form::of(source, &sheet).map_err(Err)?;
    let lines = sheet.rows.iter().map(|row| Line::read(source, &form, &sheet, row, sha256)).collect();
    Ok(File { source, sha256, lines, is_dated: form.is_dated() })
}

/// Reads a file where it holds up nobody else: unpacking and reading is work of its own.
pub(crate) async fn read_apart(
    source: Option<Source>,
    bytes: Bytes,
) -> Result<Result<File, Result<Unreadable, Refusal>>, StoreError> {
    let reading = runner::to_the_end(async move { tokio::task::spawn_blocking(move || read(source, &bytes)).await });
    Ok(reading.await?.unwrap_or_else(|_| Err(Err(Refusal::invalid("file", "cannot be read")))))
}

/// What became, or would become, of a row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was written.
    Created(MovementId),
    /// It would be.
    WouldCreate,
    /// Its movement is there: in the book by this number, or among the rows before it.
    Existing(Option<MovementId>),
    /// It was not, or would not be.
    Refused(Error),
}

impl Outcome {
    /// Its name in answers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::WouldCreate => "would_create",
            Self::Existing(_) => "existing",
            Self::Refused(_) => "refused",
        }
    }

    /// The movement's number, where it has one.
    #[must_use]
    pub const fn movement(&self) -> Option<MovementId> {
        match self {
            Self::Created(id) => Some(*id),
            Self::Existing(id) => *id,
            Self::WouldCreate | Self::Refused(_) => None,
        }
    }
}

/// A row, and what became of it.
#[derive(Clone, Debug)]
pub struct RowOutcome {
    /// Its place in the file.
    pub row: u64,
    /// The source's reference, as it stands there.
    pub reference: Option<String>,
    /// The account that it names, where there is one.
    pub account: Option<AccountId>,
    /// Its amount, as far as it can be read.
    pub amount: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// It was answered before, under the same key.
    pub replayed: bool,
}

impl RowOutcome {
    fn of(line: &Line, outcome: Outcome, replayed: bool) -> Self {
        let reference = line.draft.reference.clone();
        Self { row: line.row, reference, account: line.draft.account, amount: line.shown_amount(), outcome, replayed }
    }
}

/// How many rows came to what, by the outcome's name.
#[must_use]
pub fn counts_of(rows: &[RowOutcome]) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<_, u64> =
        ["created", "existing", "refused", "would_create"].into_iter().map(|name| (name, 0)).collect();
    for row in rows {
        *counts.entry(row.outcome.name()).or_default() += 1;
    }
    counts
}

/// Who does something with files, and on which book.
#[derive(Clone)]
pub struct Payments {
    /// The book.
    pub book: Book,
    /// The book as the person sees it.
    pub view: View,
    /// From where the person asks (W5).
    pub origin: Origin,
}

impl Payments {
    fn actor(&self) -> Actor {
        *self.view.actor()
    }

    /// Posts the rows of a file, each by itself: what is refused concerns its own row alone. Of a key each row has its own,
    /// by its place.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], a key that was used for something else, or the store's trouble where nothing at all could be done.
    pub async fn post(&self, file: File, key: Option<&IdempotencyKey>) -> Result<Vec<RowOutcome>, Error> {
        self.view.require(Permission::PostPayments)?;
        if let Some(key) = key
            && self.book.is_reused(&self.actor(), key).await?
        {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        let lines = self.with_accounts(file.lines).await?;
        let mut rows = Vec::with_capacity(lines.len());
        for (part, lines) in lines.chunks(AT_ONCE).enumerate() {
            let submission = |(at, line): (usize, &Line)| {
                let key = key.map(|key| key.of_entry(part * AT_ONCE + at));
                Submission::new(self.actor(), line.draft.clone()).with_origin(self.origin.clone()).with_key(key)
            };
            let replies = runner::run_all(&self.book, lines.iter().enumerate().map(submission).collect(), ()).await;
            if let (true, Some(Err(Error::Store(error)))) = (rows.is_empty(), replies.first())
                && replies.iter().all(|reply| matches!(reply, Err(Error::Store(_))))
            {
                return Err(error.clone().into());
            }
            rows.extend(lines.iter().zip(replies).map(|(line, reply)| {
                let done = runner::done::<MovementDraft>(Some(reply));
                let replayed = done.as_ref().is_ok_and(|done| done.replayed);
                let outcome = match done.map(|done| done.answer) {
                    Ok(PostedAnswer { created: true, id, .. }) => {
                        id.known().map_or(Outcome::Existing(None), Outcome::Created)
                    }
                    Ok(PostedAnswer { id, .. }) => Outcome::Existing(id.known()),
                    Err(error) => Outcome::Refused(error),
                };
                RowOutcome::of(line, outcome, replayed)
            }));
        }
        Ok(rows)
    }

    /// What posting the rows would come to; nothing is written.
    ///
    /// # Errors
    /// As [`post`](Self::post).
    pub async fn try_out(&self, file: File) -> Result<Vec<RowOutcome>, Error> {
        self.view.require(Permission::PostPayments)?;
        let lines = self.with_accounts(file.lines).await?;
        let mut rows = Vec::with_capacity(lines.len());
        // What a part before this one would have written, by its name.
        let mut written: BTreeMap<String, Money> = BTreeMap::new();
        for lines in lines.chunks(AT_ONCE) {
            let fresh = lines.iter().filter(|line| !line.draft.name().is_some_and(|name| written.contains_key(&name)));
            let commands: Vec<_> = fresh.map(|line| Command::Post(vec![line.draft.clone()])).collect();
            let mut decided = self.book.rehearse(self.actor(), &commands).await?.into_iter();
            let before = written.clone();
            for line in lines {
                let name = line.draft.name();
                let outcome = match name.as_ref().and_then(|name| before.get(name)) {
                    Some(money) if *money == money_of(&line.draft) => Outcome::Existing(None),
                    Some(_) => {
                        let reference = line.draft.reference.clone().unwrap_or_default();
                        Outcome::Refused(Refusal::ReferenceReused { reference }.into())
                    }
                    None => decided.next().map_or(Outcome::WouldCreate, outcome_of),
                };
                if let (Outcome::WouldCreate, Some(name)) = (&outcome, name) {
                    written.insert(name, money_of(&line.draft));
                }
                rows.push(RowOutcome::of(line, outcome, false));
            }
        }
        Ok(rows)
    }

    /// What is in the file and not in the book, the reverse, and what differs, from the file's first to its last date.
    ///
    /// # Errors
    /// As [`post`](Self::post); a file without dates.
    pub async fn reconcile(&self, file: File) -> Result<Reconciliation, Error> {
        self.view.require(Permission::PostPayments)?;
        if !file.is_dated || days_of(&file.lines).is_none() {
            return Err(Refusal::invalid("file", "needs dates to be compared with the book").into());
        }
        let lines = self.with_accounts(file.lines).await?;
        let mut named = BTreeMap::new();
        for lines in lines.chunks(AT_ONCE) {
            let names = lines.iter().filter_map(|line| line.draft.name());
            named.extend(self.book.movements_named(&self.actor(), names).await?);
        }
        let of_source = self.movements_of(file.source, &lines).await?;
        Ok(reconcile(lines, &named, of_source))
    }

    /// The movements of a source from the file's first day on. An operation is posted on its day or later, so that those of
    /// the file's days are among them.
    async fn movements_of(&self, source: Source, lines: &[Line]) -> Result<Vec<Row<MovementId, Movement>>, Error> {
        let from = days_of(lines).map(|(first, _)| first);
        let filter =
            StatementFilter { from, source: Some(source), without_payloads: true, ..StatementFilter::default() };
        let (mut found, mut accounts) = (Vec::new(), Page { limit: MAX_PAGE, before: None });
        loop {
            let slice = self.view.accounts(AccountFilter::default(), accounts).await?;
            for account in slice.items {
                let mut page = Page { limit: MAX_STATEMENT, before: None };
                loop {
                    let part = self.view.statement(account.id, &filter, page).await?.page;
                    found.extend(part.items);
                    page.before = part.next;
                    if page.before.is_none() {
                        break;
                    }
                }
            }
            accounts.before = slice.next;
            if accounts.before.is_none() {
                return Ok(found);
            }
        }
    }

    /// The lines with the accounts that they name.
    async fn with_accounts(&self, mut lines: Vec<Line>) -> Result<Vec<Line>, Error> {
        let mut known: BTreeMap<AccountBy, Result<(AccountId, Option<Currency>), FieldError>> = BTreeMap::new();
        for line in &mut lines {
            let Some(by) = line.account.clone() else { continue };
            if !known.contains_key(&by) {
                let found = self.find(&by).await?;
                known.insert(by.clone(), found);
            }
            match known.get(&by) {
                Some(Ok((id, currency))) => (line.draft.account, line.currency) = (Some(*id), *currency),
                Some(Err(fault)) => line.draft.faults.push(fault.clone()),
                None => {}
            }
        }
        Ok(lines)
    }

    async fn find(&self, by: &AccountBy) -> Result<Result<(AccountId, Option<Currency>), FieldError>, Error> {
        let (field, filter, name) = match by {
            // That there is none the movement's own decision says.
            AccountBy::Id(id) => match self.view.account(*id).await {
                Ok(account) => return Ok(Ok((*id, Some(account.currency())))),
                Err(Error::Refused(Refusal::NotFound { .. })) => return Ok(Ok((*id, None))),
                Err(error) => return Err(error),
            },
            AccountBy::Reference(reference) => {
                let filter = AccountFilter { reference: Some(reference.clone()), ..AccountFilter::default() };
                ("account_reference", filter, None)
            }
            AccountBy::Name(name) => {
                ("account_name", AccountFilter { q: Some(name.clone()), ..AccountFilter::default() }, Some(name))
            }
        };
        let mut found = Vec::new();
        let mut page = Page { limit: MAX_PAGE, before: None };
        loop {
            let slice = self.view.accounts(filter.clone(), page).await?;
            let same = |row: &str| name.is_none_or(|name| row.trim() == name.trim());
            found.extend(
                slice.items.into_iter().filter(|row| same(&row.name)).map(|row| (row.id, Some(row.currency()))),
            );
            page.before = slice.next;
            if page.before.is_none() || found.len() > 1 {
                break;
            }
        }
        Ok(match found.as_slice() {
            [found] => Ok(*found),
            [] => Err(FieldError::new(field, "is of no account")),
            _ => Err(FieldError::new(field, "is of more than one account")),
        })
    }
}

/// What a row says of money, whatever else it says.
type Money = (Option<AccountId>, Option<MovementType>, Option<Amount>);

fn money_of(draft: &MovementDraft) -> Money {
    (draft.account, draft.kind, draft.amount)
}

fn outcome_of(decided: Result<PendingAnswer, Refusal>) -> Outcome {
    match decided {
        Ok(PendingAnswer::Posted(answers)) => match answers.into_iter().next() {
            Some(PostedAnswer { created: false, id, .. }) => Outcome::Existing(id.known()),
            _ => Outcome::WouldCreate,
        },
        Ok(_) => Outcome::WouldCreate,
        Err(refusal) => Outcome::Refused(refusal.into()),
    }
}
