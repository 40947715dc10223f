//! Migrations: the tables, brought up to date step by step.
//!
//! Guarantees: two processes that start together migrate once (a lock of the database's own); one that is killed in the
//! middle can be run again (on MySQL a change of a table commits by itself, so every statement there does nothing when
//! it was done before). Which steps are done is noted in a table of the component's own, so that both components, and a
//! host's own migrations, can live in one database.
//!
//! A step is noted with the fingerprint of its text. Until the first tag a component is one step, changed in place: what a
//! former build has made is refused, by [`migrate`](Connections::migrate) and by [`is_migrated`](Connections::is_migrated),
//! and never taken for the tables of this one. What somebody else has made under a name of ours is refused too, with its
//! names and before anything is changed; [`adopt`] has it renamed, [`release`] renames it back (L1).

mod adopt;
mod foreign;
mod ready;
mod step;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests;

use estair_core::store::{StoreError, StoreErrorKind};
use futures_util::future::BoxFuture;
use sqlx::Connection as _;

use crate::dialect::{ConnectionOf, Dialect};
use crate::fault::fault;
use crate::pool::Connections;
use crate::session::{Counter, Session};
use crate::sql::Sql;
use crate::table::{Columns, Stored};

use step::{fingerprint, statements};

/// The columns of the table of notes.
const NOTES: &str = "(version int NOT NULL PRIMARY KEY, fingerprint varchar(64) NOT NULL)";

/// How often a migration waits for another process that migrates.
const PATIENCE: u32 = 12;

/// A set of tables that is migrated by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    Book,
    Messager,
}

impl Component {
    /// Its name, for people.
    const fn name(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Messager => "messager",
        }
    }

    /// The table in which its steps are noted.
    const fn notes(self) -> &'static str {
        match self {
            Self::Book => "estair_migrations",
            Self::Messager => "messager_migrations",
        }
    }

    const fn steps<D: Dialect>(self) -> &'static [&'static str] {
        match self {
            Self::Book => D::BOOK,
            Self::Messager => D::MESSAGER,
        }
    }

    /// Tables that only builds before fingerprints have made, all of them together.
    const fn former_tables(self) -> &'static [&'static str] {
        match self {
            Self::Book => &["accounts", "daily_closings", "idempotency_keys", "outbox_attempts"],
            Self::Messager => &["domains", "messages", "message_attempts", "delivery_attempts"],
        }
    }

    fn error(self, problem: impl std::fmt::Display) -> StoreError {
        StoreError::new(StoreErrorKind::Other, format_args!("the tables of the {} {problem}", self.name()))
    }

    /// The call that brings its tables up to date.
    const fn call(self) -> &'static str {
        match self {
            Self::Book => "`BookStore::migrate`, or `migrate_book`",
            Self::Messager => "`MessagerDb::migrate`, or `migrate_messager`",
        }
    }

    fn former(self) -> StoreError {
        self.error("were made by a former build, which this one does not continue: start with an empty database")
    }
}

/// What is done under the lock of migrations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Migrate,
    Adopt,
    Release,
}

/// A step that was done.
struct Done {
    version: usize,
    fingerprint: String,
}

/// A step of the tables, for a host that runs migrations of its own: its text is one that may be run once or more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Its number among those of its component, from 1.
    pub version: u32,
    /// Its name, unique among those of both components: `estair_book_1`.
    pub name: String,
    /// Its statements, each with a semicolon at the end of its line. The last ones note that it was done, so that the store
    /// finds its tables ready.
    pub sql: String,
}

/// The steps of a component, in their order.
pub(crate) fn migrations<D: Dialect>(component: Component) -> Vec<Migration> {
    let (notes, name) = (component.notes(), component.name());
    let of_step = |(version, step): (u32, &&str)| {
        let done = format!("SELECT {version}, '{}'", fingerprint(step));
        let unless = format!("WHERE NOT EXISTS (SELECT 1 FROM {notes} n WHERE n.version = {version})");
        let note = format!(
            "CREATE TABLE IF NOT EXISTS {notes} {NOTES};\nINSERT INTO {notes} (version, fingerprint) {done} {unless};\n"
        );
        Migration { version, name: format!("estair_{name}_{version}"), sql: format!("{step}\n{note}") }
    };
    (1..).zip(component.steps::<D>()).map(of_step).collect()
}

