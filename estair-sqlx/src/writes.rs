//! Writes of many rows in few statements, each of which must find as many rows as it names.
//!
//! Where each statement is a call of its own, rows go in parts of 1, 2, 4…: so there are few texts of statements, and each is
//! prepared once. Of a row that was read, the columns that become others are written, and no index but theirs is touched.

use estair_core::row::Numbers;
use estair_core::store::StoreError;

use crate::driver::{Driver, Folding};
use crate::sql::{Sql, in_columns};
use crate::table::{Table, values};
use crate::value::Value;

/// Rows that one statement changes at most: the value of each is searched among those of the others.
const MOST_CHANGES: usize = 64;

/// Rows that one statement adds at most.
const MOST_ROWS: usize = 256;

/// A write and how many rows it must find.
pub(crate) struct Write {
    pub(crate) sql: Sql,
    pub(crate) rows: u64,
    pub(crate) what: &'static str,
    /// It may find fewer rows.
    pub(crate) may_miss: bool,
    /// It changes one row, in parts: the assignments, and the condition.
    one: Option<One>,
}

/// A change of one row.
struct One {
    table: &'static str,
    sets: Vec<(&'static str, Value)>,
    condition: Vec<(&'static str, Value)>,
}

/// What a row must have beside its number.
pub(crate) enum Guard {
    /// The version at which it was read.
    Version(u64),
    /// The values at which it was read, in these columns.
    Columns(&'static [&'static str]),
}

/// A row that is there and changes.
pub(crate) struct Change<'a, R> {
    /// Its number.
    pub(crate) id: u64,
    /// What says that it is as it was read.
    pub(crate) guard: Guard,
    /// As it was read, if that is known.
    pub(crate) was: Option<&'a R>,
    /// As it will be.
    pub(crate) row: &'a R,
}

/// Inserts these rows, in few statements.
pub(crate) fn inserts<'a, D: Driver, T: Table<Row: 'a>>(
    rows: impl Iterator<Item = (&'a T::Row, T::With)>,
    numbers: &Numbers,
) -> Result<Vec<Write>, StoreError> {
    let rows = rows.map(|(row, with)| values::<T>(row, with, numbers)).collect::<Result<_, _>>()?;
    Ok(inserts_into::<D>(T::NAME, T::columns(), rows))
}

/// As [`inserts`], of values that are there.
pub(crate) fn inserts_into<D: Driver>(table: &'static str, columns: &[&str], rows: Vec<Vec<Value>>) -> Vec<Write> {
    let parts = in_chunks::<D, _>(rows, D::MAX_VALUES / columns.len().max(1));
    let write = |part: Vec<_>| {
        let rows = part.len() as u64;
        Write { sql: Sql::insert::<D>(table, columns, part), rows, what: table, may_miss: false, one: None }
    };
    parts.map(write).collect()
}

/// Changes these rows, each to be found once, as it was read.
pub(crate) fn updates<'a, D: Driver, T: Table<Row: 'a, With = ()>>(
    rows: impl Iterator<Item = Change<'a, T::Row>>,
    numbers: &Numbers,
) -> Result<Vec<Write>, StoreError> {
    let rows = rows.map(|change| Changed::of::<T>(&change, numbers)).collect::<Result<Vec<_>, StoreError>>()?;
    let columns = T::columns();
    // A value takes two places, its row's number among them, and the condition a few more.
    let parts = in_chunks::<D, _>(rows, (D::MAX_VALUES / (2 * columns.len() + 4)).min(MOST_CHANGES));
    Ok(parts.map(|part| update::<D>(T::NAME, columns, part)).collect())
}

/// Parts of so many rows, or of one.
pub(crate) fn in_parts<T>(rows: Vec<T>, most: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let part: Vec<_> = rows.by_ref().take(most.max(1)).collect();
        (!part.is_empty()).then_some(part)
    })
}

/// Parts of so many rows at most, for statements that are kept prepared.
pub(crate) fn in_chunks<D: Driver, T>(rows: Vec<T>, most: usize) -> impl Iterator<Item = Vec<T>> {
    let most = most.clamp(1, MOST_ROWS);
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let left = rows.len().min(most);
        let power = left.checked_ilog2()?;
        let size = if D::FOLDING == Folding::Joined { 1 << power } else { left };
        Some(rows.by_ref().take(size).collect())
    })
}

