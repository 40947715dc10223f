//! The rules of ESTAIR, as values and pure functions.
//!
//! Everything that changes the book goes one way: a [`Command`](command::Command) says what it
//! [needs](change::Needs), a [`Store`](store::Store) locks and shows it ([`Held`](change::Held)), the command is decided
//! ([`Changes`](change::Changes) or a [`Refusal`](refusal::Refusal)), and the store saves what was decided. [`Book`] runs
//! that cycle. There is no clock, no randomness, no thread and no socket in this crate: they come in through traits.
//!
//! Find a rule of the domain by its noun: [`money`] (M), [`account`] (F), [`posting`] and [`audit`] (W), [`category`] and
//! [`request`] (R, T, C, X), [`support`] (S), [`permission`] (P), [`notification`] and [`alert`] (N), [`queue`] and
//! [`messager`] (G).

pub mod account;
pub mod actor;
pub mod alert;
pub mod audit;
pub mod book;
pub mod category;
pub mod change;
pub mod clock;
pub mod command;
pub mod dispatch;
pub mod external;
pub mod fact;
pub mod id;
pub mod memory;
pub mod messager;
pub mod money;
pub mod movement;
pub mod notification;
pub mod notify;
pub mod outage;
pub mod permission;
pub mod policy;
pub mod posting;
pub mod queue;
pub mod quiet;
pub mod read;
pub mod refusal;
pub mod request;
pub mod store;
pub mod support;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod verify;

pub use book::Book;
