//! Files of payments (L7): a file is tried first, row by row, then posted; or compared with the book.
//!
//! Nothing of a file is kept between the two. A small one travels in the page's own form; of a greater one the browser is asked
//! again. The form holds the SHA-256 of what was tried, and no other file is posted by it. That trusts the browser with no more
//! than the API does, works on whichever server answers next, and leaves nothing behind when somebody goes away.
//!
//! What became of a file is the answer to the form itself: a report of so many rows is no part of an address. Sent again, the
//! form writes nothing more: each row has its own name and its own key, and the report is the same.

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use estair_core::book::{Error, View};
use estair_core::decision::IdempotencyKey;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::{Movement, Source};
use estair_core::payment_file::{Line, Reconciliation, SOURCES};
use estair_core::permission::Permission;
use estair_core::refusal::Refusal;
use estair_core::row::Row;
use estair_core::text::idempotency_key;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::numbers::grouped;
use crate::console::pieces::account_names::{accounts_of, name_of};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::upload::Upload;
use crate::console::visitor::Visitor;
use crate::csv;
use crate::payments::{File, Outcome, Payments, RowOutcome, Unreadable, counts_of, read_apart};
use crate::runner;

/// Most bytes of a file that the page carries.
const MOST_CARRIED: usize = 1024 * 1024;

/// Most rows that a page shows; the file of rows has all.
const MOST_SHOWN: usize = 500;

/// What a file comes to, as the page shows it.
struct Shown {
    source: Source,
    sha256: Hash,
    count: u64,
    /// The file, as text, where it is small enough.
    carried: Option<String>,
    result: Outcomes,
}

/// What was done with it.
enum Outcomes {
    /// It was tried.
    Tried(Report),
    /// It was posted.
    Posted(Report),
    /// It was compared with the book.
    Compared(Comparison),
}

