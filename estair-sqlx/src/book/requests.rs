//! Reading financial requests: lists, one with its credit, what is due.

use async_trait::async_trait;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::Timestamp;
use estair_core::id::RequestId;
use estair_core::request::{GrantedCredit, Request};
use estair_core::row::Row;
use estair_core::store::{Page, RequestFilter, RequestReader, Slice, StoreError};

use super::BookStore;
use super::names::{CLOSED, CREDIT, SUCCESS, final_statuses, live_statuses};
use crate::dialect::Dialect;
use crate::index_walk::{IndexWalk, names};
use crate::sql::Sql;
use crate::table::{Columns, Requests, Table, row, shown};
use crate::value::Value;

/// What every request of a list fulfils, but its status, desk and category. A text is looked for in the rows themselves,
/// newest first, until the page is full: what is rare is found by reading all that the rest of the filter leaves.
fn fitting(filter: &RequestFilter) -> Sql {
    Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .holding(filter.q.as_deref())
}

/// By number.
fn newest(filter: &RequestFilter, page: Page) -> Sql {
    let named = !filter.status.is_empty() || filter.assigned_to.is_some() || filter.category.is_some();
    let choices = vec![
        ("status", names(&filter.status, Status::ALL, Status::name)),
        ("assigned_to", names(filter.assigned_to.as_slice(), Desk::ALL, Desk::name)),
        ("category", names(filter.category.as_slice(), Category::ALL, Category::name)),
    ];
    let choices = if named { choices } else { Vec::new() };
    let walk = IndexWalk { table: Requests::NAME, key: "id", condition: fitting(filter), choices };
    walk.page(shown::<Requests>, page)
}

/// By creation, so that the walk begins where the time ends; what it reads is of that time.
fn of_a_time(filter: &RequestFilter, page: Page) -> Sql {
    let before = "(SELECT b.created_at FROM requetes_financieres b WHERE b.id = ?)";
    let sql = Sql::select::<Requests>()
        .append(fitting(filter))
        .any_of("status", filter.status.iter().map(|status| status.name()))
        .and_if(" AND category = ?", filter.category.map(Category::name))
        .and_if(" AND assigned_to = ?", filter.assigned_to.map(Desk::name))
        .and_if(" AND created_at >= ?", filter.created_from)
        .and_if(" AND created_at < ?", filter.created_to);
    let sql = match page.before.map(Value::key) {
        Some(key) => sql
            .and(&format!(" AND created_at <= {before} AND (created_at, id) < ({before}, ?)"))
            .bind(key.clone())
            .bind(key.clone())
            .bind(key),
        None => sql,
    };
    sql.and(" ORDER BY created_at DESC, id DESC LIMIT ?").bind(page.limit.saturating_add(1))
}

/// Is the credit that a request granted active, and is a cancellation of it under way (R5)?
fn granted(id: RequestId) -> Sql {
    let finals = final_statuses();
    let sql = Sql::new(format!(
        "SELECT (SELECT COUNT(*) FROM mouvements m WHERE m.requete_financiere_id = ? \
         AND m.type = '{CREDIT}' AND m.status = '{SUCCESS}' AND m.cancelled_at IS NULL AND m.is_deleted = 0), \
         (SELECT COUNT(*) FROM requetes_financieres c WHERE c.parent_id = ? AND c.status NOT IN {finals})"
    ));
    sql.bind(Value::key(id.0)).bind(Value::key(id.0))
}

/// Requests that die before they were granted (X1).
fn due_open(now: Timestamp, limit: u32) -> Sql {
    let live = live_statuses();
    let sql = Sql::new(format!(
        "SELECT expiry_date, id FROM requetes_financieres WHERE status IN {live} AND expiry_date <= ? \
         ORDER BY expiry_date, id LIMIT ?"
    ));
    sql.bind(now).bind(limit)
}

/// Granted credits that are active and not being cancelled (X3). What is active is few, what is closed is all of history:
/// CROSS JOIN makes SQLite, which keeps no figures of its tables, begin with the few.
fn due_granted(now: Timestamp, limit: u32) -> Sql {
    let finals = final_statuses();
    let sql = Sql::new(format!(
        "SELECT r.expiry_date, r.id FROM mouvements m \
         CROSS JOIN requetes_financieres r WHERE r.id = m.requete_financiere_id \
         AND m.type = '{CREDIT}' AND m.status = '{SUCCESS}' AND m.cancelled_at IS NULL AND m.is_deleted = 0 \
         AND r.status = '{CLOSED}' AND r.expiry_date <= ? AND NOT EXISTS (SELECT 1 FROM requetes_financieres c \
         WHERE c.parent_id = r.id AND c.status NOT IN {finals}) ORDER BY r.expiry_date, r.id LIMIT ?"
    ));
    sql.bind(now).bind(limit)
}

/// Held cancellations of credits that have expired: the live ones that were never passed. Found among the live ones, which
/// are few.
fn due_held(now: Timestamp, limit: u32) -> Sql {
    let sql = Sql::new(format!(
        "SELECT r.expiry_date, c.id FROM requetes_financieres c \
         CROSS JOIN requetes_financieres r WHERE c.live_parent_id > 0 AND r.id = c.live_parent_id \
         AND c.execution = 0 AND r.status = '{CLOSED}' AND r.expiry_date <= ? ORDER BY r.expiry_date, c.id LIMIT ?"
    ));
    sql.bind(now).bind(limit)
}

#[async_trait]
impl<D: Dialect> RequestReader for BookStore<D> {
    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError> {
        let timed = filter.created_from.is_some() || filter.created_to.is_some();
        let sql = if timed { of_a_time(filter, page) } else { newest(filter, page) };
        let rows = self.all(sql, row::<Requests, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError> {
        let sql = Sql::select::<Requests>().and("id = ?").bind(Value::key(id.0));
        let Some(row) = self.one(sql, row::<Requests, _>).await? else { return Ok(None) };
        // Only a closed credit has anything to tell.
        if row.status != Status::Closed || !row.definition().limited {
            return Ok(Some((row, GrantedCredit::default())));
        }
        let read = |c: &mut Columns<'_, D::Driver>| {
            let (active, cancellations) = (c.read::<u64>()?, c.read::<u64>()?);
            Ok(GrantedCredit { active: active > 0, being_cancelled: cancellations > 0 })
        };
        let credit = self.one(granted(id), read).await?;
        Ok(Some((row, credit.unwrap_or_default())))
    }

    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<Timestamp>()?, c.read::<RequestId>()?));
        let mut due = self.all(due_open(now, limit), read).await?;
        if granted {
            due.extend(self.all(due_granted(now, limit), read).await?);
            due.extend(self.all(due_held(now, limit), read).await?);
            due.sort_unstable();
            due.truncate(limit as usize);
        }
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }
}
