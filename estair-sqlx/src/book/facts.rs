//! Reading facts: timelines, the end that the event stream follows, and those whose notices are pending (N3).

use async_trait::async_trait;
use estair_core::fact::Fact;
use estair_core::id::{FactId, RequestId};
use estair_core::notification::{NewNotification, PendingFacts};
use estair_core::row::Row;
use estair_core::store::{FactFilter, FactReader, StoreError};

use super::BookStore;
use crate::dialect::Dialect;
use crate::notifications::insert_missing;
use crate::retry::again;
use crate::sql::Sql;
use crate::table::{Facts, Notifications, Stored, row};
use crate::value::Value;

#[async_trait]
impl<D: Dialect> FactReader for BookStore<D> {
    async fn facts(&self, filter: FactFilter, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        let sql = Sql::select::<Facts>();
        let sql = match filter {
            FactFilter::Request(id) => sql.and("request_id = ?").bind(Value::key(id.0)),
            FactFilter::Support(id) => sql.and("support_id = ?").bind(Value::key(id.0)),
            FactFilter::After(id) => sql.and("id > ?").bind(Value::key(id.0)),
        };
        self.all(sql.and(" ORDER BY id LIMIT ?").bind(limit), row::<Facts, _>).await
    }

    async fn last_fact(&self) -> Result<Option<FactId>, StoreError> {
        let last = self.one(Sql::new("SELECT MAX(id) FROM estair_facts"), <Option<FactId> as Stored>::read).await?;
        Ok(last.flatten())
    }
}

#[async_trait]
impl<D: Dialect> PendingFacts for BookStore<D> {
    async fn pending_facts(&self, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        let sql = Sql::select::<Facts>().and("told = 0 ORDER BY id LIMIT ?").bind(limit);
        self.all(sql, row::<Facts, _>).await
    }

    async fn save_fan_out(&self, fact: FactId, notifications: &[NewNotification]) -> Result<(), StoreError> {
        again!(self.save_fan_out_once(fact, notifications).await)
    }
}

impl<D: Dialect> BookStore<D> {
    /// The fact's row is locked first: of two who fan it out at once, the second finds what the first has queued.
    async fn save_fan_out_once(&self, fact: FactId, notifications: &[NewNotification]) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let sql = Sql::new("SELECT request_id FROM estair_facts WHERE id = ? ").bind(Value::key(fact.0)).and(D::LOCK);
        let request = session.read_one(sql, <Option<RequestId> as Stored>::read).await?.flatten();
        insert_missing::<D, Notifications>(&mut session, notifications, request).await?;
        session.execute(Sql::new("UPDATE estair_facts SET told = 1 WHERE id = ?").bind(Value::key(fact.0))).await?;
        transaction.commit().await
    }
}
