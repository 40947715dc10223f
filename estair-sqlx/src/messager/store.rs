//! Messager's database as the core's `MessagerStore`.

use async_trait::async_trait;
use estair_core::clock::Timestamp;
use estair_core::messager::{
    MAX_MINUTES, MessageEvent, MessageFilter, MessageRecord, MessagerStore, NewMessage, Operator, Pause, Receipt,
    Replay, Stats,
};
use estair_core::notice::Channel;
use estair_core::notification::NewNotification;
use estair_core::notification::outage::{AlertDecision, ChannelAlerts};
use estair_core::queue::{Attempt, JobStatus, Lease, Settlement};
use estair_core::row::Numbers;
use estair_core::store::{EventRange, Page, Slice, StoreError, StoreErrorKind};
use uuid::Uuid;

use super::{MESSAGES, MessagerDb, alerts, events, messages};
use crate::dialect::Dialect;
use crate::migrate::Component;
use crate::queue;
use crate::retry::again;
use crate::sql::Sql;
use crate::table::{Columns, Messages, Stored};
use crate::value::Value;

/// Messages that one replay by filter takes at most.
const MAX_REPLAYS: u32 = 10_000;

/// Messages replayed by one statement.
const REPLAYED_AT_ONCE: usize = 500;

const MINUTE: chrono::Duration = chrono::Duration::minutes(1);

/// The row of `messager_domains` that stands for all of them.
const ALL_DOMAINS: &str = "*";

impl<D: Dialect> MessagerDb<D> {
    async fn receipt_of(&self, message: &NewMessage) -> Result<Option<Receipt>, StoreError> {
        let Some(key) = &message.idempotency_key else { return Ok(None) };
        let sql = Sql::new("SELECT uuid, id FROM messager_messages WHERE domain = ? AND idempotency_key = ?");
        let read = |c: &mut Columns<'_, D::Driver>| Ok(Receipt { message_uuid: c.read()?, message_id: c.read()? });
        self.one(sql.bind(&message.message.domain).bind(key), read).await
    }

    pub(super) async fn execute(&self, sql: Sql) -> Result<u64, StoreError> {
        again!(self.execute_once(sql.clone()).await)
    }

    async fn execute_once(&self, sql: Sql) -> Result<u64, StoreError> {
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await
    }

    pub(super) async fn one<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read_one(sql, read).await
    }

    async fn bury_once(
        &self,
        lease: &Lease,
        settlement: &Settlement,
        alerts: &[NewNotification],
    ) -> Result<bool, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        if !queue::settle_in(&mut session, &MESSAGES, lease, settlement).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        alerts::hold(&mut session, alerts).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Takes messages in, all of them or none: one by a single statement, several in a transaction.
async fn take_in<D: Dialect>(store: &MessagerDb<D>, messages: &[NewMessage]) -> Result<Vec<Receipt>, StoreError> {
    let mut numbers = Numbers::default();
    let rows = messages.iter().map(|new| (new.message.uuid, new));
    if let [_] = messages {
        let mut connection = store.db.writer().await?;
        store.db.session(&mut connection).insert_numbered::<Messages>(rows, &mut numbers).await?;
    } else {
        let mut transaction = store.db.begin().await?;
        store.db.session(&mut transaction).insert_numbered::<Messages>(rows, &mut numbers).await?;
        transaction.commit().await?;
    }
    let receipt = |new: &NewMessage| {
        let uuid = new.message.uuid;
        let id = numbers.get(uuid).ok_or_else(|| StoreError::corrupt("a new message has no number"))?;
        Ok(Receipt { message_uuid: uuid, message_id: id })
    };
    messages.iter().map(receipt).collect()
}

#[async_trait]
impl<D: Dialect> MessagerStore for MessagerDb<D> {
    async fn accept(&self, message: &NewMessage) -> Result<(Receipt, bool), StoreError> {
        let store = self.clone();
        let all = move |messages: Vec<_>| {
            let store = store.clone();
            async move { again!(take_in(&store, &messages).await) }
        };
        let refused = match self.taking_in.ask(message.clone(), all).await {
            Ok(receipt) => return Ok((receipt, true)),
            Err(error) => error,
        };
        // The key is there already, or the insert was lost on the way back: the same message either way.
        match self.receipt_of(message).await? {
            Some(receipt) if refused.kind() == StoreErrorKind::Duplicate => Ok((receipt, false)),
            _ => Err(refused),
        }
    }

    async fn bury(
        &self,
        lease: &Lease,
        settlement: &Settlement,
        alerts: &[NewNotification],
    ) -> Result<bool, StoreError> {
        again!(self.bury_once(lease, settlement, alerts).await)
    }

