//! The core's notifier over any number of channels.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use estair_core::clock::{Timestamp, rfc3339};
use estair_core::notification::{Audience, Channel, Notice};
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{AttemptOutcome, Report};

use crate::sample;

/// Longest attempt, whatever the channel: well under the lease of a delivery (60 s).
pub const LONGEST_ATTEMPT: Duration = Duration::from_secs(40);

/// One way to reach people.
#[async_trait]
pub trait ChannelSender: Send + Sync {
    /// Does it serve this channel of the matrix? A channel that nobody serves is off.
    fn serves(&self, channel: Channel) -> bool;

    /// Does it take this delivery? A sender of its own kind looks at the recipient: one for SMS takes `tel:` addresses
    /// that the host's directory gives on any channel.
    fn takes(&self, delivery: &Delivery) -> bool {
        self.serves(delivery.channel)
    }

    /// Tries once. The report says whether another attempt makes sense; its texts hold no secret. The same `job` and
    /// delivery again are the same message, wherever the other side can tell.
    async fn send(&self, job: u64, delivery: &Delivery) -> Report;
}

/// Hands each delivery to the first sender that takes it, in the order in which they were added.
#[derive(Clone, Default)]
pub struct Channels {
    senders: Vec<Arc<dyn ChannelSender>>,
}

impl Channels {
    /// No channel at all: everything is recorded as skipped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And this one.
    #[must_use]
    pub fn with(mut self, sender: impl ChannelSender + 'static) -> Self {
        self.senders.push(Arc::new(sender));
        self
    }

    /// Sends a message that says it is a test, with made-up particulars: what a console or a command line offers to check
    /// a configuration. `now` tells one test from the next.
    pub async fn test(&self, channel: Channel, audience: Audience, recipient: &str, now: Timestamp) -> Report {
        let notice = Notice::ALL.iter().copied().find(|notice| notice.routes().contains(&(audience, channel)));
        let Some(notice) = notice else {
            return Report::failed(AttemptOutcome::Skipped, format!("nothing goes to {audience} by {channel}"));
        };
        let mut delivery = sample::test_delivery(notice, audience, channel, recipient);
        delivery.params.insert("at".to_owned(), rfc3339(now).into());
        self.send(0, &delivery).await
    }
}

#[async_trait]
impl Notifier for Channels {
    fn is_on(&self, channel: Channel) -> bool {
        self.senders.iter().any(|sender| sender.serves(channel))
    }

    async fn send(&self, job: u64, delivery: &Delivery) -> Report {
        let Some(sender) = self.senders.iter().find(|sender| sender.takes(delivery)) else {
            return Report::failed(AttemptOutcome::Skipped, "channel not configured");
        };
        let attempt = tokio::time::timeout(LONGEST_ATTEMPT, sender.send(job, delivery));
        let report = attempt.await.unwrap_or_else(|_| {
            Report::failed(AttemptOutcome::Retry, format!("no outcome within {} s", LONGEST_ATTEMPT.as_secs()))
        });
        let (notice, channel, outcome) = (delivery.notice.name(), delivery.channel.name(), report.outcome.name());
        let (status, error) = (report.http_status, report.error.as_deref());
        tracing::info!(job, notice, channel, outcome, status, error, "delivery attempted");
        report
    }
}
