//! Whom the book works with: a subscriber, a Messager, its wire to the webhook, people.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::background::accept;
use estair_core::book::{Error, Reply, Submission, Subscriber};
use estair_core::command::Command;
use estair_core::decision::{Answer, IncomingAnswer};
use estair_core::fact::Fact;
use estair_core::id::AccountId;
use estair_core::memory::MemoryMessager;
use estair_core::messager::{
    Message, Messager, OutgoingMessage as Sent, Receipt, Transport, WebhookResponse as WebhookReply,
};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Directory, Notification, Notifier, Recipient};
use estair_core::queue::{AttemptOutcome, Report, Schedule, Worker};
use estair_core::request::IncomingMessage as Incoming;
use estair_core::store::StoreError;
use estair_core::testing::{ManualClock, SeededIds};
use serde_json::{Value, json};

use crate::met::Dice;

#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<Fact>>);

impl Subscriber for Heard {
    fn on_fact(&self, fact: &Fact) {
        self.0.lock().unwrap().push(fact.clone());
    }
}

/// The way from ESTAIR to Messager: it loses calls, and answers.
pub(crate) struct Post {
    pub(crate) store: MemoryMessager,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<SeededIds>,
    pub(crate) schedule: Schedule,
    pub(crate) loses: Arc<Mutex<(Dice, u64)>>,
}

impl Post {
    pub(crate) fn loses(&self) -> bool {
        let mut loses = self.loses.lock().unwrap();
        let one_in = loses.1;
        one_in > 0 && loses.0.roll(one_in) == 0
    }
}

#[async_trait]
impl Messager for Post {
    async fn submit(&self, message: &Sent) -> Result<Receipt, Report> {
        if self.loses() {
            return Err(Report::failed(AttemptOutcome::Retry, "the call was lost"));
        }
        let worker = Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() };
        let accepted = accept(&self.store, message.clone(), &self.schedule, &worker).await;
        let (receipt, _) = accepted.map_err(|error| Report::failed(AttemptOutcome::Retry, error.to_string()))?;
        if self.loses() {
            return Err(Report::failed(AttemptOutcome::Retry, "the answer was lost"));
        }
        Ok(receipt)
    }
}

/// The way from Messager to the webhook: it loses calls, and answers.
pub(crate) struct Wire {
    pub(crate) book: Book,
    pub(crate) loses: Arc<Mutex<(Dice, u64)>>,
    pub(crate) lost_answers: Mutex<u64>,
    pub(crate) duplicates: Mutex<u64>,
}

#[async_trait]
impl Transport for Wire {
    async fn call(&self, message: &Message) -> WebhookReply {
        let lost = || {
            let mut loses = self.loses.lock().unwrap();
            let one_in = loses.1;
            one_in > 0 && loses.0.roll(one_in) == 0
        };
        if lost() {
            return WebhookReply { error: Some("connection refused".into()), ..WebhookReply::default() };
        }
        let command = Command::Receive(read(message));
        let reply = self.book.run(Submission::new(Actor::System, command.clone())).await;
        // Sometimes the network delivers the same call twice.
        if lost() {
            *self.duplicates.lock().unwrap() += 1;
            let again = self.book.run(Submission::new(Actor::System, command)).await;
            if let (Ok(first), Ok(second)) = (&reply, &again) {
                assert_eq!(outcome_of(first), outcome_of(second), "the same message, another answer");
            }
        }
        if lost() {
            *self.lost_answers.lock().unwrap() += 1;
            return WebhookReply { error: Some("connection reset".into()), ..WebhookReply::default() };
        }
        let (status, body) = match reply {
            Ok(reply) => (200, outcome_of(&reply)),
            Err(Error::Refused(refusal)) => (409, json!({ "code": refusal.code() })),
            Err(Error::Store(error)) => (503, json!({ "code": error.kind().name() })),
        };
        WebhookReply { status: Some(status), body: Some(body.into()), ..WebhookReply::default() }
    }
}

fn outcome_of(reply: &Reply) -> Value {
    match &reply.answer {
        Answer::Written { id, uuid } => json!({ "success": true, "mouvement_id": id, "mouvement_uuid": uuid }),
        Answer::Outcome(IncomingAnswer::Outcome { outcome, .. }) => json!({ "success": false, "outcome": outcome }),
        other => panic!("a delivery answered {other:?}"),
    }
}

fn read(message: &Message) -> Incoming {
    Incoming::read(message.uuid, &message.kind, message.payload.clone()).unwrap()
}

/// Everybody has one address, and a channel that works most of the time.
pub(crate) struct People {
    pub(crate) told: Mutex<BTreeMap<(u64, Notice, Audience, Channel), u32>>,
    pub(crate) loses: Arc<Mutex<(Dice, u64)>>,
}

#[async_trait]
impl Directory for People {
    async fn recipients(
        &self,
        audience: Audience,
        _: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        let address = format!("{audience}@example.test");
        Ok(vec![Recipient { user: None, address, opted_out: false }])
    }
}

#[async_trait]
impl Notifier for People {
    fn is_on(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, _: u64, delivery: &Notification) -> Report {
        let mut loses = self.loses.lock().unwrap();
        let one_in = loses.1;
        if one_in > 0 && loses.0.roll(one_in) == 0 {
            return Report::failed(AttemptOutcome::Retry, "the mail server hung up");
        }
        if let Some(fact) = delivery.fact {
            let key = (fact.0, delivery.notice, delivery.audience, delivery.channel);
            *self.told.lock().unwrap().entry(key).or_default() += 1;
        }
        Report::done(None)
    }
}
