//! As CSV for a French spreadsheet: a byte order mark, semicolons, decimal commas.

use axum::response::Response;
use estair_core::money::Money;

use super::{BALANCE, HEADINGS, Line, OF, Releve, Side};
use crate::csv::{cell, for_spreadsheet};

/// The file.
pub(crate) fn csv(releve: &Releve) -> Response {
    let headings = HEADINGS.iter().chain([&BALANCE]).chain(&OF).map(|heading| (*heading).to_owned());
    let mut lines = vec![headings.collect::<Vec<_>>()];
    lines.push(marked("Solde d’ouverture", releve, [None, None, None], Some(releve.opening)));
    lines.extend(releve.lines.iter().map(cells));
    let totals = &releve.totals;
    lines.push(marked("Totaux", releve, [Some(totals.debit), Some(totals.credit), Some(totals.daily)], None));
    lines.push(marked("Solde de clôture", releve, [None, None, None], Some(releve.closing)));
    for_spreadsheet(&releve.file_name("csv"), &lines)
}

/// A line that is no movement: what it says, in the column of labels; the opening says of what the statement is.
fn marked(words: &str, releve: &Releve, amounts: [Option<Money>; 3], balance: Option<Money>) -> Vec<String> {
    let of = format!("{words} — {}, {}", releve.name, releve.period());
    let mut cells = vec![String::new(); 5];
    cells.push(cell(&of));
    cells.extend(amounts.into_iter().chain([balance]).map(figure));
    cells.extend([String::new(), String::new()]);
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
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    cells.extend([line.sale, line.ticket.map(|ticket| ticket.0)].map(number));
    cells
}

/// An amount with a decimal comma; nothing where there is none.
fn figure(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string().replace('.', ",")).unwrap_or_default()
}
