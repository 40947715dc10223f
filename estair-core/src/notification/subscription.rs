//! The devices of people, and what they chose not to be told.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::UserId;
use crate::notice::{Channel, Notice};
use crate::store::StoreError;

/// A browser that may be pushed to, as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// Where the push service takes messages for it; a secret, and an address that a user supplied.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The browser's authentication secret, base64url.
    pub auth: String,
}

/// Devices and choices of the people who are told things.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Keeps a device; the same endpoint again replaces what was known of it.
    async fn subscribe(&self, user: UserId, device: &PushSubscription, at: Timestamp) -> Result<(), StoreError>;

    /// Forgets a user's device. False when the user has no such device.
    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError>;

    /// The devices of these users.
    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError>;

    /// One device, whoever's.
    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError>;

    /// Forgets a device that its push service says is gone.
    async fn forget(&self, endpoint: &str) -> Result<(), StoreError>;

    /// What these users do not want to be told.
    async fn opt_outs(&self, users: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError>;

    /// Notes whether a user wants to be told something by a channel.
    async fn set_opt_out(&self, user: UserId, notice: Notice, channel: Channel, out: bool) -> Result<(), StoreError>;
}
