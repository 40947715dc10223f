//! Accounts: what they hold ([`Account`], [`Indicators`]), creating one, changing its name, address and status, and its
//! credit limit.

mod builder;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod keyed;
pub(crate) mod limit;

pub use change::AccountPatch;
pub use create::AccountDraft;
pub use limit::LimitDraft;

pub use crate::row::{
    Account, AccountChange, AccountField, AccountStatus, Closing, Effect, FIGURES, Indicators, Keyed, LimitChange,
    Reference, State, Trail, past_state,
};
