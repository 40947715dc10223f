//! Names of the core as they stand in the statements of this folder: the rules behind them are the core's.

use estair_core::category::Status;
use estair_core::fact::FactKind;
use estair_core::movement::{MovementStatus, MovementType};

use crate::sql::one_of;

/// A request whose movement is written.
pub(super) const CLOSED: &str = Status::Closed.name();

/// A movement that is written.
pub(super) const SUCCESS: &str = MovementStatus::Success.name();

/// A movement that grants a credit.
pub(super) const CREDIT: &str = MovementType::Credit.name();

/// A fact of an attempt that failed: it changes no request.
pub(super) const MOVEMENT_FAILED: &str = FactKind::MovementFailed.name();

/// A fact that tells of a comment on a financial request.
pub(super) const REQUEST_COMMENTED: &str = FactKind::RequestCommented.name();

/// A fact that tells of a comment on a support request.
pub(super) const SUPPORT_COMMENTED: &str = FactKind::SupportCommented.name();

/// The statuses of requests in which nothing changes any more (R6), as a list.
pub(super) fn final_statuses() -> String {
    one_of(Status::ALL.iter().filter(|status| status.is_final()).map(|status| status.name()))
}

/// All others.
pub(super) fn live_statuses() -> String {
    one_of(Status::ALL.iter().filter(|status| !status.is_final()).map(|status| status.name()))
}
