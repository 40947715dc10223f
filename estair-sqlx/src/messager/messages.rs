//! The statements that list, replay and count messages (G4, G5, G8).

use estair_core::clock::Timestamp;
use estair_core::messager::{MessageFilter, MessageRecord, Operator};
use estair_core::queue::JobStatus;
use estair_core::store::{Page, StoreError};
use uuid::Uuid;

use crate::driver::Driver;
use crate::index_walk::{IndexWalk, names};
use crate::sql::{Sql, one_of};
use crate::table::{Columns, MessageColumns, Messages, Table, list};
use crate::value::Value;

const PENDING: &str = JobStatus::Pending.name();
const COMPLETED: &str = JobStatus::Completed.name();
const FAILED: &str = JobStatus::Failed.name();

/// A message `m`, and which earlier one of its account holds it back (G9).
fn shown() -> String {
    let open = one_of([PENDING, JobStatus::Processing.name()]);
    format!(
        "{}, (SELECT b.uuid FROM messager_messages b WHERE b.order_key = m.order_key AND b.id < m.id \
         AND b.status IN {open} ORDER BY b.id LIMIT 1)",
        list::<MessageColumns>("m.")
    )
}

/// Reads what is [`shown`].
pub(super) fn record<D: Driver>(columns: &mut Columns<'_, D>) -> Result<MessageRecord, StoreError> {
    let found: MessageColumns = columns.read()?;
    let blocker: Option<Uuid> = columns.read()?;
    let open = matches!(found.status, JobStatus::Pending | JobStatus::Processing);
    Ok(MessageRecord {
        id: found.id,
        message: found.message,
        status: found.status,
        retry_count: found.attempts.saturating_sub(1),
        max_retries: found.max_retries,
        next_attempt_at: open.then_some(found.next_attempt_at),
        created_at: found.created_at,
        completed_at: found.completed_at.filter(|_| found.status == JobStatus::Completed),
        result: found.result,
        blocked_by: blocker.filter(|_| open),
    })
}

pub(super) fn one(uuid: Uuid) -> Sql {
    Sql::new(format!("SELECT {} FROM messager_messages m WHERE m.uuid = ?", shown())).bind(uuid)
}

/// A page, newest first.
pub(super) fn page(filter: &MessageFilter, page: Page) -> Sql {
    if filter.from.is_some() || filter.to.is_some() { of_a_time(filter, page) } else { newest(filter, page) }
}

/// Everything of a filter but its status and its time. A text is looked for in the rows themselves, newest first, until
/// the page is full.
fn fitting(sql: Sql, filter: &MessageFilter) -> Sql {
    sql.and_if(" AND type = ?", filter.kind.as_ref())
        .and_if(" AND domain = ?", filter.domain.as_ref())
        .holding(filter.q.as_deref())
}

fn in_time(sql: Sql, filter: &MessageFilter) -> Sql {
    sql.and_if(" AND created_at >= ?", filter.from).and_if(" AND created_at < ?", filter.to)
}

/// By number.
fn newest(filter: &MessageFilter, page: Page) -> Sql {
    let named = filter.status.is_some() || filter.kind.is_some() || filter.domain.is_some();
    let choices = vec![("status", names(filter.status.as_slice(), JobStatus::ALL, JobStatus::name))];
    let walk = IndexWalk {
        table: Messages::NAME,
        key: "id",
        condition: fitting(Sql::new("1 = 1"), filter),
        choices: if named { choices } else { Vec::new() },
    };
    let index = match (&filter.kind, &filter.domain) {
        (Some(_), _) => "messager_messages_type",
        (None, Some(_)) => "messager_messages_domain",
        (None, None) => "messager_messages_listed",
    };
    walk.page_of(&shown(), index, page)
}

/// By creation, so that the walk begins where the time ends; what it reads is of that time.
fn of_a_time(filter: &MessageFilter, page: Page) -> Sql {
    let before = "(SELECT b.created_at FROM messager_messages b WHERE b.id = ?)";
    let sql = Sql::new(format!("SELECT {} FROM messager_messages m WHERE 1 = 1", shown()));
    let sql = sql.and_if(" AND status = ?", filter.status.map(JobStatus::name));
    let mut sql = in_time(fitting(sql, filter), filter);
    if let Some(id) = page.before.map(Value::key) {
        sql = sql
            .and(&format!(" AND created_at <= {before} AND (created_at, id) < ({before}, ?)"))
            .bind(id.clone())
            .bind(id.clone())
            .bind(id);
    }
    sql.and(" ORDER BY created_at DESC, id DESC LIMIT ?").bind(page.limit.saturating_add(1))
}

/// The failed messages that a filter finds, its status aside: what is selected of them.
pub(super) fn failed(selected: &str, filter: &MessageFilter) -> Sql {
    let sql = Sql::new(format!("SELECT {selected} FROM messager_messages WHERE status = '{FAILED}'"));
    in_time(fitting(sql, filter), filter)
}

/// Begins a new cycle of failed messages (G4); who of them is added to its WHERE.
pub(super) fn new_cycle(operator: &Operator) -> Sql {
    let sql = format!(
        "UPDATE messager_messages SET status = '{PENDING}', attempts = 0, next_attempt_at = ?, completed_at = NULL, \
         lease_token = NULL, behind = 0, replayed_by = ?, replay_reason = ?, version = version + 1, fresh = 1 \
         WHERE status = '{FAILED}'"
    );
    Sql::new(sql).bind(operator.at).bind(&operator.by).bind(&operator.reason)
}

/// How many were delivered after an instant and until another.
pub(super) fn delivered_until(after: Timestamp, until: Timestamp) -> Sql {
    let sql = "SELECT COUNT(*) FROM messager_messages WHERE status =";
    Sql::new(format!("{sql} '{COMPLETED}' AND completed_at > ? AND completed_at <= ?")).bind(after).bind(until)
}

/// How many were delivered in each of these spans, from an instant on and before another.
pub(super) fn delivered_in(spans: impl Iterator<Item = (Timestamp, Timestamp)>) -> Sql {
    let count = format!(
        "(SELECT COUNT(*) FROM messager_messages \
         WHERE status = '{COMPLETED}' AND completed_at >= ? AND completed_at < ?)"
    );
    spans.enumerate().fold(Sql::new("SELECT "), |sql, (place, (from, to))| {
        sql.and(if place == 0 { "" } else { ", " }).and(&count).bind(from).bind(to)
    })
}
