//! The rules of ESTAIR, as values and pure functions.
//!
//! Everything that changes the book goes one way: a [`Command`] says what it must see, locked
//! ([`LockSet`](decision::LockSet)); a [`Store`](store::Store) locks and shows it ([`Snapshot`](decision::Snapshot)); the
//! command is decided ([`Changes`](decision::Changes) or a [`Refusal`]), and the store saves what was decided. [`Book`] runs
//! that cycle. There is no clock, no randomness, no thread and no socket in this crate: they come in through traits.
//!
//! Find a rule of the domain by its noun: [`money`] (M), [`account`] (F, A), [`movement`] and [`audit`] (W), [`category`]
//! and [`request`] (R, T, C, X), [`support`] (S), [`permission`] (P), [`notice`] and [`notification`] (N), [`queue`] and
//! [`messager`] (G), [`verify`](mod@verify) (V). `docs/rules.md` has each rule's text, its home and its tests.

// From the ground up: a module knows those before it, never those after it.
mod named;

pub mod hash;
pub mod id;
pub mod json;
pub mod money;
pub mod source;

pub mod actor;
pub mod clock;

pub mod action;
pub mod category;
pub mod email;
pub mod membership;
pub mod movement_type;
pub mod notice;
pub mod refusal;
pub mod text;

pub mod row;

pub mod audit;

pub mod fact;
pub mod permission;
pub mod policy;

pub mod decision;

pub mod store;

pub mod account;
pub mod messager;
pub mod movement;
pub mod notification;
pub mod queue;
pub mod request;
pub mod support;

pub mod command;

pub mod book;
pub mod verify;

pub mod background;

pub mod memory;
#[cfg(feature = "testing")]
pub mod testing;

pub use actor::{Actor, Origin};
pub use book::{Book, Submission, View};
pub use command::Command;
pub use decision::Answer;
pub use policy::Policy;
pub use refusal::Refusal;
