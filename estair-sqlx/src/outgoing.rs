//! Deliveries: what people are told, in the book's database and, for its alerts, in Messager's (N3).

use std::collections::BTreeSet;

use async_trait::async_trait;
use estair_core::audit::Hash;
use estair_core::fact::Fact;
use estair_core::id::{FactId, Row};
use estair_core::notification::{Audience, Channel, Notice};
use estair_core::notify::{Delivery, DeliveryFilter, DeliveryRecord, NewDelivery, Outgoing};
use estair_core::queue::{Attempt, JobStatus};
use estair_core::read::{Page, Slice};
use estair_core::store::StoreError;

use crate::book::{BookStore, rows};
use crate::columns::Columns;
use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::messager::MessagerDb;
use crate::newest::{Newest, names};
use crate::queue::{self, Job, JobTable, again};
use crate::statement::{Session, Sql, Value, inserts, row};

pub(crate) static DELIVERIES: JobTable = JobTable {
    table: "deliveries",
    attempts: "delivery_attempts",
    columns: "fact_id, notice, audience, channel, recipient, params",
    order_key: Some("order_key"),
    // Alerts without a decision.
    gate: " AND j.held = 0",
};

impl Job for Delivery {
    const TABLE: &'static JobTable = &DELIVERIES;

    fn read<D: Dialect>(c: &mut Columns<'_, D>) -> Result<Self, StoreError> {
        Ok(Self {
            fact: c.opt_number()?.map(FactId),
            notice: c.named(Notice::from_name)?,
            audience: c.named(Audience::from_name)?,
            channel: c.named(Channel::from_name)?,
            recipient: c.text()?,
            params: c.json()?,
        })
    }
}

const COLUMNS: [&str; 15] = [
    "dedup",
    "order_key",
    "held",
    "request_id",
    "fact_id",
    "notice",
    "audience",
    "channel",
    "recipient",
    "params",
    "status",
    "next_attempt_at",
    "created_at",
    "completed_at",
    "last_error",
];

/// Inserts alerts, which wait for a decision.
pub(crate) async fn hold<D: Dialect>(session: &mut Session<'_, D>, alerts: &[NewDelivery]) -> Result<(), StoreError> {
    let rows = alerts.iter().map(|new| values(new, true, None)).collect::<Result<Vec<_>, _>>()?;
    session.execute_all(inserts::<D>("deliveries", &COLUMNS, rows).collect()).await
}

fn values(new: &NewDelivery, held: bool, request: Option<u64>) -> Result<Vec<Value>, StoreError> {
    let NewDelivery { delivery, not_before, skip, at } = new;
    let as_json = |error| StoreError::corrupt("the particulars cannot be written as text").caused_by(error);
    let params = serde_json::to_string(&delivery.params).map_err(as_json)?;
    let status = if skip.is_some() { JobStatus::Skipped } else { JobStatus::Pending };
    let request = request.or_else(|| delivery.params.get("requete_id").and_then(serde_json::Value::as_u64));
    Ok(row![
        dedup(delivery),
        // A recipient may be longer than an index can hold.
        delivery.order_key().map(|key| Hash::of(&key)),
        held,
        request,
        delivery.fact.map(|fact| fact.0),
        delivery.notice.name(),
        delivery.audience.name(),
        delivery.channel.name(),
        &delivery.recipient,
        params,
        status.name(),
        *not_before,
        *at,
        skip.as_ref().map(|_| *at),
        skip.as_ref(),
    ])
}

/// One fact, notice, channel and recipient make one delivery, ever (N2). A recipient may be longer than an index can
/// hold: its hash stands for it.
fn dedup(delivery: &Delivery) -> Option<Hash> {
    let Delivery { fact, notice, channel, recipient, .. } = delivery;
    fact.map(|fact| Hash::of(format!("{fact}\n{notice}\n{channel}\n{recipient}")))
}

pub(crate) async fn untold<D: Dialect>(db: &Connections<D>, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
    let mut reader = db.reader().await?;
    let columns = rows::FACT.join(", ");
    let sql = Sql::new(format!("SELECT id, {columns} FROM facts WHERE told = 0 ORDER BY id LIMIT ?")).bind(limit);
    db.session(&mut reader).read(sql, |c| Ok(Row { id: FactId(c.number()?), data: rows::fact(c)? })).await
}

pub(crate) async fn tell<D: Dialect>(
    db: &Connections<D>,
    fact: FactId,
    deliveries: &[NewDelivery],
) -> Result<(), StoreError> {
    again!(tell_once(db, fact, deliveries).await)
}

/// The fact's row is locked first: of two who tell it at once, the second finds what the first has queued.
async fn tell_once<D: Dialect>(
    db: &Connections<D>,
    fact: FactId,
    deliveries: &[NewDelivery],
) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    let sql = Sql::new("SELECT request_id FROM facts WHERE id = ? ").bind(Value::key(fact.0)).and(D::LOCK);
    let request = session.read_one(sql, |c| c.opt_number()).await?.flatten();
    insert_missing(&mut session, deliveries, request).await?;
    session.execute(Sql::new("UPDATE facts SET told = 1 WHERE id = ?").bind(Value::key(fact.0))).await?;
    transaction.commit().await
}

