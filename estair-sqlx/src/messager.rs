//! Messager's own database: messages with their attempts, whole, and its alerts (G1 to G9).

use async_trait::async_trait;
use estair_core::clock::Timestamp;
use estair_core::id::Numbers;
use estair_core::messager::{
    MAX_MINUTES, Message, MessageFilter, MessageRecord, MessagerStore, NewMessage, Operator, Pause, Receipt, Replay,
    Stats,
};
use estair_core::notification::Channel;
use estair_core::outage::{Decided, Seen};
use estair_core::queue::{Attempt, JobStatus};
use estair_core::read::{Page, Slice};
use estair_core::store::{StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use sqlx::Executor;
use uuid::Uuid;

use crate::columns::Columns;
use crate::connect::{Connections, Options};
use crate::depth;
use crate::dialect::Dialect;
use crate::migrate::Component;
use crate::newest::{Newest, names};
use crate::outage;
use crate::queue::{self, Job, JobTable, again, jobs};
use crate::statement::{Sql, Value, row};

/// Messages that one replay by filter takes at most.
const MAX_REPLAYS: u32 = 10_000;

const MINUTE: chrono::Duration = chrono::Duration::minutes(1);

/// Messages replayed by one statement.
const CHUNK: usize = 500;

/// Messager's database. Cheap to clone.
pub struct MessagerDb<D: Dialect> {
    pub(crate) db: Connections<D>,
}

impl<D: Dialect> Clone for MessagerDb<D> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone() }
    }
}

impl<D: Dialect> MessagerDb<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    /// Connects. The tables must be there before anything else works: see [`migrate`](Self::migrate).
    ///
    /// # Errors
    /// When the database cannot be reached, or its server is refused as unsafe.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        Ok(Self { db: Connections::open(url, options).await? })
    }
}

impl<D: Dialect> MessagerDb<D> {
    /// Brings the tables up to date. Safe when several processes do it, or one was killed doing it.
    ///
    /// # Errors
    /// The database's trouble.
    pub fn migrate(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.db.migrate(Component::Messager)
    }

    /// Waits until no connection is in use and closes them all.
    pub fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.db.close())
    }
}

static MESSAGES: JobTable = JobTable {
    table: "messages",
    attempts: "message_attempts",
    columns: "uuid, domain, type, payload",
    order_key: Some("order_key"),
    // Paused deliveries lease nothing and use up no attempts.
    gate: " AND NOT EXISTS (SELECT 1 FROM domains d WHERE d.paused <> 0)",
};

impl Job for Message {
    const TABLE: &'static JobTable = &MESSAGES;

    fn read<D: Dialect>(c: &mut Columns<'_, D>) -> Result<Self, StoreError> {
        Ok(Self { uuid: c.uuid()?, domain: c.text()?, kind: c.text()?, payload: c.json()? })
    }
}

jobs!(MessagerDb, Message);

/// A message, where it is, and which earlier one of its account holds it back (G9).
const RECORD: &str = "m.id, m.status, m.attempts, m.max_retries, m.next_attempt_at, m.created_at, m.completed_at, m.result, \
     (SELECT b.uuid FROM messages b WHERE b.order_key = m.order_key AND b.id < m.id \
     AND b.status IN ('pending', 'processing') ORDER BY b.id LIMIT 1), m.uuid, m.domain, m.type, m.payload";

fn record<D: Dialect>(c: &mut Columns<'_, D>) -> Result<MessageRecord, StoreError> {
    let (id, status, attempts, max_retries) = (c.number()?, c.named(JobStatus::from_name)?, c.small()?, c.small()?);
    let (next_attempt_at, created_at, completed_at) = (c.instant()?, c.instant()?, c.opt_instant()?);
    let (result, blocker) = (c.opt_json()?, c.opt_uuid()?);
    let open = matches!(status, JobStatus::Pending | JobStatus::Processing);
    Ok(MessageRecord {
        id,
        message: Message::read(c)?,
        status,
        retry_count: attempts.saturating_sub(1),
        max_retries,
        next_attempt_at: open.then_some(next_attempt_at),
        created_at,
        completed_at: completed_at.filter(|_| status == JobStatus::Completed),
        result,
        blocked_by: blocker.filter(|_| open),
    })
}

/// Everything of a filter but its status and its time. A text is looked for in the rows themselves, newest first, until
/// the page is full.
fn filtered(sql: Sql, filter: &MessageFilter) -> Sql {
    sql.and_if(" AND type = ?", filter.kind.as_ref())
        .and_if(" AND domain = ?", filter.domain.as_ref())
        .search(&["uuid", "payload"], filter.q.as_deref())
}

