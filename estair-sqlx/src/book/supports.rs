//! Reading support requests and their comments.

use async_trait::async_trait;
use estair_core::id::SupportId;
use estair_core::row::Row;
use estair_core::store::{Comments, Page, Slice, StoreError, SupportFilter, SupportReader};
use estair_core::support::{Assignee, Support, SupportStatus};

use super::BookStore;
use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::sql::Sql;
use crate::table::{self, CommentOf, Supports, Table, list, row, row_as, shown};
use crate::value::Value;

/// Most comments of one support request that are read.
const MAX_COMMENTS: u32 = 1_000;

fn newest(filter: &SupportFilter, page: Page) -> Sql {
    let named = !filter.status.is_empty() || filter.assigned_to.is_some();
    let choices = vec![
        ("status", names(&filter.status, SupportStatus::ALL, SupportStatus::name)),
        ("assigned_to", names(filter.assigned_to.as_slice(), Assignee::ALL, Assignee::name)),
    ];
    let condition = Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .search(&["name", "subject"], filter.q.as_deref());
    let choices = if named { choices } else { Vec::new() };
    IndexWalk { table: Supports::NAME, key: "id", condition, choices }.page(shown::<Supports>, page)
}

fn comments(ids: &[SupportId]) -> Sql {
    let (name, columns) = (table::Comments::NAME, list::<CommentOf>(""));
    let place = "ROW_NUMBER() OVER (PARTITION BY helpdesk_id ORDER BY id) AS place";
    Sql::new(format!("SELECT id, {columns} FROM (SELECT id, {columns}, {place} FROM {name} WHERE helpdesk_id IN "))
        .list(ids.iter().map(|id| Value::key(id.0)))
        .and(") walk WHERE place <= ? ORDER BY helpdesk_id, id")
        .bind(MAX_COMMENTS)
}

#[async_trait]
impl<D: Dialect> SupportReader for BookStore<D> {
    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError> {
        let rows = self.all(newest(filter, page), row::<Supports, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError> {
        let sql = Sql::select::<Supports>().and("id = ?").bind(Value::key(id.0));
        self.one(sql, row::<Supports, _>).await
    }

    async fn comments(&self, ids: &[SupportId]) -> Result<Comments, StoreError> {
        let mut found = Comments::new();
        if ids.is_empty() {
            return Ok(found);
        }
        for Row { id, data } in self.all(comments(ids), row_as::<table::Comments, CommentOf, _>).await? {
            found.entry(data.support).or_default().push(Row { id, data: data.comment });
        }
        Ok(found)
    }
}
