//! Connections: what every session asks for, what is refused of a server, and who waits for whom.
//!
//! READ COMMITTED, strict, in UTC, durable commits, bounded waits for locks: a setting that the store relies on is asked
//! for on each connection. What only the server's administrator can set is looked at once, when a store is opened.

use std::sync::Arc;
use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::pool::PoolOptions;
use sqlx::{AssertSqlSafe, Connection, Database, Executor, Pool};
use tokio::time::timeout;

use crate::depth::Horizons;
use crate::dialect::Dialect;
use crate::fault::{connect_fault, fault};
use crate::lease::Lease;
use crate::statement::{Counter, Session};

/// What to do about a server that may lose what it has acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnsafeServer {
    /// Open all the same, and warn in the log.
    #[default]
    Warn,
    /// Do not open.
    Refuse,
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at most.
    pub max_connections: u32,
    /// How long the first connection may take, when a store is opened.
    pub connect_timeout: Duration,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long to wait for a lock.
    pub lock_wait: Duration,
    /// What to do about unsafe settings of the server.
    pub unsafe_server: UnsafeServer,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 16,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(30),
            lock_wait: Duration::from_secs(10),
            unsafe_server: UnsafeServer::default(),
        }
    }
}

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
    read: Pool<D>,
    write: Pool<D>,
    counter: Counter,
    horizons: Horizons,
}

impl<D: Dialect> Clone for Connections<D> {
    fn clone(&self) -> Self {
        let Self { read, write, counter, horizons } = self;
        Self { read: read.clone(), write: write.clone(), counter: counter.clone(), horizons: horizons.clone() }
    }
}

impl<D: Dialect> Connections<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    /// Connects once, and looks at the server's settings. That connection comes from no pool: a pool tries again and again,
    /// and in the end tells no cause.
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let connect = D::options(url, options).map_err(fault::<D>)?;
        let wait = options.connect_timeout;
        let seen = timeout(wait, look_at_server::<D>(&connect, options)).await;
        let silent = |_| StoreError::new(StoreErrorKind::Unavailable, format_args!("no database answered in {wait:?}"));
        seen.map_err(silent)??;
        let write = pool::<D>(connect.clone(), options, if D::ONE_WRITER { 1 } else { options.max_connections });
        let read = if D::ONE_WRITER { pool(connect, options, options.max_connections) } else { write.clone() };
        Ok(Self { read, write, counter: Counter::default(), horizons: Horizons::default() })
    }
}

/// What a dialect's connections are made from.
type Connect<D> = <<D as Database>::Connection as Connection>::Options;

async fn look_at_server<D: Dialect>(connect: &Connect<D>, options: &Options) -> Result<(), StoreError>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    let mut connection = D::Connection::connect_with(connect).await.map_err(connect_fault::<D>)?;
    begin_session::<D>(&mut connection, &D::session(options)).await.map_err(connect_fault::<D>)?;
    let found = D::unsafe_settings(&mut connection).await.map_err(fault::<D>)?;
    connection.close().await.map_err(fault::<D>)?;
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
fn pool<D: Dialect>(connect: Connect<D>, options: &Options, most: u32) -> Pool<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    let session: Arc<[String]> = D::session(options).into();
    PoolOptions::<D>::new()
        .max_connections(most)
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let session = Arc::clone(&session);
            Box::pin(async move { begin_session::<D>(connection, &session).await })
        })
        .connect_lazy_with(connect)
}

async fn begin_session<D: Dialect>(connection: &mut D::Connection, statements: &[String]) -> sqlx::Result<()>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
{
    for statement in statements {
        connection.execute(AssertSqlSafe(statement.clone())).await?;
    }
    Ok(())
}

impl<D: Dialect> Connections<D> {
    /// Over a pool that the host has: its sessions must be READ COMMITTED, strict and in UTC.
    pub(crate) fn of_pool(pool: Pool<D>) -> Self {
        Self { read: pool.clone(), write: pool, counter: Counter::default(), horizons: Horizons::default() }
    }

    /// How many there are.
    pub(crate) fn state(&self) -> PoolState {
        let of = |pool: &Pool<D>| {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            (pool.size().saturating_sub(idle), idle)
        };
        let (writing, free) = of(&self.write);
        let (reading, more) = if D::ONE_WRITER { of(&self.read) } else { (0, 0) };
        PoolState { in_use: writing.saturating_add(reading), idle: free.saturating_add(more) }
    }

    /// A connection to read from.
    pub(crate) async fn reader(&self) -> Result<Lease<D>, StoreError> {
        Lease::of(&self.read).await
    }

    /// A connection for statements that stand alone.
    pub(crate) async fn writer(&self) -> Result<Lease<D>, StoreError> {
        Lease::of(&self.write).await
    }

    /// A connection of the caller's own, which goes back to no pool.
    pub(crate) async fn detached(&self) -> Result<D::Connection, StoreError> {
        Ok(self.write.acquire().await.map_err(fault::<D>)?.detach())
    }

    /// Begins a transaction that will write. A begin that is given up half way would leave its connection inside a
    /// transaction: so it runs in a task of its own, to its end.
    pub(crate) async fn begin(&self) -> Result<Lease<D>, StoreError> {
        let pool = self.write.clone();
        self.counter.add();
        let begun = tokio::spawn(async move { Lease::begun(&pool).await }).await;
        let lost = |error| StoreError::new(StoreErrorKind::Unavailable, "a begin was interrupted").caused_by(error);
        begun.map_err(lost)?
    }

    /// Runs and counts statements on a connection of this database.
    pub(crate) fn session<'c>(&'c self, lease: &'c mut Lease<D>) -> Session<'c, D> {
        Session::leased(lease, &self.counter)
    }

    /// The counter of statements.
    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    /// What is remembered of its queues.
    pub(crate) fn horizons(&self) -> &Horizons {
        &self.horizons
    }

    /// Waits until no connection is in use and closes them.
    pub(crate) async fn close(&self) {
        self.write.close().await;
        self.read.close().await;
    }
}