fn of_a_time(sql: Sql, filter: &MessageFilter) -> Sql {
    sql.and_if(" AND created_at >= ?", filter.from).and_if(" AND created_at < ?", filter.to)
}

/// By number.
fn newest(filter: &MessageFilter, page: Page) -> Sql {
    let named = filter.status.is_some() || filter.kind.is_some() || filter.domain.is_some();
    let choices = vec![("status", names(filter.status.as_slice(), JobStatus::ALL, JobStatus::name))];
    let list = Newest {
        table: "messages",
        columns: &[],
        key: "id",
        condition: filtered(Sql::new("1 = 1"), filter),
        choices: if named { choices } else { Vec::new() },
    };
    let index = match (&filter.kind, &filter.domain) {
        (Some(_), _) => "messages_type",
        (None, Some(_)) => "messages_domain",
        (None, None) => "messages_listed",
    };
    list.page_of(RECORD, index, page)
}

/// By creation, so that the walk begins where the time ends; what it reads is of that time.
fn newest_of_a_time(filter: &MessageFilter, page: Page) -> Sql {
    let before = "(SELECT b.created_at FROM messages b WHERE b.id = ?)";
    let sql = Sql::new(format!("SELECT {RECORD} FROM messages m WHERE 1 = 1"));
    let sql = sql.and_if(" AND status = ?", filter.status.map(JobStatus::name));
    let mut sql = of_a_time(filtered(sql, filter), filter);
    if let Some(id) = page.before.map(Value::key) {
        sql = sql
            .and(&format!(" AND created_at <= {before} AND (created_at, id) < ({before}, ?)"))
            .bind(id.clone())
            .bind(id.clone())
            .bind(id);
    }
    sql.and(" ORDER BY created_at DESC, id DESC LIMIT ?").bind(page.limit.saturating_add(1))
}

/// Begins a new cycle of failed messages, without its WHERE.
fn new_cycle(operator: &Operator) -> Sql {
    let sql = "UPDATE messages SET status = 'pending', attempts = 0, next_attempt_at = ?, completed_at = NULL, \
               lease_token = NULL, replayed_by = ?, replay_reason = ?, version = version + 1 WHERE status = 'failed'";
    Sql::new(sql).bind(operator.at).bind(&operator.by).bind(&operator.reason)
}

impl<D: Dialect> MessagerDb<D> {
    async fn receipt_of(&self, message: &NewMessage) -> Result<Option<Receipt>, StoreError> {
        let Some(key) = &message.idempotency_key else { return Ok(None) };
        let sql = Sql::new("SELECT uuid, id FROM messages WHERE domain = ? AND idempotency_key = ?");
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let read = |c: &mut Columns<'_, D>| Ok(Receipt { message_uuid: c.uuid()?, message_id: c.number()? });
        session.read_one(sql.bind(&message.message.domain).bind(key), read).await
    }

    async fn insert(&self, new: &NewMessage) -> Result<Receipt, StoreError> {
        let Message { uuid, domain, kind, payload } = &new.message;
        let columns = [
            "uuid",
            "domain",
            "type",
            "payload",
            "idempotency_key",
            "order_key",
            "max_retries",
            "next_attempt_at",
            "created_at",
        ];
        let values = row![
            *uuid,
            domain,
            kind,
            payload.to_string(),
            new.idempotency_key.as_ref(),
            new.order_key.as_ref(),
            new.max_retries,
            new.at,
            new.at,
        ];
        let mut numbers = Numbers::default();
        let mut connection = self.db.writer().await?;
        let mut session = self.db.session(&mut connection);
        session.insert_numbered("messages", &columns, vec![(*uuid, values)], &mut numbers).await?;
        let id = numbers.get(*uuid).ok_or_else(|| StoreError::corrupt("a new message has no number"))?;
        Ok(Receipt { message_uuid: *uuid, message_id: id })
    }

    async fn execute(&self, sql: Sql) -> Result<u64, StoreError> {
        again!(self.execute_once(sql.clone()).await)
    }

    async fn execute_once(&self, sql: Sql) -> Result<u64, StoreError> {
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await
    }

    async fn one<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read_one(sql, read).await
    }
}

#[async_trait]
impl<D: Dialect> MessagerStore for MessagerDb<D> {
    async fn accept(&self, message: &NewMessage) -> Result<(Receipt, bool), StoreError> {
        let refused = match again!(self.insert(message).await) {
            Ok(receipt) => return Ok((receipt, true)),
            Err(error) => error,
        };
        // The key is there already, or the insert was lost on the way back: the same message either way.
        match self.receipt_of(message).await? {
            Some(receipt) if refused.kind() == StoreErrorKind::Duplicate => Ok((receipt, false)),
            _ => Err(refused),
        }
    }

