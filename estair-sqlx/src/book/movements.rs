//! Reading movements and their audit rows; an account's statement is in `account_statement`.

use async_trait::async_trait;
use estair_core::audit::Log;
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::Movement;
use estair_core::row::Row;
use estair_core::store::{MovementReader, Page, Statement, StatementFilter, StoreError};

use super::BookStore;
use super::account_statement::account_statement;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{Logs, Movements, row};
use crate::value::Value;

/// Audit rows of one movement that are read at most.
const MAX_LOGS: u32 = 1_000;

#[async_trait]
impl<D: Dialect> MovementReader for BookStore<D> {
    async fn statement(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        page: Page,
    ) -> Result<Option<Statement>, StoreError> {
        let mut connection = self.db.reader().await?;
        account_statement(&mut self.db.session(&mut connection), id, filter, page).await
    }

    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        let sql = Sql::select::<Movements>().and("id = ?").bind(Value::key(id.0));
        self.one(sql, row::<Movements, _>).await
    }

    async fn logs(&self, id: MovementId) -> Result<Vec<Row<u64, Log>>, StoreError> {
        let sql = Sql::select::<Logs>().and(&format!("t.mouvement_id = ? ORDER BY t.id LIMIT {MAX_LOGS}"));
        self.all(sql.bind(Value::key(id.0)), row::<Logs, _>).await
    }
}
