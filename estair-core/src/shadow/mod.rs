//! Beside the former system (L6): what it decided is decided by our rules too, as of an instant, and both answers are kept.

mod decide;

pub use decide::{LegacyAnswer, ShadowDraft};
pub(crate) use decide::{decide, lock_set};

pub use crate::row::{ShadowDecision, ShadowOutcome};
