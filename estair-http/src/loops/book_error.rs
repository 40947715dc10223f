//! Alerts with the book's own error, where the host holds the book, or can ask for it (N5).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use estair_core::notice::Channel;
use estair_core::notification::alert::explained;
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::Report;
use estair_core::store::{Reader, StoreError};
use tokio::time::timeout;

/// Longest look into the book.
const LOOK: Duration = Duration::from_secs(3);

/// A notifier that adds the book's error to a critical alert, and sends it all the same when the book cannot answer, or not
/// soon: the book may be what is down (N5).
pub struct WithBookError {
    notifier: Arc<dyn Notifier>,
    errors: Arc<dyn BookErrors>,
}

/// Where the book's own error of an alert is found.
#[async_trait]
pub trait BookErrors: Send + Sync {
    /// The alert with the book's own error; none when there is nothing to add.
    ///
    /// # Errors
    /// When the book cannot say; the alert is to be sent as it is.
    async fn explained(&self, alert: &Notification) -> Result<Option<Notification>, StoreError>;
}

/// A book that this process holds.
struct Held(Arc<dyn Reader>);

#[async_trait]
impl BookErrors for Held {
    async fn explained(&self, alert: &Notification) -> Result<Option<Notification>, StoreError> {
        explained(alert, self.0.as_ref()).await
    }
}

impl WithBookError {
    /// This notifier, with the reads of this book.
    #[must_use]
    pub fn new(notifier: Arc<dyn Notifier>, reader: Arc<dyn Reader>) -> Self {
        Self::asking(notifier, Arc::new(Held(reader)))
    }

    /// This notifier, with a book elsewhere.
    #[must_use]
    pub fn asking(notifier: Arc<dyn Notifier>, errors: Arc<dyn BookErrors>) -> Self {
        Self { notifier, errors }
    }
}

#[async_trait]
impl Notifier for WithBookError {
    fn is_on(&self, channel: Channel) -> bool {
        self.notifier.is_on(channel)
    }

    fn own_channels(&self) -> Vec<Channel> {
        self.notifier.own_channels()
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        let explained = soon(self.errors.explained(notification)).await;
        self.notifier.send(job, explained.as_ref().unwrap_or(notification)).await
    }
}

/// What the book says, if it says it soon.
async fn soon(look: impl Future<Output = Result<Option<Notification>, StoreError>>) -> Option<Notification> {
    match timeout(LOOK, look).await {
        Ok(Ok(explained)) => explained,
        Ok(Err(error)) => {
            tracing::warn!(%error, "an alert goes out without the book's own error");
            None
        }
        Err(_) => {
            tracing::warn!("an alert goes out without the book's own error: no answer in time");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: N5
    #[tokio::test(start_paused = true)]
    async fn n5_an_alert_waits_for_no_book_that_hangs() {
        assert_eq!(soon(std::future::pending()).await, None);
    }
}
