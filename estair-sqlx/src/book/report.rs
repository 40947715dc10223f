//! What the daily report reads (L8): counted and summed by the database.

use async_trait::async_trait;
use chrono::TimeDelta;
use estair_core::category::Status;
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::money::{Currency, Money};
use estair_core::movement::{MovementType, Source};
use estair_core::store::{Age, ExpiredCredits, LastVerification, MoneyMoved, ReportReader, RequestCount, StoreError};

use super::BookStore;
use super::names::{CLOSED, CREDIT, SUCCESS, live_statuses};
use crate::dialect::Dialect;
use crate::sql::{Sql, one_of};
use crate::table::Columns;
use crate::value::Value;

/// What is not counted as money: it moves the daily credit.
fn credit_family() -> String {
    one_of(MovementType::ALL.iter().filter(|kind| kind.rule().credit_family).map(|kind| kind.name()))
}

fn ago(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub_signed(TimeDelta::days(days)).unwrap_or(now)
}

#[async_trait]
impl<D: Dialect> ReportReader for BookStore<D> {
    async fn request_counts(&self, now: Timestamp) -> Result<Vec<RequestCount>, StoreError> {
        let (day, week, older) = (Age::Day.name(), Age::Week.name(), Age::Older.name());
        let live = live_statuses();
        let sql = Sql::new(format!(
            "SELECT status, age, COUNT(*) FROM (SELECT status, CASE WHEN created_at > ? THEN '{day}' \
             WHEN created_at > ? THEN '{week}' ELSE '{older}' END AS age FROM requetes_financieres \
             WHERE status IN {live}) counted GROUP BY status, age"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            Ok(RequestCount { status: c.read::<Status>()?, age: c.read()?, count: c.read()? })
        };
        let mut counts = self.all(sql.bind(ago(now, 1)).bind(ago(now, 7)), read).await?;
        counts.sort();
        Ok(counts)
    }

    async fn money_moved(&self, day: BusinessDay) -> Result<Vec<MoneyMoved>, StoreError> {
        let credits = credit_family();
        let side = |comparison: &str| {
            format!("COALESCE(SUM(CASE WHEN total_operation {comparison} 0 THEN total_operation END), 0)")
        };
        let (money_in, money_out) = (side(">"), side("<"));
        let sql = Sql::new(format!(
            "SELECT source, currency_code, {money_in}, {money_out} FROM mouvements WHERE business_day = ? \
             AND status = '{SUCCESS}' AND is_deleted = 0 AND type NOT IN {credits} GROUP BY source, currency_code"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let (source, currency) = (c.read::<Source>()?, c.read::<Currency>()?);
            let c = c.in_currency(currency);
            let (money_in, money_out) = (c.read::<Money>()?, c.read::<Money>()?);
            Ok(MoneyMoved { source, money_in, money_out: money_out.magnitude() })
        };
        let mut moved = self.all(sql.bind(day), read).await?;
        moved.sort_by_key(|one| (one.source.name(), one.money_in.currency().to_string()));
        Ok(moved)
    }

    async fn expired_credits(&self, now: Timestamp) -> Result<Vec<ExpiredCredits>, StoreError> {
        // What is active is few: CROSS JOIN makes SQLite, which keeps no figures of its tables, begin with the few.
        let sql = Sql::new(format!(
            "SELECT m.currency_code, COUNT(*), SUM(m.total_operation) FROM mouvements m \
             CROSS JOIN requetes_financieres r WHERE r.id = m.requete_financiere_id AND m.type = '{CREDIT}' \
             AND m.status = '{SUCCESS}' AND m.cancelled_at IS NULL AND m.is_deleted = 0 AND r.status = '{CLOSED}' \
             AND r.expiry_date <= ? GROUP BY m.currency_code ORDER BY m.currency_code"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let currency = c.read::<Currency>()?;
            let count = c.read()?;
            Ok(ExpiredCredits { currency, count, amount: c.in_currency(currency).read()? })
        };
        self.all(sql.bind(now), read).await
    }

    async fn last_verification(&self) -> Result<Option<LastVerification>, StoreError> {
        let sql = Sql::new("SELECT verified_at, findings FROM estair_verifications ORDER BY id DESC LIMIT 1");
        self.one(sql, |c| Ok(LastVerification { at: c.read()?, findings: c.read()? })).await
    }
}

impl<D: Dialect> BookStore<D> {
    pub(super) async fn keep_verification(&self, done: LastVerification) -> Result<(), StoreError> {
        let row = vec![Value::from(done.at), Value::from(done.findings)];
        let mut transaction = self.db.begin().await?;
        let sql = Sql::insert::<D::Driver>("estair_verifications", &["verified_at", "findings"], [row]);
        self.db.session(&mut transaction).execute(sql).await?;
        transaction.commit().await
    }
}
