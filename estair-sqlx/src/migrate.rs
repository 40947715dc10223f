//! Migrations: the tables, brought up to date step by step.
//!
//! Guarantees: two processes that start together migrate once (a lock of the database's own); one that is killed in the
//! middle can be run again (on MySQL a change of a table commits by itself, so every statement there does nothing when
//! it was done before). Which steps are done is kept in `estair_migrations`: a host's own migrations are not touched.

use estair_core::store::{StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use sqlx::Connection;

use crate::connect::Connections;
use crate::dialect::Dialect;
use crate::fault::{exists, fault};
use crate::statement::{Session, Sql};

/// How often a migration waits for another process that migrates.
const PATIENCE: u32 = 12;

/// A set of tables that is migrated by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    Book,
    Messager,
}

impl Component {
    const fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Messager => "messager",
        }
    }

    const fn steps<D: Dialect>(self) -> &'static [&'static str] {
        match self {
            Self::Book => D::BOOK,
            Self::Messager => D::MESSAGER,
        }
    }
}

impl<D: Dialect> Connections<D> {
    /// Brings the tables of a component up to date.
    pub(crate) fn migrate(&self, component: Component) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.migrate_patiently(component))
    }

    async fn migrate_patiently(&self, component: Component) -> Result<(), StoreError> {
        let mut last = StoreError::new(StoreErrorKind::Contention, "another process migrates this database");
        for _ in 0..PATIENCE {
            // The lock may belong to the session: the connection goes back to no pool, so the lock ends with it.
            let mut connection = self.detached().await?;
            let done = self.migrate_under_lock(&mut connection, component).await;
            let closed = connection.close().await;
            match done {
                Err(error) if error.kind() == StoreErrorKind::Contention => last = error,
                Err(error) => return Err(error),
                Ok(()) => return closed.map_err(fault::<D>),
            }
        }
        Err(last)
    }

    async fn migrate_under_lock(&self, connection: &mut D::Connection, component: Component) -> Result<(), StoreError> {
        if let Some(lock) = D::LOCK_MIGRATIONS {
            let taken =
                Session::<D>::new(connection, self.counter()).read_one(Sql::new(lock), |c| Ok(c.lock_taken())).await?;
            if taken != Some(true) {
                return Err(StoreError::new(StoreErrorKind::Contention, "another process migrates this database"));
            }
        }
        let mut transaction = connection.begin_with(D::BEGIN).await.map_err(fault::<D>)?;
        apply(&mut Session::<D>::new(&mut transaction, self.counter()), component).await?;
        transaction.commit().await.map_err(fault::<D>)
    }

    /// Are the tables those of this version?
    pub(crate) async fn is_migrated(&self, component: Component) -> Result<(), StoreError> {
        let mut connection = self.reader().await?;
        let mut session = self.session(&mut connection);
        let version = match version(&mut session, component).await {
            Ok(version) => version,
            // What answers but has no such table is not migrated.
            Err(error) if error.kind() == StoreErrorKind::Other => 0,
            Err(error) => return Err(error),
        };
        let wanted = component.steps::<D>().len();
        if version == wanted {
            return Ok(());
        }
        let advice = if version < wanted {
            "run `estair-server migrate`"
        } else {
            "it belongs to a later version of this program"
        };
        let name = component.name();
        let message = format!("the tables of the {name} are at version {version}, not {wanted}: {advice}");
        Err(StoreError::new(StoreErrorKind::Other, message))
    }
}

async fn apply<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let table = "CREATE TABLE IF NOT EXISTS estair_migrations \
                 (component varchar(50) NOT NULL, version int NOT NULL, PRIMARY KEY (component, version))";
    session.execute(Sql::new(table)).await?;
    let done = version(session, component).await?;
    for (number, step) in (1_u32..).zip(component.steps::<D>()).skip(done) {
        for statement in statements(step) {
            match session.execute(Sql::new(statement)).await {
                Err(error) if !exists::<D>(&error) => return Err(error),
                // Made now, or by a run that was killed before it could note the step.
                _ => {}
            }
        }
        let note = Sql::new("INSERT INTO estair_migrations (component, version) VALUES (?, ?)");
        session.execute(note.bind(component.name()).bind(number)).await?;
        tracing::info!(component = component.name(), version = number, "migrated");
    }
    Ok(())
}

async fn version<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<usize, StoreError> {
    let sql = Sql::new("SELECT MAX(version) FROM estair_migrations WHERE component = ?").bind(component.name());
    let version = session.read_one(sql, |c| c.opt_number()).await?.flatten();
    Ok(version.and_then(|version| usize::try_from(version).ok()).unwrap_or(0))
}

/// The statements of a step: each ends its line with a semicolon.
fn statements(step: &str) -> impl Iterator<Item = &str> {
    let statements = step.split(";\n").map(str::trim);
    statements.filter(|statement| statement.lines().any(|line| !line.is_empty() && !line.starts_with("--")))
}
