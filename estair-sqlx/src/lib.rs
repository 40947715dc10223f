//! ESTAIR's stores on MySQL and MariaDB, SQLite and PostgreSQL: adapters of `estair-core`, without a rule of their own.

mod book;
mod columns;
pub mod connect;
pub mod dialect;
mod fault;
mod messager;
mod migrate;
mod open;
mod outgoing;
mod queue;
mod statement;
mod subscriptions;
mod users;

pub use book::{BookStore, JoinedUnit};
pub use connect::{Options, UnsafeServer};
pub use messager::MessagerDb;
pub use open::{BookHandles, migrate_book, migrate_messager, open_book, open_messager};
pub use statement::Value;
pub use users::{Membership, NewUser, User, UserDirectory, Users};