/// Row by row.
struct Report {
    counts: Vec<(&'static str, u64)>,
    /// Rows that posting would write.
    writes: u64,
    /// What wants a look comes first.
    rows: Vec<ShownRow>,
    /// Rows that are not shown.
    more: u64,
}

struct ShownRow {
    row: u64,
    reference: String,
    account: Option<(AccountId, String)>,
    amount: String,
    outcome: &'static str,
    movement: Option<MovementId>,
    why: Option<String>,
}

/// A file beside the book.
struct Comparison {
    counts: [(&'static str, u64); 3],
    rows: Vec<Compared>,
    more: u64,
}

/// A row, or a movement, that is not on both sides, or not the same there.
struct Compared {
    /// `only_in_file`, `only_in_book` or `different`.
    key: &'static str,
    row: Option<u64>,
    reference: String,
    account: Option<AccountId>,
    in_file: Option<String>,
    in_book: Option<String>,
    day: String,
    movement: Option<MovementId>,
}

#[derive(Template)]
#[template(path = "payments.html")]
struct PaymentsPage {
    p: Frame,
    f: Form,
    shown: Option<Shown>,
}

impl PaymentsPage {
    fn sources(&self) -> [&'static str; SOURCES.len()] {
        SOURCES.map(Source::name)
    }

    fn amount(&self, amount: &str) -> String {
        grouped(self.p.lang, amount)
    }
}

/// The form.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    console.view(&visitor).require(Permission::PostPayments)?;
    let p = Frame::of(&console, &visitor, Section::Payments);
    Ok(render(StatusCode::OK, &PaymentsPage { p, f, shown: None }))
}

/// Tries a file, posts it, or compares it with the book.
pub(super) async fn submit(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
    upload: Option<Extension<Upload>>,
) -> Result<Response, Failure> {
    console.view(&visitor).require(Permission::PostPayments)?;
    let Extension(upload) = upload.unwrap_or_default();
    match look(&console, &visitor, &f, upload).await {
        Ok(answer) => Ok(answer),
        Err(failure) => {
            let p = Frame::of(&console, &visitor, Section::Payments).after(Some(&failure));
            Ok(render(failure.status(), &PaymentsPage { p, f, shown: None }))
        }
    }
}

async fn look(console: &Console, visitor: &Visitor, f: &Form, upload: Upload) -> Result<Response, Failure> {
    let bytes = bytes_of(f, upload)?;
    let mut faults = Vec::new();
    let source = f.read("source", &mut faults, of_file);
    accept(faults)?;
    let file = match read_apart(source, bytes.clone()).await? {
        Ok(file) => file,
        Err(Ok(Unreadable::TooLarge(_) | Unreadable::Broken(_))) => return Err(Failure::TooLarge),
        Err(Err(refusal)) => return Err(refusal.into()),
    };
    let view = console.view(visitor);
    let payments = Payments { book: console.access.book().clone(), view: view.clone(), origin: visitor.origin.clone() };
    let (source, sha256, count) = (file.source, file.sha256, file.lines.len() as u64);
    let p = Frame::of(console, visitor, Section::Payments);
    let result = match f.get("do") {
        Some("post") => {
            if f.get("tried") != Some(sha256.to_string().as_str()) {
                return Err(Refusal::invalid("file", "is not the one that was tried").into());
            }
            let key = key_of(f, &file)?;
            let posted = runner::to_the_end(async move { payments.post(file, key.as_ref()).await }).await??;
            Outcomes::Posted(report(&p, &view, posted).await?)
        }
        Some("rows") => {
            let _place = console.download_place(visitor)?;
            return Ok(rows_file(&p, sha256, payments.try_out(file).await?));
        }
        Some("compare") => Outcomes::Compared(comparison(payments.reconcile(file).await?, MOST_SHOWN)),
        Some("differences") => {
            let _place = console.download_place(visitor)?;
            let found = comparison(payments.reconcile(file).await?, usize::MAX);
            return Ok(differences_file(&p, sha256, &found));
        }
        _ => Outcomes::Tried(report(&p, &view, payments.try_out(file).await?).await?),
    };
    let carried = (bytes.len() <= MOST_CARRIED).then(|| STANDARD.encode(&bytes));
    let shown = Some(Shown { source, sha256, count, carried, result });
    Ok(render(StatusCode::OK, &PaymentsPage { p, f: Form::default(), shown }))
}

/// The file that was chosen, or that the page carried.
fn bytes_of(f: &Form, Upload(chosen): Upload) -> Result<Bytes, Refusal> {
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let carried = f.get("carried").ok_or_else(|| Refusal::invalid("file", "is needed"))?;
    STANDARD.decode(carried).map(Bytes::from).map_err(|_| Refusal::invalid("file", "cannot be read"))
}

fn of_file(name: &str) -> Option<Source> {
    Source::from_name(name).filter(|source| SOURCES.contains(source))
}

/// The form's key belongs to this file of this source: pressed twice, it is done once (W3).
fn key_of(f: &Form, file: &File) -> Result<Option<IdempotencyKey>, Refusal> {
    let Some(key) = f.get("key") else { return Ok(None) };
    let key = idempotency_key(key).map_err(|fault| Refusal::Invalid(vec![fault]))?;
    let fingerprint = Hash::of(format!("POST /payments\n{}\n{}", file.source, file.sha256));
    Ok(Some(IdempotencyKey::new(key, fingerprint)))
}

async fn report(p: &Frame, view: &View, mut rows: Vec<RowOutcome>) -> Result<Report, Failure> {
    let counts = counts_of(&rows);
    let writes = counts.get("would_create").copied().unwrap_or_default();
    let counts = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    rows.sort_by_key(|row| !matches!(row.outcome, Outcome::Refused(_)));
    let more = rows.len().saturating_sub(MOST_SHOWN) as u64;
    rows.truncate(MOST_SHOWN);
    let named = rows.iter().filter_map(|row| row.account).collect::<Vec<_>>();
    let accounts = accounts_of(view, named).await?;
    let shown = |row: RowOutcome| ShownRow {
        row: row.row,
        account: row.account.map(|id| (id, name_of(&accounts, id))),
        outcome: row.outcome.name(),
        movement: row.outcome.movement(),
        why: why(p, row.outcome),
        reference: row.reference.unwrap_or_default(),
        amount: row
            .amount
            .map(|amount| shown_amount(&amount, row.account.is_some_and(|id| accounts.contains_key(&id))))
            .unwrap_or_default(),
    };
    Ok(Report { counts, writes, rows: rows.into_iter().map(shown).collect(), more })
}

/// A row's amount as it is in the file. Of no account, in no currency, its decimals say nothing where there are none.
fn shown_amount(amount: &str, has_currency: bool) -> String {
    let whole = amount.strip_suffix(".00").filter(|_| !has_currency);
    whole.unwrap_or(amount).to_owned()
}

/// Why a row was refused, in words.
fn why(p: &Frame, outcome: Outcome) -> Option<String> {
    let Outcome::Refused(error) = outcome else { return None };
    if matches!(&error, Error::Refused(Refusal::NotFound { what: "account" })) {
        return Some(p.t("payments.no_account").to_owned());
    }
    let trouble = Failure::from(error).trouble(p);
    let details: Vec<_> = trouble.details.iter().map(|(name, value)| format!("{name} : {value}")).collect();
    Some([trouble.title, details.join(", ")].join(" ").trim().to_owned())
}

fn comparison(found: Reconciliation, most: usize) -> Comparison {
    let counts = [
        ("only_in_file", found.only_in_file.len() as u64),
        ("only_in_book", found.only_in_book.len() as u64),
        ("different", found.different.len() as u64),
    ];
    let different = found.different.iter().map(|pair| {
        let book = of_book("different", &pair.movement);
        Compared { in_book: book.in_book, movement: book.movement, ..of_line("different", &pair.line) }
    });
    let in_file = found.only_in_file.iter().map(|line| of_line("only_in_file", line));
    let in_book = found.only_in_book.iter().map(|row| of_book("only_in_book", row));
    let rows: Vec<_> = in_file.chain(in_book).chain(different).take(most).collect();
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    Comparison { counts, more: all.saturating_sub(rows.len() as u64), rows }
}

fn of_line(key: &'static str, line: &Line) -> Compared {
    Compared {
        key,
        row: Some(line.row),
        reference: line.draft.reference.clone().unwrap_or_default(),
        account: line.draft.account,
        in_file: line.shown_amount(),
        in_book: None,
        day: line.day.map(|day| day.to_string()).unwrap_or_default(),
        movement: None,
    }
}

fn of_book(key: &'static str, movement: &Row<MovementId, Movement>) -> Compared {
    Compared {
        key,
        row: None,
        reference: movement.reference.clone().unwrap_or_default(),
        account: Some(movement.account),
        in_file: None,
        in_book: Some(movement.amount.to_string()),
        day: movement.posted.map(|posted| posted.day.to_string()).unwrap_or_default(),
        movement: Some(movement.id),
    }
}

/// An amount as a French spreadsheet reads it.
fn figure(amount: Option<&str>) -> String {
    amount.map(|amount| amount.replace('.', ",")).unwrap_or_default()
}

fn number(number: Option<u64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Every row, and what posting it would come to, or came to: what is written shows as there.
fn rows_file(p: &Frame, file: Hash, rows: Vec<RowOutcome>) -> Response {
    let heads = ["payments.row", "field.reference", "field.account_id", "field.amount", "payments.outcome"];
    let heads = heads.into_iter().chain(["field.movement", "payments.why"]).map(|key| p.t(key).to_owned()).collect();
    let line = |row: RowOutcome| {
        vec![
            row.row.to_string(),
            csv::cell(row.reference.as_deref().unwrap_or_default()),
            number(row.account.map(|id| id.0)),
            figure(row.amount.as_deref()),
            p.name("payment", row.outcome.name()),
            number(row.outcome.movement().map(|id| id.0)),
            csv::cell(&why(p, row.outcome).unwrap_or_default()),
        ]
    };
    let lines: Vec<_> = [heads].into_iter().chain(rows.into_iter().map(line)).collect();
    csv::for_spreadsheet(&file_name("paiements", file), &lines)
}

/// What is not on both sides, or not the same there.
fn differences_file(p: &Frame, file: Hash, found: &Comparison) -> Response {
    let heads = ["payments.where", "payments.row", "field.reference", "field.account_id", "payments.in_file"];
    let heads = heads.into_iter().chain(["payments.in_book", "field.day", "field.movement"]);
    let line = |row: &Compared| {
        vec![
            p.name("payments", row.key),
            number(row.row),
            csv::cell(&row.reference),
            number(row.account.map(|id| id.0)),
            figure(row.in_file.as_deref()),
            figure(row.in_book.as_deref()),
            row.day.clone(),
            number(row.movement.map(|id| id.0)),
        ]
    };
    let heads = heads.map(|key| p.t(key).to_owned()).collect();
    let lines: Vec<_> = [heads].into_iter().chain(found.rows.iter().map(line)).collect();
    csv::for_spreadsheet(&file_name("rapprochement", file), &lines)
}

/// Named after the file it is about: the beginning of its SHA-256.
fn file_name(what: &str, file: Hash) -> String {
    let sha256: String = file.to_string().chars().take(12).collect();
    format!("{what}-{sha256}.csv")
}
