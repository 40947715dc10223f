//! Channels together: which sender takes a notification, and for how long.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::{AttemptOutcome, Report};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use estair_notify::channels::{LONGEST_ATTEMPT, LONGEST_SEND};
use estair_notify::{ChannelSender, Channels, sample};
use tokio::time::{Instant, sleep};

/// A host's own: takes what goes to a telephone, whatever the channel, and with the rest of push nothing.
struct Sms(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl ChannelSender for Sms {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Push
    }

    fn takes(&self, notification: &Notification) -> bool {
        notification.recipient.starts_with("tel:")
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.0.lock().unwrap().push(notification.recipient.clone());
        Report::done(None)
    }
}

#[tokio::test]
async fn a_host_adds_a_channel_with_one_impl() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let channels = Channels::new().with(Sms(Arc::clone(&sent)));
    assert!(channels.is_on(Channel::Push) && !channels.is_on(Channel::Email));
    let mut notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Push);
    notification.recipient = "tel:+221770000000".to_owned();
    assert_eq!(channels.send(1, &notification).await.outcome, AttemptOutcome::Done);
    notification.recipient = "https://push.example.test/".to_owned();
    assert_eq!(channels.send(2, &notification).await.outcome, AttemptOutcome::Skipped);
    assert_eq!(*sent.lock().unwrap(), ["tel:+221770000000"]);
}

/// A host's own, beside those of the matrix.
struct Telex;

const TELEX: Channel = Channel::other("telex");

#[async_trait]
impl ChannelSender for Telex {
    fn serves(&self, channel: Channel) -> bool {
        channel == TELEX
    }

    fn own_channel(&self) -> Option<Channel> {
        Some(TELEX)
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::done(None)
    }
}

#[test]
fn a_hosts_own_channel_is_known_when_its_sender_is_shared() {
    assert_eq!(Channels::new().with(Telex).own_channels(), [TELEX]);
    assert_eq!(Channels::new().with(Arc::new(Telex)).own_channels(), [TELEX]);
}

/// Never answers.
struct Hangs;

#[async_trait]
impl ChannelSender for Hangs {
    fn serves(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn n3_a_sender_that_hangs_blocks_nothing_for_long() {
    let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Push);
    let began = Instant::now();
    let report = Channels::new().with(Hangs).send(1, &notification).await;
    assert_eq!((report.outcome, began.elapsed()), (AttemptOutcome::Retry, LONGEST_ATTEMPT));
}

/// Needs so long, and says that it may need so long.
struct Slow {
    needs: Duration,
    says: Duration,
}

#[async_trait]
impl ChannelSender for Slow {
    fn serves(&self, _: Channel) -> bool {
        true
    }

    fn longest_attempt(&self) -> Duration {
        self.says
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        sleep(self.needs).await;
        Report::done(None)
    }
}

/// What is cut off in the middle may have been delivered, and goes out again.
#[tokio::test(start_paused = true)]
async fn n3_a_sender_has_the_time_that_it_needs_and_never_more_than_a_lease_has() {
    let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Email);
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    for (needs, says, outcome, takes) in [
        (minutes(10), minutes(11), AttemptOutcome::Done, minutes(10)),
        (minutes(11), minutes(10), AttemptOutcome::Retry, minutes(10)),
        (minutes(60), minutes(90), AttemptOutcome::Retry, LONGEST_SEND),
    ] {
        let began = Instant::now();
        let report = Channels::new().with(Slow { needs, says }).send(1, &notification).await;
        assert_eq!((report.outcome, began.elapsed()), (outcome, takes));
    }
}

/// Keeps what it was given.
struct Kept(Arc<Mutex<Vec<Notification>>>);

#[async_trait]
impl ChannelSender for Kept {
    fn serves(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.0.lock().unwrap().push(notification.clone());
        Report::done(None)
    }
}

// rule: N12
#[tokio::test]
async fn n12_on_a_trial_system_every_notice_goes_to_one_address() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let channels = Channels::new().with(Kept(Arc::clone(&sent))).redirected_to("essai@example.test");
    assert!(channels.is_on(Channel::Email) && !channels.is_on(Channel::Teams) && !channels.is_on(Channel::Push));
    let mut mail = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Email);
    mail.recipient = "agence@example.test".to_owned();
    assert_eq!(channels.send(1, &mail).await.outcome, AttemptOutcome::Done);
    let mut alert = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    alert.recipient = String::new();
    assert_eq!(channels.send(2, &alert).await.outcome, AttemptOutcome::Done);
    let card = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Teams);
    assert_eq!(channels.send(3, &card).await.outcome, AttemptOutcome::Skipped);
    let sent = sent.lock().unwrap();
    let told: Vec<_> = sent.iter().map(|one| (one.recipient.as_str(), one.params["redirected_from"].clone())).collect();
    let expected = [
        ("essai@example.test", "client, agence@example.test".into()),
        ("essai@example.test", "alertes critiques, —".into()),
    ];
    assert_eq!(told, expected);
    let templates =
        estair_notify::Templates::french(estair_notify::Links::parse("https://estair.example.test").unwrap());
    let Ok(estair_notify::Rendered::Email { html, text, .. }) = templates.unwrap().render(&sent[0]) else {
        panic!("no mail")
    };
    for body in [html, text] {
        assert!(body.contains("Système d’essai") && body.contains("agence@example.test"), "{body}");
    }
}