    async fn messages(&self, filter: &MessageFilter, page: Page) -> Result<Slice<MessageRecord>, StoreError> {
        let timed = filter.from.is_some() || filter.to.is_some();
        let sql = if timed { newest_of_a_time(filter, page) } else { newest(filter, page) };
        let mut connection = self.db.reader().await?;
        let rows = self.db.session(&mut connection).read(sql, record).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }

    async fn message(&self, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let sql = Sql::new(format!("SELECT {RECORD} FROM messages m WHERE m.uuid = ?")).bind(uuid);
        let Some(found) = session.read_one(sql, record).await? else {
            return Ok(None);
        };
        let attempts = queue::attempts(&mut session, &MESSAGES, found.id).await?;
        Ok(Some((found, attempts)))
    }

    async fn replay(&self, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError> {
        if self.execute(new_cycle(operator).and(" AND uuid = ?").bind(uuid)).await? > 0 {
            return Ok(Replay::Begun);
        }
        let sql = Sql::new("SELECT status FROM messages WHERE uuid = ?").bind(uuid);
        let status = self.one(sql, |c| c.named(JobStatus::from_name)).await?;
        Ok(status.map_or(Replay::Unknown, Replay::NotFailed))
    }

    async fn replay_all(&self, filter: &MessageFilter, operator: Option<&Operator>) -> Result<u64, StoreError> {
        let failed = "FROM messages WHERE status = 'failed'";
        let wanted = |sql: String| of_a_time(filtered(Sql::new(sql), filter), filter);
        let Some(operator) = operator else {
            return Ok(self.one(wanted(format!("SELECT COUNT(*) {failed}")), |c| c.number()).await?.unwrap_or(0));
        };
        let sql = wanted(format!("SELECT id {failed}")).and(" ORDER BY id LIMIT ?");
        let ids = {
            let mut connection = self.db.reader().await?;
            self.db.session(&mut connection).read(sql.bind(MAX_REPLAYS), |c| c.number()).await?
        };
        let mut replayed = 0;
        for part in ids.chunks(CHUNK) {
            let sql = new_cycle(operator).and(" AND id IN ").list(part.iter().map(|id| Value::key(*id)));
            replayed += self.execute(sql).await?;
        }
        Ok(replayed)
    }

    async fn set_paused(&self, paused: bool, operator: &Operator) -> Result<(), StoreError> {
        let sql =
            Sql::new("UPDATE domains SET paused = ?, changed_by = ?, reason = ?, changed_at = ? WHERE name = '*'");
        let sql = sql.bind(paused).bind(&operator.by).bind(&operator.reason).bind(operator.at);
        self.execute(sql).await.map(|_| ())
    }

    async fn pause(&self) -> Result<Pause, StoreError> {
        let sql = Sql::new("SELECT paused, changed_by, reason, changed_at FROM domains WHERE name = '*'");
        let read = |c: &mut Columns<'_, D>| {
            Ok(Pause { paused: c.flag()?, by: c.opt_text()?, reason: c.opt_text()?, at: c.opt_instant()? })
        };
        Ok(self.one(sql, read).await?.unwrap_or_default())
    }

    async fn alerts(&self, channel: Channel, limit: u32) -> Result<Seen, StoreError> {
        outage::seen(&self.db, channel, limit).await
    }

    async fn settle_alerts(&self, decided: &Decided) -> Result<bool, StoreError> {
        again!(outage::settle(&self.db, decided).await)
    }

    async fn stats(&self, now: Timestamp) -> Result<Stats, StoreError> {
        let depth = depth::depth(&self.db, &MESSAGES, now).await?;
        let minute_ago = now.checked_sub_signed(MINUTE).unwrap_or(now);
        let sql = "SELECT COUNT(*) FROM messages WHERE status = 'completed' AND completed_at > ? AND completed_at <= ?";
        let recent = self.one(Sql::new(sql).bind(minute_ago).bind(now), |c| c.number()).await?;
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
        let count =
            "(SELECT COUNT(*) FROM messages WHERE status = 'completed' AND completed_at >= ? AND completed_at < ?)";
        let (mut sql, mut begin) = (Sql::new("SELECT "), from);
        for minute in 0..minutes {
            let end = begin.checked_add_signed(MINUTE).unwrap_or(begin);
            sql = sql.and(if minute == 0 { "" } else { ", " }).and(count).bind(begin).bind(end);
            begin = end;
        }
        let counts = self.one(sql, |c| (0..minutes).map(|_| c.number()).collect()).await?;
        counts.ok_or_else(|| StoreError::corrupt("a count gave no row"))
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.db.is_migrated(Component::Messager).await
    }
}
