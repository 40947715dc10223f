//! The statements of the list of financial requests: each order is walked along an index, from the row on that the page before
//! ended with.

use estair_core::category::{Category, Desk, Status};
use estair_core::money::Amount;
use estair_core::store::{CreditState, MAX_COUNTED, Page, Question, RequestFilter, RequestOrder};

use super::names::{CLOSED, CREDIT, SUCCESS};
use crate::index_walk::{IndexWalk, names};
use crate::sql::{Sql, pattern_of};
use crate::table::{Requests, Table, shown};
use crate::value::Value;

/// A page, in the filter's order.
pub(super) fn page_of(filter: &RequestFilter, page: Page) -> Sql {
    let timed = filter.created_from.is_some() || filter.created_to.is_some();
    match filter.order {
        RequestOrder::Newest | RequestOrder::Oldest if timed => of_a_time(filter, page),
        RequestOrder::Newest if !is_selective(filter) => walk(filter).page(shown::<Requests>, page),
        RequestOrder::Oldest if !is_selective(filter) => walk(filter).page_from_the_oldest(shown::<Requests>, page),
        RequestOrder::Newest => found(filter).page("id", page),
        RequestOrder::Oldest => {
            let sql = found(filter).and_if(" AND id > ?", page.before.map(Value::key)).and(" ORDER BY id LIMIT ?");
            sql.bind(page.limit.saturating_add(1))
        }
        RequestOrder::Expiry => sorted(filter, page, &EXPIRY, &[with_expiry(page), without_expiry(page)]),
        RequestOrder::Amount(amount) => sorted(filter, page, &AMOUNT, &[below(page, amount)]),
    }
}

/// The amounts of the rows that are counted, and of one more.
pub(super) fn counted(filter: &RequestFilter) -> Sql {
    let sql = Sql::new("SELECT currency, amount FROM requetes_financieres WHERE ").append(condition(filter));
    named(sql, filter).and(" LIMIT ?").bind(MAX_COUNTED.saturating_add(1))
}

/// Does the filter name what few rows have? Those are found by it, and sorted.
const fn is_selective(filter: &RequestFilter) -> bool {
    filter.etatsdevente_id.is_some() || filter.helpdesk_id.is_some() || filter.credit.is_some()
}

/// What every request of a list fulfils, but its status, desk and category. A text is looked for in the rows themselves, in
/// the list's order, until the page is full: what is rare is found by reading all that the rest of the filter leaves.
fn condition(filter: &RequestFilter) -> Sql {
    let RequestFilter {
        account,
        created_from,
        created_to,
        etatsdevente_id,
        helpdesk_id,
        credit,
        draft,
        q,
        // Of these an index is walked: see `named` and `page_of`.
        status: _,
        category: _,
        assigned_to: _,
        order: _,
    } = filter;
    let sql = Sql::new("1 = 1")
        .and_if(" AND account_id = ?", account.map(|id| Value::key(id.0)))
        .and_if(" AND etatsdevente_id = ?", etatsdevente_id.map(Value::key))
        .and_if(" AND helpdesk_id = ?", helpdesk_id.map(|id| Value::key(id.0)))
        .and_if(" AND draft = ?", *draft)
        .and_if(" AND created_at >= ?", *created_from)
        .and_if(" AND created_at < ?", *created_to);
    answering(with_credit(sql, *credit), Question::of(q.as_deref()))
}

/// What is active is few, what is closed is all of history: the few are asked for first.
fn with_credit(sql: Sql, credit: Option<CreditState>) -> Sql {
    let active = format!(
        " AND status = '{CLOSED}' AND id IN (SELECT m.requete_financiere_id FROM mouvements m \
         WHERE m.type = '{CREDIT}' AND m.status = '{SUCCESS}' AND m.cancelled_at IS NULL AND m.is_deleted = 0)"
    );
    match credit {
        None => sql,
        Some(CreditState::Active) => sql.and(&active),
        Some(CreditState::Expired(now)) => sql.and(&active).and(" AND expiry_date <= ?").bind(now),
    }
}

fn answering(sql: Sql, question: Option<Question>) -> Sql {
    let Some(Question { folded, amount, number }) = question else { return sql };
    let account = "account_id IN (SELECT a.id FROM estair_accounts a WHERE a.folded LIKE ? ESCAPE '!')";
    let pattern = pattern_of(Some(&folded)).unwrap_or_default();
    sql.and(&format!(" AND (folded LIKE ? ESCAPE '!' OR {account}"))
        .bind(pattern.as_str())
        .bind(pattern.as_str())
        .and_if(" OR amount = ?", amount.map(hundredths))
        .and_if(" OR etatsdevente_id = ?", number.map(Value::key))
        .and(")")
}

const fn hundredths(amount: Amount) -> Value {
    Value::Hundredths(Some(amount.hundredths()))
}

/// Adds the names that the filter asks for.
fn named(sql: Sql, filter: &RequestFilter) -> Sql {
    sql.any_of("status", filter.status.iter().map(|status| status.name()))
        .and_if(" AND category = ?", filter.category.map(Category::name))
        .and_if(" AND assigned_to = ?", filter.assigned_to.map(Desk::name))
}

/// All that fit, without an order.
fn found(filter: &RequestFilter) -> Sql {
    named(Sql::select::<Requests>().append(condition(filter)), filter)
}

