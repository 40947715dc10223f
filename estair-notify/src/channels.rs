//! The core's notifier over any number of channels.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use estair_core::notification::Channel;
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{AttemptOutcome, Report};

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

/// A delivery that will never work, for this reason.
pub(crate) fn never(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Permanent, reason)
}

/// A delivery that may work later.
pub(crate) fn later(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Retry, reason)
}

/// A delivery that has nowhere to go.
pub(crate) fn skipped(reason: impl Into<String>) -> Report {
    Report::failed(AttemptOutcome::Skipped, reason)
}
