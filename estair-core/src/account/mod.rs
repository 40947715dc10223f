//! Accounts: what they hold ([`Account`], [`Indicators`]), creating one, and its credit limit.

pub(crate) mod create;
pub(crate) mod keyed;
pub(crate) mod limit;
pub(crate) mod rollout;

pub use create::AccountDraft;
pub use limit::LimitDraft;
pub use rollout::rollout_of;

pub use crate::row::{Account, Closing, Effect, FIGURES, Indicators, Keyed, LimitChange, Rollout, RolloutPlan, State, Switched, Trail, past_state};
