//! Channels together: which sender takes a delivery, quiet hours, and alerts of one incident.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::Duration;
use estair_core::clock::parse_timestamp;
use estair_core::notification::{Audience, Channel, Notice, Priority};
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{AttemptOutcome, Report};
use estair_notify::incident::{Cause, Incidents, Verdict};
use estair_notify::quiet::QuietHours;
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

#[test]
fn quiet_hours_keep_back_low_priority_alone() {
    let at = |text: &str| parse_timestamp(text).unwrap();
    let night: QuietHours = "20:00-07:00".parse().unwrap();
    let next = |text, priority| night.next_allowed(at(text), priority);
    for (now, then) in [
        ("2025-10-21T19:59:59Z", "2025-10-21T19:59:59Z"),
        ("2025-10-21T20:00:00Z", "2025-10-22T07:00:00Z"),
        ("2025-10-21T23:59:59Z", "2025-10-22T07:00:00Z"),
        ("2025-10-22T06:59:59Z", "2025-10-22T07:00:00Z"),
        ("2025-10-22T07:00:00Z", "2025-10-22T07:00:00Z"),
    ] {
        assert_eq!(next(now, Priority::Low), at(then), "{now}");
        for other in [Priority::Medium, Priority::High, Priority::Critical] {
            assert_eq!(next(now, other), at(now));
        }
    }
    let noon: QuietHours = "12:00-14:00".parse().unwrap();
    assert_eq!(noon.next_allowed(at("2025-10-21T13:00:00Z"), Priority::Low), at("2025-10-21T14:00:00Z"));
    assert_eq!(noon.next_allowed(at("2025-10-21T15:00:00Z"), Priority::Low), at("2025-10-21T15:00:00Z"));
    assert_eq!((noon.length(), night.length()), (Duration::hours(2), Duration::hours(11)));
    for bad in ["", "20:00", "20:00-20:00", "25:00-07:00", "8pm-7am"] {
        assert!(bad.parse::<QuietHours>().is_err(), "{bad}");
    }
}

#[test]
fn one_incident_is_told_once_counted_and_closed() {
    let start = parse_timestamp("2025-10-21T10:00:00Z").unwrap();
    let minute = |n| start + Duration::minutes(n);
    let mut incidents = Incidents::new(Duration::minutes(30));
    let cause = |n: u32| Cause::new("webhook", &format!("refused: connection to port {n}"));
    assert_eq!(incidents.alert(cause(40_001), minute(0)), Verdict::Deliver);
    assert_eq!(incidents.alert(cause(7), minute(1)), Verdict::HoldBack { held_back: 0 });
    assert_eq!(incidents.alert(cause(7), minute(20)), Verdict::HoldBack { held_back: 1 });
    assert_eq!(incidents.alert(Cause::new("webhook", "status 500"), minute(20)), Verdict::Deliver);
    assert_eq!(incidents.alert(cause(7), minute(31)), Verdict::Deliver, "a long outage is recalled once per window");
    assert!(incidents.over(minute(45)).is_empty());
    let over = incidents.over(minute(61));
    assert_eq!(over.len(), 2);
    let ours = over.iter().find(|over| over.held_back == 2).unwrap();
    assert_eq!((ours.began, ours.last), (minute(0), minute(31)));
    let message = ours.message();
    assert!(message.contains("21/10/2025 à 10h00") && message.contains("2 autres alertes"), "{message}");
    assert!(incidents.over(minute(90)).is_empty(), "told once");
    assert_eq!(incidents.alert(cause(7), minute(91)), Verdict::Deliver, "a new incident");
}
