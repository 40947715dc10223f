//! The rules of ESTAIR, as values and pure functions.
//!
//! Everything that changes the book goes one way: a [`Command`] says what it must see, locked
//! ([`LockSet`](decision::LockSet)); a [`Store`](store::Store) locks and shows it ([`Snapshot`](decision::Snapshot)); the
//! command is decided ([`Changes`](decision::Changes) or a [`Refusal`]), and the store saves what was decided. [`Book`] runs
//! that cycle. There is no clock, no randomness, no thread and no socket in this crate: they come in through traits.
//!
//! Find a rule of the domain by its noun: [`money`] (M), [`account`] (F, A), [`movement`] and [`audit`] (W), [`category`]
//! and [`request`] (R, T, C, X), [`support`] (S), [`permission`] (P), [`notice`] and [`notification`] (N), [`queue`] and
//! [`messager`] (G), [`verify`](mod@verify) (V), [`payment_file`],
//! [`shadow`] and [`import`] (L). `docs/rules.md` has each rule's text, its home and its tests.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `decimal` | yes | [`Amount`](money::Amount) and `rust_decimal::Decimal` turn into each other, exactly or not at all |
//! | `system` | no | the system's clock and randomness (`clock::System`) |
//! | `tracing` | no | a span around commands, an event for each with its outcome and time |
//! | `testing` | no | the conformance suite for stores, generators, a clock that is moved by hand |
//! | `mock` | no | doubles of `Notifier`, `Directory`, `Messager`, `Transport` and `Clock`, made by mockall |
//!
//! chrono, uuid and rust_decimal are shown again as they are served here: [`chrono`], [`uuid`].

// From the ground up: a module knows those before it, never those after it.
mod channel;
mod named;
mod options;

pub mod hash;
pub mod id;
pub mod json;
pub mod money;
pub mod source;

#[cfg(feature = "decimal")]
mod decimal;

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
pub mod comment;
pub mod import;
pub mod messager;
pub mod movement;
pub mod notification;
pub mod payment_file;
pub mod queue;
pub mod request;
pub mod shadow;
pub mod support;

pub mod command;

pub mod ask;

pub mod book;
pub mod verify;

pub mod background;

pub mod handles;

pub mod memory;
#[cfg(feature = "testing")]
pub mod testing;

pub mod prelude;

// What is in signatures, as it is served here.
pub use chrono;
#[cfg(feature = "decimal")]
pub use rust_decimal;
pub use uuid;

pub use actor::{Actor, Origin};
pub use ask::Ask;
pub use book::{Book, Submission, View};
pub use command::Command;
pub use decision::Answer;
pub use handles::Handles;
pub use policy::Policy;
pub use refusal::Refusal;

/// The README's program, compiled and run as it stands.
#[cfg(all(doctest, feature = "system"))]
#[doc = include_str!("../../README.md")]
struct Readme;
