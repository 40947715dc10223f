//! Notifications as one actor may see them: the only way in which handlers read what is sent to whom.
//!
//! Guarantees: the lists are for who may read notifications (P1); of a request an actor sees what it was told itself, staff
//! what everybody was told (P2).

mod list;

use std::sync::Arc;

use estair_core::actor::Actor;
use estair_core::book::Error;
use estair_core::id::RequestId;
use estair_core::notice::Audience;
use estair_core::notification::{Notification, NotificationFilter, NotificationRecord, Notifications};
use estair_core::permission::{Permission, require, require_sight};
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{Page, Slice};

/// Reads notifications, the book's or Messager's alerts, on behalf of an actor.
#[derive(Clone)]
pub(crate) struct NotificationsView {
    store: Arc<dyn Notifications>,
    actor: Actor,
}

impl NotificationsView {
    /// What this actor sees of these.
    pub(crate) fn new(store: Arc<dyn Notifications>, actor: Actor) -> Self {
        Self { store, actor }
    }

    /// The notifications of a request that the actor may see, newest first. A page may hold fewer than there are, even none:
    /// what others were told is left out.
    pub(crate) async fn of_request(
        &self,
        request: &Row<RequestId, Request>,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, Error> {
        require_sight(&self.actor, request.account, "request")?;
        require(&self.actor, Permission::ReadRequests)?;
        let filter = NotificationFilter { request: Some(request.id), ..NotificationFilter::default() };
        let mut found = self.store.notifications(&filter, page).await?;
        found.items.retain(|record| self.is_shown(&record.notification));
        Ok(found)
    }

    /// Staff sees what everybody was told, a client what was meant for it (N9).
    fn is_shown(&self, notification: &Notification) -> bool {
        let own = notification.user.is_none() || notification.user == self.actor.user();
        self.actor.role().reads_as_staff() || (notification.audience == Audience::Client && own)
    }
}
