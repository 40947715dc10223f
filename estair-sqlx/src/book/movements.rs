//! Reading movements and their audit rows; an account's statement is in `account_statement`.

use async_trait::async_trait;
use estair_core::audit::{Log, LogStatus};
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::{Movement, MovementStatus, MovementType, Source};
use estair_core::row::Row;
use estair_core::store::{
    LogFilter, MovementFilter, MovementReader, Page, Slice, Statement, StatementFilter, StoreError,
};
use uuid::Uuid;

use super::BookStore;
use super::account_statement::{account_statement, counting, lines};
use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::sql::Sql;
use crate::table::{Logs, Movements, Table, page_of_list, row, row_of_list, shown};
use crate::value::Value;

/// What every movement of a list fulfils.
fn listed(filter: &MovementFilter) -> Sql {
    let amount = filter.amount.map(|amount| Value::Hundredths(Some(amount.hundredths().abs())));
    let less = filter.amount.map(|amount| Value::Hundredths(Some(amount.hundredths().abs().saturating_neg())));
    let sql = Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .and_if(" AND status = ?", filter.status.map(MovementStatus::name))
        .and_if(" AND type = ?", filter.kind.map(MovementType::name))
        .and_if(" AND source = ?", filter.source.map(Source::name))
        .and_if(" AND created_at >= ?", filter.from)
        .and_if(" AND created_at < ?", filter.to)
        .and_if(" AND etatsdevente_id = ?", filter.etatsdevente_id.map(Value::key))
        .and_if(" AND helpdesk_id = ?", filter.helpdesk_id.map(|id| Value::key(id.0)))
        .holding(filter.q.as_deref());
    match (amount, less) {
        (Some(amount), Some(less)) => sql.and(" AND total_operation IN (?, ?)").bind(amount).bind(less),
        _ => sql,
    }
}

/// A page, by number, or by creation where the list is of a time: then the walk begins where the time ends.
fn newest(sql: Sql, table: &str, alias: &str, timed: bool, page: Page) -> Sql {
    if !timed {
        return sql.page(&format!("{alias}id"), page);
    }
    let before = format!("(SELECT b.created_at FROM {table} b WHERE b.id = ?)");
    let sql = match page.before.map(Value::key) {
        Some(key) => sql
            .and(&format!(" AND {alias}created_at <= {before} AND ({alias}created_at, {alias}id) < ({before}, ?)"))
            .bind(key.clone())
            .bind(key.clone())
            .bind(key),
        None => sql,
    };
    let order = format!(" ORDER BY {alias}created_at DESC, {alias}id DESC LIMIT ?");
    sql.and(&order).bind(page.limit.saturating_add(1))
}

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

    async fn statement_lines(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        let sql = Sql::new(format!("SELECT {} FROM mouvements WHERE ", lines(filter, "")))
            .append(counting(id))
            .and(" AND account_version > ?")
            .bind(Value::key(after))
            .and_if(" AND business_day >= ?", filter.from)
            .and_if(" AND business_day <= ?", filter.to)
            .and_if(" AND type = ?", filter.kind.map(MovementType::name))
            .and_if(" AND source = ?", filter.source.map(Source::name));
        self.all(sql.and(" ORDER BY account_version LIMIT ?").bind(limit), row::<Movements, _>).await
    }

    async fn movements(
        &self,
        filter: &MovementFilter,
        page: Page,
    ) -> Result<Slice<Row<MovementId, Movement>>, StoreError> {
        let timed = filter.from.is_some() || filter.to.is_some();
        let sql = match filter.account {
            // The index of an account's movements by status is sorted by number within each.
            Some(_) if !timed => {
                let status = names(filter.status.as_slice(), MovementStatus::ALL, MovementStatus::name);
                let (condition, choices) = (listed(filter), vec![("status", status)]);
                IndexWalk { table: Movements::NAME, key: "id", condition, choices }.page(shown::<Movements>, page)
            }
            _ => newest(Sql::select::<Movements>().append(listed(filter)), "mouvements", "", timed, page),
        };
        let rows = self.all(sql, row_of_list::<Movements, _>).await?;
        Ok(page_of_list::<Movements>(rows, page.limit))
    }

    async fn all_logs(&self, filter: &LogFilter, page: Page) -> Result<Slice<Row<u64, Log>>, StoreError> {
        let sql = Sql::select::<Logs>()
            .and("1 = 1")
            .and_if(" AND t.account_id = ?", filter.account.map(|id| Value::key(id.0)))
            .and_if(" AND t.triggered_by = ?", filter.triggered_by.map(|user| Value::key(user.0)))
            .and_if(" AND t.status = ?", filter.status.map(LogStatus::name))
            .and_if(" AND t.created_at >= ?", filter.from)
            .and_if(" AND t.created_at < ?", filter.to);
        let sql = newest(sql, "mouvement_logs", "t.", filter.from.is_some() || filter.to.is_some(), page);
        let rows = self.all(sql, row_of_list::<Logs, _>).await?;
        Ok(page_of_list::<Logs>(rows, page.limit))
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
