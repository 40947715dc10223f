//! Is a database ready: are its tables those of this version, with all of their columns?

use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use tokio::time::timeout;

use super::{Component, check, done, done_by_catalogue, version};
use crate::dialect::Dialect;
use crate::expected::Tables;
use crate::pool::Connections;
use crate::session::Session;
use crate::sql::Sql;

/// How long an answer may take to whether the database is ready.
const READINESS: Duration = Duration::from_secs(1);

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
            let call = component.call();
            return Err(component.error(format!("are at version {version}, not {wanted}: {call} brings them there")));
        }
        has_all_columns(&mut session, component).await
    }
}

/// A note says what was done once; somebody may have put other tables in the place of ours since then.
async fn has_all_columns<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let columns: Vec<(String, String)> = session.read(Sql::new(D::COLUMNS), |c| Ok((c.read()?, c.read()?))).await?;
    match Tables::of_steps(component.steps::<D>()).first_missing(&columns) {
        Some(column) => Err(component.error(format_args!("have no column {column}: they were changed by hand"))),
        None => Ok(()),
    }
}
