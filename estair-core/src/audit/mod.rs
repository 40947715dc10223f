//! The audit trail: one chained log row for each successful movement, one unchained row for each failure (W2, W4, W5).
//!
//! Guarantees: the hash of a row covers the previous row's hash and the canonical text of its own content, so that a
//! change, an insertion or a removal anywhere is found ([`verify`](mod@crate::verify)).

pub mod evidence;
mod key;
mod keyed;
mod log;
mod seal;
pub(crate) mod text;
mod undone;

pub use key::{AuditKeys, Sealing};
pub use log::{ChainLink, Log, LogStatus, Outcome, changes};
pub use seal::Sealed;
pub use undone::{Head, UndoneImport};
