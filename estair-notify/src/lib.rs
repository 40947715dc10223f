//! ESTAIR's notification channels: e-mail, Teams and web push, with the texts they carry.
//!
//! [`Channels`] is the core's [`Notifier`](estair_core::notification::Notifier): it hands each notification to the first
//! [`ChannelSender`] that takes it. The three of this crate stand behind the features `email`, `teams` and `push`; a host
//! adds its own (SMS, say) with one `impl` of that trait. Who is told what is the core's matrix, not this crate's (N1).
//!
//! Guarantees:
//! - a sender tries once, within its own limit, and reports; it never retries by itself (N3). The lease of a notification
//!   must outlive [`channels::LONGEST_SEND`];
//! - "delivered" is what the far side said it took, and nothing else (N10);
//! - addresses, keys and URLs are configuration (N6), refused with a message that says what to do when they cannot work,
//!   and secrets appear in no `Debug`, log line or error;
//! - user text is escaped for the channel it goes to, whatever template is used (N4);
//! - time and randomness come through the core's `Clock` and `IdSource`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `email` | yes | mail over SMTP |
//! | `teams` | yes | Adaptive Cards to Teams workflows |
//! | `push` | yes | web push, encrypted |
//! | `all` | yes | every channel |

#[cfg(any(feature = "email", feature = "teams", feature = "push"))]
mod cause;
pub mod channels;
pub mod config;
#[cfg(feature = "email")]
pub mod email;
mod escape;
pub mod french;
#[cfg(any(feature = "teams", feature = "push"))]
mod http;
pub mod links;
#[cfg(feature = "push")]
pub mod push;
pub mod sample;
mod sign_in_link;
#[cfg(feature = "teams")]
pub mod teams;
pub mod templates;
#[cfg(any(feature = "email", feature = "teams", feature = "push"))]
mod tls;
pub mod values;
pub use channels::{ChannelSender, Channels};
pub use config::ConfigError;
pub use links::Links;
pub use sign_in_link::{Language, SignInLink};
pub use templates::{Rendered, TemplateError, Templates};
