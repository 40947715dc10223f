//! Pieces that several pages have.

pub(super) mod account_names;
pub(super) mod buttons;
pub(super) mod chart;
pub(super) mod creation;
pub(super) mod outlook;
pub(super) mod part;
pub(super) mod raise;
pub(super) mod timeline;
pub(super) mod unseen;
