//! Rows by their numbers, for what names them.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::row::Row;
use estair_core::store::StoreError;

use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Cell, Table, row};

/// The rows that have these numbers; asks nothing when there are none.
pub(super) async fn by_number<D: Dialect, T: Table<Id: Cell + Ord>>(
    session: &mut Session<'_, D>,
    ids: impl Iterator<Item = T::Id>,
) -> Result<BTreeMap<T::Id, Row<T::Id, T::Row>>, StoreError> {
    let ids: BTreeSet<_> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::select::<T>().and("id IN ").list(ids.iter().map(Cell::value));
    let found = session.read(sql, row::<T, _>).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}
