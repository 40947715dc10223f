//! ESTAIR's stores on MySQL 8 and MariaDB 10.6, SQLite, and PostgreSQL: adapters of `estair-core`, without a rule of
//! their own. Each database is behind the feature of its name; `sqlite` is on by default.
//!
//! [`BookStore`] holds the book, [`MessagerDb`] is Messager's own database, [`Users`] a small directory for hosts that
//! have none. A host that chooses its database when it starts opens them by URL ([`open_book`], [`open_messager`]); one
//! that knows it names the type, as in `BookStore<dialect::MariaDb>`. Every statement is written once, over a small
//! [`Dialect`](dialect::Dialect) of SQL on a [`Driver`](driver::Driver); one suite of the core proves every store.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `sqlite` | yes | SQLite, bundled |
//! | `mysql` | no | MySQL and MariaDB |
//! | `postgres` | no | PostgreSQL |
//! | `tls` | no | TLS to the server, by rustls and its own roots; without it a URL that asks for TLS is an error |
//!
//! [`sqlx`] is shown again as it is served here.
//!
//! # Tables
//!
//! `mouvements`, `mouvement_logs`, `requetes_financieres` and `helpdesk` are read by reports under these names; all others of
//! the book begin with `estair_`, those of Messager with `messager_`. So both, and a host's own, can live in one database.
//! `payload` and `result` hold values for reports, the texts beside them what came, to the letter (G12). What is searched stands
//! in a column of its own, folded by the core, so that every database finds the same (A5).
//! Until the first tag there is one version of them: what a former build has made is refused with a message that says so.
//!
//! # Isolation, written down
//!
//! - READ COMMITTED on MySQL and PostgreSQL. The first statement of a posting locks its account (`FOR UPDATE`), several in
//!   the order of their numbers; requests come after, then support requests. PostgreSQL may show a posting's request and its
//!   movement as they were before its account was waited for: each is written only if it is still as it was shown. `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`
//!   and a busy timeout on SQLite, where writers of one process queue for one connection.
//! - Every movement writes its account's row, version + 1, and must find it at the version that was read. On a cluster
//!   whose nodes lock apart, that is what makes one of two commits fail.
//! - After any error a transaction is not used again. One that was given up is rolled back; a connection whose statement was given
//!   up is closed. A retry waits a little first, with jitter.
//! - While a database refuses connections, calls are told so within [`Options::reach_timeout`]; as soon as it takes them
//!   again, they are served. A wait for connections that are all in use is another one.
//! - A place in an account's chain of facts is taken once: a unique name. So of two commits that were decided on the same
//!   past one fails, also where neither writes a movement.
//! - A commit whose answer was lost is [`CommitUnknown`](estair_core::store::StoreErrorKind::CommitUnknown); it is known again
//!   by one of its facts: its account, its place and its seal.
//! - Facts get their numbers among the events after the commit, from one statement that takes the ones behind the last, by a
//!   unique name: on however many nodes that is done at once, no number is seen before those below it.
//! - Sessions ask for what the store relies on: strict mode, UTC, durable commits, bounded waits. What only the server's
//!   administrator can set is looked at on opening: [`UnsafeServer`] says whether to warn or to refuse.
//! - No statement asks the database for the time: instants come from the core. A row with `is_deleted = 1` (old data;
//!   nothing here sets it) counts in no sum.
//!
//! # Round trips of a posting
//!
//! | | SQLite | PostgreSQL | MariaDB, MySQL |
//! | --- | --- | --- | --- |
//! | begin | | 1 | none: the sessions that write are always inside a transaction |
//! | lock the account; its request, the movement's name | 1, the begin among them | 1 | 1 |
//! | insert the movement | | | 1 |
//! | account and request, audit row, facts | 1, with the movement and the commit | 1, with the movement | 3 |
//! | commit | | 1 | 1 |
//! | in all | 2 | 4 | 6 |
//! | in all, 64 of them in one batch | 2 | 6 | 7, or 8 on MySQL |
//!
//! SQLite's driver takes several statements in one call, PostgreSQL several writes as parts of one statement, MySQL two rows of
//! two tables in one update. What takes more: an answer that is kept under a key, the first movement of a day (its closing), a
//! cancelled credit, a request whose account the caller does not name; a batch over many accounts, whose number is no power of
//! two, on MySQL. [`BookStore::statements`] counts.
//!
//! # Together with the host's own rows
//!
//! What a host writes and what the book writes can be one transaction: [`BookStore::join`] makes a unit of the host's
//! transaction, [`Book::join`](estair_core::Book::join) runs commands on it, the host commits. A refusal must be taken first:
//! [`Joined::accepted`](estair_core::book::Joined::accepted). A connection on which no transaction is open any more is refused,
//! as are sessions that the book cannot rely on; [`prepare`] makes those of a host's pool fit, and [`BookStore::of_pool`]
//! holds the book on that same pool.
//!
//! ```
//! use std::sync::Arc;
//!
//! use estair_core::prelude::*;
//! use estair_sqlx::{BookStore, Options, dialect, prepare};
//! use sqlx::{Executor, pool::PoolOptions};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir().join(format!("estair-join-{}", std::process::id()));
//! # std::fs::create_dir_all(&directory)?;
//! # let url = format!("sqlite://{}/book.db?mode=rwc", directory.display());
//! let options = Options::default();
//! let host = prepare::<dialect::Sqlite>(PoolOptions::new(), &options).connect(&url).await?;
//! let store = BookStore::<dialect::Sqlite>::of_pool(host.clone(), &options).await?;
//! store.migrate().await?;
//! let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
//! host.execute("CREATE TABLE agency (name TEXT NOT NULL)").await?;
//!
//! let mut transaction = host.begin_with("BEGIN IMMEDIATE").await?;
//! transaction.execute("INSERT INTO agency (name) VALUES ('Agence du Plateau')").await?;
//! let open = Submission::new(Actor::Admin(UserId(1)), AccountDraft::named("Agence du Plateau"));
//! let joined = book.join(&mut store.join(&mut transaction), vec![open]).await?;
//! let accepted = joined.accepted()?; // a refusal ends here: the transaction is dropped, and with it the host's own row
//! transaction.commit().await?;
//! book.publish(&accepted.facts);
//!
//! assert!(store.account(AccountId(1)).await?.is_some());
//! # store.close().await;
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Grants
//!
//! The audit trail is only ever added to. A database user that may not change it makes that hold for every program
//! (MySQL; the same privileges exist on PostgreSQL):
//!
//! ```sql
//! -- each table but these two: GRANT SELECT, INSERT, UPDATE, DELETE ON estair.estair_accounts TO 'estair'@'%'; …
//! GRANT SELECT, INSERT ON estair.mouvement_logs TO 'estair'@'%';
//! GRANT SELECT, INSERT ON estair.estair_credit_limit_history TO 'estair'@'%';
//! ```

