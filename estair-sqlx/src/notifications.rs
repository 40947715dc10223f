//! Messages to people, in the book's database and, for its alerts, in Messager's (N3).
//!
//! Guarantee: what has a unique name is queued once, ever (N2, L8): the database holds it.

use std::collections::BTreeSet;

use estair_core::clock::Timestamp;
use estair_core::hash::Hash;
use estair_core::id::RequestId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{NewNotification, NotificationFilter, NotificationRecord, Resend};
use estair_core::queue::JobStatus;
use estair_core::row::Numbers;
use estair_core::store::{Page, Slice, StoreError, StoreErrorKind};

use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::pool::Connections;
use crate::queue::JobTable;
use crate::retry::again;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{NotificationTable, Queued, Stored, dedup, list};
use crate::value::Value;
use crate::writes::inserts;

/// A queue of notifications.
pub(crate) const fn queue_of<T: NotificationTable>(attempts: &'static str, order_index: &'static str) -> JobTable {
    // Alerts without a decision are not due.
    let (gate, is_told) = (" AND j.held = 0", false);
    JobTable { name: T::NAME, attempts, order_key: "order_key", order_index, gate, has_low: true, is_told }
}

/// Queues notifications that belong to no fact.
pub(crate) async fn enqueue<D: Dialect, T: NotificationTable>(
    db: &Connections<D>,
    new: &[NewNotification],
) -> Result<(), StoreError> {
    again!(enqueue_once::<D, T>(db, new).await)
}

async fn enqueue_once<D: Dialect, T: NotificationTable>(
    db: &Connections<D>,
    new: &[NewNotification],
) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    match insert_missing::<D, T>(&mut db.session(&mut transaction), &of_no_request(new)).await {
        // Somebody else has queued one of them at once: the next look finds it.
        Err(error) if error.kind() == StoreErrorKind::Duplicate => {
            Err(StoreError::new(StoreErrorKind::Contention, "somebody else queues the same at once").caused_by(error))
        }
        Err(error) => Err(error),
        Ok(()) => transaction.commit().await,
    }
}

/// Inserts notifications that are held until it is decided whether they go out by themselves.
pub(crate) async fn hold<D: Dialect, T: NotificationTable>(
    session: &mut Session<'_, D>,
    new: &[NewNotification],
) -> Result<(), StoreError> {
    let queued = Queued { held: true, request: None };
    let rows = new.iter().map(|new| (new, queued));
    session.execute_all(inserts::<D::Driver, T>(rows, &Numbers::default())?).await
}

/// Notifications that belong to no fact.
pub(crate) fn of_no_request(new: &[NewNotification]) -> Vec<(&NewNotification, Option<RequestId>)> {
    new.iter().map(|new| (new, None)).collect()
}

/// Inserts notifications, each with the financial request of its fact, but for those whose unique name is there.
pub(crate) async fn insert_missing<D: Dialect, T: NotificationTable>(
    session: &mut Session<'_, D>,
    new: &[(&NewNotification, Option<RequestId>)],
) -> Result<(), StoreError> {
    let name_of = |new: &NewNotification| dedup(&new.notification).map(|hash| hash.to_string());
    let named: Vec<_> = new.iter().map(|(new, request)| (name_of(new), *new, *request)).collect();
    let wanted: BTreeSet<_> = named.iter().filter_map(|(name, ..)| name.clone()).collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    if !wanted.is_empty() {
        let sql = Sql::new(format!("SELECT dedup FROM {} WHERE dedup IN ", T::NAME));
        seen.extend(session.read(sql.list(wanted.into_iter().map(Value::from)), Stored::read).await?);
    }
    let fresh = named.into_iter().filter_map(|(name, new, request)| {
        let is_fresh = name.is_none_or(|name| seen.insert(name));
        is_fresh.then_some((new, Queued { held: false, request }))
    });
    let writes = inserts::<D::Driver, T>(fresh, &Numbers::default())?;
    session.execute_all(writes).await
}

