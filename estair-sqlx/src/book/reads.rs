//! Reads of the book: lists cut by keys, one thing with what belongs to it, timelines. Nothing is locked.

use async_trait::async_trait;
use estair_core::account::{Account, Closing, LimitChange};
use estair_core::audit::Log;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::fact::Fact;
use estair_core::id::{AccountId, CommentId, FactId, MovementId, RequestId, Row, SupportId};
use estair_core::movement::Movement;
use estair_core::read::{
    AccountFilter, AuditedLog, Comments, FactFilter, MAX_PAGE, Page, Reader, RequestFilter, Slice, Statement,
    StatementFilter, SupportFilter, UnderWay, Unpaired,
};
use estair_core::request::{GrantedCredit, Request};
use estair_core::store::StoreError;
use estair_core::support::{Assignee, Support, SupportStatus};

use super::{BookStore, movements, rows, statement, verify};
use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::migrate::Component;
use crate::newest::{Newest, names};
use crate::statement::{Sql, Value};

/// Most comments of one support request that are read.
const MAX_COMMENTS: u32 = 1_000;

impl<D: Dialect> BookStore<D> {
    /// Runs a query on a connection of its own.
    async fn all<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection = self.db.reader().await?;
        self.db.session(&mut connection).read(sql, read).await
    }

    async fn one<T>(
        &self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, read).await?.into_iter().next())
    }
}

/// `SELECT id, columns FROM table WHERE `.
pub(super) fn select(table: &str, columns: &[&str]) -> Sql {
    Sql::new(format!("SELECT id, {} FROM {table} WHERE ", columns.join(", ")))
}

fn by_id(table: &str, columns: &[&str], id: u64) -> Sql {
    select(table, columns).and("id = ?").bind(Value::key(id))
}

/// What every request of a list fulfils, but its status, desk and category. A text is looked for in the rows themselves,
/// newest first, until the page is full: what is rare is found by reading all that the rest of the filter leaves.
fn requests_where(filter: &RequestFilter) -> Sql {
    Sql::new("1 = 1")
        .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
        .search(&["name", "description"], filter.q.as_deref())
}

/// By number.
fn newest_requests(filter: &RequestFilter, page: Page) -> Sql {
    let named = !filter.status.is_empty() || filter.assigned_to.is_some() || filter.category.is_some();
    let choices = vec![
        ("status", names(&filter.status, Status::ALL, Status::name)),
        ("assigned_to", names(filter.assigned_to.as_slice(), Desk::ALL, Desk::name)),
        ("category", names(filter.category.as_slice(), Category::ALL, Category::name)),
    ];
    let list = Newest {
        table: "requetes_financieres",
        columns: &rows::REQUEST,
        key: "id",
        condition: requests_where(filter),
        choices: if named { choices } else { Vec::new() },
    };
    list.page(page)
}

