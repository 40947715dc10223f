//! Reading what both systems decided (L6).

use async_trait::async_trait;
use estair_core::id::AccountId;
use estair_core::row::{Row, ShadowDecision};
use estair_core::store::{Page, ShadowCounts, ShadowFilter, ShadowReader, Slice, StoreError};

use super::BookStore;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{Columns, ShadowDecisions, row};
use crate::value::Value;

#[async_trait]
impl<D: Dialect> ShadowReader for BookStore<D> {
    async fn shadows(&self, filter: &ShadowFilter, page: Page) -> Result<Slice<Row<u64, ShadowDecision>>, StoreError> {
        let sql = Sql::select::<ShadowDecisions>()
            .and("1 = 1")
            .and_if(" AND t.account_id = ?", filter.account.map(|id| Value::key(id.0)))
            .and_if(" AND t.agree = ?", filter.agree)
            .page("t.id", page);
        let rows = self.all(sql, row::<ShadowDecisions, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }

    async fn shadow_counts(&self, account: Option<AccountId>) -> Result<ShadowCounts, StoreError> {
        let sql = Sql::new("SELECT agree, COUNT(*) FROM estair_shadow_decisions WHERE 1 = 1")
            .and_if(" AND account_id = ?", account.map(|id| Value::key(id.0)))
            .and(" GROUP BY agree");
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?));
        let found: Vec<(bool, u64)> = self.all(sql, read).await?;
        let count = |agree| found.iter().filter(|(found, _)| *found == agree).map(|(_, count)| count).sum();
        Ok(ShadowCounts { agreements: count(true), disagreements: count(false) })
    }
}
