//! Files of payments (L7): what a bank, a wallet or BSP lists, row by row, as movements of the book.
//!
//! Whoever has read a file gives a [`Sheet`]: a header and rows of texts, however they were written down. A [`Form`] says which
//! column holds what: the neutral form, which every source takes, or the source's own. A row becomes a [`Line`]: a movement
//! that only wants its account. Nothing here reads a file or a database.

mod amount;
mod form;
mod line;
mod reconcile;

pub use form::{Form, NEUTRAL, SOURCES};
pub use line::{AccountBy, Line};
pub use reconcile::{Different, Reconciliation, days_of, reconcile};

/// Rows that one file may have.
pub const MAX_ROWS: usize = 100_000;

/// What a file holds, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows below, without those that are empty.
    pub rows: Vec<SheetRow>,
}

/// A row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Its place in the file: the header is row 1.
    pub number: u64,
    /// Its cells; a short row has none at the end.
    pub cells: Vec<String>,
}

impl SheetRow {
    /// The text of a cell; nothing where there is none.
    fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", |text| text.trim())
    }
}
