//! Devices that may be pushed to, and what people do not want to be told.

use async_trait::async_trait;
use estair_core::audit::Hash;
use estair_core::clock::Timestamp;
use estair_core::id::UserId;
use estair_core::notification::{Channel, Notice};
use estair_core::notify::{PushSubscription, Subscriptions};
use estair_core::store::{StoreError, StoreErrorKind};

use crate::book::BookStore;
use crate::columns::Columns;
use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::queue::again;
use crate::statement::{Sql, Value};

/// Replaces one row by another, or by none, all or nothing. Two who do it at once meet as duplicates: then again.
async fn replace<D: Dialect>(db: &Connections<D>, old: &Sql, new: Option<&Sql>) -> Result<(), StoreError> {
    again!(replace_once(db, old, new).await.map_err(|error| match error.kind() {
        StoreErrorKind::Duplicate =>
            StoreError::new(StoreErrorKind::Contention, "the row was written at once").caused_by(error),
        _ => error,
    }))
}

async fn replace_once<D: Dialect>(db: &Connections<D>, old: &Sql, new: Option<&Sql>) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    let mut session = db.session(&mut transaction);
    session.execute(old.clone()).await?;
    if let Some(new) = new {
        session.execute(new.clone()).await?;
    }
    transaction.commit().await
}

/// An endpoint may be longer than an index can hold: its hash stands for it.
fn known_as(endpoint: &str) -> Hash {
    Hash::of(endpoint)
}

fn device<D: Dialect>(c: &mut Columns<'_, D>) -> Result<PushSubscription, StoreError> {
    Ok(PushSubscription { endpoint: c.text()?, p256dh: c.text()?, auth: c.text()? })
}

#[async_trait]
impl<D: Dialect> Subscriptions for BookStore<D> {
    async fn subscribe(&self, user: UserId, device: &PushSubscription, at: Timestamp) -> Result<(), StoreError> {
        let name = known_as(&device.endpoint);
        let old = Sql::new("DELETE FROM push_subscriptions WHERE endpoint_hash = ?").bind(name);
        let columns = ["endpoint_hash", "user_id", "endpoint", "p256dh", "auth", "created_at"];
        let row = crate::statement::row![name, user.0, &device.endpoint, &device.p256dh, &device.auth, at];
        replace(&self.db, &old, Some(&Sql::insert("push_subscriptions", &columns, [row]))).await
    }

    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        let sql = Sql::new("DELETE FROM push_subscriptions WHERE user_id = ? AND endpoint_hash = ?");
        let mut connection = self.db.writer().await?;
        let sql = sql.bind(Value::key(user.0)).bind(known_as(endpoint));
        Ok(self.db.session(&mut connection).execute(sql).await? > 0)
    }

    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError> {
        let sql = Sql::new("SELECT user_id, endpoint, p256dh, auth FROM push_subscriptions WHERE user_id IN ");
        let sql = sql.list(users.iter().map(|user| Value::key(user.0))).and(" ORDER BY id LIMIT 10000");
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, |c| Ok((UserId(c.number()?), device(c)?))).await
    }

    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError> {
        let sql = Sql::new("SELECT endpoint, p256dh, auth FROM push_subscriptions WHERE endpoint_hash = ?");
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read_one(sql.bind(known_as(endpoint)), device).await
    }

    async fn forget(&self, endpoint: &str) -> Result<(), StoreError> {
        let sql = Sql::new("DELETE FROM push_subscriptions WHERE endpoint_hash = ?").bind(known_as(endpoint));
        let mut connection = self.db.writer().await?;
        self.db.session(&mut connection).execute(sql).await.map(|_| ())
    }

    async fn opt_outs(&self, users: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError> {
        let sql = Sql::new("SELECT user_id, notice, channel FROM opt_outs WHERE user_id IN ");
        let sql = sql.list(users.iter().map(|user| Value::key(user.0))).and(" ORDER BY id");
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        session
            .read(sql, |c| Ok((UserId(c.number()?), c.named(Notice::from_name)?, c.named(Channel::from_name)?)))
            .await
    }

    async fn set_opt_out(&self, user: UserId, notice: Notice, channel: Channel, out: bool) -> Result<(), StoreError> {
        let old = Sql::new("DELETE FROM opt_outs WHERE user_id = ? AND notice = ? AND channel = ?");
        let old = old.bind(Value::key(user.0)).bind(notice.name()).bind(channel.name());
        let row = crate::statement::row![user.0, notice.name(), channel.name()];
        let new = Sql::insert("opt_outs", &["user_id", "notice", "channel"], [row]);
        replace(&self.db, &old, out.then_some(&new)).await
    }
}
