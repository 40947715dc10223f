//! The list of notifications, and one of them.

use estair_core::book::Error;
use estair_core::clock::Timestamp;
use estair_core::notification::{NotificationFilter, NotificationRecord};
use estair_core::permission::{Permission, require};
use estair_core::queue::{Attempt, Depth};
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
}