/// A change in the making.
struct Changed {
    id: u64,
    condition: Vec<(&'static str, Value)>,
    values: Vec<Value>,
    /// By column: does it become another?
    differs: Vec<bool>,
}

impl Changed {
    fn of<T: Table<With = ()>>(change: &Change<'_, T::Row>, numbers: &Numbers) -> Result<Self, StoreError> {
        let new = values::<T>(change.row, (), numbers)?;
        let was = change.was.map(|was| values::<T>(was, (), numbers)).transpose()?;
        let differs = match &was {
            Some(was) => new.iter().zip(was).map(|(new, was)| new != was).collect(),
            None => vec![true; new.len()],
        };
        let condition = match change.guard {
            Guard::Version(version) => vec![("version", Value::key(version))],
            Guard::Columns(guards) => {
                let was = was.unwrap_or_default();
                let pairs = T::columns().iter().copied().zip(was);
                pairs.filter(|(column, _)| guards.contains(column)).collect()
            }
        };
        Ok(Self { id: change.id, condition, values: new, differs })
    }

    /// Takes the values of the columns that are wanted.
    fn sets(self, wanted: &[bool]) -> Vec<Value> {
        self.values.into_iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(value, _)| value).collect()
    }
}

/// `UPDATE table SET …` of rows that are found as they were read, of the columns in which one of them becomes another.
fn update<D: Driver>(table: &'static str, columns: &[&'static str], rows: Vec<Changed>) -> Write {
    let mut wanted = vec![false; columns.len()];
    for row in &rows {
        wanted.iter_mut().zip(&row.differs).for_each(|(wanted, differs)| *wanted |= differs);
    }
    // MySQL sets this one by itself where a change does not name it.
    wanted.iter_mut().zip(columns).for_each(|(wanted, column)| *wanted |= *column == "updated_at");
    if !wanted.contains(&true) {
        wanted.fill(true);
    }
    let names = columns.iter().copied().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(column, _)| column);
    let names: Vec<_> = names.collect();
    let parts = |mut row: Changed| (row.id, std::mem::take(&mut row.condition), row.sets(&wanted));
    change::<D>(table, &names, rows.into_iter().map(parts).collect())
}

/// Changes rows, each to be found once: the values of these columns in each of them.
pub(crate) fn changes<D: Driver>(table: &'static str, columns: &[&'static str], rows: Vec<Parts>) -> Vec<Write> {
    let parts = in_chunks::<D, _>(rows, (D::MAX_VALUES / (2 * columns.len() + 4)).min(MOST_CHANGES));
    parts.map(|part| change::<D>(table, columns, part)).collect()
}

fn change<D: Driver>(table: &'static str, columns: &[&'static str], mut rows: Vec<Parts>) -> Write {
    let count = rows.len() as u64;
    let write = |sql, one| Write { sql, rows: count, what: table, may_miss: true, one };
    if rows.len() == 1
        && let Some((id, mut beside, sets)) = rows.pop()
    {
        let mut condition = vec![("id", Value::key(id))];
        condition.append(&mut beside);
        let one = One { table, sets: columns.iter().copied().zip(sets).collect(), condition };
        return write(one.sql(), Some(one));
    }
    let sql = if are_alike(&rows) && in_columns::<D>(rows.iter().map(|(_, _, sets)| sets.as_slice())) {
        beside(table, columns, rows)
    } else {
        by_number(table, columns, rows)
    };
    write(sql, None)
}

