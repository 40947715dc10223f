//! A connection on which statements are run and counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use estair_core::row::Numbers;
use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::Database;
use uuid::Uuid;

use crate::connection::Connection;
use crate::dialect::{ConnectionOf, Dialect};
use crate::driver::{Driver, Runs};
use crate::fault::fault;
use crate::sql::Sql;
use crate::table::{Columns, Table, values};
use crate::value::Value;
use crate::writes::{Write, in_parts};

/// Counts the statements that were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter(Arc<AtomicU64>);

impl Counter {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A connection on which statements are run and counted.
pub(crate) struct Session<'c, D: Dialect> {
    on: On<'c, D>,
    counter: &'c Counter,
}

/// Whose connection it is.
enum On<'c, D: Dialect> {
    Pooled(&'c mut Connection<D>),
    /// The host's, or one that goes back to no pool.
    Other(&'c mut ConnectionOf<D>),
}

impl<D: Dialect> On<'_, D> {
    fn driver(&mut self) -> Result<&mut ConnectionOf<D>, StoreError> {
        match self {
            Self::Pooled(connection) => connection.driver(),
            Self::Other(connection) => Ok(connection),
        }
    }

    /// Is the statement that begins now to be kept prepared?
    fn begins(&mut self, varies: bool) -> bool {
        match self {
            Self::Pooled(connection) => connection.sent(varies) || !varies,
            Self::Other(_) => !varies,
        }
    }

    fn ended<T>(&mut self, outcome: sqlx::Result<T>) -> Result<T, StoreError> {
        let outcome = outcome.map_err(fault::<D::Driver>);
        if let Self::Pooled(connection) = self {
            connection.heard(&outcome);
        }
        outcome
    }
}

impl<'c, D: Dialect> Session<'c, D> {
    /// On a connection of somebody else.
    pub(crate) fn new(connection: &'c mut ConnectionOf<D>, counter: &'c Counter) -> Self {
        Self { on: On::Other(connection), counter }
    }

    /// On a connection of a pool.
    pub(crate) fn pooled(connection: &'c mut Connection<D>, counter: &'c Counter) -> Self {
        Self { on: On::Pooled(connection), counter }
    }

