//! The list of notifications, one of them, and sending one again (N3).

use estair_core::book::{Error, View};
use estair_core::clock::Timestamp;
use estair_core::id::AccountId;
use estair_core::notice::{Audience, Channel};
use estair_core::notification::{NotificationFilter, NotificationRecord, Resend};
use estair_core::permission::{Permission, require};
use estair_core::queue::Attempt;
#[cfg(feature = "console")]
use estair_core::queue::Depth;
use estair_core::refusal::Refusal;
use estair_core::store::{Page, Slice};

use super::NotificationsView;

impl NotificationsView {
    /// Notifications, newest first.
    pub(crate) async fn list(
        &self,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, Error> {
        require(&self.actor, Permission::ReadNotifications)?;
        Ok(self.store.notifications(filter, page).await?)
    }

    /// How many wait.
    #[cfg(feature = "console")]
    pub(crate) async fn depth(&self, now: Timestamp) -> Result<Depth, Error> {
        require(&self.actor, Permission::ReadNotifications)?;
        Ok(self.store.depth(now).await?)
    }

    /// One notification, with its attempts.
    pub(crate) async fn one(&self, id: u64) -> Result<(NotificationRecord, Vec<Attempt>), Error> {
        // The list is cut by ids, newest first: the first row at or below this one is the one, if it exists.
        let page = Page { limit: 1, before: id.checked_add(1) };
        let found = self.list(&NotificationFilter::default(), page).await?.items.into_iter().find(|row| row.id == id);
        let record = found.ok_or(Refusal::NotFound { what: "notification" })?;
        Ok((record, self.store.notification_attempts(id).await?))
    }

    /// Sends again what failed or was skipped. What found nobody goes to the address that its account has now.
    pub(crate) async fn resend(&self, id: u64, view: &View, at: Timestamp) -> Result<NotificationRecord, Error> {
        let (record, _) = self.one(id).await?;
        require(&self.actor, Permission::SendNotifications)?;
        let to = self.present_address(&record, view).await?;
        match self.store.resend(id, to.as_deref(), &self.actor.scope(), at).await? {
            Resend::Begun => Ok(self.one(id).await?.0),
            Resend::NotEnded(status) => Err(Refusal::NotificationNotEnded { status: status.name() }.into()),
            Resend::Unknown => Err(Refusal::NotFound { what: "notification" }.into()),
        }
    }

    /// Where a client's mail goes now, of what had no address.
    async fn present_address(&self, record: &NotificationRecord, view: &View) -> Result<Option<String>, Error> {
        let notification = &record.notification;
        let is_clients = (notification.channel, notification.audience) == (Channel::Email, Audience::Client);
        let account = notification.params.get("account_id").and_then(serde_json::Value::as_u64).map(AccountId);
        match account.filter(|_| is_clients && notification.recipient.is_empty()) {
            Some(account) => Ok(view.account(account).await?.email.clone()),
            None => Ok(None),
        }
    }
}
