//! Browsers that may be pushed to.

use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::UserId;
use estair_core::notification::PushSubscription;

use super::{MoneyOf, table};

table! {
    /// Devices, each written with its user and when it was subscribed.
    Devices = "estair_push_subscriptions" { row: PushSubscription as "device", id: u64, money: MoneyOf::Nothing }
    columns {
        endpoint: "endpoint",
        p256dh: "p256dh",
        auth: "auth",
    }
    written(device, (user, at) => (UserId, Timestamp)) {
        "endpoint_hash": known_as(&device.endpoint),
        "user_id": user,
        "created_at": at,
    }
}

/// An endpoint may be longer than an index can hold: its hash stands for it.
pub(crate) fn known_as(endpoint: &str) -> Hash {
    Hash::of(endpoint)
}
