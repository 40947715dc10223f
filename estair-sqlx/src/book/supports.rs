//! Reading support requests and their comments.

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::id::{CommentId, SupportId};
use estair_core::row::{Row, Thread};
use estair_core::store::{Comments, Page, Slice, StoreError, SupportFilter, SupportReader};
use estair_core::support::{Assignee, Comment, Support, SupportStatus};

use super::BookStore;
use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::sql::Sql;
use crate::table::{self, Supports, Table, list, row, shown};
use crate::value::Value;

fn newest(filter: &SupportFilter, page: Page) -> Sql {
    let named = !filter.status.is_empty() || filter.assigned_to.is_some();
    let choices = vec![
        ("status", names(&filter.status, SupportStatus::ALL, SupportStatus::name)),
        ("assigned_to", names(filter.assigned_to.as_slice(), Assignee::ALL, Assignee::name)),
    ];
    let condition = Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .holding(filter.q.as_deref());
    let choices = if named { choices } else { Vec::new() };
    IndexWalk { table: Supports::NAME, key: "id", condition, choices }.page(shown::<Supports>, page)
}

/// The newest comments of each, and one more.
fn newest_comments(ids: &[SupportId], limit: u32) -> Sql {
    let (name, columns) = (table::Comments::NAME, list::<Comment>(""));
    let place = "ROW_NUMBER() OVER (PARTITION BY helpdesk_id ORDER BY id DESC) AS place";
    Sql::new(format!("SELECT id, {columns} FROM (SELECT id, {columns}, {place} FROM {name} WHERE helpdesk_id IN "))
        .list(ids.iter().map(|id| Value::key(id.0)))
        .and(") walk WHERE place <= ? ORDER BY helpdesk_id, id DESC")
        .bind(limit.saturating_add(1))
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

    async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, StoreError> {
        let sql = Sql::select::<table::Comments>().and("helpdesk_id = ?").bind(Value::key(id.0)).page("id", page);
        let rows = self.all(sql, row::<table::Comments, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn newest_comments(&self, ids: &[SupportId], limit: u32) -> Result<Comments, StoreError> {
        if ids.is_empty() {
            return Ok(Comments::new());
        }
        let mut found: BTreeMap<SupportId, Vec<Row<CommentId, Comment>>> = BTreeMap::new();
        for row in self.all(newest_comments(ids, limit), row::<table::Comments, _>).await? {
            if let Thread::Support(support) = row.thread {
                found.entry(support).or_default().push(row);
            }
        }
        Ok(found.into_iter().map(|(id, rows)| (id, Slice::of(rows, limit, |row| row.id.0))).collect())
    }
}
