//! The devices of people, what they chose not to be told, and what they have been shown.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::decision::Once;
use crate::hash::Hash;
use crate::id::UserId;
use crate::named::named;
use crate::notice::{Channel, Notice};
use crate::store::StoreError;

/// Devices that one person has at once.
pub const MAX_DEVICES: usize = 20;

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

impl PushSubscription {
    /// Has another one the same keys, however they are padded? Compared by their hashes: one of them is a secret.
    #[must_use]
    pub fn has_keys_of(&self, other: &Self) -> bool {
        let key = |text: &str| Hash::of(text.trim_end_matches('='));
        let (same_key, same_secret) = (key(&self.p256dh) == key(&other.p256dh), key(&self.auth) == key(&other.auth));
        same_key & same_secret
    }
}

/// What became of a device that somebody subscribes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// It is kept.
    Kept,
    /// An earlier call with the same key kept it: nothing was done now.
    Before,
    /// Nothing: its endpoint is known with other keys, and to know an endpoint is not to have the device (N9).
    OfAnother,
    /// Nothing: the key belongs to another call.
    KeyReused,
}

named! {
    /// What a person is shown, and has then seen.
    Shown {
        /// A financial request.
        Request = "request",
        /// A support request.
        Support = "support",
    }
}

/// Devices and choices of the people who are told things, and what each was shown.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Keeps a device, in one step: of two who send the same endpoint at once with different keys, one does. A known endpoint with
    /// the same keys passes to this user. Of more than [`MAX_DEVICES`] of a user, the one that was not sent for longest is
    /// forgotten. A call that is made once keeps its key with the device, or neither (W3).
    async fn subscribe(
        &self,
        user: UserId,
        device: &PushSubscription,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Subscribed, StoreError>;

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

    /// The version of each of these that a user was shown last, by id; what was never shown to the user is left out.
    async fn seen(&self, user: UserId, what: Shown, ids: &[u64]) -> Result<BTreeMap<u64, u64>, StoreError>;

    /// Notes which version of one a user is shown: an older one than is noted changes nothing.
    async fn set_seen(&self, user: UserId, what: Shown, id: u64, version: u64) -> Result<(), StoreError>;
}
