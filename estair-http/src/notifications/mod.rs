//! Notifications as one actor may see them: the only way in which handlers read what is sent to whom.
//!
//! Guarantees: the lists are for who may read notifications (P1); of a request an actor sees what it was told itself, staff
//! what everybody was told (P2).

#[cfg(feature = "console")]
mod list;

use std::sync::Arc;

use estair_core::actor::Actor;
use estair_core::book::Error;
use estair_core::id::RequestId;
use estair_core::notice::Audience;
use estair_core::notification::{NotificationFilter, NotificationRecord, Notifications};
use estair_core::permission::{Permission, require, require_sight};
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::Page;

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

    /// The newest notifications of a request that the actor may see, newest first.
    pub(crate) async fn of_request(
        &self,
        request: &Row<RequestId, Request>,
        limit: u32,
    ) -> Result<Vec<NotificationRecord>, Error> {
        require_sight(&self.actor, request.account, "request")?;
        require(&self.actor, Permission::ReadRequests)?;
        let filter = NotificationFilter { request: Some(request.id), ..NotificationFilter::default() };
        let mut found = self.store.notifications(&filter, Page { limit, before: None }).await?.items;
        let staff = self.actor.role().is_staff();
        found.retain(|record| staff || record.notification.audience == Audience::Client);
        Ok(found)
    }
}