// From the ground up: a module knows those before it, never those after it.
mod options;
mod value;

pub mod driver;

pub mod dialect;
mod fault;

mod table;

mod sql;

mod reach;

mod connection;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod declared_tables;
mod expected;
mod index_walk;
mod writes;

mod session;

mod pool;

mod host_pool;
mod migrate;
mod once;
mod retry;
mod together;

mod queue;

mod notifications;

mod sign_in_tries;

mod book;
mod messager;

mod users;

#[cfg(feature = "import")]
pub mod import;

#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
mod open;

pub use sqlx;

pub use book::{BookStore, JoinedUnit};
pub use host_pool::{prepare, prepare_session};
pub use messager::{
    DomainRecord, Holder, MessagerDb, MessagerDirectory, MessagerToken, NewMessagerSession, NewMessagerToken,
};
pub use migrate::Migration;
#[cfg(all(feature = "import", any(feature = "sqlite", feature = "mysql", feature = "postgres")))]
pub use open::undo_import;
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
pub use open::{
    BookHandles, MessagerHandles, adopt_book, adopt_messager, migrate_book, migrate_messager, open_book, open_messager,
    open_messager_apart, release_book, release_messager,
};
pub use options::{Options, UnsafeServer};
pub use pool::{PoolState, Pooled};
pub use sign_in_tries::SignInTry;
pub use users::{
    NewSession, NewSignInLink, NewToken, NewUser, SessionByLink, SignedIn, Token, TokenFilter, User, UserDirectory,
    UserFilter, UserPatch, Users,
};
pub use value::Value;