/// By number.
fn walk(filter: &RequestFilter) -> IndexWalk {
    let is_named = !filter.status.is_empty() || filter.assigned_to.is_some() || filter.category.is_some();
    let choices = vec![
        ("status", names(&filter.status, Status::ALL, Status::name)),
        ("assigned_to", names(filter.assigned_to.as_slice(), Desk::ALL, Desk::name)),
        ("category", names(filter.category.as_slice(), Category::ALL, Category::name)),
    ];
    let choices = if is_named { choices } else { Vec::new() };
    IndexWalk { table: Requests::NAME, key: "id", condition: condition(filter), choices }
}

/// By creation, so that the walk begins where the time ends; what it reads is of that time.
fn of_a_time(filter: &RequestFilter, page: Page) -> Sql {
    let (behind, after, direction) = match filter.order {
        RequestOrder::Oldest => (">", ">=", ""),
        _ => ("<", "<=", " DESC"),
    };
    let last = "(SELECT b.created_at FROM requetes_financieres b WHERE b.id = ?)";
    let sql = match page.before.map(Value::key) {
        Some(key) => found(filter)
            .and(&format!(" AND created_at {after} {last} AND (created_at, id) {behind} ({last}, ?)"))
            .bind(key.clone())
            .bind(key.clone())
            .bind(key),
        None => found(filter),
    };
    sql.and(&format!(" ORDER BY created_at{direction}, id{direction} LIMIT ?")).bind(page.limit.saturating_add(1))
}

/// An order by a column of which many rows have the same value.
struct Sorted {
    /// What is read of the index.
    columns: &'static str,
    /// The order within a walk.
    within: &'static str,
    /// The order of what the walks gave.
    among: &'static str,
    /// The order of the rows `m`.
    rows: &'static str,
}

const EXPIRY: Sorted = Sorted {
    columns: "id, expiry_date",
    within: "expiry_date, id DESC",
    among: "CASE WHEN expiry_date IS NULL THEN 1 ELSE 0 END, expiry_date, id DESC",
    rows: "CASE WHEN m.expiry_date IS NULL THEN 1 ELSE 0 END, m.expiry_date, m.id DESC",
};

const AMOUNT: Sorted = Sorted {
    columns: "id, amount",
    within: "amount DESC, id DESC",
    among: "amount DESC, id DESC",
    rows: "m.amount DESC, m.id DESC",
};

/// A page that is merged from a walk for each status and each part of the order: the index is sorted within a status alone.
fn sorted(filter: &RequestFilter, page: Page, by: &Sorted, parts: &[Sql]) -> Sql {
    let statuses = names(&filter.status, Status::ALL, Status::name);
    let rest = RequestFilter { status: Vec::new(), ..filter.clone() };
    let most = page.limit.saturating_add(1);
    let mut sql = Sql::new(format!("SELECT {} FROM (SELECT id FROM (", shown::<Requests>("m.")));
    let ways = statuses.iter().flat_map(|status| parts.iter().map(move |part| (*status, part)));
    for (number, (status, part)) in ways.enumerate() {
        let before = if number == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" };
        let way = Sql::new(format!("{before}SELECT {} FROM requetes_financieres WHERE status = ?", by.columns))
            .bind(status)
            .append(part.clone())
            .and(" AND ")
            .append(condition(&rest));
        let way = named(way, &rest).and(&format!(" ORDER BY {} LIMIT ?) walk{number}", by.within)).bind(most);
        sql = sql.append(way);
    }
    // CROSS JOIN makes SQLite, which keeps no figures of its tables, begin with the page.
    sql.and(&format!(") walks ORDER BY {} LIMIT ?", by.among))
        .bind(most)
        .and(&format!(") page CROSS JOIN requetes_financieres m WHERE m.id = page.id ORDER BY {}", by.rows))
}

/// The expiry of the row that the page before ended with.
const LAST_EXPIRY: &str = "(SELECT b.expiry_date FROM requetes_financieres b WHERE b.id = ?)";

/// Those that expire: after the last row's expiry, or at the same instant and older. After a row that never expires there is
/// none, as nothing is later than nothing.
fn with_expiry(page: Page) -> Sql {
    let sql = Sql::new(" AND expiry_date IS NOT NULL");
    let Some(key) = page.before.map(Value::key) else { return sql };
    sql.and(&format!(" AND expiry_date >= {LAST_EXPIRY} AND (expiry_date > {LAST_EXPIRY} OR id < ?)"))
        .bind(key.clone())
        .bind(key.clone())
        .bind(key)
}

/// Those that never expire: all of them after a row that does, the older ones after one that does not.
fn without_expiry(page: Page) -> Sql {
    let sql = Sql::new(" AND expiry_date IS NULL");
    let Some(key) = page.before.map(Value::key) else { return sql };
    sql.and(&format!(" AND (id < ? OR {LAST_EXPIRY} IS NOT NULL)")).bind(key.clone()).bind(key)
}

/// Those of a lesser amount, or of the same and older.
fn below(page: Page, amount: Option<Amount>) -> Sql {
    let Some(key) = page.before.map(Value::key) else { return Sql::default() };
    let last = "(SELECT b.amount FROM requetes_financieres b WHERE b.id = ?)";
    match amount.map(hundredths) {
        Some(amount) => {
            Sql::new(" AND amount <= ? AND (amount < ? OR id < ?)").bind(amount.clone()).bind(amount).bind(key)
        }
        None => Sql::new(format!(" AND amount <= {last} AND (amount < {last} OR id < ?)"))
            .bind(key.clone())
            .bind(key.clone())
            .bind(key),
    }
}