    async fn messages(&self, filter: &MessageFilter, page: Page) -> Result<Slice<MessageRecord>, StoreError> {
        let mut connection = self.db.reader().await?;
        let rows = self.db.session(&mut connection).read(messages::page(filter, page), messages::record).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }

    async fn message(&self, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let Some(found) = session.read_one(messages::one(uuid), messages::record).await? else { return Ok(None) };
        let attempts = queue::attempts(&mut session, &MESSAGES, found.id).await?;
        Ok(Some((found, attempts)))
    }

    async fn replay(&self, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError> {
        if self.execute(messages::new_cycle(operator).and(" AND uuid = ?").bind(uuid)).await? > 0 {
            return Ok(Replay::Begun);
        }
        let sql = Sql::new("SELECT status FROM messager_messages WHERE uuid = ?").bind(uuid);
        let status = self.one(sql, <JobStatus as Stored>::read).await?;
        Ok(status.map_or(Replay::Unknown, Replay::NotFailed))
    }

    async fn replay_all(&self, filter: &MessageFilter, operator: Option<&Operator>) -> Result<u64, StoreError> {
        let Some(operator) = operator else {
            let count = self.one(messages::failed("COUNT(*)", filter), Stored::read).await?;
            return Ok(count.unwrap_or(0));
        };
        let ids: Vec<u64> = {
            let sql = messages::failed("id", filter).and(" ORDER BY id LIMIT ?").bind(MAX_REPLAYS);
            let mut connection = self.db.reader().await?;
            self.db.session(&mut connection).read(sql, Stored::read).await?
        };
        let mut replayed = 0;
        for part in ids.chunks(REPLAYED_AT_ONCE) {
            let sql = messages::new_cycle(operator).and(" AND id IN ").list(part.iter().map(|id| Value::key(*id)));
            replayed += self.execute(sql).await?;
        }
        Ok(replayed)
    }

    async fn set_paused(&self, paused: bool, operator: &Operator) -> Result<(), StoreError> {
        let sql = "UPDATE messager_domains SET paused = ?, changed_by = ?, reason = ?, changed_at = ? WHERE name = ?";
        let sql = Sql::new(sql).bind(paused).bind(&operator.by).bind(&operator.reason).bind(operator.at);
        self.execute(sql.bind(ALL_DOMAINS)).await.map(|_| ())
    }

    async fn pause(&self) -> Result<Pause, StoreError> {
        let sql = Sql::new("SELECT paused, changed_by, reason, changed_at FROM messager_domains WHERE name = ?");
        let read = |c: &mut Columns<'_, D::Driver>| {
            Ok(Pause { paused: c.read()?, by: c.read()?, reason: c.read()?, at: c.read()? })
        };
        Ok(self.one(sql.bind(ALL_DOMAINS), read).await?.unwrap_or_default())
    }

    async fn alerts(&self, channel: Channel, limit: u32) -> Result<ChannelAlerts, StoreError> {
        alerts::of_channel(&self.db, channel, limit).await
    }

    async fn settle_alerts(&self, decided: &AlertDecision) -> Result<bool, StoreError> {
        alerts::settle(&self.db, decided).await
    }

    async fn stats(&self, now: Timestamp) -> Result<Stats, StoreError> {
        let depth = queue::depth(&self.db, &self.horizons, MESSAGES.name, now).await?;
        let minute_ago = now.checked_sub_signed(MINUTE).unwrap_or(now);
        let recent = self.one(messages::delivered_until(minute_ago, now), Stored::read).await?;
        Ok(Stats {
            pending: depth.pending,
            processing: depth.processing,
            completed: depth.completed,
            failed: depth.failed,
            oldest_pending_age_seconds: depth.oldest_pending_age_seconds,
            per_minute: recent.unwrap_or(0),
            paused: self.pause().await?.paused,
        })
    }

    async fn delivered(&self, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError> {
        let minutes = minutes.clamp(1, MAX_MINUTES);
        let later = |at: Timestamp| at.checked_add_signed(MINUTE).unwrap_or(at);
        let begins = std::iter::successors(Some(from), |begin| Some(later(*begin))).take(minutes as usize);
        let sql = messages::delivered_in(begins.map(|begin| (begin, later(begin))));
        let counts = self.one(sql, |c| (0..minutes).map(|_| c.read()).collect()).await?;
        counts.ok_or_else(|| StoreError::corrupt("a count gave no row"))
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError> {
        events::after(&self.db, after, limit).await
    }

    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError> {
        events::range(&self.db, since).await
    }

    async fn number_events(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        again!(events::number(&self.db, now, limit).await)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.db.is_migrated(Component::Messager).await
    }
}
