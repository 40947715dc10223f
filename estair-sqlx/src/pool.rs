//! The connections to one database: what every session asks for, what is refused of a server, and who waits for whom.
//!
//! READ COMMITTED, strict, in UTC, durable commits, bounded waits for locks: a setting that the store relies on is asked
//! for on each connection. What only the server's administrator can set is looked at once, when a store is opened.

use std::sync::Arc;

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::Pool;
use sqlx::pool::PoolOptions;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::dialect::{ConnectOf, ConnectionOf, Dialect};
use crate::fault::{connect_fault, fault};
use crate::options::{Options, UnsafeServer};
use crate::reach::{Reach, begin_session};
use crate::session::{Counter, Session};

/// The connections of a store at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// In use.
    pub in_use: u32,
    /// Open, and waiting to be used.
    pub idle: u32,
}

/// What keeps connections, and tells how many: for a host's figures.
pub trait Pooled: Send + Sync {
    /// How many there are now.
    fn pool(&self) -> PoolState;
}

/// The connections to one database.
pub(crate) struct Connections<D: Dialect> {
    read: Pool<D::Driver>,
    write: Pool<D::Driver>,
    reach: Reach,
    counter: Counter,
    schema: Option<Arc<str>>,
}

impl<D: Dialect> Clone for Connections<D> {
    fn clone(&self) -> Self {
        let Self { read, write, reach, counter, schema } = self;
        let (read, write, reach) = (read.clone(), write.clone(), reach.clone());
        Self { read, write, reach, counter: counter.clone(), schema: schema.clone() }
    }
}

impl<D: Dialect> Connections<D> {
    /// Connects once, and looks at the server. That connection comes from no pool: a pool tries again and again, and in the
    /// end tells no cause.
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let connect = D::connect(url, options).map_err(fault::<D::Driver>)?;
        in_time(options, look_at_server::<D>(&connect, options)).await?;
        let session: Arc<[String]> = D::session(options).into();
        let pool = |most| pool::<D>(connect.clone(), options, Arc::clone(&session), most);
        let write = pool(if D::ONE_WRITER { 1 } else { options.max_connections });
        let read = if D::ONE_WRITER { pool(options.max_connections) } else { write.clone() };
        let (reach, schema) = (Reach::new(options, session), options.schema.as_deref().map(Arc::from));
        Ok(Self { read, write, reach, counter: Counter::default(), schema })
    }

    /// Over a pool that the host has, whose sessions were looked at.
    pub(crate) fn over(pool: Pool<D::Driver>, options: &Options) -> Self {
        let (reach, schema) = (Reach::new(options, Arc::default()), options.schema.as_deref().map(Arc::from));
        Self { read: pool.clone(), write: pool, reach, counter: Counter::default(), schema }
    }

    /// The schema that was asked for.
    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// How many there are.
    pub(crate) fn state(&self) -> PoolState {
        let of = |pool: &Pool<D::Driver>| {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            (pool.size().saturating_sub(idle), idle)
        };
        let (writing, free) = of(&self.write);
        let (reading, more) = if D::ONE_WRITER { of(&self.read) } else { (0, 0) };
        PoolState { in_use: writing.saturating_add(reading), idle: free.saturating_add(more) }
    }

    /// A connection to read from.
    pub(crate) async fn reader(&self) -> Result<Connection<D>, StoreError> {
        Connection::of(&self.read, &self.reach).await
    }

    /// A connection for statements that stand alone.
    pub(crate) async fn writer(&self) -> Result<Connection<D>, StoreError> {
        Connection::of(&self.write, &self.reach).await
    }

    /// A connection of the caller's own, which goes back to no pool.
    pub(crate) async fn detached(&self) -> Result<ConnectionOf<D>, StoreError> {
        let (connection, _) = self.reach.acquire::<D>(&self.write).await?;
        Ok(connection.detach())
    }

    /// Begins a transaction that will write. A begin that is given up half way would leave its connection inside a
    /// transaction: so it runs in a task of its own, to its end.
    pub(crate) async fn begin(&self) -> Result<Connection<D>, StoreError> {
        let (pool, reach) = (self.write.clone(), self.reach.clone());
        self.counter.add();
        let begun = tokio::spawn(async move { Connection::begun(&pool, &reach).await }).await;
        let lost = |error| StoreError::new(StoreErrorKind::Unavailable, "a begin was interrupted").caused_by(error);
        begun.map_err(lost)?
    }

    /// Runs and counts statements on a connection of this database.
    pub(crate) fn session<'c>(&'c self, connection: &'c mut Connection<D>) -> Session<'c, D> {
        Session::pooled(connection, &self.counter)
    }

    /// The counter of statements.
    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Waits until no connection is in use and closes them.
    pub(crate) async fn close(&self) {
        self.write.close().await;
        self.read.close().await;
    }
}

