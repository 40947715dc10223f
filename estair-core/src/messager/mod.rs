//! Messager: the durable, traced queue between ESTAIR and its own webhook (G1 to G9), over its own database.
//!
//! ESTAIR talks to it through [`Messager`]; a [`MessagerStore`] keeps what it was given; a [`Transport`] carries it to
//! the webhook; a [`MessagerView`] shows and works it, wherever it runs. What an answer means ([`judge`]) and who is alerted of a failure ([`critical_alerts`]) is decided here.

mod alert;
mod event;
mod message;
mod store;
mod transport;
mod view;

pub use alert::critical_alerts;
pub use event::MessageEvent;
pub use message::{DOMAIN, Message, Messager, NewMessage, OutgoingMessage, Receipt};
pub use store::{MAX_MINUTES, MAX_REASON, MessageFilter, MessageRecord, MessagerStore, Operator, Pause, Replay, Stats};
pub use transport::{Transport, WebhookResponse, judge};
pub use view::{MessagerView, Stored};
