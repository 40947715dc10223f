//! Financial requests: creating and previewing one ([`RequestDraft`]), editing a draft ([`DraftEdit`]), changing one ([`RequestPatch`]), what its messages
//! do to it ([`Sent`], [`IncomingMessage`]),
//! and how a credit that was not granted in time is cancelled.

pub(crate) mod action;
mod builder;
pub(crate) mod comment;
pub(crate) mod create;
mod edit;
pub(crate) mod expiry;
pub(crate) mod incoming;
pub(crate) mod pass;
mod payload;
mod plan;
mod preview;
pub(crate) mod sent;
pub(crate) mod update;

pub use action::{allowed_actions, is_visible};
pub use create::RequestDraft;
pub use edit::DraftEdit;
pub use incoming::IncomingMessage;
pub use payload::{Payload, is_message_type};
pub use preview::Preview;
pub use sent::Sent;
pub use update::RequestPatch;

pub use crate::action::Action;
pub use crate::row::{GrantedCredit, Pass, Request, name_of};
