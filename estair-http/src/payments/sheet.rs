//! Bytes as a sheet, whatever they are.

use estair_core::payment_file::{MAX_ROWS, Sheet, SheetRow};

use super::{delimited, workbook};

/// Longest file, in bytes.
pub const MAX_FILE: usize = 16 * 1024 * 1024;
/// Most that a file becomes when it is unpacked, in bytes.
pub const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Most columns.
const MAX_COLUMNS: usize = 256;

/// Why a file gives no sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It has more rows, columns or bytes than are taken.
    #[error("{0}")]
    TooLarge(String),
    /// It is no file of a kind that is read, or a broken one.
    #[error("{0}")]
    Broken(String),
}

/// Reads a file: a workbook of a spreadsheet (XLSX), or text with a separator (CSV). The first row that holds something is the
/// header.
///
/// # Errors
/// A file that is too large, or that cannot be read.
pub fn sheet_of(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge(format!("at most {MAX_FILE} bytes are read")));
    }
    match bytes {
        [b'P', b'K', 3 | 5, ..] => workbook::sheet_of(bytes),
        // The workbooks of before 2007.
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Err(Unreadable::Broken("an .xls file is not read: save it as .xlsx".to_owned()))
        }
        _ => delimited::sheet_of(bytes),
    }
}

/// A sheet in the making: rows come one after the other.
#[derive(Debug, Default)]
pub(super) struct Rows {
    sheet: Sheet,
    has_header: bool,
}

impl Rows {
    pub(super) fn add(&mut self, number: u64, cells: Vec<String>) -> Result<(), Unreadable> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if cells.len() > MAX_COLUMNS {
            return Err(Unreadable::TooLarge(format!("at most {MAX_COLUMNS} columns are read")));
        }
        if !self.has_header {
            self.has_header = true;
            self.sheet.header = cells;
            return Ok(());
        }
        if self.sheet.rows.len() >= MAX_ROWS {
            return Err(Unreadable::TooLarge(format!("at most {MAX_ROWS} rows are read")));
        }
        self.sheet.rows.push(SheetRow { number, cells });
        Ok(())
    }

    pub(super) fn end(self) -> Sheet {
        self.sheet
    }
}

/// Where the place of a cell is beyond what is read.
pub(super) fn is_beyond(row: u64, column: usize) -> Option<Unreadable> {
    if column >= MAX_COLUMNS {
        return Some(Unreadable::TooLarge(format!("at most {MAX_COLUMNS} columns are read")));
    }
    // Empty rows may stand between others; a sheet that has a cell in its millionth row is none that people made.
    let most = (MAX_ROWS as u64).saturating_mul(2);
    (row > most).then(|| Unreadable::TooLarge(format!("at most {MAX_ROWS} rows are read")))
}
