//! The statement of an account: the balances around a period, and a page of its movements.

use estair_core::clock::BusinessDay;
use estair_core::id::AccountId;
use estair_core::money::{Currency, Money};
use estair_core::movement::{MovementType, Source};
use estair_core::read::{Page, Slice, Statement, StatementFilter};
use estair_core::store::StoreError;

use super::movements;
use super::reads::select;
use crate::dialect::Dialect;
use crate::statement::{Session, Sql, Value};

/// What counts: written, and not marked as deleted by an older system.
const WRITTEN: &str = "account_id = ? AND status = 'success' AND is_deleted = 0";

pub(super) async fn statement<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    filter: &StatementFilter,
    page: Page,
) -> Result<Option<Statement>, StoreError> {
    let sql = Sql::new("SELECT currency FROM accounts WHERE id = ?").bind(Value::key(id.0));
    let Some(currency) = session.read_one(sql, |c| c.currency()).await? else { return Ok(None) };
    let opening_balance = match filter.from {
        Some(from) => balance(session, id, currency, Some(("<", from))).await?,
        None => Money::zero(currency),
    };
    let closing_balance = balance(session, id, currency, filter.to.map(|to| ("<=", to))).await?;
    let sql = select("mouvements", &movements::MOVEMENT)
        .and(WRITTEN)
        .bind(Value::key(id.0))
        .and_if(" AND business_day >= ?", filter.from)
        .and_if(" AND business_day <= ?", filter.to)
        .and_if(" AND type = ?", filter.kind.map(MovementType::name))
        .and_if(" AND source = ?", filter.source.map(Source::name))
        .and(" AND account_version IS NOT NULL")
        .page("account_version", page);
    let rows = session.read(sql, movements::movement).await?;
    let page = Slice::of(rows, page.limit, |row| row.posted.map_or(0, |posted| posted.sequence));
    Ok(Some(Statement { opening_balance, closing_balance, page }))
}

/// The balance after the last movement of the days that count; nothing before the first.
async fn balance<D: Dialect>(
    session: &mut Session<'_, D>,
    id: AccountId,
    currency: Currency,
    days: Option<(&str, BusinessDay)>,
) -> Result<Money, StoreError> {
    let mut sql = Sql::new(format!("SELECT balance_after FROM mouvements WHERE {WRITTEN}")).bind(Value::key(id.0));
    if let Some((comparison, day)) = days {
        sql = sql.and(&format!(" AND business_day {comparison} ?")).bind(day);
    }
    let sql = sql.and(" AND account_version IS NOT NULL ORDER BY business_day DESC, account_version DESC LIMIT 1");
    let balance = session.read_one(sql, |c| c.money(currency)).await?;
    Ok(balance.unwrap_or(Money::zero(currency)))
}