/// By creation, so that the walk begins where the time ends; what it reads is of that time.
fn requests_of_a_time(filter: &RequestFilter, page: Page) -> Sql {
    let before = "(SELECT b.created_at FROM requetes_financieres b WHERE b.id = ?)";
    let sql = select("requetes_financieres", &rows::REQUEST)
        .append(requests_where(filter))
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

fn comments(ids: &[SupportId]) -> Sql {
    let columns = rows::COMMENT.join(", ");
    let place = "ROW_NUMBER() OVER (PARTITION BY helpdesk_id ORDER BY id) AS place";
    Sql::new(format!("SELECT id, {columns} FROM (SELECT id, {columns}, {place} FROM helpdesk_comments "))
        .and("WHERE helpdesk_id IN ")
        .list(ids.iter().map(|id| Value::key(id.0)))
        .and(") walk WHERE place <= ? ORDER BY helpdesk_id, id")
        .bind(MAX_COMMENTS)
}

fn closings(condition: &str) -> Sql {
    let columns = rows::CLOSING.map(|column| format!("c.{column}")).join(", ");
    let from = "FROM daily_closings c JOIN accounts a ON a.id = c.account_id";
    Sql::new(format!("SELECT a.currency, {columns} {from} WHERE c.account_id = ? AND {condition}"))
}

/// Is the credit that a request granted active, and is a cancellation of it under way (R5)?
const GRANTED: &str = "SELECT (SELECT COUNT(*) FROM mouvements m WHERE m.requete_financiere_id = ? \
     AND m.type = 'credit' AND m.status = 'success' AND m.cancelled_at IS NULL AND m.is_deleted = 0), \
     (SELECT COUNT(*) FROM requetes_financieres c WHERE c.parent_id = ? AND c.status NOT IN ('closed', 'cancelled'))";

/// Granted credits that are active and not being cancelled (X3). What is active is few, what is closed is all of history:
/// CROSS JOIN makes SQLite, which keeps no figures of its tables, begin with the few.
const DUE_GRANTED: &str = "SELECT r.id, r.expiry_date FROM mouvements m \
     CROSS JOIN requetes_financieres r WHERE r.id = m.requete_financiere_id \
     AND m.type = 'credit' AND m.status = 'success' AND m.cancelled_at IS NULL AND m.is_deleted = 0 \
     AND r.status = 'closed' AND r.expiry_date <= ? AND NOT EXISTS (SELECT 1 FROM requetes_financieres c \
     WHERE c.parent_id = r.id AND c.status NOT IN ('closed', 'cancelled')) ORDER BY r.expiry_date, r.id LIMIT ?";

/// Held cancellations of credits that have expired: the live ones that were never passed. Found among the live ones, which
/// are few.
const DUE_HELD: &str = "SELECT c.id, r.expiry_date FROM requetes_financieres c \
     CROSS JOIN requetes_financieres r WHERE c.live_parent_id > 0 AND r.id = c.live_parent_id \
     AND c.execution = 0 AND r.status = 'closed' AND r.expiry_date <= ? ORDER BY r.expiry_date, c.id LIMIT ?";

#[async_trait]
impl<D: Dialect> Reader for BookStore<D> {
    async fn ready(&self) -> Result<(), StoreError> {
        self.db.is_migrated(Component::Book).await
    }

    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError> {
        let sql = if filter.created_from.is_some() || filter.created_to.is_some() {
            requests_of_a_time(filter, page)
        } else {
            newest_requests(filter, page)
        };
        let rows = self.all(sql, rows::request).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError> {
        let Some(row) = self.one(by_id("requetes_financieres", &rows::REQUEST, id.0), rows::request).await? else {
            return Ok(None);
        };
        // Only a closed credit has anything to tell.
        if row.status != Status::Closed || !row.definition().limited {
            return Ok(Some((row, GrantedCredit::default())));
        }
        let sql = Sql::new(GRANTED).bind(Value::key(id.0)).bind(Value::key(id.0));
        let counts = self.one(sql, |c| Ok(GrantedCredit { active: c.flag()?, being_cancelled: c.flag()? })).await?;
        Ok(Some((row, counts.unwrap_or_default())))
    }

    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        let open = "SELECT id, expiry_date FROM requetes_financieres \
                    WHERE status IN ('open', 'to_treat', 'processing', 'waiting') AND expiry_date <= ? \
                    ORDER BY expiry_date, id LIMIT ?";
        let read = |c: &mut Columns<'_, D>| {
            let (id, expiry) = (c.number()?, c.instant()?);
            Ok((expiry, RequestId(id)))
        };
        let mut due = self.all(Sql::new(open).bind(now).bind(limit), read).await?;
        if granted {
            due.extend(self.all(Sql::new(DUE_GRANTED).bind(now).bind(limit), read).await?);
            due.extend(self.all(Sql::new(DUE_HELD).bind(now).bind(limit), read).await?);
            due.sort_unstable();
            due.truncate(limit as usize);
        }
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }

    async fn supports(&self, filter: &SupportFilter, page: Page) -> Result<Slice<Row<SupportId, Support>>, StoreError> {
        let named = !filter.status.is_empty() || filter.assigned_to.is_some();
        let choices = vec![
            ("status", names(&filter.status, SupportStatus::ALL, SupportStatus::name)),
            ("assigned_to", names(filter.assigned_to.as_slice(), Assignee::ALL, Assignee::name)),
        ];
        let list = Newest {
            table: "helpdesk",
            columns: &rows::SUPPORT,
            key: "id",
            condition: Sql::new("1 = 1")
                .and_if(" AND account_id = ?", filter.account.map(|id| Value::key(id.0)))
                .search(&["name", "subject"], filter.q.as_deref()),
            choices: if named { choices } else { Vec::new() },
        };
        let sql = list.page(page);
        let rows = self.all(sql, rows::support).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn support(&self, id: SupportId) -> Result<Option<Row<SupportId, Support>>, StoreError> {
        self.one(by_id("helpdesk", &rows::SUPPORT, id.0), rows::support).await
    }

    async fn comments(&self, ids: &[SupportId]) -> Result<Comments, StoreError> {
        let mut found = Comments::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let read = |c: &mut Columns<'_, D>| {
            let (id, support) = (CommentId(c.number()?), SupportId(c.number()?));
            Ok((support, Row { id, data: rows::comment(c)? }))
        };
        for (support, comment) in self.all(comments(ids), read).await? {
            found.entry(support).or_default().push(comment);
        }
        Ok(found)
    }

    async fn accounts(&self, filter: &AccountFilter, page: Page) -> Result<Slice<Row<AccountId, Account>>, StoreError> {
        let sql = select("accounts", &rows::ACCOUNT)
            .and("1 = 1")
            .and_if(" AND id = ?", filter.account.map(|id| Value::key(id.0)))
            .search(&["name"], filter.q.as_deref())
            .page("id", page);
        let rows = self.all(sql, rows::account).await?;
        Ok(Slice::of(rows, page.limit, |row| row.id.0))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Row<AccountId, Account>>, StoreError> {
        self.one(by_id("accounts", &rows::ACCOUNT, id.0), rows::account).await
    }

    async fn closing(&self, id: AccountId, day: BusinessDay) -> Result<Option<Closing>, StoreError> {
        let sql = closings("c.day <= ? ORDER BY c.day DESC LIMIT 1").bind(Value::key(id.0)).bind(day);
        self.one(sql, rows::closing).await
    }

    async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, StoreError> {
        let sql = closings("c.day >= ? AND c.day <= ? ORDER BY c.day").bind(Value::key(id.0)).bind(from).bind(to);
        self.all(sql, rows::closing).await
    }

    async fn limit_history(&self, id: AccountId) -> Result<Vec<LimitChange>, StoreError> {
        let sql = "SELECT a.currency, h.changed_at, h.changed_by, h.old_limit, h.new_limit, h.reason \
                   FROM credit_limit_history h JOIN accounts a ON a.id = h.account_id \
                   WHERE h.account_id = ? ORDER BY h.id DESC LIMIT ?";
        self.all(Sql::new(sql).bind(Value::key(id.0)).bind(MAX_PAGE), rows::limit_change).await
    }

    async fn statement(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        page: Page,
    ) -> Result<Option<Statement>, StoreError> {
        let mut connection = self.db.reader().await?;
        statement::statement(&mut self.db.session(&mut connection), id, filter, page).await
    }

    async fn movement(&self, id: MovementId) -> Result<Option<Row<MovementId, Movement>>, StoreError> {
        self.one(by_id("mouvements", &movements::MOVEMENT, id.0), movements::movement).await
    }

    async fn logs(&self, id: MovementId) -> Result<Vec<Row<u64, Log>>, StoreError> {
        let sql = verify::logs("l.mouvement_id = ? ORDER BY l.id LIMIT 1000").bind(Value::key(id.0));
        self.all(sql, movements::log).await
    }

    async fn facts(&self, filter: FactFilter, limit: u32) -> Result<Vec<Row<FactId, Fact>>, StoreError> {
        let sql = select("facts", &rows::FACT);
        let sql = match filter {
            FactFilter::Request(id) => sql.and("request_id = ?").bind(Value::key(id.0)),
            FactFilter::Support(id) => sql.and("support_id = ?").bind(Value::key(id.0)),
            FactFilter::After(id) => sql.and("id > ?").bind(Value::key(id.0)),
        };
        let sql = sql.and(" ORDER BY id LIMIT ?").bind(limit);
        self.all(sql, |c| Ok(Row { id: FactId(c.number()?), data: rows::fact(c)? })).await
    }

    async fn last_fact(&self) -> Result<Option<FactId>, StoreError> {
        let last = self.one(Sql::new("SELECT MAX(id) FROM facts"), |c| c.opt_number()).await?;
        Ok(last.flatten().map(FactId))
    }

    async fn audit_movements(
        &self,
        id: AccountId,
        after: Option<MovementId>,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        let mut connection = self.db.reader().await?;
        verify::movements(&mut self.db.session(&mut connection), id, after, limit).await
    }

    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        let mut connection = self.db.reader().await?;
        verify::links(&mut self.db.session(&mut connection), id, after, limit).await
    }

    async fn unpaired(&self, limit: u32) -> Result<Vec<Unpaired>, StoreError> {
        let mut connection = self.db.reader().await?;
        verify::unpaired(&mut self.db.session(&mut connection), limit).await
    }

    async fn under_way(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<UnderWay>, StoreError> {
        let mut connection = self.db.reader().await?;
        verify::under_way(&mut self.db.session(&mut connection), after, limit).await
    }
}
