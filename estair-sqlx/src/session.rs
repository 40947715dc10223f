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
use crate::driver::{Done, Driver, Folding, Runs};
use crate::fault::{commit_fault, fault};
use crate::sql::Sql;
use crate::table::{Columns, Table, values};
use crate::value::Value;
use crate::writes::{Write, in_chunks};

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

/// What each statement of a call did.
type Calls<D> = Vec<Done<<D as Dialect>::Driver>>;

/// The rows of a query.
pub(crate) type Rows<D> = Vec<<<D as Dialect>::Driver as Database>::Row>;

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

    /// What has to be said before the first statement of a transaction, in the same call.
    fn opening(&mut self) -> Option<&'static str> {
        match self {
            Self::Pooled(connection) => connection.opening(),
            Self::Other(_) => None,
        }
    }

    fn ended<T>(
        &mut self,
        outcome: sqlx::Result<T>,
        fault: impl Fn(sqlx::Error) -> StoreError,
    ) -> Result<T, StoreError> {
        let outcome = outcome.map_err(fault);
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

    /// Sends one statement, or several where the driver can; gives what each of them did.
    async fn call(&mut self, sql: Sql, fault: impl Fn(sqlx::Error) -> StoreError) -> Result<Calls<D>, StoreError> {
        let values = arguments::<D::Driver>(sql.values)?;
        self.counter.add();
        let keep = self.on.begins(sql.varies);
        let opening = self.on.opening();
        let text = match opening {
            Some(begin) => format!("{begin}; {}", sql.text),
            None => sql.text,
        };
        let done = D::Driver::call(self.on.driver()?, D::Driver::render(text), values, keep).await;
        let mut done = self.on.ended(done, fault)?;
        if opening.is_some() && !done.is_empty() {
            done.remove(0);
        }
        Ok(done)
    }

    /// Runs a write; gives the rows it found.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, StoreError> {
        let done = self.call(sql, fault::<D::Driver>).await?;
        Ok(done.iter().map(|done| D::Driver::affected(&done.result)).sum())
    }

    /// Runs writes, each of which must find just its rows, in as few calls as the driver can.
    pub(crate) async fn execute_all(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        match D::Driver::FOLDING {
            Folding::Script => self.script(writes, false).await,
            Folding::With => self.with(None, writes).await.map(|_| ()),
            Folding::Joined => {
                for Write { sql, rows, what, .. } in Write::joined(writes) {
                    check(self.execute(sql).await?, rows, what)?;
                }
                Ok(())
            }
        }
    }

    /// Runs writes and commits, in as few calls as the driver can. The rows that each of them found are compared by the
    /// database itself, before the commit.
    pub(crate) async fn execute_all_and_commit(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.script(writes, true).await
    }

    /// Statements one after the other in one call.
    async fn script(&mut self, writes: Vec<Write>, commits: bool) -> Result<(), StoreError> {
        let most = D::Driver::MAX_VALUES;
        let mut left = writes.into_iter().peekable();
        while left.peek().is_some() {
            let mut folded = Sql::default();
            let mut wanted = Vec::new();
            while let Some(next) =
                left.next_if(|next| wanted.is_empty() || folded.values.len() + next.sql.values.len() <= most)
            {
                folded.varies |= next.sql.varies;
                folded.text.push_str(if wanted.is_empty() { "" } else { "; " });
                folded.text.push_str(&next.sql.text);
                folded.values.extend(next.sql.values);
                wanted.push(Some((next.rows, next.what)));
                if commits && next.may_miss {
                    // Nothing is committed unless it found its rows: what is no JSON is an error.
                    folded.text.push_str("; SELECT CASE changes() WHEN ? THEN 1 ELSE json('missed') END");
                    folded.values.push(Value::from(next.rows));
                    wanted.push(None);
                }
            }
            let is_last = commits && left.peek().is_none();
            let results = if is_last {
                folded.text.push_str("; COMMIT");
                wanted.push(None);
                self.call(folded, last_fault::<D::Driver>).await?
            } else {
                self.call(folded, conflict_fault::<D::Driver>).await?
            };
            if is_last && let On::Pooled(connection) = &mut self.on {
                connection.ended().await;
            }
            if results.len() != wanted.len() {
                return Err(StoreError::corrupt("the database answered for another number of statements"));
            }
            for (done, wanted) in results.iter().zip(wanted) {
                if let Some((rows, what)) = wanted {
                    check(D::Driver::affected(&done.result), rows, what)?;
                }
            }
        }
        Ok(())
    }

    /// Writes as parts of one statement, behind an INSERT of one row whose number the others refer to, if there is one:
    /// gives it. In their values it is [`Value::OF_THE_NEW_ROW`].
    pub(crate) async fn with(&mut self, numbered: Option<Sql>, writes: Vec<Write>) -> Result<Option<u64>, StoreError> {
        let most = D::Driver::MAX_VALUES;
        let (mut numbered, mut number) = (numbered, None);
        let mut left = writes.into_iter().peekable();
        while numbered.is_some() || left.peek().is_some() {
            let first = numbered.take();
            let gives_number = first.is_some();
            let mut parts: Vec<Write> = Vec::new();
            let mut count = 0;
            // What refers to the new row goes with it.
            while let Some(next) =
                left.next_if(|next| gives_number || parts.is_empty() || count + next.sql.values.len() <= most)
            {
                count += next.sql.values.len();
                parts.push(next);
            }
            if let (None, [_]) = (&first, parts.as_slice()) {
                for Write { sql, rows, what, .. } in parts {
                    check(self.execute(sql).await?, rows, what)?;
                }
                continue;
            }
            let wanted: Vec<_> = parts.iter().map(|part| (part.rows, part.what)).collect();
            let done =
                self.call(Sql::with(first, parts.into_iter().map(|write| write.sql)), fault::<D::Driver>).await?;
            let row = done.last().and_then(|done| done.rows.first());
            let row = row.ok_or_else(|| StoreError::corrupt("the database did not answer what it wrote"))?;
            let mut columns = Columns::<D::Driver>::new(row);
            if gives_number {
                number = columns.read()?;
            }
            for (rows, what) in wanted {
                check(columns.read()?, rows, what)?;
            }
        }
        Ok(number)
    }

    /// Runs a query; reads each row.
    pub(crate) async fn read<T>(
        &mut self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let done = self.call(sql, fault::<D::Driver>).await?;
        let rows = done.into_iter().next_back().map(|done| done.rows).unwrap_or_default();
        read_rows::<D, T>(&rows, read)
    }

    /// Runs a query that gives one row at most.
    pub(crate) async fn read_one<T>(
        &mut self,
        sql: Sql,
        read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.read(sql, read).await?.into_iter().next())
    }

    /// Runs queries, in one call where the driver can; gives the rows of each.
    pub(crate) async fn rows_of(&mut self, queries: Vec<Sql>) -> Result<Vec<Rows<D>>, StoreError> {
        let count = queries.len();
        let mut rows = Vec::with_capacity(count);
        if D::Driver::FOLDING != Folding::Script || count < 2 {
            for query in queries {
                let done = self.call(query, fault::<D::Driver>).await?;
                rows.push(done.into_iter().next_back().map(|done| done.rows).unwrap_or_default());
            }
            return Ok(rows);
        }
        rows.extend(self.call(Sql::script(queries), fault::<D::Driver>).await?.into_iter().map(|done| done.rows));
        if rows.len() == count {
            return Ok(rows);
        }
        Err(StoreError::corrupt("the database answered for another number of statements"))
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
            self.execute(Sql::insert::<D::Driver>(table, &columns, [values])).await?;
            numbers.insert(*uuid, *number);
        }
        if let Some(statement) = (!keeping.is_empty()).then(|| D::after_numbers(table)).flatten() {
            self.read(Sql::new(statement), |_| Ok(())).await?;
        }
        let rows = rows.into_iter().map(|(uuid, row)| Ok((uuid, values::<T>(row, (), numbers)?)));
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        for part in in_chunks::<D::Driver, _>(rows, D::Driver::MAX_VALUES / columns.len().max(1)) {
            let (uuids, part): (Vec<_>, Vec<_>) = part.into_iter().unzip();
            let sql = Sql::insert::<D::Driver>(table, columns, part);
            let pairs = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?));
            let found: Vec<(u64, Uuid)> = if D::RETURNING {
                self.read(sql.and(" RETURNING id, uuid"), pairs).await?
            } else if let [uuid] = uuids.as_slice() {
                let done = self.call(sql, fault::<D::Driver>).await?;
                done.iter().map(|done| (D::Driver::last_number(&done.result), *uuid)).collect()
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

/// Reads each row of a query.
pub(crate) fn read_rows<D: Dialect, T>(
    rows: &Rows<D>,
    mut read: impl FnMut(&mut Columns<'_, D::Driver>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| read(&mut Columns::new(row))).collect()
}

/// An error of a call that looks for itself whether it found its rows.
fn conflict_fault<D: Driver>(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if D::is_conflict(database.as_ref()) => {
            StoreError::new(StoreErrorKind::VersionConflict, "rows were not found as they were read")
        }
        _ => fault::<D>(error),
    }
}

/// As [`conflict_fault`], of a call that commits.
fn last_fault<D: Driver>(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if D::is_conflict(database.as_ref()) => conflict_fault::<D>(error),
        _ => commit_fault::<D>(error),
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
