//! What was meant for a person who may not see it any more is not sent (N9).

use std::sync::Arc;

use async_trait::async_trait;

use crate::id::AccountId;
use crate::notice::Channel;
use crate::notification::{Directory, Notification, Notifier};
use crate::queue::Report;
use crate::store::StoreError;

/// Why nothing is sent to somebody who has changed account or role, or was shut out, while the notification waited.
const LOST: &str = "the person may not see this any more";

/// A notifier that asks the directory, at the moment of sending, whether the person is still among those who are told this.
pub struct Entitled {
    notifier: Arc<dyn Notifier>,
    directory: Arc<dyn Directory>,
}

impl Entitled {
    /// Before this notifier.
    #[must_use]
    pub fn new(notifier: Arc<dyn Notifier>, directory: Arc<dyn Directory>) -> Self {
        Self { notifier, directory }
    }

    /// Is the person still told this? What is nobody's own is.
    async fn is_entitled(&self, notification: &Notification) -> Result<bool, StoreError> {
        let Some(user) = notification.user else { return Ok(true) };
        let Notification { audience, channel, notice, params, .. } = notification;
        let account = params.get("account_id").and_then(serde_json::Value::as_u64).map(AccountId);
        let told = self.directory.recipients(*audience, *channel, *notice, account).await?;
        Ok(told.iter().any(|recipient| recipient.user == Some(user)))
    }
}

#[async_trait]
impl Notifier for Entitled {
    fn is_on(&self, channel: Channel) -> bool {
        self.notifier.is_on(channel)
    }

    fn own_channels(&self) -> Vec<Channel> {
        self.notifier.own_channels()
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        match self.is_entitled(notification).await {
            Ok(true) => self.notifier.send(job, notification).await,
            Ok(false) => Report::skipped(LOST),
            Err(error) => Report::retry(format!("who may see it is not known now: {error}")),
        }
    }
}
