//! What handlers hold of a host: the book to run commands on, and views to read through.
//!
//! Guarantees: readers and stores are private to this file, so that a handler which forgets to ask what its actor may see
//! does not compile (P1, P2).

use std::sync::Arc;

use estair_core::Book;
use estair_core::actor::Actor;
use estair_core::book::View;
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::id::UserId;
use estair_core::refusal::Refusal;

use crate::host::{Authenticate, Host};
use crate::messager::MessagerView;
use crate::notifications::NotificationsView;
use crate::people::{Called, PeopleView};
use crate::subscriptions::OwnSubscriptions;

/// What handlers may reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Access {
    host: Host,
}

impl Access {
    pub(crate) fn new(host: Host) -> Self {
        Self { host }
    }

    /// The book as this actor sees it.
    pub(crate) fn view(&self, actor: Actor) -> View {
        View::new(Arc::clone(&self.host.reader), actor).with_rollout(&self.book().policy().rollout)
    }

    /// The book's notifications as this actor sees them.
    pub(crate) fn notifications(&self, actor: Actor) -> NotificationsView {
        NotificationsView::new(Arc::clone(&self.host.notifications), actor)
    }

    /// Messager as this actor sees it, where it can be reached.
    pub(crate) fn messager(&self, actor: Actor) -> Option<MessagerView> {
        let store = Arc::clone(self.host.messager.as_ref()?);
        Some(MessagerView::new(store, Arc::clone(&self.host.clock), actor))
    }

    /// Messager's own alerts as this actor sees them, where it can be reached.
    #[cfg(feature = "console")]
    pub(crate) fn alerts(&self, actor: Actor) -> Option<NotificationsView> {
        Some(NotificationsView::new(self.host.messager.clone()?, actor))
    }

    /// Can Messager be reached?
    #[cfg(feature = "console")]
    pub(crate) fn has_messager(&self) -> bool {
        self.host.messager.is_some()
    }

    /// The host's people as this actor may manage them, where they are managed here.
    pub(crate) fn people(&self, actor: Actor) -> Option<PeopleView> {
        Some(PeopleView::new(self.host.people.clone()?, actor))
    }

    /// What people are called; nobody is where the host knows no names, or cannot tell them now.
    pub(crate) async fn names(&self, people: impl IntoIterator<Item = UserId>) -> Called {
        Called::of(self.host.names.as_deref(), people).await
    }

    /// The book, to run commands on.
    pub(crate) fn book(&self) -> &Book {
        &self.host.book
    }

    /// The actor's own devices and choices, for what is called `action`.
    pub(crate) fn subscriptions(&self, actor: &Actor, action: &'static str) -> Result<OwnSubscriptions, Refusal> {
        OwnSubscriptions::of(Arc::clone(&self.host.subscriptions), actor, action)
    }

    /// Who asks.
    pub(crate) fn authenticate(&self) -> &Arc<dyn Authenticate> {
        &self.host.authenticate
    }

    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.host.clock.now()
    }

    /// The present business day (F6).
    pub(crate) fn today(&self) -> BusinessDay {
        self.book().policy().day_offset.day_of(self.now())
    }

    /// A seed for ids.
    #[cfg(feature = "console")]
    pub(crate) fn seed(&self) -> u128 {
        self.host.ids.seed()
    }
}