impl<D: Dialect> Connections<D> {
    /// Brings the tables of a component up to date.
    pub(crate) fn migrate(&self, component: Component) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            // Nothing is to be done, and nothing but reading needed for it: an account that may change no table can start.
            if self.is_migrated(component).await.is_ok() {
                return Ok(());
            }
            self.work_patiently(component, Work::Migrate).await.map(|_| ())
        })
    }

    /// As [`migrate`](Self::migrate); what is in the way is renamed (L1).
    pub(crate) fn adopt(&self, component: Component) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.work_patiently(component, Work::Adopt).await.map(|_| ()) })
    }

    /// Takes the tables away, while they are empty, and renames back what was in the way; false when nothing was renamed.
    pub(crate) fn release(&self, component: Component) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.work_patiently(component, Work::Release))
    }

    async fn work_patiently(&self, component: Component, work: Work) -> Result<bool, StoreError> {
        let mut last = StoreError::new(StoreErrorKind::Contention, "another process migrates this database");
        for _ in 0..PATIENCE {
            // The lock may belong to the session: the connection goes back to no pool, so the lock ends with it.
            let mut connection = self.detached().await?;
            let done = self.work_under_lock(&mut connection, component, work).await;
            let closed = connection.close().await;
            match done {
                Err(error) if error.kind() == StoreErrorKind::Contention => last = error,
                Err(error) => return Err(error),
                Ok(done) => return closed.map(|()| done).map_err(fault::<D::Driver>),
            }
        }
        Err(last)
    }

    async fn work_under_lock(
        &self,
        connection: &mut ConnectionOf<D>,
        component: Component,
        work: Work,
    ) -> Result<bool, StoreError> {
        self.make_schema(connection).await?;
        if let Some(lock) = D::LOCK_MIGRATIONS {
            let mut session = Session::<D>::new(connection, self.counter());
            if session.read_one(Sql::new(lock), <Option<u64> as Stored>::read).await?.flatten() != Some(1) {
                return Err(StoreError::new(StoreErrorKind::Contention, "another process migrates this database"));
            }
        }
        let mut transaction = connection.begin_with(D::BEGIN).await.map_err(fault::<D::Driver>)?;
        let mut session = Session::<D>::new(&mut transaction, self.counter());
        let done = match work {
            Work::Migrate => refuse_foreign(&mut session, component).await.map(|()| true)?,
            Work::Adopt => adopt::adopt(&mut session, component).await.map(|()| true)?,
            Work::Release => adopt::release(&mut session, component).await?,
        };
        if work != Work::Release {
            apply(&mut session, component).await?;
        }
        transaction.commit().await.map_err(fault::<D::Driver>)?;
        Ok(done)
    }

    /// Makes the schema that was asked for, where it is missing and can be made.
    async fn make_schema(&self, connection: &mut ConnectionOf<D>) -> Result<(), StoreError> {
        let (Some(create), Some(schema)) = (D::CREATE_SCHEMA, self.schema()) else { return Ok(()) };
        let is_there = async |connection: &mut ConnectionOf<D>| {
            let found = D::schema(connection).await.map_err(fault::<D::Driver>)?;
            Ok::<_, StoreError>(found.as_deref() == Some(schema))
        };
        if is_there(connection).await? {
            return Ok(());
        }
        let made = Session::<D>::new(connection, self.counter()).execute(Sql::new(format!("{create}{schema}"))).await;
        match made {
            // Somebody else has made it meanwhile.
            Err(_) if is_there(connection).await? => Ok(()),
            made => made.map(|_| ()),
        }
    }
}

/// Looks at a database without changing anything of it, its files included: are the tables of a component there, or is
/// there room for them?
///
/// # Errors
/// As a migration that finds others of their names; the database's trouble.
pub(crate) async fn look<D: Dialect>(connection: &mut ConnectionOf<D>, component: Component) -> Result<(), StoreError> {
    let counter = Counter::default();
    refuse_foreign(&mut Session::<D>::new(connection, &counter), component).await
}

async fn refuse_foreign<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let done = done_by_catalogue(session, component).await?;
    check::<D>(&done, component)?;
    let objects = foreign::objects(session).await?;
    let has = |name: &str| objects.iter().any(|object| object.name.eq_ignore_ascii_case(name));
    if has(component.notes()) {
        return Ok(());
    }
    if has(component.adopted()) {
        return Err(component.error(
            "are being put in the place of others, or taken away again: finish it by `adopt` \
             (`estair-server migrate --adopt`), or by `release` (`--release`)",
        ));
    }
    let foreign = foreign::in_the_way::<D>(component, &objects);
    if foreign.is_empty() { Ok(()) } else { Err(foreign::refusal(component, &foreign)) }
}

async fn apply<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let notes = component.notes();
    let done = done_by_catalogue(session, component).await?;
    check::<D>(&done, component)?;
    session.execute(Sql::new(format!("CREATE TABLE IF NOT EXISTS {notes} {NOTES}"))).await?;
    for (number, step) in (1_u32..).zip(component.steps::<D>()).skip(version(&done)) {
        for statement in statements(step) {
            session.execute(Sql::new(statement)).await?;
        }
        let note = Sql::new(format!("INSERT INTO {notes} (version, fingerprint) VALUES (?, ?)"));
        session.execute(note.bind(number).bind(fingerprint(step))).await?;
        tracing::info!(component = component.name(), version = number, "migrated");
    }
    Ok(())
}

/// The steps that are noted, where the catalogue is asked first whether there are notes: inside a transaction, a statement
/// that fails may be its end.
async fn done_by_catalogue<D: Dialect>(
    session: &mut Session<'_, D>,
    component: Component,
) -> Result<Vec<Done>, StoreError> {
    let tables: Vec<String> = session.read(Sql::new(D::TABLES), Stored::read).await?;
    let has = |name: &str| tables.iter().any(|table| table.eq_ignore_ascii_case(name));
    if component.former_tables().iter().all(|name| has(name)) {
        return Err(component.former());
    }
    if !has(component.notes()) {
        return Ok(Vec::new());
    }
    match done(session, component).await {
        // Notes of another form.
        Err(error) if error.kind() == StoreErrorKind::Other => Err(component.former().caused_by(error)),
        done => done,
    }
}

/// The steps that are noted, the first one first.
async fn done<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<Vec<Done>, StoreError> {
    let sql = Sql::new(format!("SELECT version, fingerprint FROM {} ORDER BY version", component.notes()));
    let read = |c: &mut Columns<'_, D::Driver>| {
        let version = usize::try_from(c.read::<u64>()?).unwrap_or(usize::MAX);
        Ok(Done { version, fingerprint: c.read()? })
    };
    session.read(sql, read).await
}

fn version(done: &[Done]) -> usize {
    done.last().map_or(0, |last| last.version)
}

/// Each step that was done must be the one that is known.
fn check<D: Dialect>(done: &[Done], component: Component) -> Result<(), StoreError> {
    let is_known = |(done, step): (&Done, &&str)| done.fingerprint == fingerprint(step).to_string();
    if done.iter().zip(component.steps::<D>()).all(is_known) { Ok(()) } else { Err(component.former()) }
}
