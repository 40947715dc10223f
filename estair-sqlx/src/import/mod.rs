//! Old data, brought into the book (L2, L3): read-only from a former system's tables, by a mapping, through the book's own rules.
//!
//! What comes in: accounts, requests and tickets, which keep their numbers, with what was said on them; people and their devices; the
//! history of money, or an opening balance where history is not wanted. Every row that is read has its line in the report: what does not
//! come is told with why, by the rule that its mapping has for what is wrong with it.
//!
//! Guarantees: the source is only read. Each row comes in once, under a name or a number of its own, so that a run that was killed is run
//! again and goes on. A comparison tells afterwards of each row whether the book has it so, and sums both sides. A dry run reads and
//! reports the same, and opens no transaction on the book. A run can be undone whole while nothing else was done on its accounts.

mod coming;
mod compare;
mod groups;
mod mapping;
mod mend;
mod money;
mod people;
mod reading;
mod report;
mod rules;
mod run;
mod runs;
mod settle;
mod source;
mod threads;
mod undo;

pub use mapping::{AccountTable, CommentTable, DeviceTable, Instead, Mapping, MovementTable, PeopleTable, ThreadTable};
pub use report::{AboveLimit, BalanceLine, Line, Outcome, Report, Sum, SumLine, TableReport, decimal};
pub use rules::{Dirt, Rule};
pub use run::{Import, Mode, Target};
pub use runs::{Imports, Run};
pub use source::Source;
pub use undo::{NotUndone, Undone};
