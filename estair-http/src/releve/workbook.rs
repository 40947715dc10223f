//! As a workbook of one sheet, with numbers that are numbers.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use estair_core::money::Money;
use estair_core::store::{StoreError, StoreErrorKind};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{BALANCE, HEADINGS, Line, OF, Releve, Side};

/// The type of such files.
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The columns of debit, credit, daily credit and balance.
const FIGURES: [u16; 4] = [6, 7, 8, 9];

/// The row of the headings.
const HEAD: u32 = 3;

/// The file.
pub(crate) fn xlsx(releve: &Releve) -> Result<Response, StoreError> {
    let unwritten =
        |error: XlsxError| StoreError::new(StoreErrorKind::Other, "the workbook was not written").caused_by(error);
    let bytes = workbook(releve).map_err(unwritten)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TYPE));
    let name = format!("attachment; filename=\"{}\"", releve.file_name("xlsx"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn workbook(releve: &Releve) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Relevé")?;
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("dd/mm/yyyy"));
    let decimals = releve.opening.currency().decimals();
    let figure = Format::new().set_num_format(if decimals == 0 { "#,##0" } else { "#,##0.00" });
    let total = figure.clone().set_bold();
    sheet.write_with_format(0, 0, format!("Relevé de compte — {}", releve.name), &bold)?;
    sheet.write(1, 0, format!("Compte n° {}, {}, {}", releve.account, releve.opening.currency(), releve.period()))?;
    for (column, heading) in (0_u16..).zip(HEADINGS.iter().chain([&BALANCE]).chain(&OF)) {
        sheet.write_with_format(HEAD, column, *heading, &bold)?;
    }
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    for (column, width) in [(0, 12.0), (1, 34.0), (2, 22.0), (3, 16.0), (4, 24.0), (5, 40.0)] {
        sheet.set_column_width(column, width)?;
    }
    for column in FIGURES {
        sheet.set_column_width(column, 16.0)?;
    }
    let mut row = HEAD + 1;
    sheet.write_with_format(row, 5, "Solde d’ouverture", &bold)?;
    put(sheet, row, 9, Some(releve.opening), &total)?;
    for line in &releve.lines {
        row += 1;
        write_line(sheet, row, line, &day, &figure)?;
    }
    row += 1;
    sheet.write_with_format(row, 5, "Totaux", &bold)?;
    let totals = &releve.totals;
    for (column, amount) in [(6, totals.debit), (7, totals.credit), (8, totals.daily)] {
        put(sheet, row, column, Some(amount), &total)?;
    }
    row += 1;
    sheet.write_with_format(row, 5, "Solde de clôture", &bold)?;
    put(sheet, row, 9, Some(releve.closing), &total)?;
    book.save_to_buffer()
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &Line, day: &Format, figure: &Format) -> Result<(), XlsxError> {
    if let Some(date) = line.day {
        let date = date.date().format("%Y-%m-%d").to_string();
        sheet.write_with_format(row, 0, &rust_xlsxwriter::ExcelDateTime::parse_from_str(&date)?, day)?;
    }
    // A text is written as one, whatever it begins with: no spreadsheet runs it.
    for (column, text) in (1_u16..).zip([&line.name, line.kind, line.source, &line.reference, &line.label] as [&str; 5])
    {
        sheet.write_string(row, column, text)?;
    }
    let (column, amount) = match line.side {
        Side::Debit(amount) => (6, amount),
        Side::Credit(amount) => (7, amount),
        Side::Daily(amount) => (8, amount),
    };
    put(sheet, row, column, Some(amount), figure)?;
    put(sheet, row, 9, line.balance, figure)?;
    // Numbers of rows are names here: nobody adds them up, and a spreadsheet's own numbers end at 2^53.
    for (column, number) in [(10, line.sale), (11, line.ticket.map(|ticket| ticket.0))] {
        if let Some(number) = number {
            sheet.write_string(row, column, number.to_string())?;
        }
    }
    Ok(())
}

/// A figure as a number: those of `decimal(15,2)` are exact in a spreadsheet's own kind of number.
fn put(sheet: &mut Worksheet, row: u32, column: u16, amount: Option<Money>, format: &Format) -> Result<(), XlsxError> {
    let Some(number) = amount.and_then(|amount| amount.amount().to_string().parse::<f64>().ok()) else { return Ok(()) };
    sheet.write_number_with_format(row, column, number, format).map(|_| ())
}
