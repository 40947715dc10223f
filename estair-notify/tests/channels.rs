//! Channels together: which sender takes a delivery, and for how long.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use estair_core::notification::{Audience, Channel, Notice};
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{AttemptOutcome, Report};
use estair_notify::{ChannelSender, Channels, sample};

/// A host's own: takes what goes to a telephone, whatever the channel, and with the rest of push nothing.
struct Sms(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl ChannelSender for Sms {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Push
    }

    fn takes(&self, delivery: &Delivery) -> bool {
        delivery.recipient.starts_with("tel:")
    }

    async fn send(&self, _: u64, delivery: &Delivery) -> Report {
        self.0.lock().unwrap().push(delivery.recipient.clone());
        Report::done(None)
    }
}

#[tokio::test]
async fn a_host_adds_a_channel_with_one_impl() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let channels = Channels::new().with(Sms(Arc::clone(&sent)));
    assert!(channels.is_on(Channel::Push) && !channels.is_on(Channel::Email));
    let mut delivery = sample::delivery(Notice::CreditApproved, Audience::Client, Channel::Push);
    delivery.recipient = "tel:+221770000000".to_owned();
    assert_eq!(channels.send(1, &delivery).await.outcome, AttemptOutcome::Done);
    delivery.recipient = "https://push.example.test/".to_owned();
    assert_eq!(channels.send(2, &delivery).await.outcome, AttemptOutcome::Skipped);
    assert_eq!(*sent.lock().unwrap(), ["tel:+221770000000"]);
}

/// Never answers.
struct Hangs;

#[async_trait]
impl ChannelSender for Hangs {
    fn serves(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, _: u64, _: &Delivery) -> Report {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn n3_a_sender_that_hangs_blocks_nothing_for_long() {
    let delivery = sample::delivery(Notice::CreditApproved, Audience::Client, Channel::Push);
    let report = Channels::new().with(Hangs).send(1, &delivery).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry);
}