    /// Runs a write; gives the rows it found.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, StoreError> {
        Ok(self.run(sql).await?.iter().map(D::Driver::affected).sum())
    }

    async fn run(&mut self, sql: Sql) -> Result<Vec<<D::Driver as Database>::QueryResult>, StoreError> {
        let values = arguments::<D::Driver>(sql.values)?;
        self.counter.add();
        let keep = self.on.begins(sql.varies);
        let done = D::Driver::write(self.on.driver()?, D::Driver::render(sql.text), values, keep).await;
        self.on.ended(done)
    }

    /// Runs writes, each of which must find just its rows; in one call where the driver can.
    pub(crate) async fn execute_all(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        if !D::Driver::FOLDS {
            for Write { sql, rows, what } in writes {
                check(self.execute(sql).await?, rows, what)?;
            }
            return Ok(());
        }
        let most = D::Driver::MAX_VALUES;
        let mut left = writes.into_iter().peekable();
        while left.peek().is_some() {
            let mut folded = Sql { varies: true, ..Sql::default() };
            let mut wanted = Vec::new();
            while let Some(next) =
                left.next_if(|next| wanted.is_empty() || folded.values.len() + next.sql.values.len() <= most)
            {
                folded.text.push_str(if wanted.is_empty() { "" } else { "; " });
                folded.text.push_str(&next.sql.text);
                folded.values.extend(next.sql.values);
                wanted.push((next.rows, next.what));
            }
            // A unit of the usual size comes again and again: keep it prepared.
            folded.varies = wanted.len() > 6;
            let results = self.run(folded).await?;
            if results.len() != wanted.len() {
                return Err(StoreError::corrupt("the database answered for another number of statements"));
            }
            for (result, (rows, what)) in results.iter().zip(wanted) {
                check(D::Driver::affected(result), rows, what)?;
            }
        }
        Ok(())
    }

    /// Runs a query; reads each row.
    pub(crate) async fn read<T>(
        &mut self,
        sql: Sql,
        mut read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let values = arguments::<D::Driver>(sql.values)?;
        self.counter.add();
        let keep = self.on.begins(sql.varies);
        let rows = D::Driver::read(self.on.driver()?, D::Driver::render(sql.text), values, keep).await;
        let rows = self.on.ended(rows)?;
        rows.iter().map(|row| read(&mut Columns::new(row))).collect()
    }

    /// Runs a query that gives one row at most.
    pub(crate) async fn read_one<T>(
        &mut self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.read(sql, read).await?.into_iter().next())
    }

    /// Inserts rows that get numbers, and notes the numbers by uuid.
    pub(crate) async fn insert_numbered<'a, T: Table<Row: 'a, With = ()>>(
        &mut self,
        rows: impl Iterator<Item = (Uuid, &'a T::Row)>,
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        self.insert_numbered_as::<T>(rows, &BTreeMap::new(), numbers).await
    }

    /// The same; rows whose uuid has a number among `kept` get that one.
    pub(crate) async fn insert_numbered_as<'a, T: Table<Row: 'a, With = ()>>(
        &mut self,
        rows: impl Iterator<Item = (Uuid, &'a T::Row)>,
        kept: &BTreeMap<Uuid, u64>,
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        let (keeping, rows): (Vec<_>, Vec<_>) = rows.partition(|(uuid, _)| kept.contains_key(uuid));
        let (table, columns) = (T::NAME, T::columns());
        for (uuid, row) in &keeping {
            let Some(number) = kept.get(uuid) else { continue };
            let columns: Vec<_> = std::iter::once("id").chain(columns.iter().copied()).collect();
            let values = std::iter::once(Value::from(*number)).chain(values::<T>(row, (), numbers)?).collect();
            self.execute(Sql::insert(table, &columns, [values])).await?;
            numbers.insert(*uuid, *number);
        }
        if let Some(statement) = (!keeping.is_empty()).then(|| D::after_numbers(table)).flatten() {
            self.read(Sql::new(statement), |_| Ok(())).await?;
        }
        let rows = rows.into_iter().map(|(uuid, row)| Ok((uuid, values::<T>(row, (), numbers)?)));
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        for part in in_parts(rows, D::Driver::MAX_VALUES / columns.len().max(1)) {
            let (uuids, part): (Vec<_>, Vec<_>) = part.into_iter().unzip();
            let sql = Sql::insert(table, columns, part);
            let pairs = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?));
            let found: Vec<(u64, Uuid)> = if D::RETURNING {
                self.read(sql.and(" RETURNING id, uuid"), pairs).await?
            } else if let [uuid] = uuids.as_slice() {
                let results = self.run(sql).await?;
                results.iter().map(|result| (D::Driver::last_number(result), *uuid)).collect()
            } else {
                self.execute(sql).await?;
                let sql = Sql::new(format!("SELECT id, uuid FROM {table} WHERE uuid IN "));
                self.read(sql.list(uuids.iter().map(|uuid| Value::from(*uuid))), pairs).await?
            };
            check(found.len() as u64, uuids.len() as u64, "new rows")?;
            found.into_iter().for_each(|(number, uuid)| numbers.insert(uuid, number));
        }
        Ok(())
    }
}

fn check(found: u64, wanted: u64, what: &str) -> Result<(), StoreError> {
    if found == wanted {
        return Ok(());
    }
    let message = format!("{found} of {wanted} rows of {what} were found as they were read");
    Err(StoreError::new(StoreErrorKind::VersionConflict, message))
}

fn arguments<D: Driver>(values: Vec<Value>) -> Result<D::Arguments, StoreError> {
    let mut arguments = D::Arguments::default();
    for value in values {
        D::bind(&mut arguments, value).map_err(|error| {
            StoreError::new(StoreErrorKind::Other, "a value does not fit its column")
                .caused_by(sqlx::Error::Encode(error))
        })?;
    }
    Ok(arguments)
}
