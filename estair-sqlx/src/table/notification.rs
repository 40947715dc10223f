//! Messages to people, in the book's database and, for its alerts, in Messager's (N2, N3).

use estair_core::hash::Hash;
use estair_core::id::RequestId;
use estair_core::notice::Priority;
use estair_core::notification::outage::HeldAlert;
use estair_core::notification::{NewNotification, Notification, NotificationRecord};
use estair_core::queue::JobStatus;

use super::{Json, MoneyOf, Table, record, table};

/// What a notification is queued with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Queued {
    /// Not due until it is decided whether it goes out by itself.
    pub(crate) held: bool,
    /// The financial request of its fact.
    pub(crate) request: Option<RequestId>,
}

/// A table of notifications.
pub(crate) trait NotificationTable: Table<Row = NewNotification, With = Queued> {}

impl<T: Table<Row = NewNotification, With = Queued>> NotificationTable for T {}

/// Two tables with the same columns.
macro_rules! notifications {
    ($($(#[$doc:meta])* $table:ident = $name:literal),* $(,)?) => {$(
        table! {
            $(#[$doc])*
            $table = $name { row: NewNotification as "notification", id: u64, money: MoneyOf::Nothing }
            written(new, queued => Queued) {
                "dedup": dedup(&new.notification),
                // A recipient may be longer than an index can hold. What is held holds back nothing else.
                "order_key": new.notification.order_key().filter(|_| !queued.held).map(|key| Hash::of(&key)),
                "low": new.notification.priority() == Priority::Low,
                "held": queued.held,
                "request_id": queued.request.or_else(|| request_of(&new.notification)),
                "status": if new.skip.is_some() { JobStatus::Skipped } else { JobStatus::Pending },
                "completed_at": new.skip.as_ref().map(|_| new.at),
            }
        }
    )*};
}

notifications! {
    /// What people are told.
    Notifications = "estair_notifications",
    /// What operators are told.
    Alerts = "messager_alerts",
}

record! {
    NewNotification {
        notification: ..,
        not_before: "next_attempt_at",
        skip: "last_error",
        at: "created_at",
    }
}

record! {
    Notification {
        fact: "fact_id",
        notice: "notice",
        audience: "audience",
        channel: "channel",
        user: "user_id",
        recipient: "recipient",
        params: "params" as Json,
    }
}

record! {
    NotificationRecord {
        id: "id",
        notification: ..,
        status: "status",
        attempts: "attempts_total",
        next_attempt_at: "next_attempt_at",
        created_at: "created_at",
        completed_at: "completed_at",
        error: "last_error",
    }
}

record! {
    HeldAlert {
        id: "id",
        at: "created_at",
        alert: ..,
    }
}

/// The name under which a notification is queued once, ever (N2). A recipient may be longer than an index can hold: its hash
/// stands for it.
pub(crate) fn dedup(notification: &Notification) -> Option<Hash> {
    notification.unique_name().map(Hash::of)
}

/// The financial request that an alert is about.
fn request_of(notification: &Notification) -> Option<RequestId> {
    notification.params.get("requete_id").and_then(serde_json::Value::as_u64).map(RequestId)
}
