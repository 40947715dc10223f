//! Files of payments (L7): bytes become a sheet, its rows movements; what is done with them is the core's to decide.
//!
//! Guarantees: a file is bounded in bytes, in rows, and in what it becomes when it is unpacked, before any of it is believed;
//! what would be posted is what is posted, as both are the same decisions.

mod delimited;
mod sheet;
mod work;
mod workbook;

pub use sheet::{MAX_FILE, MAX_UNPACKED, Unreadable, sheet_of};
pub(crate) use work::read_apart;
pub use work::{File, Outcome, Payments, RowOutcome, counts_of, read};
