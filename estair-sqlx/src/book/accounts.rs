//! Reading accounts, their closings and their limits.

use async_trait::async_trait;
use estair_core::account::{Account, AccountChange, AccountStatus, Closing, LimitChange, Rollout};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::id::AccountId;
use estair_core::money::Money;
use estair_core::row::Row;
use estair_core::store::{AccountFilter, AccountReader, Page, Slice, StoreError};

use super::BookStore;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{AccountChanges, Accounts, Closings, Columns, LimitChanges, row};
use crate::value::Value;

#[async_trait]
impl<D: Dialect> AccountReader for BookStore<D> {
    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        let sql = Sql::select::<Accounts>()
            .and("1 = 1")
            .and_if(" AND id = ?", filter.account.map(|id| Value::key(id.0)))
            .and_if(" AND uuid = ?", filter.uuid)
            .and_if(" AND reference = ?", filter.reference.as_deref())
            .and_if(" AND status = ?", filter.status.map(AccountStatus::name))
            .and_if(" AND (rollout IS NULL OR rollout = ?)", filter.rollout.map(Rollout::name))
            .holding(filter.q.as_deref())
            .page("id", page);
        let rows = self.all(sql, row::<Accounts, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError> {
        let sql = Sql::select::<Accounts>().and("id = ?").bind(Value::key(id.0));
        self.one(sql, row::<Accounts, _>).await
    }

    async fn accounts_of(&self, ids: &[AccountId]) -> Result<Vec<Row<AccountId, Account>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = Sql::select::<Accounts>().and("id IN ").list(ids.iter().map(|id| Value::key(id.0)));
        self.all(sql, row::<Accounts, _>).await
    }

    async fn closing(&self, id: AccountId, day: BusinessDay) -> Result<Option<Closing>, StoreError> {
        let sql = Sql::select::<Closings>().and("t.account_id = ? AND t.day <= ? ORDER BY t.day DESC LIMIT 1");
        let found = self.one(sql.bind(Value::key(id.0)).bind(day), row::<Closings, _>).await?;
        Ok(found.map(|row| row.data))
    }

    async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, StoreError> {
        let sql = Sql::select::<Closings>().and("t.account_id = ? AND t.day >= ? AND t.day <= ? ORDER BY t.day");
        let found = self.all(sql.bind(Value::key(id.0)).bind(from).bind(to), row::<Closings, _>).await?;
        Ok(found.into_iter().map(|row| row.data).collect())
    }

    async fn limit_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, LimitChange>>, StoreError> {
        let sql = Sql::select::<LimitChanges>().and("t.account_id = ?").bind(Value::key(id.0)).page("t.id", page);
        let rows = self.all(sql, row::<LimitChanges, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }

    async fn account_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, AccountChange>>, StoreError> {
        let sql = Sql::select::<AccountChanges>().and("account_id = ?").bind(Value::key(id.0)).page("id", page);
        let rows = self.all(sql, row::<AccountChanges, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }

    async fn limit_at(&self, id: AccountId, at: Timestamp) -> Result<Option<Money>, StoreError> {
        let of_account = "FROM estair_credit_limit_history h WHERE h.account_id = a.id";
        let sql = Sql::new(format!(
            "SELECT a.currency, COALESCE((SELECT h.new_limit {of_account} AND h.changed_at < ? ORDER BY h.id DESC LIMIT 1), \
             (SELECT h.old_limit {of_account} ORDER BY h.id LIMIT 1)) FROM estair_accounts a WHERE a.id = ?"
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let currency = c.read()?;
            c.in_currency(currency).read::<Option<Money>>()
        };
        Ok(self.one(sql.bind(at).bind(Value::key(id.0)), read).await?.flatten())
    }
}
