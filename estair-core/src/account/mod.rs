//! Accounts: what they hold ([`Account`], [`Indicators`]), creating one, changing its name, address and status, and its
//! credit limit.

mod builder;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod keyed;
pub(crate) mod limit;
pub(crate) mod rollout;

pub use change::AccountPatch;
pub use create::AccountDraft;
pub use limit::LimitDraft;
pub use rollout::rollout_of;

pub use crate::row::{
    Account, AccountChange, AccountField, AccountStatus, Closing, Effect, FIGURES, Indicators, Keyed, LimitChange,
    Reference, Rollout, RolloutPlan, State, Switched, Trail, past_state,
};
