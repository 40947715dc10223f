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
use crate::table::{Columns, Movements, Stored, Table, row, shown, shown_without};
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
    let sql = Sql::new("SELECT currency, day, version FROM estair_accounts WHERE id = ?").bind(Value::key(id.0));
    let account = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?, c.read()?));
    let Some((currency, today, now)) = session.read_one(sql, account).await? else { return Ok(None) };
    let account = Described { id, currency, today, now };
    let opening = match filter.from {
        Some(from) => account.at_the_end_of(session, ("<", from)).await?,
        None => account.before_all(),
    };
    let closing = match filter.to {
        Some(to) => account.at_the_end_of(session, ("<=", to)).await?,
        None => account.after(session, now).await?,
    };
    // INVARIANT: an account's day never goes back (F6), so the movements of a span of days follow one another in the
    // account's chain: the sequence bounds them, and one index both finds and sorts them.
    let condition = counting(id)
        .and(" AND account_version > ? AND account_version <= ?")
        .bind(Value::key(opening.sequence))
        .bind(Value::key(closing.sequence))
        .and_if(" AND etatsdevente_id = ?", filter.etatsdevente_id.map(Value::key));
    let walk = IndexWalk { table: Movements::NAME, key: "account_version", condition, choices: choices(filter) };
    let rows = session.read(walk.page(|alias| lines(filter, alias), page), row::<Movements, _>).await?;
    let page = Slice::of(rows, page.limit, |row| row.posted.map_or(0, |posted| posted.sequence));
    Ok(Some(Statement { opening_balance: opening.balance, closing_balance: closing.balance, page }))
}

/// What is shown of a line, of the table by this alias.
pub(super) fn lines(filter: &StatementFilter, alias: &str) -> String {
    if filter.without_payloads { shown_without::<Movements>(alias, "payload_text") } else { shown::<Movements>(alias) }
}

/// What counts of an account: written, and not marked as deleted by an older system.
pub(super) fn counting(id: AccountId) -> Sql {
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

/// What is known of an account.
struct Described {
    id: AccountId,
    currency: Currency,
    /// The day of its last movement.
    today: BusinessDay,
    /// How many movements it has.
    now: u64,
}

impl Described {
    /// The account after the last of these days: each that it has left behind has its closing (F7).
    async fn at_the_end_of<D: Dialect>(
        &self,
        session: &mut Session<'_, D>,
        (comparison, day): (&str, BusinessDay),
    ) -> Result<Place, StoreError> {
        if day > self.today || (comparison == "<=" && day == self.today) {
            return self.after(session, self.now).await;
        }
        let sql =
            Sql::new("SELECT version FROM estair_daily_closings WHERE account_id = ?").bind(Value::key(self.id.0));
        let sql = sql.and(&format!(" AND day {comparison} ? ORDER BY day DESC LIMIT 1")).bind(day);
        match session.read_one(sql, Stored::read).await? {
            Some(version) => self.after(session, version).await,
            None => Ok(self.before_all()),
        }
    }

    /// The account after the last movement that counts up to this one.
    async fn after<D: Dialect>(&self, session: &mut Session<'_, D>, version: u64) -> Result<Place, StoreError> {
        let sql = Sql::new("SELECT balance_after, account_version FROM mouvements WHERE ")
            .append(counting(self.id))
            .and(" AND account_version <= ? ORDER BY account_version DESC LIMIT 1")
            .bind(Value::key(version));
        let read = |c: &mut Columns<'_, D::Driver>| {
            c.in_currency(self.currency);
            Ok(Place { balance: c.read()?, sequence: c.read()? })
        };
        Ok(session.read_one(sql, read).await?.unwrap_or(self.before_all()))
    }

    fn before_all(&self) -> Place {
        Place { balance: Money::zero(self.currency), sequence: 0 }
    }
}
