//! Reading movements and their audit rows; an account's statement is in `account_statement`.

use async_trait::async_trait;
use estair_core::audit::Log;
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::Movement;
use estair_core::row::Row;
use estair_core::store::{MovementReader, Page, Slice, Statement, StatementFilter, StoreError};
use uuid::Uuid;

use super::BookStore;
use super::account_statement::account_statement;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{Logs, Movements, row};
use crate::value::Value;

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

    async fn movement_of_message(&self, message: Uuid) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        let sql = Sql::select::<Movements>().and("message_uuid = ? ORDER BY id LIMIT 1").bind(message);
        self.one(sql, row::<Movements, _>).await
    }

    async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError> {
        let sql = Sql::select::<Logs>().and("t.mouvement_id = ?").bind(Value::key(id.0)).page("t.id", page);
        let rows = self.all(sql, row::<Logs, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id))
    }
}
