//! Reading support requests and their comments.

use std::collections::BTreeMap;

use async_trait::async_trait;
use estair_core::id::{CommentId, SupportId};
use estair_core::row::{Row, Thread};
use estair_core::store::{Comments, Followers, Page, Slice, StoreError, SupportFilter, SupportReader, SupportSort};
use estair_core::support::{Assignee, Comment, Support, SupportStatus, Turn};

use super::BookStore;
use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::sql::Sql;
use crate::table::{self, Columns, Supports, Table, list, row, shown};
use crate::value::Value;

/// What every row of a list fulfils, the columns of its index apart.
fn condition(filter: &SupportFilter) -> Sql {
    Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .and_if(" AND uuid = ?", filter.uuid)
        .and_if(" AND etatsdevente_id = ?", filter.etatsdevente_id.map(Value::key))
        .holding_or_account(filter.q.as_deref())
}

/// The turns in which the side has to speak that the filter names.
fn turns(filter: &SupportFilter) -> Vec<Turn> {
    filter.awaiting.map(|side| Turn::awaiting(side).to_vec()).unwrap_or_default()
}

fn named(sql: Sql, filter: &SupportFilter) -> Sql {
    sql.any_of("status", filter.status.iter().map(|status| status.name()))
        .and_if(" AND assigned_to = ?", filter.assigned_to.map(Assignee::name))
}

fn newest(filter: &SupportFilter, page: Page) -> Sql {
    let (condition, choices) = match filter.awaiting {
        Some(_) => (named(condition(filter), filter), vec![("turn", names(&turns(filter), &[], Turn::name))]),
        None if filter.status.is_empty() && filter.assigned_to.is_none() => (condition(filter), Vec::new()),
        None => {
            let choices = vec![
                ("status", names(&filter.status, SupportStatus::ALL, SupportStatus::name)),
                ("assigned_to", names(filter.assigned_to.as_slice(), Assignee::ALL, Assignee::name)),
            ];
            (condition(filter), choices)
        }
    };
    let walk = IndexWalk { table: Supports::NAME, key: "id", condition, choices };
    walk.page(shown::<Supports>, page)
}

/// Operation's queue (S5), from the row on that the page names.
fn queue(filter: &SupportFilter, page: Page) -> Sql {
    let sql = Sql::select::<Supports>().append(named(condition(filter), filter));
    let sql = sql.any_of("turn", turns(filter).into_iter().map(Turn::name));
    let sql = match page.before.map(Value::key) {
        Some(id) => {
            let turn = "(SELECT b.turn FROM helpdesk b WHERE b.id = ?)";
            sql.and(&format!(" AND (turn > {turn} OR (turn = {turn} AND id > ?))"))
                .bind(id.clone())
                .bind(id.clone())
                .bind(id)
        }
        None => sql,
    };
    sql.and(" ORDER BY turn, id LIMIT ?").bind(page.limit.saturating_add(1))
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
        let sql = match filter.sort {
            SupportSort::Newest => newest(filter, page),
            SupportSort::Queue => queue(filter, page),
        };
        let rows = self.all(sql, row::<Supports, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError> {
        let sql = Sql::select::<Supports>().and("id = ?").bind(Value::key(id.0));
        self.one(sql, row::<Supports, _>).await
    }

    async fn followers(&self, ids: &[SupportId]) -> Result<Followers, StoreError> {
        if ids.is_empty() {
            return Ok(Followers::new());
        }
        let sql = Sql::new("SELECT follows_id, id FROM helpdesk WHERE follows_id IN ");
        let sql = sql.list(ids.iter().map(|id| Value::key(id.0))).and(" ORDER BY follows_id, id");
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<SupportId>()?, c.read::<SupportId>()?));
        let mut found = Followers::new();
        for (followed, id) in self.all(sql, read).await? {
            found.entry(followed).or_default().push(id);
        }
        Ok(found)
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
