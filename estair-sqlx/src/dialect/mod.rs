//! The databases that can hold the book: what SQL each of them speaks, and what is asked of its sessions.
//!
//! A [`Dialect`] is not a driver: it names the one that carries it ([`Driver`]), and several may name the same. To add a
//! database on a driver that is there: a file here, its migrations, a line in `open.rs`.

#[cfg(feature = "mysql")]
mod mariadb;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "mysql")]
pub use mariadb::MariaDb;
#[cfg(feature = "mysql")]
pub use mysql::MySql;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;

use std::future::{Future, ready};

use sqlx::{Connection, Database};

use crate::driver::Driver;
use crate::options::Options;

/// A connection of a dialect's driver.
pub type ConnectionOf<D> = <<D as Dialect>::Driver as Database>::Connection;

/// What a dialect's connections are made from.
pub type ConnectOf<D> = <ConnectionOf<D> as Connection>::Options;

/// A database that can hold the book.
pub trait Dialect: Sized + Send + Sync + 'static {
    /// The driver that carries it.
    type Driver: Driver;

    /// Its name, for people.
    const NAME: &'static str;
    /// The schemes of its URLs. Where several dialects have one, the server is asked whose it is.
    const SCHEMES: &'static [&'static str];
    /// How a transaction that will write begins.
    const BEGIN: &'static str;
    /// What locks the rows of a SELECT; empty where the transaction itself is the lock.
    const LOCK: &'static str;
    /// What locks the row of the first table of a join, `a`, where one statement reads all that a posting needs.
    const LOCK_FIRST: Option<&'static str>;
    /// Does an INSERT give back the rows it wrote?
    const RETURNING: bool;
    /// How a transaction that will write begins, where its session is never outside one; the connections of such sessions
    /// are apart.
    const ALWAYS_INSIDE: Option<&'static str> = None;
    /// One writer at a time: writers queue for one connection instead of polling for the lock.
    const ONE_WRITER: bool;
    /// What the one writer asks of its session besides.
    const OF_THE_WRITER: &'static [&'static str] = &[];
    /// The migrations of the book.
    const BOOK: &'static [&'static str];
    /// The migrations of Messager's database.
    const MESSAGER: &'static [&'static str];
    /// Takes the lock under which migrations run, where a transaction is not enough.
    const LOCK_MIGRATIONS: Option<&'static str>;
    /// Gives the names of the tables and views that a session sees first.
    const TABLES: &'static str;
    /// Gives the columns of those, each with the name of its table: two texts.
    const COLUMNS: &'static str;
    /// Makes the schema of this name, where a database has schemas and a user may make them.
    const CREATE_SCHEMA: Option<&'static str> = None;

    /// Gives what takes a name in the database or schema of a session: its name, what it is (`table`, `view`, `index`, or
    /// anything else, which is never renamed), and how it was made where that is known.
    const OBJECTS: &'static str;
    /// Gives the programs that live in the database and name tables in their text: what they are called, and the text.
    const BODIES: Option<&'static str>;
    /// Gives the views, where the database does not rewrite them when a table is renamed: the session's database, the name
    /// as it stands in a statement, the definition, the check option, the definer, the security.
    const VIEWS: Option<&'static str>;
    /// Can a view be renamed?
    const RENAMES_VIEWS: bool;

    /// What renames tables and views; one statement where that is one step, else several of a transaction.
    fn rename_tables(tables: &[(String, String)]) -> Vec<String>;

    /// What renames an index.
    fn rename_index(from: &str, to: &str, made_by: Option<&str>) -> Vec<String>;

    /// What drops tables, of which each comes after those that it refers to.
    fn drop_tables(tables: &[&str]) -> Vec<String>;

    /// What lets the database go on after the numbers that rows of a table were given, where it does not by itself.
    fn after_numbers(_table: &str) -> Option<String> {
        None
    }

    /// How to look at a database that opening it would change already; none where it would not, or where there is nothing
    /// to look at.
    ///
    /// # Errors
    /// When the URL is none of this database's.
    fn unchanged(_: &str) -> sqlx::Result<Option<ConnectOf<Self>>> {
        Ok(None)
    }

    /// Reads a URL, and asks for what the store relies on in every session.
    ///
    /// # Errors
    /// When the URL is none of this database's.
    fn connect(url: &str, options: &Options) -> sqlx::Result<ConnectOf<Self>>;

    /// What to run on every new connection.
    fn session(options: &Options) -> Vec<String>;

    /// What to run on every new connection of a host's own pool, where nothing was asked for on connecting.
    fn prepare(options: &Options) -> Vec<String> {
        Self::session(options)
    }

    /// One text for each setting of a session that the store cannot rely on.
    fn unfit(connection: &mut ConnectionOf<Self>) -> impl Future<Output = sqlx::Result<Vec<String>>> + Send;

    /// The schema, or database, whose tables a session sees first; none where there are no schemas.
    fn schema(connection: &mut ConnectionOf<Self>) -> impl Future<Output = sqlx::Result<Option<String>>> + Send;

    /// Is a transaction open on this connection? The server says so, not the driver: a statement of the host's may have ended
    /// it unseen.
    fn in_transaction(connection: &mut ConnectionOf<Self>) -> impl Future<Output = sqlx::Result<bool>> + Send;

    /// Is this its server? Asked of drivers that carry several dialects.
    fn is_served(_: &mut ConnectionOf<Self>) -> impl Future<Output = sqlx::Result<bool>> + Send {
        ready(Ok(true))
    }

    /// One text for each unsafe setting of the server.
    fn unsafe_settings(connection: &mut ConnectionOf<Self>) -> impl Future<Output = sqlx::Result<Vec<String>>> + Send;
}
