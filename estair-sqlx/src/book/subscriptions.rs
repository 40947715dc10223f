//! Devices that may be pushed to, and what people do not want to be told.

use async_trait::async_trait;
use estair_core::clock::Timestamp;
use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{PushSubscription, Subscriptions};
use estair_core::row::Numbers;
use estair_core::store::{StoreError, StoreErrorKind};

use super::BookStore;
use crate::dialect::Dialect;
use crate::retry::again;
use crate::sql::Sql;
use crate::table::{Devices, OptOut, OptOuts, Stored, Table, known_as, list, values};
use crate::value::Value;

/// Devices of the users asked for that are read at most.
const MAX_DEVICES: u32 = 10_000;

/// A row of a table, written anew.
fn insert<T: Table>(row: &T::Row, with: T::With) -> Result<Sql, StoreError> {
    Ok(Sql::insert(T::NAME, T::columns(), [values::<T>(row, with, &Numbers::default())?]))
}

impl<D: Dialect> BookStore<D> {
    /// Replaces one row by another, or by none, all or nothing. Two who do it at once meet as duplicates: then again.
    async fn replace(&self, old: &Sql, new: Option<&Sql>) -> Result<(), StoreError> {
        again!(self.replace_once(old, new).await.map_err(|error| match error.kind() {
            StoreErrorKind::Duplicate =>
                StoreError::new(StoreErrorKind::Contention, "the row was written at once").caused_by(error),
            _ => error,
        }))
    }

    async fn replace_once(&self, old: &Sql, new: Option<&Sql>) -> Result<(), StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        session.execute(old.clone()).await?;
        if let Some(new) = new {
            session.execute(new.clone()).await?;
        }
        transaction.commit().await
    }

    async fn delete(&self, sql: Sql) -> Result<u64, StoreError> {
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await
    }
}

#[async_trait]
impl<D: Dialect> Subscriptions for BookStore<D> {
    async fn subscribe(&self, user: UserId, device: &PushSubscription, at: Timestamp) -> Result<(), StoreError> {
        let old = Sql::new("DELETE FROM estair_push_subscriptions WHERE endpoint_hash = ?");
        let new = insert::<Devices>(device, (user, at))?;
        self.replace(&old.bind(known_as(&device.endpoint)), Some(&new)).await
    }

    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        let sql = Sql::new("DELETE FROM estair_push_subscriptions WHERE user_id = ? AND endpoint_hash = ?");
        Ok(self.delete(sql.bind(Value::key(user.0)).bind(known_as(endpoint))).await? > 0)
    }

    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError> {
        let device = list::<PushSubscription>("");
        let sql = Sql::new(format!("SELECT user_id, {device} FROM estair_push_subscriptions WHERE user_id IN "))
            .list(users.iter().map(|user| Value::key(user.0)))
            .and(&format!(" ORDER BY id LIMIT {MAX_DEVICES}"));
        self.all(sql, |c| Ok((c.read()?, c.read()?))).await
    }

    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError> {
        let device = list::<PushSubscription>("");
        let sql = Sql::new(format!("SELECT {device} FROM estair_push_subscriptions WHERE endpoint_hash = ?"));
        self.one(sql.bind(known_as(endpoint)), Stored::read).await
    }

    async fn forget(&self, endpoint: &str) -> Result<(), StoreError> {
        let sql = Sql::new("DELETE FROM estair_push_subscriptions WHERE endpoint_hash = ?");
        self.delete(sql.bind(known_as(endpoint))).await.map(|_| ())
    }

    async fn opt_outs(&self, users: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError> {
        let choice = list::<OptOut>("");
        let sql = Sql::new(format!("SELECT {choice} FROM estair_preferences WHERE user_id IN "))
            .list(users.iter().map(|user| Value::key(user.0)))
            .and(" ORDER BY id");
        let found = self.all(sql, <OptOut as Stored>::read).await?;
        Ok(found.into_iter().map(|OptOut { user, notice, channel }| (user, notice, channel)).collect())
    }

    async fn set_opt_out(&self, user: UserId, notice: Notice, channel: Channel, out: bool) -> Result<(), StoreError> {
        let old = Sql::new("DELETE FROM estair_preferences WHERE user_id = ? AND notice = ? AND channel = ?");
        let old = old.bind(Value::key(user.0)).bind(notice.name()).bind(channel.name());
        let new = insert::<OptOuts>(&OptOut { user, notice, channel }, ())?;
        self.replace(&old, out.then_some(&new)).await
    }
}
