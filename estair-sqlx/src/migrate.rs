//! Migrations: the tables, brought up to date step by step.
//!
//! Guarantees: two processes that start together migrate once (a lock of the database's own); one that is killed in the
//! middle can be run again (on MySQL a change of a table commits by itself, so every statement there does nothing when
//! it was done before). Which steps are done is noted in a table of the component's own, so that both components, and a
//! host's own migrations, can live in one database.
//!
//! A step is noted with the fingerprint of its text. Until the first tag a component is one step, changed in place: what a
//! former build has made is refused, by [`migrate`](Connections::migrate) and by [`is_migrated`](Connections::is_migrated),
//! and never taken for the tables of this one. Tables of somebody else that have our names are refused too, and left as they
//! are (L1).

use std::time::Duration;

use estair_core::hash::Hash;
use estair_core::store::{StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use sqlx::Connection as _;
use tokio::time::timeout;

use crate::dialect::{ConnectionOf, Dialect};
use crate::expected::Tables;
use crate::fault::fault;
use crate::pool::Connections;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Stored};

/// The columns of the table of notes.
const NOTES: &str = "(version int NOT NULL PRIMARY KEY, fingerprint varchar(64) NOT NULL)";

/// How often a migration waits for another process that migrates.
const PATIENCE: u32 = 12;

/// How long an answer may take to whether the database is ready.
const READINESS: Duration = Duration::from_secs(1);

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

    /// Tables of its names are there that it has not made (L1).
    fn foreign(self, names: &[&str]) -> StoreError {
        let names = names.join(", ");
        self.error(format_args!(
            "cannot be made: {names} is there already and not of the {}. Nothing was changed; name a schema or database of \
             its own (`Options::schema`)",
            self.name()
        ))
    }

    fn former(self) -> StoreError {
        self.error("were made by a former build, which this one does not continue: start with an empty database")
    }
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
                Ok(()) => return closed.map_err(fault::<D::Driver>),
            }
        }
        Err(last)
    }

    async fn migrate_under_lock(
        &self,
        connection: &mut ConnectionOf<D>,
        component: Component,
    ) -> Result<(), StoreError> {
        self.make_schema(connection).await?;
        if let Some(lock) = D::LOCK_MIGRATIONS {
            let mut session = Session::<D>::new(connection, self.counter());
            if session.read_one(Sql::new(lock), <Option<u64> as Stored>::read).await?.flatten() != Some(1) {
                return Err(StoreError::new(StoreErrorKind::Contention, "another process migrates this database"));
            }
        }
        let mut transaction = connection.begin_with(D::BEGIN).await.map_err(fault::<D::Driver>)?;
        apply(&mut Session::<D>::new(&mut transaction, self.counter()), component).await?;
        transaction.commit().await.map_err(fault::<D::Driver>)
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
                let mut connection = self.reader().await?;
                done_by_catalogue(&mut self.session(&mut connection), component).await?
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
        let mut connection = self.reader().await?;
        let mut session = self.session(&mut connection);
        let columns = session.read(Sql::new(D::COLUMNS), |c| Ok((c.read()?, c.read()?))).await?;
        match Tables::of_steps(component.steps::<D>()).first_missing(&columns) {
            Some(column) => Err(component.error(format_args!("have no column {column}: they were changed by hand"))),
            None => Ok(()),
        }
    }
}

async fn apply<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let notes = component.notes();
    let done = done_by_catalogue(session, component).await?;
    if done.is_empty() {
        refuse_foreign(session, component).await?;
    }
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

/// Where nothing of the component is noted, not even that it was begun, a table of one of its names is somebody else's (L1).
async fn refuse_foreign<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let found: Vec<String> = session.read(Sql::new(D::TABLES), Stored::read).await?;
    let has = |name: &str| found.iter().any(|table| table.eq_ignore_ascii_case(name));
    let wanted = Tables::of_steps(component.steps::<D>());
    let foreign: Vec<_> = wanted.names().filter(|name| has(name)).collect();
    if foreign.is_empty() || has(component.notes()) { Ok(()) } else { Err(component.foreign(&foreign)) }
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

/// The statements of a step: each ends its line with a semicolon.
fn statements(step: &str) -> impl Iterator<Item = &str> {
    let statements = step.split(";\n").map(str::trim);
    statements.filter(|statement| statement.lines().any(|line| !line.is_empty() && !line.starts_with("--")))
}