/// A row's number, what it must have beside it, and what its columns become.
pub(crate) type Parts = (u64, Vec<(&'static str, Value)>, Vec<Value>);

/// Must all rows have the same columns beside them? Otherwise a row's condition would be lost behind the first one's.
fn are_alike(rows: &[Parts]) -> bool {
    let guards = |(_, condition, _): &Parts| condition.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    rows.windows(2).all(|pair| matches!(pair, [one, next] if guards(one) == guards(next)))
}

/// Each column names, for each row, what it becomes there.
fn by_number(table: &str, names: &[&'static str], rows: Vec<Parts>) -> Sql {
    let mut sql = Sql::new(format!("UPDATE {table} SET "));
    let mut conditions = Vec::with_capacity(rows.len());
    let mut values = Vec::with_capacity(rows.len());
    for (id, condition, sets) in rows {
        conditions.push((id, condition));
        values.push(sets.into_iter());
    }
    for (place, column) in names.iter().enumerate() {
        sql = sql.and(if place == 0 { "" } else { ", " }).and(column).and(" = CASE id");
        for ((id, _), values) in conditions.iter().zip(&mut values) {
            if let Some(value) = values.next() {
                sql = sql.and(" WHEN ? THEN ?").bind(Value::key(*id)).bind(value);
            }
        }
        sql = sql.and(" END");
    }
    for (place, (id, condition)) in conditions.into_iter().enumerate() {
        sql = sql.and(if place == 0 { " WHERE (id = ?" } else { " OR (id = ?" }).bind(Value::key(id));
        sql = condition.into_iter().fold(sql, |sql, (column, value)| equals(sql.and(" AND "), column, value)).and(")");
    }
    sql
}

/// The rows come beside the table, and are joined to it: one text for any number of them.
fn beside(table: &str, names: &[&'static str], rows: Vec<Parts>) -> Sql {
    let guards: Vec<_> =
        rows.first().map(|(_, condition, _)| condition.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
    let row = |(id, condition, sets): Parts| {
        let condition = condition.into_iter().map(|(_, value)| value);
        std::iter::once(Value::key(id)).chain(condition).chain(sets).collect::<Vec<_>>()
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    let shown = |prefix: &str, count: usize| (0..count).map(|place| format!(", {prefix}{place}")).collect::<String>();
    let sets: Vec<_> = names.iter().enumerate().map(|(place, name)| format!("{name} = v.s{place}")).collect();
    let sql = Sql::new(format!("UPDATE {table} SET {} FROM ", sets.join(", ")));
    let count = 1 + guards.len() + names.len();
    let sql = sql.unnested(count, rows);
    let sql =
        sql.and(&format!(" AS v(id{}{}) WHERE {table}.id = v.id", shown("g", guards.len()), shown("s", names.len())));
    guards
        .iter()
        .enumerate()
        .fold(sql, |sql, (place, guard)| sql.and(&format!(" AND {table}.{guard} IS NOT DISTINCT FROM v.g{place}")))
}

/// Adds that a column has a value, or none.
fn equals(sql: Sql, column: &str, value: Value) -> Sql {
    if value.is_nothing() { sql.and(column).and(" IS NULL") } else { sql.and(column).and(" = ?").bind(value) }
}

impl One {
    fn sql(&self) -> Sql {
        let mut sql = Sql::new(format!("UPDATE {} SET ", self.table));
        for (place, (column, value)) in self.sets.iter().enumerate() {
            sql = sql.and(if place == 0 { "" } else { ", " }).and(column).and(" = ?").bind(value.clone());
        }
        for (place, (column, value)) in self.condition.iter().enumerate() {
            sql = equals(sql.and(if place == 0 { " WHERE " } else { " AND " }), column, value.clone());
        }
        sql
    }

    /// Two rows of different tables in one statement: both are found, or neither is changed.
    fn with(self, other: Self) -> Sql {
        let mut sql = Sql::new(format!("UPDATE {}, {} SET ", self.table, other.table));
        let mut place = 0;
        let mut conditions = Vec::new();
        for One { table, sets, condition } in [self, other] {
            for (column, value) in sets {
                sql = sql.and(if place == 0 { "" } else { ", " }).and(&format!("{table}.{column} = ?")).bind(value);
                place += 1;
            }
            conditions.extend(condition.into_iter().map(|(column, value)| (format!("{table}.{column}"), value)));
        }
        for (place, (column, value)) in conditions.into_iter().enumerate() {
            sql = equals(sql.and(if place == 0 { " WHERE " } else { " AND " }), &column, value);
        }
        sql
    }
}

impl Write {
    /// The same writes, two changes of one row each in one statement.
    pub(crate) fn joined(writes: Vec<Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::with_capacity(writes.len());
        for mut write in writes {
            let pair = match (joined.last_mut().map(|last| &mut last.one), &mut write.one) {
                (Some(last), this) if last.is_some() && this.is_some() => last.take().zip(this.take()),
                _ => None,
            };
            match (pair, joined.last_mut()) {
                (Some((one, other)), Some(last)) => {
                    last.sql = one.with(other);
                    last.rows = last.rows.saturating_add(write.rows);
                }
                _ => joined.push(write),
            }
        }
        joined
    }
}

#[cfg(test)]
#[cfg(feature = "postgres")]
mod tests {
    use super::*;

    fn changed(id: u64, guard: &'static str) -> Changed {
        let value = |number| Value::Int(Some(number));
        Changed { id, condition: vec![(guard, value(1))], values: vec![value(2)], differs: vec![true] }
    }

    #[test]
    fn each_row_keeps_its_own_condition() {
        for (guards, way) in [(["version", "version"], "UNNEST"), (["version", "status"], "CASE id")] {
            let rows = (1..).zip(guards).map(|(id, guard)| changed(id, guard)).collect();
            let sql = format!("{:?}", update::<sqlx::Postgres>("accounts", &["balance"], rows).sql);
            assert!(sql.contains(way) && guards.iter().all(|guard| sql.contains(guard)), "{sql}");
        }
    }
}
