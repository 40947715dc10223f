//! Reading financial requests: lists, one with its credit, what is due.

use async_trait::async_trait;
use estair_core::category::Status;
use estair_core::clock::Timestamp;
use estair_core::id::{CommentId, RequestId, SupportId};
use estair_core::request::{GrantedCredit, Request};
use estair_core::row::{Comment, Row};
use estair_core::store::{MAX_BEHIND, Page, RequestFilter, RequestReader, Slice, StoreError, Total};

use super::BookStore;
use super::names::{CLOSED, CREDIT, SUCCESS, final_statuses, live_statuses};
use super::request_list;
use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::table::{Columns, Comments, Requests, row};
use crate::value::Value;

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
        let rows = self.all(request_list::page_of(filter, page), row::<Requests, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn count_requests(&self, filter: &RequestFilter) -> Result<Total, StoreError> {
        let read = |c: &mut Columns<'_, D::Driver>| {
            let currency = c.read()?;
            Ok(Some(c.in_currency(currency).read()?))
        };
        Ok(Total::of(self.all(request_list::counted(filter), read).await?))
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

    async fn requests_behind(
        &self,
        supports: &[SupportId],
        drafts: bool,
    ) -> Result<Vec<Row<RequestId, Request>>, StoreError> {
        if supports.is_empty() {
            return Ok(Vec::new());
        }
        let sql = Sql::select::<Requests>()
            .and("helpdesk_id IN ")
            .list(supports.iter().map(|id| Value::key(id.0)))
            .and_if(" AND draft = ?", (!drafts).then_some(false));
        self.all(sql.and(" ORDER BY id DESC LIMIT ?").bind(MAX_BEHIND), row::<Requests, _>).await
    }

    async fn request_comments(
        &self,
        id: RequestId,
        internal: bool,
        page: Page,
    ) -> Result<Slice<Row<CommentId, Comment>>, StoreError> {
        let sql = Sql::select::<Comments>()
            .and("request_id = ?")
            .bind(Value::key(id.0))
            .and_if(" AND internal = ?", (!internal).then_some(false));
        let rows = self.all(sql.page("id", page), row::<Comments, _>).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
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
