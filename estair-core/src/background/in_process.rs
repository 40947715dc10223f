//! Messager in the same process: a message goes from the outbox to Messager's store and from there into the book, without
//! HTTP and without a runtime.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use crate::actor::Actor;
use crate::background::{DeliverMessages, ROUND, SendOutbox, accept};
use crate::book::{Book, Error};
use crate::clock::{Clock, IdSource};
use crate::json::Json;
use crate::messager::{Message, Messager, MessagerStore, OutgoingMessage, Receipt, Transport, WebhookResponse};
use crate::queue::{Queue, Report, Schedule, Worker, round};
use crate::refusal::{Class, Refusal};
use crate::request::IncomingMessage;
use crate::row::OutboxEntry;
use crate::store::{Reader, StoreError};

/// A Messager whose store this process holds.
#[derive(Clone)]
pub struct LocalMessager {
    /// Its store.
    pub store: Arc<dyn MessagerStore>,
    /// The schedule of its deliveries.
    pub schedule: Schedule,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
}

#[async_trait]
impl Messager for LocalMessager {
    async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report> {
        let worker = Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() };
        let accepted = accept(self.store.as_ref(), message.clone(), &self.schedule, &worker).await;
        accepted.map(|(receipt, _)| receipt).map_err(|error| Report::retry(error.to_string()))
    }
}

/// The way from Messager into a book of the same process: what the webhook does, without its signature. It carries the
/// messages of every domain.
#[derive(Clone)]
pub struct LocalTransport {
    /// The book.
    pub book: Book,
}

#[async_trait]
impl Transport for LocalTransport {
    async fn call(&self, message: &Message) -> WebhookResponse {
        let read = IncomingMessage::read(message.uuid, &message.kind, message.payload.clone());
        let answer = match read.map_err(|faults| Error::Refused(Refusal::MalformedPayload(faults))) {
            Ok(incoming) => self.book.ask(Actor::System, incoming).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(delivered) => WebhookResponse { body: Some(delivered.to_json()), ..answered(200) },
            Err(Error::Refused(refusal)) => {
                let status = if refusal.class() == Class::Conflict { 409 } else { 422 };
                let body = json!({ "code": refusal.code(), "detail": refusal.to_string() });
                WebhookResponse { body: Some(Json::from(body)), ..answered(status) }
            }
            Err(Error::Store(error)) => WebhookResponse { error: Some(error.to_string()), ..answered(503) },
        }
    }
}

fn answered(status: u16) -> WebhookResponse {
    WebhookResponse { status: Some(status), ..WebhookResponse::default() }
}

/// A book and its Messager in one process, as the two jobs between them. A host without loops of its own calls
/// [`round`](Self::round); one with loops gives them [`outbox`](Self::outbox) and [`messages`](Self::messages).
#[derive(Clone)]
pub struct InProcess {
    /// Hands what was passed to Messager (G3).
    pub outbox: SendOutbox,
    /// Carries what Messager has into the book (G2).
    pub messages: DeliverMessages,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl InProcess {
    /// A book, the store that holds it, and Messager's store. Clock and ids are the book's; the schedules those of G1 and G3.
    #[must_use]
    pub fn new<S>(book: &Book, store: Arc<S>, messager: Arc<dyn MessagerStore>) -> Self
    where
        S: Reader + Queue<OutboxEntry> + 'static,
    {
        let (clock, ids) = book.time();
        let schedule = Schedule::messager();
        let local = LocalMessager {
            store: Arc::clone(&messager),
            schedule: schedule.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let outbox = SendOutbox {
            queue: store.clone(),
            book: book.clone(),
            reader: store,
            messager: Arc::new(local),
            schedule: Schedule::outbox(),
        };
        let transport = Arc::new(LocalTransport { book: book.clone() });
        Self { outbox, messages: DeliverMessages { store: messager, transport, schedule }, clock, ids }
    }

    /// Hands over and delivers what is due, at most [`ROUND`] of each; gives how many jobs were done. What failed is due again
    /// when its schedule says so.
    ///
    /// # Errors
    /// The stores' trouble.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let worker = Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() };
        let sent = round(&self.outbox, ROUND, &worker).await?;
        Ok(sent.saturating_add(round(&self.messages, ROUND, &worker).await?))
    }
}