pub(crate) async fn enqueue<D: Dialect>(db: &Connections<D>, deliveries: &[NewDelivery]) -> Result<(), StoreError> {
    again!(enqueue_once(db, deliveries).await)
}

async fn enqueue_once<D: Dialect>(db: &Connections<D>, deliveries: &[NewDelivery]) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    insert_missing(&mut db.session(&mut transaction), deliveries, None).await?;
    transaction.commit().await
}

/// Inserts deliveries, but for those of a fact that are there.
pub(crate) async fn insert_missing<D: Dialect>(
    session: &mut Session<'_, D>,
    deliveries: &[NewDelivery],
    request: Option<u64>,
) -> Result<(), StoreError> {
    let names: BTreeSet<_> =
        deliveries.iter().filter_map(|new| dedup(&new.delivery)).map(|hash| hash.to_string()).collect();
    let mut seen = BTreeSet::new();
    if !names.is_empty() {
        let sql = Sql::new("SELECT dedup FROM deliveries WHERE dedup IN ").list(names.into_iter().map(Value::from));
        seen.extend(session.read(sql, |c| c.text()).await?);
    }
    let fresh = deliveries.iter().filter(|new| {
        let name = dedup(&new.delivery).map(|hash| hash.to_string());
        name.is_none_or(|name| seen.insert(name))
    });
    let rows = fresh.map(|new| values(new, false, request)).collect::<Result<Vec<_>, _>>()?;
    session.execute_all(inserts::<D>("deliveries", &COLUMNS, rows).collect()).await
}

pub(crate) async fn list<D: Dialect>(
    db: &Connections<D>,
    filter: &DeliveryFilter,
    page: Page,
) -> Result<Slice<DeliveryRecord>, StoreError> {
    let columns: Vec<_> = RECORD.into_iter().chain(DELIVERIES.columns.split(", ")).collect();
    let named = filter.request.is_none() && (filter.status.is_some() || filter.channel.is_some());
    let choices = vec![
        ("status", names(filter.status.as_slice(), JobStatus::ALL, JobStatus::name)),
        ("channel", names(filter.channel.as_slice(), Channel::ALL, Channel::name)),
    ];
    let condition = match filter.request {
        // What one request tells is little: no index is needed for its statuses and channels.
        Some(id) => Sql::new("request_id = ?")
            .bind(Value::key(id.0))
            .and_if(" AND status = ?", filter.status.map(JobStatus::name))
            .and_if(" AND channel = ?", filter.channel.map(Channel::name)),
        None => Sql::new("1 = 1"),
    };
    let choices = if named { choices } else { Vec::new() };
    let list = Newest { table: "deliveries", columns: &columns, key: "id", condition, choices };
    let sql = list.page(page);
    let mut reader = db.reader().await?;
    let rows = db.session(&mut reader).read(sql, record).await?;
    Ok(Slice::of(rows, page.limit, |row| row.id))
}

/// What a record shows besides the delivery itself.
const RECORD: [&str; 6] = ["status", "attempts_total", "next_attempt_at", "created_at", "completed_at", "last_error"];

fn record<D: Dialect>(c: &mut Columns<'_, D>) -> Result<DeliveryRecord, StoreError> {
    let (id, status, attempts) = (c.number()?, c.named(JobStatus::from_name)?, c.small()?);
    let (next_attempt_at, created_at, completed_at) = (c.instant()?, c.instant()?, c.opt_instant()?);
    let error = c.opt_text()?;
    let delivery = Delivery::read(c)?;
    Ok(DeliveryRecord { id, delivery, status, attempts, next_attempt_at, created_at, completed_at, error })
}

pub(crate) async fn attempts<D: Dialect>(db: &Connections<D>, id: u64) -> Result<Vec<Attempt>, StoreError> {
    let mut reader = db.reader().await?;
    queue::attempts(&mut db.session(&mut reader), &DELIVERIES, id).await
}

/// Makes a store the place of deliveries. Messager's has no facts.
macro_rules! outgoing {
    ($store:ident, facts: $facts:expr) => {
        $crate::queue::jobs!($store, estair_core::notify::Delivery);

        #[async_trait]
        impl<D: Dialect> Outgoing for $store<D> {
            async fn untold(&self, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
                if $facts { untold(&self.db, limit).await } else { Ok(Vec::new()) }
            }

            async fn tell(&self, fact: FactId, deliveries: &[NewDelivery]) -> Result<(), StoreError> {
                if $facts { tell(&self.db, fact, deliveries).await } else { enqueue(&self.db, deliveries).await }
            }

            async fn enqueue(&self, deliveries: &[NewDelivery]) -> Result<(), StoreError> {
                enqueue(&self.db, deliveries).await
            }

            async fn deliveries(
                &self,
                filter: &DeliveryFilter,
                page: Page,
            ) -> Result<Slice<DeliveryRecord>, StoreError> {
                list(&self.db, filter, page).await
            }

            async fn delivery_attempts(&self, id: u64) -> Result<Vec<Attempt>, StoreError> {
                attempts(&self.db, id).await
            }
        }
    };
}

outgoing!(BookStore, facts: true);
outgoing!(MessagerDb, facts: false);
