//! Accounts: what they hold ([`Account`], [`Indicators`]), creating one, and its credit limit.

mod builder;
pub(crate) mod create;
pub(crate) mod keyed;
pub(crate) mod limit;

pub use create::AccountDraft;
pub use limit::LimitDraft;

pub use crate::row::{Account, Closing, Effect, FIGURES, Indicators, Keyed, LimitChange, State, Trail, past_state};
