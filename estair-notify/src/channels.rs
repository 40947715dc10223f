//! The core's notifier over any number of channels.

use estair_core::clock::{Timestamp, rfc3339};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::Report;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::sample;

/// Longest attempt of a sender that says nothing else.
pub const LONGEST_ATTEMPT: Duration = Duration::from_secs(40);

/// Longest attempt of any sender: a mail that the server has all of waits 10 minutes for its answer (RFC 5321). The lease
/// of a notification must outlive it, or a second worker sends the same again.
pub const LONGEST_SEND: Duration = Duration::from_secs(12 * 60);

/// One way to reach people.
#[async_trait]
pub trait ChannelSender: Send + Sync {
    /// Does it serve this channel of the matrix? A channel that nobody serves is off.
    fn serves(&self, channel: Channel) -> bool;

    /// Does it take this notification? A sender of its own kind looks at the recipient: one for SMS takes `tel:` addresses
    /// that the host's directory gives on any channel.
    fn takes(&self, notification: &Notification) -> bool {
        self.serves(notification.channel)
    }

    /// Longest attempt. One that takes longer is dropped, and its outcome is unknown; more than [`LONGEST_SEND`] is not
    /// granted.
    fn longest_attempt(&self) -> Duration {
        LONGEST_ATTEMPT
    }

    /// Tries once, and leaves nothing half done behind when it is dropped. The report says whether another attempt makes
    /// sense; its texts hold no secret. The same `job` and notification again are the same message, wherever the other side
    /// can tell.
    async fn send(&self, job: u64, notification: &Notification) -> Report;
}

/// Hands each notification to the first sender that takes it, in the order in which they were added.
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

    /// Sends a message that says it is a test, with made-up details: what a console or a command line offers to check
    /// a configuration. `now` tells one test from the next.
    pub async fn test(&self, channel: Channel, audience: Audience, recipient: &str, now: Timestamp) -> Report {
        let notice = Notice::ALL.iter().copied().find(|notice| notice.routes().contains(&(audience, channel)));
        let Some(notice) = notice else {
            return Report::skipped(format!("nothing goes to {audience} by {channel}"));
        };
        let mut notification = sample::test_delivery(notice, audience, channel, recipient);
        notification.params.insert("at".to_owned(), rfc3339(now).into());
        self.send(0, &notification).await
    }
}

#[async_trait]
impl Notifier for Channels {
    fn is_on(&self, channel: Channel) -> bool {
        self.senders.iter().any(|sender| sender.serves(channel))
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        let Some(sender) = self.senders.iter().find(|sender| sender.takes(notification)) else {
            return Report::skipped("channel not configured");
        };
        let limit = sender.longest_attempt().min(LONGEST_SEND);
        let attempt = tokio::time::timeout(limit, sender.send(job, notification));
        let late = |_| Report::retry(format!("no outcome within {} s", limit.as_secs()));
        let report = attempt.await.unwrap_or_else(late);
        let (notice, channel, outcome) =
            (notification.notice.name(), notification.channel.name(), report.outcome.name());
        let (status, error) = (report.http_status, report.error.as_deref());
        tracing::info!(job, notice, channel, outcome, status, error, "notification attempted");
        report
    }
}