/// Is the server of a URL this dialect's?
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
pub(crate) async fn is_served<D: Dialect>(url: &str, options: &Options) -> Result<bool, StoreError> {
    let connect = D::connect(url, options).map_err(fault::<D::Driver>)?;
    let ask = async {
        let mut connection = first_connection::<D>(&connect).await?;
        let served = D::is_served(&mut connection).await.map_err(fault::<D::Driver>)?;
        close::<D>(connection).await?;
        Ok(served)
    };
    in_time(options, ask).await
}

/// What the first connection is asked must be answered in time.
async fn in_time<T>(options: &Options, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let wait = options.connect_timeout;
    let silent = |_| StoreError::new(StoreErrorKind::Unavailable, format_args!("no database answered in {wait:?}"));
    timeout(wait, answer).await.map_err(silent)?
}

async fn first_connection<D: Dialect>(connect: &ConnectOf<D>) -> Result<ConnectionOf<D>, StoreError> {
    let connection = <ConnectionOf<D> as sqlx::Connection>::connect_with(connect).await;
    connection.map_err(connect_fault::<D::Driver>)
}

async fn close<D: Dialect>(connection: ConnectionOf<D>) -> Result<(), StoreError> {
    sqlx::Connection::close(connection).await.map_err(fault::<D::Driver>)
}

async fn look_at_server<D: Dialect>(connect: &ConnectOf<D>, options: &Options) -> Result<(), StoreError> {
    let mut connection = first_connection::<D>(connect).await?;
    begin_session::<D>(&mut connection, &D::session(options)).await.map_err(connect_fault::<D::Driver>)?;
    let examined = examine::<D>(&mut connection, options).await;
    close::<D>(connection).await?;
    examined
}

/// Is it the dialect's server, and set to keep what it acknowledges?
pub(crate) async fn examine<D: Dialect>(connection: &mut ConnectionOf<D>, options: &Options) -> Result<(), StoreError> {
    if !D::is_served(connection).await.map_err(fault::<D::Driver>)? {
        return Err(StoreError::new(StoreErrorKind::Other, format_args!("the database server is not {}", D::NAME)));
    }
    let found = D::unsafe_settings(connection).await.map_err(fault::<D::Driver>)?;
    for setting in &found {
        tracing::warn!(setting, "the database server is not set to keep what it acknowledges");
    }
    match (options.unsafe_server, found.first()) {
        (UnsafeServer::Refuse, Some(setting)) => {
            Err(StoreError::new(StoreErrorKind::Other, format_args!("unsafe database server: {setting}")))
        }
        _ => Ok(()),
    }
}

/// Connects when a connection is asked for.
fn pool<D: Dialect>(connect: ConnectOf<D>, options: &Options, session: Arc<[String]>, most: u32) -> Pool<D::Driver> {
    PoolOptions::<D::Driver>::new()
        .max_connections(most)
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let session = Arc::clone(&session);
            Box::pin(async move { begin_session::<D>(connection, &session).await })
        })
        .connect_lazy_with(connect)
}
