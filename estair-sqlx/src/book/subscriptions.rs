//! Devices that may be pushed to, what people do not want to be told, and what they have been shown.

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::clock::Timestamp;
use estair_core::decision::Once;
use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{MAX_DEVICES, PushSubscription, Shown, Subscribed, Subscriptions};
use estair_core::row::Numbers;
use estair_core::store::{StoreError, StoreErrorKind};

use super::BookStore;
use crate::dialect::Dialect;
use crate::driver::Driver;
use crate::once::{recalled, remember};
use crate::retry::again;
use crate::sql::Sql;
use crate::table::{Devices, OptOut, OptOuts, Seen, SeenMarks, Stored, Table, known_as, list, values};
use crate::value::Value;

/// Devices of the users asked for that are read at most.
const MAX_READ: u32 = 10_000;

/// Devices that a user keeps.
const MAX_OWN: u32 = MAX_DEVICES as u32;

/// Devices beyond those that are forgotten at once; more wait for the next time.
const SURPLUS: u32 = 1_000;

/// A row of a table, written anew.
fn insert<D: Driver, T: Table>(row: &T::Row, with: T::With) -> Result<Sql, StoreError> {
    Ok(Sql::insert::<D>(T::NAME, T::columns(), [values::<T>(row, with, &Numbers::default())?]))
}

/// A duplicate of what somebody else writes at once: to be looked at again.
fn met(error: StoreError) -> StoreError {
    match error.kind() {
        StoreErrorKind::Duplicate => {
            StoreError::new(StoreErrorKind::Contention, "the row was written at once").caused_by(error)
        }
        _ => error,
    }
}

impl<D: Dialect> BookStore<D> {
    /// Replaces one row by another, or by none, all or nothing. Two who do it at once meet as duplicates: then again.
    async fn replace(&self, old: &Sql, new: Option<&Sql>) -> Result<(), StoreError> {
        again!(self.replace_once(old, new).await.map_err(met))
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

    async fn subscribe_once(
        &self,
        user: UserId,
        device: &PushSubscription,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Subscribed, StoreError> {
        let (owner, endpoint) = (Value::key(user.0), known_as(&device.endpoint));
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let first = match recalled::<_, ()>(&mut session, once).await? {
            Ok(first) => first.map(|()| Subscribed::Before),
            Err(_) => Some(Subscribed::KeyReused),
        };
        if let Some(first) = first {
            transaction.rollback().await?;
            return Ok(first);
        }
        // The user's devices first: of two that are sent at once, the second one sees the first one.
        let own = Sql::new("SELECT id FROM estair_push_subscriptions WHERE user_id = ? ORDER BY id ");
        session.read(own.bind(owner.clone()).and(D::LOCK), <u64 as Stored>::read).await?;
        let columns = list::<PushSubscription>("");
        let known = Sql::new(format!("SELECT {columns} FROM estair_push_subscriptions WHERE endpoint_hash = ? "));
        let known = session.read_one(known.bind(endpoint).and(D::LOCK), <PushSubscription as Stored>::read).await?;
        match known {
            Some(known) if !known.has_keys_of(device) => {
                transaction.rollback().await?;
                return Ok(Subscribed::OfAnother);
            }
            Some(_) => {
                let sql = "UPDATE estair_push_subscriptions SET user_id = ?, created_at = ? WHERE endpoint_hash = ?";
                session.execute(Sql::new(sql).bind(owner.clone()).bind(at).bind(endpoint)).await?;
            }
            None => {
                session.execute(insert::<D::Driver, Devices>(device, (user, at))?).await?;
            }
        }
        let surplus = Sql::new(
            "SELECT id FROM estair_push_subscriptions WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
        );
        let surplus = surplus.bind(owner).bind(SURPLUS).bind(MAX_OWN);
        let surplus = session.read(surplus, <u64 as Stored>::read).await?;
        if !surplus.is_empty() {
            let sql = Sql::new("DELETE FROM estair_push_subscriptions WHERE id IN ");
            session.execute(sql.list(surplus.into_iter().map(Value::key))).await?;
        }
        remember(&mut session, once, &(), at).await?;
        transaction.commit().await?;
        Ok(Subscribed::Kept)
    }

    async fn see_once(&self, mark: &Seen) -> Result<(), StoreError> {
        let of = |sql: &str| {
            let sql = Sql::new(format!("{sql} WHERE user_id = ? AND noun = ? AND noun_id = ? "));
            sql.bind(Value::key(mark.user.0)).bind(mark.what.name()).bind(Value::key(mark.which))
        };
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let known = of("SELECT version FROM estair_seen").and(D::LOCK);
        match session.read_one(known, <u64 as Stored>::read).await? {
            Some(known) if known >= mark.version => return transaction.rollback().await,
            Some(_) => {
                let newer = of(&format!("UPDATE estair_seen SET version = {}", mark.version));
                session.execute(newer).await?;
            }
            None => {
                session.execute(insert::<D::Driver, SeenMarks>(mark, ())?).await?;
            }
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
    async fn subscribe(
        &self,
        user: UserId,
        device: &PushSubscription,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Subscribed, StoreError> {
        again!(self.subscribe_once(user, device, at, once).await.map_err(met))
    }

    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        let sql = Sql::new("DELETE FROM estair_push_subscriptions WHERE user_id = ? AND endpoint_hash = ?");
        Ok(self.delete(sql.bind(Value::key(user.0)).bind(known_as(endpoint))).await? > 0)
    }

    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError> {
        let device = list::<PushSubscription>("");
        let sql = Sql::new(format!("SELECT user_id, {device} FROM estair_push_subscriptions WHERE user_id IN "))
            .list(users.iter().map(|user| Value::key(user.0)))
            .and(&format!(" ORDER BY id LIMIT {MAX_READ}"));
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
        let new = insert::<D::Driver, OptOuts>(&OptOut { user, notice, channel }, ())?;
        self.replace(&old, out.then_some(&new)).await
    }

    async fn seen(&self, user: UserId, what: Shown, ids: &[u64]) -> Result<BTreeMap<u64, u64>, StoreError> {
        let sql = Sql::new("SELECT noun_id, version FROM estair_seen WHERE user_id = ? AND noun = ? AND noun_id IN ");
        let sql = sql.bind(Value::key(user.0)).bind(what.name()).list(ids.iter().map(|id| Value::key(*id)));
        Ok(self.all(sql, |c| Ok((c.read()?, c.read()?))).await?.into_iter().collect())
    }

    async fn set_seen(&self, user: UserId, what: Shown, id: u64, version: u64) -> Result<(), StoreError> {
        let mark = Seen { user, what, which: id, version };
        again!(self.see_once(&mark).await.map_err(met))
    }
}