/// Notifications, newest first.
pub(crate) async fn page<D: Dialect, T: NotificationTable>(
    db: &Connections<D>,
    filter: &NotificationFilter,
    page: Page,
) -> Result<Slice<NotificationRecord>, StoreError> {
    let named = filter.request.is_none() && (filter.status.is_some() || filter.channel.is_some());
    let notice = filter.notice.map(Notice::name);
    let condition = match filter.request {
        // What one request tells is little: no index is needed for its statuses and channels.
        Some(id) => Sql::new("request_id = ?")
            .bind(Value::key(id.0))
            .and_if(" AND status = ?", filter.status.map(JobStatus::name))
            .and_if(" AND channel = ?", filter.channel.map(Channel::name)),
        None => Sql::new("1 = 1"),
    };
    let condition = condition.and_if(" AND notice = ?", notice);
    let mut reader = db.reader().await?;
    let mut session = db.session(&mut reader);
    let known = Channel::known();
    let choices = vec![
        ("status", names(filter.status.as_slice(), JobStatus::ALL, JobStatus::name)),
        ("channel", names(filter.channel.as_slice(), &known, Channel::name)),
    ];
    let choices = if named { choices } else { Vec::new() };
    let walk = IndexWalk { table: T::NAME, key: "id", condition, choices };
    let sql = walk.page(list::<NotificationRecord>, page);
    let rows = session.read(sql, <NotificationRecord as Stored>::read).await?;
    Ok(Slice::of(rows, page.limit, |row| row.id))
}

/// Begins a new cycle of what failed or was skipped, to this address where there was none (N3).
pub(crate) async fn resend<D: Dialect, T: NotificationTable>(
    db: &Connections<D>,
    id: u64,
    to: Option<&str>,
    by: &str,
    at: Timestamp,
) -> Result<Resend, StoreError> {
    again!(resend_once::<D, T>(db, id, to, by, at).await)
}

async fn resend_once<D: Dialect, T: NotificationTable>(
    db: &Connections<D>,
    id: u64,
    to: Option<&str>,
    by: &str,
    at: Timestamp,
) -> Result<Resend, StoreError> {
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    let sql = Sql::new(format!("SELECT {} FROM {} WHERE id = ?", list::<NotificationRecord>(""), T::NAME));
    let found: Option<NotificationRecord> = session.read_one(sql.bind(Value::key(id)), Stored::read).await?;
    let Some(record) = found else { return Ok(Resend::Unknown) };
    if !matches!(record.status, JobStatus::Failed | JobStatus::Skipped) {
        return Ok(Resend::NotEnded(record.status));
    }
    let mut notification = record.notification;
    if let Some(to) = to.filter(|_| notification.recipient.is_empty()) {
        to.clone_into(&mut notification.recipient);
    }
    let sql = Sql::new(format!(
        "UPDATE {} SET status = '{}', attempts = 0, next_attempt_at = ?, completed_at = NULL, last_error = NULL, \
         lease_token = NULL, behind = 0, held = 0, replayed_by = ?, replay_reason = '', recipient = ?, order_key = ?, \
         version = version + 1 WHERE id = ? AND status = ?",
        T::NAME,
        JobStatus::Pending.name()
    ));
    let key = notification.order_key().map(|key| Hash::of(&key));
    let sql = sql.bind(at).bind(by).bind(notification.recipient.as_str()).bind(key).bind(Value::key(id));
    // Of two who do it at once, one does.
    if session.execute(sql.bind(record.status.name())).await? == 0 {
        return Ok(Resend::NotEnded(JobStatus::Pending));
    }
    transaction.commit().await?;
    Ok(Resend::Begun)
}

/// Makes a store the place where notifications wait, in this table.
macro_rules! notifications {
    ($store:ident, $table:ty, $queue:expr) => {
        $crate::queue::jobs!($store, estair_core::notification::Notification, $queue, settlements);

        #[async_trait::async_trait]
        impl<D: $crate::dialect::Dialect> estair_core::notification::Notifications for $store<D> {
            async fn enqueue(
                &self,
                new: &[estair_core::notification::NewNotification],
            ) -> Result<(), estair_core::store::StoreError> {
                $crate::notifications::enqueue::<D, $table>(&self.db, new).await
            }

            async fn notifications(
                &self,
                filter: &estair_core::notification::NotificationFilter,
                page: estair_core::store::Page,
            ) -> Result<
                estair_core::store::Slice<estair_core::notification::NotificationRecord>,
                estair_core::store::StoreError,
            > {
                $crate::notifications::page::<D, $table>(&self.db, filter, page).await
            }

            async fn resend(
                &self,
                id: u64,
                to: Option<&str>,
                by: &str,
                at: estair_core::clock::Timestamp,
            ) -> Result<estair_core::notification::Resend, estair_core::store::StoreError> {
                let resent = $crate::notifications::resend::<D, $table>(&self.db, id, to, by, at).await?;
                self.horizons.forget(<$table as $crate::table::Table>::NAME);
                Ok(resent)
            }

            async fn notification_attempts(
                &self,
                id: u64,
            ) -> Result<Vec<estair_core::queue::Attempt>, estair_core::store::StoreError> {
                let mut reader = self.db.reader().await?;
                $crate::queue::attempts(&mut self.db.session(&mut reader), &$queue, id).await
            }
        }
    };
}
pub(crate) use notifications;
