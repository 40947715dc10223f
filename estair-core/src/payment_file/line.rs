//! A row of a file as a movement that only wants its account.

use crate::clock::{BusinessDay, Timestamp, parse_day, parse_timestamp};
use crate::hash::Hash;
use crate::id::AccountId;
use crate::json::Json;
use crate::money::{Amount, Currency};
use crate::movement::{FilePlace, MovementDraft};
use crate::movement_type::MovementType;
use crate::refusal::FieldError;
use crate::row::Details;
use crate::source::Source;
use crate::text::{self, folded};

use super::{Form, Sheet, SheetRow, amount};

/// What a source says of a row that it counts as done, without accents.
const DONE: [&str; 12] = [
    "success",
    "successful",
    "succes",
    "succeeded",
    "completed",
    "complete",
    "done",
    "effectue",
    "effectuee",
    "termine",
    "valide",
    "ok",
];

/// How a row names its account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountBy {
    /// By its number.
    Id(AccountId),
    /// By the host's reference (A7).
    Reference(String),
    /// By its name, which must be one account's alone.
    Name(String),
}

/// A row of a file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the file.
    pub row: u64,
    /// Whose it is, as far as the row says.
    pub account: Option<AccountBy>,
    /// The currency of its account, once that is known: amounts are shown with its decimals.
    pub currency: Option<Currency>,
    /// The day it names.
    pub day: Option<BusinessDay>,
    /// The movement, without its account.
    pub draft: MovementDraft,
}

impl Line {
    /// The amount as it is shown; none where there is none.
    #[must_use]
    pub fn shown_amount(&self) -> Option<String> {
        let amount = self.draft.amount?;
        let money = self.currency.and_then(|currency| amount.in_currency(currency).ok());
        Some(money.map_or_else(|| amount.to_string(), |money| money.to_string()))
    }

    /// Reads a row of a sheet. What cannot be read is among the draft's faults.
    #[must_use]
    pub fn read(source: Source, form: &Form, sheet: &Sheet, row: &SheetRow, file: Hash) -> Self {
        let mut faults = Vec::new();
        if form.status.is_some() && !DONE.contains(&folded(row.cell(form.status)).as_str()) {
            faults.push(FieldError::new("status", "is not one of a payment that was made"));
        }
        let account = account_of(form, row, &mut faults);
        let given = read(row.cell(form.amount), "amount", &mut faults, amount::read);
        let at = read(row.cell(form.date), "date", &mut faults, |text| {
            date(text).ok_or_else(|| "must be a day such as 2025-10-21 or 21/10/2025, a time may follow".to_owned())
        });
        let currency = read(row.cell(form.currency), "currency", &mut faults, |text| {
            currency(text).ok_or_else(|| "must be a currency of ISO 4217".to_owned())
        });
        let description = text::optional("description", Some(row.cell(form.description)), text::MAX_TEXT);
        let description = description.map_err(|fault| faults.push(fault)).unwrap_or_default();
        let (kind, amount) = signed(source, given);
        let draft = MovementDraft {
            source: Some(source),
            reference: Some(row.cell(form.reference).to_owned()),
            kind: Some(kind),
            amount,
            currency,
            account: None,
            etatsdevente_id: None,
            details: Details { created: at, description, ..Details::default() },
            payload: payload(sheet, row, file),
            file: Some(FilePlace { sha256: file, row: row.number }),
            faults,
        };
        Self { row: row.number, account, currency: None, day: at.map(|at| BusinessDay::new(at.date_naive())), draft }
    }
}

/// What a source's amount is: a sale takes from the account, a negative one gives back; anything else is paid in.
fn signed(source: Source, given: Option<Amount>) -> (MovementType, Option<Amount>) {
    if source != Source::Bsp {
        return (MovementType::Payment, given);
    }
    let turned = given.and_then(|amount| Amount::from_hundredths(-amount.hundredths()).ok());
    match given {
        Some(amount) if amount.hundredths() < 0 => (MovementType::Refund, turned),
        _ => (MovementType::Debit, turned),
    }
}

fn account_of(form: &Form, row: &SheetRow, faults: &mut Vec<FieldError>) -> Option<AccountBy> {
    let id = read(row.cell(form.account_id), "account_id", faults, |text| {
        text.parse().map(AccountId).map_err(|_| "must be the number of an account".to_owned())
    });
    let text =
        |column, by: fn(String) -> AccountBy| Some(row.cell(column).to_owned()).filter(|t| !t.is_empty()).map(by);
    let by = id.map(AccountBy::Id);
    let by = by.or_else(|| text(form.account_reference, AccountBy::Reference));
    let by = by.or_else(|| text(form.account_name, AccountBy::Name));
    if by.is_none() && !faults.iter().any(|fault| fault.field == "account_id") {
        faults.push(FieldError::new("account_id", "is needed, or another name of the account"));
    }
    by
}

fn read<T>(
    text: &str,
    field: &str,
    faults: &mut Vec<FieldError>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    read(text).map_err(|message| faults.push(FieldError::new(field, message))).ok()
}

/// BSP writes the number of decimals behind the code.
fn currency(text: &str) -> Option<Currency> {
    text.trim_end_matches(|c: char| c.is_ascii_digit()).to_uppercase().parse().ok()
}

/// A day, or an instant: as RFC 3339 has it, or with the day first, as people write it.
fn date(text: &str) -> Option<Timestamp> {
    let midnight = |day: BusinessDay| parse_timestamp(&format!("{day}T00:00:00Z")).ok();
    if let Ok(at) = parse_timestamp(text) {
        return Some(at);
    }
    if let Ok(day) = parse_day(text) {
        return midnight(day);
    }
    let (day, time) = text.split_once([' ', 'T']).map_or((text, ""), |(day, time)| (day, time.trim()));
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if year.len() != 4 {
        return None;
    }
    let day = parse_day(&format!("{year}-{month:0>2}-{day:0>2}")).ok()?;
    let time = match time.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{time}:00"),
        _ => time.to_owned(),
    };
    parse_timestamp(&format!("{day}T{time}Z")).ok()
}

/// The row as it came, with the file it came in (G12).
fn payload(sheet: &Sheet, row: &SheetRow, file: Hash) -> Option<Json> {
    let named = sheet.header.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    let line: serde_json::Map<_, _> = named.map(|(name, cell)| (name.clone(), cell.clone().into())).collect();
    let file = serde_json::json!({ "sha256": file.to_string(), "row": row.number });
    Json::parse(&serde_json::json!({ "file": file, "line": line }).to_string())
}
