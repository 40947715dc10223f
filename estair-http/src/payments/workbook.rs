//! Workbooks (XLSX): the first sheet, cell by cell, within a bound.

use std::io::{Cursor, Read, sink};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use estair_core::payment_file::Sheet;

use super::sheet::{MAX_UNPACKED, Rows, Unreadable, is_beyond};

pub(super) fn sheet_of(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    refuse_bomb(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let name = workbook.sheet_names().first().cloned();
    let name = name.ok_or_else(|| Unreadable::Broken("it has no sheet".to_owned()))?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
    let (mut rows, mut row, mut number, mut text) = (Rows::default(), Vec::new(), 0, 0_u64);
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        let (at, column) = (u64::from(at) + 1, column as usize);
        if let Some(beyond) = is_beyond(at, column) {
            return Err(beyond);
        }
        if at != number {
            rows.add(number, std::mem::take(&mut row))?;
            number = at;
        }
        let value = text_of(cell.get_value());
        // One text may stand in many cells: what they are together counts, not what the file holds once.
        text = text.saturating_add(value.len() as u64);
        if text > MAX_UNPACKED {
            return Err(too_large());
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(place) = row.get_mut(column) {
            *place = value;
        }
    }
    rows.add(number, row)?;
    Ok(rows.end())
}

/// Unpacks it once into nothing: what it becomes is not believed, it is counted.
fn refuse_bomb(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let unpacked = std::io::copy(&mut entry.take(left.saturating_add(1)), &mut sink()).map_err(broken)?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

fn too_large() -> Unreadable {
    Unreadable::TooLarge(format!("unpacked it is more than {MAX_UNPACKED} bytes"))
}

fn broken(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::Broken(format!("it is no workbook: {error}"))
}

/// A cell as text. A number is the shortest text that means the same number.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => date_of(*at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn date_of(at: ExcelDateTime) -> String {
    if !at.is_datetime() {
        return at.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
