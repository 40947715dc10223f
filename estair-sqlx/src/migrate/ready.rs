//! Is a database ready: are its tables those of this version, with all of their columns?

use std::collections::BTreeSet;
use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use tokio::time::timeout;

use super::{Component, check, done, done_by_catalogue, step, version};
use crate::dialect::Dialect;
use crate::pool::Connections;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::Columns;

/// How long an answer may take to whether the database is ready.
const READINESS: Duration = Duration::from_secs(1);

/// Columns that are named when some are missing.
const NAMED: usize = 5;

impl<D: Dialect> Connections<D> {
    /// Is the database there, and are the tables those of this version? Who asks has an answer soon, whatever it is.
    pub(crate) async fn is_migrated(&self, component: Component) -> Result<(), StoreError> {
        let silent =
            |_| StoreError::new(StoreErrorKind::Unavailable, format_args!("no database answered in {READINESS:?}"));
        timeout(READINESS, self.are_tables_up_to_date(component)).await.map_err(silent)?
    }

    async fn are_tables_up_to_date(&self, component: Component) -> Result<(), StoreError> {
        let mut connection = self.reader().await?;
        let mut session = self.session(&mut connection);
        let done = match done(&mut session, component).await {
            Ok(done) => done,
            // What answers but has no such table is not migrated, or was made otherwise. The connection on which a statement
            // failed is not used again.
            Err(error) if error.kind() == StoreErrorKind::Other => {
                drop(connection);
                connection = self.reader().await?;
                session = self.session(&mut connection);
                done_by_catalogue(&mut session, component).await?
            }
            Err(error) => return Err(error),
        };
        let (version, wanted) = (version(&done), component.steps::<D>().len());
        if version > wanted {
            let problem =
                format!("are at version {version}, not {wanted}: it belongs to a later version of this program");
            return Err(component.error(problem));
        }
        check::<D>(&done, component)?;
        if version < wanted {
            return Err(component.error(format!("are at version {version}, not {wanted}: run `estair-server migrate`")));
        }
        has_all_columns(&mut session, component).await
    }
}

/// A note says what was done once; somebody may have put other tables in the place of ours since then.
async fn has_all_columns<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let pairs = |c: &mut Columns<'_, D::Driver>| Ok((lower(c.read()?), lower(c.read()?)));
    let found: BTreeSet<(String, String)> = session.read(Sql::new(D::COLUMNS), pairs).await?.into_iter().collect();
    let made = step::tables(component.steps::<D>());
    let wanted = made.iter().flat_map(|made| made.columns.iter().map(|column| (made.table, *column)));
    let missing: Vec<_> = wanted.filter(|(t, c)| !found.contains(&((*t).to_owned(), (*c).to_owned()))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let named: Vec<_> = missing.iter().take(NAMED).map(|(table, column)| format!("{table}.{column}")).collect();
    let more = if missing.len() > NAMED { ", …" } else { "" };
    Err(component.error(format!("lack {}{more}: these are not the tables that were made here", named.join(", "))))
}

fn lower(name: String) -> String {
    name.to_lowercase()
}