/// What a step does, whatever its comments and its spaces.
fn fingerprint(step: &str) -> Hash {
    let lines = step.lines().map(str::trim).filter(|line| !line.starts_with("--"));
    let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
    Hash::of(words.join(" "))
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use estair_core::store::Readiness as _;
    use sqlx::{Connection as _, Executor as _};

    use super::*;
    use crate::dialect::Sqlite;
    use crate::options::Options;
    use crate::{BookStore, MessagerDb};

    #[test]
    fn a_fingerprint_is_of_what_is_done() {
        let step = "-- why\nCREATE TABLE a (\n  b int\n);\n";
        assert_eq!(fingerprint(step), fingerprint("CREATE TABLE a ( b int );"));
        assert_ne!(fingerprint(step), fingerprint("CREATE TABLE a ( c int );"));
        assert_eq!(statements(step).count(), 1);
    }

    /// A database of its own, gone with its directory.
    struct File(std::path::PathBuf);

    impl File {
        fn new(name: &str) -> Self {
            let directory = std::env::temp_dir().join(format!("estair-migrate-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&directory).unwrap();
            Self(directory)
        }

        fn url(&self) -> String {
            format!("sqlite://{}/book.db?mode=rwc", self.0.display())
        }

        async fn execute(&self, sql: &'static str) {
            let mut connection = sqlx::SqliteConnection::connect(&self.url()).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }

        async fn book(&self) -> BookStore<Sqlite> {
            BookStore::open(&self.url(), &Options::default()).await.unwrap()
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    async fn is_refused(book: &BookStore<Sqlite>) {
        for refused in [book.ready().await, book.migrate().await] {
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("made by a former build") && refused.contains("empty database"), "{refused}");
        }
    }

    #[tokio::test]
    async fn both_components_live_in_one_database() {
        let file = File::new("both");
        let (book, messager) = (file.book().await, MessagerDb::<Sqlite>::open(&file.url(), &Options::default()).await);
        let messager = messager.unwrap();
        let not_yet = book.ready().await.unwrap_err().to_string();
        assert!(not_yet.contains("version 0, not 1: `BookStore::migrate`"), "{not_yet}");
        messager.migrate().await.unwrap();
        book.migrate().await.unwrap();
        book.migrate().await.unwrap();
        book.ready().await.unwrap();
        estair_core::messager::MessagerStore::ready(&messager).await.unwrap();
    }

    #[tokio::test]
    async fn what_a_former_build_has_made_is_refused() {
        let changed = File::new("changed");
        let book = changed.book().await;
        book.migrate().await.unwrap();
        changed.execute("UPDATE estair_migrations SET fingerprint = 'of another text'").await;
        is_refused(&book).await;

        let numbered = File::new("numbered");
        numbered.execute("CREATE TABLE estair_migrations (component text NOT NULL, version int NOT NULL)").await;
        is_refused(&numbered.book().await).await;

        let unnoted = File::new("unnoted");
        unnoted.execute("CREATE TABLE accounts (id int); CREATE TABLE daily_closings (id int);").await;
        unnoted.execute("CREATE TABLE idempotency_keys (id int); CREATE TABLE outbox_attempts (id int)").await;
        is_refused(&unnoted.book().await).await;
    }

    // rule: L1
    #[tokio::test]
    async fn l1_tables_of_our_names_that_are_not_ours_are_left_as_they_are() {
        let host = File::new("foreign");
        host.execute("CREATE TABLE helpdesk (id int); CREATE VIEW mouvements AS SELECT 1 AS id").await;
        let book = host.book().await;
        for _ in 0..2 {
            let refused = book.migrate().await.unwrap_err().to_string();
            assert!(refused.contains("helpdesk, mouvements is there already and not of the book"), "{refused}");
        }
        assert!(book.ready().await.is_err());
        host.execute("DROP VIEW mouvements; DROP TABLE helpdesk").await;
        book.migrate().await.unwrap();
        book.ready().await.unwrap();
    }

    #[tokio::test]
    async fn a_host_may_run_the_steps_itself() {
        let file = File::new("own");
        let mut connection = sqlx::SqliteConnection::connect(&file.url()).await.unwrap();
        for _ in 0..2 {
            for migration in BookStore::<Sqlite>::migrations() {
                assert_eq!((migration.version, migration.name.as_str()), (1, "estair_book_1"));
                connection.execute(sqlx::AssertSqlSafe(migration.sql)).await.unwrap();
            }
        }
        connection.close().await.unwrap();
        let book = file.book().await;
        book.ready().await.unwrap();
        book.migrate().await.unwrap();
        assert_eq!(MessagerDb::<Sqlite>::migrations().first().unwrap().name, "estair_messager_1");
    }

    #[tokio::test]
    async fn a_column_that_is_gone_is_named() {
        let file = File::new("column");
        let book = file.book().await;
        book.migrate().await.unwrap();
        book.ready().await.unwrap();
        file.execute("ALTER TABLE estair_accounts RENAME COLUMN folded TO plain").await;
        let refused = book.ready().await.unwrap_err().to_string();
        assert!(refused.contains("have no column estair_accounts.folded"), "{refused}");
    }

    #[tokio::test]
    async fn the_tables_of_a_host_are_no_former_build() {
        let host = File::new("host");
        host.execute("CREATE TABLE accounts (id int); CREATE TABLE outbox (id int)").await;
        let book = host.book().await;
        book.migrate().await.unwrap();
        book.ready().await.unwrap();
    }
}
