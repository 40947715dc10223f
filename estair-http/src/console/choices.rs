//! The names that filters offer, from the core's own enumerations, and the icons of states.

use estair_core::account::{AccountField, AccountStatus, Rollout};
use estair_core::category::{Category, DEFINITIONS, Desk, Status};
use estair_core::movement::{MovementType, Source};
use estair_core::notice::{Channel, Notice};
use estair_core::queue::JobStatus;
use estair_core::support::{Assignee, Side, SupportStatus};

use super::frame::Frame;
use crate::names::names;

/// The icon of a state: a shape of its own for each, so that none is told by its colour alone.
const ICONS: [(&str, &str); 12] = [
    ("active", "closed"),
    ("completed", "closed"),
    ("created", "closed"),
    ("disabled", "cancelled"),
    ("done", "closed"),
    ("existing", "skipped"),
    ("in_progress", "processing"),
    ("permanent", "failed"),
    ("refused", "failed"),
    ("success", "closed"),
    ("suspended", "waiting"),
    ("would_create", "to_treat"),
];

impl Frame {
    /// The icon of a state.
    pub(super) fn icon<'n>(&self, name: &'n str) -> &'n str {
        ICONS.iter().find(|(state, _)| *state == name).map_or(name, |(_, icon)| icon)
    }

    pub(super) fn statuses(&self) -> Vec<&'static str> {
        names!(Status)
    }

    pub(super) fn categories(&self) -> Vec<&'static str> {
        names!(Category)
    }

    pub(super) fn desks(&self) -> Vec<&'static str> {
        names!(Desk)
    }

    pub(super) fn support_statuses(&self) -> Vec<&'static str> {
        names!(SupportStatus)
    }

    pub(super) fn assignees(&self) -> Vec<&'static str> {
        names!(Assignee)
    }

    pub(super) fn sides(&self) -> Vec<&'static str> {
        names!(Side)
    }

    pub(super) fn account_statuses(&self) -> Vec<&'static str> {
        names!(AccountStatus)
    }

    pub(super) fn rollouts(&self) -> Vec<&'static str> {
        names!(Rollout)
    }

    pub(super) fn movement_types(&self) -> Vec<&'static str> {
        names!(MovementType)
    }

    pub(super) fn sources(&self) -> Vec<&'static str> {
        names!(Source)
    }

    pub(super) fn notices(&self) -> Vec<&'static str> {
        names!(Notice)
    }

    pub(super) fn log_statuses(&self) -> [&'static str; 2] {
        ["success", "failed"]
    }

    pub(super) fn channels(&self) -> Vec<&'static str> {
        names!(Channel)
    }

    pub(super) fn job_statuses(&self) -> Vec<&'static str> {
        names!(JobStatus)
    }

    /// A message is never skipped.
    pub(super) fn message_statuses(&self) -> Vec<&'static str> {
        JobStatus::ALL.iter().filter(|one| **one != JobStatus::Skipped).map(|one| one.name()).collect()
    }

    pub(super) fn message_types(&self) -> Vec<&'static str> {
        DEFINITIONS.iter().map(|definition| definition.message).collect()
    }

    /// A value that an account had, in words.
    pub(super) fn changed(&self, field: &AccountField, value: &Option<String>) -> String {
        match (field, value) {
            (AccountField::Status, Some(status)) => self.name("account_status", status),
            (AccountField::Rollout, Some(rollout)) => self.name("rollout", rollout),
            (_, Some(value)) => value.clone(),
            (_, None) => self.t("account.email_gone").to_owned(),
        }
    }
}
