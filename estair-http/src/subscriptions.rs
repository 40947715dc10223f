//! Devices and choices of the person who asks, and of nobody else: the only way in which handlers reach them (P2).

use std::sync::Arc;

use estair_core::actor::Actor;
use estair_core::clock::Timestamp;
use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{PushSubscription, Subscriptions};
use estair_core::refusal::Refusal;
use estair_core::store::StoreError;

/// What one person has subscribed and switched off.
pub(crate) struct OwnSubscriptions {
    store: Arc<dyn Subscriptions>,
    user: UserId,
}

impl OwnSubscriptions {
    /// Those of the person behind an actor. The system is nobody: it may not do what is called `action`.
    pub(crate) fn of(store: Arc<dyn Subscriptions>, actor: &Actor, action: &'static str) -> Result<Self, Refusal> {
        let user = actor.user().ok_or(Refusal::Forbidden { role: actor.role(), action })?;
        Ok(Self { store, user })
    }

    /// Keeps a device. A known endpoint with the same keys passes to this person; false, and nothing changes, when the keys
    /// are others: to know an endpoint is not to have the device (N9).
    pub(crate) async fn subscribe(&self, device: &PushSubscription, at: Timestamp) -> Result<bool, StoreError> {
        self.store.subscribe(self.user, device, at).await
    }

    /// Forgets a device. False when the person has no such device.
    pub(crate) async fn unsubscribe(&self, endpoint: &str) -> Result<bool, StoreError> {
        self.store.unsubscribe(self.user, endpoint).await
    }

    /// What the person has switched off.
    pub(crate) async fn opt_outs(&self) -> Result<Vec<(Notice, Channel)>, StoreError> {
        let outs = self.store.opt_outs(&[self.user]).await?;
        Ok(outs
            .into_iter()
            .filter(|(user, ..)| *user == self.user)
            .map(|(_, notice, channel)| (notice, channel))
            .collect())
    }

    /// Switches a notice by a channel on or off.
    pub(crate) async fn set(&self, notice: Notice, channel: Channel, on: bool) -> Result<(), StoreError> {
        self.store.set_opt_out(self.user, notice, channel, !on).await
    }
}
