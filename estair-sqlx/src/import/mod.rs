//! Old data, brought into the book (L2, L3): read-only from a former system's tables, by a mapping, through the book's own rules.
//!
//! What comes in today: accounts, which keep their numbers; the history of money of accounts that have no movement yet; an opening
//! balance where history is not wanted. Every row that is read has its line in the report: what does not come is told with why.
//! Credits, requests, tickets, people and devices are counted there and do not come yet.
//!
//! Guarantees: the source is only read. Each row comes in once, in the transaction that notes that it did, so that a run that was
//! killed is run again. A comparison tells afterwards of each row whether the book has it so. A dry run reads and reports the same, and opens no transaction on the book.

mod mapping;
mod mend;
mod report;
mod run;
mod source;
mod undo;

pub use mapping::{Mapping, MovementTable};
pub use report::{Line, Outcome, Report, TableReport};
pub use run::{Import, Mode, Target};
pub use source::Source;
pub use undo::Undone;
