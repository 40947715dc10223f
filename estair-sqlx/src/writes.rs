//! Writes of many rows in few statements, each of which must find as many rows as it names.

use estair_core::row::Numbers;
use estair_core::store::StoreError;

use crate::driver::Driver;
use crate::sql::Sql;
use crate::table::{Table, values};
use crate::value::Value;

/// Rows that one statement changes at most: the value of each is searched among those of the others.
const MOST_CHANGES: usize = 64;

/// A write and how many rows it must find.
pub(crate) struct Write {
    pub(crate) sql: Sql,
    pub(crate) rows: u64,
    pub(crate) what: &'static str,
}

/// Inserts these rows, in as few statements as the driver's bound on values allows.
pub(crate) fn inserts<'a, D: Driver, T: Table<Row: 'a>>(
    rows: impl Iterator<Item = (&'a T::Row, T::With)>,
    numbers: &Numbers,
) -> Result<Vec<Write>, StoreError> {
    let rows = rows.map(|(row, with)| values::<T>(row, with, numbers)).collect::<Result<_, _>>()?;
    Ok(inserts_into::<D>(T::NAME, T::columns(), rows))
}

/// As [`inserts`], of values that are there.
pub(crate) fn inserts_into<D: Driver>(table: &'static str, columns: &[&str], rows: Vec<Vec<Value>>) -> Vec<Write> {
    let parts = in_parts(rows, D::MAX_VALUES / columns.len().max(1));
    let write = |part: Vec<_>| {
        let rows = part.len() as u64;
        Write { sql: Sql::insert(table, columns, part), rows, what: table }
    };
    parts.map(write).collect()
}

/// Changes these rows, each to be found once, at the version it was read at, if its table's rows have one.
pub(crate) fn updates<'a, D: Driver, T: Table<Row: 'a, With = ()>>(
    rows: impl Iterator<Item = (u64, Option<u64>, &'a T::Row)>,
    numbers: &Numbers,
) -> Result<Vec<Write>, StoreError> {
    let change = |(id, was, row)| Ok(Change { id, was, values: values::<T>(row, (), numbers)? });
    let rows = rows.map(change).collect::<Result<Vec<_>, StoreError>>()?;
    let columns = T::columns();
    // A value takes two places, its row's number among them, and the condition two more.
    let parts = in_parts(rows, (D::MAX_VALUES / (2 * columns.len() + 2)).min(MOST_CHANGES));
    let write = |part: Vec<_>| {
        let rows = part.len() as u64;
        Write { sql: update(T::NAME, columns, part), rows, what: T::NAME }
    };
    Ok(parts.map(write).collect())
}

/// Parts of so many rows, or of one.
pub(crate) fn in_parts<T>(rows: Vec<T>, most: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let part: Vec<_> = rows.by_ref().take(most.max(1)).collect();
        (!part.is_empty()).then_some(part)
    })
}

/// A row that is there and changes.
struct Change {
    /// Its number.
    id: u64,
    /// The version it was read at.
    was: Option<u64>,
    /// All its columns, as they will be.
    values: Vec<Value>,
}

/// `UPDATE table SET …` of rows that are found as they were read. A column that becomes the same in all of them is set
/// to it, as those of a row that is alone; any other by the row's number.
fn update(table: &str, columns: &[&str], rows: Vec<Change>) -> Sql {
    let mut sql = Sql::new(format!("UPDATE {table} SET "));
    sql.varies = rows.len() > 2;
    let (keys, values): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| ((row.id, row.was), row.values)).unzip();
    let mut values: Vec<_> = values.into_iter().map(Vec::into_iter).collect();
    for (place, column) in columns.iter().enumerate() {
        let of_rows: Vec<_> = values.iter_mut().filter_map(Iterator::next).collect();
        sql = by_number(sql.and(if place == 0 { "" } else { ", " }).and(column).and(" = "), &keys, of_rows);
    }
    for (place, (id, was)) in keys.into_iter().enumerate() {
        sql = sql.and(if place == 0 { " WHERE (id = ?" } else { " OR (id = ?" }).bind(Value::key(id));
        sql = sql.and_if(" AND version = ?", was.map(Value::key)).and(")");
    }
    sql
}

/// Adds the value that each of these rows is to have: `?`, or `CASE id WHEN ? THEN ? … END`.
fn by_number(sql: Sql, keys: &[(u64, Option<u64>)], mut values: Vec<Value>) -> Sql {
    let same = values.iter().zip(values.iter().skip(1)).all(|(one, next)| one == next);
    if same {
        return match values.pop() {
            Some(value) => sql.and("?").bind(value),
            None => sql,
        };
    }
    let pairs = keys.iter().zip(values);
    let sql = pairs
        .fold(sql.and("CASE id"), |sql, ((id, _), value)| sql.and(" WHEN ? THEN ?").bind(Value::key(*id)).bind(value));
    sql.and(" END")
}
