//! The statement of an account: the balances around a period, and a page of its movements.
//!
//! What it costs depends on the page alone, not on the history behind it nor on the length of the period.

use estair_core::clock::BusinessDay;
use estair_core::id::AccountId;
use estair_core::money::{Currency, Money};
use estair_core::movement::{MovementType, Source};
use estair_core::store::{Page, Slice, Statement, StatementFilter, StoreError};

use super::names::SUCCESS;
use crate::dialect::Dialect;
use crate::index_walk::{Choice, IndexWalk, names};
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Movements, Stored, Table, row, shown};
use crate::value::Value;

/// The account after one of its movements, or before the first.
struct Place {
    balance: Money,
    sequence: u64,
}

pub(super) async fn account_statement<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    filter: &StatementFilter,
    page: Page,
) -> Result<Option<Statement>, StoreError> {
    let sql = Sql::new("SELECT currency FROM estair_accounts WHERE id = ?").bind(Value::key(id.0));
    let Some(currency) = session.read_one(sql, Stored::read).await? else { return Ok(None) };
    let opening = match filter.from {
        Some(from) => last(session, id, currency, Some(("<", from))).await?,
        None => Place { balance: Money::zero(currency), sequence: 0 },
    };
    let closing = last(session, id, currency, filter.to.map(|to| ("<=", to))).await?;
    // INVARIANT: an account's day never goes back (F6), so the movements of a span of days follow one another in the
    // account's chain: the sequence bounds them, and one index both finds and sorts them.
    let condition = counting(id)
        .and(" AND account_version > ? AND account_version <= ?")
        .bind(Value::key(opening.sequence))
        .bind(Value::key(closing.sequence))
        .and_if(" AND etatsdevente_id = ?", filter.etatsdevente_id.map(Value::key));
    let walk = IndexWalk { table: Movements::NAME, key: "account_version", condition, choices: choices(filter) };
    let rows = session.read(walk.page(shown::<Movements>, page), row::<Movements, _>).await?;
    let page = Slice::of(rows, page.limit, |row| row.posted.map_or(0, |posted| posted.sequence));
    Ok(Some(Statement { opening_balance: opening.balance, closing_balance: closing.balance, page }))
}

/// What counts of an account: written, and not marked as deleted by an older system.
fn counting(id: AccountId) -> Sql {
    let condition = format!("account_id = ? AND status = '{SUCCESS}' AND is_deleted = 0");
    Sql::new(condition).bind(Value::key(id.0))
}

/// The columns of `mouvements_listed` that a filter asks for.
fn choices(filter: &StatementFilter) -> Vec<Choice> {
    if filter.kind.is_none() && filter.source.is_none() {
        return Vec::new();
    }
    vec![
        ("type", names(filter.kind.as_slice(), MovementType::ALL, MovementType::name)),
        ("source", names(filter.source.as_slice(), Source::ALL, Source::name)),
    ]
}

/// The account after the last movement of the days that count.
async fn last<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    currency: Currency,
    days: Option<(&str, BusinessDay)>,
) -> Result<Place, StoreError> {
    let sql = Sql::new("SELECT balance_after, account_version FROM mouvements WHERE ")
        .append(counting(id))
        .and(" AND account_version > 0");
    let sql = match days {
        Some((comparison, day)) => sql
            .and(&format!(" AND business_day {comparison} ? ORDER BY business_day DESC, account_version DESC"))
            .bind(day),
        None => sql.and(" ORDER BY account_version DESC"),
    };
    let read = |c: &mut Columns<'_, D::Driver>| {
        c.in_currency(currency);
        Ok(Place { balance: c.read()?, sequence: c.read()? })
    };
    let place = session.read_one(sql.and(" LIMIT 1"), read).await?;
    Ok(place.unwrap_or(Place { balance: Money::zero(currency), sequence: 0 }))
}
