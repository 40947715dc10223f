//! The core's notifier over any number of channels.

use estair_core::clock::{Timestamp, rfc3339};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::Report;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::french::audience;
use crate::sample;
use crate::values::REDIRECTED;

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

    /// The channel of the host's own that it adds to those of the matrix.
    fn own_channel(&self) -> Option<Channel> {
        None
    }

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

#[async_trait]
impl<S: ChannelSender + ?Sized> ChannelSender for Arc<S> {
    fn serves(&self, channel: Channel) -> bool {
        self.as_ref().serves(channel)
    }

    fn own_channel(&self) -> Option<Channel> {
        self.as_ref().own_channel()
    }

    fn takes(&self, notification: &Notification) -> bool {
        self.as_ref().takes(notification)
    }

    fn longest_attempt(&self) -> Duration {
        self.as_ref().longest_attempt()
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        self.as_ref().send(job, notification).await
    }
}

/// Hands each notification to the first sender that takes it, in the order in which they were added.
#[derive(Clone, Default)]
pub struct Channels {
    senders: Vec<Arc<dyn ChannelSender>>,
    /// Where everything goes on a trial system (N12).
    trial: Option<String>,
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

    /// A trial system: every notice goes to this address alone, its own recipient named in it, and all other channels are
    /// off (N12).
    #[must_use]
    pub fn redirected_to(mut self, address: impl Into<String>) -> Self {
        self.trial = Some(address.into());
        self
    }

    /// The notification as it leaves.
    fn leaving<'n>(&self, notification: &'n Notification) -> Cow<'n, Notification> {
        let Some(address) = &self.trial else { return Cow::Borrowed(notification) };
        let mut redirected = notification.clone();
        let meant = format!("{}, {}", audience(notification.audience), shown(&notification.recipient));
        redirected.params.insert(REDIRECTED.to_owned(), meant.into());
        address.clone_into(&mut redirected.recipient);
        Cow::Owned(redirected)
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

/// A recipient in a text; what the channel knows itself has none.
fn shown(recipient: &str) -> &str {
    if recipient.is_empty() { "—" } else { recipient }
}

#[async_trait]
impl Notifier for Channels {
    fn is_on(&self, channel: Channel) -> bool {
        (self.trial.is_none() || channel == Channel::Email) && self.senders.iter().any(|sender| sender.serves(channel))
    }

    fn own_channels(&self) -> Vec<Channel> {
        self.senders.iter().filter_map(|sender| sender.own_channel()).collect()
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        if self.trial.is_some() && !self.is_on(notification.channel) {
            return Report::skipped("channel not configured");
        }
        let leaving = self.leaving(notification);
        let notification = leaving.as_ref();
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
