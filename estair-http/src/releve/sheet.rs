//! As CSV for a French spreadsheet: a byte order mark, semicolons, decimal commas.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use estair_core::money::Money;

use super::{BALANCE, HEADINGS, Line, Releve, Side};
use crate::csv::cell;

/// What tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The file.
pub(crate) fn csv(releve: &Releve) -> Response {
    let mut text = String::from(BYTE_ORDER_MARK);
    let mut put = |cells: &[String]| {
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    };
    let headings = HEADINGS.iter().chain([&BALANCE]).map(|heading| (*heading).to_owned());
    put(&headings.collect::<Vec<_>>());
    put(&marked("Solde d’ouverture", releve, [None, None, None], Some(releve.opening)));
    releve.lines.iter().for_each(|line| put(&cells(line)));
    let totals = &releve.totals;
    put(&marked("Totaux", releve, [Some(totals.debit), Some(totals.credit), Some(totals.daily)], None));
    put(&marked("Solde de clôture", releve, [None, None, None], Some(releve.closing)));
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"{}\"", releve.file_name("csv"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// A line that is no movement: what it says, in the column of labels; the opening says of what the statement is.
fn marked(words: &str, releve: &Releve, amounts: [Option<Money>; 3], balance: Option<Money>) -> Vec<String> {
    let of = format!("{words} — {}, {}", releve.name, releve.period());
    let mut cells = vec![String::new(); 5];
    cells.push(cell(&of));
    cells.extend(amounts.into_iter().chain([balance]).map(figure));
    cells
}

fn cells(line: &Line) -> Vec<String> {
    let day = line.day.map(|day| day.date().format("%d/%m/%Y").to_string()).unwrap_or_default();
    let texts = [day, cell(&line.name), line.kind.to_owned(), line.source.to_owned()];
    let (debit, credit, daily) = match line.side {
        Side::Debit(amount) => (Some(amount), None, None),
        Side::Credit(amount) => (None, Some(amount), None),
        Side::Daily(amount) => (None, None, Some(amount)),
    };
    let mut cells = Vec::from(texts);
    cells.extend([cell(&line.reference), cell(&line.label)]);
    cells.extend([debit, credit, daily, line.balance].map(figure));
    cells
}

/// An amount with a decimal comma; nothing where there is none.
fn figure(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string().replace('.', ",")).unwrap_or_default()
}
